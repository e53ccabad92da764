//! The blocks of OCB3 (RFC 7253 §4): whole blocks in bulk, with their offsets and their sum. What
//! is around them, the nonce, the last piece and the tag, is the core's.

use aws_lc_sys as c;

use super::{BLOCK_LEN, Block, Key, double, xor};
use crate::error::EngineError;
use crate::output::Output;
use crate::system::stack::wiped_little;

/// Whether whole blocks are encrypted or decrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // The names say it.
pub enum Direction {
    Encrypt,
    Decrypt,
}

/// An AES key with the masks that OCB derives from it. It is wiped when dropped.
pub struct Ocb {
    key: Key,
    decrypt: DecryptionKey,
    masks: Box<Masks>,
}

/// A key for decrypting single blocks. It is wiped when dropped.
struct DecryptionKey(Box<c::AES_KEY>);

impl DecryptionKey {
    /// `key` has a length that AES takes.
    fn new(key: &[u8]) -> Result<Self, EngineError> {
        let mut schedule = Box::new(c::AES_KEY { rd_key: [0; 60], rounds: 0 });
        let bits = 8 * key.len() as u32;
        // SAFETY: C reads as many bits of the key and writes the schedule. It returns 0 if it did.
        let failed = unsafe { c::AES_set_decrypt_key(key.as_ptr(), bits, &raw mut *schedule) != 0 };
        if failed { Err(EngineError::InvalidInput) } else { Ok(Self(schedule)) }
    }

    fn decrypt(&self, block: &Block) -> Block {
        let mut out = [0; BLOCK_LEN];
        // SAFETY: C reads 16 bytes and the schedule, and writes 16 bytes.
        unsafe { c::AES_decrypt(block.as_ptr(), out.as_mut_ptr(), &raw const *self.0) };
        out
    }
}

impl Drop for DecryptionKey {
    fn drop(&mut self) {
        use zeroize::Zeroize;
        self.0.rd_key.zeroize();
    }
}

/// The values called `L` in RFC 7253 §4.1.
struct Masks {
    star: Block,
    dollar: Block,
    /// `L_0`, `L_1` and so on.
    l: [Block; MASKS],
    /// From the offset of a block whose number is a multiple of sixteen to those of the sixteen
    /// after it: all but the last, which lacks one of `l`.
    deltas: [Block; STEP],
}

/// Enough for messages of 2^40 blocks.
const MASKS: usize = 40;
/// Blocks in a step of the bulk code.
const STEP: usize = 16;

/// Where blocks are read, and where they are written to: null for a hash, which only sums them up.
#[derive(Clone, Copy)]
pub(super) struct Lane {
    pub(super) input: *const Block,
    pub(super) out: *mut Block,
}

/// The running offset and sum, and what they are advanced with.
pub(super) struct Offsets<'a> {
    pub(super) offset: &'a mut Block,
    pub(super) sum: &'a mut Block,
    pub(super) deltas: &'a [Block; STEP],
    l: &'a [Block; MASKS],
}

impl Offsets<'_> {
    /// The mask by which the offset of block `number` (from one) differs from that of the block
    /// before.
    #[inline]
    pub(super) fn l(&self, number: usize) -> &Block {
        &self.l[number.trailing_zeros() as usize]
    }
}

impl Ocb {
    /// Expands a key of 16, 24 or 32 bytes.
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if it has another length.
    pub fn new(key: &[u8]) -> Result<Self, EngineError> {
        let (key, decrypt) = (Key::new(key)?, DecryptionKey::new(key)?);
        let star = key.encrypt(&[0; BLOCK_LEN]);
        let dollar = double(&star);
        let mut masks = Box::new(Masks { star, dollar, l: [[0; BLOCK_LEN]; MASKS], deltas: [[0; BLOCK_LEN]; STEP] });
        masks.l[0] = double(&dollar);
        for i in 1..MASKS {
            masks.l[i] = double(&masks.l[i - 1]);
        }
        let mut delta = [0; BLOCK_LEN];
        for i in 0..STEP {
            if i < STEP - 1 {
                xor(&mut delta, &masks.l[(i + 1).trailing_zeros() as usize]);
            }
            masks.deltas[i] = delta;
        }
        Ok(Self { key, decrypt, masks })
    }

    /// The key itself, for single blocks.
    #[must_use]
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// `L_*`, by which the offset of an incomplete last block differs.
    #[must_use]
    pub fn l_star(&self) -> &Block {
        &self.masks.star
    }

    /// `L_$`, which goes into the tag.
    #[must_use]
    pub fn l_dollar(&self) -> &Block {
        &self.masks.dollar
    }

