//! Certificates and their parts, read. The files in `tests/data/x509` are OpenSSL's.

use ironlatch::oid;
use ironlatch_core::hash::HashAlgorithm;
use ironlatch_x509::algorithms::{hash_from_oid, hash_to_oid};
use ironlatch_x509::error::{Fault, Malformed};
use ironlatch_x509::extensions::{ExtensionValue, Place};
use ironlatch_x509::names::{Attribute, Name, StringType, encode};
use ironlatch_x509::{
    AlgorithmIdentifier, Certificate, CertificateRequest, Error, Kind, SignatureAlgorithm, Time, Tolerant, rfc4514,
};

const ROOT: &[u8] = include_bytes!("../../../../tests/data/x509/root.pem");
const INTERMEDIATE: &[u8] = include_bytes!("../../../../tests/data/x509/intermediate.pem");
const LEAF: &[u8] = include_bytes!("../../../../tests/data/x509/leaf.pem");
const ODD: &[u8] = include_bytes!("../../../../tests/data/x509/odd.pem");
const REQUEST: &[u8] = include_bytes!("../../../../tests/data/x509/request.pem");

fn der(text: &[u8]) -> Vec<u8> {
    Certificate::from_pem(text).unwrap().as_der().to_vec()
}

/// `der` with the first `old` in it replaced by `new`, which is as long.
fn patched(der: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    let at = der.windows(old.len()).position(|window| window == old).expect("the bytes are there");
    [&der[..at], new, &der[at + old.len()..]].concat()
}

