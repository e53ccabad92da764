//! The memory of Argon2 and the filling of it (RFC 9106 §3.2 steps 5 and 6), which is nearly all of
//! Argon2's work.
//!
//! AWS-LC has no Argon2. This is here, and not in the core, because lanes are filled by threads
//! that share the memory, and because the compression uses vector instructions where the processor
//! has them.

use crate::system::stack;
use core::ptr::NonNull;
use std::alloc::{Layout, alloc, dealloc};

/// Which blocks a pass reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// Argon2d: chosen by the data, which is the hardest to speed up with more memory, but shows in
    /// the caches.
    D = 0,
    /// Argon2i: chosen independently of the data.
    I = 1,
    /// Argon2id: independent in the first half of the first pass, then chosen by the data.
    Id = 2,
}

/// The treatment of existing blocks in a pass after the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// Version 1.0: overwrites them.
    V10 = 0x10,
    /// Version 1.3, that of RFC 9106: adds to them.
    V13 = 0x13,
}

/// The length of a block in bytes.
pub const BLOCK_LEN: usize = 1024;

const WORDS: usize = BLOCK_LEN / 8;
const SLICES: usize = 4;
/// Work on fewer blocks than this is done before a second thread has started.
const BLOCKS_WORTH_A_THREAD: usize = 1024;
/// From this length on memory comes fresh from the system, and large pages make it quicker to get
/// and to walk through. Below, the allocator may have memory ready that it used before.
const FRESH: usize = 32 << 20;
const LARGE_PAGE: usize = 2 << 20;

#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Block([u64; WORDS]);

const ZERO: Block = Block([0; WORDS]);

/// The memory: `lanes` rows of blocks. It is wiped when it is dropped.
///
/// It is not initialised at first. The first pass writes a block before anything refers to it, but
/// for the first two of each lane, which `started` counts.
#[derive(Debug)]
pub struct Matrix {
    blocks: NonNull<Block>,
    layout: Layout,
    lanes: usize,
    lane_len: usize,
    started: usize,
    filled: bool,
}

// SAFETY: the memory belongs to the matrix alone.
unsafe impl Send for Matrix {}

impl Matrix {
    /// Memory for `memory_cost` KiB, rounded down to a multiple of `4 * lanes`. `None` if the
    /// system does not give it.
    ///
    /// # Panics
    /// If `lanes` is 0, or `memory_cost` under `8 * lanes`.
    #[must_use]
    pub fn new(memory_cost: u32, lanes: u32) -> Option<Self> {
        let lanes = lanes as usize;
        assert!(lanes > 0 && memory_cost as usize / 8 >= lanes, "too little memory for the lanes");
        let lane_len = memory_cost as usize / (SLICES * lanes) * SLICES;
        let len = (lane_len * lanes).checked_mul(BLOCK_LEN)?;
        let align = if len >= FRESH { LARGE_PAGE } else { align_of::<Block>() };
        let layout = Layout::from_size_align(len, align).ok()?;
        // SAFETY: the size is not zero.
        let blocks = NonNull::new(unsafe { alloc(layout) })?;
        #[cfg(target_os = "linux")]
        if len >= FRESH {
            // SAFETY: a hint about memory that was just allocated; it does not change the contents,
            // and may be ignored.
            unsafe { libc::madvise(blocks.as_ptr().cast(), len, libc::MADV_HUGEPAGE) };
        }
        Some(Self { blocks: blocks.cast(), layout, lanes, lane_len, started: 0, filled: false })
    }

    /// Sets the next of the first two blocks of each lane: the first and the second of the first
    /// lane, and so on.
    ///
    /// # Panics
    /// If all are set.
    pub fn push_start(&mut self, bytes: &[u8; BLOCK_LEN]) {
        let (lane, index) = (self.started / 2, self.started % 2);
        assert!(lane < self.lanes, "all lanes are started");
        self.started += 1;
        let mut block = ZERO;
        for (word, bytes) in block.0.iter_mut().zip(bytes.chunks_exact(8)) {
            *word = u64::from_le_bytes(bytes.try_into().expect("eight bytes"));
        }
        // SAFETY: the position lies inside the matrix, which is borrowed exclusively.
        unsafe { self.blocks.add(lane * self.lane_len + index).write(block) };
    }

