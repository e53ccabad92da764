//! Signed certificate timestamps (RFC 6962 §3.2 and §3.3): a log's promise that it has a
//! certificate.

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
        return Err(Error::rule(format!("Invalid/unsupported hash algorithm for SCT: {hash_algorithm}")));
    }
    if !(1..=3).contains(&signature_algorithm) {
        let message = format!("Invalid/unsupported signature algorithm for SCT: {signature_algorithm}");
        return Err(Error::rule(message));
    }
    let signature = reader.vector()?;
    reader.finish()?;
    Ok(Sct { bytes, entry_type, log_id, timestamp, extensions, hash_algorithm, signature_algorithm, signature })
}

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
