//! The little arithmetic on secret numbers that making a key needs and AWS-LC keeps to itself.
//! Every function takes a time that depends on lengths alone.

use zeroize::{Zeroize, Zeroizing};

use crate::awslc::bignum::Bignum;
use crate::error::EngineError;

/// A small public number that others are divided by.
///
/// Processors divide in a time that depends on the numbers, so this multiplies by the reciprocal
/// (Barrett).
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    value: u32,
    reciprocal: u64,
}

impl Word {
    /// # Panics
    /// If `value` is 0.
    pub(super) fn new(value: u32) -> Self {
        Self { value, reciprocal: u64::MAX / u64::from(value) }
    }

    pub(super) fn value(self) -> u32 {
        self.value
    }

    /// `number mod self`.
    #[inline(always)]
    pub(super) fn reduce(self, number: u64) -> u32 {
        let value = u64::from(self.value);
        let quotient = ((u128::from(number) * u128::from(self.reciprocal)) >> 64) as u64;
        // The quotient is at most 2 too small. Of a number less than the divisor the difference
        // wraps and is not the lesser.
        let rest = number - quotient * value;
        let rest = rest.min(rest.wrapping_sub(value));
        rest.min(rest.wrapping_sub(value)) as u32
    }

    /// `base ^ exponent mod self`; the exponent is public.
    fn power(self, base: u32, exponent: u32) -> u32 {
        let times = |a: u32, b: u32| self.reduce(u64::from(a) * u64::from(b));
        (0..u32::BITS).rev().fold(1, |power, bit| {
            let square = times(power, power);
            if exponent >> bit & 1 == 1 { times(square, base) } else { square }
        })
    }
}

/// A secret number as 64-bit words, the least first. Wiped when it is dropped.
pub(super) struct Limbs(Zeroizing<Vec<u64>>);

impl Limbs {
    /// `number` in as many words as a number of `bits` bits has.
    pub(super) fn of(number: &Bignum, bits: usize) -> Result<Self, EngineError> {
        let bytes = number.to_be_bytes_padded(bits.div_ceil(64) * 8)?;
        let words = bytes.rchunks_exact(8).map(|word| u64::from_be_bytes(word.try_into().expect("of eight bytes")));
        Ok(Self(Zeroizing::new(words.collect())))
    }

    pub(super) fn to_bignum(&self) -> Bignum {
        let mut bytes = Zeroizing::new(vec![0; self.0.len() * 8]);
        for (place, word) in bytes.chunks_exact_mut(8).zip(self.0.iter()) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        Bignum::from_le_bytes(&bytes)
    }

    /// The number of zero bits below the lowest one bit of the lowest word: 64 if there is none.
    pub(super) fn trailing_zeros_of_lowest_word(&self) -> u32 {
        self.0[0].trailing_zeros()
    }

    /// The number without its lowest `bits` bits, less than 64.
    pub(super) fn shift_right(&mut self, bits: u32) {
        let mut above = 0;
        for word in self.0.iter_mut().rev() {
            let shifted = *word >> bits | (above << 1) << (63 - bits);
            above = *word;
            *word = shifted;
        }
        above.zeroize();
    }

    /// `self mod word`.
    pub(super) fn rem(&self, word: Word) -> u32 {
        self.0.iter().rev().fold(0, |rest, &limb| {
            let high = word.reduce(u64::from(rest) << 32 | limb >> 32);
            word.reduce(u64::from(high) << 32 | limb & 0xffff_ffff)
        })
    }

    /// The quotient by another number that is not zero, bit by bit.
    pub(super) fn divided_by(&self, divisor: &Self) -> Self {
        let width = divisor.0.len();
        let mut quotient = Zeroizing::new(vec![0; self.0.len()]);
        // One word more, as twice a rest may not fit the divisor's words.
        let mut rest = Zeroizing::new(vec![0u64; width + 1]);
        let mut less = Zeroizing::new(vec![0u64; width + 1]);
        for position in (0..self.0.len() * 64).rev() {
            let mut carry = self.0[position / 64] >> (position % 64) & 1;
            for word in rest.iter_mut() {
                (*word, carry) = (*word << 1 | carry, *word >> 63);
            }
            let mut borrow = false;
            for (index, word) in less.iter_mut().enumerate() {
                let subtrahend = divisor.0.get(index).copied().unwrap_or(0);
                let (difference, first) = rest[index].overflowing_sub(subtrahend);
                let (difference, second) = difference.overflowing_sub(u64::from(borrow));
                (*word, borrow) = (difference, first | second);
            }
            let fits = u64::from(!borrow);
            let mask = fits.wrapping_neg();
            for (word, less) in rest.iter_mut().zip(less.iter()) {
                *word = *word & !mask | less & mask;
            }
            quotient[position / 64] |= fits << (position % 64);
        }
        Self(quotient)
    }

