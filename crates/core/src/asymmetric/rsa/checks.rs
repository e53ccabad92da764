//! Checks a key before it is used. `docs/rsa-key-checks.md` has the reasons, and says what the
//! checks do not show.

use ironlatch_engine::bignum::Bignum;
use ironlatch_engine::rsa::{MAX_BITS, Numbers};

use crate::asymmetric::number::bounded;
use crate::error::{Allowed, Input};
use crate::{Error, Result};

/// Up to this modulus, in bits, any exponent below the modulus is taken.
const LARGE_MODULUS: usize = 3072;
/// The longest public exponent, in bits, of a key with a larger modulus.
const MAX_EXPONENT_BITS: usize = 64;

/// By how many bits a secret number is hidden in a division.
const BLINDING_BITS: usize = 64;

/// How much of a private key is checked when it is made of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checks {
    /// That the numbers belong together. The right choice for every key that comes from outside.
    Full,
    /// Only what keeps the arithmetic sound. For keys that this program itself has checked before.
    Skipped,
}

/// The number in `bytes`, unless it is too long for any number of a key.
pub(super) fn number(name: &'static str, bytes: &[u8]) -> Result<Bignum> {
    bounded("RSA", name, bytes, MAX_BITS)
}

/// The error for contents of `got` bytes that do not fit into a block with what the padding adds:
/// they are too long, or the key is too small for the padding.
pub(super) fn no_room(what: Input, got: usize, block_len: usize, overhead: usize) -> Error {
    match block_len.checked_sub(overhead) {
        Some(most) => Error::Length { what, got, allowed: Allowed::AtMost(most as u64) },
        None => {
            let allowed = Allowed::AtLeast(8 * overhead as u64);
            Error::KeySize { algorithm: "RSA", got: 8 * block_len, allowed }
        }
    }
}

/// Refuses what cannot be a public key, or would be too slow to use.
pub(super) fn public(n: &Bignum, e: &Bignum) -> Result<()> {
    if !e.is_odd() || e.is_one() || e >= n {
        return Err(Error::value("the RSA public exponent must be odd, at least 3 and less than the modulus"));
    }
    if n.bits() > LARGE_MODULUS && e.bits() > MAX_EXPONENT_BITS {
        let allowed = Allowed::AtMost(MAX_EXPONENT_BITS as u64);
        return Err(Error::NumberSize { algorithm: "RSA", number: "e", got: e.bits(), allowed });
    }
    Ok(())
}

/// Whether the numbers of a private key belong together. That n = p·q and the ranges hold is
/// checked with the engine's key, before or after.
pub(super) fn is_consistent(numbers: &Numbers) -> bool {
    let Numbers { e, d, p, q, dmp1, dmq1, iqmp, .. } = numbers;
    if p.is_zero() || q.is_zero() {
        return false;
    }
    let one = Bignum::from_word(1);
    let (p_1, q_1) = (p.minus_one(), q.minus_one());
    let de = d.mul(e);
    leaves(&de, &p_1, &one)
        && leaves(&de, &q_1, &one)
        && leaves(d, &p_1, dmp1)
        && leaves(d, &q_1, dmq1)
        && leaves(&iqmp.mul(q), p, &one)
}

/// The error for numbers that do not belong together. It does not say which, as most of them are
/// secret.
pub(super) fn unfit() -> Error {
    Error::value("these numbers are not a consistent RSA private key")
}

/// Whether `number mod modulus` is `remainder`.
///
/// The division takes a time that depends on its operands, so it gets others, with random parts r
/// and s: since (number + s·modulus)·r mod modulus·r = (number mod modulus)·r, neither the divisor
/// nor the quotient is the secret one.
fn leaves(number: &Bignum, modulus: &Bignum, remainder: &Bignum) -> bool {
    let r = Bignum::random(BLINDING_BITS);
    let s = Bignum::random(number.bits().max(modulus.bits()) - modulus.bits() + BLINDING_BITS);
    let blinded = number.add(&s.mul(modulus)).mul(&r);
    blinded.rem(&modulus.mul(&r)).is_ok_and(|left| left == remainder.mul(&r))
}
