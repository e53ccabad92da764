//! HTTP message signatures: the vectors of RFC 9421, then what a policy must refuse.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ironlatch::Error as CoreError;
use ironlatch::keys::PublicKey;
use ironlatch::recipes::Error;
use ironlatch::recipes::error::Refusal;
use ironlatch::recipes::signing::request::structured_fields::{BareItem, Dictionary, Item, Member, Parameters};
use ironlatch::recipes::signing::request::{
    Authority, FieldType, Fields, Message, Request, RequestSigner, RequestVerifier, Response, Scheme, Signature,
    SignedFields, Target, check_content_digest, content_digest, signature_base,
};
use ironlatch::recipes::signing::{Algorithm, Key, KeySet, MAX_LEEWAY, MemoryReplayStore, ReplayStore};

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

const REQUEST_DIGEST: &str =
    "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:";
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

fn list(text: &str) -> (Vec<Item>, Parameters) {
    match Dictionary::parse(format!("sig={text}").as_bytes()).unwrap().0.remove(0).1 {
        Member::InnerList(list) => (list.items, list.parameters),
        Member::Item(_) => panic!("no list"),
    }
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

/// The value that a component of this message has, as the line of the signature base.
#[track_caller]
fn line(message: Message<'_>, component: &str) -> Result<String, Error> {
    let base = signature_base(message, &list(&format!("({component})")).0, &Parameters::default())?;
    Ok(base.rsplit_once('\n').unwrap().0.to_owned())
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

#[track_caller]
fn refusal<T: core::fmt::Debug>(result: Result<T, Error>) -> Refusal {
    match result {
        Err(Error::Refused { reason, message }) => {
            assert!(message.len() > 10);
            reason
        }
        other => panic!("not refused: {other:?}"),
    }
}

const NOW: u64 = 1_800_000_000;

fn verifier() -> RequestVerifier {
    RequestVerifier::new(&["api.example.com"]).unwrap()
}

const URL: &str = "https://api.example.com/pay?amount=7";

fn plain() -> Request<'static> {
    Request::new("POST", URL).unwrap().header("Content-Type", b"text/plain").unwrap().with_body(b"to Ada")
}

fn with<'a>(request: &Request<'a>, signed: &'a SignedFields) -> Request<'a> {
    signed
        .to_list()
        .into_iter()
        .fold(request.clone(), |request, (name, value)| request.header(name, value.as_bytes()).unwrap())
}

#[test]
fn what_is_signed_is_accepted_once() {
    for key in [Key::generate(), Key::generate_pair()] {
        let signed = RequestSigner::new(key.clone()).unwrap().sign_at(&plain(), NOW).unwrap();
        let (keys, store) = (KeySet::from(key.clone()), MemoryReplayStore::default());
        let (request, verifier) = (plain(), verifier());
        let request = with(&request, &signed);
        let verified = verifier.verify_at(&request, &keys, Some(&store), NOW + 10).unwrap();
        assert_eq!((verified.key_id.as_str(), verified.created), (key.id(), NOW));
        assert_eq!(
            verified.components,
            ["@method", "@authority", "@path", "@query", "content-type", "content-digest"]
                .map(|name| format!("\"{name}\""))
        );
        assert_eq!(refusal(verifier.verify_at(&request, &keys, Some(&store), NOW + 10)), Refusal::Replayed);
        assert!(verifier.verify_at(&request, &keys, None, NOW + 10).is_ok());
        // As long as it could be accepted again, it is remembered.
        assert_eq!(refusal(verifier.verify_at(&request, &keys, Some(&store), NOW + 330)), Refusal::Replayed);
        assert_eq!(refusal(verifier.verify_at(&request, &keys, Some(&store), NOW + 331)), Refusal::Expired);
        // The same once more is another request.
        let again = RequestSigner::new(key).unwrap().sign_at(&plain(), NOW).unwrap();
        assert_ne!(again.signature, signed.signature);
        let request = plain();
        verifier.verify_at(&with(&request, &again), &keys, Some(&store), NOW).unwrap();
    }
}

/// Says until when each thing is kept, and keeps it all.
#[derive(Default)]
struct Ends(std::sync::Mutex<Vec<u64>>, MemoryReplayStore);

impl ReplayStore for Ends {
    fn remember(&self, id: &str, until: u64, now: u64) -> Result<bool, Error> {
        self.0.lock().unwrap().push(until);
        self.1.remember(id, until, now)
    }
}

#[test]
fn what_one_verifier_accepted_no_other_accepts_however_long_its_time_is() {
    let key = Key::generate();
    let keys = KeySet::from(key.clone());
    let signer = RequestSigner::new(key.clone()).unwrap().with_validity(7200).unwrap();
    let taking = |max_age, leeway| verifier().with_max_age(max_age, leeway).unwrap();
    let (narrow, wide) = (taking(60, 0), taking(7200, 300));
    let (bare, signed) = (plain(), signer.sign_at(&plain(), NOW).unwrap());
    let request = with(&bare, &signed);
    let store = Ends::default();
    narrow.verify_at(&request, &keys, Some(&store), NOW + 5).unwrap();
    for later in [6, 61, 400, 7200, 7500] {
        let signed = signer.sign_at(&bare, NOW + later).unwrap();
        let other = with(&bare, &signed);
        // Something else comes in between, so that the store forgets what it may.
        wide.verify_at(&other, &keys, Some(&store), NOW + later).unwrap();
        assert_eq!(refusal(wide.verify_at(&request, &keys, Some(&store), NOW + later)), Refusal::Replayed, "{later}");
    }
    assert_eq!(refusal(wide.verify_at(&request, &keys, Some(&store), NOW + 7501)), Refusal::Expired);
    assert_eq!(store.0.lock().unwrap()[0], NOW + 7200 + MAX_LEEWAY);
    // No verifier reckons with clocks that differ by more.
    for leeway in [MAX_LEEWAY + 1, u64::MAX] {
        assert!(matches!(verifier().with_max_age(60, leeway), Err(Error::Core(CoreError::InvalidValue(_)))));
    }
}

#[test]
fn every_changed_byte_is_refused() {
    let key = Key::generate();
    let keys = KeySet::from(key.clone());
    let signed = RequestSigner::new(key).unwrap().sign_at(&plain(), NOW).unwrap();
    let plain = plain();
    let everywhere = RequestVerifier::new(&["api.example.com", "api2.example.com", "api.example.com:8443"]).unwrap();
    let verify = |request: &Request<'_>| everywhere.verify_at(request, &keys, None, NOW);
    verify(&with(&plain, &signed)).unwrap();
    let digest = signed.content_digest.clone().unwrap();
    for (which, field) in [&signed.signature_input, &signed.signature, &digest].into_iter().enumerate() {
        for index in 0..field.len() {
            for changed in [flipped(field, index), field[..index].to_owned()] {
                let mut fields = signed.clone();
                *[&mut fields.signature_input, &mut fields.signature, fields.content_digest.as_mut().unwrap()][which] =
                    changed;
                // The last character of base64 holds bits that mean nothing, and its padding may be
                // missing.
                let same = Dictionary::parse(field.as_bytes()).ok()
                    == Dictionary::parse(
                        [&fields.signature_input, &fields.signature, fields.content_digest.as_ref().unwrap()][which]
                            .as_bytes(),
                    )
                    .ok();
                assert!(same || verify(&with(&plain, &fields)).is_err(), "{which} {index}");
            }
        }
    }
    let other = |method, url: &str, kind: &'static str, body: &'static [u8]| {
        let request =
            Request::new(method, url).unwrap().header("Content-Type", kind.as_bytes()).unwrap().with_body(body);
        verify(&with(&request, &signed))
    };
    other("POST", URL, "text/plain", b"to Ada").unwrap();
    for result in [
        other("PUT", URL, "text/plain", b"to Ada"),
        other("POST", "https://api.example.com/pay?amount=8", "text/plain", b"to Ada"),
        other("POST", "https://api.example.com/pay", "text/plain", b"to Ada"),
        other("POST", "https://api.example.com/Pay?amount=7", "text/plain", b"to Ada"),
        other("POST", "https://api2.example.com/pay?amount=7", "text/plain", b"to Ada"),
        other("POST", "https://api.example.com:8443/pay?amount=7", "text/plain", b"to Ada"),
        other("POST", URL, "text/html", b"to Ada"),
        other("POST", URL, "text/plain", b"to Bob"),
        other("POST", URL, "text/plain", b""),
    ] {
        assert_eq!(refusal(result), Refusal::NotAuthentic);
    }
}

fn flipped(text: &str, index: usize) -> String {
    let mut bytes = text.as_bytes().to_vec();
    bytes[index] ^= 1;
    String::from_utf8(bytes).unwrap()
}

#[test]
fn keys_of_others_and_other_purposes_are_refused() {
    let (key, other) = (Key::generate_pair(), Key::generate_pair());
    let plain = plain();
    let signed =
        RequestSigner::new(key.clone()).unwrap().with_purpose("payments").unwrap().sign_at(&plain, NOW).unwrap();
    let request = with(&plain, &signed);
    let verify = |verifier: RequestVerifier, keys: Vec<Key>| {
        verifier.verify_at(&request, &KeySet::new(keys).unwrap(), None, NOW)
    };
    let payments = || verifier().with_purpose("payments").unwrap();
    verify(payments(), vec![other.clone(), key.public().unwrap()]).unwrap();
    assert_eq!(refusal(verify(payments(), vec![other.clone()])), Refusal::NotAuthentic);
    // Another key under the same name.
    let forged = other.with_id(key.id()).unwrap();
    assert_eq!(refusal(verify(payments(), vec![forged])), Refusal::NotAuthentic);
    assert_eq!(refusal(verify(verifier(), vec![key.clone()])), Refusal::Insufficient);
    let others = verifier().with_purpose("reports").unwrap();
    assert_eq!(refusal(verify(others, vec![key.clone()])), Refusal::Insufficient);
    let at = |authorities: &[&str]| RequestVerifier::new(authorities).unwrap().with_purpose("payments").unwrap();
    for here in ["API.example.com", "api.example.com:443", "api.example.com:"] {
        verify(at(&["other.example.com", here]), vec![key.clone()]).unwrap();
    }
    for elsewhere in ["api.example.org", "api.example.com:80", "example.com"] {
        assert_eq!(refusal(verify(at(&[elsewhere]), vec![key.clone()])), Refusal::Insufficient);
    }
    for wrong in [&[][..], &[""], &["https://api.example.com"], &["api.example.com/"], &["*"], &[".example.com,"]] {
        assert!(matches!(RequestVerifier::new(wrong), Err(Error::Core(CoreError::InvalidValue(_)))), "{wrong:?}");
    }
    let asking = payments().with_required(&["Idempotency-Key"]).unwrap();
    assert_eq!(refusal(verify(asking, vec![key.clone()])), Refusal::Insufficient);
    assert!(matches!(RequestSigner::new(key.public().unwrap()), Err(Error::Core(CoreError::WrongType(_)))));
}

#[test]
fn time_and_clocks() {
    let key = Key::generate();
    let keys = KeySet::from(key.clone());
    let plain = plain();
    let signer = RequestSigner::new(key).unwrap();
    let at = |signer: &RequestSigner, verifier: &RequestVerifier, now| {
        let signed = signer.sign_at(&plain, NOW).unwrap();
        verifier.verify_at(&with(&plain, &signed), &keys, None, now)
    };
    let verifier = verifier();
    for now in [NOW - 30, NOW, NOW + 300, NOW + 330] {
        at(&signer, &verifier, now).unwrap();
    }
    assert_eq!(refusal(at(&signer, &verifier, NOW - 31)), Refusal::NotYetValid);
    assert_eq!(refusal(at(&signer, &verifier, NOW + 331)), Refusal::Expired);
    assert_eq!(refusal(at(&signer, &verifier, u64::MAX)), Refusal::Expired);
    let strict = verifier.clone().with_max_age(10, 0).unwrap();
    at(&signer, &strict, NOW + 10).unwrap();
    assert_eq!(refusal(at(&signer, &strict, NOW + 11)), Refusal::Expired);
    let short = signer.clone().with_validity(5).unwrap();
    assert_eq!(refusal(at(&short, &strict, NOW + 6)), Refusal::Expired);
    for wrong in [0, u64::MAX] {
        assert!(signer.clone().with_validity(wrong).is_err());
        assert!(verifier.clone().with_max_age(wrong, 0).is_err());
    }
}

/// A request that is rightly signed, but with other components and parameters than ours.
fn signed_so(input: &str, key: &Key) -> (String, String) {
    let request = plain().header("Content-Digest", b"sha-256=:6fLJKFdCpjzC0HMBXEpVlEV6AUoFYUqJPsBdsrSRmiY=:").unwrap();
    let (components, parameters) = list(input);
    let signature = Signature::new(Message::Request(&request), "a", components, parameters, key).unwrap();
    (signature.input(), signature.value())
}

#[test]
fn a_signature_must_cover_and_say_enough() {
    let key = Key::from_secret(&[1; 32], Some("k")).unwrap();
    let keys = KeySet::from(key.clone());
    let digest = content_digest(b"to Ada");
    let store = MemoryReplayStore::default();
    let verify = |input: &str| {
        let base = plain().header("Content-Digest", digest.as_bytes()).unwrap();
        let (components, parameters) = list(input);
        let signature = Signature::new(Message::Request(&base), "a", components, parameters, &key).unwrap();
        let (input, value) = (signature.input(), signature.value());
        let request = base.clone().header("Signature-Input", input.as_bytes()).unwrap();
        let request = request.header("Signature", value.as_bytes()).unwrap();
        verifier().verify_at(&request, &keys, Some(&store), NOW).map(drop)
    };
    let all = r#"("@method" "@target-uri" "content-type" "content-digest");created=1800000000;keyid="k";nonce="1""#;
    verify(all).unwrap();
    assert_eq!(refusal(verify(all)), Refusal::Replayed);
    // Without a name of a key, each is tried.
    verify(&all.replace(";keyid=\"k\"", "").replace("\"1\"", "\"2\"")).unwrap();
    verify(&all.replace("\"1\"", "\"3\";alg=\"hmac-sha256\"")).unwrap();
    for (from, to, reason) in [
        ("\"@method\" ", "", Refusal::Insufficient),
        ("\"@target-uri\"", "\"@authority\" \"@path\"", Refusal::Insufficient),
        ("\"@target-uri\"", "\"@query-param\";name=\"amount\"", Refusal::Insufficient),
        ("\"content-type\" ", "", Refusal::Insufficient),
        (" \"content-digest\"", "", Refusal::Insufficient),
        ("\"content-digest\"", "\"content-digest\";key=\"sha-256\"", Refusal::Insufficient),
        ("created=1800000000;", "", Refusal::Insufficient),
        (";nonce=\"1\"", "", Refusal::Insufficient),
        (";nonce=\"1\"", ";nonce=\"4\";tag=\"x\"", Refusal::Insufficient),
        ("\"k\"", "\"unknown\"", Refusal::NotAuthentic),
        ("\"1\"", "\"4\";alg=\"ed25519\"", Refusal::NotAuthentic),
        ("1800000000", "\"1800000000\"", Refusal::Malformed),
        ("1800000000", "-1", Refusal::Malformed),
        ("\"k\"", "k", Refusal::Malformed),
        ("nonce=\"1\"", "nonce=1", Refusal::Malformed),
        ("\"1\"", "\"4\";expires=1799999969", Refusal::Expired),
    ] {
        assert_eq!(refusal(verify(&all.replace(from, to))), reason, "{to}");
    }
    let (input, value) = signed_so(all, &key);
    for (input, value) in [
        (None, Some(value.as_str())),
        (Some(input.as_str()), None),
        (None, None),
        (Some(""), Some("")),
        (Some("a=1"), Some(&*value)),
        (Some(&*input), Some("a=1")),
        (Some(&*input), Some("b=:AAAA:")),
        (Some(&*input), Some(&*format!("{value}, b=:AAAA:"))),
        (Some(&*format!("{input}, b=()")), Some(&*value)),
        (Some("a=("), Some(&*value)),
    ] {
        let mut request = plain();
        for (name, value) in [("Signature-Input", input), ("Signature", value)] {
            if let Some(value) = value {
                request = request.header(name, value.as_bytes()).unwrap();
            }
        }
        assert_eq!(refusal(verifier().verify_at(&request, &keys, None, NOW)), Refusal::Malformed);
    }
}

#[test]
fn a_request_without_an_end_is_remembered_for_as_long_as_any_verifier_may_take_it() {
    let key = Key::from_secret(&[1; 32], Some("k")).unwrap();
    let keys = KeySet::from(key.clone());
    let covered = r#"("@method" "@target-uri" "content-type" "content-digest");created=1800000000;keyid="k";nonce="1""#;
    let digest = content_digest(b"to Ada");
    let request = plain().header("Content-Digest", digest.as_bytes()).unwrap();
    let (components, parameters) = list(covered);
    let signature = Signature::new(Message::Request(&request), "a", components, parameters, &key).unwrap();
    let (input, value) = (signature.input(), signature.value());
    let request = request.header("Signature-Input", input.as_bytes()).unwrap();
    let request = request.header("Signature", value.as_bytes()).unwrap();
    let verify = |max_age, store: &Ends, now| {
        let verifier = verifier().with_max_age(max_age, 0).unwrap();
        verifier.verify_at(&request, &keys, Some(store), now).map(drop)
    };
    let store = Ends::default();
    verify(10, &store, NOW + 10).unwrap();
    store.remember("another", NOW + 9999, NOW + 3600).unwrap();
    assert_eq!(refusal(verify(3600, &store, NOW + 3600)), Refusal::Replayed);
    // A verifier that accepted it for longer could not tell whether it had been there.
    assert_eq!(refusal(verify(3601, &Ends::default(), NOW)), Refusal::Insufficient);
}

/// A key's name is no secret: knowing it must not let anyone make the verifier work for it.
#[test]
fn hostile_numbers_of_components_and_members_cost_little() {
    let key = Key::from_secret(&[1; 32], Some("k")).unwrap();
    let members: Vec<String> = (0..1024).map(|number| format!("k{number:04}=1")).collect();
    let (members, request) = (members.join(","), plain());
    for (count, keyid) in [(1024, ";keyid=\"k\""), (1024, ""), (64, "")] {
        // What the policy asks for is among them.
        let asked = ["@method", "@target-uri", "content-type", "content-digest"].map(|name| format!("\"{name}\""));
        let more = (asked.len()..count).map(|number| format!("\"x\";key=\"k{number:04}\""));
        let components: Vec<String> = asked.into_iter().chain(more).collect();
        let input = format!("a=({});created={NOW}{keyid}", components.join(" "));
        let request = request
            .clone()
            .header("X", members.as_bytes())
            .and_then(|request| request.header("Signature-Input", input.as_bytes()))
            .and_then(|request| request.header("Signature", b"a=:AAAA:"))
            .and_then(|request| request.header("Content-Digest", REQUEST_DIGEST.as_bytes()))
            .unwrap();
        let keys: Vec<Key> = (0..50).map(|number| key.clone().with_id(&format!("{number}")).unwrap()).collect();
        let keys = KeySet::new([vec![key.clone()], keys].concat()).unwrap();
        let start = std::time::Instant::now();
        let reason = refusal(verifier().verify_at(&request, &keys, None, NOW));
        assert_eq!(reason, if count > 64 { Refusal::Malformed } else { Refusal::NotAuthentic });
        // Not the whole field for each component and each key.
        assert!(start.elapsed().as_secs() < 5, "{count} {keyid}: {:?}", start.elapsed());
    }
}

#[test]
fn several_signatures_and_the_one_that_counts() {
    let (key, proxy) = (Key::generate(), Key::generate());
    let plain = plain();
    let signed = RequestSigner::new(key.clone()).unwrap().sign_at(&plain, NOW).unwrap();
    let theirs = RequestSigner::new(proxy).unwrap().sign_at(&plain, NOW).unwrap();
    let input = format!("{}, {}", theirs.signature_input.replace("sig1", "proxy"), signed.signature_input);
    let value = format!("{}, {}", theirs.signature.replace("sig1", "proxy"), signed.signature);
    let both = SignedFields { signature_input: input, signature: value, ..signed };
    let verified = verifier().verify_at(&with(&plain, &both), &KeySet::from(key.clone()), None, NOW);
    assert_eq!(verified.unwrap().key_id, key.id());
}

#[test]
fn signers_say_what_is_wrong() {
    let signer = RequestSigner::new(Key::generate()).unwrap();
    let asking = signer.clone().with_components(&["Idempotency-Key", "@scheme", "content-type"]).unwrap();
    let error = asking.sign_at(&plain(), NOW).unwrap_err();
    assert!(
        matches!(&error, Error::Core(CoreError::InvalidValue(message)) if message.contains("idempotency-key")),
        "{error:?}"
    );
    let request = plain().header("idempotency-key", b"\"8e03978e\"").unwrap();
    let signed = asking.sign_at(&request, NOW).unwrap();
    assert!(signed.signature_input.contains("\"idempotency-key\" \"@scheme\");created"), "{}", signed.signature_input);
    for wrong in ["", "@query-param", "@status", "two words", "\"quoted\""] {
        assert!(signer.clone().with_components(&[wrong]).is_err(), "{wrong}");
    }
    for wrong in ["", "é", "a\n"] {
        assert!(signer.clone().with_purpose(wrong).is_err());
    }
    // Fields of an earlier signature are no part of the new one.
    let first = signer.sign_at(&plain(), NOW).unwrap();
    let old = plain();
    let again = signer.sign_at(&with(&old, &first), NOW).unwrap();
    assert_eq!(again.content_digest, first.content_digest);
}

#[test]
fn the_store_in_memory_is_bounded_and_forgets_in_time() {
    let store = MemoryReplayStore::new(2);
    assert!(store.remember("a", 10, 1).unwrap());
    assert!(!store.remember("a", 20, 1).unwrap());
    assert!(store.remember("b", 5, 1).unwrap());
    assert_eq!(refusal(store.remember("c", 5, 1)), Refusal::Unchecked);
    assert!(!store.remember("b", 5, 5).unwrap());
    assert!(store.remember("c", 9, 6).unwrap());
    assert_eq!(store.len(), 2);
    assert!(store.remember("b", 30, 11).unwrap());
    // What came again is kept for the longer of its times.
    assert!(!store.remember("a", 5, 20).unwrap());
    assert!(store.remember("a", 40, 21).unwrap());
    assert_eq!(store.len(), 2);
}

#[test]
fn of_many_at_once_one_is_accepted() {
    let key = Key::generate();
    let (keys, store) = (KeySet::from(key.clone()), MemoryReplayStore::default());
    let plain = plain();
    let signed = RequestSigner::new(key).unwrap().sign_at(&plain, NOW).unwrap();
    let request = with(&plain, &signed);
    let accepted: usize = std::thread::scope(|scope| {
        let verify = || verifier().verify_at(&request, &keys, Some(&store), NOW).is_ok();
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(verify)).collect();
        threads.into_iter().map(|thread| usize::from(thread.join().unwrap())).sum()
    });
    assert_eq!(accepted, 1);
}

