//! Poly1305, a one-time authenticator (RFC 8439 §2.5).
//!
//! Where the processor multiplies integers of 52 bits (AVX-512 IFMA), eight blocks are worked on at
//! once here; AWS-LC has vectors of 128 bits for it. Elsewhere all is AWS-LC's. The time depends on
//! the length of the message alone.

use core::mem::MaybeUninit;

use aws_lc_sys as c;

/// The length of a key in bytes.
pub const KEY_LEN: usize = 32;
/// The length of a tag in bytes.
pub const TAG_LEN: usize = 16;

/// Whether long messages go eight blocks at once.
#[must_use]
pub fn is_wide() -> bool {
    #[cfg(target_arch = "x86_64")]
    return wide::available();
    #[cfg(not(target_arch = "x86_64"))]
    return false;
}

/// A tag in progress. It is wiped when it is dropped.
pub struct Context(State);

/// On the heap, so that moving a `Context` leaves no copy of the keyed state behind.
enum State {
    Library(Box<c::poly1305_state>),
    #[cfg(target_arch = "x86_64")]
    Wide(Box<wide::State>),
}

impl Context {
    /// The tag of nothing yet, under a key that serves one message only.
    #[must_use]
    pub fn new(key: &[u8; KEY_LEN]) -> Self {
        #[cfg(target_arch = "x86_64")]
        if wide::available() {
            return Self(State::Wide(Box::new(wide::State::new(key))));
        }
        Self::in_library(key)
    }

    fn in_library(key: &[u8; KEY_LEN]) -> Self {
        // SAFETY: the state is an array of bytes, for which zero is a value.
        let mut state: Box<c::poly1305_state> = unsafe { Box::new(MaybeUninit::zeroed().assume_init()) };
        // SAFETY: `state` is valid for writes, and `key` for reads of 32 bytes.
        unsafe { c::CRYPTO_poly1305_init(&raw mut *state, key.as_ptr()) };
        Self(State::Library(state))
    }

    /// Takes `data` in.
    pub fn update(&mut self, data: &[u8]) {
        match &mut self.0 {
            // SAFETY: the state was initialised, and `data` is valid for reads of its length.
            State::Library(state) => unsafe {
                c::CRYPTO_poly1305_update(&raw mut **state, data.as_ptr(), data.len());
            },
            #[cfg(target_arch = "x86_64")]
            State::Wide(state) => state.update(data),
        }
    }

    /// The tag of all that came in.
    #[must_use]
    pub fn finalize(mut self) -> [u8; TAG_LEN] {
        match &mut self.0 {
            State::Library(state) => {
                let mut tag = [0; TAG_LEN];
                // SAFETY: the state was initialised, and `tag` is valid for writes of 16 bytes.
                unsafe { c::CRYPTO_poly1305_finish(&raw mut **state, tag.as_mut_ptr()) };
                tag
            }
            #[cfg(target_arch = "x86_64")]
            State::Wide(state) => state.finish(),
        }
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: either state is valid for writes of its size, and any bytes are a value of it.
        unsafe {
            match &mut self.0 {
                State::Library(state) => c::OPENSSL_cleanse((&raw mut **state).cast(), size_of::<c::poly1305_state>()),
                #[cfg(target_arch = "x86_64")]
                State::Wide(state) => c::OPENSSL_cleanse((&raw mut **state).cast(), size_of::<wide::State>()),
            }
        }
    }
}

impl core::fmt::Debug for Context {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Context(..)")
    }
}

#[cfg(target_arch = "x86_64")]
mod wide {
    use core::arch::x86_64::*;

    const BLOCK_LEN: usize = 16;
    /// The number of blocks for which a vector has places for limbs.
    const GROUP_LEN: usize = 8 * BLOCK_LEN;
    /// Shorter input is not worth the powers of the key.
    const WORTH_IT: usize = 4 * GROUP_LEN;

    const MASK_44: u64 = (1 << 44) - 1;
    const MASK_42: u64 = (1 << 42) - 1;

    /// A number modulo 2^130 - 5, in limbs of 44, 44 and 42 bits; the second may be a little
    /// longer.
    type Limbs = [u64; 3];

    pub(super) fn available() -> bool {
        is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512ifma")
    }

    pub(super) struct State {
        sum: Limbs,
        r: Limbs,
        s: [u8; BLOCK_LEN],
        /// A block that is not whole yet.
        pending: [u8; BLOCK_LEN],
        pending_len: usize,
    }

    impl State {
        pub(super) fn new(key: &[u8; 32]) -> Self {
            let (r, s) = key.split_at(BLOCK_LEN);
            let r =
                u128::from_le_bytes(r.try_into().expect("half of the key")) & 0x0fff_fffc_0fff_fffc_0fff_fffc_0fff_ffff;
            Self {
                sum: [0; 3],
                r: limbs(r, 0),
                s: s.try_into().expect("half of the key"),
                pending: [0; BLOCK_LEN],
                pending_len: 0,
            }
        }

