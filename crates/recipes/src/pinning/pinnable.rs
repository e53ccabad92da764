//! Finds what can be pinned in the files in which it comes.

use super::pin::Pin;
use crate::{Error, Result};
use ironlatch_core::asymmetric::rsa::Checks;
use ironlatch_core::keys::{PrivateKey, PublicKey, pem};
use ironlatch_core::secret::wipes_stack;
use ironlatch_x509::{Certificate, CertificateRequest, certificate, request};

/// Something with a public key, and its pin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pinnable {
    /// The pin of its key.
    pub pin: Pin,
    /// Its kind.
    pub kind: Kind,
    /// Whom it is about, if it says so.
    pub subject: Option<String>,
    /// The kind of its key in words.
    pub key: String,
}

/// The kind of something with a public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A certificate.
    Certificate,
    /// A request for a certificate.
    Request,
    /// A public key.
    PublicKey,
    /// A private key.
    PrivateKey,
}

impl Kind {
    /// In words: `certificate`, `certificate request`, `public key`, `private key`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::Request => "certificate request",
            Self::PublicKey => "public key",
            Self::PrivateKey => "private key",
        }
    }
}

impl Pinnable {
    /// Everything in a file that can be pinned, at least one: certificates, requests, public keys
    /// and one private key in PEM, or one of them in DER. `password` is for an encrypted private
    /// key.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if there is none of them,
    /// or a damaged one; [`CoreError::WrongType`](ironlatch_core::Error::WrongType) if a password
    /// is missing or superfluous; [`CoreError::Unsupported`](ironlatch_core::Error::Unsupported)
    /// for a private key of a type that is not known.
    #[wipes_stack(deep)]
    pub fn all(contents: &[u8], password: Option<&[u8]>) -> Result<Vec<Self>> {
        /// The tag of the SEQUENCE that all of them are in DER.
        const SEQUENCE: u8 = 0x30;
        if contents.first() == Some(&SEQUENCE) {
            return Self::from_der(contents, password).map(|one| vec![one]);
        }
        let mut all = Vec::new();
        let mut private_keys = 0;
        for block in pem::blocks(contents) {
            let block = block?;
            let label = block.label();
            if certificate::is_label(label) {
                all.push(Certificate::from_der(&block.decode()?)?.into());
            } else if request::is_label(label) {
                all.push(CertificateRequest::from_der(&block.decode()?)?.into());
            } else if label == b"PUBLIC KEY" {
                all.push(Self::from_public_key_info(&block.decode()?)?);
            } else if label == b"RSA PUBLIC KEY" {
                let key = PublicKey::from_der(&block.decode()?)?;
                all.push(Self::new(Pin::of_public_key(&key)?, Kind::PublicKey, &key));
            } else if label.ends_with(b"PRIVATE KEY") {
                private_keys += 1;
                if private_keys == 1 {
                    all.push(Self::from_private_key(&PrivateKey::from_pem(contents, password, Checks::Full)?)?);
                }
            }
        }
        match all.len() {
            0 => Err(Error::value(NONE)),
            _ if private_keys > 1 => Err(Error::value("there are two private keys; keep each in a file of its own")),
            _ => Ok(all),
        }
    }

    fn from_der(der: &[u8], password: Option<&[u8]>) -> Result<Self> {
        if let Ok(certificate) = Certificate::from_der(der) {
            return Ok(certificate.into());
        }
        if let Ok(request) = CertificateRequest::from_der(der) {
            return Ok(request.into());
        }
        if let Ok(key) = Self::from_public_key_info(der) {
            return Ok(key);
        }
        if let Ok(key) = PublicKey::from_der(der) {
            return Ok(Self::new(Pin::of_public_key(&key)?, Kind::PublicKey, &key));
        }
        match PrivateKey::from_der(der, password, Checks::Full) {
            Ok(key) => Self::from_private_key(&key),
            Err(error) if error.is_wrong_value() && password.is_none() => Err(Error::value(NONE)),
            Err(error) => Err(error.into()),
        }
    }

    /// From the very bytes, as certificates for the key will hold them: one key can be written in
    /// more than one way.
    fn from_public_key_info(der: &[u8]) -> Result<Self> {
        Ok(Self::new(Pin::of_public_key_info(der), Kind::PublicKey, &PublicKey::from_spki_der(der)?))
    }

    fn from_private_key(key: &PrivateKey) -> Result<Self> {
        let key = key.public_key();
        Ok(Self::new(Pin::of_public_key(&key)?, Kind::PrivateKey, &key))
    }

    fn new(pin: Pin, kind: Kind, key: &PublicKey) -> Self {
        Self { pin, kind, subject: None, key: key.description() }
    }
}

impl From<Certificate> for Pinnable {
    fn from(certificate: Certificate) -> Self {
        Self {
            pin: Pin::of_certificate(&certificate),
            kind: Kind::Certificate,
            subject: Some(certificate.subject().to_string()),
            key: certificate.key_description(),
        }
    }
}

impl From<CertificateRequest> for Pinnable {
    fn from(request: CertificateRequest) -> Self {
        Self {
            pin: Pin::of_request(&request),
            kind: Kind::Request,
            subject: Some(request.subject().to_string()),
            key: request.key_description(),
        }
    }
}

const NONE: &str =
    "there is no key to pin: expected a certificate, a certificate request, a public or a private key, in PEM or DER";
