//! ChaCha20 as a stream cipher (RFC 8439 §2.4). It does not notice changes: use
//! [`aead::ChaCha20Poly1305`](super::aead::ChaCha20Poly1305) unless a format asks for this.

use ironlatch_engine::chacha20::{BLOCK_LEN, xor};
use zeroize::Zeroizing;

use crate::error::{Allowed, Input};
use crate::secret::wipes_stack;
use crate::{Error, Output, Result};

/// The length of a key in bytes.
pub const KEY_LEN: usize = 32;
/// The length in bytes of the counter of the first block and the nonce after it.
pub const NONCE_LEN: usize = 16;

/// A keystream in progress. It is wiped when it is dropped.
pub struct ChaCha20 {
    key: Zeroizing<[u8; KEY_LEN]>,
    nonce: [u8; 12],
    /// The number of the next whole block; past its 32 bits once they are used up.
    counter: u64,
    /// The last block of keystream, for what comes after a piece that ended within it.
    stream: Zeroizing<[u8; BLOCK_LEN]>,
    used: usize,
}

impl ChaCha20 {
    /// The keystream under `key` of [`KEY_LEN`] bytes from `nonce` of [`NONCE_LEN`] bytes: a
    /// counter of 4 bytes, little-endian, and 12 bytes of nonce.
    ///
    /// # Errors
    /// [`Error::KeySize`] or [`Error::Length`] if one of them has another length.
    #[wipes_stack]
    pub fn new(key: &[u8], nonce: &[u8]) -> Result<Self> {
        let key: [u8; KEY_LEN] = key.try_into().map_err(|_| Error::KeySize {
            algorithm: "ChaCha20",
            got: key.len() * 8,
            allowed: Allowed::Exactly(256),
        })?;
        let mut this = Self {
            key: Zeroizing::new(key),
            nonce: [0; 12],
            counter: 0,
            stream: Zeroizing::new([0; BLOCK_LEN]),
            used: BLOCK_LEN,
        };
        this.reset(nonce)?;
        Ok(this)
    }

    /// Restarts with another `nonce`.
    ///
    /// # Errors
    /// [`Error::Length`] if it is not [`NONCE_LEN`] bytes long.
    pub fn reset(&mut self, nonce: &[u8]) -> Result<()> {
        let whole: &[u8; NONCE_LEN] = nonce.try_into().map_err(|_| Error::Length {
            what: Input::Nonce,
            got: nonce.len(),
            allowed: Allowed::Exactly(16),
        })?;
        let [counter, nonce @ ..] = whole.as_chunks::<4>().0 else { unreachable!("16 bytes are 4 chunks of 4") };
        self.counter = u32::from_le_bytes(*counter).into();
        self.nonce.copy_from_slice(nonce.as_flattened());
        self.used = BLOCK_LEN;
        Ok(())
    }

    /// Encrypts or decrypts `data` into `out`, which is as long.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if the counter would pass its 32 bits; nothing is then changed.
    ///
    /// # Panics
    /// If `out` has another length.
    pub fn update<'o>(&mut self, data: &[u8], out: Output<'o>) -> Result<&'o mut [u8]> {
        assert_eq!(data.len(), out.len(), "the output has another length than the data");
        let left = ((1 << 32) - self.counter) * BLOCK_LEN as u64 + (BLOCK_LEN - self.used) as u64;
        if data.len() as u64 > left {
            return Err(Error::value(format!(
                "ChaCha20 has keystream for {left} more bytes under this nonce: its counter of 32 bits would overflow"
            )));
        }
        let mut writer = out.writer();
        let (head, data) = data.split_at(data.len().min(BLOCK_LEN - self.used));
        writer.push(&self.spend(head)[..head.len()]);
        let (blocks, tail) = data.split_at(data.len() / BLOCK_LEN * BLOCK_LEN);
        if !blocks.is_empty() {
            let counter = self.counter as u32; // The check above keeps it below 2^32.
            writer.push_with(blocks.len(), |out| Ok::<_, Error>(xor(&self.key, &self.nonce, counter, blocks, out)))?;
            self.counter += (blocks.len() / BLOCK_LEN) as u64;
        }
        if !tail.is_empty() {
            xor(&self.key, &self.nonce, self.counter as u32, &[0; BLOCK_LEN], self.stream.as_mut_slice().into());
            self.counter += 1;
            self.used = 0;
            writer.push(&self.spend(tail)[..tail.len()]);
        }
        Ok(writer.finish())
    }

    /// The result for data that is no longer than the remaining keystream.
    fn spend(&mut self, data: &[u8]) -> Zeroizing<[u8; BLOCK_LEN]> {
        let mut result = Zeroizing::new([0; BLOCK_LEN]);
        let stream = &self.stream[self.used..];
        result.iter_mut().zip(data).zip(stream).for_each(|((result, data), stream)| *result = data ^ stream);
        self.used += data.len();
        result
    }
}

impl core::fmt::Debug for ChaCha20 {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("ChaCha20(..)")
    }
}
