//! The vectors of RFC 9421 and RFC 9530, and the examples of their text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ironlatch::Error as CoreError;
use ironlatch::keys::PublicKey;
use ironlatch::recipes::Error;
use ironlatch::recipes::error::Refusal;
use ironlatch::recipes::signing::request::structured_fields::BareItem;
use ironlatch::recipes::signing::request::{
    FieldType, Fields, Message, Request, Response, Signature, check_content_digest, content_digest, signature_base,
};
use ironlatch::recipes::signing::{Algorithm, Key};

use super::{REQUEST_DIGEST, line, list, refusal};

const RSA: &str = "-----BEGIN RSA PUBLIC KEY-----
MIIBCgKCAQEAhAKYdtoeoy8zcAcR874L8cnZxKzAGwd7v36APp7Pv6Q2jdsPBRrw
WEBnez6d0UDKDwGbc6nxfEXAy5mbhgajzrw3MOEt8uA5txSKobBpKDeBLOsdJKFq
MGmXCQvEG7YemcxDTRPxAleIAgYYRjTSd/QBwVW9OwNFhekro3RtlinV0a75jfZg
kne/YiktSvLG34lw2zqXBDTC5NHROUqGTlML4PlNZS5Ri2U4aCNx2rUPRcKIlE0P
uKxI4T+HIaFpv8+rdV6eUgOrB2xeI1dSFFn/nnv5OoZJEIB+VmuKn3DCUcCZSFlQ
PSXSfBDiUGhwOw76WuSSsf1D4b/vLoJ10wIDAQAB
-----END RSA PUBLIC KEY-----";
const RSA_PSS: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAr4tmm3r20Wd/PbqvP1s2
+QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2GXHbPfvMs8ct+Lh1GH45x28Rw3Ry53mm+
oAXjyQ86OnDkZ5N8lYbggD4O3w6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHq
gDsznjPFmTOtCEcN2Z1FpWgchwuYLPL+Wokqltd11nqqzi+bJ9cvSKADYdUAAN5W
Utzdpiy6LbTgSxP7ociU4Tn0g5I6aDZJ7A8Lzo0KSyZYoA485mqcO0GVAdVw9lq4
aOT9v6d+nb4bnNkQVklLQ3fVAvJm+xdDOp9LCNCN48V2pnDOkFV6+U9nV5oyc6XI
2wIDAQAB
-----END PUBLIC KEY-----";
const P256: &str = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lf
w0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==
-----END PUBLIC KEY-----";
const ED25519: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF
-----END PRIVATE KEY-----";
const SECRET: &str = "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==";

/// The keys of appendix B.1.
fn key(name: &str) -> Key {
    let rsa = |pem: &str, algorithm| {
        Key::from_public(PublicKey::from_pem(pem.as_bytes()).unwrap(), Some(algorithm), Some(name)).unwrap()
    };
    match name {
        "test-key-rsa" => rsa(RSA, Algorithm::RsaV1_5Sha256),
        "test-key-rsa-pss" => rsa(RSA_PSS, Algorithm::RsaPssSha512),
        "test-key-ecc-p256" => Key::parse(P256.as_bytes()).unwrap().with_id(name).unwrap(),
        "test-key-ed25519" => Key::parse(ED25519.as_bytes()).unwrap().with_id(name).unwrap(),
        "test-shared-secret" => Key::from_secret(&STANDARD.decode(SECRET).unwrap(), Some(name)).unwrap(),
        other => panic!("no key {other}"),
    }
}

const RESPONSE_DIGEST: &str =
    "sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:";

/// The request of appendix B.2.
fn test_request() -> Request<'static> {
    let mut request = Request::new("POST", "https://example.com/foo?param=Value&Pet=dog").unwrap();
    for (name, value) in [
        ("Host", "example.com"),
        ("Date", "Tue, 20 Apr 2021 02:07:55 GMT"),
        ("Content-Type", "application/json"),
        ("Content-Digest", REQUEST_DIGEST),
        ("Content-Length", "18"),
    ] {
        request = request.header(name, value.as_bytes()).unwrap();
    }
    request.with_body(b"{\"hello\": \"world\"}")
}

