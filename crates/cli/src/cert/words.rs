//! Words for the parts of certificates.

use ironlatch::oid::ObjectIdentifier;
use ironlatch::x509::Name;

/// The name of an object identifier, or its number if it has none here.
pub(super) fn oid_name(oid: &ObjectIdentifier) -> String {
    oid.name().map_or_else(|| oid.to_string(), str::to_owned)
}

/// A name, which may be empty.
pub(super) fn shown(name: Name<'_>) -> String {
    if name.is_empty() { "(empty)".into() } else { name.to_string() }
}

/// Octets as people compare them.
pub(super) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// The reasons of RFC 5280 §5.3.1.
pub(super) fn reason(code: u32) -> &'static str {
    match code {
        0 => "no reason given",
        1 => "the key was compromised",
        2 => "the authority was compromised",
        3 => "the affiliation changed",
        4 => "superseded",
        5 => "out of use",
        6 => "on hold",
        8 => "removed from the list",
        9 => "a privilege was withdrawn",
        10 => "an attribute authority was compromised",
        _ => "a reason that does not exist",
    }
}
