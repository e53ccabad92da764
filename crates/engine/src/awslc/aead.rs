//! Authenticated encryption with associated data, a message at a time: the EVP_AEAD family.

use core::ptr::{self, NonNull};

use aws_lc_sys as c;

use crate::error::{EngineError, check};
use crate::output::Output;
use crate::system::stack::wiped_little;

/// An AEAD algorithm, tags of 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // The names say it.
pub enum Algorithm {
    Aes128Gcm,
    Aes192Gcm,
    Aes256Gcm,
    Aes128GcmSiv,
    Aes256GcmSiv,
    ChaCha20Poly1305,
}

/// The length of every tag here in bytes.
pub const TAG_LEN: usize = 16;

impl Algorithm {
    /// The key's length in bytes.
    #[must_use]
    pub fn key_len(self) -> usize {
        match self {
            Self::Aes128Gcm | Self::Aes128GcmSiv => 16,
            Self::Aes192Gcm => 24,
            Self::Aes256Gcm | Self::Aes256GcmSiv | Self::ChaCha20Poly1305 => 32,
        }
    }

    fn as_ptr(self) -> *const c::EVP_AEAD {
        // SAFETY: these take nothing and return pointers to static tables.
        unsafe {
            match self {
                Self::Aes128Gcm => c::EVP_aead_aes_128_gcm(),
                Self::Aes192Gcm => c::EVP_aead_aes_192_gcm(),
                Self::Aes256Gcm => c::EVP_aead_aes_256_gcm(),
                Self::Aes128GcmSiv => c::EVP_aead_aes_128_gcm_siv(),
                Self::Aes256GcmSiv => c::EVP_aead_aes_256_gcm_siv(),
                Self::ChaCha20Poly1305 => c::EVP_aead_chacha20_poly1305(),
            }
        }
    }
}

/// A key, expanded once. It is wiped when dropped.
#[derive(Debug)]
pub struct Key {
    raw: NonNull<c::EVP_AEAD_CTX>,
    /// Whether AWS-LC hands the key itself to its assembly code in a structure on the stack.
    on_the_stack: bool,
}

// SAFETY: nothing of a key is tied to a thread.
unsafe impl Send for Key {}
// SAFETY: seal and open take the context as const and, for these algorithms, only read it.
unsafe impl Sync for Key {}

impl Key {
    /// Expands `key`.
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if its length is not the algorithm's.
    pub fn new(algorithm: Algorithm, key: &[u8]) -> Result<Self, EngineError> {
        if key.len() != algorithm.key_len() {
            return Err(EngineError::InvalidInput);
        }
        // SAFETY: the table is static, and C reads `key.len()` bytes of the key. Returns an owned
        // context or null.
        let raw = unsafe { c::EVP_AEAD_CTX_new(algorithm.as_ptr(), key.as_ptr(), key.len(), TAG_LEN) };
        let raw = NonNull::new(raw).ok_or(EngineError::Internal)?;
        Ok(Self { raw, on_the_stack: algorithm == Algorithm::ChaCha20Poly1305 })
    }

    fn wiped<T>(&self, work: impl FnOnce() -> T) -> T {
        if self.on_the_stack { wiped_little(work) } else { work() }
    }

