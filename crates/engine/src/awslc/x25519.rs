//! X25519 key agreement (RFC 7748).

use zeroize::Zeroizing;

use crate::EngineError;
use crate::error::check;

/// The length in bytes of private keys, public keys and shared secrets.
pub const LEN: usize = 32;

/// The public key of a private key.
#[must_use]
pub fn public_key(private_key: &[u8; LEN]) -> [u8; LEN] {
    let mut public_key = [0; LEN];
    // SAFETY: C reads 32 bytes of the private key and writes 32 of the public one.
    unsafe { aws_lc_sys::X25519_public_from_private(public_key.as_mut_ptr(), private_key.as_ptr()) };
    public_key
}

/// The secret that the owner of `private_key` shares with the owner of `public_key`.
///
/// # Errors
/// [`EngineError::Rejected`] if the result is zero: `public_key` is a point of small order (RFC
/// 7748 §6.1).
pub fn agree(private_key: &[u8; LEN], public_key: &[u8; LEN]) -> Result<Zeroizing<[u8; LEN]>, EngineError> {
    let mut shared = Zeroizing::new([0; LEN]);
    // SAFETY: C reads 32 bytes of either key and writes 32 bytes.
    let result = unsafe { aws_lc_sys::X25519(shared.as_mut_ptr(), private_key.as_ptr(), public_key.as_ptr()) };
    check(result, EngineError::Rejected)?;
    Ok(shared)
}

#[cfg(test)]
mod tests {
    use hex_literal::hex;

    use super::*;

    #[test]
    fn both_sides_agree() {
        let (alice, bob) = (crate::awslc::rand::array(), crate::awslc::rand::array());
        assert_eq!(agree(&alice, &public_key(&bob)), agree(&bob, &public_key(&alice)));
    }

    /// RFC 7748 §5.2, the first vector.
    #[test]
    fn scalar_multiplication() {
        let scalar = hex!("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4");
        let point = hex!("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c");
        let result = hex!("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
        assert_eq!(*agree(&scalar, &point).unwrap(), result);
    }

    #[test]
    fn small_order_is_refused() {
        let scalar = crate::awslc::rand::array();
        assert_eq!(agree(&scalar, &[0; 32]).unwrap_err(), EngineError::Rejected);
        let mut one = [0; 32];
        one[0] = 1;
        assert_eq!(agree(&scalar, &one).unwrap_err(), EngineError::Rejected);
    }
}
