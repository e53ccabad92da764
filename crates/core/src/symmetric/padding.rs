//! Block paddings: PKCS#7 (RFC 5652 §6.3) and ANSI X9.23.
//!
//! Removing a padding looks at every byte of the last block whatever it holds, so that its duration
//! does not tell which byte was wrong. That alone does not make unauthenticated decryption safe:
//! authenticate the ciphertext first.

use ironlatch_engine::ct;
use zeroize::Zeroizing;

use crate::{Error, Output, Result};

/// How the bytes of a padding before the last, which is its length, are chosen and checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scheme {
    /// Every byte is the length.
    Pkcs7,
    /// Every byte but the last is zero.
    AnsiX923,
}

impl Scheme {
    /// Writes the padding into `block` from `data_len`, which is less than its length, to its end.
    pub fn pad(self, block: &mut [u8], data_len: usize) {
        let padding = &mut block[data_len..];
        let len = padding.len() as u8; // A block has at most 255 bytes.
        padding.fill(match self {
            Self::Pkcs7 => len,
            Self::AnsiX923 => 0,
        });
        if let Some(last) = padding.last_mut() {
            *last = len;
        }
    }

    /// The length of the data in `block` before the padding.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if the padding is not valid.
    pub fn unpadded_len(self, block: &[u8]) -> Result<usize> {
        let invalid = || Error::value("Invalid padding bytes.");
        let (&pad, rest) = block.split_last().ok_or_else(invalid)?;
        let len = u8::try_from(block.len()).map_err(|_| Error::value("a block has at most 255 bytes"))?;
        let (pad, len) = (u32::from(pad), u32::from(len));
        let expected = match self {
            Self::Pkcs7 => pad,
            Self::AnsiX923 => 0,
        };
        // Bits of what is wrong, gathered without a branch. A difference that is negative fills its
        // mask with ones.
        let mut wrong = negative(pad.wrapping_sub(1)) | negative(len.wrapping_sub(pad));
        for (from_end, &byte) in (1u32..).zip(rest.iter().rev()) {
            wrong |= negative(from_end.wrapping_sub(pad)) & (u32::from(byte) ^ expected);
        }
        // Unpadding reveals this much: whether the padding is right, and how long the data is.
        if ct::declassify(core::hint::black_box(wrong) == 0) {
            Ok(ct::declassify(len - pad) as usize)
        } else {
            Err(invalid())
        }
    }
}

/// All ones if `difference` is negative in two's complement, else zero.
fn negative(difference: u32) -> u32 {
    (difference >> 31).wrapping_neg()
}

/// The block length in bytes for `bits`.
///
/// # Errors
/// [`Error::InvalidValue`] unless `bits` is a multiple of 8 from 8 to 2040, since one byte tells
/// the padding's length.
pub fn block_len(bits: i64) -> Result<usize> {
    if !(0..=2040).contains(&bits) {
        return Err(Error::value(format!("block_size must be in range(0, 2041); it is {bits}")));
    }
    if bits % 8 != 0 || bits == 0 {
        return Err(Error::value(format!("block_size must be a multiple of 8, and not 0; it is {bits}")));
    }
    Ok((bits / 8) as usize)
}

/// Pads data that comes in pieces.
#[derive(Debug)]
pub struct Padder {
    scheme: Scheme,
    block_len: usize,
    /// The length so far, modulo the block's.
    held: usize,
}

impl Padder {
    /// A padder for blocks of `block_len` bytes, from 1 to 255 (see [`block_len`]).
    #[must_use]
    pub fn new(scheme: Scheme, block_len: usize) -> Self {
        assert!((1..=255).contains(&block_len), "a block has 1 to 255 bytes");
        Self { scheme, block_len, held: 0 }
    }

    /// Counts `data`, which goes through unchanged.
    pub fn update(&mut self, data: &[u8]) {
        self.held = (self.held + data.len()) % self.block_len;
    }

    /// The padding's length in bytes, from 1 to the block's.
    #[must_use]
    pub fn padding_len(&self) -> usize {
        self.block_len - self.held
    }

    /// Returns the padding, of [`padding_len`](Self::padding_len) bytes.
    #[must_use]
    pub fn finalize(self) -> Vec<u8> {
        let mut padding = vec![0; self.padding_len()];
        self.finalize_into(padding.as_mut_slice().into());
        padding
    }

