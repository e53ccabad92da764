//! Integers modulo p = 2^448 - 2^224 - 1, on fiat-crypto's proven arithmetic.

use core::ops::{Add, Mul, Neg, Sub};

use fiat_crypto::p448_solinas_64 as fiat;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroize;

/// The length of an encoded element in bytes.
pub(crate) const LEN: usize = 56;

/// An element, with limbs that sums and differences may be made of.
#[derive(Clone, Copy)]
pub(crate) struct Element(fiat::fiat_p448_tight_field_element);

/// A sum or difference of elements, which can be multiplied but not added to again.
#[derive(Clone, Copy)]
pub(crate) struct Sum(fiat::fiat_p448_loose_field_element);

impl Element {
    pub(crate) const ZERO: Self = Self::small(0);
    pub(crate) const ONE: Self = Self::small(1);

    pub(crate) const fn small(value: u32) -> Self {
        Self(fiat::fiat_p448_tight_field_element([value as u64, 0, 0, 0, 0, 0, 0, 0]))
    }

    /// The element of 56 bytes, little end first. They are reduced: p and what is past it are allowed.
    pub(crate) fn from_bytes(bytes: &[u8; LEN]) -> Self {
        let mut out = Self::ZERO;
        fiat::fiat_p448_from_bytes(&mut out.0, bytes);
        out
    }

    /// The one encoding below p.
    pub(crate) fn to_bytes(self) -> [u8; LEN] {
        let mut bytes = [0; LEN];
        fiat::fiat_p448_to_bytes(&mut bytes, &self.0);
        bytes
    }

    #[inline]
    pub(crate) fn square(self) -> Self {
        Sum::from(self).square()
    }

    fn square_times(mut self, count: u32) -> Self {
        for _ in 0..count {
            self = self.square();
        }
        self
    }

    /// 39081 times it: the constant of both curves.
    #[inline]
    pub(crate) fn times_39081(self) -> Self {
        const LIMB: u128 = (1 << 56) - 1;
        let mut limbs = [0; 8];
        let mut carry = 0;
        for (limb, factor) in limbs.iter_mut().zip(self.0.0) {
            let product = u128::from(factor) * 39081 + carry;
            *limb = (product & LIMB) as u64;
            carry = product >> 56;
        }
        // 2^448 = 2^224 + 1, and the carry has 17 bits: far within what `Sum` may hold.
        limbs[0] += carry as u64;
        limbs[4] += carry as u64;
        Sum(fiat::fiat_p448_loose_field_element(limbs)).carry()
    }

    /// Its inverse; zero for zero.
    pub(crate) fn invert(self) -> Self {
        // p - 2 = 4 * (p - 3) / 4 + 1
        self.power_p_minus_3_over_4().square_times(2) * self
    }

    /// For p = 3 mod 4 what inverts and takes square roots (RFC 8032 §5.2.3).
    pub(crate) fn power_p_minus_3_over_4(self) -> Self {
        // (p - 3) / 4 = 2^446 - 2^222 - 1 = (2^223 - 1) 2^223 + 2^222 - 1. The name says how many ones the exponent has.
        let ones2 = self.square() * self;
        let ones3 = ones2.square() * self;
        let ones6 = ones3.square_times(3) * ones3;
        let ones9 = ones6.square_times(3) * ones3;
        let ones18 = ones9.square_times(9) * ones9;
        let ones19 = ones18.square() * self;
        let ones37 = ones19.square_times(18) * ones18;
        let ones74 = ones37.square_times(37) * ones37;
        let ones111 = ones74.square_times(37) * ones37;
        let ones222 = ones111.square_times(111) * ones111;
        let ones223 = ones222.square() * self;
        ones223.square_times(223) * ones222
    }

    /// Whether the encoding is odd: the sign of RFC 8032 §5.2.2.
    pub(crate) fn is_odd(self) -> Choice {
        Choice::from(self.to_bytes()[0] & 1)
    }
}

impl Sum {
    #[inline]
    pub(crate) fn square(self) -> Element {
        let mut out = Element::ZERO;
        fiat::fiat_p448_carry_square(&mut out.0, &self.0);
        out
    }

    #[inline]
    pub(crate) fn carry(self) -> Element {
        let mut out = Element::ZERO;
        fiat::fiat_p448_carry(&mut out.0, &self.0);
        out
    }
}

impl From<Element> for Sum {
    #[inline]
    fn from(element: Element) -> Self {
        let mut out = ZERO_SUM;
        fiat::fiat_p448_relax(&mut out.0, &element.0);
        out
    }
}

impl Add for Element {
    type Output = Sum;

    #[inline]
    fn add(self, other: Self) -> Sum {
        let mut out = ZERO_SUM;
        fiat::fiat_p448_add(&mut out.0, &self.0, &other.0);
        out
    }
}

impl Sub for Element {
    type Output = Sum;

    #[inline]
    fn sub(self, other: Self) -> Sum {
        let mut out = ZERO_SUM;
        fiat::fiat_p448_sub(&mut out.0, &self.0, &other.0);
        out
    }
}

impl Neg for Element {
    type Output = Self;

    fn neg(self) -> Self {
        (Self::ZERO - self).carry()
    }
}

impl<R: Into<Sum>> Mul<R> for Element {
    type Output = Self;

    #[inline]
    fn mul(self, other: R) -> Self {
        Sum::from(self) * other
    }
}

impl<R: Into<Sum>> Mul<R> for Sum {
    type Output = Element;

    #[inline]
    fn mul(self, other: R) -> Element {
        let mut out = Element::ZERO;
        fiat::fiat_p448_carry_mul(&mut out.0, &self.0, &other.into().0);
        out
    }
}

impl ConditionallySelectable for Element {
    #[inline]
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        let mut out = *a;
        for (limb, other) in out.0.0.iter_mut().zip(&b.0.0) {
            limb.conditional_assign(other, choice);
        }
        out
    }
}

impl ConstantTimeEq for Element {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.to_bytes().ct_eq(&other.to_bytes())
    }
}

impl Zeroize for Element {
    fn zeroize(&mut self) {
        self.0.0.zeroize();
    }
}

const ZERO_SUM: Sum = Sum(fiat::fiat_p448_loose_field_element([0; 8]));

#[cfg(test)]
mod tests {
    use super::*;

    fn random() -> Element {
        Element::from_bytes(&crate::rand::array())
    }

    #[test]
    fn inverse_and_constant() {
        for _ in 0..20 {
            let element = random();
            assert_eq!((element * element.invert()).to_bytes(), Element::ONE.to_bytes());
            assert_eq!(element.times_39081().to_bytes(), (element * Element::small(39081)).to_bytes());
        }
        // The largest limbs.
        let largest = Element(fiat::fiat_p448_tight_field_element([1 << 56; 8]));
        assert_eq!(largest.times_39081().to_bytes(), (largest * Element::small(39081)).to_bytes());
        assert_eq!(Element::ZERO.invert().to_bytes(), [0; LEN]);
    }

    #[test]
    fn encodings_past_the_prime_are_reduced() {
        let mut p = [0xff; LEN];
        p[28] = 0xfe;
        assert_eq!(Element::from_bytes(&p).to_bytes(), [0; LEN]);
        assert_eq!(Element::from_bytes(&[0xff; LEN]).to_bytes()[28], 1);
    }
}