fn malformed(der: &[u8]) -> Malformed {
    match Certificate::from_der(der) {
        Err(Error::Malformed(malformed)) => *malformed,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_certificate_says_what_openssl_says() {
    let leaf = Certificate::from_pem(LEAF).unwrap();
    assert_eq!(leaf.version(), 2);
    assert_eq!(leaf.serial(), [0, 0x80, 0xff]);
    assert_eq!(leaf.issuer().to_string(), "CN=Intermediate,O=Ironlatch tests,C=DE");
    assert_eq!(leaf.subject().to_string(), "CN=pinned.example,O=Ironlatch tests,C=DE");
    assert_eq!(leaf.subject().common_name().as_deref(), Some("pinned.example"));
    assert_eq!(leaf.signature_algorithm().unwrap(), SignatureAlgorithm::Ed25519);
    assert_eq!(leaf.public_key_algorithm().unwrap(), oid::EC_PUBLIC_KEY);
    assert_eq!(leaf.public_key_octets().len(), 65);
    let names: Vec<String> = leaf.alternative_names().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["DNS:pinned.example", "DNS:*.pinned.example", "IP:127.0.0.1", "IP:::1"]);
    assert_eq!(leaf.not_after().to_unix() - leaf.not_before().to_unix(), 7300 * 86_400);
}

#[test]
fn each_extension_is_written_as_it_was_read() {
    let mut seen = 0;
    for certificate in [ROOT, INTERMEDIATE, LEAF, ODD].map(|text| Certificate::from_pem(text).unwrap()) {
        certificate.extensions().check_unique().unwrap();
        for extension in certificate.extensions().iter() {
            let value = extension.parse(Place::Certificate).unwrap();
            assert_ne!(value, ExtensionValue::Unrecognized);
            assert_eq!(value.to_der().unwrap(), extension.value);
            assert_eq!(certificate.extensions().get(&extension.oid), Some(extension));
            seen += 1;
        }
    }
    assert!(seen >= 6, "{seen}");
}

#[test]
fn a_chain_is_verified_link_by_link() {
    let [root, intermediate, leaf] = [ROOT, INTERMEDIATE, LEAF].map(|text| Certificate::from_pem(text).unwrap());
    leaf.verify_directly_issued_by(&intermediate).unwrap();
    intermediate.verify_directly_issued_by(&root).unwrap();
    root.verify_directly_issued_by(&root).unwrap();
    assert_eq!(leaf.verify_directly_issued_by(&root), Err(Error::IssuerMismatch));
    let key = intermediate.public_key().unwrap();
    assert!(matches!(root.verify_signature(&key), Err(Error::WrongKey(_))));
    let forged = patched(leaf.as_der(), &[0, 0x80, 0xff], &[0, 0x80, 0xfe]);
    let forged = Certificate::from_der(&forged).unwrap();
    assert_eq!(forged.verify_directly_issued_by(&intermediate), Err(Error::InvalidSignature));
}

#[test]
fn a_fault_is_named_with_its_place() {
    let leaf = der(LEAF);
    // The country, in a type that has no such characters.
    let Malformed { path, fault } = malformed(&patched(&leaf, b"\x13\x02DE", b"\x13\x02D@"));
    assert_eq!(path, "tbsCertificate.issuer[0]");
    assert!(matches!(fault, Fault::Der(_)));
    // TRUE as BER may write it.
    let root = der(ROOT);
    let Malformed { path, .. } = malformed(&patched(&root, &[1, 1, 0xff, 4], &[1, 1, 0x01, 4]));
    assert!(path.starts_with("tbsCertificate.extensions[") && path.ends_with("].critical"), "{path}");
    assert_eq!(malformed(&leaf[..leaf.len() - 1]).path, "");
    assert_eq!(malformed(&[&leaf[..], b"\0"].concat()).path, "");
}

#[test]
fn what_is_something_else_is_called_by_its_name() {
    let found = |der: &[u8]| match Certificate::from_der(der) {
        Err(Error::WrongKind { wanted: Kind::Certificate, found }) => found,
        other => panic!("{other:?}"),
    };
    assert_eq!(found(LEAF), Kind::Pem);
    assert_eq!(found(b""), Kind::Nothing);
    assert_eq!(found(b"<html>\r\n"), Kind::Text);
    assert_eq!(found(b"MIIB"), Kind::Text);
    assert_eq!(found(Certificate::from_pem(LEAF).unwrap().public_key_info()), Kind::PublicKey);
    let request = ironlatch_core::keys::pem::find(REQUEST, |_| true, "").unwrap().decode().unwrap();
    assert_eq!(found(&request), Kind::Request);
}

#[test]
fn versions_and_doubled_extensions_are_refused() {
    let root = der(ROOT);
    let second = patched(&root, &[0xa0, 3, 2, 1, 2], &[0xa0, 3, 2, 1, 1]);
    assert_eq!(Certificate::from_der(&second), Err(Error::InvalidVersion { kind: Kind::Certificate, version: 1 }));
    let written_out = patched(&root, &[0xa0, 3, 2, 1, 2], &[0xa0, 3, 2, 1, 0]);
    assert_eq!(malformed(&written_out).path, "tbsCertificate.version");
    // The basic constraints become a second subject key identifier.
    let doubled = patched(&root, &[0x55, 0x1d, 0x13], &[0x55, 0x1d, 0x0e]);
    let doubled = Certificate::from_der(&doubled).unwrap();
    let oid = oid::SUBJECT_KEY_IDENTIFIER;
    assert_eq!(doubled.extensions().check_unique(), Err(Error::DuplicateExtension { oid }));
}

#[test]
fn bundles_are_read_with_what_stands_between() {
    let bundle = [b"# text\n", ROOT, b"text\n", REQUEST, LEAF].concat();
    let all = Certificate::all_from_pem(&bundle).unwrap();
    assert_eq!(all.iter().map(Certificate::as_der).collect::<Vec<_>>(), [der(ROOT), der(LEAF)]);
    assert_eq!(Certificate::from_pem(&all[0].to_pem()).unwrap(), all[0]);
    let other = Certificate::from_pem(REQUEST).unwrap_err();
    assert!(
        matches!(other, Error::Core(_)) && other.to_string().ends_with("a block \"CERTIFICATE REQUEST\"."),
        "{other}"
    );
    assert!(matches!(Certificate::all_from_pem(b""), Err(Error::Core(_))));
}

#[test]
fn values_of_names_are_text_in_every_type() {
    let kinds = [StringType::Utf8, StringType::Bmp, StringType::Universal, StringType::T61, StringType::Visible];
    let attributes = kinds.map(|kind| vec![Attribute::new(oid::COMMON_NAME, kind, "Käse 😀").unwrap()]);
    let der = encode(&attributes).unwrap();
    let name = Name::from_der(&der).unwrap();
    for (attribute, kind) in name.attributes().zip(kinds) {
        assert_eq!((attribute.string_type().unwrap(), &*attribute.text().unwrap()), (kind, "Käse 😀"));
    }
    let latin = Attribute::from_octets(oid::COMMON_NAME, StringType::T61, &b"K\xe4se"[..]).unwrap();
    assert_eq!(latin.text().unwrap(), "Käse");
    let bits = Attribute::from_octets(oid::X500_UNIQUE_IDENTIFIER, StringType::BitString, &[0, 1][..]).unwrap();
    assert!(bits.text().is_err());
    let half = Attribute::from_octets(oid::COMMON_NAME, StringType::Bmp, &[0xd8, 0][..]).unwrap();
    assert!(half.text().is_err());
}

#[test]
fn names_are_read_from_text_and_written_again() {
    let text = r"CN=a\,b\+c\\d,UID=\ x\ +OU=\#1,1.2.3=\c3\a4,C=";
    let parts = rfc4514::parse(text, |_| None).unwrap();
    let values: Vec<&str> = parts.iter().flatten().map(|(_, value)| &**value).collect();
    assert_eq!(values, ["", "ä", " x ", "#1", r"a,b+c\d"]);
    assert_eq!(rfc4514::escape(" x "), r"\ x\ ");
    assert_eq!(rfc4514::escape("#1,\0"), r"\#1\,\00");
    for refused in [
        "CN",
        "CN=a,",
        "=a",
        "XX=a",
        "CN=a ",
        "CN= a",
        "CN=a;b",
        r"CN=\zz",
        "CN=#",
        "CN=#f",
        "CN=#ff",
        "01.2=a",
        "1=a",
        "CN=a,,C=b",
    ] {
        assert!(rfc4514::parse(refused, |_| None).is_err(), "{refused}");
    }
    let own = |name: &str| (name == "XX").then_some(oid::DN_QUALIFIER);
    assert!(rfc4514::parse("XX=a", own).is_ok());
    assert!(rfc4514::parse("", |_| None).unwrap().is_empty());
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
        ["email:ada@example.com", "URI:https://example.com/x", "directory:CN=inner", "OID:1.2.3.4", "other:#0c0178"]
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
        assert_eq!(Time::from_unix(unix).unwrap(), time);
    }
    for wrong in ["230229000000Z", "231301000000Z", "230101240000Z", "2301010000000", "2301010000+0Z"] {
        let mut der = der.clone();
        der[start..start + 13].copy_from_slice(wrong.as_bytes());
        assert_eq!(malformed(&der).path, "tbsCertificate.validity.notBefore");
    }
    assert!(Certificate::from_pem(ODD).unwrap().not_after().to_unix() > 4_000_000_000);
    assert!(Time::from_unix(i64::from(i32::MAX) * 1000).is_err());
    assert!(Time::now() > "2026-01-01".parse().unwrap());
}

