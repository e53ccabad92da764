//! Checks the claims of a JWK about its key: `alg`, `use` and `key_ops` must fit the key.

use super::{Jwk, Key, own_algorithm};
use crate::asymmetric::ec::Curve;
use crate::error::Allowed;
use crate::keys::{PrivateKey, PublicKey};
use crate::{Error, Result};

/// The shortest RSA modulus in bits for signatures and encryption in JOSE (RFC 7518 §3.3, §3.5,
/// §4.2, §4.3).
pub const MIN_RSA_BITS: usize = 2048;

/// The type of key that an algorithm needs.
#[derive(Clone, Copy)]
enum Takes {
    /// A secret of this many bytes or more (RFC 7518 §3.2).
    AtLeast(usize),
    /// A secret of this many bytes.
    Exactly(usize),
    /// An RSA key of [`MIN_RSA_BITS`] or more.
    Rsa,
    /// A key on this curve.
    Ec(Curve),
    /// An Edwards key, of one curve or of either.
    Edwards { ed25519: bool, ed448: bool },
    /// A key for an exchange of keys, on a curve.
    Exchange,
}

/// RFC 7518 §3.1, §4.1, §5.1; RFC 8037 §3; RFC 8812 §3.2; RFC 9864 §2. Algorithms that do not stand
/// here say nothing about the key.
const ALGORITHMS: [(&str, Takes); 38] = [
    ("HS256", Takes::AtLeast(32)),
    ("HS384", Takes::AtLeast(48)),
    ("HS512", Takes::AtLeast(64)),
    ("RS256", Takes::Rsa),
    ("RS384", Takes::Rsa),
    ("RS512", Takes::Rsa),
    ("PS256", Takes::Rsa),
    ("PS384", Takes::Rsa),
    ("PS512", Takes::Rsa),
    ("ES256", Takes::Ec(Curve::Secp256r1)),
    ("ES384", Takes::Ec(Curve::Secp384r1)),
    ("ES512", Takes::Ec(Curve::Secp521r1)),
    ("ES256K", Takes::Ec(Curve::Secp256k1)),
    ("EdDSA", Takes::Edwards { ed25519: true, ed448: true }),
    ("Ed25519", Takes::Edwards { ed25519: true, ed448: false }),
    ("Ed448", Takes::Edwards { ed25519: false, ed448: true }),
    ("RSA1_5", Takes::Rsa),
    ("RSA-OAEP", Takes::Rsa),
    ("RSA-OAEP-256", Takes::Rsa),
    ("RSA-OAEP-384", Takes::Rsa),
    ("RSA-OAEP-512", Takes::Rsa),
    ("A128KW", Takes::Exactly(16)),
    ("A192KW", Takes::Exactly(24)),
    ("A256KW", Takes::Exactly(32)),
    ("A128GCMKW", Takes::Exactly(16)),
    ("A192GCMKW", Takes::Exactly(24)),
    ("A256GCMKW", Takes::Exactly(32)),
    ("A128GCM", Takes::Exactly(16)),
    ("A192GCM", Takes::Exactly(24)),
    ("A256GCM", Takes::Exactly(32)),
    ("A128CBC-HS256", Takes::Exactly(32)),
    ("A192CBC-HS384", Takes::Exactly(48)),
    ("A256CBC-HS512", Takes::Exactly(64)),
    ("dir", Takes::AtLeast(1)),
    ("ECDH-ES", Takes::Exchange),
    ("ECDH-ES+A128KW", Takes::Exchange),
    ("ECDH-ES+A192KW", Takes::Exchange),
    ("ECDH-ES+A256KW", Takes::Exchange),
];

/// The operations that a key may be used for, by its purpose (RFC 7517 §4.2, §4.3).
const OPERATIONS: [(&str, &[&str]); 2] =
    [("sig", &["sign", "verify"]), ("enc", &["encrypt", "decrypt", "wrapKey", "unwrapKey", "deriveKey", "deriveBits"])];

/// Refuses a JWK whose words contradict each other, or its key.
pub(super) fn check(jwk: &Jwk) -> Result<()> {
    check_operations(jwk.usage.as_deref(), jwk.operations.as_deref())?;
    if let Key::Public(key) = &jwk.key {
        check_public(key)?;
    }
    let Some(said) = jwk.algorithm.as_deref() else { return Ok(()) };
    if let Some(own) = own_algorithm(&jwk.key)
        && own != said
    {
        return Err(Error::value(format!("the algorithm (alg) of an {own} key is {own:?}, not {said:?}")));
    }
    match ALGORITHMS.iter().find(|(name, _)| *name == said) {
        Some((name, takes)) => takes.check(&jwk.key, name),
        None => Ok(()),
    }
}