    /// The inverse of the prime `e` modulo this number, which is no multiple of it.
    ///
    /// With k = -1/self mod e, 1 + k·self is a multiple of e, and the quotient is the inverse.
    pub(super) fn inverse_of(&self, e: Word) -> Self {
        let k = e.value() - e.power(self.rem(e), e.value() - 2);
        let mut words = Zeroizing::new(Vec::with_capacity(self.0.len() + 1));
        let mut carry = 1u64;
        for &word in self.0.iter() {
            let sum = u128::from(word) * u128::from(k) + u128::from(carry);
            words.push(sum as u64);
            carry = (sum >> 64) as u64;
        }
        words.push(carry);
        // An exact division goes from the lowest word upwards: each word times 1/e modulo 2^64 is
        // one of the quotient, whose product with e is taken away. Newton's method gives 1/e.
        let divisor = u64::from(e.value());
        let inverse =
            (0..6).fold(divisor, |inverse, _| inverse.wrapping_mul(2u64.wrapping_sub(divisor.wrapping_mul(inverse))));
        let mut above = 0u64;
        for word in words.iter_mut() {
            let (rest, borrow) = word.overflowing_sub(above);
            *word = rest.wrapping_mul(inverse);
            above = ((u128::from(*word) * u128::from(divisor)) >> 64) as u64 + u64::from(borrow);
        }
        words.truncate(self.0.len());
        Self(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(words: &[u64]) -> Limbs {
        Limbs(Zeroizing::new(words.to_vec()))
    }

    #[test]
    fn small_remainders() {
        for value in [1, 2, 3, 7, 65537, u32::MAX, u32::MAX - 4] {
            let word = Word::new(value);
            let edges =
                (0..64).flat_map(|bit| [1u64 << bit, (1 << bit) - 1, (u64::from(value) << (bit / 2)).wrapping_sub(1)]);
            for number in edges.chain([u64::MAX, u64::from(value)]) {
                assert_eq!(u64::from(word.reduce(number)), number % u64::from(value), "{number} mod {value}");
            }
        }
        // 2^16 = -1 modulo 65537, so 2^64 = 1 and 2^63 = -2^47 = 2^31 = -2^15.
        assert_eq!(number(&[5, 7, 1 << 63]).rem(Word::new(65537)), 65537 - (1 << 15) + 5 + 7);
    }

    #[test]
    fn quotients_are_those_of_aws_lc() {
        for (bits, divisor_bits) in [(1024, 1), (1024, 13), (1024, 64), (1024, 1000), (2050, 77), (100, 128)] {
            let (a, b) = (Bignum::random(bits), Bignum::random(divisor_bits));
            let quotient = Limbs::of(&a, bits).unwrap().divided_by(&Limbs::of(&b, divisor_bits).unwrap());
            assert_eq!(quotient.to_bignum(), a.div_rem(&b).unwrap().0);
        }
    }

    #[test]
    fn shifts() {
        for bits in [0, 1, 17, 63] {
            let value = Bignum::random(700);
            let mut limbs = Limbs::of(&value, 700).unwrap();
            limbs.shift_right(bits);
            assert_eq!(limbs.to_bignum(), value.shift_right(bits as usize));
        }
        assert_eq!(number(&[0, 1]).trailing_zeros_of_lowest_word(), 64);
        assert_eq!(number(&[8, 1]).trailing_zeros_of_lowest_word(), 3);
    }

    #[test]
    fn inverses_are_those_of_aws_lc() {
        for e in [3u32, 5, 17, 257, 65537] {
            for bits in [64, 65, 1000, 2048] {
                let modulus = Bignum::random(bits);
                if modulus.rem_word(e) == 0 {
                    continue;
                }
                let inverse = Limbs::of(&modulus, bits).unwrap().inverse_of(Word::new(e)).to_bignum();
                assert_eq!(inverse, Bignum::from_word(e.into()).mod_inverse(&modulus).unwrap(), "{e} {bits}");
            }
        }
    }
}
