//! The error type of the recipes: its variants name the fault, not the recipe that met it.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use ironlatch_core::error::{IoFailure, IoOperation, Unsupported};

/// The result of a recipe's call.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// Why a recipe failed.
///
/// A fault that the layer below knows too, such as a length that is not allowed, an authentication
/// tag that does not match or a file that cannot be read, is [`Core`](Self::Core) alone.
///
/// A message says what was wrong and what would be right. It never holds a key, a password or a
/// plaintext.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// None of the given keys or passphrases opens the file.
    #[error("{}{reason}", path.as_ref().map(|path| format!("{}: ", path.display())).unwrap_or_default())]
    WrongKey {
        /// Why not.
        reason: WrongKey,
        /// The file, if it has a name.
        path: Option<PathBuf>,
    },

    /// A file is not what its format says it should be: it was changed, cut short, or is another
    /// kind of file.
    #[error("{0}")]
    Damaged(Cow<'static, str>),

    /// A Fernet token is malformed, was changed, was made under another key, or has expired.
    #[error("the token is malformed, expired, or was not made under this key")]
    InvalidToken,

    /// A stored password hash is of no form that can be verified.
    #[error("{0}")]
    UnusableHash(Cow<'static, str>),

    /// A secret that somebody typed or sent does not have the form in which secrets are given out:
    /// it was mistyped, or is something else.
    #[error("{0}")]
    MalformedSecret(Cow<'static, str>),

    /// The stored record of a secret is malformed, was changed, belongs elsewhere, or needs a
    /// server key that was not given.
    #[error("{0}")]
    UnusableRecord(Cow<'static, str>),

    /// A key does not verify this signature, whatever the message: it only signs, its time is over,
    /// or it verifies another form.
    #[error("{0}")]
    NotVerified(Cow<'static, str>),

    /// A signed request, token or webhook is not accepted.
    #[error("{message}")]
    Refused {
        /// Why not, as far as it may be told.
        reason: Refusal,
        /// The same in words, with what to do.
        message: Cow<'static, str>,
    },

    /// A keyring cannot do what was asked.
    #[error("{message}")]
    Keyring {
        /// Why not.
        fault: KeyringFault,
        /// The same in words, with what to do.
        message: Cow<'static, str>,
    },

    /// A value of an encrypted column cannot be read.
    #[error("{message}")]
    Field {
        /// Why not.
        fault: FieldFault,
        /// The same in words, with what to do.
        message: Cow<'static, str>,
    },

    /// A key provider failed. Nothing is said about what it was to open.
    #[error("{message}")]
    Provider {
        /// The kind of failure.
        fault: ProviderFault,
        /// The same in words, with the provider's name.
        message: Cow<'static, str>,
    },

    /// A certificate, or a part of one, cannot be used.
    #[error(transparent)]
    X509(Box<ironlatch_x509::Error>),

    /// A call to the layer below failed, or would have failed for the same reason.
    #[error(transparent)]
    Core(#[from] ironlatch_core::Error),
}

/// Why nothing that was given opens a file: see [`Error::WrongKey`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WrongKey {
    /// The file is encrypted under another passphrase.
    #[error("wrong passphrase (or the header was changed)")]
    Passphrase,
    /// The SSH key's file is encrypted under another passphrase.
    #[error("wrong passphrase (or the private key's file was changed)")]
    SshPassphrase,
    /// The file is encrypted under a passphrase, and keys alone were given.
    #[error("the file is encrypted under a passphrase, and none was given")]
    PassphraseNeeded,
    /// The key file is encrypted under a passphrase, and none was given.
    #[error("the key file is encrypted under a passphrase, and none was given")]
    KeyFilePassphraseNeeded,
    /// The SSH key that opens the file is itself encrypted, and was not unlocked.
    #[error("the SSH key that opens the file is locked: unlock it with its passphrase")]
    Locked,
    /// The key file is encrypted to a key and not under a passphrase.
    #[error("the key file is itself encrypted to a key: decrypt it first, and then use the result")]
    KeyFileToKey,
    /// The file is encrypted to a key, and a passphrase alone was given.
    #[error("the file is encrypted to a key, and none was given")]
    KeyNeeded,
    /// The file is encrypted to other keys than those given.
    #[error("none of the given keys is one that the file is encrypted to")]
    NoMatch,
}

/// Why something signed is not accepted: see [`Error::Refused`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// It is not signed, or not in a form that can be read.
    Malformed,
    /// The signature does not match, or was made by a key that is not known here.
    NotAuthentic,
    /// It leaves out what this verifier asks for, or is for another purpose.
    Insufficient,
    /// Its time is over.
    Expired,
    /// Its time has not come: one of the two clocks is wrong.
    NotYetValid,
    /// It was there before.
    Replayed,
    /// Whether it was there before cannot be told.
    Unchecked,
}

/// Why a keyring cannot do what was asked: see [`Error::Keyring`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyringFault {
    /// A key or version is not in the keyring.
    UnknownKey,
    /// The version is disabled, and can be enabled again.
    KeyDisabled,
    /// The version's key was destroyed for good.
    KeyDestroyed,
    /// The change would contradict the state of the keyring: disabling the primary version, say.
    NotAllowed,
    /// The given key or passphrase does not open the keyring's file.
    WrongKey,
    /// The file is no keyring, was changed, was cut short, or is older than what was read of it
    /// before.
    Damaged,
    /// Another process is changing the file, and was not done in time.
    Locked,
    /// Others can read the file.
    Insecure,
}

/// Ways in which a key provider fails: see [`Error::Provider`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProviderFault {
    /// It cannot be reached, is too busy, or did not answer in time. The same call may succeed
    /// later.
    Unavailable,
    /// It refuses this caller.
    Denied,
    /// It does not have the key.
    NotFound,
    /// Its input or its answer is not valid.
    Invalid,
}

impl ProviderFault {
    /// Whether the same call may succeed later.
    #[must_use]
    pub fn is_retryable(self) -> bool {
        self == Self::Unavailable
    }
}

/// Why a value of an encrypted column cannot be read: see [`Error::Field`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldFault {
    /// It was changed, or belongs to another table, column or row.
    Tampered,
    /// It is no encrypted value, or one of a form that this version does not know.
    Malformed,
    /// It is of another type than the column.
    WrongType,
}

