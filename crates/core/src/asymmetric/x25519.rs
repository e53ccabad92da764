//! X25519 key agreement (RFC 7748 §5): keys and shared secrets of 32 bytes.

use core::fmt;
use std::sync::Arc;

use ironlatch_engine::{rand, x25519 as engine};
use zeroize::Zeroizing;

use crate::error::{Allowed, Input};
use crate::secret::{SecretBytes, wipes_stack};
use crate::{Error, Result};

/// The length of keys and of shared secrets in bytes.
pub const KEY_LEN: usize = engine::LEN;

/// A private key. Copies share one place in memory, which is locked and wiped.
#[derive(Clone)]
pub struct PrivateKey {
    scalar: Arc<SecretBytes>,
}

impl PrivateKey {
    /// A new private key.
    #[must_use]
    #[wipes_stack(deep)]
    pub fn generate() -> Self {
        Self::new(&Zeroizing::new(rand::array()))
    }

    /// The private key of these bytes. Any 32 bytes are one.
    ///
    /// # Errors
    /// [`Error::Length`] if there are not 32.
    #[wipes_stack(deep)]
    pub fn from_bytes(scalar: &[u8]) -> Result<Self> {
        match scalar.try_into() {
            Ok(scalar) => Ok(Self::new(scalar)),
            Err(_) => Err(Error::Length {
                what: Input::PrivateKey("X25519"),
                got: scalar.len(),
                allowed: Allowed::Exactly(32),
            }),
        }
    }

    /// The key's bytes.
    #[must_use]
    pub fn private_bytes(&self) -> &[u8; KEY_LEN] {
        self.scalar.expose().try_into().expect("a private key has 32 bytes")
    }

    /// The public key.
    #[must_use]
    #[wipes_stack(deep)]
    pub fn public_key(&self) -> PublicKey {
        PublicKey { point: engine::public_key(self.private_bytes()) }
    }

    /// The secret that is shared with the owner of `peer`. Derive a key from it before it is used
    /// as one.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if `peer` is a point of small order, with which the secret would be
    /// zero (RFC 7748 §6.1).
    #[wipes_stack(deep)]
    pub fn exchange(&self, peer: &PublicKey) -> Result<Zeroizing<Vec<u8>>> {
        let shared = engine::agree(self.private_bytes(), &peer.point)
            .map_err(|_| Error::value("Error computing shared key: the public key is a point of small order"))?;
        Ok(Zeroizing::new(shared.to_vec()))
    }
}

impl PrivateKey {
    fn new(scalar: &[u8; KEY_LEN]) -> Self {
        Self { scalar: Arc::new(SecretBytes::copy_from(scalar)) }
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("x25519::PrivateKey(<redacted>)")
    }
}

/// A public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKey {
    point: [u8; KEY_LEN],
}

impl PublicKey {
    /// The public key of these bytes. Any 32 bytes are one.
    ///
    /// # Errors
    /// [`Error::Length`] if there are not 32.
    pub fn from_bytes(point: &[u8]) -> Result<Self> {
        match point.try_into() {
            Ok(point) => Ok(Self { point }),
            Err(_) => {
                Err(Error::Length { what: Input::PublicKey("X25519"), got: point.len(), allowed: Allowed::Exactly(32) })
            }
        }
    }

    /// The key's bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; KEY_LEN] {
        &self.point
    }
}
