//! Verifying a timestamp over its certificate. It stands apart from [`sct`](crate::sct), which
//! certificates are made of.

use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::keys::PublicKey;
use ironlatch_core::oid;

use crate::algorithms::{SignatureAlgorithm, digest};
use crate::certificate::Certificate;
use crate::error::{Error, Result};
use crate::sct::{LogEntryType, Sct};

impl Sct<'_> {
    /// Fails unless the log with `key` signed the timestamp for `certificate`, which `issuer`
    /// issued. The issuer is looked at only for timestamps that stand in the certificate itself.
    ///
    /// # Errors
    /// [`Error::InvalidSignature`] if it did not; [`Error::WrongKey`] if the key is not of the
    /// signature's kind; [`Error::UnsupportedAlgorithm`] if the signature is not RSA or ECDSA with
    /// SHA-256, which RFC 6962 §2.1.4 asks for.
    pub fn verify(&self, key: &PublicKey, certificate: &Certificate, issuer: &Certificate) -> Result<()> {
        let algorithm = match (self.hash_algorithm, self.signature_algorithm) {
            (SHA256, RSA) => SignatureAlgorithm::RsaPkcs1(HashAlgorithm::Sha256),
            (SHA256, ECDSA) => SignatureAlgorithm::Ecdsa(HashAlgorithm::Sha256),
            _ => {
                let message = "a log signs with RSA or ECDSA and SHA-256".into();
                return Err(Error::UnsupportedAlgorithm { oid: oid::SCT_LIST, message });
            }
        };
        algorithm.verify(key, &self.signed_data(certificate, issuer)?, self.signature)
    }

    /// The bytes that the log signed (RFC 6962 §3.2).
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if a part is longer than the format allows, or as
    /// [`Certificate::tbs_precertificate`].
    pub fn signed_data(&self, certificate: &Certificate, issuer: &Certificate) -> Result<Vec<u8>> {
        let mut data = vec![VERSION_1, CERTIFICATE_TIMESTAMP];
        data.extend(self.timestamp.to_be_bytes());
        match self.entry_type {
            LogEntryType::Certificate => {
                data.extend(X509_ENTRY.to_be_bytes());
                push_vector(&mut data, certificate.as_der())?;
            }
            LogEntryType::Precertificate => {
                data.extend(PRECERT_ENTRY.to_be_bytes());
                data.extend(digest(HashAlgorithm::Sha256, issuer.public_key_info()));
                push_vector(&mut data, &certificate.tbs_precertificate()?)?;
            }
        }
        // The extensions were read under a length of two octets.
        data.extend((self.extensions.len() as u16).to_be_bytes());
        data.extend(self.extensions);
        Ok(data)
    }
}

/// `bytes` under a length of three octets.
fn push_vector(data: &mut Vec<u8>, bytes: &[u8]) -> Result<()> {
    let len = u32::try_from(bytes.len()).ok().filter(|len| *len < 1 << 24);
    let len = len.ok_or(Error::value("the certificate is longer than the 16 MiB that a log can hold"))?;
    data.extend(&len.to_be_bytes()[1..]);
    data.extend(bytes);
    Ok(())
}

const VERSION_1: u8 = 0;
const CERTIFICATE_TIMESTAMP: u8 = 0;
const X509_ENTRY: u16 = 0;
const PRECERT_ENTRY: u16 = 1;
const SHA256: u8 = 4;
const RSA: u8 = 1;
const ECDSA: u8 = 3;
