//! The two numbers of a signature for a given nonce (FIPS 186-5 §6.4.1).
//!
//! AWS-LC inverts the nonce by raising it to a power, which on P-384 takes a third of the time of
//! signing, on P-521 nearly half. Here it is inverted by safegcd (Bernstein and Yang, 2019) from
//! the crate `crypto-bigint`, in constant time too, and five times as fast. P-256, for which AWS-LC
//! has an inversion in assembly, stays with it where the nonce is random.

use core::mem::size_of;
use std::sync::LazyLock;

use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{CtLt, Limb, Odd, U192, U256, U384, U512, U576, Uint};
use ironlatch_engine::{ct, ec as engine, rand, secp256k1};
use zeroize::Zeroizing;

use super::Curve;
use crate::asymmetric::dss_signature;
use crate::hash::{HashAlgorithm, XofHash};
use crate::{Output, Result};

/// Signs with a random nonce: SHAKE256 of the key, 64 random bytes and the digest. Neither a
/// generator that repeats itself nor one that others foresee gives the key away.
pub(super) fn sign(curve: Curve, scalar: &[u8], digest: &[u8]) -> Result<Vec<u8>> {
    ct::classify(scalar);
    let mut nonces = XofHash::new(HashAlgorithm::Shake256 { digest_size: usize::MAX })?;
    nonces.update(scalar)?;
    nonces.update(&*Zeroizing::new(rand::array::<64>()))?;
    nonces.update(digest)?;
    let mut nonce = Zeroizing::new([0; MAX_SIZE]);
    let nonce = &mut nonce[..curve.size()];
    loop {
        nonces.squeeze_into(Output::from(&mut *nonce))?;
        nonce[0] &= 0xff >> (curve.size() * 8 - curve.bits());
        if let Some(signature) = sign_with_nonce(curve, scalar, nonce, digest)? {
            return Ok(signature);
        }
    }
}

/// The DER of the signature, if there is one with this nonce: it is below the order, and nothing
/// comes out as zero.
///
/// Key and nonce are as long as the curve's numbers.
pub(super) fn sign_with_nonce(curve: Curve, scalar: &[u8], nonce: &[u8], digest: &[u8]) -> Result<Option<Vec<u8>>> {
    macro_rules! on_its_order {
        ($($curve:ident: $number:ident),*) => {
            match curve {
                $(Curve::$curve => {
                    static ORDER: LazyLock<Order<{ $number::LIMBS }>> = LazyLock::new(|| Order::new(Curve::$curve));
                    ORDER.sign(scalar, nonce, digest)
                })*
                _ => Err(crate::Error::Internal("a curve is missing from the table of orders")),
            }
        };
    }
    on_its_order! {
        Secp192r1: U192, Secp224r1: U256, Secp256r1: U256, Secp384r1: U384, Secp521r1: U576, Secp256k1: U256,
        BrainpoolP256r1: U256, BrainpoolP384r1: U384, BrainpoolP512r1: U512
    }
}

/// The length in bytes of the longest numbers, those of P-521.
const MAX_SIZE: usize = 66;

/// Arithmetic modulo a curve's order.
struct Order<const LIMBS: usize> {
    curve: Curve,
    n: Uint<LIMBS>,
    params: FixedMontyParams<LIMBS>,
}

impl<const LIMBS: usize> Order<LIMBS> {
    fn new(curve: Curve) -> Self {
        let n = number(&curve.domain().n);
        let odd = Odd::new(n).expect("the order of a curve is an odd prime");
        Self { curve, n, params: FixedMontyParams::new(odd) }
    }

    fn sign(&self, scalar: &[u8], nonce: &[u8], digest: &[u8]) -> Result<Option<Vec<u8>>> {
        let (d, k) = (Zeroizing::new(number::<LIMBS>(scalar)), Zeroizing::new(number::<LIMBS>(nonce)));
        // What this tells is whether the nonce is thrown away.
        if ct::declassify(bool::from(k.is_zero() | !k.ct_lt(&self.n))) {
            return Ok(None);
        }
        // The copy in `k` stays secret; this one goes to C.
        ct::declassify_bytes(nonce);
        let x = match self.curve {
            Curve::Secp256k1 => secp256k1::base_multiple(nonce)?,
            curve => engine::base_multiple(curve, nonce)?,
        };
        let r = self.reduced(number(&x));
        let modulo = |number: &Uint<LIMBS>| Zeroizing::new(FixedMontyForm::new(number, &self.params));
        // There is one: k is not 0, and n is a prime.
        let inverse = Zeroizing::new(k.invert_odd_mod(self.params.modulus()).unwrap_or(Uint::ZERO));
        // s = (z + r d) / k
        let product = Zeroizing::new(*modulo(&r) * *modulo(&d));
        let sum = Zeroizing::new(*modulo(&self.digest(digest)) + *product);
        let s = ct::declassify((*sum * *modulo(&inverse)).retrieve());
        if bool::from(r.is_zero() | s.is_zero()) {
            return Ok(None);
        }
        dss_signature::encode(&bytes(&r), &bytes(&s)).map(Some)
    }

    /// The leftmost bits of the digest, as many as the order has, modulo the order.
    fn digest(&self, digest: &[u8]) -> Uint<LIMBS> {
        let taken = digest.len().min(self.curve.size());
        let superfluous = (taken * 8).saturating_sub(self.curve.bits());
        self.reduced(number::<LIMBS>(&digest[..taken]).shr_vartime(superfluous as u32))
    }

    /// A public number below 2n modulo n. Every number of as many bits as n is, and every
    /// coordinate.
    fn reduced(&self, number: Uint<LIMBS>) -> Uint<LIMBS> {
        if number >= self.n { number.wrapping_sub(&self.n) } else { number }
    }
}

/// A big-endian number, which fits.
fn number<const LIMBS: usize>(bytes: &[u8]) -> Uint<LIMBS> {
    let mut padded = Zeroizing::new([0; size_of::<U576>()]);
    let padded = &mut padded[..LIMBS * Limb::BYTES];
    let start = padded.len() - bytes.len();
    padded[start..].copy_from_slice(bytes);
    Uint::from_be_slice(padded)
}

/// A public number, big-endian without leading zeros.
fn bytes<const LIMBS: usize>(number: &Uint<LIMBS>) -> Vec<u8> {
    let limbs = number.as_limbs().iter().rev();
    limbs.flat_map(|limb| limb.0.to_be_bytes()).skip_while(|&byte| byte == 0).collect()
}
