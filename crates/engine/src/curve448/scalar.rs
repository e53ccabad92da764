//! Integers modulo the order of the base point, L = 2^446 - C (RFC 8032 §5.2).

use subtle::{Choice, ConditionallySelectable};
use zeroize::{Zeroize, Zeroizing};

/// The length in which Ed448 writes a scalar in bytes.
pub(crate) const LEN: usize = 57;
/// How many digits to the base 16 a scalar has.
pub(crate) const DIGITS: usize = 112;

/// An integer below L, the least limb first.
#[derive(Clone)]
pub(crate) struct Scalar([u64; 7]);

impl Scalar {
    /// The remainder of up to 114 bytes, little end first.
    pub(crate) fn reduce(bytes: &[u8]) -> Self {
        let mut wide = Zeroizing::new([0; WIDE]);
        for (limb, bytes) in wide.iter_mut().zip(bytes.chunks(8)) {
            let mut whole = Zeroizing::new([0; 8]);
            whole[..bytes.len()].copy_from_slice(bytes);
            *limb = u64::from_le_bytes(*whole);
        }
        Self::reduce_wide(&mut wide)
    }

    /// The scalar that is encoded so. `None` if it is L or more, so that a scalar has one encoding.
    pub(crate) fn from_public_bytes(bytes: &[u8; LEN]) -> Option<Self> {
        let scalar = Self::reduce(bytes);
        (scalar.to_bytes() == *bytes).then_some(scalar)
    }

    pub(crate) fn to_bytes(&self) -> [u8; LEN] {
        let mut bytes = [0; LEN];
        for (bytes, limb) in bytes.chunks_exact_mut(8).zip(self.0) {
            bytes.copy_from_slice(&limb.to_le_bytes());
        }
        bytes
    }

    /// `self * factor + summand`
    pub(crate) fn mul_add(&self, factor: &Self, summand: &Self) -> Self {
        let mut wide = Zeroizing::new([0; WIDE]);
        wide[..7].copy_from_slice(&summand.0);
        add_product(&mut wide, &self.0, &factor.0);
        Self::reduce_wide(&mut wide)
    }

    /// Digits from -8 to 7, the least first, whose sum with powers of 16 it is.
    pub(crate) fn digits(&self) -> Zeroizing<[i8; DIGITS]> {
        let mut digits = Zeroizing::new([0; DIGITS]);
        let mut carry = 0;
        for (at, digit) in digits.iter_mut().enumerate() {
            let nibble = ((self.0[at / 16] >> (at % 16 * 4)) & 15) as i8 + carry;
            carry = (nibble + 8) >> 4;
            *digit = nibble - (carry << 4);
        }
        digits
    }

    /// Odd digits below 2^(`width` - 1) in size, with at least `width` - 1 zeros between any two:
    /// 447 bits at most. For what is public. `width` is at most 8.
    pub(crate) fn public_sparse_digits(&self, width: usize) -> [i8; 448] {
        let mut digits = [0; 448];
        let mut rest = [0; 8];
        rest[..7].copy_from_slice(&self.0);
        let mut at = 0;
        while at < digits.len() {
            let (limb, bit) = (at / 64, at % 64);
            if (rest[limb] >> bit) & 1 == 0 {
                at += 1;
                continue;
            }
            let window = if bit == 0 { rest[limb] } else { (rest[limb] >> bit) | (rest[limb + 1] << (64 - bit)) };
            let window = (window & ((1 << width) - 1)) as i16;
            let digit = if window < 1 << (width - 1) { window } else { window - (1 << width) } as i8;
            digits[at] = digit;
            // Takes the window away, and what a negative digit took too much of comes back above
            // it.
            for offset in 0..width {
                rest[(at + offset) / 64] &= !(1 << ((at + offset) % 64));
            }
            if digit < 0 {
                let mut carry = at + width;
                while (rest[carry / 64] >> (carry % 64)) & 1 == 1 {
                    rest[carry / 64] &= !(1 << (carry % 64));
                    carry += 1;
                }
                rest[carry / 64] |= 1 << (carry % 64);
            }
            at += width;
        }
        digits
    }

    fn reduce_wide(wide: &mut [u64; WIDE]) -> Self {
        // From 1024 bits to 802, 580, 447 and 446, so that one subtraction is left.
        for _ in 0..4 {
            fold(wide);
        }
        let mut scalar = Self([0; 7]);
        let mut borrow = 0;
        for ((limb, from), order) in scalar.0.iter_mut().zip(&*wide).zip(ORDER) {
            let difference = i128::from(*from) - i128::from(order) + borrow;
            *limb = difference as u64;
            borrow = difference >> 64;
        }
        let below = Choice::from((borrow & 1) as u8);
        for (limb, from) in scalar.0.iter_mut().zip(&*wide) {
            limb.conditional_assign(from, below);
        }
        scalar
    }
}

