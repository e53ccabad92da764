//! The types of keys, a row each. What a type looks like in each format stands in its own file,
//! behind the traits of `forms.rs`.

use core::fmt;

use zeroize::Zeroizing;

use super::der::AlgorithmIdentifier;
use super::forms::{Labelled, PrivateForms, PublicForms};
use super::jwk::Members;
use crate::asymmetric::rsa::Checks;
use crate::asymmetric::{dh, dsa, ec, ed448, ed25519, ml_dsa, ml_kem, rsa, slh_dsa, x448, x25519};
use crate::secret::wipes_stack;
use crate::{Error, Result};

macro_rules! key_types {
    ($(
        $(#[$doc:meta])*
        $variant:ident($module:ident)
    ),* $(,)?) => {
        /// A private key of any type.
        #[derive(Clone)]
        #[non_exhaustive]
        pub enum PrivateKey {
            $($(#[$doc])* $variant($module::PrivateKey),)*
        }

        /// A public key of any type.
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub enum PublicKey {
            $($(#[$doc])* $variant($module::PublicKey),)*
        }

        impl PrivateKey {
            /// Computes the public half.
            #[must_use]
            pub fn public_key(&self) -> PublicKey {
                match self {
                    $(Self::$variant(key) => PublicKey::$variant(key.public_half()),)*
                }
            }

            /// Copies the key's bytes and nothing else, for the types of keys that have such a
            /// form.
            #[must_use]
            #[wipes_stack]
            pub fn private_bytes(&self) -> Option<Zeroizing<Vec<u8>>> {
                match self {
                    $(Self::$variant(key) => key.to_raw(),)*
                }
            }

            /// Reads the key of a `PrivateKeyInfo`. `None` if no type of key has this algorithm.
            pub(super) fn from_info(
                algorithm: &AlgorithmIdentifier<'_>,
                key: &[u8],
                checks: Checks,
            ) -> Option<Result<Self>> {
                $(if let Some(read) = $module::PrivateKey::from_pkcs8(algorithm, key, checks) {
                    return Some(read.map(Self::$variant));
                })*
                None
            }

            pub(super) fn to_info(&self) -> Result<Zeroizing<Vec<u8>>> {
                match self {
                    $(Self::$variant(key) => key.to_pkcs8(),)*
                }
            }

            pub(super) fn has_public_half(&self, algorithm: &AlgorithmIdentifier<'_>, octets: &[u8]) -> Result<bool> {
                match self {
                    $(Self::$variant(key) => key.has_public_half(algorithm, octets),)*
                }
            }

            pub(super) fn to_traditional(&self) -> Result<Option<Labelled<Zeroizing<Vec<u8>>>>> {
                match self {
                    $(Self::$variant(key) => key.to_traditional(),)*
                }
            }

            pub(super) fn add_to_jwk(&self, members: &mut Members) {
                match self {
                    $(Self::$variant(key) => key.add_to_jwk(members),)*
                }
            }
        }

        impl PublicKey {
            /// Names the kind of the key in words: `RSA, 2048 bits`, `EC secp256r1`, `Ed25519`,
            /// `ML-KEM-768`.
            #[must_use]
            pub fn description(&self) -> String {
                match self {
                    $(Self::$variant(key) => key.description(),)*
                }
            }

            /// Copies the key's bytes and nothing else, for the types of keys that have such a
            /// form.
            #[must_use]
            pub fn to_bytes(&self) -> Option<Vec<u8>> {
                match self {
                    $(Self::$variant(key) => key.to_raw(),)*
                }
            }

            /// Reads the key of a `SubjectPublicKeyInfo`. `None` if no type of key has this
            /// algorithm.
            pub(super) fn from_info(algorithm: &AlgorithmIdentifier<'_>, key: &[u8]) -> Option<Result<Self>> {
                $(if let Some(read) = $module::PublicKey::from_spki(algorithm, key) {
                    return Some(read.map(Self::$variant));
                })*
                None
            }

            pub(super) fn to_info(&self) -> Result<Vec<u8>> {
                match self {
                    $(Self::$variant(key) => key.to_spki(),)*
                }
            }

            pub(super) fn to_point(&self, compressed: bool) -> Option<Vec<u8>> {
                match self {
                    $(Self::$variant(key) => PublicForms::to_point(key, compressed),)*
                }
            }

            pub(super) fn to_pkcs1(&self) -> Result<Option<Labelled<Vec<u8>>>> {
                match self {
                    $(Self::$variant(key) => key.to_pkcs1(),)*
                }
            }

            pub(super) fn to_ssh(&self) -> Option<Result<Vec<u8>>> {
                match self {
                    $(Self::$variant(key) => key.to_ssh(),)*
                }
            }

            pub(super) fn to_jwk(&self) -> Option<Members> {
                match self {
                    $(Self::$variant(key) => key.to_jwk(),)*
                }
            }

            pub(super) fn jwk_algorithm(&self) -> Option<&'static str> {
                match self {
                    $(Self::$variant(key) => key.jwk_algorithm(),)*
                }
            }
        }

        impl fmt::Debug for PrivateKey {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Self::$variant(_) => concat!("PrivateKey::", stringify!($variant), "(<redacted>)"),)*
                })
            }
        }

        $(
            impl $module::PrivateKey {
                /// Reads a key of this type from PKCS #8: a `PrivateKeyInfo` in DER (RFC 5208 §5).
                ///
                /// # Errors
                /// [`Error::InvalidValue`] if the structure is another, the key is not valid or is
                /// of another type; [`Error::Unsupported`] if its type is not known.
                #[wipes_stack(deep)]
                pub fn from_pkcs8_der(der: &[u8]) -> Result<Self> {
                    let key = PrivateKey::from_pkcs8_der(der, Checks::Full)?;
                    key.try_into().map_err(|other: PrivateKey| another_type(&other.description()))
                }

                /// Writes PKCS #8: a `PrivateKeyInfo` in DER (RFC 5208 §5).
                ///
                /// # Errors
                /// [`Error::OutOfMemory`].
                #[wipes_stack(deep)]
                pub fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>> {
                    self.to_pkcs8()
                }
            }

            impl $module::PublicKey {
                /// Reads a key of this type from a `SubjectPublicKeyInfo` in DER (RFC 5280
                /// §4.1.2.7).
                ///
                /// # Errors
                /// [`Error::InvalidValue`] if the structure is another, the key is not valid or is
                /// of another type; [`Error::Unsupported`] if its type is not known.
                pub fn from_spki_der(der: &[u8]) -> Result<Self> {
                    let key = PublicKey::from_spki_der(der)?;
                    key.try_into().map_err(|other: PublicKey| another_type(&other.description()))
                }

                /// Writes a `SubjectPublicKeyInfo` in DER (RFC 5280 §4.1.2.7).
                ///
                /// # Errors
                /// [`Error::OutOfMemory`].
                pub fn to_spki_der(&self) -> Result<Vec<u8>> {
                    self.to_spki()
                }
            }

            impl From<$module::PrivateKey> for PrivateKey {
                fn from(key: $module::PrivateKey) -> Self {
                    Self::$variant(key)
                }
            }

            impl From<$module::PublicKey> for PublicKey {
                fn from(key: $module::PublicKey) -> Self {
                    Self::$variant(key)
                }
            }

            /// Fails with the key itself if it is of another type.
            impl TryFrom<PrivateKey> for $module::PrivateKey {
                type Error = PrivateKey;

                fn try_from(key: PrivateKey) -> core::result::Result<Self, PrivateKey> {
                    match key {
                        PrivateKey::$variant(key) => Ok(key),
                        other => Err(other),
                    }
                }
            }

            /// Fails with the key itself if it is of another type.
            impl TryFrom<PublicKey> for $module::PublicKey {
                type Error = PublicKey;

                fn try_from(key: PublicKey) -> core::result::Result<Self, PublicKey> {
                    match key {
                        PublicKey::$variant(key) => Ok(key),
                        other => Err(other),
                    }
                }
            }
        )*
    };
}

// The order is that in which a reader compares algorithms: the usual ones first.
key_types! {
    /// An RSA key.
    Rsa(rsa),
    /// A key of an elliptic curve.
    Ec(ec),
    /// An Ed25519 key.
    Ed25519(ed25519),
    /// An X25519 key.
    X25519(x25519),
    /// An Ed448 key.
    Ed448(ed448),
    /// An X448 key.
    X448(x448),
    /// A DSA key.
    Dsa(dsa),
    /// A Diffie-Hellman key.
    Dh(dh),
    /// An ML-DSA key of any parameter set.
    MlDsa(ml_dsa),
    /// An ML-KEM key of any parameter set.
    MlKem(ml_kem),
    /// An SLH-DSA key of any parameter set.
    SlhDsa(slh_dsa),
}

impl PrivateKey {
    /// Names the kind of the key in words, as [`PublicKey::description`] does.
    #[must_use]
    pub fn description(&self) -> String {
        self.public_key().description()
    }
}

fn another_type(description: &str) -> Error {
    Error::value(format!("the key is of another type: {description}"))
}