    /// Fills the memory `passes` times, the lanes in parallel where there are processors and work
    /// enough.
    ///
    /// # Panics
    /// If not all lanes are started, or `passes` is 0.
    pub fn fill(&mut self, variant: Variant, version: Version, passes: u32) {
        let total = self.lane_len * self.lanes;
        let available = || std::thread::available_parallelism().map_or(1, usize::from);
        let workers = if self.lanes > 1 && total >= BLOCKS_WORTH_A_THREAD { self.lanes.min(available()) } else { 1 };
        self.fill_with(workers, variant, version, passes);
    }

    fn fill_with(&mut self, workers: usize, variant: Variant, version: Version, passes: u32) {
        assert!(self.started == 2 * self.lanes && passes > 0, "nothing to fill from");
        let filler = Filler {
            blocks: self.blocks.as_ptr(),
            lanes: self.lanes,
            lane_len: self.lane_len,
            passes,
            variant,
            adds: version == Version::V13,
            compress: compression(),
        };
        for pass in 0..passes as usize {
            for slice in 0..SLICES {
                let work = |worker: usize| {
                    for lane in (worker..filler.lanes).step_by(workers) {
                        // SAFETY: the matrix is borrowed exclusively, the workers fill different
                        // lanes of one slice, and the scope below waits for all of them before the
                        // next slice.
                        unsafe { filler.fill_segment(pass, slice, lane) };
                    }
                };
                std::thread::scope(|scope| {
                    for worker in 1..workers {
                        // If the system gives no more threads, this one does the work.
                        if std::thread::Builder::new()
                            .spawn_scoped(scope, move || stack::wiped(|| work(worker)))
                            .is_err()
                        {
                            work(worker);
                        }
                    }
                    work(0);
                });
            }
        }
        self.filled = true;
    }

    /// The sum of the last blocks of all lanes (step 7).
    ///
    /// # Panics
    /// If the memory has not been filled.
    #[must_use]
    pub fn last_blocks(&self) -> [u8; BLOCK_LEN] {
        assert!(self.filled, "the memory has not been filled");
        let mut sum = ZERO;
        for lane in 0..self.lanes {
            // SAFETY: the position lies inside the matrix, which nobody writes to during the
            // borrow.
            let block = unsafe { self.blocks.add((lane + 1) * self.lane_len - 1).as_ref() };
            sum.0.iter_mut().zip(&block.0).for_each(|(sum, word)| *sum ^= word);
        }
        let mut bytes = [0; BLOCK_LEN];
        for (bytes, word) in bytes.chunks_exact_mut(8).zip(sum.0) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }
}

impl Drop for Matrix {
    fn drop(&mut self) {
        // SAFETY: the memory is valid for writes of the layout's size, was allocated with this
        // layout, and is not used after this.
        unsafe {
            aws_lc_sys::OPENSSL_cleanse(self.blocks.as_ptr().cast(), self.layout.size());
            dealloc(self.blocks.as_ptr().cast(), self.layout);
        }
    }
}

/// The state that the workers share.
#[derive(Clone, Copy)]
struct Filler {
    blocks: *mut Block,
    lanes: usize,
    lane_len: usize,
    passes: u32,
    variant: Variant,
    /// Whether passes after the first add to the blocks that they find.
    adds: bool,
    compress: Compression,
}

// SAFETY: the workers write to segments of their own; `fill_segment` states what its callers owe.
unsafe impl Send for Filler {}
// SAFETY: as above.
unsafe impl Sync for Filler {}

