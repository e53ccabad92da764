//! Ciphers in modes of operation, for data that comes in pieces (NIST SP 800-38A, SP 800-38E), and
//! stream ciphers.
//!
//! None of these notices a changed ciphertext: use [`aead`](super::aead) unless a format asks for
//! one of these.

use ironlatch_engine::cipher as engine;

use super::cfb::Cfb;
use super::chacha20::ChaCha20;
use super::xts::Xts;
use super::{block, modes};
use crate::error::Unsupported;
use crate::error::{Allowed, Input};
use crate::secret::{wipes_stack, with_wiped_stack};
use crate::{Error, Output, Result};

pub use super::kinds::{BlockCipher, Direction, Mode, supported};

/// The engine's algorithm, where it has one.
pub(super) fn engine_algorithm(cipher: BlockCipher, key_len: usize, mode: Mode) -> Option<engine::Algorithm> {
    use engine::Algorithm::*;
    Some(match (cipher, mode, key_len) {
        (BlockCipher::Aes, Mode::Cbc, 16) => Aes128Cbc,
        (BlockCipher::Aes, Mode::Cbc, 24) => Aes192Cbc,
        (BlockCipher::Aes, Mode::Cbc, 32) => Aes256Cbc,
        (BlockCipher::Aes, Mode::Cfb, 16) => Aes128Cfb,
        (BlockCipher::Aes, Mode::Cfb, 24) => Aes192Cfb,
        (BlockCipher::Aes, Mode::Cfb, 32) => Aes256Cfb,
        (BlockCipher::Aes, Mode::Cfb8, 16) => Aes128Cfb8,
        (BlockCipher::Aes, Mode::Cfb8, 24) => Aes192Cfb8,
        (BlockCipher::Aes, Mode::Cfb8, 32) => Aes256Cfb8,
        (BlockCipher::Aes, Mode::Ctr, 16) => Aes128Ctr,
        (BlockCipher::Aes, Mode::Ctr, 24) => Aes192Ctr,
        (BlockCipher::Aes, Mode::Ctr, 32) => Aes256Ctr,
        (BlockCipher::Aes, Mode::Ecb, 16) => Aes128Ecb,
        (BlockCipher::Aes, Mode::Ecb, 24) => Aes192Ecb,
        (BlockCipher::Aes, Mode::Ecb, 32) => Aes256Ecb,
        (BlockCipher::Aes, Mode::Gcm, 16) => Aes128Gcm,
        (BlockCipher::Aes, Mode::Gcm, 24) => Aes192Gcm,
        (BlockCipher::Aes, Mode::Gcm, 32) => Aes256Gcm,
        (BlockCipher::Aes, Mode::Ofb, 16) => Aes128Ofb,
        (BlockCipher::Aes, Mode::Ofb, 24) => Aes192Ofb,
        (BlockCipher::Aes, Mode::Ofb, 32) => Aes256Ofb,
        (BlockCipher::Des, Mode::Cbc, 8) => DesCbc,
        (BlockCipher::Rc2, Mode::Cbc, 16) => Rc2Cbc,
        _ => return None,
    })
}

pub(super) fn unsupported(cipher: BlockCipher, key_len: usize, mode: Mode) -> Error {
    Error::unsupported(
        Unsupported::Cipher,
        format!("cipher {cipher:?} with a key of {} bits in {mode:?} mode is not supported", key_len * 8),
    )
}

/// A cipher in an unauthenticated mode at work.
#[derive(Debug)]
pub struct CipherContext {
    work: Option<Work>,
    block_len: usize,
    resettable: bool,
}

#[derive(Debug)]
enum Work {
    Modes(Chain),
    Xts(Box<Xts>),
    ChaCha20(Box<ChaCha20>),
}

impl CipherContext {
    /// A block cipher in a mode under `key` and `iv`, which is empty for a mode that has none.
    ///
    /// # Errors
    /// [`Error::Unsupported`] if there is no such cipher in such a mode, or it is GCM;
    /// [`Error::Length`] if the length of `iv` is not the mode's, [`Error::InvalidValue`] if in XTS
    /// the two keys are one.
    #[wipes_stack]
    pub fn new(cipher: BlockCipher, mode: Mode, direction: Direction, key: &[u8], iv: &[u8]) -> Result<Self> {
        if !supported(cipher, key.len(), mode) || mode == Mode::Gcm {
            return Err(unsupported(cipher, key.len(), mode));
        }
        let work = match mode {
            Mode::Xts => Work::Xts(Box::new(Xts::new(direction, key, iv)?)),
            _ => Work::Modes(Chain::new(cipher, mode, direction, key, iv)?),
        };
        let block_len = if matches!(mode, Mode::Cbc | Mode::Ecb) { cipher.block_len() } else { 1 };
        Ok(Self { work: Some(work), block_len, resettable: mode == Mode::Ctr })
    }

    /// ChaCha20 under `key` of 32 bytes from `nonce` of 16: see [`ChaCha20`].
    ///
    /// # Errors
    /// [`Error::KeySize`] or [`Error::Length`] if one of them has another length.
    #[wipes_stack]
    pub fn chacha20(key: &[u8], nonce: &[u8]) -> Result<Self> {
        let work = Work::ChaCha20(Box::new(ChaCha20::new(key, nonce)?));
        Ok(Self { work: Some(work), block_len: 1, resettable: true })
    }

