//! Words for the parts of certificates, and for keys.

use ironlatch_core::keys::PublicKey;
use ironlatch_core::oid::ObjectIdentifier;
use ironlatch_x509::Name;

/// The name of an object identifier, or its number if no name is known.
#[must_use]
pub fn oid_name(oid: &ObjectIdentifier) -> String {
    oid.name().map_or_else(|| oid.to_string(), str::to_owned)
}

/// A distinguished name as RFC 4514 has it: `CN=example.com,O=Example`; `(empty)` for an empty one.
#[must_use]
pub fn name_text(name: Name<'_>) -> String {
    if name.is_empty() { "(empty)".into() } else { name.to_string() }
}

/// Octets in hexadecimal, as people compare them.
#[must_use]
pub fn hex(octets: &[u8]) -> String {
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

/// Warnings about a key.
pub(super) fn caution(key: &PublicKey) -> Option<&'static str> {
    const SHORT: &str = "fewer than 2048 bits are within reach of attackers: make a new key";
    let bits = match key {
        PublicKey::Rsa(key) => key.bits(),
        PublicKey::Dh(key) => key.bits(),
        PublicKey::Dsa(_) => return Some("few programs still take DSA: use Ed25519 for new keys"),
        _ => return None,
    };
    (bits < 2048).then_some(SHORT)
}