#[test]
fn a_host_is_a_host_and_nothing_else() {
    for (text, host, port, shown) in [
        ("API.example.com", "api.example.com", None, "api.example.com"),
        ("localhost:8080", "localhost", Some(8080), "localhost:8080"),
        ("example.com:", "example.com", None, "example.com"),
        ("192.0.2.1:1", "192.0.2.1", Some(1), "192.0.2.1:1"),
        ("[2001:DB8::1]", "[2001:db8::1]", None, "[2001:db8::1]"),
        ("[::ffff:192.0.2.1]:65535", "[::ffff:192.0.2.1]", Some(65535), "[::ffff:192.0.2.1]:65535"),
        ("my_service.internal", "my_service.internal", None, "my_service.internal"),
    ] {
        let authority = Authority::parse(text).unwrap();
        assert_eq!((authority.host(), authority.port(), authority.to_string().as_str()), (host, port, shown));
    }
    for wrong in [
        "",
        ":",
        ":80",
        "a b",
        " a",
        "a ",
        "a/b",
        "a?b",
        "a#b",
        "a#",
        "a@b",
        "a:b@c",
        "a\\b",
        "a%2fb",
        "a%41",
        "a,b",
        "a;b",
        "a:80:80",
        "a:x",
        "a:-1",
        "a:+1",
        "a:0",
        "a:080",
        "a:65536",
        "a:99999999999999999999",
        "a: 80",
        "a:80 ",
        "::1",
        "[::1",
        "::1]",
        "[]",
        "[::1]a",
        "[::1]:x",
        "[::1%eth0]",
        "[::1%25eth0]",
        "[v1.a]",
        "[a.example]",
        "[192.0.2.1]",
        "[[::1]]",
        "é",
        "a\n",
        "a\0",
        "a\tb",
        "a\"b",
        "a<b",
        "*",
        "*.a",
    ] {
        assert!(matches!(Authority::parse(wrong), Err(Error::Core(CoreError::InvalidValue(_)))), "{wrong:?}");
        assert!(Target::new(Scheme::Https, wrong, "/", None).is_err(), "{wrong:?}");
    }
    assert!(Authority::parse(&"a".repeat(254)).is_err());
    let same = |a, b, scheme| Authority::parse(a).unwrap().is_same(&Authority::parse(b).unwrap(), scheme);
    assert!(same("a", "A:443", Scheme::Https) && same("a:80", "a", Scheme::Http) && same("a:8", "a:8", Scheme::Http));
    assert!(!same("a", "a:443", Scheme::Http) && !same("a", "b", Scheme::Http) && !same("a:8", "a:9", Scheme::Http));
}