    /// RC4 under `key` of 5 to 256 bytes: broken, for old data.
    ///
    /// # Errors
    /// [`Error::KeySize`] if the key has another length.
    #[wipes_stack]
    pub fn rc4(key: &[u8]) -> Result<Self> {
        if !(5..=256).contains(&key.len()) {
            return Err(Error::KeySize { algorithm: "RC4", got: key.len() * 8, allowed: Allowed::Between(40, 2048) });
        }
        let context = engine::Context::new(engine::Algorithm::Rc4, Direction::Encrypt, key, &[])?;
        Ok(Self { work: Some(Work::Modes(Chain::Engine(context))), block_len: 1, resettable: false })
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
        match self.work.as_ref().ok_or_else(already_finalized)? {
            Work::Modes(chain) => Ok(chain.output_len(len)),
            Work::Xts(_) | Work::ChaCha20(_) => Ok(len),
        }
    }

    /// Processes `data` into `out` of [`output_len`](Self::output_len) bytes, holding back an
    /// unfinished block.
    ///
    /// # Errors
    /// [`Error::AlreadyFinalized`]; [`Error::Length`] if XTS is given less than a block or
    /// more than a data unit holds, [`Error::InvalidValue`] if ChaCha20 is given more than its
    /// counter allows.
    pub fn update<'o>(&mut self, data: &[u8], out: Output<'o>) -> Result<&'o mut [u8]> {
        match self.work.as_mut().ok_or_else(already_finalized)? {
            Work::Modes(chain) => chain.update(data, out),
            Work::Xts(xts) => xts.update(data, out),
            Work::ChaCha20(stream) => stream.update(data, out),
        }
    }

    /// Ends the work.
    ///
    /// # Errors
    /// [`Error::AlreadyFinalized`], or [`Error::InvalidValue`] if the data was not whole blocks.
    pub fn finalize(&mut self) -> Result<()> {
        match self.work.take().ok_or_else(already_finalized)? {
            Work::Modes(chain) if chain.held() > 0 => {
                Err(Error::value("The length of the provided data is not a multiple of the block length."))
            }
            _ => Ok(()),
        }
    }

    /// Restarts with another nonce under the same key.
    ///
    /// # Errors
    /// [`Error::AlreadyFinalized`], [`Error::Unsupported`] if it is neither CTR nor ChaCha20,
    /// [`Error::Length`] if the nonce is not 16 bytes long.
    pub fn reset_nonce(&mut self, nonce: &[u8]) -> Result<()> {
        if !self.resettable {
            return Err(cannot_reset());
        }
        let work = self.work.as_mut().ok_or_else(already_finalized)?;
        if nonce.len() != 16 {
            return Err(Error::Length { what: Input::Nonce, got: nonce.len(), allowed: Allowed::Exactly(16) });
        }
        match work {
            Work::Modes(chain) => chain.reset(nonce),
            Work::ChaCha20(stream) => stream.reset(nonce),
            Work::Xts(_) => Err(cannot_reset()),
        }
    }
}

/// A block cipher in a mode of SP 800-38A, whichever code does the work.
#[derive(Debug, Clone)]
pub(super) enum Chain {
    Engine(engine::Context),
    Cfb(Box<Cfb>),
    Software(modes::Context),
}

impl Chain {
    /// A context of a mode that [`supported`] has, and that is neither GCM nor XTS.
    #[wipes_stack]
    pub(super) fn new(cipher: BlockCipher, mode: Mode, direction: Direction, key: &[u8], iv: &[u8]) -> Result<Self> {
        let expected = if mode == Mode::Ecb { 0 } else { cipher.block_len() };
        if iv.len() != expected {
            return Err(Error::Length {
                what: Input::Nonce,
                got: iv.len(),
                allowed: Allowed::Exactly(expected as u64),
            });
        }
        if (cipher, mode) == (BlockCipher::Aes, Mode::Cfb)
            && let Some(cfb) = Cfb::new(direction, key, iv)
        {
            return Ok(Self::Cfb(Box::new(cfb)));
        }
        if let Some(algorithm) = engine_algorithm(cipher, key.len(), mode) {
            return Ok(Self::Engine(engine::Context::new(algorithm, direction, key, iv)?));
        }
        let keyed = block::keyed(cipher, key)?.ok_or_else(|| unsupported(cipher, key.len(), mode))?;
        Ok(Self::Software(modes::Context::new(keyed, mode, direction, iv)))
    }

    pub(super) fn output_len(&self, len: usize) -> usize {
        match self {
            Self::Engine(context) => context.output_len(len),
            Self::Cfb(_) => len,
            Self::Software(context) => context.output_len(len),
        }
    }

    fn held(&self) -> usize {
        match self {
            Self::Engine(context) => context.held(),
            Self::Cfb(_) => 0,
            Self::Software(context) => context.held(),
        }
    }

    pub(super) fn update<'o>(&mut self, data: &[u8], out: Output<'o>) -> Result<&'o mut [u8]> {
        match self {
            Self::Engine(context) => Ok(context.update(data, out)?),
            Self::Cfb(context) => context.update(data, out),
            // The tables' loops spill round keys, of which some ciphers take the first from the key
            // as it is.
            Self::Software(context) => with_wiped_stack(|| context.update(data, out)),
        }
    }

    /// Restarts with an `iv` of the same length. No block may be unfinished.
    pub(super) fn reset(&mut self, iv: &[u8]) -> Result<()> {
        match self {
            Self::Engine(context) => Ok(context.reset(iv)?),
            Self::Cfb(_) => Err(cannot_reset()),
            Self::Software(context) => {
                context.reset(iv);
                Ok(())
            }
        }
    }
}

/// The error of [`CipherContext::reset_nonce`] for a mode that cannot be reset.
#[must_use]
pub fn cannot_reset() -> Error {
    Error::unsupported(Unsupported::Cipher, "This algorithm or mode does not support resetting the nonce.")
}

pub(super) fn already_finalized() -> Error {
    Error::AlreadyFinalized("Context was already finalized.".into())
}
