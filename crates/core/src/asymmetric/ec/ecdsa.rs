//! ECDSA (FIPS 186-5 §6). Signatures are DER (RFC 3279 §2.2.3).

use ironlatch_engine::{EngineError, secp256k1};

use super::keys::{Private, PrivateKey, Public, PublicKey};
use super::{Curve, deterministic, signing};
use crate::asymmetric::{Message, dss_signature};
use crate::secret::wipes_stack;
use crate::{Error, Result};

impl PrivateKey {
    /// Signs with a random nonce: two signatures of one message differ.
    ///
    /// # Errors
    /// [`Length`](Error::Length) if a digest has another length than its hash function's.
    #[wipes_stack(deep)]
    pub fn sign(&self, message: Message<'_>) -> Result<Vec<u8>> {
        let digest = &message.digest()?;
        match &*self.inner {
            Private::Engine(key) if key.curve() == Curve::Secp256r1 => Ok(key.sign(digest)?),
            Private::Engine(key) => signing::sign(key.curve(), &key.scalar(), digest),
            Private::Secp256k1(key) => Ok(key.sign(digest)?),
        }
    }

    /// Signs with a nonce that is computed from key and digest (RFC 6979): the same message has the
    /// same signature.
    ///
    /// # Errors
    /// Those of [`Self::sign`], and [`Unsupported`](Error::Unsupported) for extendable-output
    /// functions, which HMAC does not take.
    #[wipes_stack(deep)]
    pub fn sign_deterministic(&self, message: Message<'_>) -> Result<Vec<u8>> {
        deterministic::sign(self.curve(), &self.private_bytes(), message.algorithm(), &message.digest()?)
    }
}

impl PublicKey {
    /// Verifies a signature, however its nonce was made.
    ///
    /// # Errors
    /// [`BadSignature`](Error::BadSignature) if it does not match, and those of
    /// [`PrivateKey::sign`].
    pub fn verify(&self, message: Message<'_>, signature: &[u8]) -> Result<()> {
        let digest = &message.digest()?;
        match &*self.inner {
            Public::Engine(key) => key.verify(digest, signature).map_err(|error| match error {
                EngineError::Rejected => invalid(),
                other => other.into(),
            }),
            Public::Secp256k1(key) => {
                let r_and_s = side_by_side(signature).ok_or_else(invalid)?;
                key.verify(digest, &r_and_s).map_err(|_| invalid())
            }
        }
    }
}

/// The two numbers of a signature on secp256k1, big-endian and each as long as the curve's numbers.
/// `None` if it is not DER of two numbers that short.
fn side_by_side(signature: &[u8]) -> Option<[u8; 2 * secp256k1::LEN]> {
    let (r, s) = dss_signature::decode(signature).ok()?;
    let mut bytes = [0; 2 * secp256k1::LEN];
    let (r_place, s_place) = bytes.split_at_mut(secp256k1::LEN);
    for (place, number) in [(r_place, r), (s_place, s)] {
        let start = place.len().checked_sub(number.len())?;
        place[start..].copy_from_slice(number);
    }
    Some(bytes)
}

fn invalid() -> Error {
    Error::BadSignature
}
