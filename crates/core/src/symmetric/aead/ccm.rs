//! AES-CCM (NIST SP 800-38C, RFC 3610): counter mode with a CBC-MAC.

use core::fmt;
use core::ops::RangeInclusive;
use std::sync::OnceLock;

use ironlatch_engine::Output;
use ironlatch_engine::aes::{BLOCK_LEN, Block, Direction, Key};
use zeroize::Zeroizing;

use super::{Aad, Aead, Nonce, check_aes_key, check_lens, rejected};
use crate::constant_time::bytes_eq;
use crate::error::{Allowed, Input};
use crate::secret::wipes_stack;
use crate::{Error, Result};

/// AES-CCM with keys of 16, 24 or 32 bytes, nonces of 7 to 13, and tags of 4, 6, 8, 10, 12, 14 or
/// 16 bytes.
///
/// The longer the nonce, the shorter the message may be: less than 2^(8 · (15 − nonce length))
/// bytes.
pub struct AesCcm {
    raw_key: Zeroizing<Vec<u8>>,
    /// Expanded for the first message: much the longest part of making a cipher.
    key: OnceLock<Key>,
    tag_len: usize,
}

impl AesCcm {
    /// A cipher under `key` whose tags are `tag_len` bytes long.
    ///
    /// # Errors
    /// [`Error::KeySize`] or [`Error::Length`] if the key's length or the tag's is not allowed.
    #[wipes_stack]
    pub fn with_tag_len(key: &[u8], tag_len: usize) -> Result<Self> {
        check_aes_key("AES-CCM", key)?;
        if !(4..=16).contains(&tag_len) || !tag_len.is_multiple_of(2) {
            return Err(Error::Length {
                what: Input::Tag,
                got: tag_len,
                allowed: Allowed::OneOf(&[4, 6, 8, 10, 12, 14, 16]),
            });
        }
        Ok(Self { raw_key: Zeroizing::new(key.to_vec()), key: OnceLock::new(), tag_len })
    }

    fn key(&self) -> &Key {
        self.key.get_or_init(|| self.expanded())
    }

    #[wipes_stack]
    fn expanded(&self) -> Key {
        Key::new(&self.raw_key).expect("the length was checked")
    }

    /// The counter block of number 0, and what the message is masked from with number 1 (SP 800-38C
    /// §A.3).
    fn counters(nonce: &[u8]) -> [Block; 2] {
        let mut zero = [0; BLOCK_LEN];
        zero[0] = length_len(nonce) as u8 - 1;
        zero[1..=nonce.len()].copy_from_slice(nonce);
        let mut one = zero;
        one[BLOCK_LEN - 1] = 1;
        [zero, one]
    }

    /// The MAC of everything before the message (SP 800-38C §A.2).
    fn start_mac(&self, nonce: &[u8], message_len: usize, aad: &[u8]) -> Block {
        let mut first = [0; BLOCK_LEN];
        let has_aad = u8::from(!aad.is_empty());
        first[0] = 64 * has_aad + 8 * ((self.tag_len as u8 - 2) / 2) + length_len(nonce) as u8 - 1;
        // The nonce overwrites the length's upper bytes, which are zero: `check` has seen to it.
        first[8..].copy_from_slice(&(message_len as u64).to_be_bytes());
        first[1..=nonce.len()].copy_from_slice(nonce);
        let mut mac = [0; BLOCK_LEN];
        self.key().cbc_mac(&mut mac, &[first]);
        if aad.is_empty() {
            return mac;
        }
        let mut block = [0; BLOCK_LEN];
        let prefix_len = if aad.len() < 0xff00 {
            block[..2].copy_from_slice(&(aad.len() as u16).to_be_bytes());
            2
        } else {
            block[..2].copy_from_slice(&[0xff, 0xfe]);
            block[2..6].copy_from_slice(&(aad.len() as u32).to_be_bytes());
            6
        };
        let (head, rest) = aad.split_at(aad.len().min(BLOCK_LEN - prefix_len));
        block[prefix_len..][..head.len()].copy_from_slice(head);
        self.key().cbc_mac(&mut mac, &[block]);
        self.add_padded(&mut mac, rest);
        mac
    }

    /// Adds data and zeros up to a whole block.
    fn add_padded(&self, mac: &mut Block, data: &[u8]) {
        let (blocks, last) = data.as_chunks();
        self.key().cbc_mac(mac, blocks);
        if !last.is_empty() {
            let mut block = [0; BLOCK_LEN];
            block[..last.len()].copy_from_slice(last);
            self.key().cbc_mac(mac, &[block]);
        }
    }

