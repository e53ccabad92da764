//! AES by the block, for modes that AWS-LC has not, or has not in one piece: CBC-MAC, OCB,
//! counters.
//!
//! On x86-64 processors with AES instructions the blocks are ours: chained for a MAC, or many at
//! once, with 512-bit vectors where there are such (VAES). Elsewhere AWS-LC computes each block.
//! Either way there is no table and no branch that depends on key or data.

#[cfg(target_arch = "x86_64")]
mod hardware;
mod ocb;
#[cfg(target_arch = "x86_64")]
mod schedule;

pub mod modes;

use aws_lc_sys as c;

use crate::error::EngineError;
use crate::output::Output;
use crate::system::stack::wiped_little;

pub use ocb::{Direction, Ocb};

/// The length of a block in bytes.
pub const BLOCK_LEN: usize = 16;

/// A block.
pub type Block = [u8; BLOCK_LEN];

/// Adds `other` to `block`, bit by bit.
pub fn xor(block: &mut Block, other: &Block) {
    block.iter_mut().zip(other).for_each(|(byte, other)| *byte ^= other);
}

/// Doubles a block in GF(2¹²⁸) (RFC 7253 §2, NIST SP 800-38B §6.1), without a branch on it.
#[must_use]
pub fn double(block: &Block) -> Block {
    let number = u128::from_be_bytes(*block);
    let carry = (number >> 127).wrapping_neg() & 0x87;
    ((number << 1) ^ carry).to_be_bytes()
}

/// A key, expanded once. It is wiped when dropped.
pub struct Key {
    // In a box, so that a move leaves no copy behind.
    schedules: Box<Schedules>,
}

struct Schedules {
    encrypt: c::AES_KEY,
    #[cfg(target_arch = "x86_64")]
    hardware: Option<hardware::Keys>,
}

impl Key {
    /// Expands a key of 16, 24 or 32 bytes.
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if it has another length.
    pub fn new(key: &[u8]) -> Result<Self, EngineError> {
        let bits = match key.len() {
            16 => 128,
            24 => 192,
            32 => 256,
            _ => return Err(EngineError::InvalidInput),
        };
        let mut schedules = Box::new(Schedules {
            encrypt: c::AES_KEY { rd_key: [0; 60], rounds: 0 },
            #[cfg(target_arch = "x86_64")]
            hardware: hardware::Keys::new(key),
        });
        // SAFETY: C reads `bits / 8` bytes of the key and writes the schedule. It returns 0 if it
        // did.
        let failed = unsafe { c::AES_set_encrypt_key(key.as_ptr(), bits, &raw mut schedules.encrypt) != 0 };
        if failed { Err(EngineError::Internal) } else { Ok(Self { schedules }) }
    }

    /// Encrypts one block.
    #[must_use]
    pub fn encrypt(&self, block: &Block) -> Block {
        let mut out = [0; BLOCK_LEN];
        // SAFETY: C reads 16 bytes and the schedule, and writes 16 bytes.
        unsafe { c::AES_encrypt(block.as_ptr(), out.as_mut_ptr(), &raw const self.schedules.encrypt) };
        out
    }

    /// CBC-MAC: for each block in turn, `state` becomes the encryption of `state` XOR the block.
    pub fn cbc_mac(&self, state: &mut Block, blocks: &[Block]) {
        #[cfg(target_arch = "x86_64")]
        if let Some(keys) = &self.schedules.hardware {
            return keys.cbc_mac(state, blocks);
        }
        for block in blocks {
            state.iter_mut().zip(block).for_each(|(state, byte)| *state ^= byte);
            *state = self.encrypt(state);
        }
    }

    /// [`ctr`](Self::ctr) on whole blocks, with [`cbc_mac`](Self::cbc_mac) over the plaintext:
    /// `input` to encrypt, `out` to decrypt.
    ///
    /// # Panics
    /// If `out` is not as long as `input`.
    pub fn ctr_and_mac<'o>(
        &self,
        direction: Direction,
        counter: &Block,
        state: &mut Block,
        input: &[Block],
        out: Output<'o>,
    ) -> &'o mut [u8] {
        assert_eq!(out.len(), size_of_val(input), "the output is not as long as the input");
        #[cfg(target_arch = "x86_64")]
        if let Some(keys) = &self.schedules.hardware {
            let mut out = out;
            // SAFETY: `out` has room for as many blocks as `input` has, and is exclusive; all of it
            // is written.
            unsafe {
                wiped_little(|| keys.ctr_and_mac(direction, counter, state, input, out.as_mut_ptr().cast()));
                return out.assume_written();
            }
        }
        let done = self.ctr(counter, input.as_flattened(), out);
        match direction {
            Direction::Encrypt => self.cbc_mac(state, input),
            Direction::Decrypt => self.cbc_mac(state, done.as_chunks().0),
        }
        done
    }

    /// Counter mode: `out` becomes `input` XOR the encryptions of `counter`, a big-endian number,
    /// and of those after it.
    ///
    /// # Panics
    /// If `out` is not as long as `input`.
    pub fn ctr<'o>(&self, counter: &Block, input: &[u8], mut out: Output<'o>) -> &'o mut [u8] {
        assert_eq!(out.len(), input.len(), "the output is not as long as the input");
        let (mut counter, mut key_stream, mut used) = (*counter, [0; BLOCK_LEN], 0);
        // SAFETY: C reads `input.len()` bytes and the schedule, and writes as many, which `out`
        // holds; `out` is exclusive, so it overlaps no input. The other three are the state of the
        // counter.
        unsafe {
            c::AES_ctr128_encrypt(
                input.as_ptr(),
                out.as_mut_ptr(),
                input.len(),
                &raw const self.schedules.encrypt,
                counter.as_mut_ptr(),
                key_stream.as_mut_ptr(),
                &raw mut used,
            );
        }
        zeroize::Zeroize::zeroize(&mut key_stream);
        // SAFETY: C wrote all of it.
        unsafe { out.assume_written() }
    }
}

