//! Answers of an OCSP responder (RFC 6960 §4.2).

use core::fmt;
use ironlatch_core::oid::{self, ObjectIdentifier};
use std::sync::Arc;

use asn1::{BitString, Enumerated, Tlv};
use ironlatch_core::keys::PublicKey;

use super::CertId;
use crate::algorithms::{AlgorithmIdentifier, SignatureAlgorithm};
use crate::certificate::{Certificate, check_algorithm};
use crate::der::{Elements, List, OCTET_STRING, SEQUENCE, Span, check_input, expect, explain, range};
use crate::error::{At, Error, Kind, Result};
use crate::extensions::Extensions;
use crate::names::Name;
use crate::time::GeneralizedTime;
use crate::tolerant::{Original, Regular, Shape, Tolerant, regular};

/// An answer, held as its DER. What it says is not verified.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OcspResponse {
    der: Arc<[u8]>,
    status: ResponseStatus,
    basic: Option<Outline>,
    /// The DER as it came, if it had to be made regular to be read.
    original: Option<Arc<Original>>,
}

/// Whether a responder answers, and why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // Each is named as RFC 6960 §4.2.1 names it.
pub enum ResponseStatus {
    Successful = 0,
    MalformedRequest = 1,
    InternalError = 2,
    TryLater = 3,
    SigRequired = 5,
    Unauthorized = 6,
}

impl ResponseStatus {
    /// The status of a number.
    #[must_use]
    pub fn from_number(number: u32) -> Option<Self> {
        [
            Self::Successful,
            Self::MalformedRequest,
            Self::InternalError,
            Self::TryLater,
            Self::SigRequired,
            Self::Unauthorized,
        ]
        .into_iter()
        .find(|status| *status as u32 == number)
    }
}

/// The responder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, asn1::Asn1Read, asn1::Asn1Write)]
pub enum Responder<'a> {
    /// By its name.
    #[explicit(1)]
    ByName(Name<'a>),
    /// By the SHA-1 of its key.
    #[explicit(2)]
    ByKey(&'a [u8]),
}

/// The answer about one certificate.
#[derive(Debug, Clone, PartialEq, Eq, asn1::Asn1Read, asn1::Asn1Write)]
pub struct SingleResponse<'a> {
    /// Which certificate.
    pub id: CertId<'a>,
    /// The state of the certificate.
    pub status: CertStatus,
    /// When that was known.
    pub this_update: GeneralizedTime,
    /// When more will be known.
    #[explicit(0)]
    pub next_update: Option<GeneralizedTime>,
    /// The extensions of the answer about this certificate.
    #[explicit(1)]
    pub extensions: Option<Extensions<'a>>,
}

impl<'a> SingleResponse<'a> {
    /// Reads one in DER.
    ///
    /// # Errors
    /// [`Error::Malformed`] if it is none.
    pub fn from_der(der: &'a [u8]) -> Result<Self> {
        Ok(asn1::parse_single(der)?)
    }

    /// The answer in DER.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if it does not fit into memory.
    pub fn to_der(&self) -> Result<Vec<u8>> {
        Ok(asn1::write_single(self)?)
    }
}

/// The state of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, asn1::Asn1Read, asn1::Asn1Write)]
pub enum CertStatus {
    /// It is not revoked.
    #[implicit(0)]
    Good(()),
    /// It is revoked.
    #[implicit(1)]
    Revoked(RevokedInfo),
    /// The responder does not know it.
    #[implicit(2)]
    Unknown(()),
}

/// When and why a certificate was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RevokedInfo {
    /// When.
    pub time: GeneralizedTime,
    /// Why, by the number of RFC 5280 §5.3.1.
    pub reason: Option<u32>,
}

/// Where the parts of an answer stand in its DER, and the values of those that are small.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Outline {
    tbs: Span,
    responder: Span,
    produced_at: GeneralizedTime,
    /// The contents of the list of answers.
    responses: Span,
    extensions: Option<Span>,
    algorithm: Span,
    signature: Span,
    /// The contents of the list of certificates.
    certificates: Option<Span>,
}

impl OcspResponse {
    /// Reads a response in DER, and nothing after it.
    ///
    /// # Errors
    /// [`Error::Malformed`] with the place of the fault, [`Error::InvalidVersion`], or
    /// [`Error::WrongKind`] for a sound object of another kind.
    pub fn from_der(der: &[u8]) -> Result<Self> {
        check_input(der, Kind::OcspResponse)?;
        let (status, basic) = read(der).map_err(|error| explain(error, der, Kind::OcspResponse))?;
        Ok(Self { der: der.into(), status, basic, original: None })
    }

    /// Reads a response like [`from_der`](Self::from_der), but takes the deviations that
    /// [`Certificate::read_tolerant`] takes. The certificates in it are not among what is made
    /// regular.
    ///
    /// # Errors
    /// As [`from_der`](Self::from_der).
    pub fn read_tolerant(data: &[u8]) -> Result<Tolerant<Self>> {
        let Regular { der, original, deviations } = regular(data, Shape::OcspResponse);
        let value = Self { original: original.map(Arc::new), ..Self::from_der(&der)? };
        Ok(Tolerant { value, deviations })
    }

