//! OCSP requests to be sent, and answers.

use asn1::{BitString, WriteError, Writer};
use ironlatch_core::oid;

use super::{NewExtension, Signer, sequence, write_extension_list, write_extensions, write_raw, write_sequence};
use crate::certificate::Certificate;
use crate::der::{OCTET_STRING, SEQUENCE};
use crate::error::{Error, Result};
use crate::extensions::Extensions;
use crate::ocsp::{CertStatus, NewCertId, OcspRequest, OcspResponse, Responder, SingleResponse};
use crate::time::{GeneralizedTime, Time};

/// The contents of an OCSP request to be made.
#[derive(Debug, Clone)]
pub struct OcspRequestContents<'a> {
    /// About which certificates. Most responders answer about one.
    pub ids: &'a [NewCertId<'a>],
    /// The extensions of the request as a whole.
    pub extensions: &'a [NewExtension<'a>],
}

impl OcspRequestContents<'_> {
    /// Makes the request.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if a serial number is not an INTEGER's.
    pub fn to_request(&self) -> Result<OcspRequest> {
        let ids = self.ids.iter().map(NewCertId::to_cert_id).collect::<Result<Vec<_>>>()?;
        let der = sequence(|writer| {
            write_sequence(writer, |writer| {
                write_sequence(writer, |writer| {
                    ids.iter().try_for_each(|id| write_sequence(writer, |writer| writer.write_element(id)))
                })?;
                write_extensions(writer, 2, self.extensions)
            })
        })?;
        OcspRequest::from_der(&der)
    }
}

/// The contents of an OCSP response to be made.
#[derive(Debug, Clone)]
pub struct OcspResponseContents<'a> {
    /// The responder.
    pub responder: Responder<'a>,
    /// When.
    pub produced_at: Time,
    /// The answers.
    pub responses: &'a [NewSingleResponse<'a>],
    /// The extensions of the response as a whole.
    pub extensions: &'a [NewExtension<'a>],
    /// The certificates that come with it: the responder's, if an authority made it one.
    pub certificates: Option<&'a [Certificate]>,
}

/// The answer about one certificate, to be made.
#[derive(Debug, Clone)]
pub struct NewSingleResponse<'a> {
    /// Which certificate.
    pub id: NewCertId<'a>,
    /// The state of the certificate.
    pub status: CertStatus,
    /// When that was known.
    pub this_update: Time,
    /// When more will be known.
    pub next_update: Option<Time>,
    /// The extensions of the answer about this certificate.
    pub extensions: &'a [NewExtension<'a>],
}

impl OcspResponseContents<'_> {
    /// Makes the response.
    ///
    /// # Errors
    /// Those of `signer`, and [`Error`] if a part is not one that a response can have.
    pub fn sign<S: Signer>(&self, signer: &S) -> Result<OcspResponse, S::Error> {
        let algorithm = signer.algorithm()?.to_der()?;
        let tbs = self.to_tbs()?;
        let signature = signer.sign(&tbs)?;
        Ok(OcspResponse::from_der(&self.signed(&tbs, &algorithm, &signature)?)?)
    }

    /// The part that is signed, in DER.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if a serial number is not an INTEGER's.
    pub fn to_tbs(&self) -> Result<Vec<u8>> {
        let responses = self.responses.iter().map(NewSingleResponse::to_der).collect::<Result<Vec<_>>>()?;
        sequence(|writer| {
            writer.write_element(&self.responder)?;
            writer.write_element(&GeneralizedTime(self.produced_at))?;
            let len = responses.iter().map(Vec::len).sum();
            writer.write_tlv(SEQUENCE, Some(len), |dest| {
                responses.iter().try_for_each(|response| dest.push_slice(response))
            })?;
            write_extensions(writer, 1, self.extensions)
        })
    }

    fn signed(&self, tbs: &[u8], algorithm: &[u8], signature: &[u8]) -> Result<Vec<u8>> {
        let signature = BitString::new(signature, 0).ok_or(Error::value("the signature is not whole octets"))?;
        let basic = sequence(|writer| {
            write_raw(writer, tbs)?;
            write_raw(writer, algorithm)?;
            writer.write_element(&signature)?;
            let Some(certificates) = self.certificates else { return Ok(()) };
            writer.write_tlv(asn1::explicit_tag(0), None, |dest| {
                let len = certificates.iter().map(|certificate| certificate.as_der().len()).sum();
                Writer::new(dest).write_tlv(SEQUENCE, Some(len), |dest| {
                    certificates.iter().try_for_each(|certificate| dest.push_slice(certificate.as_der()))
                })
            })
        })?;
        sequence(|writer| {
            writer.write_element(&asn1::Enumerated::new(0))?;
            writer.write_tlv(asn1::explicit_tag(0), None, |dest| {
                write_sequence(&mut Writer::new(dest), |writer| {
                    writer.write_element(&oid::OCSP_BASIC)?;
                    writer.write_tlv(OCTET_STRING, Some(basic.len()), |dest| dest.push_slice(&basic))
                })
            })
        })
    }
}

impl NewSingleResponse<'_> {
    fn to_der(&self) -> Result<Vec<u8>> {
        let extensions = asn1::write(|writer| write_extension_list(writer, self.extensions));
        let extensions = extensions.map_err(|error: WriteError| Error::from(error))?;
        let extensions = Extensions::from_der(&extensions)?;
        Ok(asn1::write_single(&SingleResponse {
            id: self.id.to_cert_id()?,
            status: self.status,
            this_update: GeneralizedTime(self.this_update),
            next_update: self.next_update.map(GeneralizedTime),
            extensions: (!extensions.is_empty()).then_some(extensions),
        })?)
    }
}
