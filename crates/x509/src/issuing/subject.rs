//! Distinguished names for new certificates.

use super::AlternativeName;
use crate::error::{Error, Result};
use crate::names::{Attribute, StringType, encode};
use crate::rfc4514;
use ironlatch_core::oid::{self, ObjectIdentifier};

/// The name, in DER, that a text in the form of RFC 4514 says: `CN=example.com,O=Example,C=DE`, the
/// most specific part first. `emailAddress` and `serialNumber` are known as well.
///
/// # Errors
/// [`Error::InvalidValue`] where the text breaks off the form; for an attribute without a value,
/// one longer than RFC 5280 appendix A.1 allows, or with characters that its type does not have.
pub fn distinguished_name(text: &str) -> Result<Vec<u8>> {
    let parts = rfc4514::parse(text, |name| match name {
        "emailAddress" | "E" => Some(oid::EMAIL_ADDRESS),
        "serialNumber" => Some(oid::SERIAL_NUMBER),
        _ => None,
    })?;
    let parts = parts.iter().map(|part| part.iter().map(|(oid, value)| attribute(oid, value)).collect());
    encode(&parts.collect::<Result<Vec<Vec<Attribute<'_>>>>>()?)
}

/// The name, in DER, of a subject that is known by its alternative names: the first one as the
/// common name, because people look there; empty if there is none, or it is too long. An address is
/// written `IP:127.0.0.1`, which no program takes for a host.
pub(super) fn of_names(names: &[AlternativeName]) -> Result<Vec<u8>> {
    let shown = names.iter().find_map(|name| match name {
        AlternativeName::Dns(text) | AlternativeName::Email(text) => Some(text.clone()),
        AlternativeName::Ip(_) => Some(name.to_string()),
        AlternativeName::Uri(_) => None,
    });
    match shown.filter(|text| text.len() <= MAX_COMMON_NAME) {
        Some(text) => encode(&[vec![attribute(&oid::COMMON_NAME, &text)?]]),
        None => encode(&[]),
    }
}

fn attribute<'a>(oid: &ObjectIdentifier, value: &'a str) -> Result<Attribute<'a>> {
    let name = rfc4514::short_name(oid).map_or_else(|| oid.to_string(), str::to_owned);
    let refused = |why: String| Err(Error::value(format!("the value of {name} in the subject {why}: {value:?}")));
    let (shortest, longest) = lengths(oid);
    let len = value.chars().count();
    if !(shortest..=longest).contains(&len) {
        let allowed = if shortest == longest { longest.to_string() } else { format!("{shortest} to {longest}") };
        return refused(format!("has {len} characters, and {allowed} are allowed"));
    }
    if value.chars().any(char::is_control) {
        return refused("has control characters".into());
    }
    let kind = StringType::usual(oid);
    let allowed = match kind {
        StringType::Printable => {
            value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(&byte))
        }
        StringType::Ia5 => value.is_ascii(),
        _ => true,
    };
    if !allowed {
        return refused("has characters that this attribute cannot have".into());
    }
    Attribute::new(oid.clone(), kind, value)
}

const MAX_COMMON_NAME: usize = 64;

/// The least and greatest number of characters.
fn lengths(oid: &ObjectIdentifier) -> (usize, usize) {
    match *oid {
        oid::COUNTRY_NAME | oid::JURISDICTION_COUNTRY_NAME => (2, 2),
        oid::COMMON_NAME | oid::ORGANIZATION_NAME | oid::ORGANIZATIONAL_UNIT_NAME | oid::SERIAL_NUMBER => {
            (1, MAX_COMMON_NAME)
        }
        oid::LOCALITY_NAME | oid::STATE_OR_PROVINCE_NAME => (1, 128),
        oid::EMAIL_ADDRESS => (1, 255),
        _ => (1, 32_768),
    }
}