impl Zeroize for Scalar {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl Drop for Scalar {
    fn drop(&mut self) {
        self.zeroize();
    }
}

const WIDE: usize = 16;

const ORDER: [u64; 7] = [
    0x2378_c292_ab58_44f3,
    0x216c_c272_8dc5_8f55,
    0xc44e_db49_aed6_3690,
    0xffff_ffff_7cca_23e9,
    0xffff_ffff_ffff_ffff,
    0xffff_ffff_ffff_ffff,
    0x3fff_ffff_ffff_ffff,
];

/// C = 2^446 - L, of 224 bits.
const COMPLEMENT: [u64; 4] = [0xdc87_3d6d_54a7_bb0d, 0xde93_3d8d_723a_70aa, 0x3bb1_24b6_5129_c96f, 0x8335_dc16];

/// Replaces what stands above bit 446 by C times it, which is the same modulo L.
fn fold(wide: &mut [u64; WIDE]) {
    let mut above = Zeroizing::new([0; 10]);
    for (at, limb) in above.iter_mut().enumerate() {
        *limb = (wide[6 + at] >> 62) | wide.get(7 + at).map_or(0, |next| next << 2);
    }
    wide[6] &= (1 << 62) - 1;
    wide[7..].fill(0);
    add_product(wide, &*above, &COMPLEMENT);
}

fn add_product(sum: &mut [u64; WIDE], a: &[u64], b: &[u64]) {
    for (i, a) in a.iter().enumerate() {
        let mut carry = 0;
        for (j, limb) in sum[i..].iter_mut().enumerate() {
            let b = b.get(j).copied().unwrap_or(0);
            let value = u128::from(*a) * u128::from(b) + u128::from(*limb) + carry;
            *limb = value as u64;
            carry = value >> 64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes_of(limbs: &[u64; 7]) -> [u8; LEN] {
        Scalar(*limbs).to_bytes()
    }

    #[test]
    fn the_order_is_zero_and_one_less_is_not() {
        assert_eq!(Scalar::reduce(&bytes_of(&ORDER)).0, [0; 7]);
        assert!(Scalar::from_public_bytes(&bytes_of(&ORDER)).is_none());
        let mut less = ORDER;
        less[0] -= 1;
        let minus_one = Scalar::from_public_bytes(&bytes_of(&less)).unwrap();
        assert_eq!(minus_one.0, less);
        // (-1)(-1) + (-1) = 0
        assert_eq!(minus_one.mul_add(&minus_one, &minus_one).0, [0; 7]);
        assert!(Scalar::from_public_bytes(&[0xff; LEN]).is_none());
    }

    /// Both sides of x (2^456)^2 = x 2^912 mod L, one by multiplication and one by reduction of as
    /// many bytes.
    #[test]
    fn wide_reduction() {
        let mut power = [0; 115];
        power[57] = 1;
        let by_456 = Scalar::reduce(&power[..58]);
        for _ in 0..20 {
            let (low, high) = (crate::awslc::rand::array::<57>(), crate::awslc::rand::array::<57>());
            let mut both = [0; 114];
            both[..57].copy_from_slice(&low);
            both[57..].copy_from_slice(&high);
            let expected = Scalar::reduce(&high).mul_add(&by_456, &Scalar::reduce(&low));
            assert_eq!(Scalar::reduce(&both).0, expected.0);
        }
        assert!(Scalar::reduce(&[0xff; 114]).0 != [0; 7]);
    }

    #[test]
    fn digits_make_the_scalar_again() {
        let zero = Scalar([0; 7]);
        let small = |value: u8| Scalar::reduce(&[value]);
        let mut scalars: Vec<Scalar> = (0..20).map(|_| Scalar::reduce(&crate::awslc::rand::array::<114>())).collect();
        let mut largest = ORDER;
        largest[0] -= 1;
        scalars.extend([zero.clone(), small(1), small(31), Scalar(largest)]);
        let minus_one = Scalar(largest);
        let sum = |digits: &[i8], base: u8| {
            digits.iter().rev().fold(Scalar([0; 7]), |sum, digit| {
                let size = small(digit.unsigned_abs());
                let digit = if *digit < 0 { size.mul_add(&minus_one, &Scalar([0; 7])) } else { size };
                sum.mul_add(&small(base), &digit)
            })
        };
        for scalar in scalars {
            assert_eq!(sum(&*scalar.digits(), 16).0, scalar.0);
            assert!(scalar.digits().iter().all(|digit| (-8..8).contains(digit)));
            for width in [2, 5, 8] {
                let sparse = scalar.public_sparse_digits(width);
                assert_eq!(sum(&sparse, 2).0, scalar.0);
                let largest = (1i16 << (width - 1)) - 1;
                assert!(
                    sparse.iter().all(|digit| *digit == 0 || (digit % 2 != 0 && i16::from(digit.abs()) <= largest))
                );
            }
        }
    }
}
