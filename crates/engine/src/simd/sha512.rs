//! The compression of SHA-384, SHA-512 and their truncations (FIPS 180-4 §6.4.2) for long input, on x86-64 processors
//! with AVX2 and BMI2.
//!
//! For these processors AWS-LC has code for AVX alone, which takes longer than OpenSSL's: 1.1 times as long on Intel's,
//! 1.45 times on a Zen 4. Here four blocks are expanded at once, one in each word of a vector, between the rounds of the
//! four blocks before them, and the rounds use rotations that need no copy. Everything else, the buffer, the padding
//! and input of a few blocks, stays AWS-LC's: this works on AWS-LC's state.
//!
//! The time depends on the length of the input alone: there is no table and no branch on data.

use aws_lc_sys::SHA512_CTX;

use crate::awslc::digest::Algorithm;

/// Input shorter than this is left to AWS-LC: the first four blocks are expanded with nothing beside it.
const WORTH_IT: usize = 16 * BLOCK_LEN;

const BLOCK_LEN: usize = 128;

/// How many bytes of `data` AWS-LC is to take in before the rest is given to [`absorb`]. `None` if it should take all.
///
/// # Safety
/// If the algorithm is of this family, `context` points to the state of one in progress.
pub(crate) unsafe fn head_len(algorithm: Algorithm, context: *const SHA512_CTX, len: usize) -> Option<usize> {
    let family =
        matches!(algorithm, Algorithm::Sha384 | Algorithm::Sha512 | Algorithm::Sha512_224 | Algorithm::Sha512_256);
    if !family || len < WORTH_IT || !bulk::available() {
        return None;
    }
    // SAFETY: the caller's: it is this family's state.
    let buffered = unsafe { (*context).num } as usize;
    Some((BLOCK_LEN - buffered) % BLOCK_LEN)
}

/// Hashes as many blocks of `data` as it can, and returns what is left over.
///
/// # Safety
/// `context` points to the state of a hash of the family in progress, which nobody else uses meanwhile, with no bytes
/// in its buffer, and [`head_len`] was not `None`.
pub(crate) unsafe fn absorb(context: *mut SHA512_CTX, data: &[u8]) -> &[u8] {
    // SAFETY: the caller's.
    let context = unsafe { &mut *context };
    assert_eq!(context.num, 0, "there are bytes in the buffer");
    let rest = bulk::compress(&mut context.h, data);
    let bits = 8 * (data.len() - rest.len()) as u128;
    let length = ((u128::from(context.Nh) << 64) | u128::from(context.Nl)).wrapping_add(bits);
    (context.Nh, context.Nl) = ((length >> 64) as u64, length as u64);
    rest
}

#[cfg(not(target_arch = "x86_64"))]
mod bulk {
    pub(super) fn available() -> bool {
        false
    }

    pub(super) fn compress<'a>(_state: &mut [u64; 8], data: &'a [u8]) -> &'a [u8] {
        data
    }
}

#[cfg(target_arch = "x86_64")]
pub(crate) mod bulk {
    use core::arch::x86_64::*;

    use super::BLOCK_LEN;

    const ROUNDS: usize = 80;

    type Block = [u8; BLOCK_LEN];

    pub(super) fn available() -> bool {
        is_x86_feature_detected!("avx2") && is_x86_feature_detected!("bmi1") && is_x86_feature_detected!("bmi2")
    }

