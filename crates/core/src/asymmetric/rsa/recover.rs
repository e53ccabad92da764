//! The numbers of a key, computed from others, for keys that come without them. Numbers are
//! big-endian.

use ironlatch_engine::bignum::Bignum;
use zeroize::Zeroizing;

use super::checks::number;
use crate::error::{Allowed, Parameter};
use crate::secret::wipes_stack;
use crate::{Error, Result};

/// How many random numbers are tried before a modulus counts as not factored. Each finds the
/// factors with a chance of at least one half, so that all fail for one key in 10^12; for hostile
/// numbers, such as a prime modulus, it is the limit of the work: that many powers, and no more.
const ATTEMPTS: usize = 40;

/// The inverse of `q` modulo `p`: the coefficient of the Chinese remainder theorem, iqmp.
///
/// # Errors
/// [`InvalidValue`](Error::InvalidValue) if there is none. As for the other functions of this
/// module, [`OutOfRange`](Error::OutOfRange) if a number is 0 or 1, and
/// [`NumberSize`](Error::NumberSize) if it is larger than any of a key.
#[wipes_stack(deep)]
pub fn crt_coefficient(q: &[u8], p: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let (q, p) = (at_least_two("q", q)?, at_least_two("p", p)?);
    Ok(q.mod_inverse(&p).map_err(|_| Error::value("the number has no inverse"))?.to_be_bytes())
}

/// d mod p - 1: with the two primes, dmp1 and dmq1.
///
/// # Errors
/// [`OutOfRange`](Error::OutOfRange) if a number is less than 2.
#[wipes_stack(deep)]
pub fn crt_exponent(d: &[u8], p: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let (d, p) = (at_least_two("d", d)?, at_least_two("p", p)?);
    Ok(d.rem(&p.minus_one())?.to_be_bytes())
}

/// The smallest private exponent for the public exponent `e` and the primes `p` and `q`.
///
/// # Errors
/// [`InvalidValue`](Error::InvalidValue) if there is none, [`OutOfRange`](Error::OutOfRange) if a
/// number is less than 2.
#[wipes_stack(deep)]
pub fn private_exponent(e: &[u8], p: &[u8], q: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let e = at_least_two("e", e)?;
    let p_1 = at_least_two("p", p)?.minus_one();
    let q_1 = at_least_two("q", q)?.minus_one();
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
/// [`InvalidValue`](Error::InvalidValue) if the three numbers do not belong together,
/// [`OutOfRange`](Error::OutOfRange) if one is less than 2.
#[wipes_stack(deep)]
pub fn prime_factors(n: &[u8], e: &[u8], d: &[u8]) -> Result<(Number, Number)> {
    let n = at_least_two("n", n)?;
    let e = at_least_two("e", e)?;
    let d = at_least_two("d", d)?;
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

/// The number of this name, unless it is 0 or 1.
fn at_least_two(name: &'static str, bytes: &[u8]) -> Result<Bignum> {
    let number = number(name, bytes)?;
    if number.is_zero() || number.is_one() {
        let (got, allowed) = (number.is_one().into(), Allowed::AtLeast(2));
        return Err(Error::OutOfRange { what: Parameter::RsaNumber(name), got, allowed });
    }
    Ok(number)
}