impl core::fmt::Debug for Key {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("aes::Key(<redacted>)")
    }
}

impl Drop for Schedules {
    fn drop(&mut self) {
        use zeroize::Zeroize;
        self.encrypt.rd_key.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use hex_literal::hex;

    use super::*;

    #[test]
    fn counters_beside_a_chain() {
        let blocks: Vec<Block> = (0..40u8).map(|i| [i.wrapping_mul(73); BLOCK_LEN]).collect();
        for len in [16, 24, 32] {
            let key = Key::new(&[len as u8; 32][..len]).unwrap();
            for counter in [[9; BLOCK_LEN], [255; BLOCK_LEN]] {
                let (mut sealed, mut opened) = ([0; 40 * BLOCK_LEN], [0; 40 * BLOCK_LEN]);
                let (mut one, mut two, mut expected) = ([3; BLOCK_LEN], [3; BLOCK_LEN], [3; BLOCK_LEN]);
                key.ctr_and_mac(Direction::Encrypt, &counter, &mut one, &blocks, Output::from(&mut sealed[..]));
                let input = sealed.as_chunks().0;
                key.ctr_and_mac(Direction::Decrypt, &counter, &mut two, input, Output::from(&mut opened[..]));
                for block in &blocks {
                    expected.iter_mut().zip(block).for_each(|(state, byte)| *state ^= byte);
                    expected = key.encrypt(&expected);
                }
                assert_eq!((one, two), (expected, expected));
                assert_eq!(opened, blocks.as_flattened());
                // AWS-LC's.
                assert_eq!(key.ctr(&counter, &opened, Output::from(&mut [0; 40 * BLOCK_LEN][..])), sealed);
            }
        }
    }

    /// FIPS 197 appendix C.
    #[test]
    fn vectors() {
        let plaintext = hex!("00112233445566778899aabbccddeeff");
        let key: Vec<u8> = (0..32).collect();
        for (len, ciphertext) in [
            (16, hex!("69c4e0d86a7b0430d8cdb78070b4c55a")),
            (24, hex!("dda97ca4864cdfe06eaf70a0ec0d7191")),
            (32, hex!("8ea2b7ca516745bfeafc49904b496089")),
        ] {
            let key = Key::new(&key[..len]).unwrap();
            assert_eq!(key.encrypt(&plaintext), ciphertext);
            // One block of CBC-MAC from zero is the encryption of the block: here by the
            // instructions, if there are any.
            let mut state = [0; BLOCK_LEN];
            key.cbc_mac(&mut state, &[plaintext]);
            assert_eq!(state, ciphertext);
        }
        assert_eq!(Key::new(&[0; 17]).err(), Some(EngineError::InvalidInput));
    }

    #[test]
    fn the_chain_is_that_of_single_blocks() {
        for len in [16, 24, 32] {
            let key = Key::new(&vec![7; len]).unwrap();
            let blocks: [Block; 5] = core::array::from_fn(|i| [i as u8 + 1; BLOCK_LEN]);
            let (mut fast, mut slow) = ([3; BLOCK_LEN], [3; BLOCK_LEN]);
            key.cbc_mac(&mut fast, &blocks);
            for block in blocks {
                slow.iter_mut().zip(block).for_each(|(state, byte)| *state ^= byte);
                slow = key.encrypt(&slow);
            }
            assert_eq!(fast, slow);
            key.cbc_mac(&mut fast, &[]);
            assert_eq!(fast, slow);
        }
    }

    #[test]
    fn the_counter_carries_over_all_its_bytes() {
        let key = Key::new(&[1; 16]).unwrap();
        let mut out = [0; 40];
        key.ctr(&[0xff; BLOCK_LEN], &[0; 40], Output::from(&mut out[..]));
        assert_eq!(out[..16], key.encrypt(&[0xff; BLOCK_LEN]));
        assert_eq!(out[16..32], key.encrypt(&[0; BLOCK_LEN]));
        let mut one = [0; BLOCK_LEN];
        one[15] = 1;
        assert_eq!(out[32..], key.encrypt(&one)[..8]);
    }
}
