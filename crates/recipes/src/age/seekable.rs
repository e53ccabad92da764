//! Decryption of any part of a file, without reading the rest.

use core::fmt;
use std::io::{self, Cursor, ErrorKind, Read, Seek, SeekFrom};

use zeroize::Zeroizing;

use super::armor::Unarmored;
use super::pipeline::Position;
use super::stream::{CHUNK, PayloadKey, SEALED_CHUNK, cut_short, opened_len};
use super::{read_full, reading, to_io};
use crate::{Error, Result};
use ironlatch_core::secret::wipes_stack;
use ironlatch_core::symmetric::aead::TAG_LEN;
use ironlatch_core::{Error as CoreError, Output, parallel};

/// The chunks that one call reads at most: 4 MiB.
const MOST: usize = 64;

/// A file in armor is taken out of it first, if it is no longer than this.
const MOST_ARMORED: u64 = 16 * 1024 * 1024;

/// The plaintext of an encrypted file, to be read anywhere. Made by
/// [`Decryptor::seekable`](super::Decryptor::seekable).
///
/// Each chunk that is read is verified, and so was the last one, with its place: the length is what
/// the writer made it.
///
/// ```
/// use std::io::{Cursor, Read, Seek, SeekFrom};
/// use ironlatch::recipes::files::{Decryptor, Identity, encrypt};
///
/// let identity = Identity::generate();
/// let mut encrypted = Vec::new();
/// encrypt(&[identity.recipient().unwrap()], &mut &[7; 1_000_000][..], &mut encrypted)?;
///
/// let mut reader = Decryptor::new(Cursor::new(encrypted))?.seekable(&[identity])?;
/// assert_eq!(reader.len(), 1_000_000);
/// let mut part = [0; 10];
/// reader.seek(SeekFrom::Start(500_000)).unwrap();
/// reader.read_exact(&mut part).unwrap();
/// assert_eq!(part, [7; 10]);
/// # Ok::<(), ironlatch::recipes::Error>(())
/// ```
pub struct SeekableReader<R> {
    input: Input<R>,
    key: PayloadKey,
    /// Where the first chunk stands in the input.
    start: u64,
    /// The length of all chunks.
    sealed_len: u64,
    position: u64,
    sealed: Vec<u8>,
    /// The chunk that was used last, and its number.
    opened: Zeroizing<Vec<u8>>,
    opened_number: Option<u64>,
}

enum Input<R> {
    Plain(R),
    /// The decoded bytes of armor.
    Decoded(Cursor<Vec<u8>>),
}

impl<R: Read + Seek> SeekableReader<R> {
    /// `input` is at the first chunk.
    pub(super) fn new(input: Unarmored<R>, key: PayloadKey) -> Result<Self> {
        let (mut input, start) = Input::new(input)?;
        let end = input.seek(SeekFrom::End(0)).map_err(reading)?;
        let sealed_len = end.saturating_sub(start);
        let mut reader = Self {
            input,
            key,
            start,
            sealed_len,
            position: 0,
            sealed: Vec::new(),
            opened: Zeroizing::new(Vec::with_capacity(CHUNK)),
            opened_number: None,
        };
        // The last chunk says so itself; if another is at the end, the file was cut short.
        reader.open(reader.chunks().saturating_sub(1))?;
        Ok(reader)
    }

