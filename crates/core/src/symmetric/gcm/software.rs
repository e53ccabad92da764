//! GCM over a block cipher that the engine does not have.

use std::sync::Arc;

use ghash::GHash;
use ghash::universal_hash::UniversalHash;
use zeroize::Zeroizing;

use super::GcmContext;
use crate::constant_time::bytes_eq;
use crate::symmetric::cipher::{Direction, Mode};
use crate::symmetric::modes::{self, Modes};
use crate::{Error, Output, Result};

const BLOCK_LEN: usize = 16;

/// GCM at work (SP 800-38D §7).
pub(super) struct SoftwareGcm {
    direction: Direction,
    stream: modes::Context,
    hash: GHash,
    /// A block of the hash's input that is not whole yet.
    pending: Zeroizing<[u8; BLOCK_LEN]>,
    pending_len: usize,
    aad_len: u64,
    data_len: u64,
    /// The encrypted first counter block, which masks the tag.
    mask: Zeroizing<[u8; BLOCK_LEN]>,
}

impl SoftwareGcm {
    pub(super) fn new(key: &Arc<dyn Modes>, direction: Direction, nonce: &[u8]) -> Result<Self> {
        let encrypt = |iv: &[u8], mode| {
            let mut block = Zeroizing::new([0; BLOCK_LEN]);
            let mut context = modes::Context::new(key.clone(), mode, Direction::Encrypt, iv);
            context.update(&[0; BLOCK_LEN], block.as_mut_slice().into())?;
            Ok::<_, Error>((block, context))
        };
        let (hash_key, _) = encrypt(&[], Mode::Ecb)?;
        let hash = GHash::new(&(*hash_key).into());
        let first = first_counter(hash.clone(), nonce);
        // The first block of keystream is the mask; the data is encrypted with what follows.
        let (mask, stream) = encrypt(&first, Mode::Gcm)?;
        Ok(Self {
            direction,
            stream,
            hash,
            pending: Zeroizing::default(),
            pending_len: 0,
            aad_len: 0,
            data_len: 0,
            mask,
        })
    }

    pub(super) fn update_aad(&mut self, aad: &[u8]) {
        self.aad_len += aad.len() as u64;
        self.absorb(aad);
    }

    pub(super) fn update<'o>(&mut self, data: &[u8], out: Output<'o>) -> Result<&'o mut [u8]> {
        if self.data_len == 0 {
            self.fill_up();
        }
        self.data_len += data.len() as u64;
        if self.direction == Direction::Decrypt {
            self.absorb(data);
        }
        let result = self.stream.update(data, out)?;
        if self.direction == Direction::Encrypt {
            self.absorb(result);
        }
        Ok(result)
    }

    pub(super) fn finish_tag(mut self) -> [u8; GcmContext::TAG_LEN] {
        self.fill_up();
        let lengths = u128::from(self.aad_len * 8) << 64 | u128::from(self.data_len * 8);
        self.absorb(&lengths.to_be_bytes());
        let mut tag: [u8; BLOCK_LEN] = self.hash.finalize().into();
        tag.iter_mut().zip(&*self.mask).for_each(|(byte, mask)| *byte ^= mask);
        tag
    }

    /// Whether `tag`, which may be cut, is the right one.
    pub(super) fn verify_tag(self, tag: &[u8]) -> bool {
        let right = Zeroizing::new(self.finish_tag());
        bytes_eq(&right[..tag.len()], tag)
    }

    fn absorb(&mut self, data: &[u8]) {
        let (head, data) = data.split_at((BLOCK_LEN - self.pending_len).min(data.len()));
        self.pending[self.pending_len..][..head.len()].copy_from_slice(head);
        self.pending_len += head.len();
        if self.pending_len < BLOCK_LEN {
            return;
        }
        self.hash.update(&[(*self.pending).into()]);
        let (blocks, tail) = data.as_chunks::<BLOCK_LEN>();
        self.hash.update(ghash::Block::cast_slice_from_core(blocks));
        self.pending[..tail.len()].copy_from_slice(tail);
        self.pending_len = tail.len();
    }

    /// Pads with zeros to a whole block (SP 800-38D §7.1, steps 4 and 5).
    fn fill_up(&mut self) {
        if self.pending_len > 0 {
            self.absorb(&[0; BLOCK_LEN][self.pending_len..]);
        }
    }
}

/// J0 of SP 800-38D §7.1.
fn first_counter(mut hash: GHash, nonce: &[u8]) -> [u8; BLOCK_LEN] {
    if let Ok(nonce) = <[u8; 12]>::try_from(nonce) {
        let mut block = [0; BLOCK_LEN];
        block[..12].copy_from_slice(&nonce);
        block[15] = 1;
        return block;
    }
    hash.update_padded(nonce);
    hash.update(&[(nonce.len() as u128 * 8).to_be_bytes().into()]);
    hash.finalize().into()
}

impl core::fmt::Debug for SoftwareGcm {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SoftwareGcm(..)")
    }
}
