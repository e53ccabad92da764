//! Memory for secrets: wiped when dropped, never printed, compared in constant time.

use core::fmt;
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use ironlatch_engine::memory::SecretMemory;
pub use ironlatch_engine::memory::wipe;
pub use ironlatch_engine::stack::{wiped as with_wiped_stack, wiped_deep as with_wiped_deep_stack};
use ironlatch_engine::{Output, ct, rand};
pub use ironlatch_macros::wipes_stack;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use crate::error::IoOperation;
use crate::{Error, Result, text};

/// The longest secret that [`SecretBytes::from_file`] reads, in bytes.
pub const LONGEST_FILE: usize = 1024 * 1024;

/// Bytes that are secret: a key, a password, a seed.
///
/// They are wiped when dropped, compared in constant time, and shown by `Debug` as their length
/// alone. Their memory is locked against swapping and left out of core dumps where the system
/// allows it: see [`memory`](ironlatch_engine::memory) for what that means exactly.
pub struct SecretBytes {
    memory: SecretMemory,
}

impl SecretBytes {
    /// A copy of `bytes`. The caller still owns, and should wipe, the original.
    ///
    /// # Panics
    /// If the system gives no memory.
    #[must_use]
    #[wipes_stack]
    pub fn copy_from(bytes: &[u8]) -> Self {
        let mut memory = SecretMemory::zeroed(bytes.len()).expect("the system gives no memory for a secret");
        memory.copy_from_slice(bytes);
        Self { memory }
    }

    /// `len` bytes, zero at first, that `fill` writes.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] if the system does not give `len` bytes, and whatever `fill` reports.
    #[wipes_stack]
    pub fn new_with<E: From<Error>>(len: usize, fill: impl FnOnce(&mut [u8]) -> Result<(), E>) -> Result<Self, E> {
        let mut memory = allocate(len)?;
        fill(&mut memory)?;
        Ok(Self { memory })
    }

    /// `len` random bytes, fit for a key.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] if the system does not give `len` bytes.
    #[wipes_stack]
    pub fn generate(len: usize) -> Result<Self> {
        Self::new_with(len, |bytes| -> Result<()> {
            rand::fill(Output::from(bytes));
            Ok(())
        })
    }

    /// The contents of a file, at most [`LONGEST_FILE`] bytes.
    ///
    /// With `strip_newline`, which is for text, one line end (`\n` or `\r\n`) at the very end is
    /// left out, as editors and `echo` put it there, and so is the byte-order mark that editors on
    /// Windows put before UTF-8. Do without it for binary keys: their bytes may happen to look like
    /// one.
    ///
    /// Who may read the file is not asked: container systems mount secrets for everybody in the
    /// container. See [`from_file_with_exposure`](Self::from_file_with_exposure).
    ///
    /// # Errors
    /// [`Error::Io`] if the file cannot be read, [`Error::InvalidValue`] if it is too long for a
    /// secret, or, with `strip_newline`, text in UTF-16.
    pub fn from_file(path: &Path, strip_newline: bool) -> Result<Self> {
        Self::from_file_with_exposure(path, strip_newline).map(|(secret, _)| secret)
    }

    /// Like [`from_file`](Self::from_file), and says whether [any user of the machine can read
    /// it](is_exposed), or others can write to it.
    ///
    /// # Errors
    /// As [`from_file`](Self::from_file).
    pub fn from_file_with_exposure(path: &Path, strip_newline: bool) -> Result<(Self, bool)> {
        let failed = |error: io::Error| Error::io(IoOperation::Read, Some(path), error);
        let mut file = File::open(path).map_err(failed)?;
        let exposed = is_exposed(&file.metadata().map_err(failed)?);
        let secret = Self::from_reader(&mut file, strip_newline).map_err(|error| match error {
            ReadError::Io(error) => failed(error),
            ReadError::Own(Error::InvalidValue(message)) => Error::value(format!("{}: {message}", path.display())),
            ReadError::Own(error) => error,
            ReadError::TooLong => Error::value(format!(
                "{} is longer than {LONGEST_FILE} bytes, too long for a secret; is it the right file?",
                path.display()
            )),
        })?;
        Ok((secret, exposed))
    }

