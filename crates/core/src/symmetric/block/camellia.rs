//! Camellia (RFC 3713), with tables: its duration may tell an attacker on the same machine about
//! the key.

use ironlatch_engine::opaque;
use zeroize::Zeroizing;

use super::BlockKey;

/// How many blocks are worked on side by side: one alone does not keep the processor busy.
const LANES: usize = 2;

/// Camellia under a key.
pub(super) struct Camellia {
    encrypt: Zeroizing<Subkeys>,
    decrypt: Zeroizing<Subkeys>,
}

/// The subkeys in the order in which they are used (RFC 3713 §2.2, §2.3).
#[derive(Clone, Copy, Default)]
struct Subkeys {
    /// kw1 and kw2, or kw3 and kw4.
    first: [u64; 2],
    last: [u64; 2],
    /// Six rounds each.
    rounds: [[u64; 6]; 4],
    /// Between the sixes: for FL and for its inverse.
    between: [[u64; 2]; 3],
    /// How many sixes there are: 3 for a key of 16 bytes, else 4.
    sixes: usize,
}

impl zeroize::DefaultIsZeroes for Subkeys {}

impl Camellia {
    /// A cipher under a key of 16, 24 or 32 bytes.
    pub(super) fn new(key: &[u8]) -> Option<Self> {
        let word = |at: usize| Some(u64::from_be_bytes(*key.get(at..at + 8)?.first_chunk()?));
        let left = join(word(0)?, word(8)?);
        let right = match key.len() {
            16 => 0,
            24 => join(word(16)?, !word(16)?),
            32 => join(word(16)?, word(24)?),
            _ => return None,
        };
        let encrypt = Zeroizing::new(if key.len() == 16 { Subkeys::short(left) } else { Subkeys::long(left, right) });
        let decrypt = Zeroizing::new(encrypt.reversed());
        Some(Self { encrypt, decrypt })
    }
}

impl BlockKey<16> for Camellia {
    fn encrypt_block(&self, block: &mut [u8; 16]) {
        self.encrypt.crypt(core::array::from_mut(block));
    }

    fn decrypt_block(&self, block: &mut [u8; 16]) {
        self.decrypt.crypt(core::array::from_mut(block));
    }

    fn encrypt_blocks(&self, blocks: &mut [[u8; 16]]) {
        self.encrypt.crypt_blocks(blocks);
    }

    fn decrypt_blocks(&self, blocks: &mut [[u8; 16]]) {
        self.decrypt.crypt_blocks(blocks);
    }
}

impl Subkeys {
    /// RFC 3713 §2.2, for keys of 128 bits.
    fn short(kl: u128) -> Self {
        let (ka, _) = mix(kl, 0);
        let [kl, ka] = [kl, ka].map(|k| move |by| split(k.rotate_left(by)));
        let (k9, k10) = (ka(45)[0], kl(60)[1]);
        Self {
            first: kl(0),
            rounds: [six(ka(0), kl(15), ka(15)), six(kl(45), [k9, k10], ka(60)), six(kl(94), ka(94), kl(111)), [0; 6]],
            between: [ka(30), kl(77), [0; 2]],
            last: ka(111),
            sixes: 3,
        }
    }

    /// RFC 3713 §2.2, for keys of 192 and 256 bits.
    fn long(kl: u128, kr: u128) -> Self {
        let (ka, kb) = mix(kl, kr);
        let [kl, kr, ka, kb] = [kl, kr, ka, kb].map(|k| move |by| split(k.rotate_left(by)));
        Self {
            first: kl(0),
            rounds: [
                six(kb(0), kr(15), ka(15)),
                six(kb(30), kl(45), ka(45)),
                six(kr(60), kb(60), kl(77)),
                six(kr(94), ka(94), kl(111)),
            ],
            between: [kr(30), kl(60), ka(77)],
            last: kb(111),
            sixes: 4,
        }
    }

    /// RFC 3713 §2.3.3: decryption is encryption with the subkeys in the other order.
    fn reversed(&self) -> Self {
        let mut other = Self { first: self.last, last: self.first, ..*self };
        let rounds = &mut other.rounds[..self.sixes];
        rounds.reverse();
        rounds.iter_mut().for_each(|six| six.reverse());
        let between = &mut other.between[..self.sixes - 1];
        between.reverse();
        between.iter_mut().for_each(|pair| pair.reverse());
        other
    }

    fn crypt_blocks(&self, blocks: &mut [[u8; 16]]) {
        let (groups, rest) = blocks.as_chunks_mut::<LANES>();
        groups.iter_mut().for_each(|group| self.crypt(group));
        rest.iter_mut().for_each(|block| self.crypt(core::array::from_mut(block)));
    }