        pub(super) fn update(&mut self, data: &[u8]) {
            let (head, data) = data.split_at(data.len().min((BLOCK_LEN - self.pending_len) % BLOCK_LEN));
            self.pending[self.pending_len..][..head.len()].copy_from_slice(head);
            self.pending_len += head.len();
            if self.pending_len == BLOCK_LEN {
                self.absorb(u128::from_le_bytes(self.pending), 1);
                self.pending_len = 0;
            }
            let mut rest = data;
            if data.len() >= WORTH_IT {
                let (groups, after) = data.split_at(data.len() / GROUP_LEN * GROUP_LEN);
                // SAFETY: the processor has the features, or there would be no such state.
                self.sum = unsafe { groups_of_eight(self.sum, self.r, groups) };
                rest = after;
            }
            let (blocks, tail) = rest.as_chunks();
            blocks.iter().for_each(|block| self.absorb(u128::from_le_bytes(*block), 1));
            if !tail.is_empty() {
                self.pending[..tail.len()].copy_from_slice(tail);
                self.pending_len = tail.len();
            }
        }

        pub(super) fn finish(&mut self) -> [u8; BLOCK_LEN] {
            if self.pending_len > 0 {
                self.pending[self.pending_len..].fill(0);
                self.pending[self.pending_len] = 1;
                self.absorb(u128::from_le_bytes(self.pending), 0);
            }
            // Carried through; then the number itself, or 2^130 - 5 less if that is not negative,
            // without a branch.
            let [a, b, c] = carried(carried(self.sum));
            let [d, e, f] = [a + 5, b, c];
            let e = e + (d >> 44);
            let f = f + (e >> 44);
            let passed = (f >> 42).wrapping_neg();
            let choose = |kept: u64, less: u64| (kept & !passed) | (less & passed);
            let [a, b, c] = [choose(a, d & MASK_44), choose(b, e & MASK_44), choose(c, f & MASK_42)];
            let number = u128::from(a) | u128::from(b) << 44 | u128::from(c) << 88;
            number.wrapping_add(u128::from_le_bytes(self.s)).to_le_bytes()
        }

        fn absorb(&mut self, block: u128, high: u64) {
            let [a, b, c] = limbs(block, high);
            self.sum = multiply([self.sum[0] + a, self.sum[1] + b, self.sum[2] + c], self.r);
        }
    }

    fn limbs(low: u128, high: u64) -> Limbs {
        [low as u64 & MASK_44, (low >> 44) as u64 & MASK_44, (low >> 88) as u64 | high << 40]
    }

    /// 2^132 is 20 here.
    fn multiply(a: Limbs, b: Limbs) -> Limbs {
        let [a0, a1, a2] = a.map(u128::from);
        let [b0, b1, b2] = b.map(u128::from);
        let d0 = a0 * b0 + 20 * (a1 * b2 + a2 * b1);
        let d1 = a0 * b1 + a1 * b0 + 20 * (a2 * b2) + (d0 >> 44);
        let d2 = a0 * b2 + a1 * b1 + a2 * b0 + (d1 >> 44);
        let low = u128::from(d0 as u64 & MASK_44) + 5 * (d2 >> 42);
        [low as u64 & MASK_44, (d1 as u64 & MASK_44) + (low >> 44) as u64, d2 as u64 & MASK_42]
    }

    fn carried([a, b, c]: Limbs) -> Limbs {
        let b = b + (a >> 44);
        let c = c + (b >> 44);
        let a = (a & MASK_44) + 5 * (c >> 42);
        [a & MASK_44, (b & MASK_44) + (a >> 44), c & MASK_42]
    }

    /// Takes whole groups in: eight sums side by side, each of which is multiplied by r^8 from
    /// group to group.
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn groups_of_eight(sum: Limbs, r: Limbs, data: &[u8]) -> Limbs {
        let mut powers = [r; 8];
        for i in 1..8 {
            powers[i] = carried(multiply(powers[i - 1], r));
        }
        let eighth = Multiplier::new(core::array::from_fn(|i| _mm512_set1_epi64(powers[7][i] as i64)));
        // The sum so far goes with the first block.
        let mut x: [__m512i; 3] = core::array::from_fn(|i| _mm512_set_epi64(0, 0, 0, 0, 0, 0, 0, sum[i] as i64));
        let (groups, _) = data.as_chunks::<GROUP_LEN>();
        for (i, group) in groups.iter().enumerate() {
            if i > 0 {
                x = eighth.times(x);
            }
            let message = load(group);
            x = core::array::from_fn(|i| _mm512_add_epi64(x[i], message[i]));
        }
        // Block 0 of the group lies r^8 before the end, block 7 r^1; `load` interleaves the halves
        // of the group.
        let last = Multiplier::new(core::array::from_fn(|i| {
            let [a, b, c, d, e, f, g, h] = [7, 3, 6, 2, 5, 1, 4, 0].map(|power: usize| powers[power][i] as i64);
            _mm512_set_epi64(h, g, f, e, d, c, b, a)
        }));
        let x = last.times(x);
        carried(x.map(|limb| _mm512_reduce_add_epi64(limb) as u64))
    }

