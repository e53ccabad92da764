//! ChaCha20, a stream cipher (RFC 8439 §2.4).
//!
//! AWS-LC has vectors of 256 bits for it. Where the processor has AVX-512, long input goes through
//! sixteen blocks at once here.

use aws_lc_sys as c;

use crate::Output;
use crate::system::stack::wiped_little;

/// The length of a block of keystream in bytes.
pub const BLOCK_LEN: usize = 64;

/// Encrypts or decrypts `input` into `out`, which is as long, with the keystream from block
/// `counter` on.
///
/// # Panics
/// If `out` has another length, or the counter would pass its 32 bits.
pub fn xor<'o>(key: &[u8; 32], nonce: &[u8; 12], counter: u32, input: &[u8], mut out: Output<'o>) -> &'o mut [u8] {
    assert_eq!(out.len(), input.len(), "the output has another length than the input");
    let blocks_left = (1 << 32) - u64::from(counter);
    assert!(input.len().div_ceil(BLOCK_LEN) as u64 <= blocks_left, "the counter would pass its end");
    let to = out.as_mut_ptr();
    // SAFETY: `to` is valid for writes of as many bytes as `input` has.
    let done = unsafe { wiped_little(|| bulk::xor(key, nonce, counter, input, to)) };
    let rest = &input[done..];
    // SAFETY: `rest` is valid for reads and what is left of the output for writes of the length
    // that C is told of; they do not overlap, `out` being exclusive. The key has 32 bytes and the
    // nonce 12. The bulk wrote whole blocks, and its counter may wrap only when nothing is left.
    // Then all is written.
    unsafe {
        let counter = counter.wrapping_add((done / BLOCK_LEN) as u32);
        wiped_little(|| {
            c::CRYPTO_chacha_20(to.add(done), rest.as_ptr(), rest.len(), key.as_ptr(), nonce.as_ptr(), counter);
        });
        out.assume_written()
    }
}

#[cfg(not(target_arch = "x86_64"))]
mod bulk {
    /// Leaves all to the library.
    ///
    /// # Safety
    /// Never called here.
    pub(super) unsafe fn xor(_: &[u8; 32], _: &[u8; 12], _: u32, _: &[u8], _: *mut u8) -> usize {
        0
    }
}

#[cfg(target_arch = "x86_64")]
mod bulk {
    use core::arch::x86_64::*;

    use super::BLOCK_LEN;

    /// The number of blocks for which a vector has places for words.
    const GROUP_LEN: usize = 16 * BLOCK_LEN;

    /// Works on as many whole groups as there are, and returns their length in bytes.
    ///
    /// # Safety
    /// `to` is valid for writes of `input.len()` bytes.
    pub(super) unsafe fn xor(key: &[u8; 32], nonce: &[u8; 12], counter: u32, input: &[u8], to: *mut u8) -> usize {
        if input.len() < GROUP_LEN || !is_x86_feature_detected!("avx512f") {
            return 0;
        }
        let mut state = [0u32; 16];
        // RFC 8439 §2.3.
        state[..4].copy_from_slice(&[0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574]);
        let words = |bytes: &[u8], to: &mut [u32]| {
            to.iter_mut().zip(bytes.as_chunks().0).for_each(|(to, bytes)| *to = u32::from_le_bytes(*bytes));
        };
        words(key, &mut state[4..12]);
        state[12] = counter;
        words(nonce, &mut state[13..]);
        // SAFETY: the processor has AVX-512; for the output, the caller's.
        unsafe { groups(&state, input, to) };
        // SAFETY: the state is valid for writes of its size.
        unsafe { aws_lc_sys::OPENSSL_cleanse(state.as_mut_ptr().cast(), size_of_val(&state)) };
        input.len() / GROUP_LEN * GROUP_LEN
    }

