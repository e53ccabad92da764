//! Distinguished names: who issued a certificate, and whom it is about (RFC 5280 §4.1.2.4), as text (RFC 4514).

use core::fmt;

use super::printable;
use ironlatch_core::keys::object_identifier::ObjectIdentifier;

/// A distinguished name. Written as text it begins with its most specific part: `CN=example.com,O=Example,C=DE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// In the order of the certificate, the most general part first.
    parts: Vec<Vec<Attribute>>,
}

/// One attribute of a name, such as the country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// What the attribute is.
    pub oid: ObjectIdentifier,
    /// Its value.
    pub value: Value,
}

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value {
    /// Text, in whichever of ASN.1's string types it was.
    Text(String),
    /// Anything else, in DER.
    Der(Vec<u8>),
}

impl Name {
    pub(super) fn new(encoded: Encoded<'_>) -> Self {
        let attribute =
            |attribute: EncodedAttribute<'_>| Attribute { value: value(&attribute.value), oid: attribute.oid.into() };
        Self { parts: encoded.map(|part| part.map(attribute).collect()).collect() }
    }

    /// The attributes in the order of the certificate, the most general first.
    pub fn attributes(&self) -> impl Iterator<Item = &Attribute> {
        self.parts.iter().flatten()
    }

    /// The last common name as text, if there is one.
    #[must_use]
    pub fn common_name(&self) -> Option<&str> {
        let last = self.attributes().filter(|attribute| attribute.oid.to_string() == COMMON_NAME).last()?;
        match &last.value {
            Value::Text(text) => Some(text),
            Value::Der(_) => None,
        }
    }

    /// Whether the name has no part at all, as where the alternative names stand for it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }
}

const COMMON_NAME: &str = "2.5.4.3";

/// RFC 4514, with two licences: control characters are escaped as its §2.4 allows, and the text of attributes without a
/// short name stays readable, where §2.4 would have its DER in hexadecimal.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, part) in self.parts.iter().rev().enumerate() {
            if at > 0 {
                f.write_str(",")?;
            }
            for (at, attribute) in part.iter().enumerate() {
                if at > 0 {
                    f.write_str("+")?;
                }
                attribute.fmt(f)?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let oid = self.oid.to_string();
        let short = SHORT_NAMES.iter().find(|(known, _)| *known == oid).map_or(&*oid, |(_, name)| name);
        match &self.value {
            Value::Text(text) => write!(f, "{short}={}", escape(text)),
            Value::Der(der) => write!(f, "{short}=#{}", hex::encode(der)),
        }
    }
}

/// RFC 4514 §3.
const SHORT_NAMES: [(&str, &str); 9] = [
    (COMMON_NAME, "CN"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.6", "C"),
    ("2.5.4.9", "STREET"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("0.9.2342.19200300.100.1.1", "UID"),
];

/// The text of a value (RFC 4514 §2.4).
fn escape(text: &str) -> String {
    let last = text.chars().count().saturating_sub(1);
    let mut escaped = String::with_capacity(text.len());
    for (at, character) in text.chars().enumerate() {
        let special = match character {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => true,
            '#' => at == 0,
            ' ' => at == 0 || at == last,
            _ => false,
        };
        if special {
            escaped.push('\\');
        }
        escaped += &printable(character.encode_utf8(&mut [0; 4]));
    }
    escaped
}

/// `Name` in DER: parts that are sets of attributes.
pub(super) type Encoded<'a> = asn1::SequenceOf<'a, asn1::SetOf<'a, EncodedAttribute<'a>>>;

/// `AttributeTypeAndValue`.
#[derive(asn1::Asn1Read)]
pub(super) struct EncodedAttribute<'a> {
    oid: asn1::ObjectIdentifier,
    value: asn1::Tlv<'a>,
}

fn value(value: &asn1::Tlv<'_>) -> Value {
    let text = match value.tag().as_u8() {
        Some(UTF8_STRING | NUMERIC_STRING | PRINTABLE_STRING | IA5_STRING | VISIBLE_STRING) => {
            core::str::from_utf8(value.data()).ok().map(str::to_owned)
        }
        // What T.61 is was never agreed on. Those who wrote it meant Latin-1.
        Some(TELETEX_STRING) => Some(value.data().iter().map(|&byte| char::from(byte)).collect()),
        Some(BMP_STRING) => {
            let units: Vec<u16> = value
                .data()
                .chunks(2)
                .map(|pair| pair.iter().fold(0, |unit, &byte| unit << 8 | u16::from(byte)))
                .collect();
            (value.data().len() % 2 == 0).then(|| String::from_utf16(&units).ok()).flatten()
        }
        Some(UNIVERSAL_STRING) if value.data().len() % 4 == 0 => {
            let number = |four: &[u8]| four.iter().fold(0, |number, &byte| number << 8 | u32::from(byte));
            value.data().chunks(4).map(|four| char::from_u32(number(four))).collect()
        }
        _ => None,
    };
    text.map_or_else(|| Value::Der(value.full_data().to_vec()), Value::Text)
}

const UTF8_STRING: u8 = 0x0c;
const NUMERIC_STRING: u8 = 0x12;
const PRINTABLE_STRING: u8 = 0x13;
const TELETEX_STRING: u8 = 0x14;
const IA5_STRING: u8 = 0x16;
const VISIBLE_STRING: u8 = 0x1a;
const UNIVERSAL_STRING: u8 = 0x1c;
const BMP_STRING: u8 = 0x1e;
