//! What can go wrong, named by the fault and not by the function that met it.

use core::fmt;
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ironlatch_engine::EngineError;

/// The result of an Ironlatch call.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// Why a call failed.
///
/// A message says what was wrong and what would be right. It never holds a key, a password or a
/// plaintext, and a failed authentication is one variant with one message whatever the cause.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An argument has a value or a length that the algorithm or format does not allow.
    #[error("{0}")]
    InvalidValue(Cow<'static, str>),

    /// An argument is of the wrong kind: a password for a key that is not encrypted, say.
    #[error("{0}")]
    WrongType(Cow<'static, str>),

    /// An input is longer than the algorithm, or this implementation of it, can take.
    #[error("{0}")]
    TooLong(Cow<'static, str>),

    /// A PEM block holds a key in another format than its label says.
    #[error("the label of the PEM block does not fit its contents, which are those of a block labelled {fitting}")]
    MislabelledPem {
        /// The label that fits.
        fitting: &'static str,
        /// What to do about it.
        hint: &'static str,
    },

    /// The algorithm, or this combination of parameters, is not available.
    #[error("{message}")]
    Unsupported {
        /// Which kind of thing is not available.
        what: Unsupported,
        /// What was asked for, in words.
        message: Cow<'static, str>,
    },

    /// An authentication tag did not match: wrong key, wrong nonce, wrong associated data, or
    /// changed ciphertext.
    #[error("the authentication tag does not match: wrong key, or the data was changed")]
    InvalidTag,

    /// A signature is not one of the message by the key.
    #[error("the signature does not match: another key made it, or the message or the signature was changed")]
    BadSignature,

    /// A key does not verify this signature, whatever the message: it only signs, its time is over,
    /// or it verifies another form.
    #[error("{0}")]
    NotVerified(Cow<'static, str>),

    /// A message authentication code is not that of the message under the key.
    #[error("the {0} code does not match: wrong key, or the message or the code was changed")]
    BadMac(Mac),

    /// A password does not open what is encrypted under one.
    #[error("the password is wrong, or the encrypted data was changed")]
    IncorrectPassword,

    /// A key is encrypted, and no password was given.
    #[error("the key is encrypted: give its password")]
    PasswordRequired,

    /// A password was given for a key that is not encrypted.
    #[error("the key is not encrypted: leave the password out")]
    PasswordNotNeeded,

    /// A derived key is not the expected one.
    #[error("Keys do not match.")]
    KeyMismatch,

    /// A wrapped key was changed, or was wrapped under another key.
    #[error("{0}")]
    InvalidWrappedKey(Cow<'static, str>),

    /// A stored password hash is malformed, or is one of another function.
    #[error("{0}")]
    InvalidPasswordHash(Cow<'static, str>),

    /// A stored password hash is of no form that can be verified.
    #[error("{0}")]
    UnusableHash(Cow<'static, str>),

    /// What somebody brought as a secret is not of the form in which secrets are given out:
    /// mistyped, or something else.
    #[error("{0}")]
    MalformedSecret(Cow<'static, str>),

    /// What is stored of a secret is malformed, was changed, belongs elsewhere, or needs a server
    /// key that was not given.
    #[error("{0}")]
    UnusableRecord(Cow<'static, str>),

    /// A Fernet token is malformed, was changed, was made under another key, or has expired.
    #[error("the token is malformed, expired, or was not made under this key")]
    InvalidToken,

    /// A one-time password is not the expected one.
    #[error("{0}")]
    WrongOneTimePassword(Cow<'static, str>),

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
        /// What it failed at.
        fault: ProviderFault,
        /// The same in words, with the provider's name.
        message: Cow<'static, str>,
    },

    /// The context has given its result and takes no more input.
    #[error("{0}")]
    AlreadyFinalized(Cow<'static, str>),

    /// Associated data came after the first data.
    #[error("{0}")]
    AlreadyUpdated(Cow<'static, str>),

    /// A result was asked for before the context was finalized.
    #[error("{0}")]
    NotYetFinalized(Cow<'static, str>),

    /// The work needs more memory than the system gives.
    #[error("{0}")]
    OutOfMemory(Cow<'static, str>),

    /// Reading or writing failed.
    #[error("cannot {operation} {}: {source}", shown(*operation, path.as_deref()))]
    Io {
        /// What was being done.
        operation: IoOperation,
        /// The file that it was done to, if it has a name.
        path: Option<PathBuf>,
        /// What the operating system says.
        source: IoFailure,
    },

    /// An object was made before this process was forked off, and both processes going on with it
    /// would do harm.
    #[error("{0}")]
    Forked(&'static str),

    /// The cryptographic library failed for a reason that no input explains.
    #[error("internal failure: {0}")]
    Internal(&'static str),
}

/// What was being done when reading or writing failed: see [`Error::Io`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum IoOperation {
    /// Reading.
    Read,
    /// Writing.
    Write,
    /// Making a file in a directory.
    MakeFileIn,
    /// Finding.
    Find,
    /// Locking.
    Lock,
    /// Removing.
    Remove,
    /// Using, where more than one thing was tried.
    Use,
    /// Asking a person at the terminal.
    Ask,
}

impl fmt::Display for IoOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::MakeFileIn => "make a file in",
            Self::Find => "find",
            Self::Lock => "lock",
            Self::Remove => "remove",
            Self::Use => "use",
            Self::Ask => "ask",
        })
    }
}

/// The name of the file, or what stands for it in a sentence.
fn shown(operation: IoOperation, path: Option<&Path>) -> Cow<'_, str> {
    match (path, operation) {
        (Some(path), _) => path.to_string_lossy(),
        (None, IoOperation::Read) => "the input".into(),
        (None, IoOperation::Write) => "the output".into(),
        (None, IoOperation::MakeFileIn) => "the directory".into(),
        (None, IoOperation::Ask) => "at the terminal".into(),
        (None, _) => "the file".into(),
    }
}

/// A failure of the operating system: a [`std::io::Error`] that can be cloned. Two are equal if
/// they are of one kind and number.
#[derive(Debug, Clone)]
pub struct IoFailure(Arc<std::io::Error>);

impl IoFailure {
    /// The kind of the failure.
    #[must_use]
    pub fn kind(&self) -> std::io::ErrorKind {
        self.0.kind()
    }

    /// The operating system's number of the failure, if it is the system's.
    #[must_use]
    pub fn raw_os_error(&self) -> Option<i32> {
        self.0.raw_os_error()
    }
}

impl PartialEq for IoFailure {
    fn eq(&self, other: &Self) -> bool {
        self.kind() == other.kind() && self.0.raw_os_error() == other.0.raw_os_error()
    }
}

impl Eq for IoFailure {}

impl std::error::Error for IoFailure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

impl fmt::Display for IoFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&words(&self.0))
    }
}

/// Gives the system's words for an error, without its number.
#[must_use]
pub fn words(error: &std::io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_lowercase(),
        None => text,
    }
}

impl From<std::io::Error> for IoFailure {
    fn from(error: std::io::Error) -> Self {
        Self(Arc::new(error))
    }
}

/// Which message authentication code did not match: see [`Error::BadMac`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mac {
    /// HMAC.
    Hmac,
    /// CMAC.
    Cmac,
    /// Poly1305.
    Poly1305,
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hmac => "HMAC",
            Self::Cmac => "CMAC",
            Self::Poly1305 => "Poly1305",
        })
    }
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
    /// What was given does not open the keyring's file.
    WrongKey,
    /// The file is no keyring, was changed, was cut short, or is older than what was read of it
    /// before.
    Damaged,
    /// Another process is changing the file, and was not done in time.
    Locked,
    /// Others can read the file.
    Insecure,
}

