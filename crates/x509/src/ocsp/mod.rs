//! OCSP (RFC 6960): asking whether a certificate is revoked, and what is answered.

mod request;
mod response;

use std::borrow::Cow;

use ironlatch_core::hash::HashAlgorithm;

use crate::algorithms::{AlgorithmIdentifier, digest, hash_from_oid, hash_to_oid};
use crate::certificate::Certificate;
use crate::der::{Integer, Raw};
use crate::error::{At, Error, Result};

pub use request::OcspRequest;
pub use response::{CertStatus, OcspResponse, Responder, ResponseStatus, RevokedInfo, SingleResponse};

/// Which certificate a question or an answer is about: its serial number, and its issuer by hashes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, asn1::Asn1Read, asn1::Asn1Write)]
pub struct CertId<'a> {
    /// The hash function.
    pub hash_algorithm: AlgorithmIdentifier<'a>,
    /// The hash of the issuer's name in DER.
    pub issuer_name_hash: &'a [u8],
    /// The hash of the issuer's key: see [`Certificate::public_key_octets`].
    pub issuer_key_hash: &'a [u8],
    /// The serial number of the certificate.
    pub serial: Integer<'a>,
}

impl CertId<'_> {
    /// Fails if the parameters are not those of the hash function.
    fn check(&self) -> Result<()> {
        self.hash_algorithm.check().at("certID.hashAlgorithm")
    }

    /// The hash function.
    ///
    /// # Errors
    /// [`Error::UnsupportedAlgorithm`] if it is not SHA-1 or one of SHA-2.
    pub fn hash(&self) -> Result<HashAlgorithm> {
        check_hash(hash_from_oid(&self.hash_algorithm.oid)?)
    }

    /// Whether it is about a certificate that `issuer` issued, by the issuer's name and key.
    ///
    /// # Errors
    /// [`Error::UnsupportedAlgorithm`] if the hash function is not known.
    pub fn is_issued_by(&self, issuer: &Certificate) -> Result<bool> {
        let hash = self.hash()?;
        Ok(digest(hash, issuer.subject().as_der()) == self.issuer_name_hash
            && digest(hash, issuer.public_key_octets()) == self.issuer_key_hash)
    }
}

/// A [`CertId`] to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCertId<'a> {
    algorithm: Vec<u8>,
    issuer_name_hash: Cow<'a, [u8]>,
    issuer_key_hash: Cow<'a, [u8]>,
    serial: Cow<'a, [u8]>,
}

impl<'a> NewCertId<'a> {
    /// Names `certificate`, which `issuer` issued.
    ///
    /// # Errors
    /// [`Error::UnsupportedAlgorithm`] if the hash function is not SHA-1 or one of SHA-2.
    pub fn of(certificate: &'a Certificate, issuer: &Certificate, hash: HashAlgorithm) -> Result<Self> {
        let name = digest(check_hash(hash)?, certificate.issuer().as_der());
        Self::from_hashes(name, digest(hash, issuer.public_key_octets()), certificate.serial(), hash)
    }

    /// Names the certificate with this serial number, given as the octets of its INTEGER, of the
    /// issuer with these hashes.
    ///
    /// # Errors
    /// [`Error::UnsupportedAlgorithm`] if the hash function is not SHA-1 or one of SHA-2.
    pub fn from_hashes(
        issuer_name_hash: impl Into<Cow<'a, [u8]>>,
        issuer_key_hash: impl Into<Cow<'a, [u8]>>,
        serial: impl Into<Cow<'a, [u8]>>,
        hash: HashAlgorithm,
    ) -> Result<Self> {
        let parameters = Some(Raw::from_static(&[5, 0]));
        let algorithm = AlgorithmIdentifier { oid: hash_to_oid(check_hash(hash)?)?, parameters };
        Ok(Self {
            algorithm: asn1::write_single(&algorithm)?,
            issuer_name_hash: issuer_name_hash.into(),
            issuer_key_hash: issuer_key_hash.into(),
            serial: serial.into(),
        })
    }

    /// The same, with octets of its own.
    #[must_use]
    pub fn into_owned(self) -> NewCertId<'static> {
        let owned = |octets: Cow<'_, [u8]>| Cow::Owned(octets.into_owned());
        NewCertId {
            algorithm: self.algorithm,
            issuer_name_hash: owned(self.issuer_name_hash),
            issuer_key_hash: owned(self.issuer_key_hash),
            serial: owned(self.serial),
        }
    }

    pub(crate) fn to_cert_id(&self) -> Result<CertId<'_>> {
        let serial = Integer::new(&self.serial);
        Ok(CertId {
            hash_algorithm: asn1::parse_single(&self.algorithm)?,
            issuer_name_hash: &self.issuer_name_hash,
            issuer_key_hash: &self.issuer_key_hash,
            serial: serial.ok_or(Error::value("the serial number is not in the octets of an INTEGER"))?,
        })
    }
}

fn check_hash(hash: HashAlgorithm) -> Result<HashAlgorithm> {
    match hash {
        HashAlgorithm::Sha1
        | HashAlgorithm::Sha224
        | HashAlgorithm::Sha256
        | HashAlgorithm::Sha384
        | HashAlgorithm::Sha512 => Ok(hash),
        other => {
            let oid = hash_to_oid(other)?;
            let message = format!("Signature algorithm OID: {oid} not recognized").into();
            Err(Error::UnsupportedAlgorithm { oid, message })
        }
    }
}
