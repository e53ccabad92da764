//! Certificates to be issued.

use asn1::Tlv;
use ironlatch_core::oid;

use super::{NewExtension, Signer, sequence, signed, write_extensions, write_raw, write_sequence};
use crate::algorithms::AlgorithmIdentifier;
use crate::certificate::Certificate;
use crate::der::Elements;
use crate::error::{Error, Result};
use crate::names::Name;
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
        let algorithm = asn1::write_single(&AlgorithmIdentifier { oid: oid::UNSIGNED, parameters: None })?;
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

/// The `SubjectPublicKeyInfo` of an RSA key, in DER, as one for PSS signatures alone (RFC 4055
/// §1.2): with any parameters.
///
/// # Errors
/// [`Error::Malformed`] if `info` is none.
pub fn pss_public_key_info(info: &[u8]) -> Result<Vec<u8>> {
    let contents: Tlv<'_> = asn1::parse_single(info)?;
    let key = Elements(contents.data()).nth(1).ok_or_else(|| Error::rule("the public key is missing"))?;
    sequence(|writer| {
        writer.write_element(&AlgorithmIdentifier { oid: oid::RSASSA_PSS, parameters: None })?;
        writer.write_element(&key)
    })
}

const VERSION_3: u8 = 2;