/// What a key provider failed at: see [`Error::Provider`].
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
    /// What it was given, or what it answered, is not valid.
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

/// Which kind of thing [`Error::Unsupported`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unsupported {
    /// A hash function.
    Hash,
    /// A cipher or mode.
    Cipher,
    /// An asymmetric padding.
    Padding,
    /// A mask generation function.
    Mgf,
    /// A type of public key.
    PublicKeyAlgorithm,
    /// An elliptic curve.
    EllipticCurve,
    /// An encoding of points of an elliptic curve.
    PointEncoding,
    /// A serialization format or encryption.
    Serialization,
    /// A key exchange.
    ExchangeAlgorithm,
    /// Diffie-Hellman.
    DiffieHellman,
    /// A message authentication code.
    Mac,
    /// A type of key, a cipher or a key derivation of SSH's.
    Ssh,
}

impl Error {
    /// [`Error::InvalidValue`] with this message.
    pub fn value(message: impl Into<Cow<'static, str>>) -> Self {
        Self::InvalidValue(message.into())
    }

    /// [`Error::WrongKey`] of a file without a name.
    #[must_use]
    pub fn wrong_key(reason: WrongKey) -> Self {
        Self::WrongKey { reason, path: None }
    }

    /// [`Error::Io`] of a failed operation on a file, or on what has no name.
    pub fn io(operation: IoOperation, path: Option<&Path>, source: impl Into<IoFailure>) -> Self {
        Self::Io { operation, path: path.map(Path::to_path_buf), source: source.into() }
    }

    /// [`Error::Refused`] with this message.
    pub fn refused(reason: Refusal, message: impl Into<Cow<'static, str>>) -> Self {
        Self::Refused { reason, message: message.into() }
    }

    /// [`Error::Unsupported`] with this message.
    pub fn unsupported(what: Unsupported, message: impl Into<Cow<'static, str>>) -> Self {
        Self::Unsupported { what, message: message.into() }
    }
}

/// For calls that can fail only through the library itself. Where a failure means that input was
/// rejected, the caller maps it to the variant that says so.
impl From<EngineError> for Error {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::InvalidInput => Self::value("an input has a length or value that the algorithm does not take"),
            EngineError::Unsupported => Self::Internal("an algorithm is missing from the engine"),
            EngineError::Rejected => Self::Internal("an unexpected rejection"),
            EngineError::Internal => Self::Internal("the engine failed; most likely it could not allocate memory"),
        }
    }
}