    /// RFC 3713 §2.3, for some blocks side by side.
    #[inline(always)]
    fn crypt<const N: usize>(&self, blocks: &mut [[u8; 16]; N]) {
        let mut d1 = [0; N];
        let mut d2 = [0; N];
        for i in 0..N {
            let [high, low] = split(u128::from_be_bytes(blocks[i]));
            (d1[i], d2[i]) = (high ^ self.first[0], low ^ self.first[1]);
        }
        for (number, six) in self.rounds[..self.sixes].iter().enumerate() {
            if number > 0 {
                let [ke1, ke2] = self.between[number - 1];
                (0..N).for_each(|i| (d1[i], d2[i]) = (fl(d1[i], ke1), fl_inverse(d2[i], ke2)));
            }
            if N == 1 {
                six_rounds_alone(&mut d1[0], &mut d2[0], six);
                continue;
            }
            for [k1, k2] in six.as_chunks().0 {
                (0..N).for_each(|i| d2[i] ^= f(d1[i] ^ k1));
                (0..N).for_each(|i| d1[i] ^= f(d2[i] ^ k2));
            }
        }
        for i in 0..N {
            blocks[i] = join(d2[i] ^ self.last[0], d1[i] ^ self.last[1]).to_be_bytes();
        }
    }
}

/// Six rounds of a block that has no other at its side, as in CBC: what counts is the time from one
/// round to the next. So the key of the next round is added while the tables are being read.
#[inline(always)]
fn six_rounds_alone(d1: &mut u64, d2: &mut u64, keys: &[u64; 6]) {
    let mut x = *d1 ^ keys[0];
    for round in 0..6 {
        let half = if round % 2 == 0 { &mut *d2 } else { &mut *d1 };
        let keyed = opaque(*half ^ keys[(round + 1) % 6]);
        let out = f(x);
        *half ^= out;
        x = keyed ^ out;
    }
}

fn six(a: [u64; 2], b: [u64; 2], c: [u64; 2]) -> [u64; 6] {
    [a[0], a[1], b[0], b[1], c[0], c[1]]
}

/// KA and KB of RFC 3713 §2.2.
fn mix(kl: u128, kr: u128) -> (u128, u128) {
    let two_rounds = |value: u128, sigma: &[u64]| {
        let [mut d1, mut d2] = split(value);
        d2 ^= f(d1 ^ sigma[0]);
        d1 ^= f(d2 ^ sigma[1]);
        join(d1, d2)
    };
    let ka = two_rounds(two_rounds(kl ^ kr, &SIGMA[..2]) ^ kl, &SIGMA[2..4]);
    (ka, two_rounds(ka ^ kr, &SIGMA[4..]))
}

fn join(high: u64, low: u64) -> u128 {
    u128::from(high) << 64 | u128::from(low)
}

fn split(value: u128) -> [u64; 2] {
    [(value >> 64) as u64, value as u64]
}

/// RFC 3713 §2.4.1, of a half with its key added: the S-boxes and the permutation in one, as each
/// byte has its own table.
#[inline(always)]
fn f(x: u64) -> u64 {
    let from: [u64; 8] = core::array::from_fn(|i| TABLES[i][usize::from((x >> (56 - 8 * i)) as u8)]);
    // Two chains side by side, which the compiler would join: in one chain each step waits for the
    // one before.
    opaque(from[0] ^ from[1] ^ from[2] ^ from[3]) ^ opaque(from[4] ^ from[5] ^ from[6] ^ from[7])
}

/// RFC 3713 §2.4.2.
fn fl(x: u64, key: u64) -> u64 {
    let ([x1, x2], [k1, k2]) = (halves(x), halves(key));
    let x2 = x2 ^ (x1 & k1).rotate_left(1);
    let x1 = x1 ^ (x2 | k2);
    u64::from(x1) << 32 | u64::from(x2)
}

/// RFC 3713 §2.4.3.
fn fl_inverse(y: u64, key: u64) -> u64 {
    let ([y1, y2], [k1, k2]) = (halves(y), halves(key));
    let y1 = y1 ^ (y2 | k2);
    let y2 = y2 ^ (y1 & k1).rotate_left(1);
    u64::from(y1) << 32 | u64::from(y2)
}

fn halves(x: u64) -> [u32; 2] {
    [(x >> 32) as u32, x as u32]
}

/// The contribution of each byte of the input to the whole output (RFC 3713 §2.4.1).
static TABLES: [[u64; 256]; 8] = {
    // For each of z1 to z8, the bytes y1 to y8 that it goes into, y1 being the highest bit.
    let spread: [u8; 8] =
        [0b1110_1001, 0b0111_1100, 0b1011_0110, 0b1101_0011, 0b0111_0111, 0b1011_1011, 0b1101_1101, 0b1110_1110];
    let mut tables = [[0; 256]; 8];
    let mut i = 0;
    while i < 8 {
        let mut x = 0;
        while x < 256 {
            let s1 = S1[x];
            let z = match i {
                0 | 7 => s1,
                1 | 4 => s1.rotate_left(1),
                2 | 5 => s1.rotate_right(1),
                _ => S1[(x as u8).rotate_left(1) as usize],
            };
            let mut y = 0;
            while y < 8 {
                if spread[i] & 0x80 >> y != 0 {
                    tables[i][x] |= (z as u64) << (56 - 8 * y);
                }
                y += 1;
            }
            x += 1;
        }
        i += 1;
    }
    tables
};

