//! The compression of SHA-384, SHA-512 and their truncations (FIPS 180-4 §6.4.2), on x86-64
//! processors with AVX2 and BMI2.
//!
//! For these processors AWS-LC has code for AVX alone, which takes longer than OpenSSL's: 1.1 times
//! as long on Intel's, 1.45 times on AMD's. Here the message schedule is expanded by twos in
//! vectors, between the rounds that use it, and the rounds use rotations that need no copy.
//! Everything else, the buffer and the padding, stays AWS-LC's: this works on AWS-LC's state.
//!
//! The time depends on the length of the input alone: there is no table and no branch on data.

use aws_lc_sys::SHA512_CTX;

/// In input of this length there is a whole block, whatever is in the buffer.
const WORTH_IT: usize = 2 * BLOCK_LEN;

const BLOCK_LEN: usize = 128;

pub(crate) type Block = [u8; BLOCK_LEN];

/// How many bytes of `data` AWS-LC is to take in before the rest is given to [`absorb`]. `None` if
/// it should take all.
///
/// # Safety
/// If `is_of_family`, `context` points to the state of a hash of the family in progress.
pub(crate) unsafe fn head_len(is_of_family: bool, context: *const SHA512_CTX, len: usize) -> Option<usize> {
    if !is_of_family || len < WORTH_IT || !vectors::available() {
        return None;
    }
    // SAFETY: the caller's: it is this family's state.
    let buffered = unsafe { (*context).num } as usize;
    Some((BLOCK_LEN - buffered) % BLOCK_LEN)
}

/// Hashes as many blocks of `data` as there are, and returns what is left over.
///
/// # Safety
/// `context` points to the state of a hash of the family in progress, which nobody else uses
/// meanwhile, with no bytes in its buffer, and [`head_len`] was not `None`.
pub(crate) unsafe fn absorb(context: *mut SHA512_CTX, data: &[u8]) -> &[u8] {
    // SAFETY: the caller's.
    let context = unsafe { &mut *context };
    assert_eq!(context.num, 0, "there are bytes in the buffer");
    let (blocks, rest) = data.as_chunks();
    vectors::compress(&mut context.h, blocks);
    let bits = 8 * size_of_val(blocks) as u128;
    let length = ((u128::from(context.Nh) << 64) | u128::from(context.Nl)).wrapping_add(bits);
    (context.Nh, context.Nl) = ((length >> 64) as u64, length as u64);
    rest
}

/// Takes one block into the chaining value of `context`, and counts nothing.
pub(crate) fn compress(context: &mut SHA512_CTX, block: &Block) {
    if vectors::available() {
        vectors::compress(&mut context.h, core::slice::from_ref(block));
    } else {
        // SAFETY: the state is live, and the function reads a block.
        unsafe { aws_lc_sys::SHA512_Transform(context, block.as_ptr()) };
    }
}

#[cfg(not(target_arch = "x86_64"))]
mod vectors {
    use super::Block;

    pub(super) fn available() -> bool {
        false
    }

    pub(super) fn compress(_state: &mut [u64; 8], _blocks: &[Block]) {
        unreachable!("not without these instructions");
    }
}

#[cfg(target_arch = "x86_64")]
pub(crate) mod vectors {
    use core::arch::asm;
    use core::arch::x86_64::*;

    use super::Block;
    use crate::opaque;

    pub(super) fn available() -> bool {
        is_x86_feature_detected!("avx2") && is_x86_feature_detected!("bmi1") && is_x86_feature_detected!("bmi2")
    }