impl Filler {
    /// Fills the quarter `slice` of `lane` (RFC 9106 §3.4).
    ///
    /// # Safety
    /// `blocks` is valid for reads and writes of all lanes. Nobody else reads or writes this
    /// segment meanwhile, nor writes any segment of another slice.
    unsafe fn fill_segment(&self, pass: usize, slice: usize, lane: usize) {
        let segment_len = self.lane_len / SLICES;
        let independent = match self.variant {
            Variant::D => false,
            Variant::I => true,
            Variant::Id => pass == 0 && slice < SLICES / 2,
        };
        let mut addresses = Addresses::new(self, pass, slice, lane);
        let first = if pass == 0 && slice == 0 { 2 } else { 0 };
        for index in first..segment_len {
            let column = slice * segment_len + index;
            let previous = if column == 0 { self.lane_len - 1 } else { column - 1 };
            // SAFETY: all positions are taken modulo the lane's length and the number of lanes.
            // `previous` was filled by this worker; the referenced block lies in another slice, or
            // in this segment before `index`, so that nobody writes it now; `current` is this
            // worker's own and differs from both.
            unsafe {
                let previous = self.blocks.add(lane * self.lane_len + previous);
                let random = if independent { addresses.at(index) } else { (*previous).0[0] };
                let (from_lane, from_column) = self.reference(random, pass, slice, lane, index);
                let reference = self.blocks.add(from_lane * self.lane_len + from_column);
                let current = self.blocks.add(lane * self.lane_len + column);
                (self.compress)(&*previous, &*reference, current, self.adds && pass > 0);
            }
        }
    }

    /// Maps 64 bits to the block that is referenced, as lane and column (§3.4.1, §3.4.2).
    fn reference(&self, random: u64, pass: usize, slice: usize, lane: usize, index: usize) -> (usize, usize) {
        let segment_len = self.lane_len / SLICES;
        let from_lane = if pass == 0 && slice == 0 { lane } else { (random >> 32) as usize % self.lanes };
        let done = if pass == 0 { slice * segment_len } else { self.lane_len - segment_len };
        let area = if from_lane == lane { done + index - 1 } else { done - usize::from(index == 0) };
        let x = random & 0xffff_ffff;
        let y = (x * x) >> 32;
        let z = (area as u64 * y) >> 32;
        let relative = area - 1 - z as usize;
        let start = if pass == 0 || slice == SLICES - 1 { 0 } else { (slice + 1) * segment_len };
        (from_lane, (start + relative) % self.lane_len)
    }
}

/// The positions of a pass that does not look at the data (§3.4.1.2).
struct Addresses {
    compress: Compression,
    input: Block,
    addresses: Block,
    /// Which group of 128 `addresses` holds, counted from 1; 0 for none yet.
    group: u64,
}

impl Addresses {
    fn new(filler: &Filler, pass: usize, slice: usize, lane: usize) -> Self {
        let mut input = ZERO;
        let total = filler.lanes * filler.lane_len;
        let head = [pass as u64, lane as u64, slice as u64, total as u64, filler.passes.into(), filler.variant as u64];
        input.0[..head.len()].copy_from_slice(&head);
        Self { compress: filler.compress, input, addresses: ZERO, group: 0 }
    }

    fn at(&mut self, index: usize) -> u64 {
        let group = (index / WORDS) as u64 + 1;
        if group != self.group {
            self.group = group;
            self.input.0[6] = group;
            let mut between = ZERO;
            // SAFETY: the outputs are blocks.
            unsafe {
                (self.compress)(&ZERO, &self.input, &mut between, false);
                (self.compress)(&ZERO, &between, &mut self.addresses, false);
            }
        }
        self.addresses.0[index % WORDS]
    }
}

/// The compression function G (§3.5) of two blocks into a third, which it overwrites or, if the
/// flag says so, adds to.
///
/// It needs the output to be valid for writes of a block, and to be initialised if it is added to.
type Compression = unsafe fn(&Block, &Block, *mut Block, bool);

