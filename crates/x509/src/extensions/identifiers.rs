//! Which key certified and which is certified (RFC 5280 §4.2.1.1), where more about an authority or
//! a subject is (§4.2.2), and by which template Microsoft's services issued a certificate.

use asn1::{BigInt, ObjectIdentifier};

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
    pub serial: Option<BigInt<'a>>,
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