impl Error {
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) with this message.
    pub fn value(message: impl Into<Cow<'static, str>>) -> Self {
        Self::Core(ironlatch_core::Error::value(message))
    }

    /// [`Error::WrongKey`] of a file without a name.
    #[must_use]
    pub fn wrong_key(reason: WrongKey) -> Self {
        Self::WrongKey { reason, path: None }
    }

    /// [`CoreError::Io`](ironlatch_core::Error::Io) of a failed operation on a file, or on what has
    /// no name.
    pub fn io(operation: IoOperation, path: Option<&Path>, source: impl Into<IoFailure>) -> Self {
        Self::Core(ironlatch_core::Error::io(operation, path, source))
    }

    /// [`Error::Refused`] with this message.
    pub fn refused(reason: Refusal, message: impl Into<Cow<'static, str>>) -> Self {
        Self::Refused { reason, message: message.into() }
    }

    /// [`CoreError::Unsupported`](ironlatch_core::Error::Unsupported) with this message.
    pub fn unsupported(what: Unsupported, message: impl Into<Cow<'static, str>>) -> Self {
        Self::Core(ironlatch_core::Error::unsupported(what, message))
    }
}

impl From<ironlatch_x509::Error> for Error {
    fn from(error: ironlatch_x509::Error) -> Self {
        match error {
            ironlatch_x509::Error::Core(error) => Self::Core(error),
            error => Self::X509(Box::new(error)),
        }
    }
}