fn compression() -> Compression {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2; the caller answers for `out`.
        return |x, y, out, add| unsafe { avx2::compress(x, y, out, add) };
    }
    portable::compress
}

mod portable {
    use super::{Block, WORDS};

    /// # Safety
    /// As of [`Compression`](super::Compression).
    pub(super) unsafe fn compress(x: &Block, y: &Block, out: *mut Block, add: bool) {
        let mut r = *x;
        r.0.iter_mut().zip(&y.0).for_each(|(r, y)| *r ^= y);
        let mut z = r;
        for row in 0..8 {
            permute(&mut z.0, |i| row * 16 + i);
        }
        for column in 0..8 {
            permute(&mut z.0, |i| (i / 2) * 16 + column * 2 + i % 2);
        }
        z.0.iter_mut().zip(&r.0).for_each(|(z, r)| *z ^= r);
        // SAFETY: the caller's.
        unsafe {
            if add {
                let old = *out;
                z.0.iter_mut().zip(&old.0).for_each(|(z, old)| *z ^= old);
            }
            out.write(z);
        }
    }

    /// The permutation P (§3.6) on 16 words, which `at` finds in the block.
    #[inline(always)]
    fn permute(v: &mut [u64; WORDS], at: impl Fn(usize) -> usize) {
        for [a, b, c, d] in [
            [0, 4, 8, 12],
            [1, 5, 9, 13],
            [2, 6, 10, 14],
            [3, 7, 11, 15],
            [0, 5, 10, 15],
            [1, 6, 11, 12],
            [2, 7, 8, 13],
            [3, 4, 9, 14],
        ] {
            let [a, b, c, d] = [at(a), at(b), at(c), at(d)];
            for (first, second) in [(32, 24), (16, 63)] {
                v[a] = mix(v[a], v[b]);
                v[d] = (v[d] ^ v[a]).rotate_right(first);
                v[c] = mix(v[c], v[d]);
                v[b] = (v[b] ^ v[c]).rotate_right(second);
            }
        }
    }

