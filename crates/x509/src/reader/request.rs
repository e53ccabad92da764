//! Requests for certificates, PKCS #10 (RFC 2986).

use super::certificate::describe_key;
use super::name::Encoded as EncodedName;
use super::{Name, malformed};
use ironlatch_core::keys::{PublicKey, pem, spki};
use ironlatch_core::{Error, Result};

/// A request for a certificate, to be read. Its signature is not verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificationRequest {
    subject: Name,
    public_key_info: Vec<u8>,
}

impl CertificationRequest {
    /// Reads a request in DER, and nothing after it.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if it is malformed.
    pub fn from_der(der: &[u8]) -> Result<Self> {
        let outer: Encoded<'_> = asn1::parse_single(der).map_err(|error| malformed("certificate request", error))?;
        if outer.info.version != 0 {
            return Err(Error::value("the certificate request is of a version that is not known here"));
        }
        Ok(Self {
            subject: Name::new(outer.info.subject),
            public_key_info: outer.info.public_key_info.full_data().to_vec(),
        })
    }

    /// Reads the first request in PEM text.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if there is none, or as [`from_der`](Self::from_der).
    pub fn from_pem(text: &[u8]) -> Result<Self> {
        let missing = "the PEM file holds no certificate request: no block in it is a CERTIFICATE REQUEST";
        Self::from_der(&pem::find(text, is_label, missing)?.decode()?)
    }

    /// For whom the certificate shall be.
    #[must_use]
    pub fn subject(&self) -> &Name {
        &self.subject
    }

    /// The key with its algorithm: a `SubjectPublicKeyInfo` in DER.
    #[must_use]
    pub fn public_key_info(&self) -> &[u8] {
        &self.public_key_info
    }

    /// The key.
    ///
    /// # Errors
    /// As [`spki::public_from_der`].
    pub fn public_key(&self) -> Result<PublicKey> {
        spki::public_from_der(self.public_key_info())
    }

    /// The kind of the key in words: `RSA, 2048 bits`, `EC secp256r1`, `Ed25519`.
    #[must_use]
    pub fn key_description(&self) -> String {
        describe_key(self.public_key())
    }
}

/// Whether a PEM block of this label holds a request.
#[must_use]
pub fn is_label(label: &[u8]) -> bool {
    label == b"CERTIFICATE REQUEST" || label == b"NEW CERTIFICATE REQUEST"
}

/// `CertificationRequest`.
#[derive(asn1::Asn1Read)]
struct Encoded<'a> {
    info: EncodedInfo<'a>,
    _signature_algorithm: asn1::Tlv<'a>,
    _signature: asn1::BitString<'a>,
}

/// `CertificationRequestInfo`. The attributes are there always, if only as an empty set; some leave them out.
#[derive(asn1::Asn1Read)]
struct EncodedInfo<'a> {
    version: u8,
    subject: EncodedName<'a>,
    public_key_info: asn1::Tlv<'a>,
    _attributes: Option<asn1::Tlv<'a>>,
}
