//! Numbers of keys as they come in: big-endian bytes of any length.

use ironlatch_engine::bignum::Bignum;

use crate::error::Allowed;
use crate::{Error, Result};

/// The number in `bytes`, of this algorithm and name, unless it has more than `max_bits` bits, a
/// whole number of bytes. Leading zeros do not count.
pub(super) fn bounded(algorithm: &'static str, name: &'static str, bytes: &[u8], max_bits: usize) -> Result<Bignum> {
    let significant = bytes.iter().position(|&byte| byte != 0).map_or(&[][..], |start| &bytes[start..]);
    if significant.len() > max_bits / 8 {
        let got = significant.len() * 8 - significant[0].leading_zeros() as usize;
        let allowed = Allowed::AtMost(max_bits as u64);
        return Err(Error::NumberSize { algorithm, number: name, got, allowed });
    }
    Ok(Bignum::from_be_bytes(significant))
}