    /// The length of the plaintext in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        opened_len(self.sealed_len)
    }

    /// Whether there is no plaintext.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills the front of `buffer` with the plaintext from `offset` on, and returns how much that
    /// is: 0 at the end alone.
    ///
    /// # Errors
    /// [`Error::Damaged`] if a chunk was changed, or the file has become shorter; [`CoreError::Io`]
    /// if reading fails.
    #[wipes_stack(deep)]
    pub fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        if offset >= self.len() || buffer.is_empty() {
            return Ok(0);
        }
        let chunk = CHUNK as u64;
        let (number, within) = (offset / chunk, (offset % chunk) as usize);
        // Whole chunks go to their place at once. The last one is not among them.
        let whole = usize::try_from(self.chunks() - 1 - number).unwrap_or(MOST).min(buffer.len() / CHUNK).min(MOST);
        if within == 0 && whole > 0 && self.opened_number != Some(number) {
            self.open_into(number, &mut buffer[..whole * CHUNK])?;
            return Ok(whole * CHUNK);
        }
        self.open(number)?;
        let rest = &self.opened[within..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }

    fn chunks(&self) -> u64 {
        self.sealed_len.div_ceil(SEALED_CHUNK as u64)
    }

    /// Opens chunk `number`, unless it is the one that was used last.
    fn open(&mut self, number: u64) -> Result<()> {
        if self.opened_number == Some(number) {
            return Ok(());
        }
        self.opened_number = None;
        let left = self.sealed_len - number * SEALED_CHUNK as u64;
        let len = usize::try_from(left).unwrap_or(SEALED_CHUNK).min(SEALED_CHUNK);
        self.read_sealed(number, len)?;
        self.opened.resize(len.saturating_sub(TAG_LEN), 0);
        let position = Position { number, last: number + 1 >= self.chunks() };
        self.key.open(position, &self.sealed, Output::from(&mut self.opened[..]))?;
        self.opened_number = Some(number);
        Ok(())
    }

    /// Opens the chunks from `number` on that fill `buffer`, of which none is the last.
    fn open_into(&mut self, number: u64, buffer: &mut [u8]) -> Result<()> {
        self.read_sealed(number, buffer.len() / CHUNK * SEALED_CHUNK)?;
        let key = &self.key;
        let mut writer = Output::from(buffer).writer();
        parallel::chunks(&self.sealed, SEALED_CHUNK, CHUNK, &mut writer, |index, chunk, out| {
            key.open(Position { number: number + index as u64, last: false }, chunk, out)
        })
    }

    fn read_sealed(&mut self, number: u64, len: usize) -> Result<()> {
        let place = SeekFrom::Start(self.start + number * SEALED_CHUNK as u64);
        self.input.seek(place).map_err(reading)?;
        self.sealed.resize(len, 0);
        if read_full(&mut self.input, &mut self.sealed)? < len {
            return Err(cut_short());
        }
        Ok(())
    }
}

impl<R: Read + Seek> Read for SeekableReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.read_at(self.position, buffer).map_err(to_io)?;
        self.position += count as u64;
        Ok(count)
    }
}

impl<R: Read + Seek> Seek for SeekableReader<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(offset) => self.len().checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or_else(|| {
            io::Error::new(ErrorKind::InvalidInput, "cannot seek to before the beginning of the file")
        })?;
        Ok(self.position)
    }
}

impl<R: Read + Seek> Input<R> {
    /// Where to read from, and where the rest of `input` begins there.
    fn new(mut input: Unarmored<R>) -> Result<(Self, u64)> {
        if input.is_armored() {
            let mut decoded = Vec::new();
            input.by_ref().take(MOST_ARMORED + 1).read_to_end(&mut decoded).map_err(reading)?;
            if decoded.len() as u64 > MOST_ARMORED {
                let message = "a file in armor can be read in the middle up to 16 MiB: decrypt it as a whole";
                return Err(Error::Core(CoreError::TooLong(message.into())));
            }
            return Ok((Self::Decoded(Cursor::new(decoded)), 0));
        }
        let mut input = input.into_inner();
        let start = input.stream_position().map_err(reading)?;
        Ok((Self::Plain(input.into_inner()), start))
    }
}

impl<R: Read> Read for Input<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(input) => input.read(buffer),
            Self::Decoded(input) => input.read(buffer),
        }
    }
}

impl<R: Seek> Seek for Input<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::Plain(input) => input.seek(to),
            Self::Decoded(input) => input.seek(to),
        }
    }
}

impl<R> fmt::Debug for SeekableReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeekableReader").field("sealed_len", &self.sealed_len).finish_non_exhaustive()
    }
}