/// The parts of a target are those that were given, whatever they hold, or there is none.
#[test]
fn parts_stay_apart() {
    let whole = Target::new(Scheme::Https, "api.example.com", "/pay", Some("amount=7")).unwrap();
    assert_eq!(whole, Target::parse(URL).unwrap());
    for host in
        ["api.example.com/pay?amount=7#", "api.example.com/pay?amount=7&x=", "api.example.com#", "x@api.example.com"]
    {
        assert!(Target::new(Scheme::Https, host, "/other", None).is_err(), "{host}");
        assert!(Target::received(Scheme::Https, host, "GET", "/other").is_err(), "{host}");
    }
    for (path, query) in [
        ("", None),
        ("pay", None),
        ("*", None),
        ("/pay?amount=7", None),
        ("/pay#", None),
        ("/pay", Some("amount=7#")),
        ("/p ay", None),
        ("/p\ny", None),
        ("/é", None),
        ("/", Some("a b")),
    ] {
        assert!(Target::new(Scheme::Https, "api.example.com", path, query).is_err(), "{path} {query:?}");
    }
    let double = Target::new(Scheme::Https, "api.example.com", "//evil.example/a", Some("b?c/d")).unwrap();
    assert_eq!(
        (double.authority().host(), double.path(), double.query()),
        ("api.example.com", "//evil.example/a", Some("b?c/d"))
    );
}