    /// Addition, made harder by a multiplication of the lower halves.
    #[inline(always)]
    fn mix(a: u64, b: u64) -> u64 {
        let product = u64::from(a as u32) * u64::from(b as u32);
        a.wrapping_add(b).wrapping_add(product << 1)
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use core::arch::x86_64::*;

    use super::{Block, WORDS};

    /// Vectors of four words in a block, in a row, and a matrix of eight rows.
    const VECTORS: usize = WORDS / 4;
    const PER_ROW: usize = 4;

    /// # Safety
    /// The processor has AVX2; otherwise as of [`Compression`](super::Compression).
    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn compress(x: &Block, y: &Block, out: *mut Block, add: bool) {
        let mut z = [_mm256_setzero_si256(); VECTORS];
        let (x, y): (*const __m256i, *const __m256i) = (x.0.as_ptr().cast(), y.0.as_ptr().cast());
        let out: *mut __m256i = out.cast();
        // SAFETY: blocks are aligned to 64 bytes and hold `VECTORS` vectors.
        let r = |i: usize| unsafe { sum(_mm256_load_si256(x.add(i)), _mm256_load_si256(y.add(i))) };
        z.iter_mut().enumerate().for_each(|(i, z)| *z = r(i));
        for row in z.as_chunks_mut::<PER_ROW>().0 {
            permute(row);
        }
        // Two columns at a time: a vector holds a pair of words of each.
        for pair in 0..PER_ROW {
            let mut left = [_mm256_setzero_si256(); PER_ROW];
            let mut right = left;
            for i in 0..PER_ROW {
                let (upper, lower) = (z[2 * i * PER_ROW + pair], z[(2 * i + 1) * PER_ROW + pair]);
                left[i] = _mm256_permute2x128_si256::<0x20>(upper, lower);
                right[i] = _mm256_permute2x128_si256::<0x31>(upper, lower);
            }
            permute(&mut left);
            permute(&mut right);
            for i in 0..PER_ROW {
                z[2 * i * PER_ROW + pair] = _mm256_permute2x128_si256::<0x20>(left[i], right[i]);
                z[(2 * i + 1) * PER_ROW + pair] = _mm256_permute2x128_si256::<0x31>(left[i], right[i]);
            }
        }
        for (i, &z) in z.iter().enumerate() {
            let mut word = sum(r(i), z);
            // SAFETY: as for `r`.
            unsafe {
                let place = out.add(i);
                if add {
                    word = sum(word, _mm256_load_si256(place));
                }
                _mm256_store_si256(place, word);
            }
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn sum(a: __m256i, b: __m256i) -> __m256i {
        _mm256_xor_si256(a, b)
    }

    /// The permutation P (§3.6) on 16 words, four in a vector: columns, then diagonals.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn permute(v: &mut [__m256i; PER_ROW]) {
        mix_columns(v);
        v[1] = _mm256_permute4x64_epi64::<0b00_11_10_01>(v[1]);
        v[2] = _mm256_permute4x64_epi64::<0b01_00_11_10>(v[2]);
        v[3] = _mm256_permute4x64_epi64::<0b10_01_00_11>(v[3]);
        mix_columns(v);
        v[1] = _mm256_permute4x64_epi64::<0b10_01_00_11>(v[1]);
        v[2] = _mm256_permute4x64_epi64::<0b01_00_11_10>(v[2]);
        v[3] = _mm256_permute4x64_epi64::<0b00_11_10_01>(v[3]);
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn mix_columns(v: &mut [__m256i; PER_ROW]) {
        let [a, b, c, d] = v;
        let by_24 = _mm256_setr_epi8(
            3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10, 3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10,
        );
        let by_16 = _mm256_setr_epi8(
            2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9, 2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9,
        );
        *a = mix(*a, *b);
        *d = _mm256_shuffle_epi32::<0b10_11_00_01>(sum(*d, *a));
        *c = mix(*c, *d);
        *b = _mm256_shuffle_epi8(sum(*b, *c), by_24);
        *a = mix(*a, *b);
        *d = _mm256_shuffle_epi8(sum(*d, *a), by_16);
        *c = mix(*c, *d);
        let t = sum(*b, *c);
        *b = sum(_mm256_srli_epi64::<63>(t), _mm256_add_epi64(t, t));
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn mix(a: __m256i, b: __m256i) -> __m256i {
        let product = _mm256_mul_epu32(a, b);
        _mm256_add_epi64(_mm256_add_epi64(a, b), _mm256_add_epi64(product, product))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn both_compressions_agree() {
        let block = || {
            let mut block = ZERO;
            block.0.iter_mut().for_each(|word| *word = u64::from_ne_bytes(crate::awslc::rand::array()));
            block
        };
        let (x, y, old) = (block(), block(), block());
        for add in [false, true] {
            let (mut a, mut b) = (old, old);
            // SAFETY: the outputs are blocks.
            unsafe {
                portable::compress(&x, &y, &mut a, add);
                compression()(&x, &y, &mut b, add);
            }
            assert_eq!(a.0, b.0);
        }
    }

    #[test]
    fn threads_change_nothing() {
        let fill = |workers| {
            let mut matrix = Matrix::new(1024, 4).unwrap();
            (0..8).for_each(|i| matrix.push_start(&[i; BLOCK_LEN]));
            matrix.fill_with(workers, Variant::Id, Version::V13, 2);
            matrix.last_blocks()
        };
        assert_eq!(fill(1), fill(3));
        assert_eq!(fill(1), fill(4));
    }

    #[test]
    #[should_panic(expected = "nothing to fill from")]
    fn must_be_started_first() {
        Matrix::new(8, 1).unwrap().fill(Variant::I, Version::V13, 1);
    }

    #[test]
    fn absurd_memory_is_refused() {
        assert!(Matrix::new(u32::MAX, 1).is_none());
    }
}