    fn tag(&self, mac: Block, counter: &Block) -> Block {
        let mask = self.key().encrypt(counter);
        core::array::from_fn(|i| mac[i] ^ mask[i])
    }

    fn check_message_len(&self, nonce: &[u8], len: usize) -> Result<()> {
        let most = 8 * length_len(nonce) as u32;
        match 1u64.checked_shl(most) {
            Some(limit) if len as u64 >= limit => {
                let (nonce_len, shorter) = (nonce.len(), "use a shorter nonce");
                Err(Error::value(format!(
                    "Data too long for nonce: with a nonce of {nonce_len} bytes at most {} bytes are encrypted; {shorter}",
                    limit - 1
                )))
            }
            _ => Ok(()),
        }
    }
}

impl Aead for AesCcm {
    const KEY_LENS: &'static [usize] = &[16, 24, 32];
    const NONCE_LENS: RangeInclusive<usize> = 7..=13;

    fn new(key: &[u8]) -> Result<Self> {
        Self::with_tag_len(key, super::TAG_LEN)
    }

    fn tag_len(&self) -> usize {
        self.tag_len
    }

    fn check(&self, nonce: Nonce<'_>, data: &[u8], aad: Aad<'_>) -> Result<()> {
        check_lens(Self::NONCE_LENS, nonce, data, aad)?;
        // Too long even if a tag is in it.
        self.check_message_len(nonce.0, data.len().saturating_sub(self.tag_len))
    }

    fn encrypt_into<'o>(
        &self,
        Nonce(nonce): Nonce<'_>,
        plaintext: &[u8],
        Aad(aad): Aad<'_>,
        out: Output<'o>,
    ) -> Result<&'o mut [u8]> {
        self.check(Nonce(nonce), plaintext, Aad(aad))?;
        self.check_message_len(nonce, plaintext.len())?;
        let [zero, one] = Self::counters(nonce);
        let mut mac = self.start_mac(nonce, plaintext.len(), aad);
        let mut writer = out.writer();
        let (blocks, tail) = plaintext.as_chunks();
        writer.push_with(size_of_val(blocks), |out| {
            Ok::<_, Error>(self.key().ctr_and_mac(Direction::Encrypt, &one, &mut mac, blocks, out))
        })?;
        self.add_padded(&mut mac, tail);
        let counter = advanced(&one, blocks.len());
        writer.push_with(tail.len(), |out| Ok::<_, Error>(self.key().ctr(&counter, tail, out)))?;
        writer.push(&self.tag(mac, &zero)[..self.tag_len]);
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
        let Ok(len) = self.plaintext_len(ciphertext.len()) else { return Err(rejected(out)) };
        self.check_message_len(nonce, len)?;
        let (ciphertext, tag) = ciphertext.split_at(len);
        let [zero, one] = Self::counters(nonce);
        let mut mac = self.start_mac(nonce, ciphertext.len(), aad);
        let mut writer = out.writer();
        let (blocks, tail) = ciphertext.as_chunks();
        writer.push_with(size_of_val(blocks), |out| {
            Ok::<_, Error>(self.key().ctr_and_mac(Direction::Decrypt, &one, &mut mac, blocks, out))
        })?;
        let counter = advanced(&one, blocks.len());
        let tail = writer.push_with(tail.len(), |out| Ok::<_, Error>(self.key().ctr(&counter, tail, out)))?;
        self.add_padded(&mut mac, tail);
        let plaintext = writer.finish();
        if bytes_eq(&self.tag(mac, &zero)[..self.tag_len], tag) {
            Ok(plaintext)
        } else {
            plaintext.fill(0);
            Err(Error::InvalidTag)
        }
    }
}

impl fmt::Debug for AesCcm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AesCcm").field("tag_len", &self.tag_len).finish_non_exhaustive()
    }
}

/// The length in bytes of the message's length and of the counter.
fn length_len(nonce: &[u8]) -> usize {
    15 - nonce.len()
}

/// The counter block after this number of blocks. It does not run into the nonce: the message would
/// be too long.
fn advanced(one: &Block, blocks: usize) -> Block {
    (u128::from_be_bytes(*one) + blocks as u128).to_be_bytes()
}
