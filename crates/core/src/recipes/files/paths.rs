//! From file to file.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::Path;

use super::new_file::words;
use super::{Access, Decryptor, Existing, Identity, NewFile, Recipient, encrypt};
use crate::{Error, Result};

/// Encrypts the file `source` to a new file `target`. Returns the length of the plaintext.
///
/// `target` appears when it is whole. `watch` hears of every piece that has been read, by its length; an error that it
/// returns ends the work.
///
/// # Errors
/// Those of [`encrypt`] and [`NewFile`], naming the file; `target` is then as it was.
pub fn encrypt_file(
    source: &Path,
    target: &Path,
    recipients: &[Recipient],
    existing: Existing,
    watch: impl FnMut(usize) -> io::Result<()>,
) -> Result<u64> {
    let (mut input, metadata) = open(source, watch)?;
    let mut output = NewFile::create(target, existing, Access::Usual, Some(&metadata))?;
    let len = encrypt(recipients, &mut input, &mut output).map_err(|error| name(error, source, target))?;
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
    watch: impl FnMut(usize) -> io::Result<()>,
) -> Result<u64> {
    let (input, metadata) = open(source, watch)?;
    let named = |error| name(error, source, target);
    let decryptor = Decryptor::new(input).map_err(named)?;
    let mut output = NewFile::create(target, existing, Access::Owner, Some(&metadata))?;
    let len = decryptor.decrypt(identities, &mut output).map_err(named)?;
    output.commit()?;
    Ok(len)
}

struct Watched<F> {
    file: File,
    watch: F,
}

impl<F: FnMut(usize) -> io::Result<()>> Read for Watched<F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        (self.watch)(count)?;
        Ok(count)
    }
}

fn open<F>(source: &Path, watch: F) -> Result<(Watched<F>, Metadata)> {
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
    Ok((Watched { file, watch }, metadata))
}

/// Puts the file's name before an error that its contents gave.
fn name(error: Error, source: &Path, target: &Path) -> Error {
    match error {
        Error::Damaged(message) => Error::Damaged(format!("{}: {message}", source.display()).into()),
        Error::WrongKey(message) => Error::WrongKey(format!("{}: {message}", source.display()).into()),
        Error::Io { kind, message } if message.starts_with("cannot write") => {
            Error::Io { kind, message: format!("{}: {message}", target.display()).into() }
        }
        Error::Io { kind, message } => Error::Io { kind, message: format!("{}: {message}", source.display()).into() },
        other => other,
    }
}
