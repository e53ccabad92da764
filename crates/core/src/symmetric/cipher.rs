//! Block ciphers in modes of operation, for data that comes in pieces (NIST SP 800-38A and 800-38D).
//!
//! None of these but GCM notices a changed ciphertext, and even GCM hands out plaintext before its tag is checked: use
//! [`aead`](super::aead) unless a format asks for one of these.

use ironlatch_engine::{EngineError, cipher as engine};

use crate::error::Unsupported;
use crate::{Error, Output, Result};

pub use engine::Direction;

/// The most plaintext in bytes that GCM takes under one nonce (SP 800-38D §5.2.1.1).
pub const GCM_MAX_DATA: u64 = ((1 << 39) - 256) / 8;
/// The most associated data in bytes that GCM takes under one nonce; the specification allows one byte less.
pub const GCM_MAX_AAD: u64 = (1 << 61) - 1;

/// A block cipher; the key's length selects the variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BlockCipher {
    /// AES (FIPS 197) with keys of 16, 24 or 32 bytes.
    Aes,
    /// RC2 (RFC 2268) with keys of 16 bytes, in CBC only. For old data.
    Rc2,
    /// Triple DES (SP 800-67) with keys of 24 bytes. For old data.
    TripleDes,
}

impl BlockCipher {
    /// The length of a block in bytes.
    #[must_use]
    pub fn block_len(self) -> usize {
        match self {
            Self::Aes => 16,
            Self::Rc2 | Self::TripleDes => 8,
        }
    }
}

/// A mode of operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mode {
    /// Cipher block chaining; takes whole blocks and an initialization vector of one block.
    Cbc,
    /// Counter mode; the nonce is the first counter block.
    Ctr,
    /// Each block by itself: equal blocks stay equal.
    Ecb,
    /// Galois/Counter Mode, which authenticates, with nonces of 8 to 128 bytes.
    Gcm,
}

/// Whether there is such a cipher in such a mode.
#[must_use]
pub fn supported(cipher: BlockCipher, key_len: usize, mode: Mode) -> bool {
    algorithm(cipher, key_len, mode).is_ok()
}

pub(super) fn algorithm(cipher: BlockCipher, key_len: usize, mode: Mode) -> Result<engine::Algorithm> {
    use engine::Algorithm::*;
    match (cipher, mode, key_len) {
        (BlockCipher::Aes, Mode::Cbc, 16) => Ok(Aes128Cbc),
        (BlockCipher::Aes, Mode::Cbc, 24) => Ok(Aes192Cbc),
        (BlockCipher::Aes, Mode::Cbc, 32) => Ok(Aes256Cbc),
        (BlockCipher::Aes, Mode::Ctr, 16) => Ok(Aes128Ctr),
        (BlockCipher::Aes, Mode::Ctr, 24) => Ok(Aes192Ctr),
        (BlockCipher::Aes, Mode::Ctr, 32) => Ok(Aes256Ctr),
        (BlockCipher::Aes, Mode::Ecb, 16) => Ok(Aes128Ecb),
        (BlockCipher::Aes, Mode::Ecb, 24) => Ok(Aes192Ecb),
        (BlockCipher::Aes, Mode::Ecb, 32) => Ok(Aes256Ecb),
        (BlockCipher::Aes, Mode::Gcm, 16) => Ok(Aes128Gcm),
        (BlockCipher::Aes, Mode::Gcm, 24) => Ok(Aes192Gcm),
        (BlockCipher::Aes, Mode::Gcm, 32) => Ok(Aes256Gcm),
        (BlockCipher::Rc2, Mode::Cbc, 16) => Ok(Rc2Cbc),
        (BlockCipher::TripleDes, Mode::Cbc, 24) => Ok(DesEde3Cbc),
        _ => Err(Error::unsupported(
            Unsupported::Cipher,
            format!("cipher {cipher:?} with a key of {} bits in {mode:?} mode is not supported", key_len * 8),
        )),
    }
}

/// A cipher in an unauthenticated mode at work.
#[derive(Debug)]
pub struct CipherContext {
    inner: Option<engine::Context>,
    mode: Mode,
    block_len: usize,
}

