//! The core's error type: its variants name the fault, not the function that met it.

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

    /// A key has a size that the algorithm does not take.
    #[error("{algorithm} keys have {allowed} bits, not {got}")]
    KeySize {
        /// The algorithm, by its usual name.
        algorithm: &'static str,
        /// The size of the key in bits.
        got: usize,
        /// The sizes that are taken, in bits.
        allowed: Allowed,
    },

    /// An input has a length that the algorithm does not take.
    #[error("{what} must have {allowed} bytes, not {got}")]
    Length {
        /// The input.
        what: Input,
        /// Its length in bytes.
        got: usize,
        /// The lengths that are taken, in bytes.
        allowed: Allowed,
    },

    /// A number of a key or of a group has a size that the algorithm does not take.
    #[error("the {algorithm} number {number} must have {allowed} bits, not {got}")]
    NumberSize {
        /// The algorithm, by its usual name.
        algorithm: &'static str,
        /// The letter or the name that the number has in the standard.
        number: &'static str,
        /// Its size in bits.
        got: usize,
        /// The sizes that are taken, in bits.
        allowed: Allowed,
    },

    /// A number is not one that the algorithm takes.
    #[error("{what} must be {allowed}, not {got}{}", what.advice())]
    OutOfRange {
        /// The number's name.
        what: Parameter,
        /// Its value.
        got: u64,
        /// The values that are taken.
        allowed: Allowed,
    },

    /// A structure is of a version that is not read.
    #[error("{what} must have the version {known}, not {got}")]
    Version {
        /// The structure.
        what: &'static str,
        /// Its version.
        got: u64,
        /// The versions that are read.
        known: Allowed,
    },

    /// An input ends before it is complete.
    #[error("Invalid {what}: it is cut short")]
    Truncated {
        /// The kind of input.
        what: &'static str,
    },

    /// An argument is of the wrong kind: a password for a key that is not encrypted, say.
    #[error("{0}")]
    WrongType(Cow<'static, str>),

    /// An input is longer than the algorithm, or this implementation of it, can take.
    #[error("{0}")]
    TooLong(Cow<'static, str>),

    /// A format has no keys of this kind.
    #[error("{format} has no keys of this kind: {key}")]
    NoSuchFormat {
        /// The kind of the key, in words.
        key: String,
        /// The name of the format.
        format: &'static str,
    },

    /// A PEM block holds a key in another format than its label says.
    #[error("the label of the PEM block does not fit its contents, which are those of a block labelled {fitting}")]
    MislabelledPem {
        /// The label that fits.
        fitting: &'static str,
        /// Advice for the caller.
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

    /// A signature matches, but does not count: it is for another purpose, or its signer may not
    /// sign.
    #[error("{0}")]
    SignatureRefused(Cow<'static, str>),

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

    /// A one-time password is not the expected one.
    #[error("{0}")]
    WrongOneTimePassword(Cow<'static, str>),

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
        /// The operation that failed.
        operation: IoOperation,
        /// The file that it was done to, if it has a name.
        path: Option<PathBuf>,
        /// The failure as the operating system reports it.
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

/// The operation that failed in reading or writing: see [`Error::Io`].
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

/// The sizes, lengths or values that an algorithm takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Allowed {
    /// This one.
    Exactly(u64),
    /// One of these.
    OneOf(&'static [u64]),
    /// This one and those above it.
    AtLeast(u64),
    /// This one and those below it.
    AtMost(u64),
    /// The first, the second and those in between.
    Between(u64, u64),
    /// The multiples of this one.
    MultipleOf(u64),
    /// The powers of two from this one on.
    PowerOfTwoFrom(u64),
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exactly(one) => write!(f, "{one}"),
            Self::OneOf(many) => {
                for (index, one) in many.iter().enumerate() {
                    let between = match index {
                        0 => "",
                        _ if index + 1 == many.len() => " or ",
                        _ => ", ",
                    };
                    write!(f, "{between}{one}")?;
                }
                Ok(())
            }
            Self::AtLeast(least) => write!(f, "at least {least}"),
            Self::AtMost(most) => write!(f, "at most {most}"),
            Self::Between(least, most) => write!(f, "{least} to {most}"),
            Self::MultipleOf(unit) => write!(f, "a multiple of {unit}"),
            Self::PowerOfTwoFrom(least) => write!(f, "a power of two and at least {least}"),
        }
    }
}

/// An input whose length is not allowed: see [`Error::Length`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Input {
    /// The private key of this algorithm.
    PrivateKey(&'static str),
    /// The public key of this algorithm.
    PublicKey(&'static str),
    /// The seed of a private key of this algorithm.
    Seed(&'static str),
    /// A ciphertext of this algorithm.
    Ciphertext(&'static str),
    /// The member of a JWK that has this name.
    Member(&'static str),
    /// The nonce of a cipher, or the initialization vector of its mode.
    Nonce,
    /// The initialization vector that an encrypted file names.
    InitializationVector,
    /// The tweak of XTS.
    Tweak,
    /// A data unit of XTS.
    DataUnit,
    /// An authentication tag.
    Tag,
    /// A key that is wrapped under another.
    KeyToWrap,
    /// The context of a signature.
    Context,
    /// The representative of a message, µ.
    Mu,
    /// A salt.
    Salt,
    /// The salt of a PSS signature.
    SignatureSalt,
    /// The digest of a message.
    Digest,
    /// A message to encrypt.
    Message,
    /// A text that is read.
    Text,
    /// A password.
    Password,
    /// A secret that is hashed with a password, or a key that is hashed with a message.
    Secret,
    /// Associated data.
    AssociatedData,
    /// The purpose of a key derivation or an encryption, `info`.
    Info,
    /// A key that is derived.
    DerivedKey,
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::PrivateKey(algorithm) => return write!(f, "the {algorithm} private key"),
            Self::PublicKey(algorithm) => return write!(f, "the {algorithm} public key"),
            Self::Seed(algorithm) => return write!(f, "the {algorithm} seed"),
            Self::Ciphertext(algorithm) => return write!(f, "the {algorithm} ciphertext"),
            Self::Member(name) => return write!(f, "the JWK's member {name:?}"),
            Self::Nonce => "the nonce",
            Self::InitializationVector => "the initialization vector",
            Self::Tweak => "the tweak",
            Self::DataUnit => "a data unit of XTS",
            Self::Tag => "the authentication tag",
            Self::KeyToWrap => "the key to wrap",
            Self::Context => "the context",
            Self::Mu => "µ",
            Self::Salt => "the salt",
            Self::SignatureSalt => "the salt of the signature",
            Self::Digest => "the digest",
            Self::Message => "the message",
            Self::Text => "the text",
            Self::Password => "the password",
            Self::Secret => "the secret",
            Self::AssociatedData => "the associated data",
            Self::Info => "info",
            Self::DerivedKey => "the derived key",
        };
        f.write_str(name)
    }
}

/// A number that is out of range: see [`Error::OutOfRange`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Parameter {
    /// The iterations of a key derivation.
    Iterations,
    /// The iterations that an encrypted file asks for.
    FileIterations,
    /// The rounds of bcrypt-pbkdf.
    Rounds,
    /// The rounds of bcrypt-pbkdf that an encrypted OpenSSH key asks for.
    FileRounds,
    /// The lanes of Argon2.
    Lanes,
    /// The memory of Argon2 in KiB.
    Memory,
    /// The cost of scrypt, N (RFC 7914 §2).
    Cost,
    /// The block size of scrypt, r.
    BlockSize,
    /// The parallelization of scrypt, p.
    Parallelization,
    /// The length in bytes of the counter of a key derivation.
    CounterLen,
    /// The place of the counter in the input of a key derivation, in bytes from its start.
    CounterPlace,
    /// The length in bytes of the field of a key derivation that holds the key's length.
    LengthLen,
    /// The blocks that a key derivation makes.
    Blocks,
    /// The keys of a set.
    Keys,
    /// The lines of a file.
    Lines,
    /// The principals of a certificate.
    Principals,
    /// The seconds in which a one-time password stays the same.
    TimeStep,
    /// The digits of a one-time password.
    Digits,
    /// The public exponent of a new RSA key.
    PublicExponent,
    /// The number of an RSA key that has this letter.
    RsaNumber(&'static str),
    /// The generator of a new Diffie-Hellman group.
    Generator,
}

impl Parameter {
    /// Says what to do about it, for numbers that others chose.
    fn advice(self) -> &'static str {
        match self {
            Self::FileRounds => {
                ". A file from others may be made to hold the program up. If it is yours, allow more, or have \
                 `ssh-keygen -p` write it with fewer"
            }
            _ => "",
        }
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RsaNumber(letter) => return write!(f, "the RSA number {letter}"),
            Self::Iterations => "the number of iterations",
            Self::FileIterations => "the number of iterations that the encrypted data asks for",
            Self::Rounds => "the number of rounds",
            Self::FileRounds => "the number of rounds of key derivation that the OpenSSH key asks for",
            Self::Lanes => "the number of lanes",
            Self::Memory => "the memory in KiB",
            Self::Cost => "the cost N",
            Self::BlockSize => "the block size r",
            Self::Parallelization => "the parallelization p",
            Self::CounterLen => "the length of the counter",
            Self::CounterPlace => "the place of the counter",
            Self::LengthLen => "the length of the length",
            Self::Blocks => "the number of blocks",
            Self::Keys => "the number of keys",
            Self::Lines => "the number of lines",
            Self::Principals => "the number of principals",
            Self::TimeStep => "the time step in seconds",
            Self::Digits => "the number of digits",
            Self::PublicExponent => "the public exponent",
            Self::Generator => "the generator",
        })
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
    /// Whether an argument or an input has a value, a size or a length that is not allowed: one of
    /// [`InvalidValue`](Self::InvalidValue), [`KeySize`](Self::KeySize), [`Length`](Self::Length),
    /// [`NumberSize`](Self::NumberSize), [`OutOfRange`](Self::OutOfRange),
    /// [`Version`](Self::Version) and [`Truncated`](Self::Truncated).
    #[must_use]
    pub fn is_wrong_value(&self) -> bool {
        matches!(
            self,
            Self::InvalidValue(_)
                | Self::KeySize { .. }
                | Self::Length { .. }
                | Self::NumberSize { .. }
                | Self::OutOfRange { .. }
                | Self::Version { .. }
                | Self::Truncated { .. }
        )
    }

    /// [`Error::InvalidValue`] with this message.
    pub fn value(message: impl Into<Cow<'static, str>>) -> Self {
        Self::InvalidValue(message.into())
    }

    /// [`Error::Io`] of a failed operation on a file, or on what has no name.
    pub fn io(operation: IoOperation, path: Option<&Path>, source: impl Into<IoFailure>) -> Self {
        Self::Io { operation, path: path.map(Path::to_path_buf), source: source.into() }
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