    /// The answer that there is no answer.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] for a status that is followed by answers.
    pub fn unsuccessful(status: ResponseStatus) -> Result<Self> {
        if status == ResponseStatus::Successful {
            return Err(Error::value("a successful response has answers, and is signed"));
        }
        Self::from_der(&[0x30, 3, 0x0a, 1, status as u8])
    }

    /// The response in DER.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        self.original.as_ref().map_or(&self.der, |original| &original.der)
    }

    /// Whether the responder answers, and why not.
    #[must_use]
    pub fn status(&self) -> ResponseStatus {
        self.status
    }

    /// The part that is signed, in DER.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if the responder did not answer. All other calls below have the same
    /// error.
    pub fn tbs(&self) -> Result<&[u8]> {
        let basic = self.basic()?;
        Ok(self.original.as_ref().map_or_else(|| basic.tbs.of(&self.der), |original| original.signed()))
    }

    /// The responder.
    ///
    /// # Errors
    /// As [`tbs`](Self::tbs).
    pub fn responder(&self) -> Result<Responder<'_>> {
        Ok(asn1::parse_single(self.basic()?.responder.of(&self.der))?)
    }

    /// When the answer was signed.
    ///
    /// # Errors
    /// As [`tbs`](Self::tbs).
    pub fn produced_at(&self) -> Result<GeneralizedTime> {
        Ok(self.basic()?.produced_at)
    }

    /// The answers, mostly one. Each is parsed when it is asked for.
    ///
    /// # Errors
    /// As [`tbs`](Self::tbs).
    pub fn responses(&self) -> Result<impl Iterator<Item = SingleResponse<'_>>> {
        Ok(Elements(self.answers()?).filter_map(|answer| SingleResponse::from_der(answer.full_data()).ok()))
    }

    /// The DER of the answer that begins `offset` octets after the first; nothing after the last.
    /// The next one begins where it ends.
    ///
    /// # Errors
    /// As [`tbs`](Self::tbs).
    pub fn response_der(&self, offset: usize) -> Result<Option<&[u8]>> {
        let answers = self.answers()?.get(offset..).unwrap_or(&[]);
        Ok(Elements(answers).next().map(|answer| answer.full_data()))
    }

    /// The contents of the list of answers, which were looked at when they were read.
    fn answers(&self) -> Result<&[u8]> {
        Ok(self.basic()?.responses.of(&self.der))
    }

    /// The extensions of the response as a whole.
    ///
    /// # Errors
    /// As [`tbs`](Self::tbs).
    pub fn extensions(&self) -> Result<Extensions<'_>> {
        let extensions = self.basic()?.extensions;
        Ok(extensions.map_or(Extensions::default(), |span| Extensions::checked(span.of(&self.der))))
    }

    /// The certificates that come with the answers.
    ///
    /// # Errors
    /// As [`tbs`](Self::tbs), and as [`Certificate::from_der`].
    pub fn certificates(&self) -> Result<Vec<Certificate>> {
        let contents = self.basic()?.certificates.map_or(&[][..], |span| span.of(&self.der));
        let certificates = Elements(contents).enumerate();
        certificates.map(|(index, der)| Certificate::from_der(der.full_data()).at_index(index).at("certs")).collect()
    }

    /// The identifier of the signature's algorithm.
    ///
    /// # Errors
    /// As [`tbs`](Self::tbs).
    pub fn signature_algorithm_identifier(&self) -> Result<AlgorithmIdentifier<'_>> {
        Ok(asn1::parse_single(self.basic()?.algorithm.of(&self.der))?)
    }

    /// The algorithm of the signature.
    ///
    /// # Errors
    /// As [`tbs`](Self::tbs), and as [`SignatureAlgorithm::from_identifier`].
    pub fn signature_algorithm(&self) -> Result<SignatureAlgorithm> {
        SignatureAlgorithm::from_identifier(&self.signature_algorithm_identifier()?)
    }

    /// The signature.
    ///
    /// # Errors
    /// As [`tbs`](Self::tbs).
    pub fn signature(&self) -> Result<&[u8]> {
        Ok(self.basic()?.signature.of(&self.der))
    }

    /// Fails unless `key` made the signature. Whether the key's owner may answer is not looked at.
    ///
    /// # Errors
    /// As [`tbs`](Self::tbs), and as [`SignatureAlgorithm::verify`].
    pub fn verify_signature(&self, key: &PublicKey) -> Result<()> {
        self.signature_algorithm()?.verify(key, self.tbs()?, self.signature()?)
    }

    fn basic(&self) -> Result<&Outline> {
        let missing = "OCSP response status is not successful so the property has no value";
        self.basic.as_ref().ok_or(Error::value(missing))
    }
}

impl fmt::Debug for OcspResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OcspResponse({:?})", self.status)
    }
}