    /// Goes over blocks by fours, and returns what is left over.
    pub(super) fn compress<'a>(state: &mut [u64; 8], data: &'a [u8]) -> &'a [u8] {
        assert!(available());
        let (blocks, _) = data.as_chunks();
        let (fours, _) = blocks.as_chunks();
        // SAFETY: the instructions are there: AVX2 and BMI2 by the assertion, AVX-512 by the question.
        unsafe {
            if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vl") {
                avx512::compress(state, fours);
            } else {
                avx2::compress(state, fours);
            }
        }
        &data[size_of_val(fours)..]
    }

    /// How many blocks are expanded together, one in each word of a vector.
    const WAYS: usize = 4;

    /// A word of each of four blocks.
    type Words = [u64; WAYS];

    #[derive(Clone, Copy)]
    #[repr(C, align(32))]
    struct Schedule([Words; ROUNDS]);

    /// Makes the compression for a set of instructions. The code is the same: with AVX-512VL the compiler finds the vector
    /// rotations and the sums of three operands by itself.
    macro_rules! compression {
        ($module:ident, $features:literal) => {
            pub(super) mod $module {
                use super::*;

                /// # Safety
                /// The processor has the instructions.
                #[target_feature(enable = $features)]
                pub(in super::super) unsafe fn compress(state: &mut [u64; 8], fours: &[[Block; WAYS]]) {
                    let mut w = Schedule([[0; WAYS]; ROUNDS]);
                    let (mut even, mut odd) = (w, w);
                    if let Some(first) = fours.first() {
                        load(first, &mut w, &mut even);
                        (0..GROUPS).for_each(|group| expand(&mut w, &mut even, group));
                    }
                    for (i, _) in fours.iter().enumerate() {
                        let (current, next) = if i % 2 == 0 { (&even, &mut odd) } else { (&odd, &mut even) };
                        match fours.get(i + 1) {
                            Some(following) => {
                                load(following, &mut w, next);
                                rounds_and_expand(state, current, &mut w, next);
                            }
                            None => (0..WAYS).for_each(|block| rounds(state, current, block)),
                        }
                    }
                }

                /// The first 16 words of each block.
                #[inline]
                #[target_feature(enable = $features)]
                fn load(blocks: &[Block; WAYS], w: &mut Schedule, sums: &mut Schedule) {
                    let swap = _mm256_broadcastsi128_si256(_mm_set_epi64x(0x0809_0a0b_0c0d_0e0f, 0x0001_0203_0405_0607));
                    for i in 0..4 {
                        // SAFETY: a block has 32 bytes at `32 * i`.
                        let row = |block: usize| unsafe {
                            _mm256_shuffle_epi8(_mm256_loadu_si256(blocks[block].as_ptr().add(32 * i).cast()), swap)
                        };
                        let (a, b, c, d) = (row(0), row(1), row(2), row(3));
                        let (ab0, ab1) = (_mm256_unpacklo_epi64(a, b), _mm256_unpackhi_epi64(a, b));
                        let (cd0, cd1) = (_mm256_unpacklo_epi64(c, d), _mm256_unpackhi_epi64(c, d));
                        put(w, sums, 4 * i, _mm256_permute2x128_si256::<0x20>(ab0, cd0));
                        put(w, sums, 4 * i + 1, _mm256_permute2x128_si256::<0x20>(ab1, cd1));
                        put(w, sums, 4 * i + 2, _mm256_permute2x128_si256::<0x31>(ab0, cd0));
                        put(w, sums, 4 * i + 3, _mm256_permute2x128_si256::<0x31>(ab1, cd1));
                    }
                }

                /// The words from `16 + 4 * group` of each block (§6.4.2 step 1).
                #[inline]
                #[target_feature(enable = $features)]
                fn expand(w: &mut Schedule, sums: &mut Schedule, group: usize) {
                    (16 + 4 * group..20 + 4 * group).for_each(|t| step(w, sums, t));
                }

                #[inline]
                #[target_feature(enable = $features)]
                fn step(w: &mut Schedule, sums: &mut Schedule, t: usize) {
                        let old = _mm256_add_epi64(get(w, t - 16), get(w, t - 7));
                        let new = _mm256_add_epi64(sigma::<1, 8, 7>(get(w, t - 15)), sigma::<19, 61, 6>(get(w, t - 2)));
                        put(w, sums, t, _mm256_add_epi64(old, new));
                }

                #[inline]
                #[target_feature(enable = $features)]
                fn sigma<const A: i32, const B: i32, const C: i32>(w: __m256i) -> __m256i {
                    let rotate = |by: i32| {
                        let (right, left) = (_mm_cvtsi32_si128(by), _mm_cvtsi32_si128(64 - by));
                        _mm256_or_si256(_mm256_srl_epi64(w, right), _mm256_sll_epi64(w, left))
                    };
                    let rotated = _mm256_xor_si256(rotate(A), rotate(B));
                    _mm256_xor_si256(rotated, _mm256_srli_epi64::<C>(w))
                }

                #[inline]
                #[target_feature(enable = $features)]
                fn get(w: &Schedule, t: usize) -> __m256i {
                    // SAFETY: four aligned words.
                    unsafe { _mm256_load_si256(w.0[t].as_ptr().cast()) }
                }

                /// Keeps the words, and their sums with the round constant.
                #[inline]
                #[target_feature(enable = $features)]
                fn put(w: &mut Schedule, sums: &mut Schedule, t: usize, words: __m256i) {
                    let sum = _mm256_add_epi64(words, _mm256_set1_epi64x(K[t] as i64));
                    // SAFETY: four aligned words each.
                    unsafe {
                        _mm256_store_si256(w.0[t].as_mut_ptr().cast(), words);
                        _mm256_store_si256(sums.0[t].as_mut_ptr().cast(), sum);
                    }
                }

                /// The rounds over four blocks, and between them the expansion of the next four, which fills their gaps.
                #[inline(never)]
                #[target_feature(enable = $features)]
                fn rounds_and_expand(state: &mut [u64; 8], current: &Schedule, w: &mut Schedule, next: &mut Schedule) {
                    let chunks = current.0.as_chunks::<16>().0;
                    for block in 0..WAYS {
                        let mut v = *state;
                        macro_rules! chunk {
                            ($i:literal) => {
                                if $i == 0 || block < WAYS - 1 {
                                    let t = 16 + 4 * (block * 5 + $i);
                                    step(w, next, t);
                                    step(w, next, t + 1);
                                    step(w, next, t + 2);
                                    step(w, next, t + 3);
                                }
                                rounds16(&mut v, &chunks[$i], block);
                            };
                        }
                        chunk!(0);
                        chunk!(1);
                        chunk!(2);
                        chunk!(3);
                        chunk!(4);
                        state.iter_mut().zip(v).for_each(|(state, v)| *state = state.wrapping_add(v));
                    }
                }

                /// The rounds over one of four blocks.
                #[inline(never)]
                #[target_feature(enable = $features)]
                fn rounds(state: &mut [u64; 8], sums: &Schedule, block: usize) {
                    let mut v = *state;
                    sums.0.as_chunks::<16>().0.iter().for_each(|words| rounds16(&mut v, words, block));
                    state.iter_mut().zip(v).for_each(|(state, v)| *state = state.wrapping_add(v));
                }
            }
        };
    }

    /// Groups of four words that are expanded, from word 16 on.
    const GROUPS: usize = (ROUNDS - 16) / 4;

    compression!(avx2, "avx2,bmi1,bmi2");
    compression!(avx512, "avx2,bmi1,bmi2,avx512f,avx512vl");

    /// Sixteen rounds over one of four blocks.
    #[inline(always)]
    fn rounds16(v: &mut [u64; 8], words: &[Words; 16], block: usize) {
        round(v, 0, words[0][block]);
        round(v, 1, words[1][block]);
        round(v, 2, words[2][block]);
        round(v, 3, words[3][block]);
        round(v, 4, words[4][block]);
        round(v, 5, words[5][block]);
        round(v, 6, words[6][block]);
        round(v, 7, words[7][block]);
        round(v, 0, words[8][block]);
        round(v, 1, words[9][block]);
        round(v, 2, words[10][block]);
        round(v, 3, words[11][block]);
        round(v, 4, words[12][block]);
        round(v, 5, words[13][block]);
        round(v, 6, words[14][block]);
        round(v, 7, words[15][block]);
    }

    /// One round (§6.4.2). Instead of moving the eight variables on, their names move: `a` stands at `-i` modulo 8.
    ///
    /// The time of a round is that from one `e` to the next and from one `a` to the next. The sums are written so that
    /// each takes in last what is known last, even though some are done twice.
    #[inline(always)]
    fn round(v: &mut [u64; 8], i: usize, word: u64) {
        let at = |name: usize| (name + 8 - i % 8) % 8;
        let [a, b, c, d, e, f, g, h] = [0, 1, 2, 3, 4, 5, 6, 7].map(|name| v[at(name)]);
        let choice = (e & f) ^ (!e & g);
        let sum1 = e.rotate_right(14) ^ e.rotate_right(18) ^ e.rotate_right(41);
        let sum0 = a.rotate_right(28) ^ a.rotate_right(34) ^ a.rotate_right(39);
        let early = h.wrapping_add(word);
        v[at(3)] = in_order(in_order(early.wrapping_add(d)).wrapping_add(choice)).wrapping_add(sum1);
        // The majority is `(b & c) + (a & (b ^ c))`: the two have no bit in common.
        let t = in_order(in_order(early.wrapping_add(b & c)).wrapping_add(choice));
        let t = in_order(t.wrapping_add(sum1));
        v[at(7)] = in_order((a & (b ^ c)).wrapping_add(t)).wrapping_add(sum0);
    }

    /// Keeps the compiler from regrouping the sum that `x` is a part of.
    #[inline(always)]
    fn in_order(mut x: u64) -> u64 {
        // SAFETY: no instruction at all.
        unsafe { core::arch::asm!("/* {0} */", inout(reg) x, options(pure, nomem, nostack, preserves_flags)) };
        x
    }

    /// The round constants (§4.2.3).
    #[rustfmt::skip]
    pub(crate) const K: [u64; ROUNDS] = [
        0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
        0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
        0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
        0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
        0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
        0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
        0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
        0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
        0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
        0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
        0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
        0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
        0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
        0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
        0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
        0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
        0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
        0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
        0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
        0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
    ];
}

