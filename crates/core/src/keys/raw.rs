//! Keys that are a plain string of bytes: Ed25519, X25519 and their like, in PKCS#8 and
//! SubjectPublicKeyInfo (RFC 8410) and in a JWK (RFC 8037).

use zeroize::Zeroizing;

use super::der::{self, AlgorithmIdentifier};
use super::forms::{PrivateForms, PublicForms};
use super::jwk::Members;
use super::ssh;
use crate::asymmetric::rsa::Checks;
use crate::asymmetric::{ed448, ed25519, x448, x25519};
use crate::oid::{self, ObjectIdentifier};
use crate::{Error, Result};

/// The forms of keys that are written as their bytes. The name in words is that of the curve in a
/// JWK too (RFC 8037 §2). `$ssh` writes the key for OpenSSH, if it has such keys.
macro_rules! raw_keys {
    ($($module:ident: $oid:ident, $name:literal$(, $ssh:path)?;)*) => {$(
        impl PrivateForms for $module::PrivateKey {
            type Public = $module::PublicKey;

            /// An OCTET STRING within an OCTET STRING (RFC 8410 §7).
            fn from_pkcs8(algorithm: &AlgorithmIdentifier<'_>, key: &[u8], _: Checks) -> Option<Result<Self>> {
                (algorithm.oid == oid::$oid).then(|| {
                    check_parameters(algorithm)?;
                    Self::from_bytes(der::parse(key)?)
                })
            }

            fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>> {
                der::private_key_info(&BareAlgorithm { oid: oid::$oid }, &der::secret_octets(&self.private_bytes()[..])?)
            }

            fn public_half(&self) -> Self::Public {
                self.public_key()
            }

            fn to_raw(&self) -> Option<Zeroizing<Vec<u8>>> {
                Some(Zeroizing::new(self.private_bytes().to_vec()))
            }
        }

        impl PublicForms for $module::PublicKey {
            fn from_spki(algorithm: &AlgorithmIdentifier<'_>, key: &[u8]) -> Option<Result<Self>> {
                (algorithm.oid == oid::$oid).then(|| {
                    check_parameters(algorithm)?;
                    Self::from_bytes(key)
                })
            }

            fn to_spki(&self) -> Result<Vec<u8>> {
                der::subject_public_key_info(&BareAlgorithm { oid: oid::$oid }, self.as_bytes())
            }

            fn description(&self) -> String {
                $name.into()
            }

            fn to_raw(&self) -> Option<Vec<u8>> {
                Some(self.as_bytes().to_vec())
            }

            $(fn to_ssh(&self) -> Option<Result<Vec<u8>>> {
                Some(Ok($ssh(self)))
            })?

            fn to_jwk(&self) -> Option<Members> {
                let mut members = Members::default();
                members.plain("kty", "OKP").plain("crv", $name).bytes("x", self.as_bytes());
                Some(members)
            }
        }
    )*};
}

raw_keys! {
    ed25519: ED25519, "Ed25519", ssh::ed25519_blob;
    ed448: ED448, "Ed448";
    x25519: X25519, "X25519";
    x448: X448, "X448";
}

/// Fails unless the parameters are left out (RFC 8410 §3).
pub(super) fn check_parameters(algorithm: &AlgorithmIdentifier<'_>) -> Result<()> {
    match algorithm.parameters {
        None => Ok(()),
        Some(_) => Err(Error::value("the key's algorithm identifier has parameters, and must have none")),
    }
}

/// An algorithm identifier without parameters.
#[derive(asn1::Asn1Write)]
pub(super) struct BareAlgorithm {
    pub(super) oid: ObjectIdentifier,
}