    /// Eight blocks in limbs; the places hold blocks 0, 4, 1, 5, 2, 6, 3, 7.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn load(group: &[u8; GROUP_LEN]) -> [__m512i; 3] {
        // SAFETY: the group is two vectors long.
        let [a, b] = [0, 64].map(|at| unsafe { _mm512_loadu_si512(group.as_ptr().add(at).cast()) });
        let (low, high) = (_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
        let mask = _mm512_set1_epi64(MASK_44 as i64);
        let middle = _mm512_or_si512(_mm512_srli_epi64::<44>(low), _mm512_slli_epi64::<20>(high));
        [
            _mm512_and_si512(low, mask),
            _mm512_and_si512(middle, mask),
            _mm512_or_si512(_mm512_srli_epi64::<24>(high), _mm512_set1_epi64(1 << 40)),
        ]
    }

    /// Eight numbers to multiply by, and 20 times their upper limbs.
    struct Multiplier {
        r: [__m512i; 3],
        s1: __m512i,
        s2: __m512i,
    }

    impl Multiplier {
        #[inline]
        #[target_feature(enable = "avx512f,avx512ifma")]
        fn new(r: [__m512i; 3]) -> Self {
            let by_20 = |x| _mm512_add_epi64(_mm512_slli_epi64::<4>(x), _mm512_slli_epi64::<2>(x));
            Self { r, s1: by_20(r[1]), s2: by_20(r[2]) }
        }

        /// The products place by place, as in the plain `multiply`.
        #[inline]
        #[target_feature(enable = "avx512f,avx512ifma")]
        fn times(&self, [a0, a1, a2]: [__m512i; 3]) -> [__m512i; 3] {
            let Self { r: [r0, r1, r2], s1, s2 } = self;
            let low = |a, b, c, d, e, f| {
                let zero = _mm512_setzero_si512();
                let early = _mm512_madd52lo_epu64(_mm512_madd52lo_epu64(zero, c, d), e, f);
                _mm512_add_epi64(early, _mm512_madd52lo_epu64(zero, a, b))
            };
            let high = |a, b, c, d, e, f| {
                let zero = _mm512_setzero_si512();
                let early = _mm512_madd52hi_epu64(_mm512_madd52hi_epu64(zero, c, d), e, f);
                _mm512_add_epi64(early, _mm512_madd52hi_epu64(zero, a, b))
            };
            let (d0, e0) = (low(a1, *s2, a0, *r0, a2, *s1), high(a1, *s2, a0, *r0, a2, *s1));
            let (d1, e1) = (low(a1, *r0, a0, *r1, a2, *s2), high(a1, *r0, a0, *r1, a2, *s2));
            let (d2, e2) = (low(a1, *r1, a0, *r2, a2, *r0), high(a1, *r1, a0, *r2, a2, *r0));
            let mask_44 = _mm512_set1_epi64(MASK_44 as i64);
            // What the high halves hold is 2^52, which is 2^8 in the next limb, or 2^10 past the
            // last.
            let d1 = _mm512_add_epi64(d1, _mm512_add_epi64(_mm512_srli_epi64::<44>(d0), _mm512_slli_epi64::<8>(e0)));
            let d2 = _mm512_add_epi64(d2, _mm512_add_epi64(_mm512_srli_epi64::<44>(d1), _mm512_slli_epi64::<8>(e1)));
            let over = _mm512_add_epi64(_mm512_srli_epi64::<42>(d2), _mm512_slli_epi64::<10>(e2));
            let by_5 = _mm512_add_epi64(over, _mm512_slli_epi64::<2>(over));
            let d0 = _mm512_add_epi64(_mm512_and_si512(d0, mask_44), by_5);
            [
                _mm512_and_si512(d0, mask_44),
                _mm512_add_epi64(_mm512_and_si512(d1, mask_44), _mm512_srli_epi64::<44>(d0)),
                _mm512_and_si512(d2, _mm512_set1_epi64(MASK_42 as i64)),
            ]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both ways, on messages and keys that carry far.
    #[test]
    fn agrees_with_the_library() {
        for round in 0..60u32 {
            let key: [u8; 32] = core::array::from_fn(|i| match round % 3 {
                0 => 0xff,
                1 => (round * 31 + i as u32 * 87) as u8,
                _ => (i as u8).wrapping_mul(round as u8) | 0xf0,
            });
            let message: Vec<u8> = (0..4000u32)
                .map(|i| match round % 4 {
                    0 => 0xff,
                    1 => ((i * (round + 7)) >> 3) as u8,
                    2 => {
                        if i % 16 == 0 {
                            0xfb
                        } else {
                            0xff
                        }
                    }
                    _ => 0,
                })
                .collect();
            for len in [0, 1, 15, 16, 17, 100, 511, 512, 513, 640, 1000, 1024, 2047, 3999] {
                let mut library = Context::in_library(&key);
                library.update(&message[..len]);
                let expected = library.finalize();
                for step in [1, 16, 100, 512, 515, 1024, 4000] {
                    let mut context = Context::new(&key);
                    message[..len].chunks(step).for_each(|piece| context.update(piece));
                    assert_eq!(context.finalize(), expected, "round {round}, {len} bytes in pieces of {step}");
                }
            }
        }
    }
}
