//! AES in CFB, and in XTS with keys of 128 bits, on x86-64 processors with AES instructions.
//!
//! AWS-LC works on CFB a block at a time, which takes ten times as long as it need for decryption,
//! where the blocks do not wait for each other; and of XTS it offers AES-256 alone. Here eight
//! vectors are in flight at once: of four blocks with VAES and AVX-512, of one block without.
//!
//! The time depends on the lengths alone: there is no table and no branch on data.

use crate::Output;
use crate::awslc::cipher::Direction;
use crate::system::stack::wiped_little;

pub use super::BLOCK_LEN;

/// AES under a key. It is wiped when it is dropped.
#[derive(Clone)]
pub struct Aes(platform::Keys);

impl Aes {
    /// A cipher under a key of 16, 24 or 32 bytes; `None` for another length, or if the processor
    /// cannot.
    #[must_use]
    pub fn new(key: &[u8]) -> Option<Self> {
        (matches!(key.len(), 16 | 24 | 32)).then(|| platform::Keys::new(key)).flatten().map(Self)
    }

    /// Encrypts whole blocks in CFB (SP 800-38A §6.3); `register` holds the last block of
    /// ciphertext, before and after.
    ///
    /// # Panics
    /// If `input` is not whole blocks, or `out` has another length.
    pub fn cfb_encrypt<'o>(&self, register: &mut [u8; BLOCK_LEN], input: &[u8], out: Output<'o>) -> &'o mut [u8] {
        check(input, &out);
        wiped_little(|| self.0.cfb_encrypt(register, input, out))
    }

    /// Decrypts whole blocks in CFB; `register` as for [`cfb_encrypt`](Self::cfb_encrypt).
    ///
    /// # Panics
    /// If `input` is not whole blocks, or `out` has another length.
    pub fn cfb_decrypt<'o>(&self, register: &mut [u8; BLOCK_LEN], input: &[u8], out: Output<'o>) -> &'o mut [u8] {
        check(input, &out);
        wiped_little(|| self.0.cfb_decrypt(register, input, out))
    }

    /// Works on whole blocks in XTS (IEEE 1619-2018 §5.3, §5.4). `mask` is that of the first block,
    /// encrypted, and then that of the block after the last.
    ///
    /// # Panics
    /// If `input` is not whole blocks, or `out` has another length.
    pub fn xts<'o>(&self, direction: Direction, mask: &mut u128, input: &[u8], out: Output<'o>) -> &'o mut [u8] {
        check(input, &out);
        wiped_little(|| self.0.xts(direction, mask, input, out))
    }
}

impl core::fmt::Debug for Aes {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Aes(..)")
    }
}

fn check(input: &[u8], out: &Output<'_>) {
    assert!(input.len().is_multiple_of(BLOCK_LEN), "the input is not whole blocks");
    assert_eq!(input.len(), out.len(), "the output is not as long as the input");
}

#[cfg(not(target_arch = "x86_64"))]
mod platform {
    use super::{BLOCK_LEN, Direction, Output};

    #[derive(Clone)]
    pub(super) enum Keys {}

    impl Keys {
        pub(super) fn new(_key: &[u8]) -> Option<Self> {
            None
        }

