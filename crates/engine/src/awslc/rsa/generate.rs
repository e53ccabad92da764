//! New keys, as FIPS 186-5 §A.1.3 makes them, in a time that does not depend on the primes that are
//! kept.

use aws_lc_sys as c;

use super::limbs::{Limbs, Word};
use super::primes::Search;
use super::{MAX_BITS, Numbers, PrivateKey};
use crate::awslc::bignum::Bignum;
use crate::error::{EngineError, check};

/// The shortest modulus that [`PrivateKey::generate`] makes, in bits.
pub const MIN_GENERATED_BITS: usize = 1024;

/// The greatest exponent that [`PrivateKey::generate`] takes.
const MAX_GENERATED_EXPONENT: u32 = 1 << 17;

impl PrivateKey {
    /// A new key with a modulus of exactly `bits` bits and the public exponent `e`, an odd prime of
    /// at most 17 bits.
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if `bits` is less than 1024 or more than [`MAX_BITS`], or `e`
    /// is no such number.
    pub fn generate(bits: usize, e: u32) -> Result<Self, EngineError> {
        let is_prime =
            e > 2 && (2..e).take_while(|factor| factor * factor <= e).all(|factor| !e.is_multiple_of(factor));
        if !(MIN_GENERATED_BITS..=MAX_BITS).contains(&bits) || e > MAX_GENERATED_EXPONENT || !is_prime {
            return Err(EngineError::InvalidInput);
        }
        let word = Word::new(e);
        loop {
            let p = Search::new(bits.div_ceil(2), word).prime()?;
            let q = Search::new(bits / 2, word).prime()?;
            // Which of the two is the greater is nothing that an attacker could not find with the
            // key's own format.
            let (p, q) = if p < q { (q, p) } else { (p, q) };
            // Two random numbers are hardly ever so near to each other, and d hardly ever so small
            // (steps 5.5 and A.1.1).
            if p.abs_diff(&q).bits() <= bits / 2 - 100 {
                continue;
            }
            let numbers = numbers(p, q, word)?;
            if numbers.d.bits() <= bits / 2 {
                continue;
            }
            let key = Self::new(numbers)?;
            // What follows from a wrong key, a leaked prime say, is worse than the check is dear.
            // SAFETY: the key is live, and has all its numbers.
            check(unsafe { c::RSA_check_key(key.handle.0.as_ptr()) }, EngineError::Internal)?;
            return Ok(key);
        }
    }
}

/// The key of two primes, p the greater one, of which neither is 1 modulo e.
fn numbers(p: Bignum, q: Bignum, e: Word) -> Result<Numbers, EngineError> {
    let (p_1, q_1) = (p.minus_one(), q.minus_one());
    // λ(n) = lcm(p - 1, q - 1)
    let common = Limbs::of(&p_1.gcd(&q_1), p.bits())?;
    let quotient = Limbs::of(&q_1, q.bits())?.divided_by(&common);
    let lambda = p_1.mul(&quotient.to_bignum());
    let inverse_of_e = |modulus: &Bignum, bits| -> Result<Bignum, EngineError> {
        Ok(Limbs::of(modulus, bits)?.inverse_of(e).to_bignum())
    };
    let two = Bignum::from_word(2);
    Ok(Numbers {
        n: p.mul(&q),
        e: Bignum::from_word(e.value().into()),
        d: inverse_of_e(&lambda, p.bits() + q.bits())?,
        dmp1: inverse_of_e(&p_1, p.bits())?,
        dmq1: inverse_of_e(&q_1, q.bits())?,
        // Fermat: q^(p-2) is the inverse of q modulo the prime p.
        iqmp: q.mod_exp_secret(&p.abs_diff(&two), &p)?,
        p,
        q,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_relations() {
        for bits in [1024, 1025, 1040, 1151, 1536, 2048, 2050] {
            for e in [3, 65537] {
                let key = PrivateKey::generate(bits, e).unwrap();
                assert_eq!(key.bits(), bits);
                let Numbers { n, e, d, p, q, dmp1, dmq1, iqmp } = key.numbers();
                let (p_1, q_1) = (p.minus_one(), q.minus_one());
                assert_eq!(p.mul(&q), n);
                assert!(p > q && p.is_prime(64) && q.is_prime(64));
                let lambda = p_1.mul(&q_1).div_rem(&p_1.gcd(&q_1)).unwrap().0;
                assert!(d < lambda, "d is the smallest there is");
                assert_eq!(d, e.mod_inverse(&lambda).unwrap());
                assert_eq!(dmp1, e.mod_inverse(&p_1).unwrap());
                assert_eq!(dmq1, e.mod_inverse(&q_1).unwrap());
                assert_eq!(iqmp, q.mod_inverse(&p).unwrap());
            }
        }
    }

    #[test]
    fn what_no_key_is_made_with() {
        for (bits, e) in [(1023, 65537), (MAX_BITS + 1, 3), (2048, 1), (2048, 2), (2048, 9), (2048, 65539 * 3)] {
            assert_eq!(PrivateKey::generate(bits, e).unwrap_err(), EngineError::InvalidInput, "{bits} {e}");
        }
    }
}
