//! Keys, names and certificates for tests.

use ironlatch::oid;
use ironlatch_core::asymmetric::ed25519;
use ironlatch_core::keys::PrivateKey;
use ironlatch_x509::building::{CertificateContents, KeySigner, NewExtension, random_serial};
use ironlatch_x509::extensions::{BasicConstraints, ExtensionValue};
use ironlatch_x509::names::{Attribute, StringType, encode};
use ironlatch_x509::{Certificate, Name};

pub(crate) fn ed25519_key() -> PrivateKey {
    PrivateKey::Ed25519(ed25519::PrivateKey::generate())
}

pub(crate) fn info(key: &PrivateKey) -> Vec<u8> {
    key.public_key().to_spki_der().unwrap()
}

pub(crate) fn name(common_name: &str) -> Vec<u8> {
    encode(&[vec![Attribute::new(oid::COMMON_NAME, StringType::Utf8, common_name).unwrap()]]).unwrap()
}

/// A certificate of an authority that it issued to itself.
pub(crate) fn root(key: &PrivateKey) -> Certificate {
    let name = name("Root");
    let constraints = ExtensionValue::BasicConstraints(BasicConstraints { ca: true, path_length: None });
    CertificateContents {
        serial: &random_serial(),
        issuer: Name::from_der(&name).unwrap(),
        not_before: "2026-01-01".parse().unwrap(),
        not_after: "2036-01-01".parse().unwrap(),
        subject: Name::from_der(&name).unwrap(),
        public_key_info: &info(key),
        extensions: &[NewExtension::new(oid::BASIC_CONSTRAINTS, true, &constraints).unwrap()],
    }
    .sign(&KeySigner::new(key, None).unwrap())
    .unwrap()
}
