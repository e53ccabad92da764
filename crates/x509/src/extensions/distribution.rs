//! Where CRLs are (RFC 5280 §4.2.1.13 and §4.2.1.15), and what a CRL covers (§5.2.5).

use crate::der::NamedBits;
use crate::general_names::{GeneralName, GeneralNames};
use crate::names::RelativeName;

/// Where a CRL is, what it covers, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, asn1::Asn1Read, asn1::Asn1Write)]
pub struct DistributionPoint<'a> {
    /// Where.
    #[explicit(0)]
    pub name: Option<DistributionPointName<'a>>,
    /// For which reasons of revocation; for all if it does not say.
    #[implicit(1)]
    pub reasons: Option<NamedBits>,
    /// Whose, if not the certificate's issuer's.
    #[implicit(2)]
    pub crl_issuer: Option<GeneralNames<'a>>,
}

impl<'a> DistributionPoint<'a> {
    /// The first URI at which the CRL is.
    #[must_use]
    pub fn uri(&self) -> Option<&'a str> {
        let Some(DistributionPointName::FullName(names)) = &self.name else { return None };
        names.iter().find_map(|name| match name {
            GeneralName::Uri(text) => Some(text.0),
            _ => None,
        })
    }
}

/// Where a CRL is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, asn1::Asn1Read, asn1::Asn1Write)]
pub enum DistributionPointName<'a> {
    /// In full.
    #[implicit(0)]
    FullName(GeneralNames<'a>),
    /// A part of a name that comes below that of the CRL's issuer.
    #[implicit(1)]
    RelativeToIssuer(RelativeName<'a>),
}

/// The certificates that a CRL covers.
#[derive(Debug, Clone, PartialEq, Eq, Hash, asn1::Asn1Read, asn1::Asn1Write)]
#[allow(clippy::struct_excessive_bools)] // They are the standard's.
pub struct IssuingDistributionPoint<'a> {
    /// Where it is.
    #[explicit(0)]
    pub name: Option<DistributionPointName<'a>>,
    /// Certificates of others than authorities alone.
    #[implicit(1)]
    #[default(false)]
    pub only_contains_user_certs: bool,
    /// Certificates of authorities alone.
    #[implicit(2)]
    #[default(false)]
    pub only_contains_ca_certs: bool,
    /// Some reasons of revocation alone.
    #[implicit(3)]
    pub only_some_reasons: Option<NamedBits>,
    /// Certificates of other issuers too.
    #[implicit(4)]
    #[default(false)]
    pub indirect_crl: bool,
    /// Attribute certificates alone.
    #[implicit(5)]
    #[default(false)]
    pub only_contains_attribute_certs: bool,
}
