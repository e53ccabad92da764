//! Decryption of what is read, from the front to the end.

use core::fmt;
use std::io::{self, Read};

use zeroize::Zeroizing;

use super::armor::Unarmored;
use super::pipeline::{Batch, Position, Source};
use super::stream::{CHUNK, PayloadKey, SEALED_CHUNK};
use super::to_io;
use crate::Result;
use ironlatch_core::secret::wipes_stack;
use ironlatch_core::symmetric::aead::TAG_LEN;
use ironlatch_core::{Output, parallel};

/// The chunks that are read and opened at once, if that many have come: 2 MiB.
const BATCH: usize = 32;

/// The plaintext of an encrypted file, as it is read. Made by
/// [`Decryptor::reader`](super::Decryptor::reader).
///
/// What is read is authentic, but only the end, where a read gives 0 bytes, tells that it was all:
/// a file that was cut short gives an error there.
///
/// ```
/// use std::io::Read;
/// use ironlatch::recipes::files::{Decryptor, Identity, encrypt};
///
/// let identity = Identity::generate();
/// let mut encrypted = Vec::new();
/// encrypt(&[identity.recipient().unwrap()], &mut &b"attack at dawn"[..], &mut encrypted)?;
///
/// let mut reader = Decryptor::new(&encrypted[..])?.reader(&[identity])?;
/// let mut text = String::new();
/// reader.read_to_string(&mut text).unwrap();
/// assert_eq!(text, "attack at dawn");
/// # Ok::<(), ironlatch::recipes::Error>(())
/// ```
pub struct DecryptingReader<R> {
    source: Source<Unarmored<R>>,
    key: PayloadKey,
    sealed: Vec<u8>,
    opened: Zeroizing<Vec<u8>>,
    /// How much of `opened` has been read.
    consumed: usize,
    /// The result of the next read once `opened` is used up.
    end: Option<Result<()>>,
}

impl<R: Read> DecryptingReader<R> {
    pub(super) fn new(input: Unarmored<R>, key: PayloadKey) -> Self {
        let source = Source::new(input, SEALED_CHUNK);
        Self { source, key, sealed: Vec::new(), opened: Zeroizing::default(), consumed: 0, end: None }
    }

    /// Fills the front of `buffer`, and returns how much that is; 0 at the verified end. What
    /// [`Read`] does, with an error of this crate.
    ///
    /// # Errors
    /// [`Error::Damaged`](crate::Error::Damaged) if the file was changed or cut short,
    /// which every later call tells again; [`CoreError::Io`](ironlatch_core::Error::Io) if reading
    /// fails.
    #[wipes_stack(deep)]
    pub fn update(&mut self, buffer: &mut [u8]) -> Result<usize> {
        while !buffer.is_empty() && self.consumed == self.opened.len() {
            match &self.end {
                Some(end) => return end.clone().map(|()| 0),
                None => self.open_next(),
            }
        }
        let rest = &self.opened[self.consumed..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.consumed += count;
        Ok(count)
    }

    fn open_next(&mut self) {
        self.consumed = 0;
        self.sealed.resize(BATCH * SEALED_CHUNK + 1, 0);
        let Some(batch) = self.source.next(&mut self.sealed) else {
            self.opened.clear();
            self.end = Some(Ok(()));
            return;
        };
        let mut opened = 0;
        self.opened.resize(BATCH * CHUNK, 0);
        let result = self.open(&batch, &mut opened);
        self.opened.truncate(opened);
        let result = result.and(batch.result);
        if batch.last || result.is_err() {
            self.end = Some(result);
        }
    }

    /// Opens what is good of a batch, up to the first chunk that is not.
    fn open(&mut self, batch: &Batch, opened: &mut usize) -> Result<()> {
        let count = batch.chunks(&self.sealed).count();
        let whole = count - usize::from(batch.last && count > 0);
        let (key, first) = (&self.key, batch.first_chunk);
        let mut writer = Output::from(&mut self.opened[..whole * CHUNK]).writer();
        let all = parallel::chunks(
            &self.sealed[..whole * SEALED_CHUNK],
            SEALED_CHUNK,
            CHUNK,
            &mut writer,
            |index, chunk, out| key.open(Position { number: first + index as u64, last: false }, chunk, out),
        );
        // If one of them is not good, those before it are opened again.
        let done = if all.is_ok() { whole } else { 0 };
        *opened = done * CHUNK;
        for (chunk, position) in batch.chunks(&self.sealed).skip(done) {
            let len = chunk.len().saturating_sub(TAG_LEN);
            key.open(position, chunk, Output::from(&mut self.opened[*opened..*opened + len]))?;
            *opened += len;
        }
        Ok(())
    }
}

impl<R: Read> Read for DecryptingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.update(buffer).map_err(to_io)
    }
}

impl<R> fmt::Debug for DecryptingReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecryptingReader").finish_non_exhaustive()
    }
}
