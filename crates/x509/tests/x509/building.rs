//! Certificates, requests and CRLs that are built, signed by keys of every kind, and read again.

use crate::common::{ed25519_key, info, name, root};
use ironlatch::oid;
use ironlatch_core::asymmetric::{dsa, ec, ed448, ml_dsa, rsa};
use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::keys::PrivateKey;
use ironlatch_x509::building::{
    CertificateContents, CrlContents, KeySigner, NewAttribute, NewExtension, RequestContents, RevokedContents, Signer,
    positive_integer, random_serial,
};
use ironlatch_x509::der::{List, Natural, Raw};
use ironlatch_x509::extensions::{BasicConstraints, ExtensionValue, KeyUsage, Place};
use ironlatch_x509::general_names::{GeneralName, Text};
use ironlatch_x509::{Certificate, CertificateList, CertificateRequest, Error, Name, SignatureAlgorithm, Time};

fn keys() -> Vec<PrivateKey> {
    vec![
        PrivateKey::Rsa(rsa::PrivateKey::generate(2048, 65537).unwrap()),
        PrivateKey::Ec(ec::PrivateKey::generate(ec::Curve::Secp256r1).unwrap()),
        PrivateKey::Dsa(dsa::PrivateKey::generate(1024).unwrap()),
        ed25519_key(),
        PrivateKey::Ed448(ed448::PrivateKey::generate()),
        PrivateKey::MlDsa(ml_dsa::PrivateKey::generate(ml_dsa::ParameterSet::MlDsa44).unwrap()),
    ]
}

#[test]
fn keys_of_every_kind_sign_certificates() {
    for key in keys() {
        let certificate = root(&key);
        certificate.verify_directly_issued_by(&certificate).unwrap();
        assert_eq!(certificate.subject().to_string(), "CN=Root");
        let again = Certificate::from_pem(&certificate.to_pem()).unwrap();
        assert_eq!(again.public_key_info(), info(&key));
    }
}

#[test]
fn pss_and_deterministic_signatures_are_asked_for() {
    let keys = keys();
    let hash = HashAlgorithm::Sha384;
    let pss = SignatureAlgorithm::RsaPss { hash, mgf1_hash: hash, salt_length: 32 };
    let signed =
        contents(&keys[0], |contents| contents.sign(&KeySigner::with_pss(&keys[0], hash, 32).unwrap()).unwrap());
    assert_eq!(signed.signature_algorithm().unwrap(), pss);
    signed.verify_directly_issued_by(&signed).unwrap();
    assert!(KeySigner::with_pss(&keys[1], hash, 32).is_err());

    let deterministic = || {
        let signer = KeySigner::new(&keys[1], None).unwrap().deterministic();
        contents(&keys[1], |contents| contents.sign(&signer).unwrap())
    };
    assert_eq!(deterministic(), deterministic());
    assert!(matches!(KeySigner::new(&keys[3], Some(hash)), Err(Error::WrongKey(_))));
}

