//! Certificates and requests, read. The files in `tests/data/x509` are OpenSSL's.

use ironlatch::Error;
use ironlatch::asymmetric::rsa::Checks;
use ironlatch::keys::{PrivateKey, pem};
use ironlatch::x509::reader::{BasicConstraints, Certificate, CertificationRequest};

const ROOT: &[u8] = include_bytes!("../../../../tests/data/x509/root.pem");
const INTERMEDIATE: &[u8] = include_bytes!("../../../../tests/data/x509/intermediate.pem");
const LEAF: &[u8] = include_bytes!("../../../../tests/data/x509/leaf.pem");
const ODD: &[u8] = include_bytes!("../../../../tests/data/x509/odd.pem");
const REQUEST: &[u8] = include_bytes!("../../../../tests/data/x509/request.pem");

fn der(text: &[u8]) -> Vec<u8> {
    pem::find(text, |_| true, "").unwrap().decode().unwrap().to_vec()
}

/// `der` with the first `old` in it replaced by `new`, which is as long.
fn patched(der: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    let at = der.windows(old.len()).position(|window| window == old).expect("the bytes are there");
    [&der[..at], new, &der[at + old.len()..]].concat()
}

fn refusal(der: &[u8]) -> String {
    match Certificate::from_der(der) {
        Err(Error::InvalidValue(message)) => message.into_owned(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_certificate_says_what_openssl_says() {
    let leaf = Certificate::from_pem(LEAF).unwrap();
    assert_eq!(leaf.version(), 3);
    assert_eq!(leaf.serial(), [0, 0x80, 0xff]);
    assert_eq!(leaf.issuer().to_string(), "CN=Intermediate,O=Ironlatch tests,C=DE");
    assert_eq!(leaf.subject().to_string(), "CN=pinned.example,O=Ironlatch tests,C=DE");
    assert_eq!(leaf.subject().common_name(), Some("pinned.example"));
    assert_eq!(leaf.signature_algorithm().name(), Some("ed25519"));
    assert_eq!(leaf.key_description(), "EC secp256r1");
    let names: Vec<String> = leaf.alternative_names().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["DNS:pinned.example", "DNS:*.pinned.example", "IP:127.0.0.1", "IP:::1"]);
    assert_eq!(leaf.basic_constraints().unwrap(), None);
    assert_eq!(leaf.not_after().to_unix() - leaf.not_before().to_unix(), 7300 * 86_400);
    assert_eq!(leaf.as_der(), der(LEAF));

    let root = Certificate::from_pem(ROOT).unwrap();
    assert_eq!(root.basic_constraints().unwrap(), Some(BasicConstraints { ca: true, path_len: Some(1) }));
    assert_eq!(root.key_description(), "RSA, 2048 bits");
    assert_eq!(root.extensions().iter().filter(|extension| extension.critical).count(), 1);
    assert_eq!(root.alternative_names().unwrap(), []);
    assert_eq!(root.issuer(), root.subject());
}

#[test]
fn a_request_and_its_certificate_are_for_one_key() {
    let request = CertificationRequest::from_pem(REQUEST).unwrap();
    let certificate = Certificate::from_pem(INTERMEDIATE).unwrap();
    assert_eq!(request.subject(), certificate.subject());
    assert_eq!(request.public_key_info(), certificate.public_key_info());
    assert_eq!(request.key_description(), "Ed25519");
}

#[test]
fn names_are_escaped_and_cannot_steer_a_terminal() {
    let odd = Certificate::from_pem(ODD).unwrap();
    assert_eq!(
        odd.subject().to_string(),
        "CN=a\\1b[31m\\e2\\80\\aeb,1.2.840.113549.1.9.1=ada@example.com,CN=two+UID=names,OU=\\ spaced\\ ,\
         O=Ä\\, \\\"B\\\" \\<C\\>\\; #D,DC=example"
    );
    let names: Vec<String> = odd.alternative_names().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(
        names,
        [
            "email:ada@example.com",
            "URI:https://example.com/x",
            "directory:CN=inner",
            "OID:1.2.3.4",
            "other:#a00906022a03a0030c0178"
        ]
    );
}

#[test]
fn times_are_those_of_the_calendar() {
    // What `date -u -d @n` says of each.
    let der = der(LEAF);
    let start = der.windows(2).position(|window| window == [0x17, 13]).unwrap() + 2;
    for (utc, text, unix) in [
        ("500101000000Z", "1950-01-01T00:00:00Z", -631_152_000),
        ("691231235959Z", "1969-12-31T23:59:59Z", -1),
        ("000229120000Z", "2000-02-29T12:00:00Z", 951_825_600),
        ("240301000000Z", "2024-03-01T00:00:00Z", 1_709_251_200),
        ("491231235959Z", "2049-12-31T23:59:59Z", 2_524_607_999),
    ] {
        let mut der = der.clone();
        der[start..start + 13].copy_from_slice(utc.as_bytes());
        let time = Certificate::from_der(&der).unwrap().not_before();
        assert_eq!((time.to_string().as_str(), time.to_unix()), (text, unix));
    }
    for wrong in ["230229000000Z", "231301000000Z", "230101240000Z", "2301010000000", "2301010000+0Z"] {
        let mut der = der.clone();
        der[start..start + 13].copy_from_slice(wrong.as_bytes());
        refusal(&der);
    }
    assert!(Certificate::from_pem(ODD).unwrap().not_after().to_unix() > 4_000_000_000);
}

#[test]
fn a_chain_is_read_whole_and_in_order() {
    let text = [b"text before\n" as &[u8], LEAF, REQUEST, b"0 s:CN=x\n", INTERMEDIATE, ROOT].concat();
    let subjects: Vec<String> =
        Certificate::chain_from_pem(&text).unwrap().iter().map(|one| one.subject().to_string()).collect();
    assert_eq!(subjects.len(), 3);
    assert!(subjects[0].starts_with("CN=pinned.example,") && subjects[2].starts_with("CN=Root,"));
    assert_eq!(Certificate::from_pem(&text).unwrap(), Certificate::from_pem(LEAF).unwrap());

    for empty in [b"" as &[u8], b"no certificate", REQUEST] {
        assert!(matches!(Certificate::chain_from_pem(empty), Err(Error::InvalidValue(_))));
    }
    // One that is damaged spoils the chain: it is not passed over.
    let damaged = String::from_utf8(ROOT.to_vec()).unwrap().replacen("MII", "AAA", 1);
    Certificate::chain_from_pem(&[LEAF, damaged.as_bytes()].concat()).unwrap_err();
}

#[test]
fn malformed_certificates_are_refused() {
    let good = der(LEAF);
    for len in 0..good.len() {
        refusal(&good[..len]);
    }
    refusal(&[&good[..], &[0]].concat());
    assert!(refusal(LEAF).contains("PEM"));
    // Version 2 has no extensions, and there is no version 4.
    let version = [0xa0, 3, 2, 1, 2];
    assert!(refusal(&patched(&good, &version, &[0xa0, 3, 2, 1, 1])).contains("version"));
    assert!(refusal(&patched(&good, &version, &[0xa0, 3, 2, 1, 3])).contains("version 4"));
    // The default version is not to be written.
    refusal(&patched(&good, &version, &[0xa0, 3, 2, 1, 0]));
    // Two algorithms: Ed448 inside, Ed25519 outside.
    assert!(refusal(&patched(&good, &[6, 3, 43, 101, 112], &[6, 3, 43, 101, 113])).contains("two algorithms"));
    // The subject key identifier renamed to a second alternative name.
    assert!(refusal(&patched(&good, &[6, 3, 85, 29, 14], &[6, 3, 85, 29, 17])).contains("twice"));
}

#[test]
fn malformed_extensions_are_refused_when_they_are_asked_for() {
    let good = der(LEAF);
    for (old, new) in [
        (b"\x82\x0epinned.example" as &[u8], b"\x82\x0epinned\xffexample" as &[u8]), // not ASCII
        (b"\x82\x0epinned.example", b"\xa2\x0epinned.example"),                      // constructed
        (b"\x82\x0epinned.example", b"\x89\x0epinned.example"),                      // no such form
        (b"\x82\x0epinned.example", b"\x87\x0epinned.example"),                      // an address of 14 bytes
    ] {
        let certificate = Certificate::from_der(&patched(&good, old, new)).unwrap();
        assert!(matches!(certificate.alternative_names(), Err(Error::InvalidValue(_))));
    }
    let authority = patched(&der(ROOT), &[0x30, 6, 1, 1, 0xff, 2, 1, 1], &[0x30, 6, 1, 1, 0x01, 2, 1, 1]);
    let certificate = Certificate::from_der(&authority).unwrap();
    assert!(matches!(certificate.basic_constraints(), Err(Error::InvalidValue(_))));
}

#[test]
fn a_changed_byte_never_brings_it_down() {
    for text in [LEAF, ODD, ROOT] {
        let good = der(text);
        for at in 0..good.len() {
            for flip in [1, 0x20, 0x80, 0xff] {
                let mut der = good.clone();
                der[at] ^= flip;
                if let Ok(certificate) = Certificate::from_der(&der) {
                    let _ = (certificate.alternative_names(), certificate.basic_constraints());
                    let text = format!("{} {}", certificate.subject(), certificate.not_after());
                    assert!(!text.chars().any(char::is_control));
                    assert!(
                        der.windows(certificate.public_key_info().len()).any(|w| w == certificate.public_key_info())
                    );
                }
            }
        }
    }
}

#[test]
fn malformed_requests_are_refused() {
    let good = der(REQUEST);
    for len in 0..good.len() {
        assert!(matches!(CertificationRequest::from_der(&good[..len]), Err(Error::InvalidValue(_))));
    }
    assert!(matches!(CertificationRequest::from_der(&der(LEAF)), Err(Error::InvalidValue(_))));
    assert!(matches!(CertificationRequest::from_pem(LEAF), Err(Error::InvalidValue(_))));
}

#[test]
fn keys_are_described() {
    let key =
        PrivateKey::from_pem(include_bytes!("../../../../tests/data/keys/pkcs8.pem"), None, Checks::Full).unwrap();
    assert_eq!(key.description(), "RSA, 1024 bits");
    assert_eq!(key.public_key().description(), "RSA, 1024 bits");
}
