//! Signers: keys of this process, and anything else that signs.

use ironlatch_core::asymmetric::rsa::{self, SaltLength, SignaturePadding};
use ironlatch_core::asymmetric::{Message, ed448, ed25519};
use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::keys::PrivateKey;

use crate::algorithms::SignatureAlgorithm;
use crate::error::{Error, Result};

/// Something that signs: a private key, or a service or a device that has one.
pub trait Signer {
    /// The error of a signer that fails.
    type Error: From<Error>;

    /// The algorithm of the signatures that it makes.
    ///
    /// # Errors
    /// Its own.
    fn algorithm(&self) -> Result<SignatureAlgorithm, Self::Error>;

    /// Signs `message`, which is not hashed yet. An ECDSA or DSA signature is in DER.
    ///
    /// # Errors
    /// Its own.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Self::Error>;
}

/// A private key that signs with one algorithm.
#[derive(Debug)]
pub struct KeySigner<'a> {
    key: &'a PrivateKey,
    algorithm: SignatureAlgorithm,
    deterministic: bool,
}

impl<'a> KeySigner<'a> {
    /// The key with its usual algorithm: PKCS #1 v1.5 for RSA, ECDSA and DSA with `hash`, SHA-256
    /// if there is none; keys that hash in a way of their own take no hash function.
    ///
    /// # Errors
    /// [`Error::WrongKey`] if the key does not sign, or not with that hash function.
    pub fn new(key: &'a PrivateKey, hash: Option<HashAlgorithm>) -> Result<Self> {
        let chosen = hash.unwrap_or(HashAlgorithm::Sha256);
        let algorithm = match key {
            PrivateKey::Rsa(_) => SignatureAlgorithm::RsaPkcs1(chosen),
            PrivateKey::Ec(_) => SignatureAlgorithm::Ecdsa(chosen),
            PrivateKey::Dsa(_) => SignatureAlgorithm::Dsa(chosen),
            _ if hash.is_some() => {
                return Err(Error::WrongKey("this key hashes in a way of its own: give it no hash function".into()));
            }
            PrivateKey::Ed25519(_) => SignatureAlgorithm::Ed25519,
            PrivateKey::Ed448(_) => SignatureAlgorithm::Ed448,
            PrivateKey::MlDsa(key) => SignatureAlgorithm::MlDsa(key.parameters()),
            _ => return Err(Error::WrongKey("this key does not sign certificates".into())),
        };
        Ok(Self { key, algorithm, deterministic: false })
    }

    /// The RSA key with PSS.
    ///
    /// # Errors
    /// [`Error::WrongKey`] if the key is not an RSA key.
    pub fn with_pss(key: &'a PrivateKey, hash: HashAlgorithm, salt_length: u16) -> Result<Self> {
        if !matches!(key, PrivateKey::Rsa(_)) {
            return Err(Error::WrongKey("PSS is a padding for RSA keys".into()));
        }
        let algorithm = SignatureAlgorithm::RsaPss { hash, mgf1_hash: hash, salt_length };
        Ok(Self { key, algorithm, deterministic: false })
    }

    /// The same key, making the same ECDSA signature for the same message (RFC 6979).
    #[must_use]
    pub fn deterministic(self) -> Self {
        Self { deterministic: true, ..self }
    }
}

impl Signer for KeySigner<'_> {
    type Error = Error;

    fn algorithm(&self) -> Result<SignatureAlgorithm> {
        Ok(self.algorithm)
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        let mut fixed = Vec::new();
        match (self.key, self.algorithm) {
            (PrivateKey::Rsa(key), SignatureAlgorithm::RsaPkcs1(hash)) => {
                fixed.resize(key.size(), 0);
                key.sign_into(
                    SignaturePadding::Pkcs1v15,
                    rsa::Message::Whole(hash, message),
                    fixed.as_mut_slice().into(),
                )?;
            }
            (PrivateKey::Rsa(key), SignatureAlgorithm::RsaPss { hash, mgf1_hash, salt_length }) => {
                let padding = SignaturePadding::Pss { mgf1_hash, salt_length: SaltLength::Bytes(salt_length.into()) };
                fixed.resize(key.size(), 0);
                key.sign_into(padding, rsa::Message::Whole(hash, message), fixed.as_mut_slice().into())?;
            }
            (PrivateKey::Ec(key), SignatureAlgorithm::Ecdsa(hash)) if self.deterministic => {
                fixed = key.sign_deterministic(Message::Whole(hash, message))?;
            }
            (PrivateKey::Ec(key), SignatureAlgorithm::Ecdsa(hash)) => {
                fixed = key.sign(Message::Whole(hash, message))?;
            }
            (PrivateKey::Dsa(key), SignatureAlgorithm::Dsa(hash)) => fixed = key.sign(Message::Whole(hash, message))?,
            (PrivateKey::Ed25519(key), _) => {
                fixed.resize(ed25519::SIGNATURE_LEN, 0);
                key.sign_into(message, fixed.as_mut_slice().into())?;
            }
            (PrivateKey::Ed448(key), _) => {
                fixed.resize(ed448::SIGNATURE_LEN, 0);
                key.sign_into(message, fixed.as_mut_slice().into());
            }
            (PrivateKey::MlDsa(key), _) => {
                fixed.resize(key.parameters().signature_len(), 0);
                key.sign_into(message, &[], fixed.as_mut_slice().into())?;
            }
            _ => return Err(Error::WrongKey("this key does not sign with that algorithm".into())),
        }
        Ok(fixed)
    }
}
