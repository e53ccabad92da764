//! Numbers of keys as they come in: big-endian bytes of any length.

use ironlatch_engine::bignum::Bignum;

/// The number in `bytes`, unless it has more than `max_bits` bits, a whole number of bytes. Leading
/// zeros do not count.
pub(super) fn bounded(bytes: &[u8], max_bits: usize) -> Option<Bignum> {
    let significant = bytes.iter().position(|&byte| byte != 0).map_or(&[][..], |start| &bytes[start..]);
    (significant.len() <= max_bits / 8).then(|| Bignum::from_be_bytes(significant))
}