    /// Takes the blocks into the chaining value `state`, one after the other.
    pub(super) fn compress(state: &mut [u64; 8], blocks: &[Block]) {
        assert!(available());
        // SAFETY: the instructions are there: AVX2 and BMI by the assertion, AVX-512 by the
        // question.
        unsafe {
            if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vl") {
                avx512::compress(state, blocks);
            } else {
                avx2::compress(state, blocks);
            }
        }
    }

    /// Sixteen words of the message schedule and their round constants, each sum for the next round
    /// that needs it.
    #[repr(align(16))]
    struct Sums([u64; 16]);

    /// Makes the compression for a set of instructions. The code is the same: with AVX-512VL the
    /// compiler finds the vector rotations and the sums of three operands by itself.
    macro_rules! compression {
        ($module:ident, $features:literal) => {
            pub(super) mod $module {
                use super::*;

                /// # Safety
                /// The processor has the instructions.
                #[target_feature(enable = $features)]
                pub(in super::super) unsafe fn compress(state: &mut [u64; 8], blocks: &[Block]) {
                    let mut sums = Sums([0; 16]);
                    for block in blocks {
                        let mut v = *state;
                        // The last sixteen words of the schedule, two in each vector.
                        let mut w = load(block);
                        for (i, w) in w.iter().enumerate() {
                            put(&mut sums, i, *w, 0);
                        }
                        for t in [16, 32, 48, 64] {
                            macro_rules! two_rounds {
                                ($i:literal, $first:literal, $second:literal) => {
                                    round::<$first>(&mut v, &sums);
                                    round::<$second>(&mut v, &sums);
                                    w[$i] = expand(&w, $i);
                                    put(&mut sums, $i, w[$i], t);
                                };
                            }
                            two_rounds!(0, 0, 1);
                            two_rounds!(1, 2, 3);
                            two_rounds!(2, 4, 5);
                            two_rounds!(3, 6, 7);
                            two_rounds!(4, 8, 9);
                            two_rounds!(5, 10, 11);
                            two_rounds!(6, 12, 13);
                            two_rounds!(7, 14, 15);
                        }
                        last_rounds(&mut v, &sums);
                        state.iter_mut().zip(v).for_each(|(state, v)| *state = state.wrapping_add(v));
                    }
                }

                #[inline]
                #[target_feature(enable = $features)]
                fn load(block: &Block) -> [__m128i; 8] {
                    let swap = _mm_set_epi64x(0x0809_0a0b_0c0d_0e0f, 0x0001_0203_0405_0607);
                    // SAFETY: a block has 16 bytes at `16 * i`.
                    core::array::from_fn(|i| unsafe {
                        _mm_shuffle_epi8(_mm_loadu_si128(block.as_ptr().add(16 * i).cast()), swap)
                    })
                }

                /// The two words after the sixteen in `w`, of which those in `w[i]` are the oldest
                /// (§6.4.2 step 1).
                #[inline]
                #[target_feature(enable = $features)]
                fn expand(w: &[__m128i; 8], i: usize) -> __m128i {
                    let at = |after: usize| w[(i + after) % 8];
                    // The words of 15 and of 7 rounds ago lie across two vectors.
                    let (ago15, ago7) = (_mm_alignr_epi8::<8>(at(1), at(0)), _mm_alignr_epi8::<8>(at(5), at(4)));
                    let old = _mm_add_epi64(_mm_add_epi64(at(0), ago7), sigma::<1, 63, 8, 56, 7>(ago15));
                    _mm_add_epi64(old, sigma::<19, 45, 61, 3, 6>(at(7)))
                }

                /// Two rotations and a shift, added up. A rotation is given as two shifts.
                #[inline]
                #[target_feature(enable = $features)]
                fn sigma<const A: i32, const A_LEFT: i32, const B: i32, const B_LEFT: i32, const C: i32>(
                    w: __m128i,
                ) -> __m128i {
                    let a = _mm_or_si128(_mm_srli_epi64::<A>(w), _mm_slli_epi64::<A_LEFT>(w));
                    let b = _mm_or_si128(_mm_srli_epi64::<B>(w), _mm_slli_epi64::<B_LEFT>(w));
                    _mm_xor_si128(_mm_xor_si128(a, b), _mm_srli_epi64::<C>(w))
                }

                /// Puts down the two words from `t + 2 * i` on, with their round constants.
                #[inline]
                #[target_feature(enable = $features)]
                fn put(sums: &mut Sums, i: usize, words: __m128i, t: usize) {
                    let (constants, place) = (&K[t + 2 * i..][..2], &mut sums.0[2 * i..][..2]);
                    // SAFETY: two words each, and those of the sums are aligned.
                    unsafe {
                        let sum = _mm_add_epi64(words, _mm_loadu_si128(constants.as_ptr().cast()));
                        _mm_store_si128(place.as_mut_ptr().cast(), sum);
                    }
                }
            }
        };
    }

    compression!(avx2, "avx2,bmi1,bmi2");
    compression!(avx512, "avx2,bmi1,bmi2,avx512f,avx512vl");

    #[inline(always)]
    fn last_rounds(v: &mut [u64; 8], sums: &Sums) {
        round::<0>(v, sums);
        round::<1>(v, sums);
        round::<2>(v, sums);
        round::<3>(v, sums);
        round::<4>(v, sums);
        round::<5>(v, sums);
        round::<6>(v, sums);
        round::<7>(v, sums);
        round::<8>(v, sums);
        round::<9>(v, sums);
        round::<10>(v, sums);
        round::<11>(v, sums);
        round::<12>(v, sums);
        round::<13>(v, sums);
        round::<14>(v, sums);
        round::<15>(v, sums);
    }

    /// Round `I` of sixteen (§6.4.2). Instead of moving the eight variables on, their names move:
    /// `a` stands at `-I` modulo 8.
    ///
    /// The time of a round is that from one `e` to the next and from one `a` to the next. The sums
    /// are written so that each takes in last what is known last. The new `a` is made of the new
    /// `e`, without its `d`: both hold the same sum.
    #[inline(always)]
    fn round<const I: usize>(v: &mut [u64; 8], sums: &Sums) {
        let at = |name: usize| (name + 8 - I % 8) % 8;
        let [a, b, c, d, e, f, g, h] = [0, 1, 2, 3, 4, 5, 6, 7].map(|name| v[at(name)]);
        let choice = (e & f) ^ (!e & g);
        let sum1 = e.rotate_right(14) ^ e.rotate_right(18) ^ e.rotate_right(41);
        let sum0 = a.rotate_right(28) ^ a.rotate_right(34) ^ a.rotate_right(39);
        let new_e = opaque(opaque(plus::<I>(h, sums).wrapping_add(d)).wrapping_add(choice)).wrapping_add(sum1);
        // The majority is `(!x & b) + (a & x)`: the two have no bit in common.
        let x = opaque(b ^ c);
        let t = opaque(opaque((!x & b).wrapping_sub(d)).wrapping_add(new_e));
        v[at(3)] = new_e;
        v[at(7)] = opaque(t.wrapping_add(a & x)).wrapping_add(sum0);
    }

    /// `x + sums[AT]`. The compiler would take the word out of the vector that is on its way to
    /// memory, which is slower.
    #[inline(always)]
    fn plus<const AT: usize>(mut x: u64, sums: &Sums) -> u64 {
        const { assert!(AT < 16) };
        // SAFETY: reads a word of `sums`.
        unsafe {
            asm!(
                "add {x}, qword ptr [{sums} + {at}]",
                x = inout(reg) x, sums = in(reg) sums.0.as_ptr(), at = const 8 * AT, options(pure, readonly, nostack)
            );
        }
        x
    }

    /// The round constants (§4.2.3).
    #[rustfmt::skip]
    pub(crate) const K: [u64; 80] = [
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
            for (first, len) in [
                (0, 256),
                (0, 255),
                (1, 300),
                (127, 256),
                (0, 2048),
                (0, 2047),
                (1, 3000),
                (127, 2049),
                (128, 2560),
                (129, 9999),
                (60, 19_000),
            ] {
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
            for len in (250..260).chain((2..50).map(|blocks| 128 * blocks + blocks)) {
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
    fn one_block_alone() {
        let data = data();
        let (blocks, _) = data.as_chunks();
        for block in &blocks[..20] {
            // SAFETY: zeros are a valid value of this structure of integers.
            let mut ours: aws_lc_sys::SHA512_CTX = unsafe { core::mem::zeroed() };
            let mut theirs = ours;
            super::compress(&mut ours, block);
            // SAFETY: the state is live, and the function reads a block.
            unsafe { aws_lc_sys::SHA512_Transform(&raw mut theirs, block.as_ptr()) };
            assert_eq!(ours.h, theirs.h);
        }
    }

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn both_sets_of_instructions_agree() {
        if !super::vectors::available() || !is_x86_feature_detected!("avx512vl") {
            return;
        }
        let data = data();
        let (blocks, _) = data.as_chunks();
        let (mut one, mut two) = ([7; 8], [7; 8]);
        // SAFETY: the instructions are there.
        unsafe {
            super::vectors::avx2::compress(&mut one, blocks);
            super::vectors::avx512::compress(&mut two, blocks);
        }
        assert_eq!(one, two);
    }
}
