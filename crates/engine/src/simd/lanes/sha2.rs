//! SHA-256 and SHA-512 (FIPS 180-4 §6.2, §6.4) of as many blocks at once as a vector of AVX-512 has
//! words.

use core::arch::x86_64::*;
use core::ops::Range;

use super::{Block, WORTH_IT, wipe};
use crate::simd::sha512::vectors::K;

/// Hashes the blocks as [`Function::each`](super::Function::each) says, and returns those that are
/// left over.
pub(super) fn sha256<'b>(start: &[u32; 8], blocks: &'b mut [Block], place: &Range<usize>) -> &'b mut [Block] {
    if !is_x86_feature_detected!("avx512f") {
        return blocks;
    }
    // SAFETY: the processor has the instructions.
    unsafe { sha256_lanes::each(start, blocks, place) }
}

/// Like [`sha256`].
pub(super) fn sha512<'b>(start: &[u64; 8], blocks: &'b mut [Block], place: &Range<usize>) -> &'b mut [Block] {
    if !is_x86_feature_detected!("avx512f") {
        return blocks;
    }
    // SAFETY: the processor has the instructions.
    unsafe { sha512_lanes::each(start, blocks, place) }
}

/// The hash over words of a type. The functions of the standard take their rotations, and the shift
/// of the last term.
macro_rules! lanes {
    (
        $module:ident, $word:ty, $lanes:literal, $rounds:literal, $constant:expr,
        $add:ident, $set:ident, $rotate:ident, $shift:ident, $logic:ident,
        [$($upper0:literal),*], [$($upper1:literal),*], [$($lower0:literal),*], [$($lower1:literal),*]
    ) => {
        mod $module {
            use super::*;

            const LANES: usize = $lanes;
            const WORD_LEN: usize = size_of::<$word>();

            /// A word of each block.
            #[derive(Clone, Copy)]
            #[repr(C, align(64))]
            struct Words([$word; LANES]);

            #[target_feature(enable = "avx512f")]
            pub(super) fn each<'b>(
                start: &[$word; 8],
                blocks: &'b mut [Block],
                place: &Range<usize>,
            ) -> &'b mut [Block] {
                let mut words = [Words([0; LANES]); 16];
                let (full, rest) = blocks.as_chunks_mut::<LANES>();
                for group in full {
                    compress(start, group, &mut words, place);
                }
                let rest = if rest.len() >= WORTH_IT {
                    compress(start, rest, &mut words, place);
                    &mut rest[..0]
                } else {
                    rest
                };
                wipe(&mut words);
                rest
            }

            #[target_feature(enable = "avx512f")]
            fn compress(start: &[$word; 8], blocks: &mut [Block], words: &mut [Words; 16], place: &Range<usize>) {
                for (lane, block) in blocks.iter().enumerate() {
                    let (chunks, _) = block.as_chunks::<WORD_LEN>();
                    for (word, bytes) in words.iter_mut().zip(chunks) {
                        word.0[lane] = <$word>::from_be_bytes(*bytes);
                    }
                }
                let mut v = start.map(|word| $set(word.cast_signed()));
                let mut w = words.map(|words| get(&words));
                for first in (0..$rounds).step_by(16) {
                    for t in 0..16 {
                        if first > 0 {
                            w[t] = $add(
                                $add(w[t], lower0(w[(t + 1) % 16])),
                                $add(w[(t + 9) % 16], lower1(w[(t + 14) % 16])),
                            );
                        }
                        // The working variables stay where they are; their names move on by one
                        // with each round.
                        let [a, b, c, d, e, f, g, h] = core::array::from_fn(|name| (name + 16 - t) % 8);
                        let constant = $set($constant(first + t).cast_signed());
                        let choice = $logic::<0xca>(v[e], v[f], v[g]);
                        let sum = $add($add($add(v[h], upper1(v[e])), choice), $add(constant, w[t]));
                        let majority = $logic::<0xe8>(v[a], v[b], v[c]);
                        v[d] = $add(v[d], sum);
                        v[h] = $add($add(sum, upper0(v[a])), majority);
                    }
                }
                for (word, (value, start)) in words.iter_mut().zip(v.iter().zip(start)) {
                    put(word, $add(*value, $set(start.cast_signed())));
                }
                for (lane, block) in blocks.iter_mut().enumerate() {
                    for (bytes, word) in block[place.clone()].chunks_exact_mut(WORD_LEN).zip(&*words) {
                        bytes.copy_from_slice(&word.0[lane].to_be_bytes());
                    }
                }
            }

            #[target_feature(enable = "avx512f")]
            fn upper0(x: __m512i) -> __m512i {
                $logic::<0x96>($($rotate::<$upper0>(x)),*)
            }

            #[target_feature(enable = "avx512f")]
            fn upper1(x: __m512i) -> __m512i {
                $logic::<0x96>($($rotate::<$upper1>(x)),*)
            }

            #[target_feature(enable = "avx512f")]
            fn lower0(x: __m512i) -> __m512i {
                lanes!(@lower x, $rotate, $shift, $logic, $($lower0),*)
            }

            #[target_feature(enable = "avx512f")]
            fn lower1(x: __m512i) -> __m512i {
                lanes!(@lower x, $rotate, $shift, $logic, $($lower1),*)
            }

            #[target_feature(enable = "avx512f")]
            fn get(words: &Words) -> __m512i {
                // SAFETY: the words are as long as a vector and as aligned.
                unsafe { _mm512_load_si512(words.0.as_ptr().cast()) }
            }

            #[target_feature(enable = "avx512f")]
            fn put(words: &mut Words, value: __m512i) {
                // SAFETY: as in `get`.
                unsafe { _mm512_store_si512(words.0.as_mut_ptr().cast(), value) };
            }
        }
    };
    (@lower $x:ident, $rotate:ident, $shift:ident, $logic:ident, $a:literal, $b:literal, $c:literal) => {
        $logic::<0x96>($rotate::<$a>($x), $rotate::<$b>($x), $shift::<$c>($x))
    };
}

lanes!(
    sha256_lanes,
    u32,
    16,
    64,
    // The constants of SHA-256 are the first halves of those of SHA-512.
    |t: usize| (K[t] >> 32) as u32,
    _mm512_add_epi32,
    _mm512_set1_epi32,
    _mm512_ror_epi32,
    _mm512_srli_epi32,
    _mm512_ternarylogic_epi32,
    [2, 13, 22],
    [6, 11, 25],
    [7, 18, 3],
    [17, 19, 10]
);

lanes!(
    sha512_lanes,
    u64,
    8,
    80,
    |t: usize| K[t],
    _mm512_add_epi64,
    _mm512_set1_epi64,
    _mm512_ror_epi64,
    _mm512_srli_epi64,
    _mm512_ternarylogic_epi64,
    [28, 34, 39],
    [14, 18, 41],
    [1, 8, 7],
    [19, 61, 6]
);
