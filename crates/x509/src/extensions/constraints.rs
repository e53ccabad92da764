//! Limits of what an authority may certify: basic constraints (RFC 5280 §4.2.1.9), constraints of
//! names (§4.2.1.10) and of policies (§4.2.1.11).

use crate::der::List;
use crate::general_names::GeneralName;

/// Whether the subject may issue certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, asn1::Asn1Read, asn1::Asn1Write)]
pub struct BasicConstraints {
    /// Whether the subject is a certificate authority.
    #[default(false)]
    pub ca: bool,
    /// How many authorities may follow below it.
    pub path_length: Option<u64>,
}

/// Which names certificates below may have.
#[derive(Debug, Clone, PartialEq, Eq, Hash, asn1::Asn1Read, asn1::Asn1Write)]
pub struct NameConstraints<'a> {
    /// Names of a kind that is listed here have to be under one of those listed.
    #[implicit(0)]
    pub permitted: Option<List<Subtree<'a>>>,
    /// No name may be under one of these.
    #[implicit(1)]
    pub excluded: Option<List<Subtree<'a>>>,
}

/// All names under one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, asn1::Asn1Read, asn1::Asn1Write)]
pub struct Subtree<'a> {
    /// The name at the top.
    pub base: GeneralName<'a>,
    /// Always 0 in certificates of the internet.
    #[implicit(0)]
    #[default(0u64)]
    pub minimum: u64,
    /// Never there in certificates of the internet.
    #[implicit(1)]
    pub maximum: Option<u64>,
}

impl<'a> From<GeneralName<'a>> for Subtree<'a> {
    fn from(base: GeneralName<'a>) -> Self {
        Self { base, minimum: 0, maximum: None }
    }
}

/// From which certificate on policies have to be named, or may not be mapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, asn1::Asn1Read, asn1::Asn1Write)]
pub struct PolicyConstraints {
    /// After how many certificates there has to be a valid policy.
    #[implicit(0)]
    pub require_explicit_policy: Option<u64>,
    /// After how many certificates policies may not be mapped.
    #[implicit(1)]
    pub inhibit_policy_mapping: Option<u64>,
}
