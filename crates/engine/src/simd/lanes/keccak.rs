//! SHAKE256 (FIPS 202) of one block each, several at once.

use core::ops::Range;

use super::{Block, wipe};

/// Hashes the blocks as [`Function::each`](super::Function::each) says.
pub(super) fn shake256(blocks: &mut [Block], place: &Range<usize>) {
    #[cfg(target_arch = "x86_64")]
    let blocks = x86::shake256(blocks, place);
    one_by_one::each(blocks, place);
}

/// The words of a state.
const STATE: usize = 25;
/// The words of a block: SHAKE256's rate (FIPS 202 §6.2).
const RATE: usize = 17;

/// The round constants of Keccak-f[1600] (FIPS 202 §3.2.5).
const ROUND_CONSTANTS: [u64; 24] = [
    0x0000000000000001,
    0x0000000000008082,
    0x800000000000808a,
    0x8000000080008000,
    0x000000000000808b,
    0x0000000080000001,
    0x8000000080008081,
    0x8000000000008009,
    0x000000000000008a,
    0x0000000000000088,
    0x0000000080008009,
    0x000000008000000a,
    0x000000008000808b,
    0x800000000000008b,
    0x8000000000008089,
    0x8000000000008003,
    0x8000000000008002,
    0x8000000000000080,
    0x000000000000800a,
    0x800000008000000a,
    0x8000000080008081,
    0x8000000000008080,
    0x0000000080000001,
    0x8000000080008008,
];