#[cfg(test)]
mod tests {
    use crate::awslc::digest::{Algorithm, Context, digest};
    use crate::awslc::hmac;

    const FAMILY: [Algorithm; 4] = [Algorithm::Sha384, Algorithm::Sha512, Algorithm::Sha512_224, Algorithm::Sha512_256];

    fn data() -> Vec<u8> {
        (0..20_000u32).map(|i| (i * i % 251) as u8).collect()
    }

    /// By bytes, which leaves all of it to AWS-LC.
    fn by_bytes(algorithm: Algorithm, data: &[u8]) -> Vec<u8> {
        let mut context = Context::new(algorithm);
        data.iter().for_each(|&byte| context.update(&[byte]));
        let mut out = vec![0; algorithm.output_len()];
        context.finalize(out.as_mut_slice().into());
        out
    }

    #[test]
    fn agrees_with_the_library_whatever_was_buffered_before() {
        let data = data();
        for algorithm in FAMILY {
            for (first, len) in [(0, 2048), (0, 2047), (1, 3000), (127, 2049), (128, 2560), (129, 9999), (60, 19_000)] {
                let mut context = Context::new(algorithm);
                context.update(&data[..first]);
                context.update(&data[first..first + len]);
                context.update(b"tail");
                let mut out = vec![0; algorithm.output_len()];
                context.finalize(out.as_mut_slice().into());
                let whole = [&data[..first + len], b"tail"].concat();
                assert_eq!(out, by_bytes(algorithm, &whole), "{algorithm:?}, {first} and {len} bytes");
            }
        }
    }

