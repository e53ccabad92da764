//! Key files that the command line names.

use std::io;
use std::path::Path;

use ironlatch::recipes::files::{self, Identity};
use ironlatch::recipes::fs::{Access, Existing, NewFile};
use ironlatch::secret::SecretBytes;
use ironlatch::text;

use crate::failure::{Exit, Failure};
use crate::{Result, streams};

/// The contents of a key file.
pub(crate) enum KeyFile {
    /// Private keys. An SSH key may still be locked.
    Open(Vec<Identity>),
    /// Private keys that are encrypted under a passphrase.
    Encrypted { name: String, contents: SecretBytes },
}

impl KeyFile {
    /// Reads a key file.
    pub(crate) fn load(path: &Path) -> Result<Self> {
        let (contents, exposed) = SecretBytes::from_file_with_exposure(path, false)?;
        let read = Self::parse(&path.to_string_lossy(), contents)?;
        streams::warn_if(exposed && read.is_in_clear(), path);
        Ok(read)
    }

    /// Whether its private keys are not encrypted under a passphrase, or not all of them.
    pub(crate) fn is_in_clear(&self) -> bool {
        match self {
            Self::Open(identities) => !identities.iter().all(Identity::is_locked),
            Self::Encrypted { .. } => false,
        }
    }

    /// Reads the contents of the file `name`.
    pub(crate) fn parse(name: &str, contents: SecretBytes) -> Result<Self> {
        if files::is_encrypted_key_file(contents.expose()) {
            return Ok(Self::Encrypted { name: name.into(), contents });
        }
        let refused = |what: &str| {
            Failure::new(Exit::Failure, format!("{name}: {what}")).hint(
                "a key file has a line that begins with AGE-SECRET-KEY-, or is an SSH key; `ironlatch keygen` makes one",
            )
        };
        let text =
            text::decode(contents.expose()).map_err(|error| refused(&format!("this is not a key file: {error}")))?;
        Identity::parse_file(text).map(Self::Open).map_err(|error| refused(&error.to_string()))
    }

    /// Whether these contents look like a key file and not like public keys.
    pub(crate) fn is_one(contents: &[u8]) -> bool {
        let has = |sign: &[u8]| contents.windows(sign.len()).any(|window| window.eq_ignore_ascii_case(sign));
        files::is_encrypted_key_file(contents)
            || has(b"AGE-SECRET-KEY-")
            || has(b"AGE-PLUGIN-")
            || has(b"PRIVATE KEY-----")
    }

    /// Returns the private keys; `ask` provides the passphrase if they need one.
    pub(crate) fn open(self, ask: impl FnOnce() -> Result<SecretBytes>) -> Result<Vec<Identity>> {
        match self {
            Self::Open(identities) => Ok(identities),
            Self::Encrypted { name, contents } => {
                let found = Identity::parse_encrypted_file(contents.expose(), Some(ask()?.expose()));
                found.map_err(|error| Failure::of(&name, error))
            }
        }
    }
}

/// Begins a new key file, which only its owner may read.
pub(crate) fn create(path: &Path) -> Result<NewFile> {
    NewFile::create(path, Existing::Keep, Access::Owner, None).map_err(taken)
}

/// Reports that a new key file cannot be made.
pub(crate) fn taken(error: ironlatch::recipes::Error) -> Failure {
    match error {
        ironlatch::recipes::Error::Core(ironlatch::Error::Io { ref source, .. })
            if source.kind() == io::ErrorKind::AlreadyExists =>
        {
            Failure::new(Exit::Failure, error.to_string())
                .hint("everything encrypted to a lost key is lost too: choose another name, or move the old file")
        }
        error => Failure::of("", error),
    }
}
