//! XAES-256-GCM (C2SP): AES-256-GCM with a nonce of 24 bytes, made of parts that NIST approves.
//!
//! Half of the nonce goes into a key for the message (SP 800-108r1, counter mode with CMAC), the
//! other half is GCM's nonce.

use core::ops::RangeInclusive;

use ironlatch_engine::aes::{Block, Key, double};
use zeroize::{Zeroize, Zeroizing};

use super::{Aad, Aead, AesGcm, Nonce};
use crate::error::{Allowed, Input};
use crate::secret::wipes_stack;
use crate::{Error, Output, Result};

/// XAES-256-GCM: keys of 32 bytes, nonces of 24, long enough to be drawn at random.
pub struct XAes256Gcm {
    key: Key,
    /// CMAC's K1.
    subkey: Zeroizing<Block>,
}

impl XAes256Gcm {
    /// The cipher for all messages whose nonces begin with the same 12 bytes: it takes the 12 bytes
    /// that follow as its nonce.
    ///
    /// # Errors
    /// [`Error::Length`] if `prefix` is of another length.
    pub fn under(&self, prefix: &[u8]) -> Result<AesGcm> {
        if prefix.len() != 12 {
            return Err(Error::Length { what: Input::Nonce, got: prefix.len(), allowed: Allowed::Exactly(12) });
        }
        let mut derived = Zeroizing::new([0; 32]);
        for (half, number) in derived.as_chunks_mut::<16>().0.iter_mut().zip([1, 2]) {
            let mut block = [0, number, b'X', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
            block[4..].copy_from_slice(prefix);
            block.iter_mut().zip(&*self.subkey).for_each(|(byte, key)| *byte ^= key);
            *half = self.key.encrypt(&block);
            block.zeroize();
        }
        AesGcm::new(&*derived)
    }
}

impl Aead for XAes256Gcm {
    const KEY_LENS: &'static [usize] = &[32];
    const NONCE_LENS: RangeInclusive<usize> = 24..=24;

    #[wipes_stack]
    fn new(key: &[u8]) -> Result<Self> {
        if key.len() != 32 {
            return Err(Error::KeySize {
                algorithm: "XAES-256-GCM",
                got: key.len() * 8,
                allowed: Allowed::Exactly(256),
            });
        }
        let key = Key::new(key)?;
        let subkey = Zeroizing::new(double(&key.encrypt(&[0; 16])));
        Ok(Self { key, subkey })
    }

    #[wipes_stack]
    fn encrypt_into<'o>(
        &self,
        Nonce(nonce): Nonce<'_>,
        plaintext: &[u8],
        Aad(aad): Aad<'_>,
        out: Output<'o>,
    ) -> Result<&'o mut [u8]> {
        self.check(Nonce(nonce), plaintext, Aad(aad))?;
        let (prefix, nonce) = nonce.split_at(12);
        self.under(prefix)?.encrypt_into(Nonce(nonce), plaintext, Aad(aad), out)
    }

    #[wipes_stack]
    fn decrypt_into<'o>(
        &self,
        Nonce(nonce): Nonce<'_>,
        ciphertext: &[u8],
        Aad(aad): Aad<'_>,
        out: Output<'o>,
    ) -> Result<&'o mut [u8]> {
        self.check(Nonce(nonce), ciphertext, Aad(aad))?;
        let (prefix, nonce) = nonce.split_at(12);
        self.under(prefix)?.decrypt_into(Nonce(nonce), ciphertext, Aad(aad), out)
    }
}

impl core::fmt::Debug for XAes256Gcm {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("XAes256Gcm(<redacted>)")
    }
}
