//! SM4 (GB/T 32907) on x86-64 processors with GFNI and AVX-512.
//!
//! AWS-LC has no SM4. Its S-box is an inversion in a field of 256 elements between two affine maps;
//! GFNI has an instruction for such a thing in AES's field, and what leads from one field to the
//! other is linear and goes into the maps. So there is no table, and the time depends on the
//! lengths alone.

/// The length of a block and of a key in bytes.
pub const BLOCK_LEN: usize = 16;

/// SM4 under a key. It is wiped when it is dropped.
pub struct Sm4(platform::Keys);

impl Sm4 {
    /// A cipher under `key`; `None` if the processor cannot.
    #[must_use]
    pub fn new(key: &[u8; BLOCK_LEN]) -> Option<Self> {
        platform::Keys::new(key).map(Self)
    }

    /// Encrypts each block by itself.
    pub fn encrypt(&self, blocks: &mut [[u8; BLOCK_LEN]]) {
        self.0.encrypt(blocks);
    }

    /// Decrypts each block by itself.
    pub fn decrypt(&self, blocks: &mut [[u8; BLOCK_LEN]]) {
        self.0.decrypt(blocks);
    }
}

impl core::fmt::Debug for Sm4 {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Sm4(..)")
    }
}

#[cfg(not(target_arch = "x86_64"))]
mod platform {
    use super::BLOCK_LEN;

    pub(super) enum Keys {}

    impl Keys {
        pub(super) fn new(_key: &[u8; BLOCK_LEN]) -> Option<Self> {
            None
        }

        pub(super) fn encrypt(&self, _: &mut [[u8; BLOCK_LEN]]) {
            match *self {}
        }

