//! AES with the processor's instructions: one chain of blocks (AES-NI), or sixteen blocks at once
//! (VAES with AVX-512).

use core::arch::x86_64::*;

use super::Block;
use super::ocb::{Direction, Lane, Offsets};
use super::schedule::{RoundKeys, expand};

/// The keys for both directions.
pub(super) struct Keys {
    encrypt: RoundKeys,
    decrypt: RoundKeys,
    rounds: usize,
    /// Whether the processor has VAES and AVX-512.
    wide: bool,
}

impl Keys {
    /// `None` without AES instructions.
    pub(super) fn new(key: &[u8]) -> Option<Self> {
        if !is_x86_feature_detected!("aes") || !is_x86_feature_detected!("ssse3") {
            return None;
        }
        let wide = is_x86_feature_detected!("vaes") && is_x86_feature_detected!("avx512f");
        // SAFETY: the instructions are there.
        let (encrypt, decrypt) = unsafe { expand(key) };
        Some(Self { encrypt, decrypt, rounds: key.len() / 4 + 6, wide })
    }

    pub(super) fn cbc_mac(&self, state: &mut Block, blocks: &[Block]) {
        // SAFETY: `new` found the instructions.
        unsafe {
            match self.rounds {
                10 => cbc_mac::<10>(&self.encrypt, state, blocks),
                12 => cbc_mac::<12>(&self.encrypt, state, blocks),
                _ => cbc_mac::<14>(&self.encrypt, state, blocks),
            }
        }
    }

    /// # Safety
    /// `output` is valid for writes of as many blocks as `input` has, and does not overlap it.
    pub(super) unsafe fn ctr_and_mac(
        &self,
        direction: Direction,
        counter: &Block,
        state: &mut Block,
        input: &[Block],
        output: *mut Block,
    ) {
        let keys = &self.encrypt;
        let decrypt = direction == Direction::Decrypt;
        // SAFETY: `new` found the instructions; the output is the caller's promise.
        unsafe {
            match (self.rounds, decrypt) {
                (10, false) => ctr_and_mac::<10, false>(keys, counter, state, input, output),
                (12, false) => ctr_and_mac::<12, false>(keys, counter, state, input, output),
                (_, false) => ctr_and_mac::<14, false>(keys, counter, state, input, output),
                (10, true) => ctr_and_mac::<10, true>(keys, counter, state, input, output),
                (12, true) => ctr_and_mac::<12, true>(keys, counter, state, input, output),
                (_, true) => ctr_and_mac::<14, true>(keys, counter, state, input, output),
            }
        }
    }

    /// Goes over a multiple of sixteen blocks from the front, and says over how many.
    ///
    /// # Safety
    /// `lanes` gives places that hold as many blocks, and the place to write to, if any, overlaps
    /// no input.
    pub(super) unsafe fn ocb(&self, direction: Direction, lane: Lane, len: usize, offsets: &mut Offsets<'_>) -> usize {
        let keys = match direction {
            Direction::Encrypt => &self.encrypt,
            Direction::Decrypt => &self.decrypt,
        };
        let decrypt = direction == Direction::Decrypt;
        let len = len / 16 * 16;
        // SAFETY: the instructions are there, by `new`; the places are the caller's promise.
        unsafe {
            match (self.wide, self.rounds, decrypt) {
                (true, 10, false) => ocb_wide::<10, false>(keys, lane, len, offsets),
                (true, 12, false) => ocb_wide::<12, false>(keys, lane, len, offsets),
                (true, _, false) => ocb_wide::<14, false>(keys, lane, len, offsets),
                (true, 10, true) => ocb_wide::<10, true>(keys, lane, len, offsets),
                (true, 12, true) => ocb_wide::<12, true>(keys, lane, len, offsets),
                (true, _, true) => ocb_wide::<14, true>(keys, lane, len, offsets),
                (false, 10, false) => ocb_narrow::<10, false>(keys, lane, len, offsets),
                (false, 12, false) => ocb_narrow::<12, false>(keys, lane, len, offsets),
                (false, _, false) => ocb_narrow::<14, false>(keys, lane, len, offsets),
                (false, 10, true) => ocb_narrow::<10, true>(keys, lane, len, offsets),
                (false, 12, true) => ocb_narrow::<12, true>(keys, lane, len, offsets),
                (false, _, true) => ocb_narrow::<14, true>(keys, lane, len, offsets),
            }
        }
        len
    }

    /// The same keys without the wide instructions, to compare with.
    #[cfg(test)]
    pub(super) fn narrow(&mut self) {
        self.wide = false;
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        // SAFETY: the keys are integers, and valid for writes of their size.
        unsafe {
            aws_lc_sys::OPENSSL_cleanse((&raw mut self.encrypt).cast(), size_of::<RoundKeys>());
            aws_lc_sys::OPENSSL_cleanse((&raw mut self.decrypt).cast(), size_of::<RoundKeys>());
        }
    }
}

