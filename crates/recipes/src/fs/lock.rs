//! Locks on files.

use std::fs::{self, File, Metadata, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::open_own;
use ironlatch_core::fork::PrivateFile;

/// A file of the library's own that is locked for this process, until it is dropped or the process
/// ends.
///
/// A process that is forked off meanwhile has neither the lock nor the file.
#[derive(Debug)]
pub struct FileLock {
    file: PrivateFile,
    path: PathBuf,
}

/// The result of an attempt to lock a file.
#[derive(Debug)]
pub enum Attempt {
    /// It is locked.
    Locked(FileLock),
    /// Another has it. What is in the file may tell who.
    Taken(PrivateFile),
}

impl FileLock {
    /// Locks a file, which is made if need be, unless another has done so.
    ///
    /// # Errors
    /// As [`open_own`]; or if the system cannot lock it.
    pub fn attempt(path: &Path) -> io::Result<Attempt> {
        Self::open(path, |file| match file.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(error),
        })
    }

    /// Locks a file, which is made if need be, as soon as no other has it.
    ///
    /// # Errors
    /// As [`attempt`](Self::attempt).
    pub fn wait(path: &Path) -> io::Result<Self> {
        loop {
            if let Attempt::Locked(lock) = Self::open(path, |file| file.lock().map(|()| true))? {
                return Ok(lock);
            }
        }
    }

    fn open(path: &Path, lock: impl Fn(&File) -> io::Result<bool>) -> io::Result<Attempt> {
        loop {
            let file = PrivateFile::open(|| open_own(path))?;
            let Some(open) = file.get() else { return Err(forked()) };
            if !lock(open)? {
                return Ok(Attempt::Taken(file));
            }
            // While this one waited, another may have removed the file, or put a new one in its
            // place.
            if is_at(&open.metadata()?, path) {
                return Ok(Attempt::Locked(Self { file, path: path.into() }));
            }
        }
    }

    /// The file.
    ///
    /// # Errors
    /// In a child of the process that locked it.
    pub fn file(&self) -> io::Result<&File> {
        self.file.get().ok_or_else(forked)
    }

    /// Removes the file, and then releases the lock. In a child of the process that locked it, does
    /// neither.
    ///
    /// # Errors
    /// If the file cannot be removed.
    pub fn remove(self) -> io::Result<()> {
        match self.file.get() {
            Some(file) if is_at(&file.metadata()?, &self.path) => fs::remove_file(&self.path),
            _ => Ok(()),
        }
    }
}

fn is_at(file: &Metadata, path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|named| (named.dev(), named.ino()) == (file.dev(), file.ino()))
}

fn forked() -> io::Error {
    io::Error::other("the file was locked before this process was forked off, and is its parent's")
}