/// RFC 9112 §3.2 has four forms of a request's target, RFC 9421 §2.2.5 the component of each.
#[test]
fn request_targets_of_each_form() {
    let of = |method, target| Target::received(Scheme::Http, "www.example.com", method, target);
    for (method, target, path, query) in [
        ("GET", "/path?a=b", "/path", Some("a=b")),
        ("GET", "http://www.example.com/path?a=b", "/path", Some("a=b")),
        ("GET", "HTTP://WWW.example.com:80", "/", None),
        ("CONNECT", "www.example.com:80", "/", None),
        ("OPTIONS", "*", "/", None),
    ] {
        let found = of(method, target).unwrap();
        assert_eq!((found.path(), found.query(), found.request_target().as_str()), (path, query, target));
        assert_eq!((found.authority().to_string().as_str(), found.scheme()), ("www.example.com", Scheme::Http));
        let request = Request::to(method, found).unwrap();
        assert_eq!(
            line(Message::Request(&request), "\"@request-target\"").unwrap(),
            format!("\"@request-target\": {target}")
        );
    }
    for (method, target) in [
        ("GET", ""),
        ("GET", "*"),
        ("GET", "path"),
        ("GET", "/path#part"),
        ("GET", "www.example.com:80"),
        ("GET", "http://other.example.com/path"),
        ("GET", "http://www.example.com:8080/path"),
        ("GET", "http://www.example.com/path#part"),
        ("GET", "http://www.example.com@other.example.com/"),
        ("GET", "ftp://www.example.com/"),
        ("OPTIONS", "*/path"),
        ("CONNECT", "other.example.com:80"),
        ("CONNECT", "www.example.com:80/path"),
        ("CONNECT", "*"),
    ] {
        assert!(matches!(of(method, target), Err(Error::Core(CoreError::InvalidValue(_)))), "{method} {target}");
    }
}