/// The response of appendix B.2.
fn test_response() -> Response<'static> {
    let mut fields = Fields::default();
    for (name, value) in [
        ("Date", "Tue, 20 Apr 2021 02:07:56 GMT"),
        ("Content-Type", "application/json"),
        ("Content-Digest", RESPONSE_DIGEST),
        ("Content-Length", "23"),
    ] {
        fields.add(name, value.as_bytes()).unwrap();
    }
    Response { status: 200, fields, request: None }
}

/// A signature of the standard, checked and, if the algorithm gives only one signature, made again.
#[track_caller]
fn check(message: Message<'_>, input: &str, signature: &str, base: &[&str]) {
    let (components, parameters) = list(input);
    let Some(BareItem::String(name)) = parameters.get("keyid") else { panic!("no keyid") };
    let key = key(name);
    let end = format!("\"@signature-params\": {input}");
    let expected = base.iter().copied().chain([end.as_str()]).collect::<Vec<_>>().join("\n");
    assert_eq!(signature_base(message, &components, &parameters).unwrap(), expected);
    let bytes = STANDARD.decode(signature).unwrap();
    let stated =
        Signature { label: "sig".into(), components: components.clone(), parameters: parameters.clone(), bytes };
    stated.verify(message, &key).unwrap();
    assert_eq!(stated.input(), format!("sig={input}"));
    if key.can_sign() {
        assert_eq!(Signature::new(message, "sig", components, parameters, &key).unwrap().bytes, stated.bytes);
    }
    for index in [0, stated.bytes.len() - 1] {
        let mut changed = stated.clone();
        changed.bytes[index] ^= 1;
        assert!(changed.verify(message, &key).is_err());
    }
}

