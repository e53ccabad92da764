//! Admissions (Common PKI 1.1, part 1 §2.1.12): which professions someone is admitted to, and by
//! whom.

use ironlatch_core::oid::ObjectIdentifier;

use super::policies::DisplayText;
use crate::der::{Ia5String, List, PrintableString};
use crate::general_names::GeneralName;

/// Admissions to professions.
#[derive(Debug, Clone, PartialEq, Eq, asn1::Asn1Read, asn1::Asn1Write)]
pub struct Admissions<'a> {
    /// The authority that admitted, where the single admissions name none.
    pub authority: Option<GeneralName<'a>>,
    /// The single admissions.
    pub admissions: List<Admission<'a>>,
}

/// Admissions by one authority.
#[derive(Debug, Clone, PartialEq, Eq, asn1::Asn1Read, asn1::Asn1Write)]
pub struct Admission<'a> {
    /// The authority that admitted.
    #[explicit(0)]
    pub authority: Option<GeneralName<'a>>,
    /// The authority that gives the professions their names.
    #[explicit(1)]
    pub naming_authority: Option<NamingAuthority<'a>>,
    /// The professions.
    pub profession_infos: List<ProfessionInfo<'a>>,
}

/// An authority that gives professions their names.
#[derive(Debug, Clone, PartialEq, Eq, asn1::Asn1Read, asn1::Asn1Write)]
pub struct NamingAuthority<'a> {
    /// Its identifier.
    pub id: Option<ObjectIdentifier>,
    /// Its site.
    pub url: Option<Ia5String<'a>>,
    /// Its name.
    pub text: Option<DisplayText<'a>>,
}

/// Professions.
#[derive(Debug, Clone, PartialEq, Eq, asn1::Asn1Read, asn1::Asn1Write)]
pub struct ProfessionInfo<'a> {
    /// The authority that gives them their names.
    #[explicit(0)]
    pub naming_authority: Option<NamingAuthority<'a>>,
    /// Their names.
    pub items: List<DisplayText<'a>>,
    /// Their identifiers.
    pub oids: Option<List<ObjectIdentifier>>,
    /// Under which number the person is registered.
    pub registration_number: Option<PrintableString<'a>>,
    /// More, in a form of the authority's own.
    pub additional_info: Option<&'a [u8]>,
}
