//! Signed certificate timestamps (RFC 6962 §3.2 and §3.3): a log's promise that it has a
//! certificate.

use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::keys::PublicKey;
use ironlatch_core::oid;

use crate::algorithms::SignatureAlgorithm;
use crate::algorithms::digest;
use crate::certificate::Certificate;
use crate::error::{At, Error, Result};

/// A list of signed certificate timestamps.
pub type SctList<'a> = crate::der::List<Sct<'a>>;

/// A signed certificate timestamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sct<'a> {
    /// The whole of it as it stands in the list.
    pub bytes: &'a [u8],
    /// The kind of the log's entry.
    pub entry_type: LogEntryType,
    /// Which log.
    pub log_id: [u8; 32],
    /// When, in milliseconds since 1970.
    pub timestamp: u64,
    /// Extensions of the protocol.
    pub extensions: &'a [u8],
    /// The hash function of the signature, by its number in RFC 5246 §7.4.1.4.1: 1 is MD5, 6 is
    /// SHA-512.
    pub hash_algorithm: u8,
    /// The kind of the signature, by its number: 1 is RSA, 2 is DSA, 3 is ECDSA.
    pub signature_algorithm: u8,
    /// The signature.
    pub signature: &'a [u8],
}

/// The kinds of entries that a log signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LogEntryType {
    /// The certificate itself.
    Certificate,
    /// The certificate as it was before the timestamps were put into it.
    Precertificate,
}

/// Reads a list of timestamps.
///
/// # Errors
/// [`Error::Malformed`] if it is none, or one in it is of another version.
pub fn list(bytes: &[u8], entry_type: LogEntryType) -> Result<SctList<'_>> {
    let mut outer = Reader(bytes);
    let mut list = Reader(outer.vector()?);
    outer.finish()?;
    let mut scts = Vec::new();
    while !list.0.is_empty() {
        scts.push(list.vector().and_then(|bytes| sct(bytes, entry_type)).at_index(scts.len())?);
    }
    Ok(crate::der::List(scts))
}

fn sct(bytes: &[u8], entry_type: LogEntryType) -> Result<Sct<'_>> {
    let mut reader = Reader(bytes);
    if reader.array()? != [0] {
        return Err(Error::rule("Invalid SCT version"));
    }
    let log_id = reader.array()?;
    let timestamp = u64::from_be_bytes(reader.array()?);
    let extensions = reader.vector()?;
    let [hash_algorithm, signature_algorithm] = reader.array()?;
    if !(1..=6).contains(&hash_algorithm) {
        return Err(Error::value(format!("Invalid/unsupported hash algorithm for SCT: {hash_algorithm}")));
    }
    if !(1..=3).contains(&signature_algorithm) {
        let message = format!("Invalid/unsupported signature algorithm for SCT: {signature_algorithm}");
        return Err(Error::value(message));
    }
    let signature = reader.vector()?;
    reader.finish()?;
    Ok(Sct { bytes, entry_type, log_id, timestamp, extensions, hash_algorithm, signature_algorithm, signature })
}

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

impl SctList<'_> {
    /// The list as it stands in an extension's OCTET STRING.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if it is longer than the format allows.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let too_long = |_| Error::value("the timestamps are longer than the 65,535 bytes that a list can hold");
        let mut bytes = vec![0, 0];
        for sct in self.iter() {
            bytes.extend(u16::try_from(sct.bytes.len()).map_err(too_long)?.to_be_bytes());
            bytes.extend(sct.bytes);
        }
        let len = u16::try_from(bytes.len() - 2).map_err(too_long)?;
        bytes[..2].copy_from_slice(&len.to_be_bytes());
        Ok(bytes)
    }
}

/// Reads the presentation language of TLS (RFC 5246 §4).
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (array, rest) = self.0.split_first_chunk().ok_or_else(invalid_length)?;
        self.0 = rest;
        Ok(*array)
    }

    /// A length of two octets, and what is so long.
    fn vector(&mut self) -> Result<&'a [u8]> {
        let len = usize::from(u16::from_be_bytes(self.array()?));
        let (vector, rest) = self.0.split_at_checked(len).ok_or_else(invalid_length)?;
        self.0 = rest;
        Ok(vector)
    }

    fn finish(&self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(invalid_length()) }
    }
}

fn invalid_length() -> Error {
    Error::rule("Invalid SCT length")
}
