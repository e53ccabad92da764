//! ChaCha20, a stream cipher (RFC 8439 §2.4).

use aws_lc_sys as c;

use crate::Output;

/// The length of a block of keystream in bytes.
pub const BLOCK_LEN: usize = 64;

/// Encrypts or decrypts `input` into `out`, which is as long, with the keystream from block `counter` on.
///
/// # Panics
/// If `out` has another length, or the counter would pass its 32 bits.
pub fn xor<'o>(key: &[u8; 32], nonce: &[u8; 12], counter: u32, input: &[u8], mut out: Output<'o>) -> &'o mut [u8] {
    assert_eq!(out.len(), input.len(), "the output has another length than the input");
    let blocks_left = (1 << 32) - u64::from(counter);
    assert!(input.len().div_ceil(BLOCK_LEN) as u64 <= blocks_left, "the counter would pass its end");
    // SAFETY: `input` is valid for reads and `out` for writes of the length that C is told of; they do not overlap, `out`
    // being exclusive. The key has 32 bytes and the nonce 12.
    unsafe {
        c::CRYPTO_chacha_20(out.as_mut_ptr(), input.as_ptr(), input.len(), key.as_ptr(), nonce.as_ptr(), counter);
        out.assume_written()
    }
}
