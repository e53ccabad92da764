//! Messages under one key, with nonces that nobody has to choose.
//!
//! A sealed message is a random nonce of 24 bytes, the ciphertext, and a tag of 16 bytes. With
//! nonces of that length, chance repeats none, however many messages a key seals. The bytes are
//! those of any other implementation of the two algorithms that puts the nonce in front.
//!
//! ```
//! use ironlatch::recipes::sealing::{Sealer, XAes256Gcm};
//!
//! let sealer = Sealer::<XAes256Gcm>::new(&[7; 32])?;
//! let sealed = sealer.seal(b"hello", b"for Bob")?;
//! assert_eq!(sealer.open(&sealed, b"for Bob")?, b"hello");
//! # Ok::<(), ironlatch::recipes::Error>(())
//! ```

pub use ironlatch_core::symmetric::aead::{XAes256Gcm, XChaCha20Poly1305};

use crate::{Error, Result};
use ironlatch_core::symmetric::aead::{Aad, Aead, Nonce, TAG_LEN};
use ironlatch_core::{Error as CoreError, Output, random};

/// The length of a key in bytes.
pub const KEY_LEN: usize = 32;
/// The length of the nonce in front of a sealed message in bytes.
pub const NONCE_LEN: usize = 24;

/// Seals and opens messages under one key, with [`XAes256Gcm`] or [`XChaCha20Poly1305`].
#[derive(Debug)]
pub struct Sealer<A> {
    cipher: A,
}

impl<A: ExtendedNonce> Sealer<A> {
    /// A sealer under `key`, which is copied, and wiped on drop.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] if the key has not [`KEY_LEN`] bytes.
    pub fn new(key: &[u8]) -> Result<Self> {
        Ok(Self { cipher: A::new(key)? })
    }

    /// The length of a message of `len` bytes when it is sealed.
    #[must_use]
    pub fn sealed_len(&self, len: usize) -> usize {
        NONCE_LEN + len + TAG_LEN
    }

    /// The length of the message in `sealed_len` bytes.
    ///
    /// # Errors
    /// [`CoreError::InvalidTag`] if they are too few for any message.
    pub fn opened_len(&self, sealed_len: usize) -> Result<usize> {
        sealed_len.checked_sub(NONCE_LEN + TAG_LEN).ok_or(Error::Core(CoreError::InvalidTag))
    }

    /// Encrypts and authenticates `message`, and authenticates `aad`.
    ///
    /// # Errors
    /// [`CoreError::TooLong`] if either has more than 2³¹ − 1 bytes.
    pub fn seal(&self, message: &[u8], aad: &[u8]) -> Result<Vec<u8>> {
        let mut sealed = vec![0; self.sealed_len(message.len())];
        self.seal_into(message, aad, sealed.as_mut_slice().into())?;
        Ok(sealed)
    }

    /// Opens what [`seal`](Self::seal) made.
    ///
    /// # Errors
    /// [`CoreError::InvalidTag`] if it was changed, or sealed under another key or with other
    /// associated data. [`CoreError::TooLong`] as for [`seal`](Self::seal).
    pub fn open(&self, sealed: &[u8], aad: &[u8]) -> Result<Vec<u8>> {
        let mut message = vec![0; self.opened_len(sealed.len())?];
        self.open_into(sealed, aad, message.as_mut_slice().into())?;
        Ok(message)
    }

    /// Encrypts and authenticates `message`, and authenticates `aad`, into `out` of
    /// [`sealed_len`](Self::sealed_len) bytes.
    ///
    /// # Errors
    /// [`CoreError::TooLong`] if either has more than 2³¹ − 1 bytes.
    pub fn seal_into<'o>(&self, message: &[u8], aad: &[u8], out: Output<'o>) -> Result<&'o mut [u8]> {
        let nonce: [u8; NONCE_LEN] = random::array();
        let mut writer = out.writer();
        writer.push(&nonce);
        writer.push_with(message.len() + TAG_LEN, |out| {
            self.cipher.encrypt_into(Nonce(&nonce), message, Aad(aad), out)
        })?;
        Ok(writer.finish())
    }

    /// Opens what [`seal`](Self::seal) made into `out` of [`opened_len`](Self::opened_len) bytes.
    ///
    /// # Errors
    /// [`CoreError::InvalidTag`] if it was changed, or sealed under another key or with other
    /// associated data; `out` is then zero. [`CoreError::TooLong`] as for [`seal`](Self::seal).
    pub fn open_into<'o>(&self, sealed: &[u8], aad: &[u8], out: Output<'o>) -> Result<&'o mut [u8]> {
        let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(Error::Core(CoreError::InvalidTag))?;
        Ok(self.cipher.decrypt_into(Nonce(nonce), ciphertext, Aad(aad), out)?)
    }
}

/// An AEAD whose nonces are long enough to be drawn at random.
pub trait ExtendedNonce: Aead {}

impl ExtendedNonce for XAes256Gcm {}
impl ExtendedNonce for XChaCha20Poly1305 {}
