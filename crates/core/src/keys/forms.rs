//! The requirements of the formats on a type of key. Each type answers in the file of its own
//! format: RSA in `pkcs1.rs`, elliptic curves in `sec1.rs`, and so on.
//!
//! A method with a default body is a form that only some types have.

use zeroize::Zeroizing;

use super::der::AlgorithmIdentifier;
use super::jwk::Members;
use crate::Result;
use crate::asymmetric::rsa::Checks;

/// The label of a PEM block, and the DER in it.
pub(super) type Labelled<T> = (&'static str, T);

/// The forms of a private key.
pub(super) trait PrivateForms: Sized {
    /// The public half.
    type Public: PublicForms;

    /// Reads the key of a `PrivateKeyInfo`, and checks it as `checks` says. `None` if the algorithm
    /// is another.
    fn from_pkcs8(algorithm: &AlgorithmIdentifier<'_>, key: &[u8], checks: Checks) -> Option<Result<Self>>;

    /// Writes a `PrivateKeyInfo`.
    fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>>;

    /// Computes the public half.
    fn public_half(&self) -> Self::Public;

    /// Tells whether the octets of a `SubjectPublicKeyInfo` are those of this key's public half.
    fn has_public_half(&self, algorithm: &AlgorithmIdentifier<'_>, octets: &[u8]) -> Result<bool> {
        match Self::Public::from_spki(algorithm, octets) {
            Some(given) => Ok(given?.to_spki()? == self.public_half().to_spki()?),
            None => Ok(false),
        }
    }

    /// Writes the structure of the key's own standard, if OpenSSL's traditional format has one.
    fn to_traditional(&self) -> Result<Option<Labelled<Zeroizing<Vec<u8>>>>> {
        Ok(None)
    }

    /// Copies the key's bytes, if it is a plain string of bytes.
    fn to_raw(&self) -> Option<Zeroizing<Vec<u8>>> {
        None
    }

    /// Adds the private members of a JWK to the public ones.
    fn add_to_jwk(&self, members: &mut Members) {
        if let Some(raw) = self.to_raw() {
            members.bytes("d", &raw);
        }
    }
}

/// The forms of a public key.
pub(super) trait PublicForms: Sized {
    /// Reads the key of a `SubjectPublicKeyInfo`. `None` if the algorithm is another.
    fn from_spki(algorithm: &AlgorithmIdentifier<'_>, key: &[u8]) -> Option<Result<Self>>;

    /// Writes a `SubjectPublicKeyInfo`.
    fn to_spki(&self) -> Result<Vec<u8>>;

    /// Names the type in words: `RSA, 2048 bits`, `EC secp256r1`, `Ed25519`, `ML-KEM-768`.
    fn description(&self) -> String;

    /// Copies the key's bytes, if it is a plain string of bytes.
    fn to_raw(&self) -> Option<Vec<u8>> {
        None
    }

    /// Writes the point, compressed or not, if the key is one (SEC 1 §2.3.3).
    fn to_point(&self, compressed: bool) -> Option<Vec<u8>> {
        let _ = compressed;
        None
    }

    /// Writes the structure of PKCS #1, if it is the key's own.
    fn to_pkcs1(&self) -> Result<Option<Labelled<Vec<u8>>>> {
        Ok(None)
    }

    /// Writes the key as OpenSSH encodes it. `None` if it has no such keys.
    fn to_ssh(&self) -> Option<Result<Vec<u8>>> {
        None
    }

    /// Writes the members of a JWK. `None` if no standard has any for keys of this type.
    fn to_jwk(&self) -> Option<Members> {
        None
    }

    /// Names the `alg` of a JWK that is part of the key.
    fn jwk_algorithm(&self) -> Option<&'static str> {
        None
    }
}
