//! A pin: the hash of a public key with its algorithm.

use core::fmt;
use core::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::{Error, Result};
use ironlatch_core::hash::{self, HashAlgorithm};
use ironlatch_core::keys::PublicKey;
use ironlatch_x509::{Certificate, CertificateRequest};

/// The SHA-256 of a `SubjectPublicKeyInfo` in DER: 32 bytes. Written as `sha256/` and base64.
///
/// ```
/// use ironlatch::recipes::pinning::Pin;
///
/// let pin: Pin = "sha256/YLh1dUR9y6Kja30RrAn7JKnbQG/uEtLMkBgFF2Fuihg=".parse()?;
/// assert_eq!(pin.as_bytes().len(), 32);
/// # Ok::<(), ironlatch::recipes::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pin([u8; 32]);

impl Pin {
    /// The pin of a `SubjectPublicKeyInfo` in DER.
    #[must_use]
    pub fn of_public_key_info(der: &[u8]) -> Self {
        let mut digest = [0; 32];
        hash::digest_into(HashAlgorithm::Sha256, der, (&mut digest[..]).into());
        Self(digest)
    }

    /// The pin of the key that a certificate is for. Other certificates for the same key have the
    /// same pin.
    #[must_use]
    pub fn of_certificate(certificate: &Certificate) -> Self {
        Self::of_public_key_info(certificate.public_key_info())
    }

    /// The pin that a certificate for this request will have.
    #[must_use]
    pub fn of_request(request: &CertificateRequest) -> Self {
        Self::of_public_key_info(request.public_key_info())
    }

    /// The pin of a key.
    ///
    /// # Errors
    /// [`CoreError::OutOfMemory`](ironlatch_core::Error::OutOfMemory).
    pub fn of_public_key(key: &PublicKey) -> Result<Self> {
        Ok(Self::of_public_key_info(&key.to_spki_der()?))
    }

    /// The 32 bytes of the hash.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256/{}", STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pin({self})")
    }
}

/// The number of base64 symbols for 32 bytes, with padding.
const SYMBOLS: usize = 44;

/// Reads `sha256/…`, and what others write: curl's `sha256//…`, and `pin-sha256="…"` of RFC 7469.
impl FromStr for Pin {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let refused = || Error::value("not a pin: expected sha256/ and the 44 characters of 32 bytes in base64");
        let header = text.strip_prefix("pin-sha256=\"").and_then(|rest| rest.strip_suffix('"'));
        // A slash is a symbol of base64, too: one hash in 64 begins with it. The length tells
        // whether it is curl's.
        let curl = text.strip_prefix("sha256//").filter(|rest| rest.len() == SYMBOLS);
        let body = header.or(curl).or_else(|| text.strip_prefix("sha256/"));
        let bytes = STANDARD.decode(body.ok_or_else(refused)?).map_err(|_| refused())?;
        bytes.try_into().map(Self).map_err(|_| refused())
    }
}
