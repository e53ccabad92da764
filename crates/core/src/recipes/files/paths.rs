//! From file to file.

use core::fmt::Display;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Access, Decryptor, Existing, Identity, NewFile, Recipient, encrypt_watched, words};
use crate::{Error, Result};

/// Encrypts the file `source` to a new file `target`. Returns the length of the plaintext.
///
/// `target` appears when it is whole. `watch` is called by this thread, about twenty times a second and at the end, with
/// how many bytes of `source` have been read; an error that it returns ends the work.
///
/// # Errors
/// Those of [`encrypt`](super::encrypt) and [`NewFile`], naming the file; `target` is then as it was.
pub fn encrypt_file(
    source: &Path,
    target: &Path,
    recipients: &[Recipient],
    existing: Existing,
    watch: impl FnMut(u64) -> io::Result<()>,
) -> Result<u64> {
    let (mut input, metadata) = open(source)?;
    let mut output = NewFile::create(target, existing, Access::Usual, Some(&metadata))?;
    let mut tick = ticking(&input, watch);
    let len = encrypt_watched(recipients, &mut input, &mut output, &mut tick)
        .and_then(|len| tick().map(|()| len))
        .map_err(|error| name_files(error, source.display(), target.display()))?;
    output.commit()?;
    Ok(len)
}

/// Decrypts the file `source` to a new file `target`, which its owner alone can read. Returns the plaintext's length.
///
/// `target` appears when the whole of `source` has been verified. `watch` is as for [`encrypt_file`].
///
/// # Errors
/// Those of [`decrypt`](super::decrypt) and [`NewFile`], naming the file; `target` is then as it was.
pub fn decrypt_file(
    source: &Path,
    target: &Path,
    identities: &[Identity],
    existing: Existing,
    watch: impl FnMut(u64) -> io::Result<()>,
) -> Result<u64> {
    let (input, metadata) = open(source)?;
    let mut tick = ticking(&input, watch);
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

/// A file that counts what is read of it.
struct Counted {
    file: File,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Tells `watch` how far `input` is.
fn ticking<F: FnMut(u64) -> io::Result<()>>(input: &Counted, mut watch: F) -> impl FnMut() -> Result<()> + use<F> {
    let read = Arc::clone(&input.read);
    move || {
        watch(read.load(Ordering::Relaxed))
            .map_err(|error| Error::Io { kind: error.kind(), message: error.to_string().into() })
    }
}

fn open(source: &Path) -> Result<(Counted, Metadata)> {
    let failed = |error: io::Error| {
        let message = format!("cannot read {}: {}", source.display(), words(&error));
        Error::Io { kind: error.kind(), message: message.into() }
    };
    let file = File::open(source).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if metadata.is_dir() {
        let kind = io::ErrorKind::IsADirectory;
        return Err(Error::Io { kind, message: format!("cannot read {}: is a directory", source.display()).into() });
    }
    Ok((Counted { file, read: Arc::default() }, metadata))
}

/// Puts the name of the file that it is about before an error of [`encrypt`](super::encrypt) or
/// [`decrypt`](super::decrypt), which know no names.
#[must_use]
pub fn name_files(error: Error, source: impl Display, target: impl Display) -> Error {
    match error {
        Error::Damaged(message) => Error::Damaged(format!("{source}: {message}").into()),
        Error::WrongKey(message) => Error::WrongKey(format!("{source}: {message}").into()),
        Error::Io { kind, message } if message.starts_with("cannot write") => {
            Error::Io { kind, message: format!("{target}: {message}").into() }
        }
        Error::Io { kind, message } => Error::Io { kind, message: format!("{source}: {message}").into() },
        other => other,
    }
}