#[inline]
#[target_feature(enable = "sse2")]
fn load(block: &Block) -> __m128i {
    // SAFETY: a block has 16 bytes.
    unsafe { _mm_loadu_si128(block.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "sse2")]
fn store(block: &mut Block, value: __m128i) {
    // SAFETY: a block has 16 bytes.
    unsafe { _mm_storeu_si128(block.as_mut_ptr().cast(), value) }
}

/// # Safety
/// There are AES instructions, and the keys are those of `ROUNDS` rounds.
#[target_feature(enable = "aes,sse2")]
unsafe fn cbc_mac<const ROUNDS: usize>(keys: &RoundKeys, state: &mut Block, blocks: &[Block]) {
    let Some((first, rest)) = blocks.split_first() else { return };
    // The next block and the first key go in with the last round: one step less in the chain.
    let mut x = _mm_xor_si128(_mm_xor_si128(load(state), load(first)), keys[0]);
    for block in rest {
        for key in &keys[1..ROUNDS] {
            x = _mm_aesenc_si128(x, *key);
        }
        let next = _mm_xor_si128(load(block), keys[0]);
        x = _mm_aesenclast_si128(x, _mm_xor_si128(keys[ROUNDS], next));
    }
    for key in &keys[1..ROUNDS] {
        x = _mm_aesenc_si128(x, *key);
    }
    store(state, _mm_aesenclast_si128(x, keys[ROUNDS]));
}

/// Counter mode from `input` to `output`, with a CBC-MAC over whichever of them is the plaintext.
/// The chain is what takes the time; the processor works on the counters while it waits for each
/// step.
///
/// # Safety
/// There are AES instructions; the keys are those of `ROUNDS` rounds; `output` is valid for writes
/// of as many blocks as `input` has.
#[target_feature(enable = "aes,ssse3")]
unsafe fn ctr_and_mac<const ROUNDS: usize, const DECRYPT: bool>(
    keys: &RoundKeys,
    counter: &Block,
    state: &mut Block,
    input: &[Block],
    output: *mut Block,
) {
    let mut counter = u128::from_be_bytes(*counter);
    // The last key of one step and the first of the next go in at once.
    let between = _mm_xor_si128(keys[ROUNDS], keys[0]);
    let mut x = _mm_xor_si128(load(state), keys[0]);
    for (i, block) in input.iter().enumerate() {
        // Not by way of memory: a load of what two stores wrote would wait for them, and they for
        // the chain.
        let (high, low) = ((counter >> 64) as u64, counter as u64);
        let number = _mm_set_epi64x(low.swap_bytes() as i64, high.swap_bytes() as i64);
        let mut y = _mm_xor_si128(number, keys[0]);
        counter = counter.wrapping_add(1);
        for key in &keys[1..ROUNDS] {
            y = _mm_aesenc_si128(y, *key);
        }
        let block = load(block);
        let result = _mm_xor_si128(_mm_aesenclast_si128(y, keys[ROUNDS]), block);
        // SAFETY: the caller's.
        store(unsafe { &mut *output.add(i) }, result);
        x = _mm_xor_si128(x, if DECRYPT { result } else { block });
        for key in &keys[1..ROUNDS] {
            x = _mm_aesenc_si128(x, *key);
        }
        x = _mm_aesenclast_si128(x, between);
    }
    store(state, _mm_xor_si128(x, keys[0]));
}

/// OCB over `len` blocks, a multiple of sixteen, eight blocks at a time.
///
/// # Safety
/// There are AES instructions; the keys are those of `ROUNDS` rounds; the places of `lane` hold
/// `len` blocks.
#[target_feature(enable = "aes,sse2")]
unsafe fn ocb_narrow<const ROUNDS: usize, const DECRYPT: bool>(
    keys: &RoundKeys,
    lane: Lane,
    len: usize,
    offsets: &mut Offsets<'_>,
) {
    const WAYS: usize = 8;
    let deltas: [__m128i; WAYS] = core::array::from_fn(|i| load(&offsets.deltas[i]));
    let mut offset = load(offsets.offset);
    let mut sum = load(offsets.sum);
    for batch in 0..len / WAYS {
        let at = WAYS * batch;
        // Seven offsets are known steps away from the last; the eighth is one of L, by the number
        // of the block.
        let mut own: [__m128i; WAYS] = core::array::from_fn(|i| _mm_xor_si128(offset, deltas[i]));
        own[WAYS - 1] = _mm_xor_si128(own[WAYS - 2], load(offsets.l(at + WAYS)));
        offset = own[WAYS - 1];
        // SAFETY: `at + i` is below `len`.
        let input: [__m128i; WAYS] =
            core::array::from_fn(|i| unsafe { _mm_loadu_si128(lane.input.add(at + i).cast()) });
        let mut x: [__m128i; WAYS] = core::array::from_fn(|i| _mm_xor_si128(_mm_xor_si128(input[i], own[i]), keys[0]));
        for key in &keys[1..ROUNDS] {
            x = x.map(|x| if DECRYPT { _mm_aesdec_si128(x, *key) } else { _mm_aesenc_si128(x, *key) });
        }
        x = core::array::from_fn(|i| {
            // In the sum of a hash the offset does not stand a second time (RFC 7253 §4.1).
            let last = if lane.out.is_null() { keys[ROUNDS] } else { _mm_xor_si128(keys[ROUNDS], own[i]) };
            if DECRYPT { _mm_aesdeclast_si128(x[i], last) } else { _mm_aesenclast_si128(x[i], last) }
        });
        for i in 0..WAYS {
            let summed = if DECRYPT || lane.out.is_null() { x[i] } else { input[i] };
            sum = _mm_xor_si128(sum, summed);
            if !lane.out.is_null() {
                // SAFETY: `at + i` is below `len`.
                unsafe { _mm_storeu_si128(lane.out.add(at + i).cast(), x[i]) };
            }
        }
    }
    store(offsets.offset, offset);
    store(offsets.sum, sum);
}

/// OCB over `len` blocks, a multiple of sixteen, sixteen blocks at a time in four vectors.
///
/// # Safety
/// There are VAES and AVX-512F; the keys are those of `ROUNDS` rounds; the places of `lane` hold
/// `len` blocks.
#[target_feature(enable = "aes,sse2,vaes,avx512f")]
unsafe fn ocb_wide<const ROUNDS: usize, const DECRYPT: bool>(
    keys: &RoundKeys,
    lane: Lane,
    len: usize,
    offsets: &mut Offsets<'_>,
) {
    const WAYS: usize = 4;
    let keys = keys.map(|key| _mm512_broadcast_i32x4(key));
    // SAFETY: sixteen blocks, four for each vector.
    let deltas: [__m512i; WAYS] =
        core::array::from_fn(|i| unsafe { _mm512_loadu_si512(offsets.deltas.as_ptr().add(4 * i).cast()) });
    let mut offset = load(offsets.offset);
    let mut sums = [_mm512_setzero_si512(); WAYS];
    for batch in 0..len / 16 {
        let at = 16 * batch;
        let base = _mm512_broadcast_i32x4(offset);
        let mut own = deltas.map(|delta| _mm512_xor_si512(base, delta));
        // Fifteen offsets are known steps away from the last one; the sixteenth is one of L, by the
        // number of the block.
        let last = _mm512_inserti32x4::<3>(_mm512_setzero_si512(), load(offsets.l(at + 16)));
        own[3] = _mm512_xor_si512(own[3], last);
        offset = _mm512_extracti32x4_epi32::<3>(own[3]);
        // SAFETY: `at + 4 * i + 3` is below `len`.
        let input: [__m512i; WAYS] =
            core::array::from_fn(|i| unsafe { _mm512_loadu_si512(lane.input.add(at + 4 * i).cast()) });
        let mut x: [__m512i; WAYS] =
            core::array::from_fn(|i| _mm512_xor_si512(_mm512_xor_si512(input[i], own[i]), keys[0]));
        for key in &keys[1..ROUNDS] {
            x = x.map(|x| if DECRYPT { _mm512_aesdec_epi128(x, *key) } else { _mm512_aesenc_epi128(x, *key) });
        }
        x = core::array::from_fn(|i| {
            let last = if lane.out.is_null() { keys[ROUNDS] } else { _mm512_xor_si512(keys[ROUNDS], own[i]) };
            if DECRYPT { _mm512_aesdeclast_epi128(x[i], last) } else { _mm512_aesenclast_epi128(x[i], last) }
        });
        for i in 0..WAYS {
            let summed = if DECRYPT || lane.out.is_null() { x[i] } else { input[i] };
            sums[i] = _mm512_xor_si512(sums[i], summed);
            if !lane.out.is_null() {
                // SAFETY: `at + 4 * i + 3` is below `len`.
                unsafe { _mm512_storeu_si512(lane.out.add(at + 4 * i).cast(), x[i]) };
            }
        }
    }
    let all = _mm512_xor_si512(_mm512_xor_si512(sums[0], sums[1]), _mm512_xor_si512(sums[2], sums[3]));
    let (a, b) = (_mm512_extracti32x4_epi32::<0>(all), _mm512_extracti32x4_epi32::<1>(all));
    let (c, d) = (_mm512_extracti32x4_epi32::<2>(all), _mm512_extracti32x4_epi32::<3>(all));
    let sum = _mm_xor_si128(_mm_xor_si128(a, b), _mm_xor_si128(c, d));
    store(offsets.sum, _mm_xor_si128(sum, load(&*offsets.sum)));
    store(offsets.offset, offset);
}