#[test]
fn rfc_9421_appendix_b_2() {
    let request = test_request();
    let request = Message::Request(&request);
    check(
        request,
        r#"();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd""#,
        "d2pmTvmbncD3xQm8E9ZV2828BjQWGgiwAaw5bAkgibUopemLJcWDy/lkbbHAve4cRAtx31Iq786U7it++wgGxbtRxf8Udx7zFZsckzXaJMkA7ChG52eSkFxykJeNqsrWH5S+oxNFlD4dzVuwe8DhTSja8xxbR/Z2cOGdCbzR72rgFWhzx2VjBqJzsPLMIQKhO4DGezXehhWwE56YCE+O6c0mKZsfxVrogUvA4HELjVKWmAvtl6UnCh8jYzuVG5WSb/QEVPnP5TmcAnLH1g+s++v6d4s8m0gCw1fV5/SITLq9mhho8K3+7EPYTU8IU1bLhdxO5Nyt8C8ssinQ98Xw9Q==",
        &[],
    );
    let digest = format!("\"content-digest\": {REQUEST_DIGEST}");
    check(
        request,
        r#"("@authority" "content-digest" "@query-param";name="Pet");created=1618884473;keyid="test-key-rsa-pss";tag="header-example""#,
        "LjbtqUbfmvjj5C5kr1Ugj4PmLYvx9wVjZvD9GsTT4F7GrcQEdJzgI9qHxICagShLRiLMlAJjtq6N4CDfKtjvuJyE5qH7KT8UCMkSowOB4+ECxCmT8rtAmj/0PIXxi0A0nxKyB09RNrCQibbUjsLS/2YyFYXEu4TRJQzRw1rLEuEfY17SARYhpTlaqwZVtR8NV7+4UKkjqpcAoFqWFQh62s7Cl+H2fjBSpqfZUJcsIk4N6wiKYd4je2U/lankenQ99PZfB4jY3I5rSV2DSBVkSFsURIjYErOs0tFTQosMTAoxk//0RoKUqiYY8Bh0aaUEb0rQl3/XaVe4bXTugEjHSw==",
        &["\"@authority\": example.com", &digest, "\"@query-param\";name=\"Pet\": dog"],
    );
    check(
        request,
        r#"("date" "@method" "@path" "@query" "@authority" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-rsa-pss""#,
        "bbN8oArOxYoyylQQUU6QYwrTuaxLwjAC9fbY2F6SVWvh0yBiMIRGOnMYwZ/5MR6fb0Kh1rIRASVxFkeGt683+qRpRRU5p2voTp768ZrCUb38K0fUxN0O0iC59DzYx8DFll5GmydPxSmme9v6ULbMFkl+V5B1TP/yPViV7KsLNmvKiLJH1pFkh/aYA2HXXZzNBXmIkoQoLd7YfW91kE9o/CCoC1xMy7JA1ipwvKvfrs65ldmlu9bpG6A9BmzhuzF8Eim5f8ui9eH8LZH896+QIF61ka39VBrohr9iyMUJpvRX2Zbhl5ZJzSRxpJyoEZAFL2FUo5fTIztsDZKEgM4cUA==",
        &[
            "\"date\": Tue, 20 Apr 2021 02:07:55 GMT",
            "\"@method\": POST",
            "\"@path\": /foo",
            "\"@query\": ?param=Value&Pet=dog",
            "\"@authority\": example.com",
            "\"content-type\": application/json",
            &digest,
            "\"content-length\": 18",
        ],
    );
    check(
        request,
        r#"("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret""#,
        "pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=",
        &[
            "\"date\": Tue, 20 Apr 2021 02:07:55 GMT",
            "\"@authority\": example.com",
            "\"content-type\": application/json",
        ],
    );
    check(
        request,
        r#"("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519""#,
        "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==",
        &[
            "\"date\": Tue, 20 Apr 2021 02:07:55 GMT",
            "\"@method\": POST",
            "\"@path\": /foo",
            "\"@authority\": example.com",
            "\"content-type\": application/json",
            "\"content-length\": 18",
        ],
    );
    let response = test_response();
    check(
        Message::Response(&response),
        r#"("@status" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-ecc-p256""#,
        "wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==",
        &[
            "\"@status\": 200",
            "\"content-type\": application/json",
            &format!("\"content-digest\": {RESPONSE_DIGEST}"),
            "\"content-length\": 23",
        ],
    );
}

#[test]
fn rfc_9421_section_3_1_the_example_of_the_text() {
    let request = test_request();
    check(
        Message::Request(&request),
        r#"("@method" "@authority" "@path" "content-digest" "content-length" "content-type");created=1618884473;keyid="test-key-rsa-pss""#,
        "HIbjHC5rS0BYaa9v4QfD4193TORw7u9edguPh0AW3dMq9WImrlFrCGUDih47vAxi4L2YRZ3XMJc1uOKk/J0ZmZ+wcta4nKIgBkKq0rM9hs3CQyxXGxHLMCy8uqK488o+9jrptQ+xFPHK7a9sRL1IXNaagCNN3ZxJsYapFj+JXbmaI5rtAdSfSvzPuBCh+ARHBmWuNo1UzVVdHXrl8ePL4cccqlazIJdC4QEjrF+Sn4IxBQzTZsL9y9TP5FsZYzHvDqbInkTNigBcE9cKOYNFCn4D/WM7F6TNuZO9EgtzepLWcjTymlHzK7aXq6Am6sfOrpIC49yXjj3ae6HRalVc/g==",
        &[
            "\"@method\": POST",
            "\"@authority\": example.com",
            "\"@path\": /foo",
            &format!("\"content-digest\": {REQUEST_DIGEST}"),
            "\"content-length\": 18",
            "\"content-type\": application/json",
        ],
    );
}

