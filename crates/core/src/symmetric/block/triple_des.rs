//! Triple DES (NIST SP 800-67), with tables: its duration may tell an attacker on the same machine
//! about the key.

use zeroize::Zeroizing;

use super::BlockKey;

const ROUNDS: usize = 16;

/// How many blocks are worked on side by side: none of them alone keeps the processor busy.
const LANES: usize = 4;

/// Triple DES under three keys.
pub(super) struct TripleDes {
    encrypt: Zeroizing<[Schedule; 3]>,
    decrypt: Zeroizing<[Schedule; 3]>,
}

/// For each round, the key bits for S-boxes 1, 3, 5, 7 and for 2, 4, 6, 8, a byte each.
type Schedule = [[u32; 2]; ROUNDS];

impl TripleDes {
    /// A cipher under three keys of 8 bytes. Their parity bits are ignored.
    pub(super) fn new(key: &[u8; 24]) -> Self {
        let (keys, _) = key.as_chunks();
        let [k1, k2, k3] = [0, 1, 2].map(|i| schedule(u64::from_be_bytes(keys[i])));
        let reversed = |mut schedule: Schedule| {
            schedule.reverse();
            schedule
        };
        Self {
            encrypt: Zeroizing::new([k1, reversed(k2), k3]),
            decrypt: Zeroizing::new([reversed(k3), k2, reversed(k1)]),
        }
    }
}

impl BlockKey<8> for TripleDes {
    fn encrypt_block(&self, block: &mut [u8; 8]) {
        crypt(&self.encrypt, core::array::from_mut(block));
    }

    fn decrypt_block(&self, block: &mut [u8; 8]) {
        crypt(&self.decrypt, core::array::from_mut(block));
    }

    fn encrypt_blocks(&self, blocks: &mut [[u8; 8]]) {
        in_lanes(&self.encrypt, blocks);
    }

    fn decrypt_blocks(&self, blocks: &mut [[u8; 8]]) {
        in_lanes(&self.decrypt, blocks);
    }
}

fn in_lanes(schedules: &[Schedule; 3], blocks: &mut [[u8; 8]]) {
    let (groups, rest) = blocks.as_chunks_mut();
    groups.iter_mut().for_each(|group: &mut [[u8; 8]; LANES]| crypt(schedules, group));
    rest.iter_mut().for_each(|block| crypt(schedules, core::array::from_mut(block)));
}

/// DES three times over each block (FIPS 46-3). Between two of them the final and the initial
/// permutation cancel out.
#[inline(always)]
fn crypt<const N: usize>(schedules: &[Schedule; 3], blocks: &mut [[u8; 8]; N]) {
    let mut left = [0; N];
    let mut right = [0; N];
    for i in 0..N {
        (left[i], right[i]) = initial_permutation(u64::from_be_bytes(blocks[i]));
    }
    for schedule in schedules {
        for [even, odd] in schedule.as_chunks().0 {
            (0..N).for_each(|i| left[i] ^= f(right[i], *even));
            (0..N).for_each(|i| right[i] ^= f(left[i], *odd));
        }
        core::mem::swap(&mut left, &mut right);
    }
    for i in 0..N {
        blocks[i] = final_permutation(left[i], right[i]).to_be_bytes();
    }
}

/// The two halves, each turned left by one bit, so that the six bits for each S-box lie together.
fn initial_permutation(block: u64) -> (u32, u32) {
    let (mut left, mut right) = ((block >> 32) as u32, block as u32);
    exchange(&mut left, &mut right, 4, 0x0f0f_0f0f);
    exchange(&mut left, &mut right, 16, 0x0000_ffff);
    exchange(&mut right, &mut left, 2, 0x3333_3333);
    exchange(&mut right, &mut left, 8, 0x00ff_00ff);
    exchange(&mut left, &mut right, 1, 0x5555_5555);
    (left.rotate_left(1), right.rotate_left(1))
}

