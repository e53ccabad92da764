//! Authenticated encryption with associated data, a whole message at a time (RFC 5116).
//!
//! The ciphertext is followed by its tag. One nonce must never serve two messages under the same
//! key; if it happens all the same, [`AesGcmSiv`] and [`AesSiv`] lose least.

mod ccm;
mod chacha20_poly1305;
mod gcm_siv;
mod ocb3;
mod siv;
mod xaes_gcm;

use core::ops::RangeInclusive;

use ironlatch_engine::aes::{BLOCK_LEN, Block};
use ironlatch_engine::{EngineError, Output, aead as engine};

use crate::error::{Allowed, Input};
use crate::secret::wipes_stack;
use crate::{Error, Result, owned};

pub use ccm::AesCcm;
pub use chacha20_poly1305::{ChaCha20Poly1305, XChaCha20Poly1305};
pub use engine::TAG_LEN;
pub use gcm_siv::AesGcmSiv;
pub use ocb3::AesOcb3;
pub use siv::AesSiv;
pub use xaes_gcm::XAes256Gcm;

/// The longest plaintext, ciphertext or associated data in bytes.
const MAX_LEN: usize = (1 << 31) - 1;

/// A nonce: a number that serves one message under a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nonce<'a>(pub &'a [u8]);

/// Associated data: authenticated, not encrypted. It may be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Aad<'a>(pub &'a [u8]);

/// An AEAD that takes a nonce with each message and appends a tag.
pub trait Aead: Sized + Send + Sync {
    /// The key lengths in bytes that [`new`](Self::new) takes.
    const KEY_LENS: &'static [usize];
    /// The nonce lengths in bytes that it takes.
    const NONCE_LENS: RangeInclusive<usize>;

    /// A cipher under `key`, which is copied, and wiped on drop.
    ///
    /// # Errors
    /// [`Error::KeySize`] if the key's length is not in [`KEY_LENS`](Self::KEY_LENS).
    fn new(key: &[u8]) -> Result<Self>;

    /// The length of its tags in bytes.
    fn tag_len(&self) -> usize {
        TAG_LEN
    }

    /// Whether the lengths are allowed. Encryption and decryption check it themselves; a caller
    /// that is about to set aside memory for the result asks first. `data` is the plaintext or the
    /// ciphertext.
    ///
    /// # Errors
    /// [`Error::Length`] for a nonce of the wrong length, [`Error::TooLong`] for more than
    /// 2³¹ − 1 bytes.
    fn check(&self, nonce: Nonce<'_>, data: &[u8], aad: Aad<'_>) -> Result<()> {
        check_lens(Self::NONCE_LENS, nonce, data, aad)
    }

    /// The plaintext's length for a ciphertext of `ciphertext_len` bytes.
    ///
    /// # Errors
    /// [`Error::InvalidTag`] if the ciphertext is shorter than a tag.
    fn plaintext_len(&self, ciphertext_len: usize) -> Result<usize> {
        ciphertext_len.checked_sub(self.tag_len()).ok_or(Error::InvalidTag)
    }

    /// Encrypts and authenticates `plaintext`, and authenticates `aad`. Returns the ciphertext,
    /// which ends in its tag.
    ///
    /// # Errors
    /// As [`encrypt_into`](Self::encrypt_into).
    fn encrypt(&self, nonce: Nonce<'_>, plaintext: &[u8], aad: Aad<'_>) -> Result<Vec<u8>> {
        self.check(nonce, plaintext, aad)?;
        owned(plaintext.len() + self.tag_len(), |out| self.encrypt_into(nonce, plaintext, aad, out))
    }

    /// Decrypts `ciphertext`, which ends in its tag. Returns the plaintext.
    ///
    /// # Errors
    /// As [`decrypt_into`](Self::decrypt_into).
    fn decrypt(&self, nonce: Nonce<'_>, ciphertext: &[u8], aad: Aad<'_>) -> Result<Vec<u8>> {
        self.check(nonce, ciphertext, aad)?;
        owned(self.plaintext_len(ciphertext.len())?, |out| self.decrypt_into(nonce, ciphertext, aad, out))
    }

