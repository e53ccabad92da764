//! Certificates in a signed message that has neither a message nor signatures: `.p7b` files.

use asn1::Tlv;
use ironlatch_core::oid;
use ironlatch_x509::Certificate;

use crate::ber;
use crate::content::{self, ContentInfo};
use crate::der::{self, EXPLICIT_0, INTEGER, SEQUENCE, SET};
use crate::error::{At, Error, Kind, Result};

/// The certificates of a signed message.
#[derive(Debug)]
pub struct Certificates {
    /// The certificates, in the order of the file.
    pub certificates: Vec<Certificate>,
    /// Why the message is not strictly in DER, if it is not.
    pub irregularity: Option<Error>,
}

impl Certificates {
    /// Reads the certificates of any signed message in DER or BER, whatever it signs. Nothing is
    /// verified.
    ///
    /// # Errors
    /// [`Error::Unsupported`] if the message is not a signed one, [`Error::InvalidValue`] if it has
    /// no certificates, [`Error::Malformed`], [`Error::WrongKind`], and [`Error::X509`] for
    /// certificates that cannot be read.
    pub fn read(data: &[u8]) -> Result<Self> {
        let explain = |error| der::explain(error, data, Kind::Cms);
        let (message, rest) = ber::to_der(data).map_err(explain)?;
        let info: ContentInfo<'_> = asn1::parse_single(message.as_slice()).map_err(|error| explain(error.into()))?;
        if info.content_type != oid::SIGNED_DATA {
            let message = "Only basic signed structures are currently supported, and this is";
            return Err(Error::Unsupported(format!("{message} of the type {}", info.content_type).into()));
        }
        let content = info.content.ok_or_else(|| Error::rule("there is no content")).at("content")?;
        der::expect(&content, SEQUENCE).at("content")?;
        let (mut certificates, mut irregularity) = (None, None);
        for element in der::elements(content.data()) {
            let element = element.at("content")?;
            if der::tag_octet(element.tag()) == Some(EXPLICIT_0) && certificates.is_none() {
                certificates = Some(list(&element).at("content")?);
                irregularity = is_unordered(&element).then(|| unordered().within("content.certificates"));
            }
        }
        let certificates = certificates.ok_or_else(|| {
            Error::value("The provided PKCS7 has no certificate data, but a cert loading method was called.")
        })?;
        if message.is_rewritten() {
            irregularity = Some(Error::rule("lengths or strings are in the forms of BER"));
        } else if !rest.is_empty() {
            irregularity = Some(asn1::ParseError::new(asn1::ParseErrorKind::ExtraData).into());
        }
        Ok(Self { certificates, irregularity })
    }
}

pub(crate) fn list(set: &Tlv<'_>) -> Result<Vec<Certificate>> {
    let mut certificates = Vec::new();
    for (index, element) in der::elements(set.data()).enumerate() {
        let element = element.at_index("certificates", index)?;
        // What has another tag is an attribute certificate, or of another kind (RFC 5652 §10.2.2).
        if der::tag_octet(element.tag()) == Some(SEQUENCE) {
            certificates.push(Certificate::from_der(element.full_data()).at_index("certificates", index)?);
        }
    }
    Ok(certificates)
}

fn is_unordered(set: &Tlv<'_>) -> bool {
    let items: Vec<&[u8]> = der::elements(set.data()).map_while(Result::ok).map(|item| item.full_data()).collect();
    !items.is_sorted()
}

fn unordered() -> Error {
    asn1::ParseError::new(asn1::ParseErrorKind::InvalidSetOrdering).into()
}

/// Writes certificates, in the order of DER.
#[must_use]
pub fn write(certificates: &[&Certificate]) -> Vec<u8> {
    let no_content = der::element(SEQUENCE, &[&der::identifier(&oid::DATA)]);
    let empty = der::element(SET, &[]);
    let parts: [&[u8]; 5] = [&der::integer(1), &empty, &no_content, &set(certificates), &empty];
    content::content_info(&oid::SIGNED_DATA, &der::element(SEQUENCE, &parts)).to_vec()
}

/// The field of a signed message that holds certificates.
pub(super) fn set(certificates: &[&Certificate]) -> Vec<u8> {
    let mut parts: Vec<&[u8]> = certificates.iter().map(|certificate| certificate.as_der()).collect();
    parts.sort_unstable();
    der::element(EXPLICIT_0, &parts).to_vec()
}

/// `IssuerAndSerialNumber`, by which a message names a certificate (RFC 5652 §10.2.4).
pub(crate) fn issuer_and_serial(certificate: &Certificate) -> Vec<u8> {
    let serial = der::element(INTEGER, &[certificate.serial()]);
    der::element(SEQUENCE, &[certificate.issuer().as_der(), &serial]).to_vec()
}
