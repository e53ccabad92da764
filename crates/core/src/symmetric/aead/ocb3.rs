//! AES-OCB3 (RFC 7253): one pass over the data, a block cipher call a block, many blocks at once.

use core::ops::RangeInclusive;

use ironlatch_engine::Output;
use ironlatch_engine::aes::{BLOCK_LEN, Block, Direction, Ocb, xor};

use super::{Aad, Aead, Nonce, TAG_LEN, check_aes_key, padded, rejected};
use crate::constant_time::bytes_eq;
use crate::secret::wipes_stack;
use crate::{Error, Result};

/// AES-OCB3 with keys of 16, 24 or 32 bytes, nonces of 12 to 15, and tags of 16.
///
/// A nonce that is used twice gives away which blocks of two messages are equal, and lets others
/// forge.
#[derive(Debug)]
pub struct AesOcb3 {
    ocb: Ocb,
}

impl Aead for AesOcb3 {
    const KEY_LENS: &'static [usize] = &[16, 24, 32];
    const NONCE_LENS: RangeInclusive<usize> = 12..=15;

    #[wipes_stack]
    fn new(key: &[u8]) -> Result<Self> {
        check_aes_key("AES-OCB3", key)?;
        Ok(Self { ocb: Ocb::new(key)? })
    }

    fn encrypt_into<'o>(
        &self,
        Nonce(nonce): Nonce<'_>,
        plaintext: &[u8],
        Aad(aad): Aad<'_>,
        out: Output<'o>,
    ) -> Result<&'o mut [u8]> {
        self.check(Nonce(nonce), plaintext, Aad(aad))?;
        let mut state = State::new(&self.ocb, nonce);
        let (blocks, last) = plaintext.as_chunks();
        let mut writer = out.writer();
        writer.push_with(size_of_val(blocks), |out| state.crypt(Direction::Encrypt, blocks, out))?;
        if !last.is_empty() {
            let pad = state.pad();
            let masked: Block = core::array::from_fn(|i| last.get(i).map_or(0, |byte| byte ^ pad[i]));
            writer.push(&masked[..last.len()]);
            state.add_last(last);
        }
        writer.push(&state.tag(aad));
        Ok(writer.finish())
    }

    fn decrypt_into<'o>(
        &self,
        Nonce(nonce): Nonce<'_>,
        ciphertext: &[u8],
        Aad(aad): Aad<'_>,
        out: Output<'o>,
    ) -> Result<&'o mut [u8]> {
        self.check(Nonce(nonce), ciphertext, Aad(aad))?;
        let Some((ciphertext, tag)) = ciphertext.split_last_chunk::<TAG_LEN>() else {
            return Err(rejected(out));
        };
        let mut state = State::new(&self.ocb, nonce);
        let (blocks, last) = ciphertext.as_chunks();
        let mut writer = out.writer();
        writer.push_with(size_of_val(blocks), |out| state.crypt(Direction::Decrypt, blocks, out))?;
        if !last.is_empty() {
            let pad = state.pad();
            let plain: Block = core::array::from_fn(|i| last.get(i).map_or(0, |byte| byte ^ pad[i]));
            writer.push(&plain[..last.len()]);
            state.add_last(&plain[..last.len()]);
        }
        let plaintext = writer.finish();
        if bytes_eq(&state.tag(aad), tag) {
            Ok(plaintext)
        } else {
            plaintext.fill(0);
            Err(Error::InvalidTag)
        }
    }
}

/// A message in progress (§4.2).
struct State<'a> {
    ocb: &'a Ocb,
    offset: Block,
    checksum: Block,
}

impl<'a> State<'a> {
    fn new(ocb: &'a Ocb, nonce: &[u8]) -> Self {
        // The tag's length modulo 128 stands in front of the nonce: zero.
        let mut block = [0; BLOCK_LEN];
        let start = BLOCK_LEN - nonce.len();
        block[start - 1] = 1;
        block[start..].copy_from_slice(nonce);
        let bottom = u32::from(block[BLOCK_LEN - 1] & 0b11_1111);
        block[BLOCK_LEN - 1] &= 0b1100_0000;
        let top = ocb.key().encrypt(&block);
        // 24 bytes of which 16 are taken, `bottom` bits from the front.
        let high = u128::from_be_bytes(top);
        let low = (high ^ (high << 8)) >> 64;
        // In two steps: a shift by the whole width is no shift.
        let offset = (high << bottom) | ((low << 64) >> 1 >> (127 - bottom));
        Self { ocb, offset: offset.to_be_bytes(), checksum: [0; BLOCK_LEN] }
    }

    fn crypt<'o>(&mut self, direction: Direction, blocks: &[Block], out: Output<'o>) -> Result<&'o mut [u8]> {
        Ok(self.ocb.crypt(direction, &mut self.offset, &mut self.checksum, blocks, out))
    }

    /// The mask of an incomplete last block.
    fn pad(&mut self) -> Block {
        xor(&mut self.offset, self.ocb.l_star());
        self.ocb.key().encrypt(&self.offset)
    }

    fn add_last(&mut self, plaintext: &[u8]) {
        xor(&mut self.checksum, &padded(plaintext));
    }

    fn tag(mut self, aad: &[u8]) -> [u8; TAG_LEN] {
        xor(&mut self.checksum, &self.offset);
        xor(&mut self.checksum, self.ocb.l_dollar());
        let mut tag = self.ocb.key().encrypt(&self.checksum);
        xor(&mut tag, &hash(self.ocb, aad));
        tag
    }
}

/// HASH (§4.1).
fn hash(ocb: &Ocb, aad: &[u8]) -> Block {
    let (mut offset, mut sum) = ([0; BLOCK_LEN], [0; BLOCK_LEN]);
    let (blocks, last) = aad.as_chunks();
    ocb.hash(&mut offset, &mut sum, blocks);
    if !last.is_empty() {
        xor(&mut offset, ocb.l_star());
        xor(&mut offset, &padded(last));
        xor(&mut sum, &ocb.key().encrypt(&offset));
    }
    sum
}