#[test]
fn rfc_9421_section_2_4_a_response_bound_to_its_request() {
    let request = test_request();
    let digest = "sha-512=:0Y6iCBzGg5rZtoXS95Ijz03mslf6KAMCloESHObfwnHJDbkkWWQz6PhhU9kxsTbARtY2PTBOzq24uJFpHsMuAg==:";
    let mut fields = Fields::default();
    for (name, value) in [("Content-Type", "application/json"), ("Content-Digest", digest)] {
        fields.add(name, value.as_bytes()).unwrap();
    }
    let response = Response { status: 503, fields, request: Some(&request) };
    check(
        Message::Response(&response),
        r#"("@status" "content-digest" "content-type" "@authority";req "@method";req "@path";req "content-digest";req);created=1618884479;keyid="test-key-ecc-p256""#,
        "dMT/A/76ehrdBTD/2Xx8QuKV6FoyzEP/I9hdzKN8LQJLNgzU4W767HK05rx1i8meNQQgQPgQp8wq2ive3tV5Ag==",
        &[
            "\"@status\": 503",
            &format!("\"content-digest\": {digest}"),
            "\"content-type\": application/json",
            "\"@authority\";req: example.com",
            "\"@method\";req: POST",
            "\"@path\";req: /foo",
            &format!("\"content-digest\";req: {REQUEST_DIGEST}"),
        ],
    );
    // The same answer to another request is another message.
    let (components, parameters) = list(r#"("@status" "@method";req "@path";req)"#);
    let signature =
        Signature::new(Message::Response(&response), "a", components, parameters, &key("test-key-ed25519")).unwrap();
    let other = Request::new("POST", "https://example.com/bar").unwrap();
    let elsewhere = Response { request: Some(&other), ..response.clone() };
    signature.verify(Message::Response(&response), &key("test-key-ed25519")).unwrap();
    let refused = signature.verify(Message::Response(&elsewhere), &key("test-key-ed25519"));
    assert_eq!(refusal(refused), Refusal::NotAuthentic);
}

#[test]
fn rfc_9421_appendix_b_3_a_proxy_that_ends_tls() {
    let certificate = ":MIIBqDCCAU6gAwIBAgIBBzAKBggqhkjOPQQDAjA6MRswGQYDVQQKDBJMZXQncyBBdXRoZW50aWNhdGUxGzAZBgNVBAMMEkxBIEludGVybWVkaWF0ZSBDQTAeFw0yMDAxMTQyMjU1MzNaFw0yMTAxMjMyMjU1MzNaMA0xCzAJBgNVBAMMAkJDMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8YnXXfaUgmnMtOXU/IncWalRhebrXmckC8vdgJ1p5Be5F/3YC8OthxM4+k1M6aEAEFcGzkJiNy6J84y7uzo9M6NyMHAwCQYDVR0TBAIwADAfBgNVHSMEGDAWgBRm3WjLa38lbEYCuiCPct0ZaSED2DAOBgNVHQ8BAf8EBAMCBsAwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0RAQH/BBMwEYEPYmRjQGV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0gAMEUCIBHda/r1vaL6G3VliL4/Di6YK0Q6bMjeSkC3dFCOOB8TAiEAx/kHSB4urmiZ0NX5r5XarmPk0wmuydBVoU4hBVZ1yhk=:";
    let request = Request::new("POST", "https://service.internal.example/foo?param=Value&Pet=dog").unwrap();
    let request = request.header("Client-Cert", certificate.as_bytes()).unwrap();
    check(
        Message::Request(&request),
        r#"("@path" "@query" "@method" "@authority" "client-cert");created=1618884473;keyid="test-key-ecc-p256""#,
        "xVMHVpawaAC/0SbHrKRs9i8I3eOs5RtTMGCWXm/9nvZzoHsIg6Mce9315T6xoklyy0yzhD9ah4JHRwMLOgmizw==",
        &[
            "\"@path\": /foo",
            "\"@query\": ?param=Value&Pet=dog",
            "\"@method\": POST",
            "\"@authority\": service.internal.example",
            &format!("\"client-cert\": {certificate}"),
        ],
    );
}

#[test]
fn rfc_9421_section_4_3_the_signature_of_a_proxy() {
    let mut request = Request::new("POST", "https://origin.host.internal.example/foo?param=Value&Pet=dog").unwrap();
    for (name, value) in [
        ("Date", "Tue, 20 Apr 2021 02:07:56 GMT"),
        ("Content-Type", "application/json"),
        ("Content-Length", "18"),
        ("Forwarded", "for=192.0.2.123;host=example.com;proto=https"),
        ("Content-Digest", REQUEST_DIGEST),
    ] {
        request = request.header(name, value.as_bytes()).unwrap();
    }
    check(
        Message::Request(&request),
        r#"("@method" "@authority" "@path" "content-digest" "content-type" "content-length" "forwarded");created=1618884480;keyid="test-key-rsa";alg="rsa-v1_5-sha256";expires=1618884540"#,
        "S6ZzPXSdAMOPjN/6KXfXWNO/f7V6cHm7BXYUh3YD/fRad4BCaRZxP+JH+8XY1I6+8Cy+CM5g92iHgxtRPz+MjniOaYmdkDcnL9cCpXJleXsOckpURl49GwiyUpZ10KHgOEe11sx3G2gxI8S0jnxQB+Pu68U9vVcasqOWAEObtNKKZd8tSFu7LB5YAv0RAGhB8tmpv7sFnIm9y+7X5kXQfi8NMaZaA8i2ZHwpBdg7a6CMfwnnrtflzvZdXAsD3LH2TwevU+/PBPv0B6NMNk93wUs/vfJvye+YuI87HU38lZHowtznbLVdp770I6VHR6WfgS9ddzirrswsE1w5o0LV/g==",
        &[
            "\"@method\": POST",
            "\"@authority\": origin.host.internal.example",
            "\"@path\": /foo",
            &format!("\"content-digest\": {REQUEST_DIGEST}"),
            "\"content-type\": application/json",
            "\"content-length\": 18",
            "\"forwarded\": for=192.0.2.123;host=example.com;proto=https",
        ],
    );
}

#[test]
fn rfc_9421_appendix_b_4_changes_on_the_way() {
    let input = r#"("@method" "@path" "@authority" "accept");created=1618884473;keyid="test-key-ed25519""#;
    let signature = "ZT1kooQsEHpZ0I1IjCqtQppOmIqlJPeo7DHR3SoMn0s5JZ1eRGS0A+vyYP9t/LXlh5QMFFQ6cpLt2m0pmj3NDA==";
    let base =
        ["\"@method\": GET", "\"@path\": /demo", "\"@authority\": example.org", "\"accept\": application/json, */*"];
    let of = |method: &'static str, url: &str, accept: &[&'static str]| {
        accept.iter().fold(Request::new(method, url).unwrap(), |request, line| {
            request.header("Accept", line.as_bytes()).unwrap()
        })
    };
    let good = [
        of("GET", "https://example.org/demo?name1=Value1&Name2=value2", &["application/json", "*/*"]),
        of("GET", "https://example.org/demo?name1=Value1&Name2=value2&param=added", &[" application/json ", "*/*"]),
        of("GET", "HTTPS://Example.org:443/demo", &["application/json, */*"]),
    ];
    for request in &good {
        check(Message::Request(request), input, signature, &base);
    }
    let (components, parameters) = list(input);
    let bytes = STANDARD.decode(signature).unwrap();
    let signature = Signature { label: "transform".into(), components, parameters, bytes };
    for request in [
        of("POST", "https://example.com/demo?name1=Value1&Name2=value2", &["application/json", "*/*"]),
        of("GET", "https://example.org/demo", &["*/*", "application/json"]),
        of("GET", "https://example.org/demo", &[]),
    ] {
        assert!(signature.verify(Message::Request(&request), &key("test-key-ed25519")).is_err());
    }
}

