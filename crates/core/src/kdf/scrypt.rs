//! scrypt (RFC 7914).

use ironlatch_engine::scrypt as engine;

use super::{Kdf, check_len};
use crate::error::{Allowed, Parameter};
use crate::secret::wipes_stack;
use crate::{Error, Output, Result};

/// `p * r` must stay below this (RFC 7914 §6, in terms of `r`).
const MAX_PR: u64 = 1 << 30;

/// The memory in bytes that scrypt takes with these parameters: the larger of its two areas,
/// `128 * r * n` and `128 * r * p`. Parameters that come from others are held against a limit by
/// this and by [`work`].
#[must_use]
pub fn memory(n: u64, r: u64, p: u64) -> u64 {
    n.max(p).saturating_mul(r).saturating_mul(128)
}

/// The bytes that scrypt passes through its memory: `128 * n * r * p`. PBKDF2, before and after,
/// costs as much as an `n` of 8 does.
#[must_use]
pub fn work(n: u64, r: u64, p: u64) -> u64 {
    n.max(8).saturating_mul(r).saturating_mul(p).saturating_mul(128)
}

/// scrypt. It takes `128 * n * r` bytes of memory.
#[derive(Debug, Clone)]
pub struct Scrypt {
    salt: Vec<u8>,
    length: usize,
    cost: engine::ScryptCost,
}

impl Scrypt {
    /// scrypt that gives `length` bytes, from a salt of any length.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] if `n` is not a power of two above 1, or `r` or `p` is 0.
    pub fn new(salt: &[u8], length: usize, n: u64, r: u64, p: u64) -> Result<Self> {
        if n < 2 || !n.is_power_of_two() {
            let allowed = Allowed::PowerOfTwoFrom(2);
            return Err(Error::OutOfRange { what: Parameter::Cost, got: n, allowed });
        }
        for (what, number) in [(Parameter::BlockSize, r), (Parameter::Parallelization, p)] {
            if number < 1 {
                return Err(Error::OutOfRange { what, got: number, allowed: Allowed::AtLeast(1) });
            }
        }
        Ok(Self { salt: salt.into(), length, cost: engine::ScryptCost { n, r, p } })
    }

    /// Checks the requirements of RFC 7914 §2 on `p` that [`new`](Self::new) has not checked: more
    /// is far past any machine's memory. Its limit for `n`, `2 ** (16 * r)`, is not applied,
    /// because scrypt was in use before, and without it.
    fn check(&self) -> Result<()> {
        let engine::ScryptCost { r, p, .. } = self.cost;
        if p.saturating_mul(r) >= MAX_PR {
            return Err(Error::OutOfMemory("p * r must be smaller than 2 ** 30: not enough memory otherwise.".into()));
        }
        Ok(())
    }
}

impl Kdf for Scrypt {
    fn length(&self) -> usize {
        self.length
    }

    #[wipes_stack(deep)]
    fn derive_into<'a>(&self, key_material: &[u8], out: Output<'a>) -> Result<&'a mut [u8]> {
        check_len(self, &out);
        self.check()?;
        let engine::ScryptCost { n, r, .. } = self.cost;
        engine::scrypt(key_material, &self.salt, self.cost, out).map_err(|_| {
            let megabytes = n.saturating_mul(r).saturating_mul(128) / (1024 * 1024);
            let message = "Not enough memory to derive key. These parameters require";
            Error::OutOfMemory(format!("{message} {megabytes}MB of memory.").into())
        })
    }
}
