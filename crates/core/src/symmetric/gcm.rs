//! Galois/Counter Mode for data that comes in pieces (NIST SP 800-38D).
//!
//! Plaintext is handed out before its tag is checked: use [`aead`](super::aead) unless the data
//! does not fit into memory.

mod software;

use ironlatch_engine::{EngineError, cipher as engine};

use self::software::SoftwareGcm;
use super::block;
use super::cipher::{BlockCipher, Direction, Mode, already_finalized, engine_algorithm, unsupported};
use crate::error::{Allowed, Input};
use crate::secret::wipes_stack;
use crate::{Error, Output, Result};

/// The most plaintext in bytes that GCM takes under one nonce (SP 800-38D §5.2.1.1).
pub const GCM_MAX_DATA: u64 = ((1 << 39) - 256) / 8;
/// The most associated data in bytes that GCM takes under one nonce; the specification allows one
/// byte less.
pub const GCM_MAX_AAD: u64 = (1 << 61) - 1;

/// A cipher in GCM at work on a message whose pieces come one after another: first associated data,
/// then data.
#[derive(Debug)]
pub struct GcmContext {
    state: State,
    aad_left: u64,
    data_left: u64,
    updated: bool,
}

#[derive(Debug)]
enum State {
    Working(Work),
    Finished,
    /// The tag did not match. It does not match the second time either.
    Rejected,
}

#[derive(Debug)]
enum Work {
    Engine(engine::Context),
    Software(Box<SoftwareGcm>),
}

impl GcmContext {
    /// The length of a whole tag in bytes.
    pub const TAG_LEN: usize = 16;

    /// A context under `key` and a `nonce` of 8 to 128 bytes.
    ///
    /// # Errors
    /// [`Error::Unsupported`] if there is no such cipher in GCM, [`Error::Length`] for a nonce of
    /// another length.
    #[wipes_stack]
    pub fn new(cipher: BlockCipher, direction: Direction, key: &[u8], nonce: &[u8]) -> Result<Self> {
        if !super::cipher::supported(cipher, key.len(), Mode::Gcm) {
            return Err(unsupported(cipher, key.len(), Mode::Gcm));
        }
        if !(8..=128).contains(&nonce.len()) {
            return Err(Error::Length { what: Input::Nonce, got: nonce.len(), allowed: Allowed::Between(8, 128) });
        }
        let work = if let Some(algorithm) = engine_algorithm(cipher, key.len(), Mode::Gcm) {
            Work::Engine(engine::Context::new(algorithm, direction, key, nonce)?)
        } else if let Some(key) = block::keyed(cipher, key)? {
            Work::Software(Box::new(SoftwareGcm::new(&key, direction, nonce)?))
        } else {
            return Err(unsupported(cipher, key.len(), Mode::Gcm));
        };
        Ok(Self { state: State::Working(work), aad_left: GCM_MAX_AAD, data_left: GCM_MAX_DATA, updated: false })
    }

    /// Authenticates `aad`, which is not encrypted.
    ///
    /// # Errors
    /// [`Error::AlreadyFinalized`], [`Error::AlreadyUpdated`] once data has come,
    /// [`Error::InvalidValue`] past [`GCM_MAX_AAD`].
    pub fn update_aad(&mut self, aad: &[u8]) -> Result<()> {
        let State::Working(work) = &mut self.state else { return Err(already_finalized()) };
        if self.updated {
            return Err(Error::AlreadyUpdated("associated data must come before the first data".into()));
        }
        let left = self.aad_left.checked_sub(aad.len() as u64);
        self.aad_left = left.ok_or_else(|| Error::value("GCM takes no more associated data under one nonce"))?;
        match work {
            Work::Engine(context) => context.update_aad(aad)?,
            Work::Software(context) => context.update_aad(aad),
        }
        Ok(())
    }

    /// Processes `data` into `out`, which is as long.
    ///
    /// # Errors
    /// [`Error::AlreadyFinalized`], or [`Error::InvalidValue`] past [`GCM_MAX_DATA`].
    pub fn update<'o>(&mut self, data: &[u8], out: Output<'o>) -> Result<&'o mut [u8]> {
        let State::Working(work) = &mut self.state else { return Err(already_finalized()) };
        let left = self.data_left.checked_sub(data.len() as u64);
        self.data_left = left.ok_or_else(|| Error::value("GCM takes no more data under one nonce"))?;
        self.updated = true;
        match work {
            Work::Engine(context) => Ok(context.update(data, out)?),
            Work::Software(context) => context.update(data, out),
        }
    }

    /// Ends an encryption and gives its tag.
    ///
    /// # Errors
    /// [`Error::AlreadyFinalized`].
    pub fn finalize(&mut self) -> Result<[u8; Self::TAG_LEN]> {
        match core::mem::replace(&mut self.state, State::Finished) {
            State::Working(Work::Engine(context)) => Ok(context.finish_tag()?),
            State::Working(Work::Software(context)) => Ok(context.finish_tag()),
            State::Finished | State::Rejected => Err(already_finalized()),
        }
    }

    /// Ends a decryption: the data was authentic if and only if this succeeds. `tag` may be cut to
    /// `min_tag_len` bytes.
    ///
    /// # Errors
    /// [`Error::InvalidTag`] if key, nonce, associated data or ciphertext is not the one of the
    /// encryption, [`Error::Length`] if the tag is too short or too long,
    /// [`Error::AlreadyFinalized`].
    pub fn verify(&mut self, tag: &[u8], min_tag_len: usize) -> Result<()> {
        self.check_open()?;
        if tag.len() < min_tag_len {
            return Err(Error::Length {
                what: Input::Tag,
                got: tag.len(),
                allowed: Allowed::AtLeast(min_tag_len as u64),
            });
        }
        if tag.len() > Self::TAG_LEN {
            return Err(Error::Length { what: Input::Tag, got: tag.len(), allowed: Allowed::AtMost(16) });
        }
        match core::mem::replace(&mut self.state, State::Rejected) {
            State::Working(Work::Engine(context)) => context.verify_tag(tag).map_err(|error| match error {
                EngineError::Rejected => Error::InvalidTag,
                other => other.into(),
            })?,
            State::Working(Work::Software(context)) => {
                if !context.verify_tag(tag) {
                    return Err(Error::InvalidTag);
                }
            }
            State::Finished | State::Rejected => {}
        }
        self.state = State::Finished;
        Ok(())
    }

    /// # Errors
    /// [`Error::AlreadyFinalized`] once the work has ended; [`Error::InvalidTag`] if it ended with
    /// a tag that did not match.
    pub fn check_open(&self) -> Result<()> {
        match self.state {
            State::Working(_) => Ok(()),
            State::Finished => Err(already_finalized()),
            State::Rejected => Err(Error::InvalidTag),
        }
    }
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
