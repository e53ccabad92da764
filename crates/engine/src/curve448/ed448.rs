//! Ed448 signatures (RFC 8032 §5.2), over our own points of edwards448.

use zeroize::{Zeroize, Zeroizing};

use crate::awslc::digest::{Algorithm, Context};
use crate::curve448::edwards::Point;
use crate::curve448::scalar::Scalar;
use crate::error::EngineError;
use crate::output::Output;

/// The length of a seed, which is what is called the private key, in bytes.
pub const SEED_LEN: usize = 57;
/// The length of a public key in bytes.
pub const PUBLIC_LEN: usize = 57;
/// The length of a signature in bytes.
pub const SIGNATURE_LEN: usize = 114;

/// A seed with what signing needs of it.
pub struct KeyPair {
    seed: [u8; SEED_LEN],
    public_key: [u8; PUBLIC_LEN],
    scalar: Scalar,
    prefix: [u8; SEED_LEN],
}

impl KeyPair {
    /// The key pair of a seed (RFC 8032 §5.2.5).
    #[must_use]
    pub fn new(seed: &[u8; SEED_LEN]) -> Self {
        let mut context = Context::new(Algorithm::Shake256);
        context.update(seed);
        let mut hash = squeeze(context);
        hash[0] &= 0xfc;
        hash[55] |= 0x80;
        hash[56] = 0;
        let scalar = Scalar::reduce(&hash[..57]);
        let mut prefix = [0; SEED_LEN];
        prefix.copy_from_slice(&hash[57..]);
        Self { seed: *seed, public_key: Point::mul_base(&scalar).to_bytes(), scalar, prefix }
    }

    /// The seed.
    #[must_use]
    pub fn seed(&self) -> &[u8; SEED_LEN] {
        &self.seed
    }

    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> &[u8; PUBLIC_LEN] {
        &self.public_key
    }

    /// Signs `message` into `out` of [`SIGNATURE_LEN`] bytes (RFC 8032 §5.2.6), with an empty
    /// context.
    ///
    /// # Panics
    /// If `out` is of another length.
    pub fn sign<'o>(&self, message: &[u8], out: Output<'o>) -> &'o mut [u8] {
        assert_eq!(out.len(), SIGNATURE_LEN, "the output is not as long as a signature");
        let nonce = Scalar::reduce(&*hash(&[&self.prefix, message]));
        let point = Point::mul_base(&nonce).to_bytes();
        let challenge = Scalar::reduce(&*hash(&[&point, &self.public_key, message]));
        let response = challenge.mul_add(&self.scalar, &nonce).to_bytes();
        let mut signature = [0; SIGNATURE_LEN];
        signature[..PUBLIC_LEN].copy_from_slice(&point);
        signature[PUBLIC_LEN..].copy_from_slice(&response);
        out.copy_from(&signature)
    }
}

impl Drop for KeyPair {
    fn drop(&mut self) {
        self.seed.zeroize();
        self.prefix.zeroize();
    }
}

/// Checks a signature (RFC 8032 §5.2.7), with an empty context.
///
/// A scalar that is not reduced is rejected, so no signature has a second form. The equation is the
/// one with the cofactor, as in OpenSSL.
///
/// # Errors
/// [`EngineError::Rejected`] if it is not one of `message` by this key, or the key is no point of
/// the curve.
pub fn verify(
    public_key: &[u8; PUBLIC_LEN],
    message: &[u8],
    signature: &[u8; SIGNATURE_LEN],
) -> Result<(), EngineError> {
    let valid = || {
        let (point, response) = signature.split_first_chunk::<PUBLIC_LEN>()?;
        let response = Scalar::from_public_bytes(response.try_into().ok()?)?;
        let (key, expected) = (Point::from_public_bytes(public_key)?, Point::from_public_bytes(point)?);
        let challenge = Scalar::reduce(&*hash(&[point, public_key, message]));
        Some(key.public_double_mul(&challenge, &response).public_eq_but_for_small_order(&expected))
    };
    if valid() == Some(true) { Ok(()) } else { Err(EngineError::Rejected) }
}

/// SHAKE256 of dom4(0, "") and the parts.
fn hash(parts: &[&[u8]]) -> Zeroizing<[u8; 114]> {
    let mut context = Context::new(Algorithm::Shake256);
    context.update(b"SigEd448\0\0");
    for part in parts {
        context.update(part);
    }
    squeeze(context)
}

fn squeeze(mut context: Context) -> Zeroizing<[u8; 114]> {
    let mut hash = Zeroizing::new([0; 114]);
    context.squeeze(Output::from(&mut hash[..]));
    hash
}

#[cfg(test)]
mod tests {
    use hex_literal::hex;

    use super::*;

    /// RFC 8032 §7.4, "1 octet".
    #[test]
    fn vector() {
        let pair = KeyPair::new(&hex!(
            "c4eab05d357007c632f3dbb48489924d552b08fe0c353a0d4a1f00acda2c463afbea67c5e8d2877c5e3bc397a659949ef8021e954e0a12274e"
        ));
        assert_eq!(
            *pair.public_key(),
            hex!(
                "43ba28f430cdff456ae531545f7ecd0ac834a55d9358c0372bfa0c6c6798c0866aea01eb00742802b8438ea4cb82169c235160627b4c3a9480"
            )
        );
        let mut signature = [0; SIGNATURE_LEN];
        pair.sign(&[3], Output::from(&mut signature[..]));
        assert_eq!(signature[..8], hex!("26b8f91727bd6289"));
        assert_eq!(verify(pair.public_key(), &[3], &signature), Ok(()));
        assert_eq!(verify(pair.public_key(), &[4], &signature), Err(EngineError::Rejected));
        for at in 0..SIGNATURE_LEN {
            signature[at] ^= 1;
            assert_eq!(verify(pair.public_key(), &[3], &signature), Err(EngineError::Rejected));
            signature[at] ^= 1;
        }
    }
}
