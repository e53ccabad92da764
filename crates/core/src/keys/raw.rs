//! Keys that are a plain string of bytes: those of RFC 8410 (Ed25519, X25519 and their like), and what they share with
//! other keys that can be written without any structure.

use asn1::ObjectIdentifier;
use zeroize::Zeroizing;

use super::der::{self, AlgorithmIdentifier};
use super::{PrivateKey, PublicKey, oid, pkcs8, spki};
use crate::asymmetric::{ed448, ed25519, x448, x25519};
use crate::{Error, Result};

impl PrivateKey {
    /// The key's bytes and nothing else, for the types of keys that have such a form.
    #[must_use]
    pub fn raw(&self) -> Option<Zeroizing<Vec<u8>>> {
        let bytes = match self {
            Self::Ed25519(key) => key.seed().to_vec(),
            Self::Ed448(key) => key.seed().to_vec(),
            Self::X25519(key) => key.expose().to_vec(),
            Self::X448(key) => key.expose().to_vec(),
            Self::MlKem(key) => key.seed().to_vec(),
            Self::MlDsa(key) => key.seed().to_vec(),
            Self::SlhDsa(key) => key.expose().to_vec(),
            _ => return None,
        };
        Some(Zeroizing::new(bytes))
    }
}

impl PublicKey {
    /// The key's bytes and nothing else, for the types of keys that have such a form.
    #[must_use]
    pub fn raw(&self) -> Option<Vec<u8>> {
        match self {
            Self::Ed25519(key) => Some(key.as_bytes().to_vec()),
            Self::Ed448(key) => Some(key.as_bytes().to_vec()),
            Self::X25519(key) => Some(key.as_bytes().to_vec()),
            Self::X448(key) => Some(key.as_bytes().to_vec()),
            Self::MlKem(key) => Some(key.as_bytes().to_vec()),
            Self::MlDsa(key) => Some(key.as_bytes().to_vec()),
            Self::SlhDsa(key) => Some(key.as_bytes().to_vec()),
            _ => None,
        }
    }
}

/// The private key of a `PrivateKeyInfo` (RFC 8410 §7): an OCTET STRING within an OCTET STRING. `None` if the algorithm
/// is no such one.
pub(super) fn private_from_pkcs8(algorithm: &AlgorithmIdentifier<'_>, key: &[u8]) -> Option<Result<PrivateKey>> {
    let make: fn(&[u8]) -> Result<PrivateKey> = match algorithm.oid {
        oid::ED25519 => |key| ed25519::PrivateKey::from_bytes(key).map(PrivateKey::Ed25519),
        oid::ED448 => |key| ed448::PrivateKey::from_bytes(key).map(PrivateKey::Ed448),
        oid::X25519 => |key| x25519::PrivateKey::from_bytes(key).map(PrivateKey::X25519),
        oid::X448 => |key| x448::PrivateKey::from_bytes(key).map(PrivateKey::X448),
        _ => return None,
    };
    Some(check_parameters(algorithm).and_then(|()| make(der::parse(key)?)))
}

/// The public key of a `SubjectPublicKeyInfo` (RFC 8410 §4). `None` if the algorithm is no such one.
pub(super) fn public_from_spki(algorithm: &AlgorithmIdentifier<'_>, key: &[u8]) -> Option<Result<PublicKey>> {
    let make: fn(&[u8]) -> Result<PublicKey> = match algorithm.oid {
        oid::ED25519 => |key| ed25519::PublicKey::from_bytes(key).map(PublicKey::Ed25519),
        oid::ED448 => |key| ed448::PublicKey::from_bytes(key).map(PublicKey::Ed448),
        oid::X25519 => |key| x25519::PublicKey::from_bytes(key).map(PublicKey::X25519),
        oid::X448 => |key| x448::PublicKey::from_bytes(key).map(PublicKey::X448),
        _ => return None,
    };
    Some(check_parameters(algorithm).and_then(|()| make(key)))
}

/// Writes a `PrivateKeyInfo` of a [`raw`](PrivateKey::raw) key (RFC 8410 §7).
pub(super) fn private_to_pkcs8(oid: ObjectIdentifier, key: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    pkcs8::info(&BareAlgorithm { oid }, &der::secret_octets(key)?)
}

/// Writes a `SubjectPublicKeyInfo` of a [`raw`](PublicKey::raw) key (RFC 8410 §4).
pub(super) fn public_to_spki(oid: ObjectIdentifier, key: &[u8]) -> Result<Vec<u8>> {
    spki::info(&BareAlgorithm { oid }, key)
}

/// The parameters must be left out (RFC 8410 §3).
pub(super) fn check_parameters(algorithm: &AlgorithmIdentifier<'_>) -> Result<()> {
    match algorithm.parameters {
        None => Ok(()),
        Some(_) => Err(Error::value("the key's algorithm identifier has parameters, and must have none")),
    }
}

#[derive(asn1::Asn1Write)]
pub(super) struct BareAlgorithm {
    pub(super) oid: ObjectIdentifier,
}