#[test]
fn malformed_extensions_are_refused_when_they_are_asked_for() {
    let good = der(LEAF);
    for (old, new) in [
        (b"\x82\x0epinned.example" as &[u8], b"\x82\x0epinned\xffexample" as &[u8]), // not UTF-8
        (b"\x82\x0epinned.example", b"\xa2\x0epinned.example"),                      // constructed
        (b"\x82\x0epinned.example", b"\x89\x0epinned.example"),                      // no such form
    ] {
        let certificate = Certificate::from_der(&patched(&good, old, new)).unwrap();
        let Err(Error::Malformed(malformed)) = certificate.alternative_names() else { panic!("it was read") };
        assert_eq!(malformed.path, "subjectAltName[0]");
    }
    let authority = patched(&der(ROOT), &[0x30, 6, 1, 1, 0xff, 2, 1, 1], &[0x30, 6, 1, 1, 0x01, 2, 1, 1]);
    let certificate = Certificate::from_der(&authority).unwrap();
    assert!(matches!(certificate.basic_constraints(), Err(Error::Malformed(_))));
    assert!(Certificate::from_pem(ROOT).unwrap().basic_constraints().unwrap().unwrap().ca);
}

#[test]
fn a_changed_byte_never_brings_it_down() {
    for text in [LEAF, ODD, ROOT] {
        let good = der(text);
        for len in 0..good.len() {
            assert!(Certificate::from_der(&good[..len]).is_err());
        }
        for at in 0..good.len() {
            for flip in [1, 0x20, 0x80, 0xff] {
                let mut der = good.clone();
                der[at] ^= flip;
                let Ok(certificate) = Certificate::from_der(&der) else { continue };
                let _ = (certificate.alternative_names(), certificate.basic_constraints());
                for extension in certificate.extensions().iter() {
                    let _ = extension.parse(Place::Certificate);
                }
                let text = format!("{} {}", certificate.subject(), certificate.not_after());
                assert!(!text.chars().any(char::is_control));
            }
        }
    }
}

#[test]
fn keys_are_described() {
    assert_eq!(Certificate::from_pem(ROOT).unwrap().key_description(), "RSA, 2048 bits");
    let request = CertificateRequest::from_pem(REQUEST).unwrap();
    assert_eq!(request.key_description(), "Ed25519");
    let certificate = Certificate::from_pem(INTERMEDIATE).unwrap();
    assert_eq!(request.subject(), certificate.subject());
    assert_eq!(request.public_key_info(), certificate.public_key_info());
    assert_eq!(certificate.fingerprint(HashAlgorithm::Sha256).len(), 32);
}

