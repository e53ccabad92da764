//! AES-SIV (RFC 5297): encryption that stays safe when nonces repeat, or without any.

use ironlatch_engine::aes::{BLOCK_LEN, Block, Key, double, xor};
use ironlatch_engine::{Output, ct};

use super::{MAX_LEN, TAG_LEN, padded, rejected};
use crate::constant_time::bytes_eq;
use crate::error::Allowed;
use crate::secret::wipes_stack;
use crate::{Error, Result, owned};

/// AES-SIV with keys of 32, 48 or 64 bytes: one half authenticates, the other encrypts.
///
/// The tag of 16 bytes stands before the ciphertext. Any number of pieces of associated data are
/// authenticated each by itself; a nonce, if there is one, is the last of them. Without a nonce
/// equal messages have equal ciphertexts, and that is all that is given away.
#[derive(Debug)]
pub struct AesSiv {
    mac: Key,
    /// The masks of whole and incomplete last blocks in the MAC (NIST SP 800-38B §6.1).
    subkeys: zeroize::Zeroizing<[Block; 2]>,
    cipher: Key,
}

impl AesSiv {
    /// The key lengths in bytes.
    pub const KEY_LENS: &'static [usize] = &[32, 48, 64];

    /// A cipher under `key`, which is copied, and wiped on drop.
    ///
    /// # Errors
    /// [`Error::KeySize`] if the key's length is not in [`KEY_LENS`](Self::KEY_LENS).
    #[wipes_stack]
    pub fn new(key: &[u8]) -> Result<Self> {
        if !Self::KEY_LENS.contains(&key.len()) {
            return Err(Error::KeySize {
                algorithm: "AES-SIV",
                got: key.len() * 8,
                allowed: Allowed::OneOf(&[256, 384, 512]),
            });
        }
        let (mac, cipher) = key.split_at(key.len() / 2);
        let (mac, cipher) = (Key::new(mac)?, Key::new(cipher)?);
        let whole = double(&mac.encrypt(&[0; BLOCK_LEN]));
        Ok(Self { subkeys: [whole, double(&whole)].into(), mac, cipher })
    }

    /// Whether the lengths are allowed. Encryption and decryption check it themselves.
    ///
    /// # Errors
    /// [`Error::TooLong`] for more than 2³¹ − 1 bytes.
    pub fn check(&self, data: &[u8], aad: &[&[u8]]) -> Result<()> {
        if data.len() > MAX_LEN || aad.iter().any(|aad| aad.len() > MAX_LEN) {
            return Err(Error::TooLong("data and associated data must each be at most 2**31 - 1 bytes".into()));
        }
        Ok(())
    }