#[test]
fn rfc_9421_section_2_1_fields() {
    let mut request = Request::new("GET", "https://www.example.com/xyz").unwrap();
    for (name, value) in [
        ("X-OWS-Header", "   Leading and trailing whitespace.   "),
        ("X-Obs-Fold-Header", "Obsolete\n    line folding."),
        ("Cache-Control", "max-age=60"),
        ("X-Empty-Header", " "),
        ("Cache-Control", "   must-revalidate"),
        ("Example-Dict", " a=1,    b=2;x=1;y=2,   c=(a   b    c), d"),
        ("Example-Header", "value, with, lots"),
        ("Example-Header", "of, commas"),
        ("Latin", "caf\u{e9}"),
    ] {
        request = request.header(name, value.as_bytes()).unwrap();
    }
    request.fields_mut().set_type("example-dict", FieldType::Dictionary);
    request.fields_mut().add_trailer("Expires", b"Wed, 9 Nov 2022 07:28:00 GMT").unwrap();
    let message = Message::Request(&request);
    for (component, value) in [
        (r#""x-ows-header""#, "Leading and trailing whitespace."),
        (r#""x-obs-fold-header""#, "Obsolete line folding."),
        (r#""cache-control""#, "max-age=60, must-revalidate"),
        (r#""x-empty-header""#, ""),
        (r#""example-dict";sf"#, "a=1, b=2;x=1;y=2, c=(a b c), d"),
        (r#""example-dict";key="a""#, "1"),
        (r#""example-dict";key="d""#, "?1"),
        (r#""example-dict";key="b""#, "2;x=1;y=2"),
        (r#""example-dict";key="c""#, "(a b c)"),
        (r#""example-header";bs"#, ":dmFsdWUsIHdpdGgsIGxvdHM=:, :b2YsIGNvbW1hcw==:"),
        (r#""expires";tr"#, "Wed, 9 Nov 2022 07:28:00 GMT"),
    ] {
        assert_eq!(line(message, component).unwrap(), format!("{component}: {value}"));
    }
    for component in [
        r#""expires""#,
        r#""cache-control";tr"#,
        r#""Cache-Control""#,
        r#""cache-control";sf"#,
        r#""cache-control";bs;sf"#,
        r#""cache-control";bs=?0"#,
        r#""cache-control";unknown"#,
        r#""cache-control";req"#,
        r#""cache-control" "cache-control""#,
        r#""example-dict";key="a";sf "example-dict";sf;key="a""#,
        r#""example-dict";key="z""#,
        r#""example-header";key="a""#,
        r#""latin""#,
        r"cache-control",
        r#""@method";sf"#,
        r#""@signature-params""#,
        r#""@status""#,
        r#""@unknown""#,
    ] {
        assert!(line(message, component).is_err(), "{component}");
    }
}

#[test]
fn rfc_9421_section_2_2_derived_components() {
    let of = |url: &str, component: &str| {
        let request = Request::new("GET", url).unwrap();
        line(Message::Request(&request), component).map(|line| line[component.len() + 2..].to_owned())
    };
    for (url, component, value) in [
        ("https://www.example.com/path?param=value", r#""@target-uri""#, "https://www.example.com/path?param=value"),
        ("HTTP://WWW.Example.com:80/Path", r#""@target-uri""#, "http://www.example.com/Path"),
        ("http://www.example.com:8080", r#""@authority""#, "www.example.com:8080"),
        ("https://[2001:DB8::1]:443/", r#""@authority""#, "[2001:db8::1]"),
        ("https://[::1]", r#""@authority""#, "[::1]"),
        ("http://www.example.com/path", r#""@scheme""#, "http"),
        ("https://www.example.com", r#""@path""#, "/"),
        ("https://www.example.com?a", r#""@request-target""#, "/?a"),
        (
            "https://www.example.com/path?param=value&foo=bar&baz=bat%2Dman",
            r#""@query""#,
            "?param=value&foo=bar&baz=bat%2Dman",
        ),
        ("https://www.example.com/path?queryString", r#""@query""#, "?queryString"),
        ("https://www.example.com/path", r#""@query""#, "?"),
        ("https://e.com/p?param=value&foo=bar&baz=batman&qux=", r#""@query-param";name="baz""#, "batman"),
        ("https://e.com/p?param=value&foo=bar&baz=batman&qux=", r#""@query-param";name="qux""#, ""),
        (
            "https://e.com/p?var=this%20is%20a%20big%0Amultiline%20value",
            r#""@query-param";name="var""#,
            "this%20is%20a%20big%0Amultiline%20value",
        ),
        ("https://e.com/p?bar=with+plus+whitespace", r#""@query-param";name="bar""#, "with%20plus%20whitespace"),
        (
            "https://e.com/p?fa%C3%A7ade%22%3A%20=something",
            r#""@query-param";name="fa%C3%A7ade%22%3A%20""#,
            "something",
        ),
    ] {
        assert_eq!(of(url, component).unwrap(), value, "{url}");
    }
    for component in
        [r#""@query-param";name="a""#, r#""@query-param";name="c""#, r#""@query-param""#, r#""@path";name="a""#]
    {
        assert!(of("https://e.com/p?a=1&b=2&a=3", component).is_err(), "{component}");
    }
    for url in [
        "/path",
        "example.com/path",
        "ftp://example.com/",
        "https:///path",
        "https://a@example.com/",
        "https://example.com/#part",
        "https://example.com#/path",
        "https://example.com\\path",
        "https://example.com:x/",
        "https://example.com/é",
        "https://exam ple.com/",
        "",
    ] {
        assert!(matches!(Request::new("GET", url), Err(Error::Core(CoreError::InvalidValue(_)))), "{url}");
    }
    assert!(Request::new("GET /", "https://example.com/").is_err());
    assert!(Request::new("GET", "https://example.com/").unwrap().header("Two Words", b"").is_err());
}

#[test]
fn rfc_9421_section_2_4_parts_of_the_request_in_a_response() {
    let request = test_request();
    let response = Response { request: Some(&request), status: 503, ..test_response() };
    let message = Message::Response(&response);
    assert_eq!(line(message, r#""@status""#).unwrap(), "\"@status\": 503");
    assert_eq!(line(message, r#""@method";req"#).unwrap(), "\"@method\";req: POST");
    assert_eq!(line(message, r#""content-digest";req"#).unwrap(), format!("\"content-digest\";req: {REQUEST_DIGEST}"));
    assert!(line(message, r#""@method""#).is_err());
    assert!(line(message, r#""@status";req"#).is_err());
    let alone = test_response();
    assert!(line(Message::Response(&alone), r#""@method";req"#).is_err());
}

#[test]
fn rfc_9530_content_digest() {
    check_content_digest(REQUEST_DIGEST.as_bytes(), b"{\"hello\": \"world\"}").unwrap();
    check_content_digest(RESPONSE_DIGEST.as_bytes(), b"{\"message\": \"good dog\"}").unwrap();
    assert_eq!(content_digest(b"{\"hello\": \"world\"}\n"), "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:");
    let both = format!("{}, {REQUEST_DIGEST}, md5=:AAAA:", content_digest(b"{\"hello\": \"world\"}"));
    check_content_digest(both.as_bytes(), b"{\"hello\": \"world\"}").unwrap();
    for (value, reason) in [
        (REQUEST_DIGEST, Refusal::NotAuthentic),
        ("md5=:AAAA:", Refusal::Insufficient),
        ("", Refusal::Insufficient),
        ("sha-256=AAAA", Refusal::Malformed),
        ("sha-256=:AAAA:", Refusal::NotAuthentic),
        ("sha-256", Refusal::Malformed),
    ] {
        assert_eq!(refusal(check_content_digest(value.as_bytes(), b"another body")), reason, "{value}");
    }
}
