//! The answers of an authority: `TimeStampResp` (RFC 3161 §2.4.2).

use core::fmt;

use asn1::Tlv;

use crate::ber;
use crate::der;
use crate::error::{At, Error, Kind, Result};

/// The answer of an authority.
#[derive(Debug)]
pub struct Response {
    /// Whether it grants the timestamp.
    pub status: Status,
    /// Its words.
    pub texts: Vec<String>,
    /// Why it does not grant it.
    pub failures: Vec<Failure>,
    /// The timestamp in DER, which is kept. There is one if it was granted.
    pub token: Option<Vec<u8>>,
}

/// Whether an authority grants a timestamp (`PKIStatus`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// It is granted as it was asked for.
    Granted,
    /// It is granted in another way than it was asked for.
    GrantedWithModifications,
    /// It is refused.
    Rejection,
    /// It will be made later.
    Waiting,
    /// The authority's certificate is about to be revoked.
    RevocationWarning,
    /// The authority's certificate was revoked.
    RevocationNotification,
}

const STATUSES: [Status; 6] = [
    Status::Granted,
    Status::GrantedWithModifications,
    Status::Rejection,
    Status::Waiting,
    Status::RevocationWarning,
    Status::RevocationNotification,
];

impl Status {
    /// Whether there is a timestamp.
    #[must_use]
    pub fn is_granted(self) -> bool {
        matches!(self, Self::Granted | Self::GrantedWithModifications)
    }

    /// Its name in RFC 3161.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::GrantedWithModifications => "grantedWithMods",
            Self::Rejection => "rejection",
            Self::Waiting => "waiting",
            Self::RevocationWarning => "revocationWarning",
            Self::RevocationNotification => "revocationNotification",
        }
    }
}

/// Why an authority does not grant a timestamp (`PKIFailureInfo`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// The hash function is not one that the authority takes.
    BadAlgorithm,
    /// It does not do what was asked for.
    BadRequest,
    /// The request was damaged.
    BadDataFormat,
    /// The authority's clock is not available.
    TimeNotAvailable,
    /// It does not have the policy.
    UnacceptedPolicy,
    /// It does not have the extension.
    UnacceptedExtension,
    /// It does not have the additional information that was asked for.
    AdditionalInformationNotAvailable,
    /// Something went wrong there.
    SystemFailure,
    /// Another reason, by its number.
    Other(u8),
}

impl Failure {
    fn of_bit(bit: u8) -> Self {
        match bit {
            0 => Self::BadAlgorithm,
            2 => Self::BadRequest,
            5 => Self::BadDataFormat,
            14 => Self::TimeNotAvailable,
            15 => Self::UnacceptedPolicy,
            16 => Self::UnacceptedExtension,
            17 => Self::AdditionalInformationNotAvailable,
            25 => Self::SystemFailure,
            other => Self::Other(other),
        }
    }
}

/// The name in RFC 3161.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BadAlgorithm => "badAlg",
            Self::BadRequest => "badRequest",
            Self::BadDataFormat => "badDataFormat",
            Self::TimeNotAvailable => "timeNotAvailable",
            Self::UnacceptedPolicy => "unacceptedPolicy",
            Self::UnacceptedExtension => "unacceptedExtension",
            Self::AdditionalInformationNotAvailable => "addInfoNotAvailable",
            Self::SystemFailure => "systemFailure",
            Self::Other(bit) => return write!(f, "failure {bit}"),
        })
    }
}

/// The bits of a failure that are looked at.
const MAX_FAILURES: usize = 32;

/// The texts of a response that are read.
const MAX_TEXTS: usize = 16;

#[derive(asn1::Asn1Read)]
struct TimeStampResp<'a> {
    status: StatusInfo<'a>,
    token: Option<Tlv<'a>>,
}

#[derive(asn1::Asn1Read)]
struct StatusInfo<'a> {
    status: u8,
    texts: Option<asn1::SequenceOf<'a, asn1::Utf8String<'a>>>,
    failures: Option<asn1::BitString<'a>>,
}

impl Response {
    /// Reads a response in DER or BER: the body of an answer of the type
    /// `application/timestamp-reply`. Nothing is verified.
    ///
    /// # Errors
    /// [`Error::WrongKind`] or [`Error::Malformed`].
    pub fn read(data: &[u8]) -> Result<Self> {
        let explain = |error| der::explain(error, data, Kind::TimestampResponse);
        let (response, rest) = ber::to_der(data).map_err(explain)?;
        if !rest.is_empty() {
            return Err(asn1::ParseError::new(asn1::ParseErrorKind::ExtraData).into());
        }
        let response: TimeStampResp<'_> =
            asn1::parse_single(response.as_slice()).map_err(|error| explain(error.into()))?;
        let info = response.status;
        let status = STATUSES.get(usize::from(info.status)).copied();
        let status = status.ok_or_else(|| Error::rule("the status is not one that is known")).at("status.status")?;
        let token = response.token.map(|token| token.full_data().to_vec());
        if token.is_some() != status.is_granted() {
            return Err(Error::rule("there has to be a timestamp if it is granted, and not otherwise"))
                .at("timeStampToken");
        }
        Ok(Self {
            status,
            texts: info.texts.into_iter().flatten().take(MAX_TEXTS).map(|text| text.as_str().to_owned()).collect(),
            failures: info.failures.as_ref().map(failures).unwrap_or_default(),
            token,
        })
    }

    /// The reason for a refusal, in one line.
    pub(super) fn reason(&self) -> String {
        let failures = self.failures.iter().map(ToString::to_string);
        let words: Vec<_> = core::iter::once(self.status.name().to_owned()).chain(failures).collect();
        let texts = self.texts.join("; ");
        if texts.is_empty() { words.join(", ") } else { format!("{} ({texts:?})", words.join(", ")) }
    }
}

fn failures(bits: &asn1::BitString<'_>) -> Vec<Failure> {
    let set = (0..MAX_FAILURES).filter(|&bit| bits.has_bit_set(bit));
    set.map(|bit| Failure::of_bit(bit as u8)).collect()
}
