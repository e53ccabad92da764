//! Which key certified and which is certified (RFC 5280 §4.2.1.1), where more about an authority or
//! a subject is (§4.2.2), and by which template Microsoft's services issued a certificate.

use ironlatch_core::hash::{HashAlgorithm, digest_into};
use ironlatch_core::oid::ObjectIdentifier;

use crate::algorithms::AlgorithmIdentifier;
use crate::der::Integer;
use crate::error::{Error, Result};
use crate::general_names::{GeneralName, GeneralNames};

/// Which key issued, where an authority has several.
#[derive(Debug, Clone, PartialEq, Eq, Hash, asn1::Asn1Read, asn1::Asn1Write)]
pub struct AuthorityKeyIdentifier<'a> {
    /// The identifier of the key.
    #[implicit(0)]
    pub key_identifier: Option<&'a [u8]>,
    /// The issuer of the authority's certificate.
    #[implicit(1)]
    pub issuer: Option<GeneralNames<'a>>,
    /// The serial number of the authority's certificate.
    #[implicit(2)]
    pub serial: Option<Integer<'a>>,
}

/// A service or document about an authority or a subject.
#[derive(Debug, Clone, PartialEq, Eq, Hash, asn1::Asn1Read, asn1::Asn1Write)]
pub struct AccessDescription<'a> {
    /// The kind of it.
    pub method: ObjectIdentifier,
    /// Where it is.
    pub location: GeneralName<'a>,
}

/// A template of Microsoft's certificate services.
#[derive(Debug, Clone, PartialEq, Eq, Hash, asn1::Asn1Read, asn1::Asn1Write)]
pub struct CertificateTemplate {
    /// Which one.
    pub id: ObjectIdentifier,
    /// Its version.
    pub major_version: Option<u32>,
    /// Its version, after the dot.
    pub minor_version: Option<u32>,
}

/// The identifier that most certificates have for a key: the SHA-1 of the key's octets (RFC 5280
/// §4.2.1.2, method 1). `public_key_info` is a `SubjectPublicKeyInfo` in DER.
///
/// # Errors
/// [`Error::InvalidValue`] if it is none.
pub fn key_identifier(public_key_info: &[u8]) -> Result<[u8; 20]> {
    let invalid = |_| Error::value("Invalid public key encoding");
    let octets = asn1::parse_single::<Info<'_>>(public_key_info).map_err(invalid)?.key;
    if octets.padding_bits() != 0 {
        return Err(Error::value("Invalid public key encoding"));
    }
    let mut identifier = [0; 20];
    digest_into(HashAlgorithm::Sha1, octets.as_bytes(), (&mut identifier[..]).into());
    Ok(identifier)
}

#[derive(asn1::Asn1Read)]
struct Info<'a> {
    #[allow(dead_code)] // Read, and not looked at.
    algorithm: AlgorithmIdentifier<'a>,
    key: asn1::BitString<'a>,
}
