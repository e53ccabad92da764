//! New keys.

use std::sync::Arc;

use ironlatch_engine::rsa as engine;

use super::PrivateKey;
use crate::error::{Allowed, Parameter};
use crate::secret::wipes_stack;
use crate::{Error, Result};

impl PrivateKey {
    /// A new key with a modulus of exactly `bits` bits.
    ///
    /// `public_exponent` should be 65537; 3 is there for old verifiers.
    ///
    /// # Errors
    /// [`OutOfRange`](crate::Error::OutOfRange) for another public exponent,
    /// [`KeySize`](crate::Error::KeySize) for less than 1024 bits and for more than 16384.
    #[wipes_stack(deep)]
    pub fn generate(bits: usize, public_exponent: u64) -> Result<Self> {
        let Some(e) = [3u32, 65537].into_iter().find(|&e| u64::from(e) == public_exponent) else {
            let allowed = Allowed::OneOf(&[3, 65537]);
            return Err(Error::OutOfRange { what: Parameter::PublicExponent, got: public_exponent, allowed });
        };
        if !(engine::MIN_GENERATED_BITS..=engine::MAX_BITS).contains(&bits) {
            let allowed = Allowed::Between(engine::MIN_GENERATED_BITS as u64, engine::MAX_BITS as u64);
            return Err(Error::KeySize { algorithm: "RSA", got: bits, allowed });
        }
        Ok(Self { engine: Arc::new(engine::PrivateKey::generate(bits, e)?) })
    }
}