impl CipherContext {
    /// A context under `key` and `iv`, which is empty for a mode that has none.
    ///
    /// # Errors
    /// [`Error::Unsupported`] if there is no such cipher in such a mode, [`Error::InvalidValue`] if the length of `iv`
    /// is not the mode's.
    pub fn new(cipher: BlockCipher, mode: Mode, direction: Direction, key: &[u8], iv: &[u8]) -> Result<Self> {
        let algorithm = algorithm(cipher, key.len(), mode)?;
        if iv.len() != algorithm.iv_len() {
            let expected = algorithm.iv_len();
            return Err(Error::value(format!("nonce must be {expected} bytes for this mode; it has {}", iv.len())));
        }
        let inner = engine::Context::new(algorithm, direction, key, iv)?;
        Ok(Self { inner: Some(inner), mode, block_len: algorithm.block_len() })
    }

    /// The length of the pieces that the mode works in, in bytes: 1 for a mode that makes a stream.
    #[must_use]
    pub fn block_len(&self) -> usize {
        self.block_len
    }

    /// How many bytes [`update`](Self::update) gives for `len` more.
    ///
    /// # Errors
    /// [`Error::AlreadyFinalized`].
    pub fn output_len(&self, len: usize) -> Result<usize> {
        Ok(self.inner.as_ref().ok_or_else(already_finalized)?.output_len(len))
    }

    /// Processes `data` into `out` of [`output_len`](Self::output_len) bytes, holding back an unfinished block.
    ///
    /// # Errors
    /// [`Error::AlreadyFinalized`].
    pub fn update<'o>(&mut self, data: &[u8], out: Output<'o>) -> Result<&'o mut [u8]> {
        Ok(self.inner.as_mut().ok_or_else(already_finalized)?.update(data, out)?)
    }

    /// Ends the work.
    ///
    /// # Errors
    /// [`Error::AlreadyFinalized`], or [`Error::InvalidValue`] if the data was not whole blocks.
    pub fn finalize(&mut self) -> Result<()> {
        let inner = self.inner.take().ok_or_else(already_finalized)?;
        inner
            .finish()
            .map_err(|_| Error::value("The length of the provided data is not a multiple of the block length."))
    }

    /// Starts anew with another nonce under the same key.
    ///
    /// # Errors
    /// [`Error::AlreadyFinalized`], [`Error::Unsupported`] if the mode is not CTR, [`Error::InvalidValue`] if the nonce is
    /// not 16 bytes long.
    pub fn reset_nonce(&mut self, nonce: &[u8]) -> Result<()> {
        if self.mode != Mode::Ctr {
            return Err(cannot_reset());
        }
        let inner = self.inner.as_mut().ok_or_else(already_finalized)?;
        inner.reset(nonce).map_err(|_| Error::value(format!("nonce must be 16 bytes long; it has {}", nonce.len())))
    }
}

/// A cipher in GCM at work on a message whose pieces come one after another: first associated data, then data.
#[derive(Debug)]
pub struct GcmContext {
    state: State,
    aad_left: u64,
    data_left: u64,
    updated: bool,
}

#[derive(Debug)]
enum State {
    Working(engine::Context),
    Finished,
    /// The tag did not match. It does not match the second time either.
    Rejected,
}

impl GcmContext {
    /// The length of a whole tag in bytes.
    pub const TAG_LEN: usize = 16;

    /// A context under `key` and a `nonce` of 8 to 128 bytes.
    ///
    /// # Errors
    /// [`Error::Unsupported`] if there is no such cipher in GCM, [`Error::InvalidValue`] for a nonce of another length.
    pub fn new(cipher: BlockCipher, direction: Direction, key: &[u8], nonce: &[u8]) -> Result<Self> {
        let algorithm = algorithm(cipher, key.len(), Mode::Gcm)?;
        if !(8..=128).contains(&nonce.len()) {
            return Err(Error::value(format!("nonce must be between 8 and 128 bytes; it has {}", nonce.len())));
        }
        let inner = engine::Context::new(algorithm, direction, key, nonce)?;
        Ok(Self { state: State::Working(inner), aad_left: GCM_MAX_AAD, data_left: GCM_MAX_DATA, updated: false })
    }

    /// Authenticates `aad`, which is not encrypted.
    ///
    /// # Errors
    /// [`Error::AlreadyFinalized`], [`Error::AlreadyUpdated`] once data has come, [`Error::InvalidValue`] past
    /// [`GCM_MAX_AAD`].
    pub fn update_aad(&mut self, aad: &[u8]) -> Result<()> {
        let State::Working(inner) = &mut self.state else { return Err(already_finalized()) };
        if self.updated {
            return Err(Error::AlreadyUpdated("associated data must come before the first data".into()));
        }
        let left = self.aad_left.checked_sub(aad.len() as u64);
        self.aad_left = left.ok_or_else(|| Error::value("GCM takes no more associated data under one nonce"))?;
        Ok(inner.update_aad(aad)?)
    }

