//! PBKDF2 with HMAC (RFC 8018 §5.2).

use ironlatch_engine::pbkdf2 as engine;
use zeroize::Zeroizing;

use super::{Kdf, check_len, check_most};
use crate::error::{Allowed, Parameter, Unsupported};
use crate::hash::HashAlgorithm;
use crate::hash::hmac::{Hmac, MAX_DIGEST};
use crate::secret::wipes_stack;
use crate::{Error, Output, Result};

/// PBKDF2 with HMAC over a hash function.
#[derive(Debug, Clone)]
pub struct Pbkdf2Hmac {
    algorithm: HashAlgorithm,
    length: usize,
    salt: Vec<u8>,
    iterations: u32,
}

impl Pbkdf2Hmac {
    /// PBKDF2 that gives `length` bytes, from a salt of any length.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for no iterations and for more than 2³² - 1; [`Error::Unsupported`]
    /// for an extendable-output function.
    pub fn new(algorithm: HashAlgorithm, length: usize, salt: &[u8], iterations: u64) -> Result<Self> {
        let Some(iterations) = u32::try_from(iterations).ok().filter(|&iterations| iterations > 0) else {
            let allowed = Allowed::Between(1, u32::MAX.into());
            return Err(Error::OutOfRange { what: Parameter::Iterations, got: iterations, allowed });
        };
        if algorithm.is_extendable() {
            return Err(Error::unsupported(Unsupported::Hash, "Digest is not supported for PBKDF2"));
        }
        Ok(Self { algorithm, length, salt: salt.into(), iterations })
    }
}

impl Kdf for Pbkdf2Hmac {
    fn length(&self) -> usize {
        self.length
    }

    #[wipes_stack(deep)]
    fn derive_into<'a>(&self, key_material: &[u8], out: Output<'a>) -> Result<&'a mut [u8]> {
        check_len(self, &out);
        check_most(out.len(), self.algorithm.digest_size().saturating_mul(u32::MAX as usize))?;
        match self.algorithm.engine() {
            Some(algorithm) => Ok(engine::pbkdf2(algorithm, key_material, &self.salt, self.iterations, out)?),
            None => self.derive_generic(key_material, out),
        }
    }
}

impl Pbkdf2Hmac {
    /// For the hash functions that the engine lacks.
    fn derive_generic<'a>(&self, password: &[u8], out: Output<'a>) -> Result<&'a mut [u8]> {
        let digest_size = self.algorithm.digest_size();
        let mut mac = Hmac::new(self.algorithm, password)?;
        let mut u = Zeroizing::new([0; MAX_DIGEST]);
        let u = &mut u[..digest_size];
        let mut block = Zeroizing::new([0; MAX_DIGEST]);
        let mut writer = out.writer();
        for index in 1u32.. {
            if writer.remaining() == 0 {
                break;
            }
            mac.update(&self.salt);
            mac.update(&index.to_be_bytes());
            mac.finalize_into_reset((&mut *u).into());
            block[..digest_size].copy_from_slice(u);
            for _ in 1..self.iterations {
                mac.update(u);
                mac.finalize_into_reset((&mut *u).into());
                block.iter_mut().zip(&*u).for_each(|(sum, byte)| *sum ^= byte);
            }
            writer.push(&block[..digest_size.min(writer.remaining())]);
        }
        Ok(writer.finish())
    }
}
