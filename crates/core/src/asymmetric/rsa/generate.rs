//! New keys.

use std::sync::Arc;

use ironlatch_engine::bignum::Bignum;
use ironlatch_engine::rsa as engine;

use super::{Checks, PrivateKey};
use crate::{Error, Result};

/// The shortest modulus that keys are made with, in bits.
const MIN_BITS: usize = 1024;

/// The engine makes keys whose length is a multiple of this many bits.
const ENGINE_STEP: usize = 128;

impl PrivateKey {
    /// A new key with a modulus of exactly `bits` bits.
    ///
    /// `public_exponent` should be 65537; 3 is there for old verifiers.
    ///
    /// # Errors
    /// [`InvalidValue`](crate::Error::InvalidValue) for another public exponent, for less than 1024 bits and for more
    /// than 16384.
    pub fn generate(bits: usize, public_exponent: u64) -> Result<Self> {
        if !matches!(public_exponent, 3 | 65537) {
            return Err(Error::value(
                "public_exponent must be either 3 (for legacy compatibility) or 65537. Almost everyone should choose \
                 65537 here!",
            ));
        }
        if bits < MIN_BITS {
            return Err(Error::value("key_size must be at least 1024-bits."));
        }
        if bits > engine::MAX_BITS {
            return Err(Error::value(format!("key_size must be at most {} bits", engine::MAX_BITS)));
        }
        if bits.is_multiple_of(ENGINE_STEP) {
            return Ok(Self { engine: Arc::new(engine::PrivateKey::generate(bits, public_exponent)?) });
        }
        generate_exactly(bits, public_exponent)
    }
}

/// As FIPS 186-5 §A.1.3 asks, for lengths that the engine does not offer: random primes with both top bits set, so that
/// the product has as many bits as the two together; far apart; neither of them 1 modulo e.
fn generate_exactly(bits: usize, public_exponent: u64) -> Result<PrivateKey> {
    let e = Bignum::from_word(public_exponent);
    loop {
        let p = prime(bits.div_ceil(2), &e)?;
        let q = prime(bits / 2, &e)?;
        let (p, q) = if p < q { (q, p) } else { (p, q) };
        if p.abs_diff(&q).bits() <= bits / 2 - 100 {
            continue;
        }
        let (p_1, q_1) = (p.minus_one(), q.minus_one());
        let (lambda, _) = p_1.mul(&q_1).div_rem(&p_1.gcd(&q_1))?;
        let d = e.mod_inverse(&lambda)?;
        if d.bits() <= bits / 2 {
            continue;
        }
        let numbers = engine::Numbers {
            n: p.mul(&q),
            e,
            dmp1: d.rem(&p_1)?,
            dmq1: d.rem(&q_1)?,
            iqmp: q.mod_inverse(&p)?,
            d,
            p,
            q,
        };
        return PrivateKey::from_numbers(numbers, Checks::Full);
    }
}

/// A random prime of `bits` bits such that e has an inverse modulo the prime minus one. e itself is prime.
fn prime(bits: usize, e: &Bignum) -> Result<Bignum> {
    loop {
        let candidate = Bignum::random_prime(bits)?;
        if !candidate.rem(e)?.is_one() {
            return Ok(candidate);
        }
    }
}
