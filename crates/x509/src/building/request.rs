//! Requests to be sent.

use asn1::WriteError;
use ironlatch_core::oid::{self, ObjectIdentifier};

use super::{NewExtension, Signer, sequence, signed, write_extension_list, write_raw, write_sequence};
use crate::der::{Raw, SET};
use crate::error::Result;
use crate::names::Name;
use crate::request::CertificateRequest;

/// The contents of a request to be made.
#[derive(Debug, Clone)]
pub struct RequestContents<'a> {
    /// The name that the certificate should be for.
    pub subject: Name<'a>,
    /// The key: a `SubjectPublicKeyInfo` in DER. Its private half signs.
    pub public_key_info: &'a [u8],
    /// The attributes, besides the one that asks for extensions.
    pub attributes: &'a [NewAttribute<'a>],
    /// The extensions that the certificate should have.
    pub extensions: &'a [NewExtension<'a>],
}

/// An attribute of a request to be written, with one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttribute<'a> {
    /// The kind of the attribute.
    pub oid: ObjectIdentifier,
    /// Its value in DER.
    pub value: Raw<'a>,
}

impl RequestContents<'_> {
    /// Makes the request.
    ///
    /// # Errors
    /// Those of `signer`, and [`Error`](crate::Error) if a part is not one that a request can have.
    pub fn sign<S: Signer>(&self, signer: &S) -> Result<CertificateRequest, S::Error> {
        let algorithm = signer.algorithm()?.to_der()?;
        let tbs = self.to_tbs()?;
        let signature = signer.sign(&tbs)?;
        Ok(CertificateRequest::from_der(&signed(&tbs, &algorithm, &signature)?)?)
    }

    /// The part that is signed, in DER.
    ///
    /// # Errors
    /// [`Error::InvalidValue`](crate::Error::InvalidValue) if it does not fit into memory.
    pub fn to_tbs(&self) -> Result<Vec<u8>> {
        let mut attributes = Vec::with_capacity(self.attributes.len() + 1);
        if !self.extensions.is_empty() {
            let list = asn1::write(|writer| write_extension_list(writer, self.extensions));
            let list = list.map_err(|error: WriteError| crate::Error::from(error))?;
            attributes.push(attribute(&oid::EXTENSION_REQUEST, &list)?);
        }
        for new in self.attributes {
            attributes.push(attribute(&new.oid, new.value.as_der())?);
        }
        // As DER has it for sets.
        attributes.sort_unstable();
        sequence(|writer| {
            writer.write_element(&0_u8)?;
            writer.write_element(&self.subject)?;
            write_raw(writer, self.public_key_info)?;
            let len = attributes.iter().map(Vec::len).sum();
            writer.write_tlv(asn1::implicit_tag(0, SET), Some(len), |dest| {
                attributes.iter().try_for_each(|attribute| dest.push_slice(attribute))
            })
        })
    }
}

fn attribute(oid: &ObjectIdentifier, value: &[u8]) -> Result<Vec<u8>> {
    let der = asn1::write(|writer| {
        write_sequence(writer, |writer| {
            writer.write_element(oid)?;
            writer.write_tlv(SET, Some(value.len()), |dest| dest.push_slice(value))
        })
    });
    der.map_err(|error: WriteError| error.into())
}
