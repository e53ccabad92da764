//! From file to file.

use core::fmt::Display;
use std::fs::Metadata;
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, ThreadId};

use super::{Decryptor, Identity, Recipient, encrypt_watched, reading};
use crate::fs::{Access, Existing, InterruptibleFile, NewFile};
use crate::{Error, Result};
use ironlatch_core::Error as CoreError;
use ironlatch_core::error::IoOperation;
use ironlatch_core::secret::wipes_stack;

/// Encrypts the file `source` to a new file `target`. Returns the length of the plaintext.
///
/// `target` appears when it is whole. `watch` is called by this thread, about twenty times a second
/// and at the end, with how many bytes of `source` have been read, also while `source` is a pipe
/// that gives nothing; an error that it returns ends the work.
///
/// # Errors
/// Those of [`encrypt`](super::encrypt) and [`NewFile`], naming the file; [`CoreError::Io`] if
/// somebody cut `source` short meanwhile. `target` is then as it was.
#[wipes_stack(deep)]
pub fn encrypt_file(
    source: &Path,
    target: &Path,
    recipients: &[Recipient],
    existing: Existing,
    watch: impl FnMut(u64) -> io::Result<()> + Send,
) -> Result<u64> {
    let watched = Watched::new(watch);
    let (mut input, metadata) = open(source, &watched)?;
    let mut output = NewFile::create(target, existing, Access::Usual, Some(&metadata))?;
    let mut tick = || watched.tick();
    let len = encrypt_watched(recipients, &mut input, &mut output, &mut tick)
        .and_then(|len| tick().map(|()| len))
        .and_then(|len| input.check_not_cut_short().map(|()| len))
        .map_err(|error| name_files(error, source.display(), target.display()))?;
    output.commit()?;
    Ok(len)
}

/// Decrypts the file `source` to a new file `target`, which its owner alone can read. Returns the
/// plaintext's length.
///
/// `target` appears when the whole of `source` has been verified. `watch` is as for
/// [`encrypt_file`].
///
/// # Errors
/// Those of [`decrypt`](super::decrypt) and [`NewFile`], naming the file; `target` is then as it
/// was.
#[wipes_stack(deep)]
pub fn decrypt_file(
    source: &Path,
    target: &Path,
    identities: &[Identity],
    existing: Existing,
    watch: impl FnMut(u64) -> io::Result<()> + Send,
) -> Result<u64> {
    let watched = Watched::new(watch);
    let (input, metadata) = open(source, &watched)?;
    let mut tick = || watched.tick();
    let named = |error| name_files(error, source.display(), target.display());
    let decryptor = Decryptor::new(input).map_err(named)?;
    let mut output = NewFile::create(target, existing, Access::Owner, Some(&metadata))?;
    let len = decryptor
        .decrypt_watched(identities, &mut output, &mut tick)
        .and_then(|len| tick().map(|()| len))
        .map_err(named)?;
    output.commit()?;
    Ok(len)
}

/// A callback that receives the progress of the work, and can end it.
struct Watched<F> {
    read: AtomicU64,
    /// The thread that `watch` is called by.
    caller: ThreadId,
    watch: Mutex<F>,
    ended: AtomicBool,
}

impl<F: FnMut(u64) -> io::Result<()>> Watched<F> {
    fn new(watch: F) -> Self {
        let (read, ended) = (AtomicU64::new(0), AtomicBool::new(false));
        Self { read, caller: thread::current().id(), watch: Mutex::new(watch), ended }
    }

    /// Tells how much was read.
    fn tick(&self) -> Result<()> {
        self.tell().map_err(|error| Error::io(IoOperation::Read, None, error))
    }

    fn tell(&self) -> io::Result<()> {
        let mut watch = self.watch.lock().unwrap_or_else(PoisonError::into_inner);
        let told = watch(self.read.load(Ordering::Relaxed));
        self.ended.fetch_or(told.is_err(), Ordering::Relaxed);
        told
    }

    /// For a thread that waits for input: an error if it is not to wait any longer.
    fn wait_on(&self) -> io::Result<()> {
        if thread::current().id() == self.caller {
            self.tell()
        } else if self.ended.load(Ordering::Relaxed) {
            Err(io::Error::other("the work was ended"))
        } else {
            Ok(())
        }
    }
}

/// Counts what is read.
struct Counted<'w, F> {
    input: InterruptibleFile<F>,
    read: &'w AtomicU64,
}

impl<F: Fn() -> io::Result<()>> Counted<'_, F> {
    /// A file that grows is read to where it ends then. Of one that shrinks nobody can say what was
    /// read.
    fn check_not_cut_short(&self) -> Result<()> {
        if self.input.is_cut_short().map_err(reading)? {
            let error = io::Error::new(io::ErrorKind::UnexpectedEof, "it was cut short by another program meanwhile");
            return Err(Error::io(IoOperation::Read, None, error));
        }
        Ok(())
    }
}

impl<F: Fn() -> io::Result<()>> Read for Counted<'_, F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

fn open<'w, F: FnMut(u64) -> io::Result<()> + Send>(
    source: &Path,
    watched: &'w Watched<F>,
) -> Result<(Counted<'w, impl Fn() -> io::Result<()> + Send>, Metadata)> {
    let (input, metadata) = InterruptibleFile::open(source, || watched.wait_on())?;
    Ok((Counted { input, read: &watched.read }, metadata))
}

/// Puts the name of the file that it is about before an error of [`encrypt`](super::encrypt) or
/// [`decrypt`](super::decrypt), which know no names.
#[must_use]
pub fn name_files(error: Error, source: impl Display, target: impl Display) -> Error {
    match error {
        Error::Damaged(message) => Error::Damaged(format!("{source}: {message}").into()),
        Error::WrongKey { reason, path: None } => Error::WrongKey { reason, path: Some(source.to_string().into()) },
        Error::Core(CoreError::Io { operation, path: None, source: error }) => {
            let name = if operation == IoOperation::Write { target.to_string() } else { source.to_string() };
            Error::Core(CoreError::Io { operation, path: Some(name.into()), source: error })
        }
        other => other,
    }
}
