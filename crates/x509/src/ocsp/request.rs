//! Questions to an OCSP responder (RFC 6960 §4.1).

use core::fmt;
use std::sync::Arc;

use asn1::Tlv;

use super::CertId;
use crate::der::{List, SEQUENCE, Span, check_input, expect, explain, range};
use crate::error::{At, Error, Kind, Result};
use crate::extensions::Extensions;
use crate::general_names::GeneralName;
use crate::tolerant::{Original, Regular, Shape, Tolerant, regular};

/// A question about one or more certificates, held as its DER.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OcspRequest {
    der: Arc<[u8]>,
    requests: Span,
    extensions: Option<Span>,
    /// The original, if it was made regular.
    original: Option<Arc<Original>>,
}

/// A question about one certificate.
#[derive(asn1::Asn1Read)]
struct Request<'a> {
    id: CertId<'a>,
    #[explicit(0)]
    _extensions: Option<Extensions<'a>>,
}

impl OcspRequest {
    /// Reads a request in DER, and nothing after it.
    ///
    /// # Errors
    /// [`Error::Malformed`] with the place of the fault, [`Error::InvalidVersion`], or
    /// [`Error::WrongKind`] for a sound object of another kind.
    pub fn from_der(der: &[u8]) -> Result<Self> {
        check_input(der, Kind::OcspRequest)?;
        let (requests, extensions) = read(der).map_err(|error| explain(error, der, Kind::OcspRequest))?;
        Ok(Self { der: der.into(), requests, extensions, original: None })
    }

    /// Reads a request like [`from_der`](Self::from_der), but takes the deviations that
    /// [`Certificate::read_tolerant`](crate::Certificate::read_tolerant) takes.
    ///
    /// # Errors
    /// As [`from_der`](Self::from_der).
    pub fn read_tolerant(data: &[u8]) -> Result<Tolerant<Self>> {
        let Regular { der, original, deviations } = regular(data, Shape::OcspRequest);
        let value = Self { original: original.map(Arc::new), ..Self::from_der(&der)? };
        Ok(Tolerant { value, deviations })
    }

    /// The request in DER.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        self.original.as_ref().map_or(&self.der, |original| &original.der)
    }

    /// Which certificates it asks about, mostly one.
    ///
    /// # Errors
    /// None for requests that were read: they were looked at.
    pub fn ids(&self) -> Result<Vec<CertId<'_>>> {
        let requests: List<Request<'_>> = asn1::parse_single(self.requests.of(&self.der))?;
        Ok(requests.0.into_iter().map(|request| request.id).collect())
    }

    /// The extensions of the request as a whole.
    #[must_use]
    pub fn extensions(&self) -> Extensions<'_> {
        self.extensions.map_or(Extensions::default(), |span| Extensions::checked(span.of(&self.der)))
    }
}

impl fmt::Debug for OcspRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OcspRequest({} bytes)", self.der.len())
    }
}

/// Where the list of questions and the extensions stand.
fn read(der: &[u8]) -> Result<(Span, Option<Span>)> {
    let outer: Tlv<'_> = asn1::parse_single(der)?;
    expect(&outer, SEQUENCE)?;
    asn1::parse(outer.data(), |parser| {
        let tbs: Tlv<'_> = parser.read_element().at("tbsRequest")?;
        let read = read_tbs(&tbs, der).at("tbsRequest")?;
        if !parser.is_empty() {
            parser.read_explicit_element::<asn1::Sequence<'_>>(0).at("optionalSignature")?;
        }
        Ok(read)
    })
}

fn read_tbs(tbs: &Tlv<'_>, der: &[u8]) -> Result<(Span, Option<Span>)> {
    expect(tbs, SEQUENCE)?;
    asn1::parse(tbs.data(), |parser| {
        let version = crate::certificate::version(parser).at("version")?;
        if version != 0 {
            return Err(Error::InvalidVersion { kind: Kind::OcspRequest, version });
        }
        if parser.peek_tag() == Some(asn1::explicit_tag(1)) {
            parser.read_explicit_element::<GeneralName<'_>>(1).at("requestorName")?;
        }
        let requests: Tlv<'_> = parser.read_element().at("requestList")?;
        for (index, request) in requests.parse::<List<Request<'_>>>().at("requestList")?.iter().enumerate() {
            request.id.check().at_index(index).at("requestList")?;
        }
        let extensions = crate::certificate::extensions(parser, 2).at("requestExtensions")?;
        Ok((range(der, requests.full_data()), extensions.map(|list| range(der, list))))
    })
}
