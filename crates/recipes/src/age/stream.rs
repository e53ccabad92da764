//! The payload: chunks of 64 KiB, each sealed with its number and a mark on the last (age
//! §"Payload").
//!
//! This is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015): a chunk that is dropped, repeated,
//! moved, or cut off the end does not verify.

use std::io::{Read, Write};

use ironlatch_core::random;
use zeroize::Zeroizing;

use super::pipeline::{self, Position};
use super::{FileKey, derive, read_full, writing};
use crate::{Error, Result};
use ironlatch_core::symmetric::aead::{Aad, Aead, ChaCha20Poly1305, Nonce, TAG_LEN};
use ironlatch_core::{Error as CoreError, Output};

/// The plaintext in a full chunk.
pub(super) const CHUNK: usize = 64 * 1024;
/// The same, sealed.
pub(super) const SEALED_CHUNK: usize = CHUNK + TAG_LEN;

/// The nonce that stands before the chunks and goes into their key.
pub(super) const NONCE_LEN: usize = 16;

/// Encrypts all of `input`. Returns its length. `tick` is as for [`pipeline::run`].
pub(super) fn encrypt<R: Read + Send, W: Write + Send>(
    file_key: &FileKey,
    input: &mut R,
    output: &mut W,
    tick: &mut dyn FnMut() -> Result<()>,
) -> Result<u64> {
    let (key, nonce) = PayloadKey::generate(file_key)?;
    output.write_all(&nonce).map_err(writing)?;
    let seal = |position, chunk: &[u8], out: &mut [u8]| {
        Ok(key.seal(position, chunk, Output::from(&mut out[..chunk.len() + TAG_LEN]))?.len())
    };
    let sealed = pipeline::run(input, output, CHUNK, TAG_LEN, seal, tick)?;
    Ok(opened_len(sealed))
}

/// Decrypts the rest of `input`. Returns the plaintext's length.
pub(super) fn decrypt<R: Read + Send, W: Write + Send>(
    file_key: &FileKey,
    input: &mut R,
    output: &mut W,
    tick: &mut dyn FnMut() -> Result<()>,
) -> Result<u64> {
    let key = PayloadKey::read(file_key, input)?;
    let open = |position, chunk: &[u8], out: &mut [u8]| {
        let len = chunk.len().saturating_sub(TAG_LEN);
        Ok(key.open(position, chunk, Output::from(&mut out[..len]))?.len())
    };
    pipeline::run(input, output, SEALED_CHUNK, 0, open, tick)
}

/// The length of the plaintext in chunks of this length together.
pub(super) fn opened_len(sealed: u64) -> u64 {
    sealed - sealed.div_ceil(SEALED_CHUNK as u64) * TAG_LEN as u64
}

/// The key and nonces that seal the chunks of one file.
#[derive(Debug)]
pub(super) struct PayloadKey(ChaCha20Poly1305);

impl PayloadKey {
    /// A new key, and the nonce that must stand before the chunks.
    pub(super) fn generate(file_key: &FileKey) -> Result<(Self, [u8; NONCE_LEN])> {
        let nonce = random::array();
        Ok((Self::new(file_key, &nonce)?, nonce))
    }

    /// The key by the nonce that stands before the chunks.
    pub(super) fn read(file_key: &FileKey, input: &mut impl Read) -> Result<Self> {
        let mut nonce = [0; NONCE_LEN];
        if read_full(input, &mut nonce)? < NONCE_LEN {
            return Err(cut_short());
        }
        Self::new(file_key, &nonce)
    }

    fn new(file_key: &FileKey, nonce: &[u8; NONCE_LEN]) -> Result<Self> {
        Ok(Self(ChaCha20Poly1305::new(&derive(file_key.expose(), nonce, b"payload")?[..])?))
    }

    /// Seals a chunk into `out`, which is [`TAG_LEN`] bytes longer.
    pub(super) fn seal<'o>(&self, position: Position, chunk: &[u8], out: Output<'o>) -> Result<&'o mut [u8]> {
        Ok(self.0.encrypt_into(Nonce(&position.nonce()), chunk, Aad(b""), out)?)
    }

    /// Opens a chunk into `out`, which is [`TAG_LEN`] bytes shorter.
    pub(super) fn open<'o>(&self, position: Position, chunk: &[u8], out: Output<'o>) -> Result<&'o mut [u8]> {
        if chunk.len() < TAG_LEN {
            return Err(cut_short());
        }
        let opened = self.0.decrypt_into(Nonce(&position.nonce()), chunk, Aad(b""), out);
        let opened = opened.map_err(|error| self.why(error, chunk, position))?;
        // Only a file without any plaintext has an empty chunk.
        if opened.is_empty() && position.number > 0 {
            return Err(Error::Damaged("the file ends in an empty chunk, which no program writes".into()));
        }
        Ok(opened)
    }

    /// Why a chunk did not open. It is as good as one in another place if it opens there.
    fn why(&self, error: CoreError, chunk: &[u8], position: Position) -> Error {
        if error != CoreError::InvalidTag {
            return error.into();
        }
        let mut scratch = Zeroizing::new(vec![0; chunk.len() - TAG_LEN]);
        let other = Position { last: !position.last, ..position };
        if self.0.decrypt_into(Nonce(&other.nonce()), chunk, Aad(b""), Output::from(&mut scratch[..])).is_err() {
            return Error::Damaged(
                format!("the file was changed or cut short, at chunk {}", position.number + 1).into(),
            );
        }
        if position.last { cut_short() } else { Error::Damaged("there is something after the file's end".into()) }
    }
}

impl Position {
    /// An 11-byte number, then one byte that marks the last.
    fn nonce(self) -> [u8; 12] {
        let mut nonce = [0; 12];
        nonce[3..11].copy_from_slice(&self.number.to_be_bytes());
        nonce[11] = u8::from(self.last);
        nonce
    }
}

/// The error of a reader when the end is not where it should be.
pub(super) fn cut_short() -> Error {
    Error::Damaged("the file was cut short: its end is missing".into())
}
