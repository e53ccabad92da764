//! The errors of containers, named by the fault.

use core::fmt;
use std::borrow::Cow;

use asn1::ParseError;
use ironlatch_core::oid::ObjectIdentifier;
pub use ironlatch_x509::error::{Fault, Malformed};

/// The result of a call of this crate.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An input is not what its format says that it should be.
    #[error(transparent)]
    Malformed(Box<Malformed>),

    /// An input is something else than the call reads.
    #[error("this is {found}, and the call reads {wanted}")]
    WrongKind {
        /// The kind that the call reads.
        wanted: Kind,
        /// The kind that it was given.
        found: Kind,
    },

    /// A password does not open a file, or there should be one, or none.
    #[error("{0}")]
    Password(Password),

    /// A file asks for more work than is allowed.
    #[error("{0}")]
    TooMuchWork(Cow<'static, str>),

    /// An algorithm or a kind of contents is not known here.
    #[error("{0}")]
    Unsupported(Cow<'static, str>),

    /// An argument is not one that the format can hold.
    #[error("{0}")]
    InvalidValue(Cow<'static, str>),

    /// A signature of a message is not accepted.
    #[error("signer {signer}: {fault}")]
    NotVerified {
        /// Which signer's, counted from 0.
        signer: usize,
        /// Why not.
        fault: SignatureFault,
    },

    /// An encrypted message does not decrypt. That is one error whatever the cause: who can send
    /// messages must not learn how far decryption came.
    #[error("the message does not decrypt: it is for another key, or was changed")]
    NotDecrypted,

    /// A timestamp is not accepted.
    #[error("{0}")]
    NotTimestamped(TimestampFault),

    /// A certificate's fault.
    #[error(transparent)]
    X509(#[from] ironlatch_x509::Error),

    /// A call to the layer below failed.
    #[error(transparent)]
    Core(#[from] ironlatch_core::Error),
}

impl Error {
    pub(crate) fn value(message: impl Into<Cow<'static, str>>) -> Self {
        Self::InvalidValue(message.into())
    }

    pub(crate) fn rule(rule: &'static str) -> Self {
        Self::malformed(Fault::Rule(rule.into()))
    }

    fn malformed(fault: Fault) -> Self {
        Self::Malformed(Box::new(Malformed { path: String::new(), fault }))
    }

    /// The same error, said of a part that stands at `segment` of what is read.
    #[must_use]
    pub fn within(mut self, segment: impl fmt::Display) -> Self {
        match &mut self {
            Self::X509(error) => Self::X509(error.clone().within(segment)),
            Self::Malformed(malformed) => {
                let separator = if malformed.path.is_empty() || malformed.path.starts_with('[') { "" } else { "." };
                malformed.path = format!("{segment}{separator}{}", malformed.path);
                self
            }
            _ => self,
        }
    }
}

// How this crate passes on what the parser says.
#[doc(hidden)]
impl From<ParseError> for Error {
    fn from(error: ParseError) -> Self {
        Self::malformed(Fault::Der(error.into()))
    }
}

/// The fault of a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Password {
    /// It does not open the file.
    Incorrect,
    /// None was given, and the file has one.
    Missing,
    /// One was given, and the file has none.
    NotNeeded,
    /// It does not open a file that has no authentication code, so the file may as well be damaged.
    IncorrectOrDamaged,
}

impl fmt::Display for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Incorrect => "the password is wrong, or the file was changed",
            Self::Missing => "no password was given, and the file has one",
            Self::NotNeeded => "a password was given, and the file has none: leave it out",
            Self::IncorrectOrDamaged => {
                "the password is wrong, or the file is damaged: it has no authentication code, which would tell"
            }
        })
    }
}

/// Why a signature is not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureFault {
    /// The message has no signers.
    NoSigners,
    /// The message does not hold its content, and it was not given.
    NoContent,
    /// The content was given, and the message holds something else.
    OtherContent,
    /// The certificate is neither in the message nor was it given.
    NoCertificate,
    /// The hash function or the signature algorithm is broken, or not known here.
    Algorithm(String),
    /// The signed attributes are not as they have to be.
    Attributes(&'static str),
    /// The signature names another certificate by its hash.
    OtherCertificate,
    /// The content is not the one that was signed.
    Digest,
    /// The signature is not that of the certificate's key.
    Signature,
    /// No path that the policy is content with leads from the certificate to a trusted one.
    Chain(String),
}