    /// Reads `input` up to its end, with the limits of [`Self::from_file`].
    ///
    /// `input` should not have a buffer of its own, which would keep a copy.
    ///
    /// # Errors
    /// As [`Self::from_file`].
    #[wipes_stack]
    pub fn from_read(input: &mut impl Read, strip_newline: bool) -> Result<Self> {
        Self::from_reader(input, strip_newline).map_err(|error| match error {
            ReadError::Io(error) => Error::io(IoOperation::Read, None, error),
            ReadError::Own(error) => error,
            ReadError::TooLong => Error::value(format!("the input is longer than {LONGEST_FILE} bytes")),
        })
    }

    /// The value of an environment variable.
    ///
    /// The process's environment keeps its copy, where every child process and, on Linux,
    /// `/proc/<pid>/environ` show it.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if there is no such variable.
    #[wipes_stack]
    pub fn from_env(name: &str) -> Result<Self> {
        if name.is_empty() || name.contains(['=', '\0']) {
            return Err(Error::value("an environment variable's name is not empty and has no '=' and no NUL in it"));
        }
        let value = std::env::var_os(name)
            .ok_or_else(|| Error::value(format!("the environment variable {name} is not set")))?;
        let bytes = Zeroizing::new(value.into_encoded_bytes());
        Ok(Self::copy_from(&bytes))
    }

    /// The secret itself. What is copied out of here is the caller's to wipe.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.memory
    }

    /// The length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.memory.len()
    }

    /// Whether there are no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.memory.is_empty()
    }

    /// Whether the system keeps the bytes out of swap. False past the process's limit of locked
    /// memory.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.memory.is_locked()
    }

    fn from_reader(input: &mut impl Read, strip_newline: bool) -> Result<Self, ReadError> {
        let mut memory = allocate(4096)?;
        let mut len = 0;
        loop {
            if len == memory.len() {
                if len > LONGEST_FILE {
                    return Err(ReadError::TooLong);
                }
                let mut longer = allocate(memory.len() * 2)?;
                longer[..len].copy_from_slice(&memory);
                memory = longer;
            }
            match input.read(&mut memory[len..]) {
                Ok(0) => break,
                Ok(count) => len += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(ReadError::Io(error)),
            }
        }
        if len > LONGEST_FILE {
            return Err(ReadError::TooLong);
        }
        let mut bytes = &memory[..len];
        if strip_newline {
            bytes = text::line(bytes)?;
            if let Some(line) = bytes.strip_suffix(b"\n") {
                bytes = line.strip_suffix(b"\r").unwrap_or(line);
            }
        }
        Ok(Self::copy_from(bytes))
    }
}

impl PartialEq for SecretBytes {
    #[wipes_stack]
    fn eq(&self, other: &Self) -> bool {
        ct::declassify(self.expose().ct_eq(other.expose()).unwrap_u8()) == 1
    }
}

impl Eq for SecretBytes {}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretBytes(<{} bytes>)", self.len())
    }
}

/// Whether any user of the machine can read a file, or others than its owner can write to it.
///
/// A file of keys should be closed to its group too, which this does not ask: secrets that
/// container systems mount are readable by a group, or belong to root.
#[must_use]
pub fn is_exposed(metadata: &Metadata) -> bool {
    metadata.is_file() && metadata.mode() & 0o027 != 0
}

/// A secret that a person must see: a passphrase to write down, a code to print.
///
/// Wiped when dropped and redacted by `Debug`; [`expose`](Self::expose) gives the text.
pub struct SecretText {
    text: String,
}

impl SecretText {
    /// Takes over `text`, which must have grown without leaving copies behind.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self { text }
    }

    /// The text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }
}

impl Drop for SecretText {
    fn drop(&mut self) {
        self.text.zeroize();
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(<redacted>)")
    }
}

enum ReadError {
    Io(std::io::Error),
    Own(Error),
    TooLong,
}

impl From<Error> for ReadError {
    fn from(error: Error) -> Self {
        Self::Own(error)
    }
}

fn allocate(len: usize) -> Result<SecretMemory> {
    SecretMemory::zeroed(len)
        .map_err(|_| Error::OutOfMemory(format!("the system gives no {len} bytes for a secret").into()))
}
