//! Public keys with their algorithm: SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).

use super::der::{self, AlgorithmIdentifier};
use super::{PublicKey, unsupported_key};
use crate::{Error, Result};

/// The label of a PEM block.
pub const LABEL: &str = "PUBLIC KEY";

impl PublicKey {
    /// Reads a `SubjectPublicKeyInfo` in DER.
    ///
    /// RSA keys may be marked for PSS (RFC 4055 §3.1). The restrictions that such a mark can carry
    /// are checked for form and then dropped, so the key that comes back is a plain RSA key.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if the structure is another or the key is not valid,
    /// [`Error::Unsupported`] if the algorithm is not known.
    pub fn from_spki_der(der: &[u8]) -> Result<Self> {
        let info: SubjectPublicKeyInfo<'_> = der::parse(der)?;
        if info.key.padding_bits() != 0 {
            return Err(Error::value("the public key is not a whole number of bytes"));
        }
        Self::from_info(&info.algorithm, info.key.as_bytes())
            .unwrap_or_else(|| Err(unsupported_key(&info.algorithm.oid)))
    }
}

#[derive(asn1::Asn1Read)]
struct SubjectPublicKeyInfo<'a> {
    algorithm: AlgorithmIdentifier<'a>,
    key: asn1::BitString<'a>,
}
