//! Integers modulo p = 2^448 - 2^224 - 1.
//!
//! Sums, differences and encodings are fiat-crypto's proven ones, and so are the bounds of limbs.
//! Products and squares are ours: with φ = 2^224, φ^2 = φ + 1, so a product takes three of half the
//! length (Karatsuba; "Ed448-Goldilocks", Hamburg, 2015), 48 multiplications of words where
//! fiat-crypto's takes 64. The tests hold them to fiat-crypto's.

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

    /// The element of 56 bytes, little end first. They are reduced: p and what is past it are
    /// allowed.
    pub(crate) fn from_bytes(bytes: &[u8; LEN]) -> Self {
        let mut out = Self::ZERO;
        fiat::fiat_p448_from_bytes(&mut out.0, bytes);
        out
    }

    /// The only encoding below p.
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
        // (p - 3) / 4 = 2^446 - 2^222 - 1 = (2^223 - 1) 2^223 + 2^222 - 1. The name says how many
        // ones the exponent has.
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
        let [low, high] = halves(&self.0.0);
        reduce(&square(&low), &square(&high), &square(&sums(&low, &high)))
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
        let [a, b] = halves(&self.0.0);
        let [c, d] = halves(&other.into().0.0);
        reduce(&product(&a, &c), &product(&b, &d), &product(&sums(&a, &b), &sums(&c, &d)))
    }
}

/// Half of an element's limbs.
type Half = [u64; 4];

/// Sums of products of limbs of two halves.
type Products = [u128; 7];

#[inline(always)]
fn halves(limbs: &[u64; 8]) -> [Half; 2] {
    let [a, b, c, d, e, f, g, h] = *limbs;
    [[a, b, c, d], [e, f, g, h]]
}

#[inline(always)]
fn sums(a: &Half, b: &Half) -> Half {
    core::array::from_fn(|at| a[at] + b[at])
}

#[inline(always)]
fn wide(a: u64, b: u64) -> u128 {
    u128::from(a) * u128::from(b)
}

#[inline(always)]
fn product(a: &Half, b: &Half) -> Products {
    [
        wide(a[0], b[0]),
        wide(a[0], b[1]) + wide(a[1], b[0]),
        wide(a[0], b[2]) + wide(a[1], b[1]) + wide(a[2], b[0]),
        wide(a[0], b[3]) + wide(a[1], b[2]) + wide(a[2], b[1]) + wide(a[3], b[0]),
        wide(a[1], b[3]) + wide(a[2], b[2]) + wide(a[3], b[1]),
        wide(a[2], b[3]) + wide(a[3], b[2]),
        wide(a[3], b[3]),
    ]
}

#[inline(always)]
fn square(a: &Half) -> Products {
    let twice: Half = core::array::from_fn(|at| 2 * a[at]);
    [
        wide(a[0], a[0]),
        wide(twice[0], a[1]),
        wide(twice[0], a[2]) + wide(a[1], a[1]),
        wide(twice[0], a[3]) + wide(twice[1], a[2]),
        wide(twice[1], a[3]) + wide(a[2], a[2]),
        wide(twice[2], a[3]),
        wide(a[3], a[3]),
    ]
}

/// (a + bφ)(c + dφ) of ac, bd and (a + b)(c + d).
///
/// Limbs of up to 3·2^56 give sums of limbs below 2^59, products below 2^117 and sums of products
/// below 2^120; so what is carried out of the highest limbs is below 2^64 with what it is added to.
#[inline(always)]
fn reduce(ac: &Products, bd: &Products, sums: &Products) -> Element {
    const LIMB: u128 = (1 << 56) - 1;
    // 2^224 = φ, so that what stands at 4 to 6 goes to the other half, and from the upper half (φ^2
    // = φ + 1) to both.
    let mut low = [
        ac[0] + bd[0] + (sums[4] - ac[4]),
        ac[1] + bd[1] + (sums[5] - ac[5]),
        ac[2] + bd[2] + (sums[6] - ac[6]),
        ac[3] + bd[3],
    ];
    let mut high = [
        (sums[0] - ac[0]) + bd[4] + sums[4],
        (sums[1] - ac[1]) + bd[5] + sums[5],
        (sums[2] - ac[2]) + bd[6] + sums[6],
        sums[3] - ac[3],
    ];
    for at in 0..3 {
        low[at + 1] += low[at] >> 56;
        high[at + 1] += high[at] >> 56;
    }
    let (from_low, from_high) = ((low[3] >> 56) as u64, (high[3] >> 56) as u64);
    let [mut low, mut high] = [low.map(|limb| (limb & LIMB) as u64), high.map(|limb| (limb & LIMB) as u64)];
    let carry = |limbs: &mut Half, at: usize| {
        limbs[at + 1] += limbs[at] >> 56;
        limbs[at] &= LIMB as u64;
    };
    low[0] += from_high;
    carry(&mut low, 0);
    carry(&mut low, 1);
    high[0] += from_low;
    carry(&mut high, 0);
    high[0] += from_high & LIMB as u64;
    high[1] += from_high >> 56;
    carry(&mut high, 0);
    carry(&mut high, 1);
    Element(fiat::fiat_p448_tight_field_element([low[0], low[1], low[2], low[3], high[0], high[1], high[2], high[3]]))
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
        Element::from_bytes(&crate::awslc::rand::array())
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

    /// Elements and sums of every size that they may have, the greatest limbs included.
    fn operands() -> Vec<Sum> {
        let limbs = |limb| Sum(fiat::fiat_p448_loose_field_element([limb; 8]));
        let mut operands = vec![limbs(0), limbs(1), limbs(1 << 56), limbs(3 << 56), limbs((1 << 56) - 1)];
        for place in 0..8 {
            let mut one = [0; 8];
            one[place] = 3 << 56;
            operands.push(Sum(fiat::fiat_p448_loose_field_element(one)));
        }
        operands.extend((0..40).flat_map(|_| [random().into(), random() + random(), random() - random()]));
        operands
    }

    #[test]
    fn products_and_squares_are_those_of_fiat_crypto() {
        let operands = operands();
        for a in &operands {
            for b in &operands {
                let (mut product, mut square) = (Element::ZERO, Element::ZERO);
                fiat::fiat_p448_carry_mul(&mut product.0, &a.0, &b.0);
                fiat::fiat_p448_carry_square(&mut square.0, &a.0);
                let ours = *a * *b;
                assert_eq!(ours.to_bytes(), product.to_bytes());
                assert_eq!(a.square().to_bytes(), square.to_bytes());
                assert!(ours.0.0.iter().chain(&a.square().0.0).all(|limb| *limb <= 1 << 56));
            }
        }
    }

    #[test]
    fn encodings_past_the_prime_are_reduced() {
        let mut p = [0xff; LEN];
        p[28] = 0xfe;
        assert_eq!(Element::from_bytes(&p).to_bytes(), [0; LEN]);
        assert_eq!(Element::from_bytes(&[0xff; LEN]).to_bytes()[28], 1);
    }
}