impl<'a> asn1::SimpleAsn1Readable<'a> for RevokedInfo {
    const TAG: asn1::Tag = SEQUENCE;

    fn parse_data(data: &'a [u8]) -> asn1::ParseResult<Self> {
        asn1::parse(data, |parser| {
            let time = parser.read_element()?;
            let reason = if parser.is_empty() { None } else { Some(parser.read_explicit_element::<Enumerated>(0)?) };
            Ok(Self { time, reason: reason.map(|reason| reason.value()) })
        })
    }
}

impl asn1::SimpleAsn1Writable for RevokedInfo {
    type Error = asn1::WriteError;
    const TAG: asn1::Tag = SEQUENCE;

    fn write_data(&self, dest: &mut asn1::WriteBuf) -> asn1::WriteResult {
        let mut writer = asn1::Writer::new(dest);
        writer.write_element(&self.time)?;
        match self.reason {
            Some(reason) => writer.write_explicit_element(&Enumerated::new(reason), 0),
            None => Ok(()),
        }
    }

    fn data_length(&self) -> Option<usize> {
        None
    }
}

fn read(der: &[u8]) -> Result<(ResponseStatus, Option<Outline>)> {
    let outer: Tlv<'_> = asn1::parse_single(der)?;
    expect(&outer, SEQUENCE)?;
    asn1::parse(outer.data(), |parser| {
        let number = parser.read_element::<Enumerated>().at("responseStatus")?.value();
        let basic = if parser.is_empty() {
            None
        } else {
            let bytes: Tlv<'_> = parser.read_explicit_element(0).at("responseBytes")?;
            Some(read_bytes(&bytes, der).at("responseBytes")?)
        };
        let status = ResponseStatus::from_number(number);
        let status = status.ok_or(Error::rule("OCSP response has an unknown status code"))?;
        if status == ResponseStatus::Successful && basic.is_none() {
            return Err(Error::rule("Successful OCSP response does not contain a BasicResponse"));
        }
        Ok((status, basic))
    })
}

fn read_bytes(bytes: &Tlv<'_>, der: &[u8]) -> Result<Outline> {
    expect(bytes, SEQUENCE)?;
    asn1::parse(bytes.data(), |parser| {
        let kind: ObjectIdentifier = parser.read_element().at("responseType")?;
        if kind != oid::OCSP_BASIC {
            return Err(
                Error::rule("the response is not of the basic type, the only one that is known").within("responseType")
            );
        }
        let response: Tlv<'_> = parser.read_element().at("response")?;
        expect(&response, OCTET_STRING).at("response")?;
        read_basic(response.data(), der).at("response")
    })
}

fn read_basic(basic: &[u8], der: &[u8]) -> Result<Outline> {
    let outer: Tlv<'_> = asn1::parse_single(basic)?;
    expect(&outer, SEQUENCE)?;
    asn1::parse(outer.data(), |parser| {
        let tbs: Tlv<'_> = parser.read_element().at("tbsResponseData")?;
        let data = read_data(&tbs, der).at("tbsResponseData")?;
        let algorithm: Tlv<'_> = parser.read_element().at("signatureAlgorithm")?;
        check_algorithm(&algorithm).at("signatureAlgorithm")?;
        let signature: BitString<'_> = parser.read_element().at("signature")?;
        let certificates = if parser.is_empty() {
            None
        } else {
            let list: Tlv<'_> = parser.read_explicit_element(0).at("certs")?;
            expect(&list, SEQUENCE).at("certs")?;
            list.parse::<List<asn1::Sequence<'_>>>().at("certs")?;
            Some(range(der, list.data()))
        };
        Ok(Outline {
            algorithm: range(der, algorithm.full_data()),
            signature: range(der, signature.as_bytes()),
            certificates,
            ..data
        })
    })
}

fn read_data(tbs: &Tlv<'_>, der: &[u8]) -> Result<Outline> {
    expect(tbs, SEQUENCE)?;
    asn1::parse(tbs.data(), |parser| {
        let version = crate::certificate::version(parser).at("version")?;
        if version != 0 {
            return Err(Error::InvalidVersion { kind: Kind::OcspResponse, version });
        }
        let responder: Tlv<'_> = parser.read_element().at("responderID")?;
        responder.parse::<Responder<'_>>().at("responderID")?;
        let produced_at = parser.read_element().at("producedAt")?;
        let responses: Tlv<'_> = parser.read_element().at("responses")?;
        for (index, single) in responses.parse::<List<SingleResponse<'_>>>().at("responses")?.iter().enumerate() {
            single.id.check().at_index(index).at("responses")?;
        }
        let extensions = crate::certificate::extensions(parser, 1).at("responseExtensions")?;
        Ok(Outline {
            tbs: range(der, tbs.full_data()),
            responder: range(der, responder.full_data()),
            produced_at,
            responses: range(der, responses.data()),
            extensions: extensions.map(|list| range(der, list)),
            algorithm: Span::default(),
            signature: Span::default(),
            certificates: None,
        })
    })
}