/// The hash over `$lanes` blocks at once, a word of each in a `$vector`. A group may have fewer,
/// but at least `$least`.
macro_rules! lanes {
    (
        $module:ident, $vector:ty, $lanes:literal, $least:literal, $(#[$features:meta])?,
        get = $get:expr, put = $put:expr, set = $set:expr, xor = $xor:expr, xor3 = $xor3:expr, chi = $chi:expr,
        rotate = $rotate:ident
    ) => {
        pub(super) mod $module {
            #[allow(unused_imports)] // The words of one lane need none.
            use super::*;

            const LANES: usize = $lanes;

            /// A word of each block.
            #[derive(Clone, Copy)]
            #[repr(C, align(64))]
            struct Words([u64; LANES]);

            /// Goes over groups of blocks, and returns what is left over.
            $(#[$features])?
            pub(in crate::simd::lanes::keccak) fn each<'b>(blocks: &'b mut [Block], place: &Range<usize>) -> &'b mut [Block] {
                let mut words = [Words([0; LANES]); RATE];
                let (full, rest) = blocks.as_chunks_mut::<LANES>();
                for group in full {
                    hash(group, &mut words, place);
                }
                let rest = if rest.len() >= $least {
                    hash(rest, &mut words, place);
                    &mut rest[..0]
                } else {
                    rest
                };
                wipe(&mut words);
                rest
            }

            $(#[$features])?
            fn hash(blocks: &mut [Block], words: &mut [Words; RATE], place: &Range<usize>) {
                for (lane, block) in blocks.iter().enumerate() {
                    let (chunks, _) = block.as_chunks::<8>();
                    for (word, bytes) in words.iter_mut().zip(chunks) {
                        word.0[lane] = u64::from_le_bytes(*bytes);
                    }
                }
                let mut s = [$set(0); STATE];
                for (state, word) in s.iter_mut().zip(&*words) {
                    *state = $get(word);
                }
                permute(&mut s);
                for (word, value) in words.iter_mut().zip(s).take(4) {
                    $put(word, value);
                }
                for (lane, block) in blocks.iter_mut().enumerate() {
                    for (bytes, word) in block[place.clone()].chunks_exact_mut(8).zip(&*words) {
                        bytes.copy_from_slice(&word.0[lane].to_le_bytes());
                    }
                }
            }

            /// Keccak-f[1600] (FIPS 202 §3.3): θ, ρ and π together, χ and ι.
            $(#[$features])?
            fn permute(s: &mut [$vector; STATE]) {
                for constant in ROUND_CONSTANTS {
                    let mut c = [s[0]; 5];
                    for x in 0..5 {
                        c[x] = $xor3($xor3(s[x], s[x + 5], s[x + 10]), s[x + 15], s[x + 20]);
                    }
                    let mut d = [s[0]; 5];
                    for x in 0..5 {
                        d[x] = $xor(c[(x + 4) % 5], $rotate!(c[(x + 1) % 5], 1));
                    }
                    let b = [
                        $xor(s[0], d[0]),
                        $rotate!($xor(s[6], d[1]), 44),
                        $rotate!($xor(s[12], d[2]), 43),
                        $rotate!($xor(s[18], d[3]), 21),
                        $rotate!($xor(s[24], d[4]), 14),
                        $rotate!($xor(s[3], d[3]), 28),
                        $rotate!($xor(s[9], d[4]), 20),
                        $rotate!($xor(s[10], d[0]), 3),
                        $rotate!($xor(s[16], d[1]), 45),
                        $rotate!($xor(s[22], d[2]), 61),
                        $rotate!($xor(s[1], d[1]), 1),
                        $rotate!($xor(s[7], d[2]), 6),
                        $rotate!($xor(s[13], d[3]), 25),
                        $rotate!($xor(s[19], d[4]), 8),
                        $rotate!($xor(s[20], d[0]), 18),
                        $rotate!($xor(s[4], d[4]), 27),
                        $rotate!($xor(s[5], d[0]), 36),
                        $rotate!($xor(s[11], d[1]), 10),
                        $rotate!($xor(s[17], d[2]), 15),
                        $rotate!($xor(s[23], d[3]), 56),
                        $rotate!($xor(s[2], d[2]), 62),
                        $rotate!($xor(s[8], d[3]), 55),
                        $rotate!($xor(s[14], d[4]), 39),
                        $rotate!($xor(s[15], d[0]), 41),
                        $rotate!($xor(s[21], d[1]), 2),
                    ];
                    for y in [0, 5, 10, 15, 20] {
                        for x in 0..5 {
                            s[y + x] = $chi(b[y + x], b[y + (x + 1) % 5], b[y + (x + 2) % 5]);
                        }
                    }
                    s[0] = $xor(s[0], $set(constant));
                }
            }
        }
    };
}

macro_rules! rotate_word {
    ($x:expr, $n:literal) => {
        $x.rotate_left($n)
    };
}

lanes!(
    one_by_one, u64, 1, 1, ,
    get = |words: &Words| words.0[0], put = |words: &mut Words, value| words.0[0] = value,
    set = core::convert::identity::<u64>, xor = |a: u64, b: u64| a ^ b, xor3 = |a: u64, b: u64, c: u64| a ^ b ^ c,
    chi = |a: u64, b: u64, c: u64| a ^ (!b & c), rotate = rotate_word
);

#[cfg(target_arch = "x86_64")]
mod x86 {
    use core::arch::x86_64::*;

    use super::*;

    pub(super) fn shake256<'b>(blocks: &'b mut [Block], place: &Range<usize>) -> &'b mut [Block] {
        // SAFETY: the processor has the instructions.
        unsafe {
            if is_x86_feature_detected!("avx512f") {
                avx512::each(blocks, place)
            } else if is_x86_feature_detected!("avx2") {
                avx2::each(blocks, place)
            } else {
                blocks
            }
        }
    }

    macro_rules! rotate_512 {
        ($x:expr, $n:literal) => {
            _mm512_rol_epi64::<$n>($x)
        };
    }

    macro_rules! rotate_256 {
        ($x:expr, $n:literal) => {{
            let x = $x;
            _mm256_or_si256(_mm256_slli_epi64::<$n>(x), _mm256_srli_epi64::<{ 64 - $n }>(x))
        }};
    }

    lanes!(
        avx512, __m512i, 8, 3, #[target_feature(enable = "avx512f")],
        // SAFETY: the words are as long as a vector and as aligned.
        get = |words: &Words| unsafe { _mm512_load_si512(words.0.as_ptr().cast()) },
        // SAFETY: as above.
        put = |words: &mut Words, value| unsafe { _mm512_store_si512(words.0.as_mut_ptr().cast(), value) },
        set = |word: u64| _mm512_set1_epi64(word.cast_signed()),
        xor = |a, b| _mm512_xor_si512(a, b),
        xor3 = |a, b, c| _mm512_ternarylogic_epi64::<0x96>(a, b, c),
        chi = |a, b, c| _mm512_ternarylogic_epi64::<0xd2>(a, b, c),
        rotate = rotate_512
    );

    lanes!(
        avx2, __m256i, 4, 2, #[target_feature(enable = "avx2")],
        // SAFETY: the words are as long as a vector and as aligned.
        get = |words: &Words| unsafe { _mm256_load_si256(words.0.as_ptr().cast()) },
        // SAFETY: as above.
        put = |words: &mut Words, value| unsafe { _mm256_store_si256(words.0.as_mut_ptr().cast(), value) },
        set = |word: u64| _mm256_set1_epi64x(word.cast_signed()),
        xor = |a, b| _mm256_xor_si256(a, b),
        xor3 = |a, b, c| _mm256_xor_si256(a, _mm256_xor_si256(b, c)),
        chi = |a, b, c| _mm256_xor_si256(a, _mm256_andnot_si256(b, c)),
        rotate = rotate_256
    );
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;

    #[test]
    fn every_set_of_instructions_gives_the_same() {
        let blocks: Vec<Block> = (0..13_u8).map(|number| core::array::from_fn(|at| number ^ at as u8)).collect();
        let mut expected = blocks.clone();
        one_by_one::each(&mut expected, &(5..37));
        assert_ne!(expected, blocks);
        if is_x86_feature_detected!("avx2") {
            let mut hashed = blocks.clone();
            // SAFETY: the processor has the instructions.
            let rest = unsafe { x86::avx2::each(&mut hashed, &(5..37)) };
            assert_eq!(rest.len(), 1);
            one_by_one::each(rest, &(5..37));
            assert_eq!(hashed, expected);
        }
        let mut hashed = blocks;
        shake256(&mut hashed, &(5..37));
        assert_eq!(hashed, expected);
    }
}
