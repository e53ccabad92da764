//! AES round keys, expanded with the processor's instructions.

use core::arch::x86_64::*;

/// The keys in the order of their use. AES-256 has 14 rounds, and a key before the first.
pub(super) type RoundKeys = [__m128i; 15];

/// The keys of a cipher (FIPS 197 §5.2), and those of the equivalent inverse cipher (§5.3.5). The
/// key has 16, 24 or 32 bytes.
#[target_feature(enable = "aes")]
pub(super) fn expand(key: &[u8]) -> (RoundKeys, RoundKeys) {
    let (key_words, rounds) = (key.len() / 4, key.len() / 4 + 6);
    let mut words = [0u32; 60];
    for (word, bytes) in words.iter_mut().zip(key.as_chunks().0) {
        *word = u32::from_le_bytes(*bytes);
    }
    let mut constant = 1u32;
    for i in key_words..4 * (rounds + 1) {
        let mut word = words[i - 1];
        if i % key_words == 0 {
            word = substitute(word).rotate_right(8) ^ constant;
            constant = constant << 1 ^ if constant & 0x80 == 0 { 0 } else { 0x11b };
        } else if key_words > 6 && i % key_words == 4 {
            word = substitute(word);
        }
        words[i] = words[i - key_words] ^ word;
    }
    let encrypt = core::array::from_fn(|i| {
        let [a, b, c, d] = [0, 1, 2, 3].map(|j| words[4 * i + j] as i32);
        _mm_set_epi32(d, c, b, a)
    });
    let mut decrypt = [_mm_setzero_si128(); 15];
    for i in 0..=rounds {
        let key: __m128i = encrypt[rounds - i];
        decrypt[i] = if i == 0 || i == rounds { key } else { _mm_aesimc_si128(key) };
    }
    // SAFETY: the words are valid for writes of their size.
    unsafe { aws_lc_sys::OPENSSL_cleanse(words.as_mut_ptr().cast(), size_of_val(&words)) };
    (encrypt, decrypt)
}

/// The S-box over the four bytes of a word.
#[target_feature(enable = "aes")]
fn substitute(word: u32) -> u32 {
    _mm_cvtsi128_si32(_mm_aeskeygenassist_si128::<0>(_mm_set1_epi32(word as i32))) as u32
}