    #[test]
    fn every_number_of_blocks_in_one_call() {
        let data = data();
        for algorithm in FAMILY {
            for len in (2040..2060).chain((16..50).map(|blocks| 128 * blocks + blocks)) {
                let mut out = vec![0; algorithm.output_len()];
                digest(algorithm, &data[..len], out.as_mut_slice().into());
                assert_eq!(out, by_bytes(algorithm, &data[..len]), "{algorithm:?} of {len}");
            }
        }
    }

    #[test]
    fn hmac_of_long_and_of_short_pieces_agree() {
        let data = data();
        for algorithm in FAMILY {
            let (mut one, mut two) = (vec![0; algorithm.output_len()], vec![0; algorithm.output_len()]);
            hmac::hmac(algorithm, b"key", &data, one.as_mut_slice().into()).unwrap();
            let mut context = hmac::Context::new(algorithm, b"key").unwrap();
            data.chunks(100).for_each(|piece| context.update(piece));
            context.finalize(two.as_mut_slice().into());
            assert_eq!(one, two);
        }
    }

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn both_sets_of_instructions_agree() {
        if !super::bulk::available() || !is_x86_feature_detected!("avx512vl") {
            return;
        }
        let data = data();
        let (blocks, _) = data.as_chunks();
        let (fours, _) = blocks.as_chunks();
        let (mut one, mut two) = ([7; 8], [7; 8]);
        // SAFETY: the instructions are there.
        unsafe {
            super::bulk::avx2::compress(&mut one, fours);
            super::bulk::avx512::compress(&mut two, fours);
        }
        assert_eq!(one, two);
    }
}
