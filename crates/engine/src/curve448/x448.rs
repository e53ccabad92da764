//! X448 key agreement (RFC 7748 §5), over our own arithmetic of curve448.

use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroizing;

use crate::curve448::edwards::Point;
use crate::curve448::field::Element;
use crate::curve448::scalar::Scalar;
use crate::{EngineError, ct};

/// The length in bytes of private keys, public keys and shared secrets.
pub const LEN: usize = 56;

/// The public key of a private key.
#[must_use]
pub fn public_key(private_key: &[u8; LEN]) -> [u8; LEN] {
    // The base points correspond, and edwards448 has a table for its own.
    Point::mul_base(&Scalar::reduce(&*clamp(private_key))).to_montgomery()
}

/// The secret that the owner of `private_key` shares with the owner of `public_key`.
///
/// # Errors
/// [`EngineError::Rejected`] if the result is zero: `public_key` is a point of small order (RFC
/// 7748 §6.2).
pub fn agree(private_key: &[u8; LEN], public_key: &[u8; LEN]) -> Result<Zeroizing<[u8; LEN]>, EngineError> {
    let shared = ladder(&clamp(private_key), public_key);
    if ct::declassify(bool::from(shared.ct_eq(&[0; LEN]))) { Err(EngineError::Rejected) } else { Ok(shared) }
}

fn clamp(private_key: &[u8; LEN]) -> Zeroizing<[u8; LEN]> {
    let mut scalar = Zeroizing::new(*private_key);
    scalar[0] &= 0xfc;
    scalar[55] |= 0x80;
    scalar
}

/// The Montgomery ladder in the names of RFC 7748 §5.
fn ladder(scalar: &[u8; LEN], u: &[u8; LEN]) -> Zeroizing<[u8; LEN]> {
    let x1 = Element::from_bytes(u);
    let mut state = Zeroizing::new([Element::ONE, Element::ZERO, x1, Element::ONE]);
    let mut swap = 0;
    for at in (0..8 * LEN).rev() {
        let bit = (scalar[at / 8] >> (at % 8)) & 1;
        let [x2, z2, x3, z3] = swap_pairs(&state, Choice::from(swap ^ bit));
        swap = bit;
        let (a, b) = (x2 + z2, x2 - z2);
        let (aa, bb) = (a.square(), b.square());
        let e = aa - bb;
        let (da, cb) = ((x3 - z3) * a, (x3 + z3) * b);
        *state = [aa * bb, e * (aa + e.carry().times_39081()), (da + cb).square(), x1 * (da - cb).square()];
    }
    let [x2, z2, ..] = swap_pairs(&state, Choice::from(swap));
    Zeroizing::new((x2 * z2.invert()).to_bytes())
}

#[inline]
fn swap_pairs(state: &[Element; 4], swap: Choice) -> [Element; 4] {
    core::array::from_fn(|at| Element::conditional_select(&state[at], &state[(at + 2) % 4], swap))
}

#[cfg(test)]
mod tests {
    use hex_literal::hex;

    use super::*;

    /// RFC 7748 §5.2, the first vector.
    #[test]
    fn scalar_multiplication() {
        let scalar = hex!(
            "3d262fddf9ec8e88495266fea19a34d28882acef045104d0d1aae121700a779c984c24f8cdd78fbff44943eba368f54b29259a4f1c600ad3"
        );
        let point = hex!(
            "06fce640fa3487bfda5f6cf2d5263f8aad88334cbd07437f020f08f9814dc031ddbdc38c19c6da2583fa5429db94ada18aa7a7fb4ef8a086"
        );
        let result = hex!(
            "ce3e4ff95a60dc6697da1db1d85e6afbdf79b50a2412d7546d5f239fe14fbaadeb445fc66a01b0779d98223961111e21766282f73dd96b6f"
        );
        assert_eq!(*agree(&scalar, &point).unwrap(), result);
    }

    /// The table of edwards448 and the ladder from u = 5 are two ways to one public key.
    #[test]
    fn public_key_is_the_ladder_from_the_base() {
        let mut base = [0; LEN];
        base[0] = 5;
        for _ in 0..20 {
            let scalar = crate::awslc::rand::array();
            assert_eq!(public_key(&scalar), *agree(&scalar, &base).unwrap());
        }
    }

    #[test]
    fn both_sides_agree() {
        let (alice, bob) = (crate::awslc::rand::array(), crate::awslc::rand::array());
        assert_eq!(agree(&alice, &public_key(&bob)), agree(&bob, &public_key(&alice)));
    }

    #[test]
    fn small_order_is_refused() {
        let scalar = crate::awslc::rand::array();
        let mut minus_one = [0xff; LEN];
        (minus_one[0], minus_one[28]) = (0xfe, 0xfe);
        let mut one = [0; LEN];
        one[0] = 1;
        for point in [[0; LEN], one, minus_one] {
            assert_eq!(agree(&scalar, &point).unwrap_err(), EngineError::Rejected);
        }
    }
}