/// Refuses the public keys of other people under which anybody can sign, or nobody.
///
/// # Errors
/// [`Error::InvalidValue`] for an Ed25519 key of small order, which RFC 8032 leaves to protocols,
/// and for an RSA modulus that is not the product of odd primes (RFC 7518 §6.3.1.1).
pub fn check_public(key: &PublicKey) -> Result<()> {
    match key {
        PublicKey::Ed25519(key) if key.is_of_small_order() => Err(Error::value(
            "the Ed25519 public key is a point of small order, under which anybody can sign: no private key has \
             it. Have its owner make a new key",
        )),
        PublicKey::Rsa(key) if key.components().n.last().is_some_and(|last| last % 2 == 0) => Err(Error::value(
            "the modulus (n) of the RSA key is even, so this is no RSA key: it was damaged on the way, or is a trap",
        )),
        _ => Ok(()),
    }
}

/// RFC 7517 §4.3: nothing twice, and nothing that `use` contradicts.
fn check_operations(usage: Option<&str>, operations: Option<&[String]>) -> Result<()> {
    let operations = operations.unwrap_or_default();
    for (index, operation) in operations.iter().enumerate() {
        if operations[..index].contains(operation) {
            return Err(Error::value(format!("the JWK's \"key_ops\" names {operation:?} twice")));
        }
        let belongs = OPERATIONS.iter().find(|(_, belonging)| belonging.contains(&operation.as_str()));
        if let (Some((other, _)), Some(usage @ ("sig" | "enc"))) = (belongs, usage)
            && *other != usage
        {
            return Err(Error::value(format!(
                "the JWK contradicts itself: its \"use\" is {usage:?}, and its \"key_ops\" name {operation:?}"
            )));
        }
    }
    Ok(())
}

impl Takes {
    fn check(self, key: &Key, algorithm: &'static str) -> Result<()> {
        let refuse = |takes: &str| Err(Error::value(format!("the JWK's \"alg\" {algorithm:?} is for {takes}")));
        let public;
        let public = match key {
            Key::Symmetric(secret) => {
                let allowed = match self {
                    Self::AtLeast(len) if secret.len() >= len => return Ok(()),
                    Self::Exactly(len) if secret.len() == len => return Ok(()),
                    Self::AtLeast(len) => Allowed::AtLeast(8 * len as u64),
                    Self::Exactly(len) => Allowed::Exactly(8 * len as u64),
                    _ => return refuse("public and private keys, and this is a symmetric one"),
                };
                return Err(Error::KeySize { algorithm, got: 8 * secret.len(), allowed });
            }
            Key::Private(PrivateKey::Rsa(key)) => {
                return self.check_rsa(key.bits(), algorithm);
            }
            Key::Public(PublicKey::Rsa(key)) => {
                return self.check_rsa(key.bits(), algorithm);
            }
            Key::Private(key) => {
                public = key.public_key();
                &public
            }
            Key::Public(key) => key,
        };
        match (self, public) {
            (Self::Ec(curve), PublicKey::Ec(key)) if key.curve() == curve => Ok(()),
            (Self::Edwards { ed25519: true, .. }, PublicKey::Ed25519(_)) => Ok(()),
            (Self::Edwards { ed448: true, .. }, PublicKey::Ed448(_)) => Ok(()),
            (Self::Exchange, PublicKey::Ec(_) | PublicKey::X25519(_) | PublicKey::X448(_)) => Ok(()),
            _ => refuse("keys of another type or curve"),
        }
    }

    fn check_rsa(self, bits: usize, algorithm: &str) -> Result<()> {
        match self {
            Self::Rsa if bits >= MIN_RSA_BITS => Ok(()),
            Self::Rsa => Err(short_rsa(bits)),
            _ => Err(Error::value(format!("the JWK's \"alg\" {algorithm:?} is not for RSA keys"))),
        }
    }
}

/// The error for an RSA key that is too short for other people's signatures.
#[must_use]
pub fn short_rsa(bits: usize) -> Error {
    Error::KeySize { algorithm: "RSA", got: bits, allowed: Allowed::AtLeast(MIN_RSA_BITS as u64) }
}