    /// Encrypts `plaintext` into `out`, the ciphertext followed by the tag:
    /// `plaintext.len() + TAG_LEN` bytes.
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if the nonce's length or the plaintext's is not allowed.
    ///
    /// # Panics
    /// If `out` is of another length.
    pub fn seal<'o>(
        &self,
        nonce: &[u8],
        plaintext: &[u8],
        aad: &[u8],
        mut out: Output<'o>,
    ) -> Result<&'o mut [u8], EngineError> {
        assert_eq!(out.len(), plaintext.len() + TAG_LEN, "the output is not as long as ciphertext and tag");
        let mut tag_len = 0;
        // SAFETY: each input is valid for its length. C writes `plaintext.len()` bytes of
        // ciphertext and then up to `TAG_LEN` of tag, which is what `out` holds; `out` is
        // exclusive, so it overlaps no input.
        let result = self.wiped(|| unsafe {
            let ciphertext = out.as_mut_ptr();
            c::EVP_AEAD_CTX_seal_scatter(
                self.raw.as_ptr(),
                ciphertext,
                ciphertext.add(plaintext.len()),
                &raw mut tag_len,
                TAG_LEN,
                nonce.as_ptr(),
                nonce.len(),
                plaintext.as_ptr(),
                plaintext.len(),
                ptr::null(),
                0,
                aad.as_ptr(),
                aad.len(),
            )
        });
        if let Err(error) = check(result, EngineError::InvalidInput) {
            out.wipe();
            return Err(error);
        }
        assert_eq!(tag_len, TAG_LEN, "the tag has another length than it should");
        // SAFETY: C wrote the ciphertext and the whole tag.
        Ok(unsafe { out.assume_written() })
    }

    /// Decrypts `ciphertext`, which ends in the tag, into `out` of `ciphertext.len() - TAG_LEN`
    /// bytes.
    ///
    /// # Errors
    /// [`EngineError::Rejected`] if the tag does not match or is cut off; `out` is then zero.
    ///
    /// # Panics
    /// If `out` is of another length.
    pub fn open<'o>(
        &self,
        nonce: &[u8],
        ciphertext: &[u8],
        aad: &[u8],
        mut out: Output<'o>,
    ) -> Result<&'o mut [u8], EngineError> {
        let Some((body, tag)) = ciphertext.split_last_chunk::<TAG_LEN>() else {
            out.wipe();
            return Err(EngineError::Rejected);
        };
        assert_eq!(out.len(), body.len(), "the output is not as long as the plaintext");
        // SAFETY: each input is valid for its length; C writes `body.len()` bytes, which `out`
        // holds; `out` is exclusive, so it overlaps no input.
        let result = self.wiped(|| unsafe {
            c::EVP_AEAD_CTX_open_gather(
                self.raw.as_ptr(),
                out.as_mut_ptr(),
                nonce.as_ptr(),
                nonce.len(),
                body.as_ptr(),
                body.len(),
                tag.as_ptr(),
                TAG_LEN,
                aad.as_ptr(),
                aad.len(),
            )
        });
        if let Err(error) = check(result, EngineError::Rejected) {
            out.wipe();
            return Err(error);
        }
        // SAFETY: C wrote the whole plaintext.
        Ok(unsafe { out.assume_written() })
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        // SAFETY: the context is owned and freed once. AWS-LC wipes all that it frees.
        unsafe { c::EVP_AEAD_CTX_free(self.raw.as_ptr()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hex_literal::hex;

    /// RFC 8439 §2.8.2, the head of the ciphertext and the tag.
    #[test]
    fn chacha20_poly1305() {
        let key: Vec<u8> = (0x80..0xa0).collect();
        let key = Key::new(Algorithm::ChaCha20Poly1305, &key).unwrap();
        let plaintext = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
        let (nonce, aad) = (hex!("070000004041424344454647"), hex!("50515253c0c1c2c3c4c5c6c7"));
        let mut sealed = vec![0; plaintext.len() + TAG_LEN];
        key.seal(&nonce, plaintext, &aad, Output::from(&mut sealed[..])).unwrap();
        assert_eq!(sealed[..16], hex!("d31a8d34648e60db7b86afbc53ef7ec2"));
        assert_eq!(sealed[plaintext.len()..], hex!("1ae10b594f09e26a7e902ecbd0600691"));
        let mut opened = vec![0; plaintext.len()];
        key.open(&nonce, &sealed, &aad, Output::from(&mut opened[..])).unwrap();
        assert_eq!(opened, plaintext);
    }

    #[test]
    fn a_rejected_message_leaves_zeros() {
        let key = Key::new(Algorithm::Aes256Gcm, &[1; 32]).unwrap();
        let mut sealed = [0; 6 + TAG_LEN];
        key.seal(&[2; 12], b"secret", b"", Output::from(&mut sealed[..])).unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed;
            changed[at] ^= 1;
            let mut opened = [0xff; 6];
            let result = key.open(&[2; 12], &changed, b"", Output::from(&mut opened[..]));
            assert_eq!(result.err(), Some(EngineError::Rejected));
            assert_eq!(opened, [0; 6]);
        }
        assert_eq!(
            key.open(&[2; 12], &sealed[..15], b"", Output::from([0u8; 0].as_mut_slice())).err(),
            Some(EngineError::Rejected)
        );
    }

    #[test]
    fn gcm_takes_long_nonces_and_no_empty_one() {
        let key = Key::new(Algorithm::Aes192Gcm, &[1; 24]).unwrap();
        let mut sealed = [0; TAG_LEN];
        assert!(key.seal(&[2; 128], b"", b"", Output::from(&mut sealed[..])).is_ok());
        assert!(key.seal(&[], b"", b"", Output::from(&mut sealed[..])).is_err());
        assert_eq!(Key::new(Algorithm::Aes192Gcm, &[1; 16]).err(), Some(EngineError::InvalidInput));
    }
}
