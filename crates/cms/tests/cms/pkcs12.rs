//! PKCS #12 from Rust. `tests/python/test_pkcs12.py` has more, and other programs.

use ironlatch::asymmetric::ed25519;
use ironlatch::cms::pkcs12::{Contents, KeyAndCertificates, NewCertificate, NewKey, Protection, write};
use ironlatch::cms::{Error, Kind, Password};
use ironlatch::keys::PrivateKey;
use ironlatch::keys::pbes::Scheme;
use ironlatch::x509::Certificate;

const ROOT: &[u8] = include_bytes!("../../../../tests/data/x509/root.pem");

fn root() -> Certificate {
    Certificate::from_pem(ROOT).unwrap()
}

fn quick(password: &[u8]) -> Protection<'_> {
    Protection { encryption: Some(Scheme::Pbes2Sha256Aes256 { iterations: 10 }), ..Protection::new(password) }
}

fn refusal(data: &[u8], password: Option<&[u8]>) -> Error {
    Contents::read(data, password).unwrap_err()
}

#[test]
fn a_key_and_certificates() {
    let key = PrivateKey::from(ed25519::PrivateKey::generate());
    let info = key.to_pkcs8_der().unwrap();
    let root = root();
    for protection in
        [quick(b"pw"), Protection { encryption: Some(Scheme::Sha1TripleDes { iterations: 3 }), ..quick(b"pw") }]
    {
        let certificate = NewCertificate { name: Some("Имя"), is_java_trusted: true, ..NewCertificate::new(&root) };
        let new = NewKey { info: &info, name: Some("key"), local_key_id: Some(b"id") };
        let file = write(&[certificate], Some(new), &protection).unwrap();
        let read = KeyAndCertificates::read(&file, Some(b"pw")).unwrap();
        let entry = read.key.unwrap();
        assert_eq!(entry.key.to_pkcs8_der().unwrap(), info);
        assert_eq!((entry.name.as_deref(), entry.local_key_id.as_deref()), (Some("key"), Some(&b"id"[..])));
        assert!(read.certificate.is_none() && read.is_authenticated && read.irregularity.is_none());
        assert!(read.others[0].is_java_trusted && read.others[0].name.as_deref() == Some("Имя"));
        assert!(!format!("{entry:?}").contains("[0x"));
    }
}

#[test]
fn passwords_are_told_apart() {
    let root = root();
    let certificates = [NewCertificate::new(&root)];
    let with = write(&certificates, None, &quick(b"pw")).unwrap();
    let without = write(&certificates, None, &Protection::none()).unwrap();
    assert_eq!(refusal(&with, Some(b"PW")), Error::Password(Password::Incorrect));
    assert_eq!(refusal(&with, None), Error::Password(Password::Missing));
    assert_eq!(refusal(&with, Some(b"")), Error::Password(Password::Missing));
    assert_eq!(refusal(&without, Some(b"pw")), Error::Password(Password::NotNeeded));
    assert!(Contents::read(&without, None).is_ok());
    assert!(matches!(refusal(&with, Some(b"\xff")), Error::InvalidValue(_)));
    assert_eq!(refusal(ROOT, None), Error::WrongKind { wanted: Kind::Pkcs12, found: Kind::Pem });
    assert_eq!(refusal(root.as_der(), None), Error::WrongKind { wanted: Kind::Pkcs12, found: Kind::Certificate });
}