    /// Writes the padding into `out` of [`padding_len`](Self::padding_len) bytes.
    pub fn finalize_into(self, out: Output<'_>) -> &mut [u8] {
        assert_eq!(out.len(), self.padding_len(), "the output is not as long as the padding");
        let padding = out.zeroed();
        self.scheme.pad(padding, 0);
        padding
    }
}

/// Removes the padding from data that comes in pieces, holding back what may be the last block.
#[derive(Debug)]
pub struct Unpadder {
    scheme: Scheme,
    block_len: usize,
    held: Zeroizing<Vec<u8>>,
}

impl Unpadder {
    /// An unpadder for blocks of `block_len` bytes, from 1 to 255 (see [`block_len`]).
    #[must_use]
    pub fn new(scheme: Scheme, block_len: usize) -> Self {
        assert!((1..=255).contains(&block_len), "a block has 1 to 255 bytes");
        // Room for all that is ever held, so that the vector never moves and leaves a copy behind.
        Self { scheme, block_len, held: Zeroizing::new(Vec::with_capacity(block_len)) }
    }

    /// How many bytes [`update`](Self::update) gives for `len` more: all whole blocks but the last.
    #[must_use]
    pub fn output_len(&self, len: usize) -> usize {
        (self.held.len() + len).saturating_sub(1) / self.block_len * self.block_len
    }

    /// Takes `data` and returns what is surely not padding.
    #[must_use]
    pub fn update(&mut self, data: &[u8]) -> Vec<u8> {
        let mut through = vec![0; self.output_len(data.len())];
        self.update_into(data, through.as_mut_slice().into());
        through
    }

    /// Takes `data` and writes what is surely not padding into `out` of
    /// [`output_len`](Self::output_len) bytes.
    pub fn update_into<'o>(&mut self, data: &[u8], out: Output<'o>) -> &'o mut [u8] {
        let result_len = self.output_len(data.len());
        assert_eq!(out.len(), result_len, "the output is not as long as the result");
        let mut writer = out.writer();
        if result_len == 0 {
            self.held.extend_from_slice(data);
        } else {
            let (through, rest) = data.split_at(result_len - self.held.len());
            writer.push(&self.held);
            writer.push(through);
            self.held.clear();
            self.held.extend_from_slice(rest);
        }
        writer.finish()
    }

    /// The rest of the data, without the padding.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if the data is not whole blocks, or the padding not valid.
    pub fn finalize(self) -> Result<Zeroizing<Vec<u8>>> {
        if self.held.len() != self.block_len {
            return Err(Error::value("Invalid padding bytes."));
        }
        let len = self.scheme.unpadded_len(&self.held)?;
        let mut held = self.held;
        held.truncate(len);
        Ok(held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_padding_of_a_block() {
        for scheme in [Scheme::Pkcs7, Scheme::AnsiX923] {
            for len in 0..16 {
                let mut padder = Padder::new(scheme, 16);
                let mut block = vec![0xaa; len];
                padder.update(&block);
                block.extend_from_slice(&padder.finalize());
                assert_eq!(scheme.unpadded_len(&block), Ok(len));
                // Every change within the padding is seen. The last byte of PKCS#7 may become
                // another valid length.
                for at in len..15 {
                    let mut changed = block.clone();
                    changed[at] ^= 0x40;
                    assert!(scheme.unpadded_len(&changed).is_err(), "{scheme:?} {len} {at}");
                }
            }
            for bad in [0, 17, 255] {
                let mut block = [0; 16];
                block[15] = bad;
                assert!(scheme.unpadded_len(&block).is_err());
            }
            assert!(scheme.unpadded_len(&[]).is_err());
        }
    }

    #[test]
    fn pieces_of_every_size_give_the_same() {
        let mut padded: Vec<u8> = (0..45).collect();
        padded.extend_from_slice(&[3, 3, 3]);
        for size in 1..=48 {
            let mut unpadder = Unpadder::new(Scheme::Pkcs7, 16);
            let mut data = Vec::new();
            for piece in padded.chunks(size) {
                data.extend_from_slice(&unpadder.update(piece));
            }
            data.extend_from_slice(&unpadder.finalize().unwrap());
            assert_eq!(data, padded[..45], "pieces of {size}");
        }
    }

    #[test]
    fn sizes() {
        assert_eq!(block_len(128), Ok(16));
        assert_eq!(block_len(2040), Ok(255));
        for bits in [-8, 0, 127, 2048, i64::MAX, i64::MIN] {
            assert!(block_len(bits).is_err(), "{bits}");
        }
    }
}
