//! The numbers of a key, computed from others, for keys that come without them. Numbers are
//! big-endian.

use ironlatch_engine::bignum::Bignum;
use zeroize::Zeroizing;

use super::checks::number;
use crate::secret::wipes_stack;
use crate::{Error, Result};

/// How many random numbers are tried before a modulus counts as not factored. Each finds the
/// factors with a chance of at least one half, so that all fail for one key in 10^12; for hostile
/// numbers, such as a prime modulus, it is the limit of the work: that many powers, and no more.
const ATTEMPTS: usize = 40;

/// The inverse of `a` modulo `modulus`: with q and p, the coefficient of the Chinese remainder
/// theorem, iqmp.
///
/// # Errors
/// [`InvalidValue`](Error::InvalidValue) if there is none.
#[wipes_stack(deep)]
pub fn crt_coefficient(a: &[u8], modulus: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let (a, modulus) = (number("number", a)?, number("modulus", modulus)?);
    Ok(a.mod_inverse(&modulus).map_err(|_| Error::value("the number has no inverse"))?.to_be_bytes())
}

/// d mod p - 1: with the two primes, dmp1 and dmq1.
///
/// # Errors
/// [`InvalidValue`](Error::InvalidValue) if `p` is less than 2.
#[wipes_stack(deep)]
pub fn crt_exponent(d: &[u8], p: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let (d, p) = (number("private exponent", d)?, at_least_two(number("prime", p)?)?);
    Ok(d.rem(&p.minus_one())?.to_be_bytes())
}

/// The smallest private exponent for the public exponent `e` and the primes `p` and `q`.
///
/// # Errors
/// [`InvalidValue`](Error::InvalidValue) if there is none, or a number is less than 2.
#[wipes_stack(deep)]
pub fn private_exponent(e: &[u8], p: &[u8], q: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let e = at_least_two(number("public exponent", e)?)?;
    let p_1 = at_least_two(number("prime", p)?)?.minus_one();
    let q_1 = at_least_two(number("prime", q)?)?.minus_one();
    let (lambda, _) = p_1.mul(&q_1).div_rem(&p_1.gcd(&q_1))?;
    let inverse = e.mod_inverse(&lambda);
    Ok(inverse.map_err(|_| Error::value("the public exponent has no inverse for these primes"))?.to_be_bytes())
}

/// A big-endian number of a private key, wiped when it is dropped.
type Number = Zeroizing<Vec<u8>>;

/// The primes p and q of a modulus, the larger first, from both exponents (NIST SP 800-56B,
/// appendix C.1).
///
/// # Errors
/// [`InvalidValue`](Error::InvalidValue) if the three numbers do not belong together.
#[wipes_stack(deep)]
pub fn prime_factors(n: &[u8], e: &[u8], d: &[u8]) -> Result<(Number, Number)> {
    let n = at_least_two(number("modulus", n)?)?;
    let e = at_least_two(number("public exponent", e)?)?;
    let d = at_least_two(number("private exponent", d)?)?;
    let mismatch = || Error::value("n, d, e don't match");
    let multiple = d.mul(&e).minus_one();
    // Odd, and so no exponent of a whole group; or even n, which has no such key.
    if !n.is_odd() || multiple.is_odd() || multiple.is_zero() {
        return Err(mismatch());
    }
    let twos = multiple.trailing_zeros();
    let odd = multiple.shift_right(twos);
    let n_1 = n.minus_one();
    for _ in 0..ATTEMPTS {
        let base = Bignum::random(n.bits()).rem(&n)?;
        if base.is_zero() {
            continue;
        }
        let mut root = base.mod_exp(&odd, &n)?;
        if root.is_one() || root == n_1 {
            continue;
        }
        let mut is_trivial = false;
        for _ in 1..twos {
            let square = root.mul(&root).rem(&n)?;
            if square.is_one() {
                break;
            }
            is_trivial = square == n_1;
            if is_trivial {
                break;
            }
            root = square;
        }
        if is_trivial {
            continue;
        }
        // Now it is a root of one that is neither 1 nor -1, or base ^ (d·e - 1) is not 1 and the
        // numbers are no key.
        if !root.mul(&root).rem(&n)?.is_one() {
            return Err(mismatch());
        }
        let p = root.minus_one().gcd(&n);
        let (q, _) = n.div_rem(&p)?;
        let (p, q) = if p < q { (q, p) } else { (p, q) };
        return Ok((p.to_be_bytes(), q.to_be_bytes()));
    }
    Err(Error::value("Unable to compute factors p and q from exponent d."))
}

fn at_least_two(number: Bignum) -> Result<Bignum> {
    if number.is_zero() || number.is_one() { Err(Error::value("Values can't be <= 1")) } else { Ok(number) }
}