    /// Processes `data` into `out`, which is as long.
    ///
    /// # Errors
    /// [`Error::AlreadyFinalized`], or [`Error::InvalidValue`] past [`GCM_MAX_DATA`].
    pub fn update<'o>(&mut self, data: &[u8], out: Output<'o>) -> Result<&'o mut [u8]> {
        let State::Working(inner) = &mut self.state else { return Err(already_finalized()) };
        let left = self.data_left.checked_sub(data.len() as u64);
        self.data_left = left.ok_or_else(|| Error::value("GCM takes no more data under one nonce"))?;
        self.updated = true;
        Ok(inner.update(data, out)?)
    }

    /// Ends an encryption and gives its tag.
    ///
    /// # Errors
    /// [`Error::AlreadyFinalized`].
    pub fn finalize(&mut self) -> Result<[u8; Self::TAG_LEN]> {
        match core::mem::replace(&mut self.state, State::Finished) {
            State::Working(inner) => Ok(inner.finish_tag()?),
            State::Finished | State::Rejected => Err(already_finalized()),
        }
    }

    /// Ends a decryption: the data was authentic if and only if this succeeds. `tag` may be cut to `min_tag_len` bytes.
    ///
    /// # Errors
    /// [`Error::InvalidTag`] if key, nonce, associated data or ciphertext is not the one of the encryption,
    /// [`Error::InvalidValue`] if the tag is too short or too long, [`Error::AlreadyFinalized`].
    pub fn verify(&mut self, tag: &[u8], min_tag_len: usize) -> Result<()> {
        self.check_open()?;
        if tag.len() < min_tag_len {
            return Err(Error::value(format!("Authentication tag must be {min_tag_len} bytes or longer.")));
        }
        if tag.len() > Self::TAG_LEN {
            return Err(Error::value("Authentication tag cannot be more than 16 bytes."));
        }
        if let State::Working(inner) = core::mem::replace(&mut self.state, State::Rejected) {
            inner.verify_tag(tag).map_err(|error| match error {
                EngineError::Rejected => Error::InvalidTag,
                other => other.into(),
            })?;
            self.state = State::Finished;
        }
        Ok(())
    }

    /// # Errors
    /// [`Error::AlreadyFinalized`] once the work has ended; [`Error::InvalidTag`] if it ended with a tag that did not
    /// match.
    pub fn check_open(&self) -> Result<()> {
        match self.state {
            State::Working(_) => Ok(()),
            State::Finished => Err(already_finalized()),
            State::Rejected => Err(Error::InvalidTag),
        }
    }
}

/// What [`CipherContext::reset_nonce`] says of a mode that cannot.
#[must_use]
pub fn cannot_reset() -> Error {
    Error::unsupported(Unsupported::Cipher, "This algorithm or mode does not support resetting the nonce.")
}

pub(super) fn already_finalized() -> Error {
    Error::AlreadyFinalized("Context was already finalized.".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_kept_without_touching_the_cipher() {
        let mut context = GcmContext::new(BlockCipher::Aes, Direction::Encrypt, &[0; 16], &[0; 12]).unwrap();
        context.aad_left = 3;
        context.update_aad(&[0; 3]).unwrap();
        assert!(matches!(context.update_aad(&[0]), Err(Error::InvalidValue(_))));
        context.data_left = 16;
        let mut out = [0; 16];
        context.update(&[0; 16], Output::from(&mut out[..])).unwrap();
        assert!(matches!(context.update(&[0], Output::from(&mut out[..1])), Err(Error::InvalidValue(_))));
        assert!(context.finalize().is_ok());
    }

    #[test]
    fn a_rejected_tag_stays_rejected() {
        let mut context = GcmContext::new(BlockCipher::Aes, Direction::Decrypt, &[0; 16], &[0; 12]).unwrap();
        assert_eq!(context.verify(&[0; 16], 16), Err(Error::InvalidTag));
        assert_eq!(context.verify(&[0; 16], 16), Err(Error::InvalidTag));
        assert!(matches!(context.update_aad(b""), Err(Error::AlreadyFinalized(_))));
    }
}
