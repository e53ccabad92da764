//! Keys and what belongs to them, in PEM, DER and JSON.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Finding;
use crate::asymmetric::rsa::Checks;
use crate::hash::HashAlgorithm;
use crate::keys::jwk::{Jwk, Key};
use crate::keys::pem::Block;
use crate::keys::{Parameters, PrivateKey, PublicKey, pkcs8, spki, traditional};
use crate::{Error, Output};

/// A key or parameters in DER, whatever the format.
pub(super) fn from_der(der: &[u8]) -> Option<Finding> {
    /// The tag of the SEQUENCE that each of them is.
    const SEQUENCE: u8 = 0x30;
    if der.first() != Some(&SEQUENCE) {
        return None;
    }
    if let Ok(key) = PublicKey::from_der(der) {
        return Some(public(&key).with("encoding", "DER"));
    }
    match PrivateKey::from_der(der, None, Checks::Skipped) {
        Ok(key) => return Some(private(&key).with("encoding", "DER")),
        // What asks for a password is a key; what is not known yet may still be one.
        Err(Error::WrongType(_)) => return Some(encrypted(der).with("encoding", "DER")),
        Err(Error::Unsupported { message, .. }) => return Some(Finding::new("unknown-key", "a key").note(message)),
        Err(_) => {}
    }
    Parameters::from_der(der).ok().map(|parameters| group(&parameters).with("encoding", "DER"))
}

/// What a PEM block holds.
pub(super) fn from_pem(block: &Block<'_>) -> Finding {
    let label = String::from_utf8_lossy(block.label()).into_owned();
    let of = |kind, title: &str| Finding::new(kind, title).with("label", super::shown(&label));
    let Ok(der) = block.decode() else {
        return of("damaged-pem", "a damaged PEM block").note("what stands between its lines is not base64");
    };
    if traditional::is_encrypted(block).unwrap_or(false) {
        return of("encrypted-private-key", "a private key, encrypted the way that OpenSSL did before PKCS #8").note(
            "one pass of MD5 makes its password easy to guess: write the key anew as PKCS #8 or in OpenSSH's format",
        );
    }
    let found = match label.as_str() {
        "EC PARAMETERS" => {
            of("ec-parameters", "the name of an elliptic curve, which OpenSSL puts before a private key")
        }
        "DH PARAMETERS" | "X9.42 DH PARAMETERS" => match Parameters::from_der(&der) {
            Ok(parameters) => group(&parameters),
            Err(error) => of("damaged-parameters", "damaged parameters").note(error.to_string()),
        },
        _ => match from_der(&der) {
            Some(found) => found,
            None => return of("pem", "a PEM block of a kind that is not known here").with("bytes", der.len()),
        },
    };
    let mut found = found.with("label", super::shown(&label));
    for (name, value) in &mut found.facts {
        if *name == "encoding" {
            *value = "PEM".into();
        }
    }
    found
}

/// A key in JSON.
pub(super) fn from_jwk(jwk: &Jwk) -> Finding {
    let found = match &jwk.key {
        Key::Private(key) => private(key),
        Key::Public(key) => public(key),
        Key::Symmetric(key) => {
            Finding::new("symmetric-key", "a symmetric key").secret().with("bits", key.expose().len() * 8)
        }
    };
    let thumbprint = match &jwk.key {
        // From a short secret's hash the secret could be guessed.
        Key::Symmetric(_) => None,
        _ => jwk.thumbprint().ok(),
    };
    let text = |text: &Option<String>| text.as_deref().map(super::shown);
    found
        .with("encoding", "JWK")
        .with_some("key_id", text(&jwk.key_id))
        .with_some("algorithm", text(&jwk.algorithm))
        .with_some("use", text(&jwk.usage))
        .with_some("thumbprint", thumbprint)
}

/// A private key, told by its public half.
pub(super) fn private(key: &PrivateKey) -> Finding {
    let mut found = public(&key.public_key());
    found.kind = "private-key";
    found.title = format!("a private key, {}", found.title.trim_start_matches("a public key, "));
    found.secret()
}

pub(super) fn public(key: &PublicKey) -> Finding {
    let (words, bits, note) = describe(key);
    let found = Finding::new("public-key", format!("a public key, {words}"))
        .with("type", words)
        .with_some("bits", bits)
        .with_some("spki_sha256", pin(key));
    match note {
        Some(note) => found.note(note),
        None => found,
    }
}

/// SHA-256 of the SubjectPublicKeyInfo in base64, which a key and its certificates share (RFC 7469 §2.4).
fn pin(key: &PublicKey) -> Option<String> {
    let mut digest = [0; 32];
    crate::hash::digest(HashAlgorithm::Sha256, &spki::public_to_der(key).ok()?, Output::from(&mut digest[..]));
    Some(STANDARD.encode(digest))
}

/// The type in words, the bits where they vary, and what to mind.
fn describe(key: &PublicKey) -> (String, Option<usize>, Option<&'static str>) {
    const SHORT: &str = "fewer than 2048 bits are within reach of attackers: make a new key";
    const OLD: &str = "few programs take DSA any more: use Ed25519 for new keys";
    match key {
        PublicKey::Rsa(key) => ("RSA".into(), Some(key.bits()), (key.bits() < 2048).then_some(SHORT)),
        PublicKey::Dsa(key) => ("DSA".into(), Some(key.bits()), Some(OLD)),
        PublicKey::Dh(key) => ("Diffie-Hellman".into(), Some(key.bits()), (key.bits() < 2048).then_some(SHORT)),
        PublicKey::Ec(key) => (format!("elliptic curve {}", key.curve().name()), None, None),
        PublicKey::Ed25519(_) => ("Ed25519".into(), None, None),
        PublicKey::Ed448(_) => ("Ed448".into(), None, None),
        PublicKey::X25519(_) => ("X25519".into(), None, None),
        PublicKey::X448(_) => ("X448".into(), None, None),
        PublicKey::MlKem(key) => (key.parameters().name().into(), None, None),
        PublicKey::MlDsa(key) => (key.parameters().name().into(), None, None),
        PublicKey::SlhDsa(key) => (key.parameters().name().into(), None, None),
    }
}

fn group(parameters: &Parameters) -> Finding {
    match parameters {
        Parameters::Dh(group) => Finding::new("dh-parameters", "Diffie-Hellman parameters").with("bits", group.bits()),
    }
}

fn encrypted(der: &[u8]) -> Finding {
    let found = Finding::new("encrypted-private-key", "a private key, encrypted under a password");
    match pkcs8::encryption(der) {
        Ok(scheme) => found.with("encryption", scheme.cipher).with("derivation", scheme.derivation),
        Err(error) => found.note(error.to_string()),
    }
}