    /// Encrypts and authenticates `plaintext`, and authenticates `aad`, into `out` of
    /// `plaintext.len()` and [`tag_len`](Self::tag_len) bytes.
    ///
    /// # Errors
    /// [`Error::Length`] for a nonce of the wrong length, [`Error::TooLong`] for inputs over
    /// 2³¹ − 1 bytes.
    fn encrypt_into<'o>(
        &self,
        nonce: Nonce<'_>,
        plaintext: &[u8],
        aad: Aad<'_>,
        out: Output<'o>,
    ) -> Result<&'o mut [u8]>;

    /// Decrypts `ciphertext`, which ends in its tag, into `out` of
    /// [`plaintext_len`](Self::plaintext_len) bytes.
    ///
    /// # Errors
    /// [`Error::InvalidTag`] if key, nonce, `aad` or ciphertext is not the one of the encryption;
    /// `out` is then zero. [`Error::Length`] and [`Error::TooLong`] as for
    /// [`encrypt_into`](Self::encrypt_into).
    fn decrypt_into<'o>(
        &self,
        nonce: Nonce<'_>,
        ciphertext: &[u8],
        aad: Aad<'_>,
        out: Output<'o>,
    ) -> Result<&'o mut [u8]>;
}

/// AES in Galois/Counter Mode (NIST SP 800-38D): keys of 16, 24 or 32 bytes, nonces of 8 to 128
/// bytes, 12 for choice.
#[derive(Debug)]
pub struct AesGcm {
    key: engine::Key,
}

impl Aead for AesGcm {
    const KEY_LENS: &'static [usize] = &[16, 24, 32];
    const NONCE_LENS: RangeInclusive<usize> = 8..=128;

    #[wipes_stack]
    fn new(key: &[u8]) -> Result<Self> {
        check_aes_key("AES-GCM", key)?;
        let algorithm = match key.len() {
            16 => engine::Algorithm::Aes128Gcm,
            24 => engine::Algorithm::Aes192Gcm,
            _ => engine::Algorithm::Aes256Gcm,
        };
        Ok(Self { key: engine::Key::new(algorithm, key)? })
    }

    fn encrypt_into<'o>(
        &self,
        Nonce(nonce): Nonce<'_>,
        plaintext: &[u8],
        Aad(aad): Aad<'_>,
        out: Output<'o>,
    ) -> Result<&'o mut [u8]> {
        self.check(Nonce(nonce), plaintext, Aad(aad))?;
        Ok(self.key.seal(nonce, plaintext, aad, out)?)
    }

    fn decrypt_into<'o>(
        &self,
        Nonce(nonce): Nonce<'_>,
        ciphertext: &[u8],
        Aad(aad): Aad<'_>,
        out: Output<'o>,
    ) -> Result<&'o mut [u8]> {
        self.check(Nonce(nonce), ciphertext, Aad(aad))?;
        open(&self.key, nonce, ciphertext, aad, out)
    }
}

fn open<'o>(key: &engine::Key, nonce: &[u8], ciphertext: &[u8], aad: &[u8], out: Output<'o>) -> Result<&'o mut [u8]> {
    key.open(nonce, ciphertext, aad, out).map_err(|error| match error {
        EngineError::Rejected => Error::InvalidTag,
        other => other.into(),
    })
}

fn check_lens(nonce_lens: RangeInclusive<usize>, nonce: Nonce<'_>, data: &[u8], aad: Aad<'_>) -> Result<()> {
    let (Nonce(nonce), Aad(aad)) = (nonce, aad);
    if data.len() > MAX_LEN || aad.len() > MAX_LEN {
        return Err(Error::TooLong("data and associated data must each be at most 2**31 - 1 bytes".into()));
    }
    if nonce_lens.contains(&nonce.len()) {
        return Ok(());
    }
    let allowed = match (*nonce_lens.start() as u64, *nonce_lens.end() as u64) {
        (least, most) if least == most => Allowed::Exactly(least),
        (least, most) => Allowed::Between(least, most),
    };
    Err(Error::Length { what: Input::Nonce, got: nonce.len(), allowed })
}

/// For a ciphertext that is too short to hold a tag.
fn rejected(out: Output<'_>) -> Error {
    let _ = out.zeroed();
    Error::InvalidTag
}

fn check_aes_key(algorithm: &'static str, key: &[u8]) -> Result<()> {
    match key.len() {
        16 | 24 | 32 => Ok(()),
        len => Err(Error::KeySize { algorithm, got: len * 8, allowed: Allowed::OneOf(&[128, 192, 256]) }),
    }
}

/// A one and zeros after an incomplete block.
fn padded(part: &[u8]) -> Block {
    let mut block = [0; BLOCK_LEN];
    block[..part.len()].copy_from_slice(part);
    block[part.len()] = 0x80;
    block
}