        pub(super) fn decrypt(&self, _: &mut [[u8; BLOCK_LEN]]) {
            match *self {}
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod platform {
    use core::arch::x86_64::*;

    use super::BLOCK_LEN;

    const ROUNDS: usize = 32;

    /// How many blocks four vectors hold.
    const GROUP: usize = 16;

    /// How many groups are worked on side by side: none of them alone keeps the processor busy.
    const GROUPS: usize = 2;

    /// The round keys in the order for each direction, on the heap so that moving leaves no copy.
    pub(super) struct Keys(Box<[[u32; ROUNDS]; 2]>);

    impl Keys {
        pub(super) fn new(key: &[u8; BLOCK_LEN]) -> Option<Self> {
            let able = is_x86_feature_detected!("gfni")
                && is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512vl");
            if !able {
                return None;
            }
            // SAFETY: the processor has the features.
            let encrypt = unsafe { expand(key) };
            let mut keys = Self(Box::new([encrypt; 2]));
            keys.0[1].reverse();
            Some(keys)
        }

        pub(super) fn encrypt(&self, blocks: &mut [[u8; BLOCK_LEN]]) {
            // SAFETY: the processor has the features, or there would be no keys.
            unsafe { crypt(&self.0[0], blocks) }
        }

        pub(super) fn decrypt(&self, blocks: &mut [[u8; BLOCK_LEN]]) {
            // SAFETY: as in `encrypt`.
            unsafe { crypt(&self.0[1], blocks) }
        }
    }

    impl Drop for Keys {
        fn drop(&mut self) {
            // SAFETY: the keys are integers, and valid for writes of their size.
            unsafe { aws_lc_sys::OPENSSL_cleanse((&raw mut *self.0).cast(), size_of::<[[u32; ROUNDS]; 2]>()) };
        }
    }

    /// GB/T 32907 §7.3.
    #[target_feature(enable = "gfni,avx512f,avx512bw,avx512vl")]
    fn expand(key: &[u8; BLOCK_LEN]) -> [u32; ROUNDS] {
        const FK: [u32; 4] = [0xa3b1_bac6, 0x56aa_3350, 0x677d_9197, 0xb270_22dc];
        let (words, _) = key.as_chunks();
        let mut k: [u32; 4] = core::array::from_fn(|i| u32::from_be_bytes(words[i]) ^ FK[i]);
        core::array::from_fn(|round| {
            let constant = u32::from_be_bytes(core::array::from_fn(|j| ((4 * round + j) as u8).wrapping_mul(7)));
            let x = k[1] ^ k[2] ^ k[3] ^ constant;
            let s = _mm_cvtsi128_si32(s_box(_mm_cvtsi32_si128(x as i32))) as u32;
            let next = k[0] ^ s ^ s.rotate_left(13) ^ s.rotate_left(23);
            k = [k[1], k[2], k[3], next];
            next
        })
    }

    #[target_feature(enable = "gfni,avx512f,avx512bw,avx512vl")]
    fn crypt(keys: &[u32; ROUNDS], blocks: &mut [[u8; BLOCK_LEN]]) {
        let (many, few) = blocks.as_chunks_mut::<{ GROUP * GROUPS }>();
        many.iter_mut().for_each(|blocks| in_groups::<GROUPS>(keys, blocks.as_flattened_mut()));
        if let [block] = few {
            *block = one(keys, *block);
        } else if few.len() < 4 {
            few.iter_mut().for_each(|block| *block = one(keys, *block));
        } else {
            for blocks in few.chunks_mut(GROUP) {
                let mut whole = [0; GROUP * BLOCK_LEN];
                let blocks = blocks.as_flattened_mut();
                whole[..blocks.len()].copy_from_slice(blocks);
                in_groups::<1>(keys, &mut whole);
                blocks.copy_from_slice(&whole[..blocks.len()]);
            }
        }
    }

    /// GB/T 32907 §7.1 for a block: its words lie in the lowest places of four vectors.
    #[inline]
    #[target_feature(enable = "gfni,avx512f,avx512bw,avx512vl")]
    fn one(keys: &[u32; ROUNDS], block: [u8; BLOCK_LEN]) -> [u8; BLOCK_LEN] {
        let (words, _) = block.as_chunks();
        let mut x: [__m128i; 4] = core::array::from_fn(|i| _mm_cvtsi32_si128(i32::from_be_bytes(words[i])));
        for keys in keys.as_chunks::<4>().0 {
            for (i, key) in keys.iter().enumerate() {
                // The newest word comes last, so that the others do not wait for it.
                let early =
                    _mm_xor_si128(_mm_xor_si128(x[(i + 1) % 4], x[(i + 2) % 4]), _mm_cvtsi32_si128(*key as i32));
                let s = s_box(_mm_xor_si128(early, x[(i + 3) % 4]));
                let a = xor3(_mm_xor_si128(x[i], s), _mm_rol_epi32::<2>(s), _mm_rol_epi32::<10>(s));
                x[i] = xor3(a, _mm_rol_epi32::<18>(s), _mm_rol_epi32::<24>(s));
            }
        }
        let mut result = [0; BLOCK_LEN];
        for (to, x) in result.as_chunks_mut().0.iter_mut().zip(x.iter().rev()) {
            *to = _mm_cvtsi128_si32(*x).to_be_bytes();
        }
        result
    }

    #[inline]
    #[target_feature(enable = "gfni,avx512f,avx512bw,avx512vl")]
    fn xor3(a: __m128i, b: __m128i, c: __m128i) -> __m128i {
        _mm_ternarylogic_epi32::<0x96>(a, b, c)
    }

    /// `data` is `N` groups of blocks.
    #[inline]
    #[target_feature(enable = "gfni,avx512f,avx512bw,avx512vl")]
    fn in_groups<const N: usize>(keys: &[u32; ROUNDS], data: &mut [u8]) {
        assert_eq!(data.len(), N * GROUP * BLOCK_LEN);
        let mut x = [[_mm512_setzero_si512(); 4]; N];
        for (group, x) in x.iter_mut().enumerate() {
            let from = data[group * GROUP * BLOCK_LEN..].as_ptr().cast::<__m512i>();
            // SAFETY: a group is four vectors long, and there are `N`.
            *x = transpose(core::array::from_fn(|i| swap_bytes(unsafe { _mm512_loadu_si512(from.add(i)) })));
        }
        for keys in keys.as_chunks::<4>().0 {
            for (i, key) in keys.iter().enumerate() {
                let key = _mm512_set1_epi32(*key as i32);
                for x in &mut x {
                    let early = xor3_wide(x[(i + 1) % 4], x[(i + 2) % 4], key);
                    let s = s_box_wide(_mm512_xor_si512(early, x[(i + 3) % 4]));
                    let a = xor3_wide(_mm512_xor_si512(x[i], s), _mm512_rol_epi32::<2>(s), _mm512_rol_epi32::<10>(s));
                    x[i] = xor3_wide(a, _mm512_rol_epi32::<18>(s), _mm512_rol_epi32::<24>(s));
                }
            }
        }
        for (group, x) in x.into_iter().enumerate() {
            let to = data[group * GROUP * BLOCK_LEN..].as_mut_ptr().cast::<__m512i>();
            for (i, vector) in transpose([x[3], x[2], x[1], x[0]]).into_iter().enumerate() {
                // SAFETY: as for the loads.
                unsafe { _mm512_storeu_si512(to.add(i), swap_bytes(vector)) };
            }
        }
    }

    /// In each quarter of the four vectors, the words of four blocks to the words of four places,
    /// and back.
    #[inline]
    #[target_feature(enable = "gfni,avx512f,avx512bw,avx512vl")]
    fn transpose([a, b, c, d]: [__m512i; 4]) -> [__m512i; 4] {
        let (ab_low, ab_high) = (_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
        let (cd_low, cd_high) = (_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
        [
            _mm512_unpacklo_epi64(ab_low, cd_low),
            _mm512_unpackhi_epi64(ab_low, cd_low),
            _mm512_unpacklo_epi64(ab_high, cd_high),
            _mm512_unpackhi_epi64(ab_high, cd_high),
        ]
    }

    /// Words are big-endian in a block.
    #[inline]
    #[target_feature(enable = "gfni,avx512f,avx512bw,avx512vl")]
    fn swap_bytes(x: __m512i) -> __m512i {
        let order = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
        _mm512_shuffle_epi8(x, _mm512_broadcast_i32x4(order))
    }

    #[inline]
    #[target_feature(enable = "gfni,avx512f,avx512bw,avx512vl")]
    fn xor3_wide(a: __m512i, b: __m512i, c: __m512i) -> __m512i {
        _mm512_ternarylogic_epi32::<0x96>(a, b, c)
    }

    /// SM4's first affine map, then from its field (x^8 + x^7 + x^6 + x^5 + x^4 + x^2 + 1) to
    /// AES's.
    const BEFORE: (i64, i32) = (0x4c28_7db9_1a22_505d, 0x3e);

    /// Back from AES's field to SM4's, then SM4's second affine map.
    const AFTER: (i64, i32) = (0xf3ab_34a9_74a6_b589_u64 as i64, 0xd3);

    /// The S-box over every byte (GB/T 32907 §6.2).
    #[inline]
    #[target_feature(enable = "gfni,avx512f,avx512bw,avx512vl")]
    fn s_box(x: __m128i) -> __m128i {
        let x = _mm_gf2p8affine_epi64_epi8::<{ BEFORE.1 }>(x, _mm_set1_epi64x(BEFORE.0));
        _mm_gf2p8affineinv_epi64_epi8::<{ AFTER.1 }>(x, _mm_set1_epi64x(AFTER.0))
    }

    #[inline]
    #[target_feature(enable = "gfni,avx512f,avx512bw,avx512vl")]
    fn s_box_wide(x: __m512i) -> __m512i {
        let x = _mm512_gf2p8affine_epi64_epi8::<{ BEFORE.1 }>(x, _mm512_set1_epi64(BEFORE.0));
        _mm512_gf2p8affineinv_epi64_epi8::<{ AFTER.1 }>(x, _mm512_set1_epi64(AFTER.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hex_literal::hex;

    /// GB/T 32907, A.1; and many blocks at once are each one.
    #[test]
    fn blocks() {
        let key = hex!("0123456789abcdeffedcba9876543210");
        let Some(cipher) = Sm4::new(&key) else { return };
        let mut block = [key];
        cipher.encrypt(&mut block);
        assert_eq!(block[0], hex!("681edf34d206965e86b3e94f536e4246"));
        cipher.decrypt(&mut block);
        assert_eq!(block[0], key);
        let plaintext: Vec<[u8; 16]> =
            (0..100u32).map(|i| core::array::from_fn(|j| (i * 7 + j as u32 * 31) as u8)).collect();
        for len in 0..100 {
            let mut blocks = plaintext[..len].to_vec();
            cipher.encrypt(&mut blocks);
            for (block, plaintext) in blocks.iter().zip(&plaintext) {
                let mut alone = [*plaintext];
                cipher.encrypt(&mut alone);
                assert_eq!(*block, alone[0], "{len} blocks");
            }
            cipher.decrypt(&mut blocks);
            assert_eq!(blocks, plaintext[..len]);
        }
    }
}
