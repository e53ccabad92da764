//! The payload: chunks of 64 KiB, each sealed with its number and a mark on the last (age §"Payload").
//!
//! This is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015): a chunk that is dropped, repeated, moved, or cut off the
//! end does not verify.

use std::io::{Read, Write};

use ironlatch_engine::rand;
use zeroize::Zeroizing;

use super::pipeline::{self, Position};
use super::{FileKey, derive, read_full, writing};
use crate::symmetric::aead::{Aead, ChaCha20Poly1305, TAG_LEN};
use crate::{Error, Output, Result};

/// The plaintext in a full chunk.
pub(super) const CHUNK: usize = 64 * 1024;
const SEALED_CHUNK: usize = CHUNK + TAG_LEN;

/// The nonce that stands before the chunks and goes into their key.
pub(super) const NONCE_LEN: usize = 16;

/// Encrypts all of `input`. Returns its length. `tick` is as for [`pipeline::run`].
pub(super) fn encrypt<R: Read + Send, W: Write + Send>(
    file_key: &FileKey,
    input: &mut R,
    output: &mut W,
    tick: &mut dyn FnMut() -> Result<()>,
) -> Result<u64> {
    let nonce: [u8; NONCE_LEN] = rand::array();
    output.write_all(&nonce).map_err(|error| writing(&error))?;
    let key = PayloadKey::new(file_key, &nonce)?;
    let seal = |position, chunk: &[u8], out: &mut [u8]| key.seal(position, chunk, out);
    let sealed = pipeline::run(input, output, CHUNK, TAG_LEN, seal, tick)?;
    Ok(sealed - sealed.div_ceil(SEALED_CHUNK as u64) * TAG_LEN as u64)
}

/// Decrypts the rest of `input`. Returns the plaintext's length.
pub(super) fn decrypt<R: Read + Send, W: Write + Send>(
    file_key: &FileKey,
    input: &mut R,
    output: &mut W,
    tick: &mut dyn FnMut() -> Result<()>,
) -> Result<u64> {
    let mut nonce = [0; NONCE_LEN];
    if read_full(input, &mut nonce)? < NONCE_LEN {
        return Err(cut_short());
    }
    let key = PayloadKey::new(file_key, &nonce)?;
    let open = |position, chunk: &[u8], out: &mut [u8]| key.open(position, chunk, out);
    pipeline::run(input, output, SEALED_CHUNK, 0, open, tick)
}

/// What the chunks of one file are sealed with.
#[derive(Debug)]
struct PayloadKey(ChaCha20Poly1305);

impl PayloadKey {
    fn new(file_key: &FileKey, nonce: &[u8; NONCE_LEN]) -> Result<Self> {
        ChaCha20Poly1305::new(&derive(&file_key[..], nonce, b"payload")?[..]).map(Self)
    }

    /// Writes the sealed chunk to the front of `out`, and returns its length.
    fn seal(&self, position: Position, chunk: &[u8], out: &mut [u8]) -> Result<usize> {
        let sealed = &mut out[..chunk.len() + TAG_LEN];
        Ok(self.0.encrypt(&position.nonce(), chunk, b"", Output::from(sealed))?.len())
    }

    /// Writes what is in the chunk to the front of `out`, and returns its length.
    fn open(&self, position: Position, chunk: &[u8], out: &mut [u8]) -> Result<usize> {
        let len = chunk.len().checked_sub(TAG_LEN).ok_or_else(cut_short)?;
        let opened = self.0.decrypt(&position.nonce(), chunk, b"", Output::from(&mut out[..len]));
        opened.map_err(|error| self.why(error, chunk, position))?;
        // Only a file without any plaintext has an empty chunk.
        if len == 0 && position.number > 0 {
            return Err(Error::Damaged("the file ends in an empty chunk, which no program writes".into()));
        }
        Ok(len)
    }

    /// Why a chunk did not open. It is as good as one in another place if it opens there.
    fn why(&self, error: Error, chunk: &[u8], position: Position) -> Error {
        if error != Error::InvalidTag {
            return error;
        }
        let mut scratch = Zeroizing::new(vec![0; chunk.len() - TAG_LEN]);
        let other = Position { last: !position.last, ..position };
        if self.0.decrypt(&other.nonce(), chunk, b"", Output::from(&mut scratch[..])).is_err() {
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

fn cut_short() -> Error {
    Error::Damaged("the file was cut short: its end is missing".into())
}
