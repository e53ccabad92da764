//! The errors of certificates and their kin, named by the fault.

use core::fmt;
use ironlatch_core::oid::ObjectIdentifier;
use std::borrow::Cow;

use asn1::{ParseError, ParseErrorKind};

/// The result of a call of this crate.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An input is not what its format says that it should be.
    #[error(transparent)]
    Malformed(Box<Malformed>),

    /// An input is a sound object of another kind.
    #[error("could not read the {wanted}: this is {}, and the call reads {}", found.article(), wanted.plural())]
    WrongKind {
        /// The kind that the call reads.
        wanted: Kind,
        /// The kind that it was given.
        found: Kind,
    },

    /// A structure has a version that does not exist.
    #[error("the {kind} says that its version is {version} (as encoded), and there is no such version")]
    InvalidVersion {
        /// The kind of the structure.
        kind: Kind,
        /// The version as the structure encodes it: one less than the number that people say.
        version: u8,
    },

    /// An extension is there twice.
    #[error("Duplicate {oid} extension found")]
    DuplicateExtension {
        /// Which one.
        oid: ObjectIdentifier,
    },

    /// A signature algorithm, or a hash in one, is not known here.
    #[error("{message}")]
    UnsupportedAlgorithm {
        /// Its identifier.
        oid: ObjectIdentifier,
        /// The same in words.
        message: Cow<'static, str>,
    },

    /// The algorithm in the signed part is not the one next to the signature.
    #[error("Inner and outer signature algorithms do not match. This is an invalid {0}.")]
    AlgorithmMismatch(Kind),

    /// The subject of the supposed issuer is not the issuer that the certificate names.
    #[error("Issuer certificate subject does not match certificate issuer.")]
    IssuerMismatch,

    /// A key is of a type that cannot have made the signature.
    #[error("{0}")]
    WrongKey(Cow<'static, str>),

    /// An argument is not one that the format can hold.
    #[error("{0}")]
    InvalidValue(Cow<'static, str>),

    /// A signature is not the key's over these bytes.
    #[error("the signature is not valid: made with another key, or the data was changed")]
    InvalidSignature,

    /// A call to the layer below failed.
    #[error(transparent)]
    Core(#[from] ironlatch_core::Error),
}

impl Error {
    pub(crate) fn value(message: impl Into<Cow<'static, str>>) -> Self {
        Self::InvalidValue(message.into())
    }

    pub(crate) fn rule(rule: impl Into<Cow<'static, str>>) -> Self {
        Self::malformed(Fault::Rule(rule.into()))
    }

    pub(crate) fn malformed(fault: Fault) -> Self {
        Self::Malformed(Box::new(Malformed { path: String::new(), fault }))
    }

    /// The same error, said of a part that stands at `segment` of what is read.
    #[must_use]
    pub fn within(mut self, segment: impl fmt::Display) -> Self {
        if let Self::Malformed(malformed) = &mut self {
            let separator = if malformed.path.is_empty() || malformed.path.starts_with('[') { "" } else { "." };
            malformed.path = format!("{segment}{separator}{}", malformed.path);
        }
        self
    }
}

// How this crate and that of containers pass on what the parser says.

#[doc(hidden)]
impl From<ParseError> for Error {
    fn from(error: ParseError) -> Self {
        Self::malformed(Fault::Der(error.into()))
    }
}

#[doc(hidden)]
impl From<asn1::WriteError> for Error {
    fn from(_: asn1::WriteError) -> Self {
        Self::value("what is to be written does not fit into memory")
    }
}

/// Where an input breaks its format, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// The way to the part at fault, such as `tbsCertificate.extensions[3].subjectAltName[0]`;
    /// empty if it is the whole.
    pub path: String,
    /// The fault.
    pub fault: Fault,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("error parsing asn1 value: ")?;
        match &self.fault {
            Fault::Der(fault) => fault.fmt(f)?,
            Fault::Rule(rule) => f.write_str(rule)?,
        }
        if !self.path.is_empty() {
            write!(f, ", at {}", self.path)?;
        }
        Ok(())
    }
}

impl std::error::Error for Malformed {}

/// A fault of a part of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// It is not DER, or not of the type that belongs there.
    Der(DerFault),
    /// It breaks a rule of its format.
    Rule(Cow<'static, str>),
}

/// The way in which octets are not DER, or not of the type that belongs there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DerFault(pub(crate) ParseErrorKind);

impl fmt::Display for DerFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = ParseError::new(self.0).to_string();
        f.write_str(text.strip_prefix("ASN.1 parsing error: ").unwrap_or(&text))
    }
}

#[doc(hidden)]
impl From<ParseError> for DerFault {
    fn from(error: ParseError) -> Self {
        Self(error.kind())
    }
}

/// The kinds of objects that the calls of this crate read, and those that are often taken for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A certificate.
    Certificate,
    /// A request for a certificate.
    Request,
    /// A list of revoked certificates.
    Crl,
    /// An OCSP request.
    OcspRequest,
    /// An OCSP response.
    OcspResponse,
    /// PEM text, where DER is read.
    Pem,
    /// A public key.
    PublicKey,
    /// A private key.
    PrivateKey,
    /// PKCS #7 or CMS.
    Cms,
    /// Text, such as the page of a proxy, or base64 without the lines of PEM around it.
    Text,
    /// Nothing at all.
    Nothing,
}

impl Kind {
    fn article(self) -> &'static str {
        match self {
            Self::Certificate => "a certificate",
            Self::Request => "a certificate signing request",
            Self::Crl => "a CRL",
            Self::OcspRequest => "an OCSP request",
            Self::OcspResponse => "an OCSP response",
            Self::Pem => "PEM",
            Self::PublicKey => "a public key",
            Self::PrivateKey => "a private key",
            Self::Cms => "a PKCS #7 or CMS file",
            Self::Text => "text",
            Self::Nothing => "empty",
        }
    }

    fn plural(self) -> &'static str {
        match self {
            Self::Certificate => "certificates in DER",
            Self::Request => "certificate signing requests in DER",
            Self::Crl => "CRLs in DER",
            Self::OcspRequest => "OCSP requests in DER",
            Self::OcspResponse => "OCSP responses in DER",
            Self::Pem | Self::PublicKey | Self::PrivateKey | Self::Cms | Self::Text | Self::Nothing => "DER",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Certificate => "certificate",
            Self::Request => "certificate signing request",
            Self::Crl => "CRL",
            Self::OcspRequest => "OCSP request",
            Self::OcspResponse => "OCSP response",
            Self::Pem => "PEM text",
            Self::PublicKey => "public key",
            Self::PrivateKey => "private key",
            Self::Cms => "CMS file",
            Self::Text => "text",
            Self::Nothing => "empty input",
        })
    }
}

/// Puts the place of a fault into an error on its way up.
pub(crate) trait At<T> {
    fn at(self, segment: &'static str) -> Result<T>;
    fn at_index(self, index: usize) -> Result<T>;
}

impl<T, E: Into<Error>> At<T> for Result<T, E> {
    fn at(self, segment: &'static str) -> Result<T> {
        self.map_err(|error| error.into().within(segment))
    }

    fn at_index(self, index: usize) -> Result<T> {
        self.map_err(|error| error.into().within(format_args!("[{index}]")))
    }
}