#[test]
fn a_request_names_one_host() {
    let key = Key::generate();
    let (keys, signer) = (KeySet::from(key.clone()), RequestSigner::new(key).unwrap());
    let to = |hosts: &[&'static str]| {
        hosts.iter().fold(plain(), |request, host| request.header("Host", host.as_bytes()).unwrap())
    };
    let signed = signer.sign_at(&plain(), NOW).unwrap();
    for good in [&[][..], &["api.example.com"], &["API.example.com:443"], &[" api.example.com:"]] {
        signer.sign_at(&to(good), NOW).unwrap();
        verifier().verify_at(&with(&to(good), &signed), &keys, None, NOW).unwrap();
    }
    for wrong in [
        &["other.example.com"][..],
        &["api.example.com:80"],
        &["api.example.com/pay?amount=7#"],
        &["api.example.com", "api.example.com"],
        &["api.example.com,api.example.com"],
        &[""],
    ] {
        assert!(matches!(signer.sign_at(&to(wrong), NOW), Err(Error::Core(CoreError::InvalidValue(_)))), "{wrong:?}");
        let request = to(wrong);
        assert_eq!(refusal(verifier().verify_at(&with(&request, &signed), &keys, None, NOW)), Refusal::Malformed);
    }
    // Signatures of what has no path say too little.
    for (method, target) in [("OPTIONS", "*"), ("CONNECT", "api.example.com:443")] {
        let target = Target::received(Scheme::Https, "api.example.com", method, target).unwrap();
        let request = Request::to(method, target).unwrap();
        let signed = signer.sign_at(&request, NOW).unwrap();
        let received = with(&request, &signed);
        assert_eq!(refusal(verifier().verify_at(&received, &keys, None, NOW)), Refusal::Insufficient);
    }
}

