//! What can go wrong, named by the fault and not by the function that met it.

use std::borrow::Cow;

use ironlatch_engine::EngineError;

/// The result of an Ironlatch call.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// Why a call failed.
///
/// A message says what was wrong and what would be right. It never holds a key, a password or a plaintext, and a failed
/// authentication is one variant with one message whatever the cause.
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

    /// An authentication tag did not match: wrong key, wrong nonce, wrong associated data, or changed ciphertext.
    #[error("the authentication tag does not match: wrong key, or the data was changed")]
    InvalidTag,

    /// A signature or message authentication code did not match.
    #[error("{0}")]
    InvalidSignature(Cow<'static, str>),

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

    /// What somebody brought as a secret is not of the form in which secrets are given out: mistyped, or something else.
    #[error("{0}")]
    MalformedSecret(Cow<'static, str>),

    /// What is stored of a secret is malformed, was changed, belongs elsewhere, or needs a server key that was not given.
    #[error("{0}")]
    UnusableRecord(Cow<'static, str>),

    /// A Fernet token is malformed, was changed, was made under another key, or has expired.
    #[error("the token is malformed, expired, or was not made under this key")]
    InvalidToken,

    /// A one-time password is not the expected one.
    #[error("{0}")]
    WrongOneTimePassword(Cow<'static, str>),

    /// None of the given keys or passphrases opens the file.
    #[error("{0}")]
    WrongKey(Cow<'static, str>),

    /// A file is not what its format says it should be: it was changed, cut short, or is another kind of file.
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
    #[error("{message}")]
    Io {
        /// The operating system's kind of the failure.
        kind: std::io::ErrorKind,
        /// What was being done, and to which file.
        message: Cow<'static, str>,
    },

    /// An object was made before this process was forked off, and both processes going on with it would do harm.
    #[error("{0}")]
    Forked(&'static str),

    /// The cryptographic library failed for a reason that no input explains.
    #[error("internal failure: {0}")]
    Internal(&'static str),
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
    /// The file is no keyring, was changed, was cut short, or is older than what was read of it before.
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
    /// It cannot be reached, is too busy, or did not answer in time. The same call may succeed later.
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
}

impl Error {
    /// [`Error::InvalidValue`] with this message.
    pub fn value(message: impl Into<Cow<'static, str>>) -> Self {
        Self::InvalidValue(message.into())
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

/// For calls that can fail only through the library itself. Where a failure means that input was rejected, the caller
/// maps it to the variant that says so.
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
