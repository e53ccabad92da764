//! Public keys with their algorithm: SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).

use super::der::{self, AlgorithmIdentifier};
use super::{PublicKey, unsupported_key};
use crate::{Error, Result};

/// The label of a PEM block.
pub const LABEL: &str = "PUBLIC KEY";

/// Reads a `SubjectPublicKeyInfo`.
///
/// RSA keys may be marked for PSS (RFC 4055 §3.1). The restrictions that such a mark can carry are
/// checked for form and then dropped, so the key that comes back is a plain RSA key.
///
/// # Errors
/// [`Error::InvalidValue`] if the structure is another or the key is not valid,
/// [`Error::Length`] if a key of a fixed length has another, [`Error::Unsupported`] if the
/// algorithm is not known.
pub fn public_from_der(der: &[u8]) -> Result<PublicKey> {
    let info: SubjectPublicKeyInfo<'_> = der::parse(der)?;
    if info.key.padding_bits() != 0 {
        return Err(Error::value("the public key is not a whole number of bytes"));
    }
    PublicKey::from_info(&info.algorithm, info.key.as_bytes())
        .unwrap_or_else(|| Err(unsupported_key(&info.algorithm.oid)))
}

/// Writes a `SubjectPublicKeyInfo`.
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn public_to_der(key: &PublicKey) -> Result<Vec<u8>> {
    key.to_info()
}

#[derive(asn1::Asn1Read)]
struct SubjectPublicKeyInfo<'a> {
    algorithm: AlgorithmIdentifier<'a>,
    key: asn1::BitString<'a>,
}
