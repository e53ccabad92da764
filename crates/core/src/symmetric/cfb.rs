//! AES in cipher feedback (SP 800-38A §6.3), where the engine is fast at it.

use ironlatch_engine::aes::modes::{Aes, BLOCK_LEN};
use zeroize::Zeroizing;

use super::kinds::Direction;
use crate::secret::wipes_stack;
use crate::{Error, Output, Result};

/// AES in CFB at work.
#[derive(Clone)]
pub(super) struct Cfb {
    key: Aes,
    direction: Direction,
    /// The last block of ciphertext; while a block is unfinished, its ciphertext so far.
    register: [u8; BLOCK_LEN],
    /// The keystream for the unfinished block.
    stream: Zeroizing<[u8; BLOCK_LEN]>,
    used: usize,
}

impl Cfb {
    /// A context under `key`, or `None` where the processor lacks what the engine needs.
    // A caller's frame has room for the tables of other ciphers. The frames of this function lie
    // below it, further down than the caller wipes.
    #[wipes_stack]
    pub(super) fn new(direction: Direction, key: &[u8], iv: &[u8]) -> Option<Self> {
        let register = iv.try_into().ok()?;
        Some(Self { key: Aes::new(key)?, direction, register, stream: Zeroizing::default(), used: BLOCK_LEN })
    }

    /// Processes `data` into `out`, which is as long.
    pub(super) fn update<'o>(&mut self, data: &[u8], out: Output<'o>) -> Result<&'o mut [u8]> {
        let mut writer = out.writer();
        let (head, data) = data.split_at(data.len().min(BLOCK_LEN - self.used));
        writer.push(&self.spend(head)[..head.len()]);
        let (blocks, tail) = data.split_at(data.len() / BLOCK_LEN * BLOCK_LEN);
        writer.push_with(blocks.len(), |out| {
            Ok::<_, Error>(match self.direction {
                Direction::Encrypt => self.key.cfb_encrypt(&mut self.register, blocks, out),
                Direction::Decrypt => self.key.cfb_decrypt(&mut self.register, blocks, out),
            })
        })?;
        if !tail.is_empty() {
            // The ciphertext of zeros is the keystream.
            self.key.cfb_encrypt(&mut self.register, &[0; BLOCK_LEN], self.stream.as_mut_slice().into());
            self.used = 0;
            writer.push(&self.spend(tail)[..tail.len()]);
        }
        Ok(writer.finish())
    }

    /// The result for data that is no longer than the remaining keystream.
    fn spend(&mut self, data: &[u8]) -> Zeroizing<[u8; BLOCK_LEN]> {
        let mut result = Zeroizing::new([0; BLOCK_LEN]);
        for (i, byte) in data.iter().enumerate() {
            let other = byte ^ self.stream[self.used + i];
            self.register[self.used + i] = if self.direction == Direction::Encrypt { other } else { *byte };
            result[i] = other;
        }
        self.used += data.len();
        result
    }
}

impl core::fmt::Debug for Cfb {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Cfb(..)")
    }
}
