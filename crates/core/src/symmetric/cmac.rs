//! CMAC, a message authentication code made of a block cipher (NIST SP 800-38B, RFC 4493).
//!
//! ```
//! use ironlatch::symmetric::{cipher::BlockCipher, cmac::Cmac};
//!
//! let mut mac = Cmac::new(BlockCipher::Aes, &[7; 32])?;
//! mac.update(b"message");
//! assert!(mac.verify(b"not the code").is_err());
//! # Ok::<(), ironlatch::Error>(())
//! ```

use zeroize::Zeroizing;

use super::cipher::{BlockCipher, Chain, Direction, Mode, supported};
use super::scratch::Scratch;
use crate::constant_time::bytes_eq;
use crate::error::Mac;
use crate::error::Unsupported;
use crate::secret::wipes_stack;
use crate::{Error, Output, Result};

/// The longest block of all ciphers, and so the longest code.
pub const MAX_TAG_LEN: usize = 16;

/// How much goes through the cipher at once; what comes out is thrown away but for the last block.
const PIECE: usize = 2048;

/// A message authentication code in progress. It is wiped when it is dropped.
#[derive(Clone)]
pub struct Cmac {
    /// The cipher in CBC from an initialization vector of zeros: its last block is the code (SP
    /// 800-38B §6.2).
    chain: Chain,
    block_len: usize,
    /// K1, for a last block that is whole, and K2, for one that is padded.
    subkeys: Box<Zeroizing<[[u8; MAX_TAG_LEN]; 2]>>,
    /// The bytes that may be the last block: held back until more come.
    last: Zeroizing<[u8; MAX_TAG_LEN]>,
    last_len: usize,
}

impl Cmac {
    /// The code of nothing yet, under a key of a length that `cipher` takes.
    ///
    /// # Errors
    /// [`Error::Unsupported`] if the cipher takes no such key.
    #[wipes_stack]
    pub fn new(cipher: BlockCipher, key: &[u8]) -> Result<Self> {
        if !supported(cipher, key.len(), Mode::Cbc) {
            return Err(Error::unsupported(Unsupported::Cipher, "CMAC is not supported with this algorithm"));
        }
        let block_len = cipher.block_len();
        let zeros = [0; MAX_TAG_LEN];
        let zeros = &zeros[..block_len];
        let mut chain = Chain::new(cipher, Mode::Cbc, Direction::Encrypt, key, zeros)?;
        let mut subkeys = Box::new(Zeroizing::new([[0; MAX_TAG_LEN]; 2]));
        let [k1, k2] = &mut **subkeys;
        chain.update(zeros, (&mut k1[..block_len]).into())?;
        chain.reset(zeros)?;
        double(&mut k1[..block_len]);
        *k2 = *k1;
        double(&mut k2[..block_len]);
        Ok(Self { chain, block_len, subkeys, last: Zeroizing::default(), last_len: 0 })
    }

    /// The code's length in bytes: that of the cipher's block.
    #[must_use]
    pub fn tag_len(&self) -> usize {
        self.block_len
    }

    /// Takes `data` in.
    #[wipes_stack]
    pub fn update(&mut self, data: &[u8]) {
        let room = self.block_len - self.last_len;
        if data.len() <= room {
            self.hold(data);
            return;
        }
        let (head, data) = data.split_at(room);
        self.hold(head);
        let whole = (data.len() - 1) / self.block_len * self.block_len;
        let (blocks, tail) = data.split_at(whole);
        let last = self.last.clone();
        self.absorb(&last[..self.block_len]);
        blocks.chunks(PIECE).for_each(|piece| self.absorb(piece));
        self.last_len = 0;
        self.hold(tail);
    }

    /// Returns the code of all that came in.
    #[must_use]
    pub fn finalize(self) -> Vec<u8> {
        let mut code = vec![0; self.tag_len()];
        self.finalize_into(Output::from(&mut code[..]));
        code
    }

    /// Writes the code of all that came in.
    ///
    /// # Panics
    /// If `out` is not [`tag_len`](Self::tag_len) bytes long.
    #[wipes_stack]
    pub fn finalize_into(mut self, out: Output<'_>) -> &mut [u8] {
        self.write_code(out)
    }

    /// Writes the code of all input so far, and restarts under the same key.
    ///
    /// # Panics
    /// If `out` is not [`tag_len`](Self::tag_len) bytes long.
    #[wipes_stack]
    pub fn finalize_into_reset<'a>(&mut self, out: Output<'a>) -> &'a mut [u8] {
        let code = self.write_code(out);
        self.last_len = 0;
        self.chain.reset(&[0; MAX_TAG_LEN][..self.block_len]).expect("nothing is held in the chain");
        code
    }

    /// Compares the code of all that came in with `expected`, in constant time.
    ///
    /// # Errors
    /// [`Error::BadMac`] if they differ.
    #[wipes_stack]
    pub fn verify(mut self, expected: &[u8]) -> Result<()> {
        let mut code = Zeroizing::new([0; MAX_TAG_LEN]);
        let code = &mut code[..self.block_len];
        self.write_code((&mut *code).into());
        if bytes_eq(code, expected) { Ok(()) } else { Err(Error::BadMac(Mac::Cmac)) }
    }

    fn hold(&mut self, bytes: &[u8]) {
        self.last[self.last_len..][..bytes.len()].copy_from_slice(bytes);
        self.last_len += bytes.len();
    }

    /// Whole blocks into the chain.
    fn absorb(&mut self, blocks: &[u8]) {
        let mut through = |scratch: &mut [u8]| {
            self.chain.update(blocks, (&mut scratch[..blocks.len()]).into()).expect("CBC takes any whole blocks");
        };
        if blocks.len() <= MAX_TAG_LEN {
            through(&mut Zeroizing::new([0; MAX_TAG_LEN])[..]);
        } else {
            through(&mut Scratch::<PIECE>::new()[..]);
        }
    }

    fn write_code<'a>(&mut self, out: Output<'a>) -> &'a mut [u8] {
        let [k1, k2] = &**self.subkeys;
        let last = &mut self.last[..self.block_len];
        let subkey = if self.last_len == self.block_len {
            k1
        } else {
            last[self.last_len..].fill(0);
            last[self.last_len] = 0x80;
            k2
        };
        last.iter_mut().zip(subkey).for_each(|(byte, key)| *byte ^= key);
        self.chain.update(last, out).expect("CBC takes any whole blocks")
    }
}

impl core::fmt::Debug for Cmac {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Cmac").field("tag_len", &self.block_len).finish_non_exhaustive()
    }
}

/// Multiplies by x in GF(2^128) or GF(2^64), without a branch on the value (SP 800-38B §5.3, §6.1).
fn double(block: &mut [u8]) {
    let reduction = if block.len() == 16 { 0x87 } else { 0x1b };
    let mut carry = (block[0] >> 7).wrapping_neg() & reduction;
    for byte in block.iter_mut().rev() {
        let next = *byte >> 7;
        *byte = (*byte << 1) ^ carry;
        carry = next;
    }
}