#[test]
fn a_fields_value_is_one_line() {
    for good in ["", "a", "a\r\n b", "a\n\tb", "a\r\n  \r\n b"] {
        assert!(plain().header("X", good.as_bytes()).is_ok(), "{good:?}");
    }
    for wrong in ["a\nB: c", "a\r\nB: c", "a\n", "a\r\n", "a\rb", "a\r b", "a\0", "\n", "a\n\r\n b"] {
        assert!(
            matches!(plain().header("X", wrong.as_bytes()), Err(Error::Core(CoreError::InvalidValue(_)))),
            "{wrong:?}"
        );
        assert!(plain().fields_mut().add_trailer("X", wrong.as_bytes()).is_err(), "{wrong:?}");
    }
}

/// Looking up a key may cost the caller a database, and a signature the machine a millisecond.
#[test]
fn what_costs_nothing_is_checked_before_a_key_is_looked_up() {
    struct Asked(core::cell::Cell<u32>);
    impl ironlatch::recipes::signing::request::Keys for Asked {
        fn candidates(&self, _: Option<&str>) -> ironlatch::recipes::Result<Vec<Key>> {
            self.0.set(self.0.get() + 1);
            Ok(Vec::new())
        }
    }
    let key = Key::generate();
    let signer = RequestSigner::new(key).unwrap();
    let (plain, keys) = (plain(), Asked(0.into()));
    let verify = |signed: &SignedFields, verifier: &RequestVerifier, now| {
        refusal(verifier.verify_at(&with(&plain, signed), &keys, None, now))
    };
    let signed = signer.sign_at(&plain, NOW).unwrap();
    assert_eq!(verify(&signed, &verifier(), NOW + 1000), Refusal::Expired);
    assert_eq!(verify(&signed, &verifier(), NOW - 1000), Refusal::NotYetValid);
    assert_eq!(verify(&signed, &verifier().with_required(&["x"]).unwrap(), NOW), Refusal::Insufficient);
    assert_eq!(verify(&signed, &verifier().with_purpose("x").unwrap(), NOW), Refusal::Insufficient);
    assert_eq!(verify(&signed, &RequestVerifier::new(&["other.example.com"]).unwrap(), NOW), Refusal::Insufficient);
    assert_eq!(keys.0.get(), 0);
    assert_eq!(verify(&signed, &verifier(), NOW), Refusal::NotAuthentic);
    assert_eq!(keys.0.get(), 1);
}