fn final_permutation(left: u32, right: u32) -> u64 {
    let (mut left, mut right) = (left.rotate_right(1), right.rotate_right(1));
    exchange(&mut left, &mut right, 1, 0x5555_5555);
    exchange(&mut right, &mut left, 8, 0x00ff_00ff);
    exchange(&mut right, &mut left, 2, 0x3333_3333);
    exchange(&mut left, &mut right, 16, 0x0000_ffff);
    exchange(&mut left, &mut right, 4, 0x0f0f_0f0f);
    u64::from(left) << 32 | u64::from(right)
}

/// Exchanges the bits of `b` under `mask` with those of `a` that are `shift` higher.
fn exchange(a: &mut u32, b: &mut u32, shift: u32, mask: u32) {
    let differing = (*a >> shift ^ *b) & mask;
    *b ^= differing;
    *a ^= differing << shift;
}

/// The round function: expansion, S-boxes and permutation P.
#[inline(always)]
fn f(half: u32, [odd_boxes, even_boxes]: [u32; 2]) -> u32 {
    let odd = (half.rotate_right(4) ^ odd_boxes).to_be_bytes();
    let even = (half ^ even_boxes).to_be_bytes();
    (0..4).fold(0, |sum, i| {
        sum ^ TABLES[2 * i][usize::from(odd[i] & 0x3f)] ^ TABLES[2 * i + 1][usize::from(even[i] & 0x3f)]
    })
}

fn schedule(key: u64) -> Schedule {
    // The 56 bits of PC-1, as two halves of 28.
    let chosen = PC1.iter().fold(0u64, |bits, &position| bits << 1 | key >> (64 - position) & 1);
    let (mut c, mut d) = (chosen >> 28, chosen & 0xfff_ffff);
    core::array::from_fn(|round| {
        let by = if matches!(round, 0 | 1 | 8 | 15) { 1 } else { 2 };
        [c, d] = [c, d].map(|half| (half << by | half >> (28 - by)) & 0xfff_ffff);
        let both = c << 28 | d;
        // Seven bits at a time go to their places.
        (0..8).fold([0; 2], |[odd, even], i| {
            let [a, b] = PLACES[i][(both >> (49 - 7 * i)) as usize & 0x7f];
            [odd | a, even | b]
        })
    })
}

/// Where PC-2 puts each seven of the 56 bits: the sixes for S-boxes 1, 3, 5, 7 and for 2, 4, 6, 8.
static PLACES: [[[u32; 2]; 128]; 8] = {
    let mut places = [[[0; 2]; 128]; 8];
    let mut to = 0;
    while to < 48 {
        let from = PC2[to] as usize - 1;
        let (six, bit) = (to / 6, 5 - to % 6);
        let mut seven = 0;
        while seven < 128 {
            let chosen = (seven >> (6 - from % 7) & 1) as u32;
            places[from / 7][seven][six % 2] |= chosen << (24 - 8 * (six / 2) + bit);
            seven += 1;
        }
        to += 1;
    }
    places
};

/// The result of each S-box for its six bits, permuted by P, and rotated left by one bit like the
/// halves.
static TABLES: [[u32; 64]; 8] = {
    let mut tables = [[0; 64]; 8];
    let mut i = 0;
    while i < 8 {
        let mut six = 0;
        while six < 64 {
            // The outer bits choose the row, the inner ones the column.
            let index = (six >> 5 << 1 | six & 1) * 16 + (six >> 1 & 0xf);
            let given = (S_BOXES[i][index] as u32) << (28 - 4 * i);
            let mut bit = 0;
            while bit < 32 {
                tables[i][six] |= (given >> (32 - P[bit]) & 1) << (31 - bit);
                bit += 1;
            }
            tables[i][six] = tables[i][six].rotate_left(1);
            six += 1;
        }
        i += 1;
    }
    tables
};

/// FIPS 46-3, Appendix 1: the bits of the key in the order in which they are taken, the first being
/// bit 1.
#[rustfmt::skip]
const PC1: [u8; 56] = [
    57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36,
    63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4,
];

#[rustfmt::skip]
const PC2: [u8; 48] = [
    14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2,
    41, 52, 31, 37, 47, 55, 30, 40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32,
];

#[rustfmt::skip]
const P: [usize; 32] = [
    16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25,
];