    /// # Safety
    /// `to` is valid for writes of `input.len()` bytes.
    #[target_feature(enable = "avx512f")]
    unsafe fn groups(state: &[u32; 16], input: &[u8], to: *mut u8) {
        let mut start: [__m512i; 16] = core::array::from_fn(|i| _mm512_set1_epi32(state[i] as i32));
        start[12] = _mm512_add_epi32(start[12], _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
        for (group, input) in input.chunks_exact(GROUP_LEN).enumerate() {
            let mut x = start;
            for _ in 0..10 {
                for [a, b, c, d] in [[0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15]] {
                    quarter_round(&mut x, a, b, c, d);
                }
                for [a, b, c, d] in [[0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14]] {
                    quarter_round(&mut x, a, b, c, d);
                }
            }
            for (x, start) in x.iter_mut().zip(&start) {
                *x = _mm512_add_epi32(*x, *start);
            }
            for (block, stream) in transpose(x).into_iter().enumerate() {
                // SAFETY: a vector is a block long; the group has sixteen of them, and as much room
                // in the output.
                unsafe {
                    let from = input.as_ptr().add(block * BLOCK_LEN).cast();
                    let to = to.add(group * GROUP_LEN + block * BLOCK_LEN).cast();
                    _mm512_storeu_si512(to, _mm512_xor_si512(stream, _mm512_loadu_si512(from)));
                }
            }
            start[12] = _mm512_add_epi32(start[12], _mm512_set1_epi32(16));
        }
    }

    /// RFC 8439 §2.1.
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn quarter_round(x: &mut [__m512i; 16], a: usize, b: usize, c: usize, d: usize) {
        x[a] = _mm512_add_epi32(x[a], x[b]);
        x[d] = _mm512_rol_epi32::<16>(_mm512_xor_si512(x[d], x[a]));
        x[c] = _mm512_add_epi32(x[c], x[d]);
        x[b] = _mm512_rol_epi32::<12>(_mm512_xor_si512(x[b], x[c]));
        x[a] = _mm512_add_epi32(x[a], x[b]);
        x[d] = _mm512_rol_epi32::<8>(_mm512_xor_si512(x[d], x[a]));
        x[c] = _mm512_add_epi32(x[c], x[d]);
        x[b] = _mm512_rol_epi32::<7>(_mm512_xor_si512(x[b], x[c]));
    }

    /// From a vector for each word to a vector for each block.
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn transpose(x: [__m512i; 16]) -> [__m512i; 16] {
        // Within quarters: afterwards `y[4 * i + j]` holds words 4i to 4i + 3 of blocks j, j + 4, j
        // + 8 and j + 12.
        let mut y = x;
        for i in 0..4 {
            let [a, b, c, d] = [x[4 * i], x[4 * i + 1], x[4 * i + 2], x[4 * i + 3]];
            let (ab_low, ab_high) = (_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
            let (cd_low, cd_high) = (_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
            y[4 * i] = _mm512_unpacklo_epi64(ab_low, cd_low);
            y[4 * i + 1] = _mm512_unpackhi_epi64(ab_low, cd_low);
            y[4 * i + 2] = _mm512_unpacklo_epi64(ab_high, cd_high);
            y[4 * i + 3] = _mm512_unpackhi_epi64(ab_high, cd_high);
        }
        // Then whole quarters.
        let mut z = x;
        for j in 0..4 {
            let [a, b, c, d] = [y[j], y[4 + j], y[8 + j], y[12 + j]];
            let (ab_low, ab_high) = (_mm512_shuffle_i32x4::<0x44>(a, b), _mm512_shuffle_i32x4::<0xee>(a, b));
            let (cd_low, cd_high) = (_mm512_shuffle_i32x4::<0x44>(c, d), _mm512_shuffle_i32x4::<0xee>(c, d));
            z[j] = _mm512_shuffle_i32x4::<0x88>(ab_low, cd_low);
            z[4 + j] = _mm512_shuffle_i32x4::<0xdd>(ab_low, cd_low);
            z[8 + j] = _mm512_shuffle_i32x4::<0x88>(ab_high, cd_high);
            z[12 + j] = _mm512_shuffle_i32x4::<0xdd>(ab_high, cd_high);
        }
        z
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Many blocks at once are each what the library makes of it, also where the counter ends.
    #[test]
    fn long_input() {
        let (key, nonce) = (core::array::from_fn(|i| i as u8 * 5), core::array::from_fn(|i| 200 - i as u8));
        let input: Vec<u8> = (0..5000u32).map(|i| ((i * 7) >> 2) as u8).collect();
        for len in [0, 1, 64, 1023, 1024, 1025, 2048, 4096, 5000] {
            for counter in [0, 1, 77, u32::MAX - (len as u32).div_ceil(64)] {
                let mut out = vec![0; len];
                xor(&key, &nonce, counter, &input[..len], out.as_mut_slice().into());
                for (i, (block, done)) in input[..len].chunks(64).zip(out.chunks(64)).enumerate() {
                    let mut expected = [0; 64];
                    let expected = &mut expected[..block.len()];
                    xor(&key, &nonce, counter + i as u32, block, (&mut *expected).into());
                    assert_eq!(done, expected, "block {i} of {len} bytes");
                }
            }
        }
    }
}
