//! New keys.

use std::sync::Arc;

use ironlatch_engine::rsa as engine;

use super::PrivateKey;
use crate::secret::wipes_stack;
use crate::{Error, Result};

impl PrivateKey {
    /// A new key with a modulus of exactly `bits` bits.
    ///
    /// `public_exponent` should be 65537; 3 is there for old verifiers.
    ///
    /// # Errors
    /// [`InvalidValue`](crate::Error::InvalidValue) for another public exponent, for less than 1024
    /// bits and for more than 16384.
    #[wipes_stack(deep)]
    pub fn generate(bits: usize, public_exponent: u64) -> Result<Self> {
        let Some(e) = [3u32, 65537].into_iter().find(|&e| u64::from(e) == public_exponent) else {
            return Err(Error::value(
                "public_exponent must be either 3 (for legacy compatibility) or 65537. Almost everyone should choose \
                 65537 here!",
            ));
        };
        if bits < engine::MIN_GENERATED_BITS {
            return Err(Error::value("key_size must be at least 1024-bits."));
        }
        if bits > engine::MAX_BITS {
            return Err(Error::value(format!("key_size must be at most {} bits", engine::MAX_BITS)));
        }
        Ok(Self { engine: Arc::new(engine::PrivateKey::generate(bits, e)?) })
    }
}
