//! Ed25519 signatures (RFC 8032).

use aws_lc_sys as c;
use zeroize::Zeroizing;

use crate::error::{EngineError, check};
use crate::output::Output;

/// The length of a seed, which is what is called the private key, in bytes.
pub const SEED_LEN: usize = 32;
/// The length of a public key in bytes.
pub const PUBLIC_LEN: usize = 32;
/// The length of a signature in bytes.
pub const SIGNATURE_LEN: usize = 64;

/// The seed followed by the public key: what AWS-LC signs with.
pub type KeyPair = Zeroizing<[u8; SEED_LEN + PUBLIC_LEN]>;

/// The key pair of a seed.
#[must_use]
pub fn key_pair(seed: &[u8; SEED_LEN]) -> KeyPair {
    let mut pair = Zeroizing::new([0; SEED_LEN + PUBLIC_LEN]);
    let mut public_key = [0; PUBLIC_LEN];
    // SAFETY: C reads 32 bytes of the seed, and writes 32 of the public key and 64 of the pair.
    unsafe { c::ED25519_keypair_from_seed(public_key.as_mut_ptr(), pair.as_mut_ptr(), seed.as_ptr()) };
    pair
}

/// Signs `message` into `out` of [`SIGNATURE_LEN`] bytes.
///
/// # Errors
/// [`EngineError::Internal`].
///
/// # Panics
/// If `out` is of another length.
pub fn sign<'o>(pair: &KeyPair, message: &[u8], mut out: Output<'o>) -> Result<&'o mut [u8], EngineError> {
    assert_eq!(out.len(), SIGNATURE_LEN, "the output is not as long as a signature");
    // SAFETY: C reads the message for its length and 64 bytes of the pair, and writes 64 bytes,
    // which `out` holds.
    let result = unsafe { c::ED25519_sign(out.as_mut_ptr(), message.as_ptr(), message.len(), pair.as_ptr()) };
    if let Err(error) = check(result, EngineError::Internal) {
        out.wipe();
        return Err(error);
    }
    // SAFETY: C wrote the whole signature.
    Ok(unsafe { out.assume_written() })
}

/// Checks a signature. A scalar that is not reduced is rejected (RFC 8032 §5.1.7), so no signature
/// has a second form.
///
/// # Errors
/// [`EngineError::Rejected`] if it is not one of `message` by this key, or the key is no point of
/// the curve.
pub fn verify(
    public_key: &[u8; PUBLIC_LEN],
    message: &[u8],
    signature: &[u8; SIGNATURE_LEN],
) -> Result<(), EngineError> {
    // SAFETY: C reads the message for its length, 64 bytes of the signature and 32 of the key.
    let result = unsafe { c::ED25519_verify(message.as_ptr(), message.len(), signature.as_ptr(), public_key.as_ptr()) };
    check(result, EngineError::Rejected)
}

#[cfg(test)]
mod tests {
    use hex_literal::hex;

    use super::*;

    /// RFC 8032 §7.1, test 2.
    #[test]
    fn vector() {
        let pair = key_pair(&hex!("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
        let public_key = hex!("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        assert_eq!(pair[SEED_LEN..], public_key);
        let mut signature = [0; SIGNATURE_LEN];
        sign(&pair, &[0x72], Output::from(&mut signature[..])).unwrap();
        assert_eq!(signature[..8], hex!("92a009a9f0d4cab8"));
        assert_eq!(verify(&public_key, &[0x72], &signature), Ok(()));
        assert_eq!(verify(&public_key, &[0x73], &signature), Err(EngineError::Rejected));
    }

    #[test]
    fn a_scalar_past_the_order_is_rejected() {
        let pair = key_pair(&[1; SEED_LEN]);
        let mut signature = [0; SIGNATURE_LEN];
        sign(&pair, b"", Output::from(&mut signature[..])).unwrap();
        let public_key = *pair.last_chunk::<PUBLIC_LEN>().unwrap();
        assert_eq!(verify(&public_key, b"", &signature), Ok(()));
        // The order of the base point, added to the scalar: the same signature to a lax verifier.
        let order = hex!("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
        let mut carry = 0;
        for (byte, add) in signature[32..].iter_mut().zip(order) {
            let sum = u16::from(*byte) + u16::from(add) + carry;
            *byte = sum as u8;
            carry = sum >> 8;
        }
        assert_eq!(verify(&public_key, b"", &signature), Err(EngineError::Rejected));
    }
}