fn contents<T>(key: &PrivateKey, use_it: impl FnOnce(&CertificateContents<'_>) -> T) -> T {
    let (name, info) = (name("Root"), info(key));
    use_it(&CertificateContents {
        serial: &[1],
        issuer: Name::from_der(&name).unwrap(),
        not_before: "2026-01-01".parse().unwrap(),
        not_after: "2050-01-01".parse().unwrap(),
        subject: Name::from_der(&name).unwrap(),
        public_key_info: &info,
        extensions: &[],
    })
}

/// A key that is elsewhere.
struct Remote(PrivateKey);

#[derive(Debug)]
enum RemoteError {
    Mine(#[allow(dead_code)] Error),
    Offline,
}

impl From<Error> for RemoteError {
    fn from(error: Error) -> Self {
        Self::Mine(error)
    }
}

impl Signer for Remote {
    type Error = RemoteError;

    fn algorithm(&self) -> Result<SignatureAlgorithm, RemoteError> {
        Ok(SignatureAlgorithm::Ed25519)
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, RemoteError> {
        match &self.0 {
            PrivateKey::Ed25519(_) => Ok(KeySigner::new(&self.0, None)?.sign(message)?),
            _ => Err(RemoteError::Offline),
        }
    }
}

#[test]
fn anything_that_signs_is_a_signer() {
    let key = ed25519_key();
    let certificate = contents(&key, |contents| contents.sign(&Remote(key.clone())).unwrap());
    certificate.verify_directly_issued_by(&certificate).unwrap();
    assert_eq!(certificate.not_after().to_string(), "2050-01-01T00:00:00Z");
    let offline = Remote(PrivateKey::Ed448(ed448::PrivateKey::generate()));
    assert!(matches!(contents(&key, |contents| contents.sign(&offline)), Err(RemoteError::Offline)));
}

#[test]
fn a_certificate_without_a_signature_verifies_under_no_key() {
    let key = ed25519_key();
    let anchor = contents(&key, |contents| contents.without_signature().unwrap());
    assert_eq!(anchor.signature_algorithm_identifier().unwrap().oid, oid::UNSIGNED);
    assert!(anchor.signature().is_empty());
    assert!(matches!(anchor.verify_directly_issued_by(&anchor), Err(Error::UnsupportedAlgorithm { .. })));
}

#[test]
fn a_request_carries_attributes_and_extensions() {
    let key = ed25519_key();
    let names = ExtensionValue::SubjectAlternativeName(List(vec![GeneralName::DnsName(Text("example.com"))]));
    let request = RequestContents {
        subject: Name::from_der(&name("example.com")).unwrap(),
        public_key_info: &info(&key),
        attributes: &[NewAttribute { oid: oid::CHALLENGE_PASSWORD, value: Raw::new(b"\x0c\x06secret").unwrap() }],
        extensions: &[NewExtension::new(oid::SUBJECT_ALTERNATIVE_NAME, false, &names).unwrap()],
    }
    .sign(&KeySigner::new(&key, None).unwrap())
    .unwrap();
    request.verify_signature().unwrap();
    let extension = request.extensions().unwrap().iter().next().unwrap();
    assert_eq!(extension.parse(Place::Request).unwrap(), names);
    let challenge = request.attributes().find(|attribute| attribute.oid == oid::CHALLENGE_PASSWORD).unwrap();
    assert_eq!(challenge.single_value().unwrap().contents(), b"secret");
    assert_eq!(request.attributes().count(), 2);

    let again = CertificateRequest::from_pem(&request.to_pem()).unwrap();
    assert_eq!(again, request);
    let mut forged = request.as_der().to_vec();
    *forged.last_mut().unwrap() ^= 1;
    assert_eq!(CertificateRequest::from_der(&forged).unwrap().verify_signature(), Err(Error::InvalidSignature));
}

#[test]
fn a_request_without_its_attributes_is_told_so() {
    let key = ed25519_key();
    let tbs = {
        let inner = [&[2, 1, 0, 0x30, 0][..], &info(&key)].concat();
        [&[0x30, inner.len() as u8][..], &inner].concat()
    };
    let rest = [0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 1, 0];
    let der = [&[0x30, (tbs.len() + rest.len()) as u8][..], &tbs, &rest].concat();
    let error = CertificateRequest::from_der(&der).unwrap_err().to_string();
    assert!(error.contains("the attributes are missing"), "{error}");
}

#[test]
fn serial_numbers_are_random_and_positive() {
    let (one, two) = (random_serial(), random_serial());
    assert_ne!(one, two);
    assert!(one.len() > 12 && one.len() <= 20 && one[0] < 0x80);
    assert_eq!(positive_integer(&[0, 0, 0x80]), [0, 0x80]);
    assert_eq!(positive_integer(&[0]), [0]);
    assert_eq!(positive_integer(&[0x7f]), [0x7f]);
}

#[test]
fn extensions_are_written_in_der() {
    let usage = |usage| ExtensionValue::KeyUsage(usage).to_der().unwrap();
    assert_eq!(usage(KeyUsage::default()), [3, 1, 0]);
    assert_eq!(usage(KeyUsage { crl_sign: true, ..KeyUsage::default() }), [3, 2, 1, 0b10]);
    let all = KeyUsage { key_agreement: true, decipher_only: true, ..KeyUsage::default() };
    assert_eq!(usage(all), [3, 3, 7, 0b1000, 0x80]);
    // Without key agreement that bit means nothing, and is not written.
    assert_eq!(usage(KeyUsage { key_agreement: false, ..all }), [3, 1, 0]);
    let constraints =
        |ca, path_length| ExtensionValue::BasicConstraints(BasicConstraints { ca, path_length }).to_der().unwrap();
    assert_eq!(constraints(false, None), [0x30, 0]);
    assert_eq!(constraints(true, Some(0)), [0x30, 6, 1, 1, 0xff, 2, 1, 0]);
    assert!(ExtensionValue::Unrecognized.to_der().is_err());
}

fn crl(key: &PrivateKey, serials: impl Iterator<Item = u32>) -> CertificateList {
    let reason = NewExtension::new(oid::CRL_REASON, false, &ExtensionValue::CrlReason(1)).unwrap();
    let mut entries = Vec::new();
    for serial in serials {
        RevokedContents {
            serial: &positive_integer(&serial.to_be_bytes()),
            revocation_date: "2026-06-01".parse().unwrap(),
            extensions: if serial % 2 == 0 { core::slice::from_ref(&reason) } else { &[] },
        }
        .write(&mut entries)
        .unwrap();
    }
    let number = positive_integer(&[7]);
    let number = ExtensionValue::CrlNumber(Natural::new(&number).unwrap());
    CrlContents {
        issuer: Name::from_der(&name("Root")).unwrap(),
        this_update: "2026-06-01".parse().unwrap(),
        next_update: Some("2026-07-01".parse().unwrap()),
        entries: &entries,
        extensions: &[NewExtension::new(oid::CRL_NUMBER, false, &number).unwrap()],
    }
    .sign(&KeySigner::new(key, None).unwrap())
    .unwrap()
}

#[test]
fn a_crl_finds_each_of_its_entries() {
    let key = ed25519_key();
    let list = crl(&key, (1..=1000).chain([5]));
    list.verify_signature(&key.public_key()).unwrap();
    assert_eq!(list.len().unwrap(), 1001);
    assert_eq!(list.entries().count(), 1001);
    for serial in 1..=1000_u32 {
        let found = list.find(&positive_integer(&serial.to_be_bytes())).unwrap().unwrap();
        // Of the two entries with the number 5, the first.
        assert_eq!(found, list.get(serial as usize - 1).unwrap().unwrap());
        assert_eq!(list.outlined(&found.outline()), found);
        let reason = found.extensions().get(&oid::CRL_REASON).map(|found| found.parse(Place::CrlEntry).unwrap());
        assert_eq!(reason, (serial % 2 == 0).then_some(ExtensionValue::CrlReason(1)));
    }
    for absent in [&[0][..], &[0x7f, 0xff], &[], &[0, 1]] {
        assert_eq!(list.find(absent).unwrap(), None);
    }
    assert_eq!(list.get(1001).unwrap(), None);
    assert_eq!(list.next_update(), Some("2026-07-01".parse::<Time>().unwrap()));
    assert_eq!(CertificateList::from_pem(&list.to_pem()).unwrap(), list);
}

#[test]
fn a_crl_without_entries_answers_too() {
    let list = crl(&ed25519_key(), core::iter::empty());
    assert!(list.is_empty());
    assert_eq!((list.len().unwrap(), list.entries().count()), (0, 0));
    assert_eq!(list.find(&[1]).unwrap(), None);
    assert_eq!(list.extensions().iter().count(), 1);
}

#[test]
fn a_broken_entry_is_named_when_one_comes_to_it() {
    let list = crl(&ed25519_key(), 0x0101..=0x0104);
    let mut der = list.as_der().to_vec();
    let third = der.windows(4).position(|window| window == [2, 2, 1, 3]).unwrap();
    der[third + 4] = 0x04;
    let broken = CertificateList::from_der(&der).unwrap();
    let entries: Vec<_> = broken.entries().collect();
    assert_eq!(entries.len(), 3);
    let error = entries[2].as_ref().unwrap_err().to_string();
    assert!(error.ends_with("at tbsCertList.revokedCertificates[2].revocationDate"), "{error}");
    // The others are found all the same.
    assert!(broken.find(&[1, 4]).unwrap().is_some());
    assert!(broken.find(&[1, 3]).is_err());
    der[third] = 0x04;
    let error = CertificateList::from_der(&der).unwrap().find(&[1, 4]).unwrap_err().to_string();
    assert!(error.ends_with("at tbsCertList.revokedCertificates[2].userCertificate"), "{error}");
}
