//! The payload: chunks of 64 KiB, each sealed with its number and a mark on the last (age §"Payload").
//!
//! This is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015): a chunk that is dropped, repeated, moved, or cut off the
//! end does not verify.

use std::io::{Read, Write};

use ironlatch_engine::rand;
use zeroize::Zeroizing;

use super::{FileKey, derive, read_full, writing};
use crate::symmetric::aead::{Aead, ChaCha20Poly1305, TAG_LEN};
use crate::{Error, Output, Result};

/// The plaintext in a full chunk.
pub(super) const CHUNK: usize = 64 * 1024;
const SEALED_CHUNK: usize = CHUNK + TAG_LEN;

/// The nonce that stands before the chunks and goes into their key.
pub(super) const NONCE_LEN: usize = 16;

pub(super) fn encrypt(file_key: &FileKey, input: &mut impl Read, output: &mut impl Write) -> Result<u64> {
    let nonce: [u8; NONCE_LEN] = rand::array();
    output.write_all(&nonce).map_err(|error| writing(&error))?;
    let key = payload_key(file_key, &nonce)?;
    let mut sealed = vec![0; SEALED_CHUNK];
    let mut total = 0;
    each_chunk(input, CHUNK, |chunk, position| {
        total += chunk.len() as u64;
        let sealed = &mut sealed[..chunk.len() + TAG_LEN];
        key.encrypt(&position.nonce(), chunk, b"", Output::from(&mut *sealed))?;
        output.write_all(sealed).map_err(|error| writing(&error))
    })?;
    output.flush().map_err(|error| writing(&error))?;
    Ok(total)
}

pub(super) fn decrypt(file_key: &FileKey, input: &mut impl Read, output: &mut impl Write) -> Result<u64> {
    let mut nonce = [0; NONCE_LEN];
    if read_full(input, &mut nonce)? < NONCE_LEN {
        return Err(cut_short());
    }
    let key = payload_key(file_key, &nonce)?;
    let mut opened = Zeroizing::new(vec![0; CHUNK]);
    let mut total = 0;
    each_chunk(input, SEALED_CHUNK, |chunk, position| {
        let len = chunk.len().checked_sub(TAG_LEN).ok_or_else(cut_short)?;
        let opened = &mut opened[..len];
        let result = key.decrypt(&position.nonce(), chunk, b"", Output::from(&mut *opened));
        result.map(|_| ()).map_err(|error| why(&key, error, chunk, position))?;
        // Only a file without any plaintext has an empty chunk.
        if len == 0 && position.number > 0 {
            return Err(Error::Damaged("the file ends in an empty chunk, which no program writes".into()));
        }
        output.write_all(opened).map_err(|error| writing(&error))?;
        total += len as u64;
        Ok(())
    })?;
    output.flush().map_err(|error| writing(&error))?;
    Ok(total)
}

/// Where a chunk stands.
#[derive(Clone, Copy)]
struct Position {
    number: u64,
    last: bool,
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

/// Hands the input over in chunks of `len` bytes, the last one shorter or as long, and empty only if it is the only one.
fn each_chunk(input: &mut impl Read, len: usize, mut take: impl FnMut(&[u8], Position) -> Result<()>) -> Result<()> {
    // One byte more than a chunk shows whether this one is the last.
    let mut buffer = Zeroizing::new(vec![0; len + 1]);
    let mut filled = 0;
    for number in 0.. {
        filled += read_full(input, &mut buffer[filled..])?;
        if filled <= len {
            return take(&buffer[..filled], Position { number, last: true });
        }
        take(&buffer[..len], Position { number, last: false })?;
        buffer[0] = buffer[len];
        filled = 1;
    }
    Ok(())
}

fn payload_key(file_key: &FileKey, nonce: &[u8; NONCE_LEN]) -> Result<ChaCha20Poly1305> {
    ChaCha20Poly1305::new(&derive(&file_key[..], nonce, b"payload")?[..])
}

/// Why a chunk did not open. It is as good as one in another place if it opens there.
fn why(key: &ChaCha20Poly1305, error: Error, chunk: &[u8], position: Position) -> Error {
    if error != Error::InvalidTag {
        return error;
    }
    let mut scratch = Zeroizing::new(vec![0; chunk.len() - TAG_LEN]);
    let other = Position { last: !position.last, ..position };
    if key.decrypt(&other.nonce(), chunk, b"", Output::from(&mut scratch[..])).is_err() {
        return Error::Damaged(format!("the file was changed or cut short, at chunk {}", position.number + 1).into());
    }
    if position.last { cut_short() } else { Error::Damaged("there is something after the file's end".into()) }
}

fn cut_short() -> Error {
    Error::Damaged("the file was cut short: its end is missing".into())
}