/// RFC 3713 §2.2.
const SIGMA: [u64; 6] = [
    0xa09e_667f_3bcc_908b,
    0xb67a_e858_4caa_73b2,
    0xc6ef_372f_e94f_82be,
    0x54ff_53a5_f1d3_6f1c,
    0x10e5_27fa_de68_2d1d,
    0xb056_88c2_b3e6_c1fd,
];

/// RFC 3713 §2.4.1.
#[rustfmt::skip]
const S1: [u8; 256] = [
    0x70, 0x82, 0x2c, 0xec, 0xb3, 0x27, 0xc0, 0xe5, 0xe4, 0x85, 0x57, 0x35, 0xea, 0x0c, 0xae, 0x41,
    0x23, 0xef, 0x6b, 0x93, 0x45, 0x19, 0xa5, 0x21, 0xed, 0x0e, 0x4f, 0x4e, 0x1d, 0x65, 0x92, 0xbd,
    0x86, 0xb8, 0xaf, 0x8f, 0x7c, 0xeb, 0x1f, 0xce, 0x3e, 0x30, 0xdc, 0x5f, 0x5e, 0xc5, 0x0b, 0x1a,
    0xa6, 0xe1, 0x39, 0xca, 0xd5, 0x47, 0x5d, 0x3d, 0xd9, 0x01, 0x5a, 0xd6, 0x51, 0x56, 0x6c, 0x4d,
    0x8b, 0x0d, 0x9a, 0x66, 0xfb, 0xcc, 0xb0, 0x2d, 0x74, 0x12, 0x2b, 0x20, 0xf0, 0xb1, 0x84, 0x99,
    0xdf, 0x4c, 0xcb, 0xc2, 0x34, 0x7e, 0x76, 0x05, 0x6d, 0xb7, 0xa9, 0x31, 0xd1, 0x17, 0x04, 0xd7,
    0x14, 0x58, 0x3a, 0x61, 0xde, 0x1b, 0x11, 0x1c, 0x32, 0x0f, 0x9c, 0x16, 0x53, 0x18, 0xf2, 0x22,
    0xfe, 0x44, 0xcf, 0xb2, 0xc3, 0xb5, 0x7a, 0x91, 0x24, 0x08, 0xe8, 0xa8, 0x60, 0xfc, 0x69, 0x50,
    0xaa, 0xd0, 0xa0, 0x7d, 0xa1, 0x89, 0x62, 0x97, 0x54, 0x5b, 0x1e, 0x95, 0xe0, 0xff, 0x64, 0xd2,
    0x10, 0xc4, 0x00, 0x48, 0xa3, 0xf7, 0x75, 0xdb, 0x8a, 0x03, 0xe6, 0xda, 0x09, 0x3f, 0xdd, 0x94,
    0x87, 0x5c, 0x83, 0x02, 0xcd, 0x4a, 0x90, 0x33, 0x73, 0x67, 0xf6, 0xf3, 0x9d, 0x7f, 0xbf, 0xe2,
    0x52, 0x9b, 0xd8, 0x26, 0xc8, 0x37, 0xc6, 0x3b, 0x81, 0x96, 0x6f, 0x4b, 0x13, 0xbe, 0x63, 0x2e,
    0xe9, 0x79, 0xa7, 0x8c, 0x9f, 0x6e, 0xbc, 0x8e, 0x29, 0xf5, 0xf9, 0xb6, 0x2f, 0xfd, 0xb4, 0x59,
    0x78, 0x98, 0x06, 0x6a, 0xe7, 0x46, 0x71, 0xba, 0xd4, 0x25, 0xab, 0x42, 0x88, 0xa2, 0x8d, 0xfa,
    0x72, 0x07, 0xb9, 0x55, 0xf8, 0xee, 0xac, 0x0a, 0x36, 0x49, 0x2a, 0x68, 0x3c, 0x38, 0xf1, 0xa4,
    0x40, 0x28, 0xd3, 0x7b, 0xbb, 0xc9, 0x43, 0xc1, 0x15, 0xe3, 0xad, 0xf4, 0x77, 0xc7, 0x80, 0x9e,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_side_by_side_are_the_blocks_alone() {
        for len in [16, 24, 32] {
            let key: Vec<u8> = (0..len).map(|i: u8| i.wrapping_mul(37)).collect();
            let camellia = Camellia::new(&key).unwrap();
            let blocks: [[u8; 16]; 5] = core::array::from_fn(|i| [(i as u8).wrapping_mul(51) ^ len; 16]);
            let (mut alone, mut together) = (blocks, blocks);
            alone.iter_mut().for_each(|block| camellia.encrypt_block(block));
            camellia.encrypt_blocks(&mut together);
            assert_eq!(alone, together);
            alone.iter_mut().for_each(|block| camellia.decrypt_block(block));
            camellia.decrypt_blocks(&mut together);
            assert_eq!((alone, together), (blocks, blocks));
        }
    }
}
