//! secp256k1, by libsecp256k1: six and more times as fast as AWS-LC's arithmetic for curves in general.
//!
//! Signatures with a nonce of RFC 6979 are the exception: they come from `signing.rs`, because libsecp256k1 makes them
//! with SHA-256 alone, and takes the lower of the two values that `s` can have, where others expect the one computed.

use ironlatch_engine::rand;
use secp256k1::{Message, SecretKey, ecdh, ecdsa};
use zeroize::Zeroizing;

use super::ecdsa::invalid;
use super::keys::invalid_key;
use crate::Result;
use crate::keys::dss_signature;

/// The length in bytes of private keys and coordinates.
const LEN: usize = 32;

#[derive(PartialEq, Eq)]
pub(super) struct PublicKey(secp256k1::PublicKey);

impl PublicKey {
    pub(super) fn from_point(encoding: &[u8]) -> Result<Self> {
        secp256k1::PublicKey::from_slice(encoding).map(Self).map_err(|_| invalid_key())
    }

    pub(super) fn to_point(&self, compressed: bool) -> Vec<u8> {
        if compressed { self.0.serialize().to_vec() } else { self.0.serialize_uncompressed().to_vec() }
    }

    pub(super) fn verify(&self, digest: &[u8], signature: &[u8]) -> Result<()> {
        let (r, s) = dss_signature::decode(signature).map_err(|_| invalid())?;
        let mut compact = [0; 2 * LEN];
        let (r_place, s_place) = compact.split_at_mut(LEN);
        for (place, number) in [(r_place, r), (s_place, s)] {
            let start = LEN.checked_sub(number.len()).ok_or_else(invalid)?;
            place[start..].copy_from_slice(number);
        }
        let mut signature = ecdsa::Signature::from_compact(&compact).map_err(|_| invalid())?;
        // ECDSA takes both values of s, libsecp256k1 the lower alone.
        signature.normalize_s();
        ecdsa::verify(&signature, message(digest), &self.0).map_err(|_| invalid())
    }
}

pub(super) struct PrivateKey {
    scalar: Zeroizing<[u8; LEN]>,
    public: secp256k1::PublicKey,
}

impl PrivateKey {
    pub(super) fn generate() -> Self {
        loop {
            // All but one of 2^127 are valid.
            if let Ok(key) = Self::from_scalar(&Zeroizing::new(rand::array::<LEN>())[..]) {
                return key;
            }
        }
    }

    pub(super) fn from_scalar(scalar: &[u8]) -> Result<Self> {
        let scalar = Zeroizing::new(<[u8; LEN]>::try_from(scalar).map_err(|_| invalid_key())?);
        let public = with_secret(&scalar, secp256k1::PublicKey::from_secret_key)?;
        Ok(Self { scalar, public })
    }

    pub(super) fn scalar(&self) -> &[u8; LEN] {
        &self.scalar
    }

    pub(super) fn public_key(&self) -> PublicKey {
        PublicKey(self.public)
    }

    /// Signs with a nonce of RFC 6979 into which 32 random bytes are mixed (§3.6).
    pub(super) fn sign(&self, digest: &[u8]) -> Result<Vec<u8>> {
        let random = Zeroizing::new(rand::array::<32>());
        let signature = with_secret(&self.scalar, |key| ecdsa::sign_with_noncedata(message(digest), key, &random))?;
        Ok(signature.serialize_der().to_vec())
    }

    pub(super) fn agree(&self, public_key: &PublicKey) -> Zeroizing<Vec<u8>> {
        let point = with_secret(&self.scalar, |key| Zeroizing::new(ecdh::shared_secret_point(&public_key.0, key)));
        let point = point.expect("the key was valid when it was made");
        Zeroizing::new(point[..LEN].to_vec())
    }
}

/// The x coordinate of a multiple of the generator.
pub(super) fn base_multiple(scalar: &[u8]) -> Result<Vec<u8>> {
    Ok(PrivateKey::from_scalar(scalar)?.public.serialize()[1..].to_vec())
}

/// Lends the private number in the library's own type, and wipes it after.
fn with_secret<T>(scalar: &[u8; LEN], work: impl FnOnce(&SecretKey) -> T) -> Result<T> {
    let mut key = SecretKey::from_secret_bytes(*scalar).map_err(|_| invalid_key())?;
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
