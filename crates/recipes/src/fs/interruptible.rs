//! Reading a file that may make its reader wait: a pipe, a terminal, a device.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::{Error, Result};
use ironlatch_core::error::IoOperation;

/// A file to read from, whose reader looks up while there is nothing to read.
///
/// `meanwhile` is called by the thread that waits, some twenty times a second and at each signal
/// that it gets. An error of it ends the waiting, and is what reading gives.
///
/// A file on a disk is read at places of this object's own, so that a process and its children can
/// read on apart.
#[derive(Debug)]
pub struct InterruptibleFile<F> {
    file: File,
    /// A file on a disk does not, and needs no question first.
    may_wait: bool,
    /// Its length when it was opened.
    len: u64,
    /// Where reading goes on in a file on a disk.
    place: u64,
    meanwhile: F,
}

impl<F: Fn() -> io::Result<()>> InterruptibleFile<F> {
    /// Opens a file that is there. Of a named pipe it waits until somebody writes to it.
    ///
    /// # Errors
    /// [`CoreError::Io`](ironlatch_core::Error::Io), naming the file, if it cannot be opened or is
    /// a directory, or if `meanwhile` gives an error.
    pub fn open(path: &Path, meanwhile: F) -> Result<(Self, Metadata)> {
        let failed = |error: io::Error| Error::io(IoOperation::Read, Some(path), error);
        let file = open(path, &meanwhile).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if metadata.is_dir() {
            return Err(failed(io::Error::new(io::ErrorKind::IsADirectory, "is a directory")));
        }
        Ok((Self { file, may_wait: !metadata.is_file(), len: metadata.len(), place: 0, meanwhile }, metadata))
    }

    /// Whether somebody has cut it short since it was opened.
    ///
    /// # Errors
    /// If the system does not tell.
    pub fn is_cut_short(&self) -> io::Result<bool> {
        Ok(!self.may_wait && self.file.metadata()?.len() < self.len)
    }
}

impl<F: Fn() -> io::Result<()>> Read for InterruptibleFile<F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.may_wait {
            let count = self.file.read_at(buffer, self.place)?;
            self.place += count as u64;
            return Ok(count);
        }
        while !is_ready(&self.file)? {
            (self.meanwhile)()?;
        }
        self.file.read(buffer)
    }
}

impl<F> Seek for InterruptibleFile<F> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        if self.may_wait {
            return self.file.seek(to);
        }
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::Current(offset) => self.place.checked_add_signed(offset),
            SeekFrom::End(offset) => self.file.metadata()?.len().checked_add_signed(offset),
        };
        self.place = place.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.place)
    }
}

/// The standard library tries again after a signal, and nobody hears of it.
#[cfg(unix)]
fn open(path: &Path, meanwhile: impl Fn() -> io::Result<()>) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags};
    loop {
        match rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()) {
            Ok(descriptor) => return Ok(descriptor.into()),
            Err(rustix::io::Errno::INTR) => meanwhile()?,
            Err(error) => return Err(error.into()),
        }
    }
}

#[cfg(not(unix))]
fn open(path: &Path, _meanwhile: impl Fn() -> io::Result<()>) -> io::Result<File> {
    File::open(path)
}

/// Whether reading would not wait: for data, for the end, or for an error. Waits for that a little.
#[cfg(unix)]
fn is_ready(file: &File) -> io::Result<bool> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    const LITTLE: Timespec = Timespec { tv_sec: 0, tv_nsec: 50_000_000 };
    match poll(&mut [PollFd::new(file, PollFlags::IN)], Some(&LITTLE)) {
        Ok(ready) => Ok(ready > 0),
        Err(rustix::io::Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(unix))]
fn is_ready(_file: &File) -> io::Result<bool> {
    Ok(true)
}
