//! Remembers what was accepted, in a file that all processes of a machine share.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use super::{MemoryReplayStore, ReplayStore};
use crate::error::Refusal;
use crate::fs::{Access, Existing, FileLock, NewFile, directory_of};
use crate::{Error, Result};
use ironlatch_core::error::words;

/// A store in a file of lines, one for each thing that was accepted, with the time until which it
/// is kept.
///
/// The file is locked meanwhile, so that of two processes one is first, and what was told is on the
/// disk before it is told. Each question reads the whole file: it serves a command or a small
/// service.
///
/// The file is one of the library's [own](crate::fs): no link, and nobody else's.
#[derive(Debug)]
pub struct FileReplayStore {
    path: PathBuf,
    capacity: usize,
}

/// The first line, by which no other file is taken for one of these.
const HEADER: &str = "ironlatch replay store 1\n";

/// The longest name that is kept, in bytes.
const MAX_ID_LEN: usize = 256;

/// The longest file that is read, in bytes.
const MAX_LEN: u64 = 64 * 1024 * 1024;

/// The number of outdated lines after which the file is rewritten.
const FORGET_AT: usize = 1000;

impl FileReplayStore {
    /// The store in this file, which is made when it is first needed, readable by its owner alone.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), capacity: MemoryReplayStore::DEFAULT_CAPACITY }
    }

    /// With another number that is kept at a time.
    #[must_use]
    pub fn with_capacity(mut self, capacity: usize) -> Self {
        self.capacity = capacity;
        self
    }

    fn ask(&self, id: &str, until: u64, now: u64) -> Result<bool> {
        let lock = FileLock::wait(&self.path).map_err(|error| self.failed(&error))?;
        let file = lock.file().map_err(|error| self.failed(&error))?;
        let mut text = Vec::new();
        // One byte more shows that it is too long.
        file.take(MAX_LEN + 1).read_to_end(&mut text).map_err(|error| self.failed(&error))?;
        if text.len() as u64 > MAX_LEN {
            return Err(self.unchecked("is too long"));
        }
        let kept = Kept::read(&text, now).ok_or_else(|| {
            self.unchecked(
                "is no replay store, or damaged: give another, or move it away if nothing accepted lately matters",
            )
        })?;
        let known = kept.lines.iter().filter(|(_, other)| *other == id).map(|(until, _)| *until).max();
        if known.is_some_and(|known| known >= until) {
            return Ok(false);
        }
        if known.is_none() && kept.lines.len() >= self.capacity {
            return Err(self.unchecked("is full: let signatures be valid for less time"));
        }
        let line = format!("{until} {id}\n");
        if kept.forgotten > FORGET_AT.max(kept.lines.len()) {
            self.rewrite(&kept, &line)?;
        } else {
            self.append(file, kept.len, &line).map_err(|error| self.failed(&error))?;
        }
        Ok(known.is_none())
    }

    /// Adds a line behind the first `len` bytes; what a crash left behind them was told nobody.
    fn append(&self, mut file: &File, len: usize, line: &str) -> io::Result<()> {
        file.set_len(len as u64)?;
        file.seek(SeekFrom::End(0))?;
        if len > 0 {
            file.write_all(line.as_bytes())?;
            return file.sync_data();
        }
        file.write_all(format!("{HEADER}{line}").as_bytes())?;
        file.sync_all()?;
        // The file's name too is on the disk once its directory is. Some file systems cannot do
        // this.
        let _ = File::open(directory_of(&self.path)).and_then(|directory| directory.sync_all());
        Ok(())
    }

    /// Puts a file without what is out of date in the place of this one.
    fn rewrite(&self, kept: &Kept<'_>, line: &str) -> Result<()> {
        let mut text = String::from(HEADER);
        kept.lines.iter().for_each(|(until, id)| text += &format!("{until} {id}\n"));
        text += line;
        let written = NewFile::create(&self.path, Existing::Replace, Access::Owner, None).and_then(|mut file| {
            file.write_all(text.as_bytes()).map_err(|error| self.failed(&error))?;
            file.commit()
        });
        written.map_err(|error| self.unchecked(&format!("cannot be written: {error}")))
    }

    fn failed(&self, error: &io::Error) -> Error {
        self.unchecked(&format!("cannot be read and written: {}", words(error)))
    }

    fn unchecked(&self, why: &str) -> Error {
        Error::refused(Refusal::Unchecked, format!("the replay store {} {why}", self.path.display()))
    }
}

impl ReplayStore for FileReplayStore {
    /// # Errors
    /// [`Error::Refused`] as [`Refusal::Unchecked`] if the file cannot be read and written, is no
    /// store, or is full; [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if `id`
    /// is not 1 to 256 visible ASCII characters.
    fn remember(&self, id: &str, until: u64, now: u64) -> Result<bool> {
        if !is_id(id) {
            return Err(Error::value(format!("an id must be 1 to {MAX_ID_LEN} visible ASCII characters")));
        }
        self.ask(id, until, now)
    }
}

/// The contents of a file.
struct Kept<'a> {
    /// Until when, and what.
    lines: Vec<(u64, &'a str)>,
    /// The number of lines that are out of date.
    forgotten: usize,
    /// The length in bytes of what was written to the end.
    len: usize,
}

impl<'a> Kept<'a> {
    /// `None` if the text is not that of a store.
    fn read(text: &'a [u8], now: u64) -> Option<Self> {
        let mut kept = Self { lines: Vec::new(), forgotten: 0, len: 0 };
        if HEADER.as_bytes().starts_with(text) && text.len() < HEADER.len() {
            return Some(kept);
        }
        let lines = text.strip_prefix(HEADER.as_bytes())?;
        // Behind the last line end stands what a crash cut short.
        let whole = lines.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
        kept.len = HEADER.len() + whole;
        for line in str::from_utf8(&lines[..whole]).ok()?.lines() {
            let (until, id) = line.split_once(' ')?;
            let until = until.parse().ok().filter(|_| until.bytes().all(|byte| byte.is_ascii_digit()))?;
            if !is_id(id) {
                return None;
            }
            if until >= now {
                kept.lines.push((until, id));
            } else {
                kept.forgotten += 1;
            }
        }
        Some(kept)
    }
}

fn is_id(text: &str) -> bool {
    (1..=MAX_ID_LEN).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}
