//! ECDSA without randomness (RFC 6979): the nonce is drawn from HMAC-DRBG, seeded with key and
//! digest.

use ironlatch_engine::bignum::Bignum;
use ironlatch_engine::ct;
use zeroize::Zeroizing;

use super::{Curve, signing};
use crate::hash::HashAlgorithm;
use crate::hash::hmac::{self, Hmac};
use crate::{Error, Result};

/// How many nonces may be refused. On the curves here one is with a probability of at most 0.45.
const MAX_ATTEMPTS: usize = 256;

/// Signs `digest`, which `hash` made. `scalar` is as long as [`Curve::size`].
pub(super) fn sign(curve: Curve, scalar: &[u8], hash: HashAlgorithm, digest: &[u8]) -> Result<Vec<u8>> {
    ct::classify(scalar);
    let mut nonces = Nonces::new(curve, scalar, hash, digest)?;
    for _ in 0..MAX_ATTEMPTS {
        if let Some(signature) = signing::sign_with_nonce(curve, scalar, &nonces.next()?, digest)? {
            return Ok(signature);
        }
    }
    Err(Error::Internal("no nonce was fit to sign with"))
}

/// The nonces of RFC 6979 §3.2, in its letters; some may be too large for the curve.
struct Nonces {
    hash: HashAlgorithm,
    bits: usize,
    k: Zeroizing<Vec<u8>>,
    v: Zeroizing<Vec<u8>>,
    is_first: bool,
}

impl Nonces {
    /// Steps b to g.
    fn new(curve: Curve, scalar: &[u8], hash: HashAlgorithm, digest: &[u8]) -> Result<Self> {
        hmac::check(hash)?;
        let len = hash.digest_size();
        let (k, v) = (Zeroizing::new(vec![0; len]), Zeroizing::new(vec![1; len]));
        let mut nonces = Self { hash, bits: curve.bits(), k, v, is_first: true };
        let digest = bits_to_octets(curve, digest)?;
        for separator in [0, 1] {
            nonces.k = nonces.hmac(&[&nonces.v, &[separator], scalar, &digest])?;
            nonces.v = nonces.hmac(&[&nonces.v])?;
        }
        Ok(nonces)
    }

    /// Step h.
    fn next(&mut self) -> Result<Zeroizing<Vec<u8>>> {
        if !self.is_first {
            self.k = self.hmac(&[&self.v, &[0]])?;
            self.v = self.hmac(&[&self.v])?;
        }
        self.is_first = false;
        let mut t = Zeroizing::new(Vec::with_capacity(self.bits.div_ceil(8) + self.v.len()));
        while t.len() * 8 < self.bits {
            self.v = self.hmac(&[&self.v])?;
            t.extend_from_slice(&self.v);
        }
        t.truncate(self.bits.div_ceil(8));
        let superfluous = t.len() * 8 - self.bits;
        shift_right(&mut t, superfluous);
        Ok(t)
    }

    fn hmac(&self, parts: &[&[u8]]) -> Result<Zeroizing<Vec<u8>>> {
        let mut mac = Hmac::new(self.hash, &self.k)?;
        parts.iter().for_each(|part| mac.update(part));
        let mut code = Zeroizing::new(vec![0; self.hash.digest_size()]);
        mac.finalize_into((&mut code[..]).into());
        Ok(code)
    }
}

/// The leftmost bits of the digest as a number below the order (§2.3.4).
fn bits_to_octets(curve: Curve, digest: &[u8]) -> Result<Vec<u8>> {
    let mut number = digest[..digest.len().min(curve.size())].to_vec();
    let superfluous = (number.len() * 8).saturating_sub(curve.bits());
    shift_right(&mut number, superfluous);
    let reduced = Bignum::from_be_bytes(&number).rem(&Bignum::from_be_bytes(&curve.domain().n))?.to_be_bytes();
    Ok([&vec![0; curve.size() - reduced.len()], reduced.as_slice()].concat())
}

/// Shifts a big-endian number by fewer than 8 bits.
fn shift_right(number: &mut [u8], bits: usize) {
    let mut carry = 0;
    for byte in number {
        let wide = u16::from(carry) << 8 | u16::from(*byte);
        carry = *byte;
        *byte = (wide >> bits) as u8;
    }
}