    /// Encrypts and authenticates `plaintext`, and authenticates each of `aad`. Returns the
    /// ciphertext, which begins with its tag.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn encrypt(&self, plaintext: &[u8], aad: &[&[u8]]) -> Result<Vec<u8>> {
        self.check(plaintext, aad)?;
        owned(plaintext.len() + TAG_LEN, |out| self.encrypt_into(plaintext, aad, out))
    }

    /// Decrypts `ciphertext`, which begins with its tag. Returns the plaintext.
    ///
    /// # Errors
    /// As [`decrypt_into`](Self::decrypt_into).
    pub fn decrypt(&self, ciphertext: &[u8], aad: &[&[u8]]) -> Result<Vec<u8>> {
        self.check(ciphertext, aad)?;
        let len = ciphertext.len().checked_sub(TAG_LEN).ok_or(Error::InvalidTag)?;
        owned(len, |out| self.decrypt_into(ciphertext, aad, out))
    }

    /// Encrypts and authenticates `plaintext`, and authenticates each of `aad`, into `out` of
    /// `plaintext.len() + TAG_LEN` bytes.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn encrypt_into<'o>(&self, plaintext: &[u8], aad: &[&[u8]], out: Output<'o>) -> Result<&'o mut [u8]> {
        self.check(plaintext, aad)?;
        // The tag is sent along, and the counter made from it.
        let tag = ct::declassify(self.s2v(aad, plaintext));
        let mut writer = out.writer();
        writer.push(&tag);
        writer.push_with(plaintext.len(), |out| Ok::<_, Error>(self.cipher.ctr(&counter(&tag), plaintext, out)))?;
        Ok(writer.finish())
    }

    /// Decrypts `ciphertext`, which begins with its tag, into `out` of [`TAG_LEN`] bytes less.
    ///
    /// # Errors
    /// [`Error::InvalidTag`] if key, `aad` or ciphertext is not the one of the encryption; `out` is
    /// then zero. Otherwise as [`check`](Self::check).
    pub fn decrypt_into<'o>(&self, ciphertext: &[u8], aad: &[&[u8]], out: Output<'o>) -> Result<&'o mut [u8]> {
        self.check(ciphertext, aad)?;
        let Some((tag, ciphertext)) = ciphertext.split_first_chunk::<TAG_LEN>() else {
            return Err(rejected(out));
        };
        let plaintext = self.cipher.ctr(&counter(tag), ciphertext, out);
        if bytes_eq(&self.s2v(aad, plaintext), tag) {
            Ok(plaintext)
        } else {
            plaintext.fill(0);
            Err(Error::InvalidTag)
        }
    }

    /// S2V (§2.4): one block for a list of strings of which the last is the plaintext.
    fn s2v(&self, aad: &[&[u8]], plaintext: &[u8]) -> Block {
        let mut sum = self.cmac(&[0; BLOCK_LEN]);
        for aad in aad {
            sum = double(&sum);
            xor(&mut sum, &self.cmac(aad));
        }
        let Some(end) = plaintext.len().checked_sub(BLOCK_LEN) else {
            sum = double(&sum);
            xor(&mut sum, &padded(plaintext));
            return self.cmac(&sum);
        };
        // The sum goes into the last 16 bytes. All blocks before those are chained as they are.
        let (head, tail) = plaintext.split_at(end / BLOCK_LEN * BLOCK_LEN);
        let mut state = [0; BLOCK_LEN];
        self.mac.cbc_mac(&mut state, head.as_chunks().0);
        let mut last = zeroize::Zeroizing::new([0; 2 * BLOCK_LEN]);
        last[..tail.len()].copy_from_slice(tail);
        last[tail.len() - BLOCK_LEN..tail.len()].iter_mut().zip(sum).for_each(|(byte, sum)| *byte ^= sum);
        self.finish(state, &last[..tail.len()])
    }

    /// CMAC (NIST SP 800-38B §6.2).
    fn cmac(&self, message: &[u8]) -> Block {
        let whole = message.len().saturating_sub(1) / BLOCK_LEN * BLOCK_LEN;
        let (head, last) = message.split_at(whole);
        let mut state = [0; BLOCK_LEN];
        self.mac.cbc_mac(&mut state, head.as_chunks().0);
        self.finish(state, last)
    }

    /// Ends a CMAC with up to 32 bytes.
    fn finish(&self, mut state: Block, mut last: &[u8]) -> Block {
        if last.len() > BLOCK_LEN {
            let (block, rest) = last.split_at(BLOCK_LEN);
            self.mac.cbc_mac(&mut state, block.as_chunks().0);
            last = rest;
        }
        let mut block = match last.try_into() {
            Ok(block) => block,
            Err(_) => padded(last),
        };
        xor(&mut block, &self.subkeys[usize::from(last.len() < BLOCK_LEN)]);
        self.mac.cbc_mac(&mut state, &[block]);
        state
    }
}

/// The tag with two bits cleared (§2.5), so that a counter of 32 bits never carries.
fn counter(tag: &Block) -> Block {
    let mut counter = *tag;
    counter[8] &= 0x7f;
    counter[12] &= 0x7f;
    counter
}
