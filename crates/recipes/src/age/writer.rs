//! Encryption of what is written.

use core::fmt;
use std::io::{self, Write};

use zeroize::Zeroizing;

use super::pipeline::Position;
use super::stream::{CHUNK, PayloadKey, SEALED_CHUNK};
use super::{FileKey, Recipient, begin, to_io, writing};
use crate::{Error, Result};
use ironlatch_core::error::IoOperation;
use ironlatch_core::fork::Process;
use ironlatch_core::secret::wipes_stack;
use ironlatch_core::symmetric::aead::TAG_LEN;
use ironlatch_core::{Output, parallel};

/// At most this much of the plaintext is taken at once: 4 MiB.
const MOST: usize = 64 * CHUNK;

const FORKED: &str = "the encrypted file was begun before this process was forked off: parent and child would encrypt \
                      different data under the same key and nonces; write it to its end in the parent, or begin another \
                      one in the child";

/// Encrypts its input and writes it on. [`finish`](Self::finish) writes the last chunk: without it
/// the file is truncated, which decryption detects.
///
/// A child of the process that made it cannot go on with it: both would encrypt under the same
/// nonces.
///
/// Up to one chunk of 64 KiB is held back. What is written in pieces of MiB is encrypted by all
/// cores.
///
/// ```
/// use std::io::Write;
/// use ironlatch::recipes::files::{EncryptingWriter, Identity, decrypt};
///
/// let identity = Identity::generate();
/// let mut writer = EncryptingWriter::new(&[identity.recipient().unwrap()], Vec::new())?;
/// writer.write_all(b"attack ").unwrap();
/// writer.write_all(b"at dawn").unwrap();
/// let encrypted = writer.finish()?;
///
/// let mut decrypted = Vec::new();
/// decrypt(&[identity], &mut &encrypted[..], &mut decrypted)?;
/// assert_eq!(decrypted, b"attack at dawn");
/// # Ok::<(), ironlatch::recipes::Error>(())
/// ```
pub struct EncryptingWriter<W> {
    output: W,
    process: Process,
    key: PayloadKey,
    /// The plaintext of a chunk that may be the last: never empty after the first write, and never
    /// longer than a chunk.
    held: Zeroizing<Vec<u8>>,
    sealed: Vec<u8>,
    /// The number of the next chunk.
    next: u64,
    /// Writing failed, so that nobody knows what the output holds.
    failed: bool,
}

impl<W: Write> EncryptingWriter<W> {
    /// Writes the header to `output`.
    ///
    /// # Errors
    /// Those of [`encrypt`](super::encrypt).
    #[wipes_stack(deep)]
    pub fn new(recipients: &[Recipient], mut output: W) -> Result<Self> {
        let file_key: FileKey = begin(recipients, &mut output)?;
        let (key, nonce) = PayloadKey::generate(&file_key)?;
        output.write_all(&nonce).map_err(writing)?;
        let held = Zeroizing::new(Vec::with_capacity(CHUNK));
        Ok(Self { output, process: Process::current(), key, held, sealed: Vec::new(), next: 0, failed: false })
    }

    /// Encrypts `plaintext` on. What [`Write`] does, with an error of this crate.
    ///
    /// # Errors
    /// [`CoreError::Io`](ironlatch_core::Error::Io) if writing fails, or has failed before;
    /// [`CoreError::Forked`](ironlatch_core::Error::Forked) in a child of the process that made it.
    #[wipes_stack(deep)]
    pub fn update(&mut self, mut plaintext: &[u8]) -> Result<()> {
        self.process.check(FORKED)?;
        if self.failed {
            let error = io::Error::other("it has failed before, and is not whole");
            return Err(Error::io(IoOperation::Write, None, error));
        }
        while !plaintext.is_empty() {
            // A held chunk that something follows is not the last.
            if self.held.len() == CHUNK {
                self.write_held(false)?;
            }
            let whole = plaintext.len().min(MOST).saturating_sub(1) / CHUNK;
            if self.held.is_empty() && whole > 0 {
                let (chunks, rest) = plaintext.split_at(whole * CHUNK);
                self.write_chunks(chunks)?;
                plaintext = rest;
            } else {
                let (head, rest) = plaintext.split_at(plaintext.len().min(CHUNK - self.held.len()));
                self.held.extend_from_slice(head);
                plaintext = rest;
            }
        }
        Ok(())
    }

    /// Writes the last chunk, and gives the output back.
    ///
    /// # Errors
    /// As [`update`](Self::update).
    #[wipes_stack(deep)]
    pub fn finish(mut self) -> Result<W> {
        self.update(b"")?;
        self.write_held(true)?;
        self.output.flush().map_err(writing)?;
        Ok(self.output)
    }

    fn write_held(&mut self, last: bool) -> Result<()> {
        self.sealed.resize(self.held.len() + TAG_LEN, 0);
        let position = Position { number: self.next, last };
        self.key.seal(position, &self.held, Output::from(&mut self.sealed[..]))?;
        self.held.clear();
        self.next += 1;
        self.write_sealed()
    }

    /// Whole chunks, of which none is the last.
    fn write_chunks(&mut self, chunks: &[u8]) -> Result<()> {
        let count = chunks.len() / CHUNK;
        self.sealed.resize(count * SEALED_CHUNK, 0);
        let (key, first) = (&self.key, self.next);
        let mut writer = Output::from(&mut self.sealed[..]).writer();
        parallel::chunks(chunks, CHUNK, SEALED_CHUNK, &mut writer, |index, chunk, out| {
            key.seal(Position { number: first + index as u64, last: false }, chunk, out)
        })?;
        self.next += count as u64;
        self.write_sealed()
    }

    fn write_sealed(&mut self) -> Result<()> {
        let written = self.output.write_all(&self.sealed).map_err(writing);
        self.failed = written.is_err();
        written
    }
}

impl<W: Write> Write for EncryptingWriter<W> {
    fn write(&mut self, plaintext: &[u8]) -> io::Result<usize> {
        self.update(plaintext).map_err(to_io)?;
        Ok(plaintext.len())
    }

    /// Whole chunks are written at once; the rest stays until [`finish`](Self::finish).
    fn flush(&mut self) -> io::Result<()> {
        self.process.check(FORKED).map_err(|error| to_io(error.into()))?;
        self.output.flush()
    }
}

impl<W> fmt::Debug for EncryptingWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncryptingWriter").field("next", &self.next).finish_non_exhaustive()
    }
}
