//! Certificates to be issued.

use super::{NewExtension, Signer, sequence, signed, write_extensions, write_raw, write_sequence};
use crate::algorithms::AlgorithmIdentifier;
use crate::certificate::Certificate;
use crate::error::{Error, Result};
use crate::names::Name;
use crate::oids;
use crate::time::Time;

/// The contents of a certificate of version 3 to be issued.
#[derive(Debug, Clone)]
pub struct CertificateContents<'a> {
    /// The serial number as the octets of its INTEGER: see [`random_serial`](super::random_serial).
    pub serial: &'a [u8],
    /// The issuer's name.
    pub issuer: Name<'a>,
    /// The first second at which it is valid.
    pub not_before: Time,
    /// The last second at which it is valid.
    pub not_after: Time,
    /// Whom it is about.
    pub subject: Name<'a>,
    /// The subject's key: a `SubjectPublicKeyInfo` in DER.
    pub public_key_info: &'a [u8],
    /// The extensions in their order.
    pub extensions: &'a [NewExtension<'a>],
}

impl CertificateContents<'_> {
    /// Issues the certificate.
    ///
    /// # Errors
    /// Those of `signer`, and [`Error::InvalidValue`] or [`Error::Malformed`] if a part is not one
    /// that a certificate can have.
    pub fn sign<S: Signer>(&self, signer: &S) -> Result<Certificate, S::Error> {
        let algorithm = signer.algorithm()?.to_der()?;
        let tbs = self.to_tbs(&algorithm)?;
        let signature = signer.sign(&tbs)?;
        Ok(Certificate::from_der(&signed(&tbs, &algorithm, &signature)?)?)
    }

    /// The certificate without a signature (RFC 9925): a way to pass on a trust anchor. No verifier
    /// may take it for more.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] or [`Error::Malformed`] if a part is not one that a certificate can
    /// have.
    pub fn without_signature(&self) -> Result<Certificate> {
        let algorithm = asn1::write_single(&AlgorithmIdentifier { oid: oids::UNSIGNED, parameters: None })?;
        Certificate::from_der(&signed(&self.to_tbs(&algorithm)?, &algorithm, &[])?)
    }

    /// The part that is signed, in DER, with the algorithm that will sign it, in DER.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if the serial number is not an INTEGER's.
    pub fn to_tbs(&self, algorithm: &[u8]) -> Result<Vec<u8>> {
        let serial = asn1::BigInt::new(self.serial);
        let serial = serial.ok_or(Error::value("the serial number is not in the octets of an INTEGER"))?;
        sequence(|writer| {
            writer.write_explicit_element(&VERSION_3, 0)?;
            writer.write_element(&serial)?;
            write_raw(writer, algorithm)?;
            writer.write_element(&self.issuer)?;
            write_sequence(writer, |writer| {
                writer.write_element(&self.not_before)?;
                writer.write_element(&self.not_after)
            })?;
            writer.write_element(&self.subject)?;
            write_raw(writer, self.public_key_info)?;
            write_extensions(writer, 3, self.extensions)
        })
    }
}

const VERSION_3: u8 = 2;