    /// Encrypts or decrypts the first whole blocks of a message into `out`. `offset` goes from that
    /// before the first block to that of the last one; the XOR of the plaintext is added to `sum`.
    ///
    /// # Panics
    /// If `out` is not as long as `input`.
    pub fn crypt<'o>(
        &self,
        direction: Direction,
        offset: &mut Block,
        sum: &mut Block,
        input: &[Block],
        mut out: Output<'o>,
    ) -> &'o mut [u8] {
        assert_eq!(out.len(), size_of_val(input), "the output is not as long as the input");
        let lane = Lane { input: input.as_ptr(), out: out.as_mut_ptr().cast() };
        let mut offsets = Offsets { offset, sum, deltas: &self.masks.deltas, l: &self.masks.l };
        // SAFETY: `input` has this number of blocks and `out` room for as many; `out` is exclusive,
        // so it overlaps no input.
        wiped_little(|| unsafe { self.run(direction, lane, input.len(), &mut offsets) });
        // SAFETY: all blocks were written.
        unsafe { out.assume_written() }
    }

    /// Adds to `sum` the encryptions of the first whole blocks of associated data (HASH of RFC 7253
    /// §4.1).
    pub fn hash(&self, offset: &mut Block, sum: &mut Block, input: &[Block]) {
        let lane = Lane { input: input.as_ptr(), out: core::ptr::null_mut() };
        let mut offsets = Offsets { offset, sum, deltas: &self.masks.deltas, l: &self.masks.l };
        // SAFETY: `input` has this number of blocks, and nothing is written.
        wiped_little(|| unsafe { self.run(Direction::Encrypt, lane, input.len(), &mut offsets) });
    }

    /// # Safety
    /// `lane.input` is valid for reads of `len` blocks; `lane.out` is null, or valid for writes of
    /// as many and apart from the input.
    unsafe fn run(&self, direction: Direction, lane: Lane, len: usize, offsets: &mut Offsets<'_>) {
        #[cfg(target_arch = "x86_64")]
        let done = match &self.key.schedules.hardware {
            // SAFETY: the caller's promise.
            Some(keys) => unsafe { keys.ocb(direction, lane, len, offsets) },
            None => 0,
        };
        #[cfg(not(target_arch = "x86_64"))]
        let done = 0;
        for at in done..len {
            let mask = *offsets.l(at + 1);
            xor(offsets.offset, &mask);
            // SAFETY: `at` is below `len`.
            let input = unsafe { lane.input.add(at).read() };
            let mut block = input;
            xor(&mut block, offsets.offset);
            block = match direction {
                Direction::Encrypt => self.key.encrypt(&block),
                Direction::Decrypt => self.decrypt.decrypt(&block),
            };
            if lane.out.is_null() {
                xor(offsets.sum, &block);
                continue;
            }
            xor(&mut block, offsets.offset);
            xor(offsets.sum, if direction == Direction::Encrypt { &input } else { &block });
            // SAFETY: `at` is below `len`.
            unsafe { lane.out.add(at).write(block) };
        }
    }
}

impl core::fmt::Debug for Ocb {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("aes::Ocb(<redacted>)")
    }
}

impl Drop for Masks {
    fn drop(&mut self) {
        use zeroize::Zeroize;
        self.star.zeroize();
        self.dollar.zeroize();
        self.l.zeroize();
        self.deltas.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(len: usize) -> Vec<Block> {
        (0..len).map(|i| core::array::from_fn(|j| (i * 31 + j * 7) as u8)).collect()
    }

    fn crypt(ocb: &Ocb, direction: Direction, input: &[Block]) -> (Vec<u8>, Block, Block) {
        let (mut offset, mut sum) = ([5; BLOCK_LEN], [9; BLOCK_LEN]);
        let mut out = vec![0; size_of_val(input)];
        ocb.crypt(direction, &mut offset, &mut sum, input, Output::from(&mut out[..]));
        (out, offset, sum)
    }

    /// All ways of computing give what AWS-LC's blocks give.
    #[test]
    #[cfg(target_arch = "x86_64")]
    fn all_ways_agree() {
        for key_len in [16, 24, 32] {
            let key: Vec<u8> = (0..key_len).map(|i| i as u8 * 3).collect();
            let wide = Ocb::new(&key).unwrap();
            let mut narrow = Ocb::new(&key).unwrap();
            if let Some(keys) = &mut narrow.key.schedules.hardware {
                keys.narrow();
            }
            let mut plain = Ocb::new(&key).unwrap();
            plain.key.schedules.hardware = None;
            for len in [0, 1, 7, 8, 15, 16, 17, 31, 32, 100, 1024, 1029] {
                let input = message(len);
                for direction in [Direction::Encrypt, Direction::Decrypt] {
                    let expected = crypt(&plain, direction, &input);
                    assert_eq!(crypt(&wide, direction, &input), expected, "{key_len} {len} {direction:?}");
                    assert_eq!(crypt(&narrow, direction, &input), expected, "{key_len} {len} {direction:?}");
                }
                let hash = |ocb: &Ocb| {
                    let (mut offset, mut sum) = ([0; BLOCK_LEN], [0; BLOCK_LEN]);
                    ocb.hash(&mut offset, &mut sum, &input);
                    (offset, sum)
                };
                assert_eq!(hash(&wide), hash(&plain));
                assert_eq!(hash(&narrow), hash(&plain));
            }
        }
    }

    #[test]
    fn decrypts_what_it_encrypts() {
        let ocb = Ocb::new(&[1; 16]).unwrap();
        let input = message(77);
        let (ciphertext, offset, sum) = crypt(&ocb, Direction::Encrypt, &input);
        let (blocks, _) = ciphertext.as_chunks();
        assert_eq!(crypt(&ocb, Direction::Decrypt, blocks), (input.concat(), offset, sum));
    }

    #[test]
    fn doubling() {
        assert_eq!(double(&[0x80; 16])[15], 0x87);
        assert_eq!(double(&[0x40; 16]), [0x80; 16]);
    }
}
