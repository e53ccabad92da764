//! secp256k1, by libsecp256k1: six and more times as fast as AWS-LC's arithmetic for curves in
//! general.
//!
//! libsecp256k1 signs with a nonce of RFC 6979 under SHA-256 alone, and takes the lower of the two
//! values that `s` can have. Where others expect the value as it is computed, core signs by itself,
//! with [`base_multiple`].

use core::fmt;

use secp256k1::{Message, SecretKey, ecdh, ecdsa};
use zeroize::Zeroizing;

use crate::awslc::rand;
use crate::error::EngineError;

/// The length in bytes of private keys and coordinates.
pub const LEN: usize = 32;

/// A public key: a point of the curve, not infinity.
#[derive(PartialEq, Eq)]
pub struct PublicKey(secp256k1::PublicKey);

impl PublicKey {
    /// Reads a point (SEC 1 §2.3.4): compressed, uncompressed, or hybrid.
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if it is no such encoding, or of no point on the curve.
    pub fn from_point(encoding: &[u8]) -> Result<Self, EngineError> {
        secp256k1::PublicKey::from_slice(encoding).map(Self).map_err(|_| EngineError::InvalidInput)
    }

    /// Writes the point (SEC 1 §2.3.3): compressed, or with both coordinates.
    #[must_use]
    pub fn to_point(&self, compressed: bool) -> Vec<u8> {
        if compressed { self.0.serialize().to_vec() } else { self.0.serialize_uncompressed().to_vec() }
    }

    /// Verifies the signature that consists of `r` and then `s`, big-endian.
    ///
    /// # Errors
    /// [`EngineError::Rejected`] if it does not match.
    pub fn verify(&self, digest: &[u8], r_and_s: &[u8; 2 * LEN]) -> Result<(), EngineError> {
        let mut signature = ecdsa::Signature::from_compact(r_and_s).map_err(|_| EngineError::Rejected)?;
        // ECDSA takes both values of s, libsecp256k1 the lower alone.
        signature.normalize_s();
        ecdsa::verify(&signature, message(digest), &self.0).map_err(|_| EngineError::Rejected)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PublicKey(secp256k1)")
    }
}

/// A private key with its public one. It is wiped when dropped.
pub struct PrivateKey {
    scalar: Zeroizing<[u8; LEN]>,
    public: secp256k1::PublicKey,
}

impl PrivateKey {
    /// Makes a random key.
    #[must_use]
    pub fn generate() -> Self {
        loop {
            // All but one of 2^127 are valid.
            if let Ok(key) = Self::from_scalar(&Zeroizing::new(rand::array::<LEN>())[..]) {
                return key;
            }
        }
    }

    /// The key whose private number is `scalar`, big-endian, of 32 bytes.
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if it is of another length, zero, or not below the curve's
    /// order.
    pub fn from_scalar(scalar: &[u8]) -> Result<Self, EngineError> {
        let scalar = Zeroizing::new(<[u8; LEN]>::try_from(scalar).map_err(|_| EngineError::InvalidInput)?);
        let public = with_secret(&scalar, secp256k1::PublicKey::from_secret_key)?;
        Ok(Self { scalar, public })
    }

    /// The private number, big-endian.
    #[must_use]
    pub fn scalar(&self) -> &[u8; LEN] {
        &self.scalar
    }

    /// The public key that belongs to it.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey(self.public)
    }

    /// Signs with a nonce of RFC 6979 into which 32 random bytes are mixed (§3.6). The signature is
    /// DER.
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`], which no key that was made here meets.
    pub fn sign(&self, digest: &[u8]) -> Result<Vec<u8>, EngineError> {
        let random = Zeroizing::new(rand::array::<32>());
        let signature = with_secret(&self.scalar, |key| ecdsa::sign_with_noncedata(message(digest), key, &random))?;
        Ok(signature.serialize_der().to_vec())
    }

    /// The x coordinate that this key and `public_key` lead to (ECDH, SEC 1 §3.3.1).
    ///
    /// # Panics
    /// Never: a key that was made here is valid.
    #[must_use]
    pub fn agree(&self, public_key: &PublicKey) -> Zeroizing<Vec<u8>> {
        let point = with_secret(&self.scalar, |key| Zeroizing::new(ecdh::shared_secret_point(&public_key.0, key)));
        let point = point.expect("the key was valid when it was made");
        Zeroizing::new(point[..LEN].to_vec())
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(secp256k1, <redacted>)")
    }
}

/// The x coordinate of a multiple of the generator, big-endian.
///
/// # Errors
/// [`EngineError::InvalidInput`] if `scalar` is not 32 bytes long, is zero, or not below the
/// curve's order.
pub fn base_multiple(scalar: &[u8]) -> Result<Vec<u8>, EngineError> {
    Ok(PrivateKey::from_scalar(scalar)?.public.serialize()[1..].to_vec())
}

/// Lends the private number in the library's own type, and wipes it after.
fn with_secret<T>(scalar: &[u8; LEN], work: impl FnOnce(&SecretKey) -> T) -> Result<T, EngineError> {
    let mut key = SecretKey::from_secret_bytes(*scalar).map_err(|_| EngineError::InvalidInput)?;
    let result = work(&key);
    key.non_secure_erase();
    Ok(result)
}

/// The leftmost 256 bits of the digest, as a number (FIPS 186-5 §6.4.1).
fn message(digest: &[u8]) -> Message {
    let digest = &digest[..digest.len().min(LEN)];
    let mut number = [0; LEN];
    number[LEN - digest.len()..].copy_from_slice(digest);
    Message::from_digest(number)
}
