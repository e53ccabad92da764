//! Certificate policies (RFC 5280 §4.2.1.4): under which rules a certificate was issued.

use ironlatch_core::oid::{self, ObjectIdentifier};
use std::borrow::Cow;

use crate::der::{BmpString, Ia5String, List, Natural, Utf8String, VisibleText};
use crate::error::{Error, Result};

/// A policy, and what is said about it.
#[derive(Debug, Clone, PartialEq, Eq, asn1::Asn1Read, asn1::Asn1Write)]
pub struct PolicyInformation<'a> {
    /// The policy.
    pub policy: ObjectIdentifier,
    /// The statements about it.
    pub qualifiers: Option<List<PolicyQualifier<'a>>>,
}

/// Something said about a policy.
#[derive(Debug, Clone, PartialEq, Eq, asn1::Asn1Read, asn1::Asn1Write)]
pub struct PolicyQualifier<'a> {
    /// Of which kind it is.
    pub oid: ObjectIdentifier,
    /// The kind of it.
    pub qualifier: Qualifier<'a>,
}

/// Something said about a policy, of one of the two kinds that RFC 5280 has.
#[derive(Debug, Clone, PartialEq, Eq, asn1::Asn1Read, asn1::Asn1Write)]
pub enum Qualifier<'a> {
    /// Where the authority's statement of practices is.
    CpsUri(Ia5String<'a>),
    /// A text for people.
    UserNotice(UserNotice<'a>),
}

impl<'a> From<Qualifier<'a>> for PolicyQualifier<'a> {
    fn from(qualifier: Qualifier<'a>) -> Self {
        Self { oid: qualifier.oid(), qualifier }
    }
}

impl Qualifier<'_> {
    fn oid(&self) -> ObjectIdentifier {
        match self {
            Self::CpsUri(_) => oid::CPS_QUALIFIER,
            Self::UserNotice(_) => oid::USER_NOTICE_QUALIFIER,
        }
    }
}

/// A text for people.
#[derive(Debug, Clone, PartialEq, Eq, asn1::Asn1Read, asn1::Asn1Write)]
pub struct UserNotice<'a> {
    /// Where the text stands.
    pub reference: Option<NoticeReference<'a>>,
    /// The text itself.
    pub explicit_text: Option<DisplayText<'a>>,
}

/// Where a text for people stands.
#[derive(Debug, Clone, PartialEq, Eq, asn1::Asn1Read, asn1::Asn1Write)]
pub struct NoticeReference<'a> {
    /// The organization that wrote it.
    pub organization: DisplayText<'a>,
    /// Under which numbers.
    pub numbers: List<Natural<'a>>,
}

/// A text in one of four types.
#[derive(Debug, Clone, PartialEq, Eq, asn1::Asn1Read, asn1::Asn1Write)]
pub enum DisplayText<'a> {
    /// ASCII.
    Ia5(Ia5String<'a>),
    /// UTF-8. The type that is written.
    Utf8(Utf8String<'a>),
    /// The characters of ASCII that can be seen; in some certificates, others too.
    Visible(VisibleText<'a>),
    /// Characters of two octets.
    Bmp(BmpString<'a>),
}

impl<'a> DisplayText<'a> {
    /// The text. What is not UTF-8 where ASCII belongs is taken for Latin-1.
    ///
    /// # Errors
    /// [`Error::Malformed`] if characters of two octets are none.
    pub fn text(&self) -> Result<Cow<'a, str>> {
        match self {
            Self::Ia5(text) => Ok(text.as_str().into()),
            Self::Utf8(Utf8String(text)) => Ok((*text).into()),
            Self::Visible(VisibleText(octets)) => Ok(match core::str::from_utf8(octets) {
                Ok(text) => text.into(),
                Err(_) => octets.iter().map(|&octet| char::from(octet)).collect::<String>().into(),
            }),
            Self::Bmp(text) => {
                let unit = |pair: &[u8]| pair.iter().fold(0, |unit, &byte| unit << 8 | u16::from(byte));
                let text: Result<String, _> =
                    char::decode_utf16(text.as_utf16_be_bytes().chunks(2).map(unit)).collect();
                text.map(Cow::Owned).map_err(|_| Error::rule("a BMPString holds half of a character"))
            }
        }
    }

    /// Whether the text is in a type that does not have all of its characters.
    #[must_use]
    pub fn is_irregular(&self) -> bool {
        matches!(self, Self::Visible(VisibleText(octets)) if !octets.iter().all(|octet| (b' '..=b'~').contains(octet)))
    }
}

impl<'a> From<&'a str> for DisplayText<'a> {
    fn from(text: &'a str) -> Self {
        Self::Utf8(Utf8String(text))
    }
}

/// Fails if what is said about a policy is not of the kind that it says it is.
pub(super) fn check(policies: &[PolicyInformation<'_>]) -> Result<()> {
    for qualifier in policies.iter().flat_map(|policy| policy.qualifiers.iter().flat_map(|list| list.iter())) {
        if qualifier.oid != qualifier.qualifier.oid() {
            return Err(Error::rule(match qualifier.qualifier {
                Qualifier::CpsUri(_) => "CpsUri ASN.1 structure found but OID did not match",
                Qualifier::UserNotice(_) => "UserNotice ASN.1 structure found but OID did not match",
            }));
        }
    }
    Ok(())
}
