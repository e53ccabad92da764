//! Verifying signed messages from Rust. `tests/python/test_cms.py` has more, and `openssl`.

use ironlatch::asymmetric::ml_dsa::{self, ParameterSet};
use ironlatch::asymmetric::{ed448, ed25519};
use ironlatch::cms::pkcs7::signing::{NewSigner, Options, SignedAttributes, sign};
use ironlatch::cms::signed_data::SignedData;
use ironlatch::cms::{Error, SignatureFault};
use ironlatch::hash::HashAlgorithm;
use ironlatch::keys::PrivateKey;
use ironlatch::oid;
use ironlatch::x509::building::{CertificateContents, KeySigner, NewExtension, random_serial};
use ironlatch::x509::extensions::{BasicConstraints, ExtensionValue};
use ironlatch::x509::names::{Attribute, Name, StringType, encode};
use ironlatch::x509::verification::{Policy, Store};
use ironlatch::x509::{Certificate, Time};

pub(crate) fn certificate(key: &PrivateKey) -> Certificate {
    let name = encode(&[vec![Attribute::new(oid::COMMON_NAME, StringType::Utf8, "signer").unwrap()]]).unwrap();
    let constraints = ExtensionValue::BasicConstraints(BasicConstraints { ca: true, path_length: None });
    let contents = CertificateContents {
        serial: &random_serial(),
        issuer: Name::from_der(&name).unwrap(),
        not_before: "2026-01-01".parse().unwrap(),
        not_after: "2046-01-01".parse().unwrap(),
        subject: Name::from_der(&name).unwrap(),
        public_key_info: &key.public_key().to_spki_der().unwrap(),
        extensions: &[NewExtension::new(oid::BASIC_CONSTRAINTS, true, &constraints).unwrap()],
    };
    contents.sign(&KeySigner::new(key, None).unwrap()).unwrap()
}

fn signed(keys: &[(PrivateKey, Certificate)], attributes: SignedAttributes) -> Vec<u8> {
    let signers: Vec<_> = keys
        .iter()
        .map(|(key, certificate)| NewSigner {
            certificate,
            key: KeySigner::new(key, None).unwrap(),
            hash: HashAlgorithm::Sha512,
        })
        .collect();
    let options = Options { is_detached: false, attributes, has_certificates: true };
    let time = Time::new(2027, 1, 2, 3, 4, 5).unwrap();
    sign::<_, Error>(b"a message", &signers, &[], options, time).unwrap()
}

#[test]
fn keys_of_every_kind_that_hashes_by_itself() {
    let keys = [
        PrivateKey::from(ed25519::PrivateKey::generate()),
        ed448::PrivateKey::generate().into(),
        ml_dsa::PrivateKey::generate(ParameterSet::MlDsa44).unwrap().into(),
        ml_dsa::PrivateKey::generate(ParameterSet::MlDsa87).unwrap().into(),
    ];
    let pairs: Vec<_> = keys.into_iter().map(|key| (key.clone(), certificate(&key))).collect();
    for attributes in [SignedAttributes::None, SignedAttributes::Usual] {
        let message = SignedData::read(&signed(&pairs, attributes)).unwrap();
        let verified = message.verify_signatures(None, &[]).unwrap();
        assert_eq!((verified.len(), message.content()), (pairs.len(), Some(&b"a message"[..])));
        for one in verified {
            assert_eq!(one.signing_time.is_some(), attributes == SignedAttributes::Usual);
        }
    }
}

#[test]
fn the_signer_that_is_not_accepted_is_named() {
    let good = PrivateKey::from(ed25519::PrivateKey::generate());
    let pair = (good.clone(), certificate(&good));
    let other = (PrivateKey::from(ed25519::PrivateKey::generate()), certificate(&good));
    let message = SignedData::read(&signed(&[pair, other], SignedAttributes::Usual)).unwrap();
    let refused = message.verify_signatures(None, &[]).unwrap_err();
    assert!(matches!(refused, Error::NotVerified { fault: SignatureFault::Signature, .. }), "{refused}");
    let refused = message.verify_signatures(Some(b"another"), &[]).unwrap_err();
    assert_eq!(refused, Error::NotVerified { signer: 0, fault: SignatureFault::OtherContent });
}

#[test]
fn a_policy_judges_the_certificate() {
    let key = PrivateKey::from(ed25519::PrivateKey::generate());
    let certificate = certificate(&key);
    let message = SignedData::read(&signed(&[(key, certificate.clone())], SignedAttributes::Usual)).unwrap();
    let policy = Policy { trusted_leaf: true, ..Policy::purpose(None).lenient() };
    let verified = message.verify(None, &[], &Store::new([certificate.clone()]), &policy).unwrap();
    assert_eq!(verified[0].chain[0], certificate);
    let refused = message.verify(None, &[], &Store::new([]), &policy).unwrap_err();
    assert!(matches!(refused, Error::NotVerified { signer: 0, fault: SignatureFault::Chain(_) }), "{refused}");
}
