//! Ed448 signatures (RFC 8032 §5.2): keys of 57 bytes, signatures of 114, with an empty context.

use core::fmt;
use std::sync::Arc;

use ironlatch_engine::{ed448 as engine, rand};
use zeroize::Zeroizing;

use crate::error::{Allowed, Input};
use crate::secret::wipes_stack;
use crate::{Error, Output, Result};

/// The length of either key in bytes.
pub const KEY_LEN: usize = engine::SEED_LEN;
/// The length of a signature in bytes.
pub const SIGNATURE_LEN: usize = engine::SIGNATURE_LEN;

/// A private key: the seed of 57 bytes, kept with its public key. Copies share one place in memory.
#[derive(Clone)]
pub struct PrivateKey {
    pair: Arc<engine::KeyPair>,
}

impl PrivateKey {
    /// A new private key.
    #[must_use]
    #[wipes_stack(deep)]
    pub fn generate() -> Self {
        Self::from_array(&Zeroizing::new(rand::array()))
    }

    /// The private key of a seed.
    #[must_use]
    #[wipes_stack(deep)]
    pub fn from_array(seed: &[u8; KEY_LEN]) -> Self {
        Self { pair: Arc::new(engine::KeyPair::new(seed)) }
    }

    /// The private key of a seed that comes as bytes.
    ///
    /// # Errors
    /// [`Error::Length`] if there are not 57 of them.
    pub fn from_bytes(seed: &[u8]) -> Result<Self> {
        match seed.try_into() {
            Ok(seed) => Ok(Self::from_array(seed)),
            Err(_) => {
                Err(Error::Length { what: Input::PrivateKey("Ed448"), got: seed.len(), allowed: Allowed::Exactly(57) })
            }
        }
    }

    /// The seed.
    #[must_use]
    pub fn private_bytes(&self) -> &[u8; KEY_LEN] {
        self.pair.seed()
    }

    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey { point: *self.pair.public_key() }
    }

    /// Signs `message`. Returns the signature, [`SIGNATURE_LEN`] bytes. The same message gives the
    /// same signature.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; SIGNATURE_LEN];
        self.sign_into(message, Output::from(&mut signature[..]));
        signature
    }

    /// Signs `message` into `out` of [`SIGNATURE_LEN`] bytes. The same message gives the same
    /// signature.
    ///
    /// # Panics
    /// If `out` is of another length.
    #[wipes_stack(deep)]
    pub fn sign_into<'o>(&self, message: &[u8], out: Output<'o>) -> &'o mut [u8] {
        self.pair.sign(message, out)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ed448::PrivateKey(<redacted>)")
    }
}

/// A public key: a point of the curve, encoded. Whether it is one shows when a signature is
/// verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKey {
    point: [u8; KEY_LEN],
}

impl PublicKey {
    /// The public key that is encoded so.
    ///
    /// # Errors
    /// [`Error::Length`] if there are not 57 bytes.
    pub fn from_bytes(point: &[u8]) -> Result<Self> {
        match point.try_into() {
            Ok(point) => Ok(Self { point }),
            Err(_) => {
                Err(Error::Length { what: Input::PublicKey("Ed448"), got: point.len(), allowed: Allowed::Exactly(57) })
            }
        }
    }

    /// The encoded point.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; KEY_LEN] {
        &self.point
    }

    /// Checks a signature.
    ///
    /// # Errors
    /// [`Error::BadSignature`] if it is not one of `message` by this key.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<()> {
        let invalid = || Error::BadSignature;
        let signature = signature.try_into().map_err(|_| invalid())?;
        engine::verify(&self.point, message, signature).map_err(|_| invalid())
    }
}