        pub(super) fn cfb_encrypt<'o>(&self, _: &mut [u8; BLOCK_LEN], _: &[u8], _: Output<'o>) -> &'o mut [u8] {
            match *self {}
        }

        pub(super) fn cfb_decrypt<'o>(&self, _: &mut [u8; BLOCK_LEN], _: &[u8], _: Output<'o>) -> &'o mut [u8] {
            match *self {}
        }

        pub(super) fn xts<'o>(&self, _: Direction, _: &mut u128, _: &[u8], _: Output<'o>) -> &'o mut [u8] {
            match *self {}
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod platform {
    use core::arch::x86_64::*;

    use super::super::schedule::expand;
    use super::{BLOCK_LEN, Direction, Output};

    /// How many vectors are in flight at once.
    const DEPTH: usize = 8;

    /// The round keys for both directions (FIPS 197 §5.2, §5.3.5), on the heap so that moving
    /// leaves no copy.
    #[derive(Clone)]
    pub(super) struct Keys(Box<Schedule>);

    #[derive(Clone)]
    struct Schedule {
        encrypt: [__m128i; 15],
        decrypt: [__m128i; 15],
        rounds: usize,
        /// Whether the processor has VAES and AVX-512.
        wide: bool,
    }

    impl Keys {
        pub(super) fn new(key: &[u8]) -> Option<Self> {
            if !(is_x86_feature_detected!("aes") && is_x86_feature_detected!("pclmulqdq")) {
                return None;
            }
            let wide = is_x86_feature_detected!("vaes")
                && is_x86_feature_detected!("vpclmulqdq")
                && is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw");
            // SAFETY: the processor has AES instructions.
            let (encrypt, decrypt) = unsafe { expand(key) };
            Some(Self(Box::new(Schedule { encrypt, decrypt, rounds: key.len() / 4 + 6, wide })))
        }

        pub(super) fn cfb_encrypt<'o>(
            &self,
            register: &mut [u8; BLOCK_LEN],
            input: &[u8],
            mut out: Output<'o>,
        ) -> &'o mut [u8] {
            // SAFETY: the processor has AES instructions, or there would be no keys. `out` is as
            // long as `input`, and all of it is written.
            unsafe {
                cfb_encrypt(self.encrypt_keys(), register, input, out.as_mut_ptr());
                out.assume_written()
            }
        }

        pub(super) fn cfb_decrypt<'o>(
            &self,
            register: &mut [u8; BLOCK_LEN],
            input: &[u8],
            mut out: Output<'o>,
        ) -> &'o mut [u8] {
            let Some(last) = input.last_chunk() else { return out.zeroed() };
            let keys = self.encrypt_keys();
            // SAFETY: as in `cfb_encrypt`, and the wide code runs only where the processor has its
            // features.
            unsafe {
                let to = out.as_mut_ptr();
                // Only the first block needs the register: the stream of each other one comes from
                // the input.
                cfb_first(keys, register, input, to);
                if self.0.wide {
                    wide::cfb_decrypt(keys, input, to);
                } else {
                    narrow::cfb_decrypt(keys, input, to);
                }
                *register = *last;
                out.assume_written()
            }
        }

        pub(super) fn xts<'o>(
            &self,
            direction: Direction,
            mask: &mut u128,
            input: &[u8],
            mut out: Output<'o>,
        ) -> &'o mut [u8] {
            // SAFETY: as in `cfb_decrypt`.
            unsafe {
                let to = out.as_mut_ptr();
                match (direction, self.0.wide) {
                    (Direction::Encrypt, true) => wide::xts::<true>(self.encrypt_keys(), mask, input, to),
                    (Direction::Encrypt, false) => narrow::xts::<true>(self.encrypt_keys(), mask, input, to),
                    (Direction::Decrypt, true) => wide::xts::<false>(self.decrypt_keys(), mask, input, to),
                    (Direction::Decrypt, false) => narrow::xts::<false>(self.decrypt_keys(), mask, input, to),
                }
                out.assume_written()
            }
        }

        fn encrypt_keys(&self) -> &[__m128i] {
            &self.0.encrypt[..=self.0.rounds]
        }

        fn decrypt_keys(&self) -> &[__m128i] {
            &self.0.decrypt[..=self.0.rounds]
        }
    }

    #[cfg(test)]
    impl Keys {
        pub(super) fn make_narrow(&mut self) {
            self.0.wide = false;
        }
    }

    impl Drop for Keys {
        fn drop(&mut self) {
            // SAFETY: the schedule is integers and a flag, for which zero is a value, and is valid
            // for writes of its size.
            unsafe { aws_lc_sys::OPENSSL_cleanse((&raw mut *self.0).cast(), size_of::<Schedule>()) };
        }
    }

    #[target_feature(enable = "aes")]
    fn encrypt_block(keys: &[__m128i], block: __m128i) -> __m128i {
        let [first, middle @ .., last] = keys else { unreachable!("a cipher has rounds") };
        let block = middle.iter().fold(_mm_xor_si128(block, *first), |block, key| _mm_aesenc_si128(block, *key));
        _mm_aesenclast_si128(block, *last)
    }

    /// # Safety
    /// `to` is valid for writes of `input.len()` bytes.
    #[target_feature(enable = "aes")]
    unsafe fn cfb_encrypt(keys: &[__m128i], register: &mut [u8; BLOCK_LEN], input: &[u8], to: *mut u8) {
        // SAFETY: the register has 16 bytes.
        let mut last = unsafe { _mm_loadu_si128(register.as_ptr().cast()) };
        for (i, block) in input.as_chunks::<BLOCK_LEN>().0.iter().enumerate() {
            // SAFETY: the block has 16 bytes, and so has its place in the output.
            unsafe {
                last = _mm_xor_si128(encrypt_block(keys, last), _mm_loadu_si128(block.as_ptr().cast()));
                _mm_storeu_si128(to.add(i * BLOCK_LEN).cast(), last);
            }
        }
        // SAFETY: the register has 16 bytes.
        unsafe { _mm_storeu_si128(register.as_mut_ptr().cast(), last) };
    }

    /// Decrypts the first block.
    ///
    /// # Safety
    /// `input` has 16 bytes at least, and `to` is valid for writes of 16.
    #[target_feature(enable = "aes")]
    unsafe fn cfb_first(keys: &[__m128i], register: &[u8; BLOCK_LEN], input: &[u8], to: *mut u8) {
        // SAFETY: the caller's.
        unsafe {
            let stream = encrypt_block(keys, _mm_loadu_si128(register.as_ptr().cast()));
            _mm_storeu_si128(to.cast(), _mm_xor_si128(stream, _mm_loadu_si128(input.as_ptr().cast())));
        }
    }

    /// The bulk code for one width of vectors; the instructions differ in their names alone.
    macro_rules! bulk {
        (
            $name:ident, $features:literal, $Vector:ident, $shift:literal, $rest:literal,
            $load:ident, $store:ident, $xor:ident, $splat:ident, $multiply:ident, $left:ident, $right:ident,
            $encrypt:ident, $last_encrypt:ident, $decrypt:ident, $last_decrypt:ident
        ) => {
            mod $name {
                use core::arch::x86_64::*;

                #[allow(unused_imports)] // One width alone has it.
                use super::same;
                use super::{BLOCK_LEN, DEPTH};

                const LEN: usize = size_of::<$Vector>();

                /// Decrypts all blocks but the first (SP 800-38A §6.3).
                ///
                /// # Safety
                /// `input` is whole blocks, at least one, and `to` valid for writes of its length.
                #[target_feature(enable = $features)]
                pub(super) unsafe fn cfb_decrypt(keys: &[__m128i], input: &[u8], to: *mut u8) {
                    let wide_keys = splat(keys);
                    let wide_keys = &wide_keys[..keys.len()];
                    let mut at = BLOCK_LEN;
                    // SAFETY: `at` is at least a block past the start, and each step reads and
                    // writes up to the end at most.
                    unsafe {
                        while at + DEPTH * LEN <= input.len() {
                            let from = input.as_ptr().add(at);
                            let stream = rounds::<true, DEPTH>(wide_keys, load(from.sub(BLOCK_LEN)));
                            store(to.add(at), xor(stream, load(from)));
                            at += DEPTH * LEN;
                        }
                        while at + LEN <= input.len() {
                            let from = input.as_ptr().add(at);
                            let stream = rounds::<true, 1>(wide_keys, load(from.sub(BLOCK_LEN)));
                            store(to.add(at), xor(stream, load(from)));
                            at += LEN;
                        }
                        while at < input.len() {
                            let from = input.as_ptr().add(at);
                            let stream = super::encrypt_block(keys, _mm_loadu_si128(from.sub(BLOCK_LEN).cast()));
                            let block = _mm_xor_si128(stream, _mm_loadu_si128(from.cast()));
                            _mm_storeu_si128(to.add(at).cast(), block);
                            at += BLOCK_LEN;
                        }
                    }
                }

                /// IEEE 1619-2018 §5.3.2, §5.4.2, for whole blocks.
                ///
                /// # Safety
                /// `input` is whole blocks, and `to` valid for writes of its length.
                #[target_feature(enable = $features)]
                pub(super) unsafe fn xts<const ENCRYPT: bool>(
                    keys: &[__m128i],
                    mask: &mut u128,
                    input: &[u8],
                    to: *mut u8,
                ) {
                    let wide_keys = splat(keys);
                    let wide_keys = &wide_keys[..keys.len()];
                    let mut at = 0;
                    if input.len() >= DEPTH * LEN {
                        let mut first = [0u128; DEPTH * LEN / BLOCK_LEN];
                        for place in &mut first {
                            *place = *mask;
                            *mask = super::double(*mask);
                        }
                        // SAFETY: there are as many masks as blocks in all vectors, and each step
                        // reads and writes up to the end at most.
                        unsafe {
                            let mut masks: [$Vector; DEPTH] = load(first.as_ptr().cast());
                            while at + DEPTH * LEN <= input.len() {
                                let blocks = xor(load(input.as_ptr().add(at)), masks);
                                store(to.add(at), xor(rounds::<ENCRYPT, DEPTH>(wide_keys, blocks), masks));
                                masks = masks.map(|mask| advance(mask));
                                at += DEPTH * LEN;
                            }
                            store(first.as_mut_ptr().cast(), masks);
                        }
                        *mask = first[0];
                    }
                    let (blocks, _) = input[at..].as_chunks::<BLOCK_LEN>();
                    for block in blocks {
                        // SAFETY: the block has its place in the output. One vector holds it at its
                        // start.
                        unsafe {
                            let mut one = [0u8; LEN];
                            let masked = (u128::from_le_bytes(*block) ^ *mask).to_le_bytes();
                            one[..BLOCK_LEN].copy_from_slice(&masked);
                            let done: [$Vector; 1] = rounds::<ENCRYPT, 1>(wide_keys, load(one.as_ptr()));
                            store(one.as_mut_ptr(), done);
                            let done = u128::from_le_bytes(*one.first_chunk().expect("a vector holds a block")) ^ *mask;
                            to.add(at).cast::<[u8; BLOCK_LEN]>().write(done.to_le_bytes());
                        }
                        *mask = super::double(*mask);
                        at += BLOCK_LEN;
                    }
                }

                #[target_feature(enable = $features)]
                fn splat(keys: &[__m128i]) -> [$Vector; 15] {
                    core::array::from_fn(|i| $splat(keys[i.min(keys.len() - 1)]))
                }

                #[inline]
                #[target_feature(enable = $features)]
                fn rounds<const ENCRYPT: bool, const N: usize>(keys: &[$Vector], mut x: [$Vector; N]) -> [$Vector; N] {
                    let [first, middle @ .., last] = keys else { unreachable!("a cipher has rounds") };
                    x = x.map(|x| $xor(x, *first));
                    for key in middle {
                        x = x.map(|x| if ENCRYPT { $encrypt(x, *key) } else { $decrypt(x, *key) });
                    }
                    x.map(|x| if ENCRYPT { $last_encrypt(x, *last) } else { $last_decrypt(x, *last) })
                }

                /// The masks as many blocks later as all vectors hold: times x to that power,
                /// reduced (IEEE 1619-2018 §5.2).
                #[inline]
                #[target_feature(enable = $features)]
                fn advance(masks: $Vector) -> $Vector {
                    let over = $right::<$rest>(masks);
                    $xor($left::<$shift>(masks), $multiply::<0>(over, $splat(_mm_set_epi64x(0, 0x87))))
                }

                #[inline]
                #[target_feature(enable = $features)]
                fn xor<const N: usize>(a: [$Vector; N], b: [$Vector; N]) -> [$Vector; N] {
                    core::array::from_fn(|i| $xor(a[i], b[i]))
                }

                /// # Safety
                /// `from` is valid for reads of `N` vectors.
                #[inline]
                #[target_feature(enable = $features)]
                unsafe fn load<const N: usize>(from: *const u8) -> [$Vector; N] {
                    // SAFETY: the caller's.
                    core::array::from_fn(|i| unsafe { $load(from.add(i * LEN).cast()) })
                }

                /// # Safety
                /// `to` is valid for writes of `N` vectors.
                #[inline]
                #[target_feature(enable = $features)]
                unsafe fn store<const N: usize>(to: *mut u8, x: [$Vector; N]) {
                    for (i, x) in x.into_iter().enumerate() {
                        // SAFETY: the caller's.
                        unsafe { $store(to.add(i * LEN).cast(), x) };
                    }
                }
            }
        };
    }

    // Eight vectors hold 8 blocks, or 32: a mask moves on by as many bits, which is 1 byte, or 4.
    bulk!(
        narrow,
        "aes,pclmulqdq",
        __m128i,
        1,
        15,
        _mm_loadu_si128,
        _mm_storeu_si128,
        _mm_xor_si128,
        same,
        _mm_clmulepi64_si128,
        _mm_bslli_si128,
        _mm_bsrli_si128,
        _mm_aesenc_si128,
        _mm_aesenclast_si128,
        _mm_aesdec_si128,
        _mm_aesdeclast_si128
    );
    bulk!(
        wide,
        "aes,vaes,vpclmulqdq,avx512f,avx512bw",
        __m512i,
        4,
        12,
        _mm512_loadu_si512,
        _mm512_storeu_si512,
        _mm512_xor_si512,
        _mm512_broadcast_i32x4,
        _mm512_clmulepi64_epi128,
        _mm512_bslli_epi128,
        _mm512_bsrli_epi128,
        _mm512_aesenc_epi128,
        _mm512_aesenclast_epi128,
        _mm512_aesdec_epi128,
        _mm512_aesdeclast_epi128
    );

    /// A vector of one block is the block.
    fn same(block: __m128i) -> __m128i {
        block
    }

    /// Multiplies by x in GF(2^128) (IEEE 1619-2018 §5.2), without a branch on the value.
    fn double(mask: u128) -> u128 {
        (mask << 1) ^ ((mask >> 127).wrapping_neg() & 0x87)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::awslc::cipher::{Algorithm, Context};

    const KEYS: [(usize, Algorithm, Algorithm); 3] = [
        (16, Algorithm::Aes128Cfb, Algorithm::Aes128Ecb),
        (24, Algorithm::Aes192Cfb, Algorithm::Aes192Ecb),
        (32, Algorithm::Aes256Cfb, Algorithm::Aes256Ecb),
    ];

    fn library(algorithm: Algorithm, direction: Direction, key: &[u8], iv: &[u8], input: &[u8]) -> Vec<u8> {
        let mut out = vec![0; input.len()];
        Context::new(algorithm, direction, key, iv).unwrap().update(input, out.as_mut_slice().into()).unwrap();
        out
    }

    /// Both widths, where the processor has them.
    fn ciphers(key: &[u8]) -> Vec<Aes> {
        let Some(aes) = Aes::new(key) else { return vec![] };
        #[allow(unused_mut)]
        let mut narrow = aes.clone();
        #[cfg(target_arch = "x86_64")]
        narrow.0.make_narrow();
        vec![aes, narrow]
    }

    #[test]
    fn cfb_agrees_with_the_library() {
        let input: Vec<u8> = (0..3000u32).map(|i| ((i * 13) >> 3) as u8).collect();
        for (key_len, cfb, _) in KEYS {
            let key: Vec<u8> = (7..7 + key_len as u8).collect();
            for aes in ciphers(&key) {
                for blocks in (0..40).chain([64, 100, 187]) {
                    let (input, mut register) = (&input[..blocks * 16], [3; 16]);
                    let mut out = vec![0; input.len()];
                    aes.cfb_encrypt(&mut register, input, out.as_mut_slice().into());
                    assert_eq!(out, library(cfb, Direction::Encrypt, &key, &[3; 16], input));
                    let mut register = [3; 16];
                    aes.cfb_decrypt(&mut register, input, out.as_mut_slice().into());
                    assert_eq!(out, library(cfb, Direction::Decrypt, &key, &[3; 16], input));
                    assert_eq!(register, *input.last_chunk().unwrap_or(&[3; 16]));
                }
            }
        }
    }

    #[test]
    fn xts_agrees_with_block_after_block() {
        let input: Vec<u8> = (0..4000u32).map(|i| ((i * 13) >> 3) as u8).collect();
        for (key_len, _, ecb) in KEYS {
            let key: Vec<u8> = (7..7 + key_len as u8).collect();
            for aes in ciphers(&key) {
                for blocks in (0..70).chain([128, 250]) {
                    for direction in [Direction::Encrypt, Direction::Decrypt] {
                        let input = &input[..blocks * 16];
                        let start = 0xfedc_ba98_7654_3210_0f1e_2d3c_4b5a_6978_u128;
                        let (mut mask, mut expected) = (start, vec![]);
                        for block in input.as_chunks().0 {
                            let masked = (u128::from_le_bytes(*block) ^ mask).to_le_bytes();
                            let done = library(ecb, direction, &key, &[], &masked);
                            expected.extend((u128::from_le_bytes(done.try_into().unwrap()) ^ mask).to_le_bytes());
                            mask = (mask << 1) ^ if mask >> 127 == 1 { 0x87 } else { 0 };
                        }
                        let (mut after, mut out) = (start, vec![0; input.len()]);
                        aes.xts(direction, &mut after, input, out.as_mut_slice().into());
                        assert_eq!(out, expected, "{blocks} blocks, {direction:?}");
                        assert_eq!(after, mask);
                    }
                }
            }
        }
    }
}