impl fmt::Display for SignatureFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoSigners => "the message has no signature",
            Self::NoContent => "the message does not hold what is signed: give it with the call",
            Self::OtherContent => "the message holds something else than the content that was given",
            Self::NoCertificate => "the signer's certificate is not in the message: give it with the call",
            Self::Algorithm(message) => message,
            Self::Attributes(message) => message,
            Self::OtherCertificate => "the signature names another certificate than the one with the signer's name",
            Self::Digest => "the content is not the one that was signed",
            Self::Signature => "the signature is not valid: made with another key, or the data was changed",
            Self::Chain(report) => report,
        })
    }
}

/// Why a timestamp is not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimestampFault {
    /// The authority did not grant it, and says this.
    NotGranted(String),
    /// It is of other data.
    OtherData,
    /// The hash function of the data is broken, not known here, or not the one that was asked for.
    Hash(String),
    /// The nonce is not the one of the request: this may be an answer to another one.
    Nonce,
    /// There is no nonce, and the request had one.
    NoNonce,
    /// It was made under another policy.
    Policy(ObjectIdentifier),
    /// It has an extension that is critical, and not known here.
    CriticalExtension(ObjectIdentifier),
    /// It has this number of signatures, and not one.
    Signatures(usize),
    /// The certificate of the signer is not for timestamps, or not for them alone, or does not say
    /// so in a critical extension (RFC 3161 §2.3).
    Purpose,
    /// The signature does not name the certificate of the signer by its hash (RFC 3161 §2.4.2).
    NoSigningCertificate,
    /// It names an authority that the signer's certificate does not.
    Authority,
    /// The signature is not accepted.
    Signature(SignatureFault),
}

impl fmt::Display for TimestampFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotGranted(reason) => return write!(f, "the authority did not grant the timestamp: {reason}"),
            Self::OtherData => "the timestamp is of other data",
            Self::Hash(message) => message,
            Self::Nonce => "the nonce is not the one of the request: the timestamp may answer another one",
            Self::NoNonce => "the timestamp has no nonce, and the request had one",
            Self::Policy(found) => return write!(f, "the timestamp was made under another policy, {found}"),
            Self::CriticalExtension(oid) => {
                return write!(f, "the extension {oid} of the timestamp is critical, and not known here");
            }
            Self::Signatures(number) => {
                return write!(f, "the timestamp has {number} signatures, and should have one");
            }
            Self::Purpose => {
                "the signer's certificate is not one of a timestamping authority: its extended key usage has to be \
                 critical, and name id-kp-timeStamping and nothing else"
            }
            Self::NoSigningCertificate => "the signature does not say which certificate it belongs to",
            Self::Authority => "the timestamp names another authority than the signer's certificate",
            Self::Signature(fault) => return fault.fmt(f),
        })
    }
}

/// The kinds of files that the calls of this crate read, and those that are often taken for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A PKCS #12 file.
    Pkcs12,
    /// PEM text, where DER is read.
    Pem,
    /// A key store in a format of Java's own.
    JavaKeyStore,
    /// PKCS #7 or CMS.
    Cms,
    /// The response of a timestamping authority.
    TimestampResponse,
    /// A certificate or another signed structure of X.509.
    Certificate,
    /// A private key.
    PrivateKey,
    /// Nothing at all.
    Nothing,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pkcs12 => "PKCS #12 in DER",
            Self::Pem => "PEM",
            Self::JavaKeyStore => {
                "a Java key store (JKS or JCEKS: `keytool -importkeystore -deststoretype pkcs12` converts it)"
            }
            Self::Cms => "PKCS #7 or CMS in DER",
            Self::TimestampResponse => "the response of a timestamping authority",
            Self::Certificate => "a certificate",
            Self::PrivateKey => "a private key",
            Self::Nothing => "empty",
        })
    }
}

/// Puts the place of a fault into an error on its way up.
pub(crate) trait At<T> {
    fn at(self, segment: &str) -> Result<T>;
    fn at_index(self, segment: &str, index: usize) -> Result<T>;
}

impl<T, E: Into<Error>> At<T> for Result<T, E> {
    fn at(self, segment: &str) -> Result<T> {
        self.map_err(|error| error.into().within(segment))
    }

    fn at_index(self, segment: &str, index: usize) -> Result<T> {
        self.map_err(|error| error.into().within(format_args!("{segment}[{index}]")))
    }
}
