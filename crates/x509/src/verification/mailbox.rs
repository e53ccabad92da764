//! Addresses of electronic mail in certificates: in ASCII (RFC 5280 §4.2.1.6), and with other
//! characters before the `@` (RFC 9598).

use ironlatch_core::oid;

use super::hosts::DnsName;
use crate::general_names::{GeneralName, OtherName};
use crate::rfc4514::hides;

/// An address without quotation marks (RFC 5321 §4.1.2). The part before the `@` is compared as it
/// is (RFC 5280 §7.5), the domain without regard to case.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Mailbox<'a> {
    local: &'a str,
    pub(super) domain: DnsName<'a>,
}

impl<'a> Mailbox<'a> {
    /// The address, if it is one in ASCII.
    pub(super) fn new(text: &'a str) -> Option<Self> {
        Self::international(text).filter(|_| text.is_ascii())
    }

    /// The address, if it is one in ASCII, or in other characters before the `@` (RFC 6531 §3.3).
    pub(super) fn international(text: &'a str) -> Option<Self> {
        let (local, domain) = text.split_once('@')?;
        let letter = |letter: char| match letter.is_ascii() {
            true => letter.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(letter),
            false => !hides(letter),
        };
        let atom = |atom: &str| !atom.is_empty() && atom.chars().all(letter);
        let domain = DnsName::new(domain)?;
        local.split('.').all(atom).then_some(Self { local, domain })
    }

    /// The address that a name is, if it is one of either kind and sound.
    pub(super) fn of(name: &GeneralName<'a>) -> Option<Self> {
        match name {
            GeneralName::Rfc822Name(text) => Self::new(text.0),
            GeneralName::OtherName(other) if is_mailbox(other) => {
                let text: asn1::Utf8String<'a> = asn1::parse_single(other.value.as_der()).ok()?;
                // The kind is for addresses that the other cannot hold, and for no others (RFC 9598
                // §3): each address has one form.
                Self::international(text.as_str()).filter(|mailbox| !mailbox.local.is_ascii())
            }
            _ => None,
        }
    }
}

/// Whether a name is an address of electronic mail beyond ASCII.
pub(super) fn is_mailbox(other: &OtherName<'_>) -> bool {
    other.type_id == oid::SMTP_UTF8_MAILBOX
}