#[test]
fn slips_of_authorities_are_read_where_that_is_asked_for() {
    let root = der(ROOT);
    let refused = |der: &[u8]| matches!(Certificate::from_der(der), Err(Error::Malformed(_)));
    let slips = |read: &Tolerant<Certificate>| read.deviations.iter().map(ToString::to_string).collect::<Vec<_>>();
    let version_2 = [0xa0, 3, 2, 1, 2];
    let written_out = patched(&root, &version_2, &[0xa0, 3, 2, 1, 0]);
    assert!(refused(&written_out));
    let read = Certificate::read_tolerant(&written_out).unwrap();
    assert_eq!(read.value.version(), 0);
    assert_eq!(read.value.as_der(), written_out);
    assert_eq!(slips(&read), ["tbsCertificate.version: the first version is written out, which DER leaves out"]);
    for (octet, critical, slip) in [(0x01, true, "TRUE is not the octet 255"), (0x00, false, "FALSE is written out")] {
        let slip_der = patched(&root, &[1, 1, 0xff, 4], &[1, 1, octet, 4]);
        assert!(refused(&slip_der));
        let read = Certificate::read_tolerant(&slip_der).unwrap();
        let constraints = read.value.extensions().get(&oid::BASIC_CONSTRAINTS).unwrap();
        assert_eq!(constraints.critical, critical);
        assert!(read.value.basic_constraints().unwrap().unwrap().ca);
        assert!(slips(&read)[0].contains(slip) && slips(&read)[0].contains(".critical: "), "{:?}", slips(&read));
        // What is signed stays what the issuer signed.
        assert_eq!(read.value.tbs().len(), Certificate::from_der(&root).unwrap().tbs().len());
        assert_eq!(read.value.as_der(), slip_der);
    }
    // Without NULL, RSA's parameters are read by both; with another, by one.
    let parameters = patched(&root, &[1, 1, 11, 5, 0], &[1, 1, 11, 4, 0]);
    assert!(refused(&parameters));
    assert!(Certificate::read_tolerant(&parameters).is_ok());
    let strict = Certificate::from_der(&root).unwrap();
    let read = Certificate::read_tolerant(&root).unwrap();
    assert_eq!((read.value, read.deviations.len()), (strict, 0));
    assert!(Certificate::read_tolerant(&root[..root.len() - 1]).is_err());
}

#[test]
fn of_a_pss_signature_each_part_is_known_by_itself() {
    let known = HashAlgorithm::Sha384;
    let whole = SignatureAlgorithm::RsaPss { hash: known, mgf1_hash: HashAlgorithm::Sha512, salt_length: 48 };
    let der = whole.to_der().unwrap();
    let read = |der: &[u8]| {
        let identifier: AlgorithmIdentifier<'_> = asn1::parse_single(der).unwrap();
        let algorithm = SignatureAlgorithm::from_identifier(&identifier);
        (identifier.message_hash(), identifier.pss_mask(), algorithm)
    };
    let mask = Some((HashAlgorithm::Sha512, 48));
    assert_eq!(read(&der), (Ok(Some(known)), Ok(mask), Ok(whole)));
    let is_unknown = |result: &Result<SignatureAlgorithm, _>| matches!(result, Err(Error::UnsupportedAlgorithm { .. }));
    // SHA-384 and SHA-512 become functions that nobody knows.
    let odd = patched(&der, &[0x65, 3, 4, 2, 2], &[0x65, 3, 4, 2, 99]);
    let (hash, of_mask, algorithm) = read(&odd);
    assert!(hash.is_err() && of_mask == Ok(mask) && is_unknown(&algorithm));
    let odd = patched(&der, &[0x65, 3, 4, 2, 3], &[0x65, 3, 4, 2, 99]);
    let (hash, of_mask, algorithm) = read(&odd);
    assert!(hash == Ok(Some(known)) && of_mask.is_err() && is_unknown(&algorithm));
    let ecdsa = SignatureAlgorithm::Ecdsa(known);
    assert_eq!(read(&ecdsa.to_der().unwrap()), (Ok(Some(known)), Ok(None), Ok(ecdsa)));
}

#[test]
fn two_algorithms_for_one_signature_are_refused_where_it_is_verified() {
    let ed25519 = [0x30, 5, 6, 3, 0x2b, 0x65, 0x70];
    let mut changed = der(LEAF);
    let outer = changed.windows(ed25519.len()).rposition(|window| window == ed25519).unwrap();
    changed[outer + ed25519.len() - 1] = 0x71;
    let changed = Certificate::from_der(&changed).unwrap();
    assert!(!changed.algorithms_match());
    let intermediate = Certificate::from_pem(INTERMEDIATE).unwrap();
    let refused = changed.verify_directly_issued_by(&intermediate);
    assert_eq!(refused, Err(Error::AlgorithmMismatch(Kind::Certificate)));
}

#[test]
fn hash_functions_come_back_from_their_identifiers() {
    use HashAlgorithm::{Md5, Sha1, Sha3_256, Sha3_512, Sha224, Sha256, Sha384, Sha512};
    for hash in [Sha1, Sha224, Sha256, Sha384, Sha512, Sha3_256, Sha3_512] {
        assert_eq!(hash_from_oid(&hash_to_oid(hash).unwrap()), Ok(hash));
    }
    assert!(matches!(hash_to_oid(Md5), Err(Error::UnsupportedAlgorithm { .. })));
}