#[rustfmt::skip]
const S_BOXES: [[u8; 64]; 8] = [
    [
        14,  4, 13,  1,  2, 15, 11,  8,  3, 10,  6, 12,  5,  9,  0,  7,
         0, 15,  7,  4, 14,  2, 13,  1, 10,  6, 12, 11,  9,  5,  3,  8,
         4,  1, 14,  8, 13,  6,  2, 11, 15, 12,  9,  7,  3, 10,  5,  0,
        15, 12,  8,  2,  4,  9,  1,  7,  5, 11,  3, 14, 10,  0,  6, 13,
    ],
    [
        15,  1,  8, 14,  6, 11,  3,  4,  9,  7,  2, 13, 12,  0,  5, 10,
         3, 13,  4,  7, 15,  2,  8, 14, 12,  0,  1, 10,  6,  9, 11,  5,
         0, 14,  7, 11, 10,  4, 13,  1,  5,  8, 12,  6,  9,  3,  2, 15,
        13,  8, 10,  1,  3, 15,  4,  2, 11,  6,  7, 12,  0,  5, 14,  9,
    ],
    [
        10,  0,  9, 14,  6,  3, 15,  5,  1, 13, 12,  7, 11,  4,  2,  8,
        13,  7,  0,  9,  3,  4,  6, 10,  2,  8,  5, 14, 12, 11, 15,  1,
        13,  6,  4,  9,  8, 15,  3,  0, 11,  1,  2, 12,  5, 10, 14,  7,
         1, 10, 13,  0,  6,  9,  8,  7,  4, 15, 14,  3, 11,  5,  2, 12,
    ],
    [
         7, 13, 14,  3,  0,  6,  9, 10,  1,  2,  8,  5, 11, 12,  4, 15,
        13,  8, 11,  5,  6, 15,  0,  3,  4,  7,  2, 12,  1, 10, 14,  9,
        10,  6,  9,  0, 12, 11,  7, 13, 15,  1,  3, 14,  5,  2,  8,  4,
         3, 15,  0,  6, 10,  1, 13,  8,  9,  4,  5, 11, 12,  7,  2, 14,
    ],
    [
         2, 12,  4,  1,  7, 10, 11,  6,  8,  5,  3, 15, 13,  0, 14,  9,
        14, 11,  2, 12,  4,  7, 13,  1,  5,  0, 15, 10,  3,  9,  8,  6,
         4,  2,  1, 11, 10, 13,  7,  8, 15,  9, 12,  5,  6,  3,  0, 14,
        11,  8, 12,  7,  1, 14,  2, 13,  6, 15,  0,  9, 10,  4,  5,  3,
    ],
    [
        12,  1, 10, 15,  9,  2,  6,  8,  0, 13,  3,  4, 14,  7,  5, 11,
        10, 15,  4,  2,  7, 12,  9,  5,  6,  1, 13, 14,  0, 11,  3,  8,
         9, 14, 15,  5,  2,  8, 12,  3,  7,  0,  4, 10,  1, 13, 11,  6,
         4,  3,  2, 12,  9,  5, 15, 10, 11, 14,  1,  7,  6,  0,  8, 13,
    ],
    [
         4, 11,  2, 14, 15,  0,  8, 13,  3, 12,  9,  7,  5, 10,  6,  1,
        13,  0, 11,  7,  4,  9,  1, 10, 14,  3,  5, 12,  2, 15,  8,  6,
         1,  4, 11, 13, 12,  3,  7, 14, 10, 15,  6,  8,  0,  5,  9,  2,
         6, 11, 13,  8,  1,  4, 10,  7,  9,  5,  0, 15, 14,  2,  3, 12,
    ],
    [
        13,  2,  8,  4,  6, 15, 11,  1, 10,  9,  3, 14,  5,  0, 12,  7,
         1, 15, 13,  8, 10,  3,  7,  4, 12,  5,  6, 11,  0, 14,  9,  2,
         7, 11,  4,  1,  9, 12, 14,  2,  0,  6, 10, 13, 15,  3,  5,  8,
         2,  1, 14,  7,  4, 10,  8, 13, 15, 12,  9,  0,  3,  5,  6, 11,
    ],
];
