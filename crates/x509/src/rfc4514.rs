//! Distinguished names as text (RFC 4514): `CN=example.com,O=Example,C=DE`, the most specific part
//! first.

use core::fmt;
use core::ops::RangeInclusive;
use ironlatch_core::oid::{self, ObjectIdentifier};

use crate::error::{Error, Result};
use crate::names::Name;

/// A name as text says it, the most general part first: each part's attributes with their values.
pub type Parts = Vec<Vec<(ObjectIdentifier, String)>>;

/// Reads a name. `known` gives the attributes of names beyond [`short_name`]'s, or in their stead.
///
/// ```
/// use ironlatch::oid;
/// use ironlatch::x509::rfc4514;
///
/// let parts = rfc4514::parse(r"CN=a\,b,C=DE", |_| None)?;
/// assert_eq!(parts[0], [(oid::COUNTRY_NAME, "DE".to_owned())]);
/// assert_eq!(parts[1], [(oid::COMMON_NAME, "a,b".to_owned())]);
/// # Ok::<(), ironlatch::x509::Error>(())
/// ```
///
/// # Errors
/// [`Error::InvalidValue`] where the text breaks off the form, with the place.
pub fn parse(text: &str, known: impl Fn(&str) -> Option<ObjectIdentifier>) -> Result<Parts> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let mut reader = Reader { text, at: 0 };
    let mut parts = vec![reader.part(&known)?];
    while reader.peek().is_some() {
        reader.expect(b',')?;
        parts.push(reader.part(&known)?);
    }
    parts.reverse();
    Ok(parts)
}

/// The value of an attribute with what is special in RFC 4514 §2.4 escaped.
#[must_use]
pub fn escape(value: &str) -> String {
    let last = value.len().saturating_sub(1);
    let mut escaped = String::with_capacity(value.len() + 8);
    for (at, character) in value.char_indices() {
        match character {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => escaped.push('\\'),
            '#' if at == 0 => escaped.push('\\'),
            ' ' if at == last || at == 0 => escaped.push('\\'),
            '\0' => {
                escaped.push_str("\\00");
                continue;
            }
            _ => {}
        }
        escaped.push(character);
    }
    escaped
}

/// The short name that RFC 4514 §3 has for an attribute.
#[must_use]
pub fn short_name(oid: &ObjectIdentifier) -> Option<&'static str> {
    SHORT_NAMES.iter().find(|(known, _)| known == oid).map(|(_, name)| *name)
}

const SHORT_NAMES: [(ObjectIdentifier, &str); 9] = [
    (oid::COMMON_NAME, "CN"),
    (oid::LOCALITY_NAME, "L"),
    (oid::STATE_OR_PROVINCE_NAME, "ST"),
    (oid::ORGANIZATION_NAME, "O"),
    (oid::ORGANIZATIONAL_UNIT_NAME, "OU"),
    (oid::COUNTRY_NAME, "C"),
    (oid::STREET_ADDRESS, "STREET"),
    (oid::DOMAIN_COMPONENT, "DC"),
    (oid::USER_ID, "UID"),
];

/// For people: control characters are escaped as §2.4 allows, and the text of attributes without a
/// short name stays readable, where §2.4 would have its DER in hexadecimal.
impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<_> = self.parts().collect();
        for (at, part) in parts.iter().rev().enumerate() {
            if at > 0 {
                f.write_str(",")?;
            }
            for (at, attribute) in part.attributes().enumerate() {
                if at > 0 {
                    f.write_str("+")?;
                }
                match short_name(&attribute.oid) {
                    Some(short) => write!(f, "{short}=")?,
                    None => write!(f, "{}=", attribute.oid)?,
                }
                match attribute.text() {
                    Ok(text) => f.write_str(&printable(&escape(&text)))?,
                    Err(_) => write!(f, "#{}", hex::encode(&attribute.value))?,
                }
            }
        }
        Ok(())
    }
}

/// Returns `text` with everything that could move a terminal's cursor, turn its reading direction
/// or stay invisible as `\xx` of its UTF-8 bytes.
#[must_use]
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if hides(character) {
            for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                shown += &format!("\\{byte:02x}");
            }
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Whether a character is a control character, separates lines, changes the direction of text
/// around it, or is invisible: with one of these in it, a name can look like another.
pub(crate) fn hides(character: char) -> bool {
    character.is_control() || INVISIBLE.iter().any(|range| range.contains(&character))
}

/// The separators of lines and paragraphs, interlinear annotations, and the characters that Unicode
/// has as `Default_Ignorable_Code_Point`.
const INVISIBLE: [RangeInclusive<char>; 18] = [
    '\u{ad}'..='\u{ad}',
    '\u{34f}'..='\u{34f}',
    '\u{61c}'..='\u{61c}',
    '\u{115f}'..='\u{1160}',
    '\u{17b4}'..='\u{17b5}',
    '\u{180b}'..='\u{180f}',
    '\u{200b}'..='\u{200f}',
    '\u{2028}'..='\u{202e}',
    '\u{2060}'..='\u{206f}',
    '\u{2800}'..='\u{2800}', // An empty pattern of Braille.
    '\u{3164}'..='\u{3164}',
    '\u{fe00}'..='\u{fe0f}',
    '\u{feff}'..='\u{feff}',
    '\u{ffa0}'..='\u{ffa0}',
    '\u{fff0}'..='\u{fffb}',
    '\u{1bca0}'..='\u{1bca3}',
    '\u{1d173}'..='\u{1d17a}',
    '\u{e0000}'..='\u{e0fff}',
];

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn part(&mut self, known: &impl Fn(&str) -> Option<ObjectIdentifier>) -> Result<Vec<(ObjectIdentifier, String)>> {
        let mut attributes = vec![self.attribute(known)?];
        while self.peek() == Some(b'+') {
            self.at += 1;
            attributes.push(self.attribute(known)?);
        }
        Ok(attributes)
    }

    fn attribute(&mut self, known: &impl Fn(&str) -> Option<ObjectIdentifier>) -> Result<(ObjectIdentifier, String)> {
        let oid = self.oid(known)?;
        self.expect(b'=')?;
        let value = if self.peek() == Some(b'#') { self.hexadecimal()? } else { self.string()? };
        Ok((oid, value))
    }

    /// A number in dots, or a name of letters, digits and hyphens.
    fn oid(&mut self, known: &impl Fn(&str) -> Option<ObjectIdentifier>) -> Result<ObjectIdentifier> {
        let starts_with_digit = self.peek().is_some_and(|byte| byte.is_ascii_digit());
        let name = self.take_while(|byte| {
            if starts_with_digit {
                byte.is_ascii_digit() || byte == b'.'
            } else {
                byte.is_ascii_alphanumeric() || byte == b'-'
            }
        });
        let oid = if starts_with_digit {
            let canonical = name.split('.').all(|arc| arc == "0" || !arc.starts_with('0'));
            // DER holds the first two arcs in one number, 40 · first + second, which must not
            // overflow.
            let fits =
                name.split('.').nth(1).and_then(|arc| arc.parse().ok()).is_some_and(|arc: u128| arc <= u128::MAX - 80);
            (canonical && fits).then(|| name.parse().ok()).flatten()
        } else {
            known(name).or_else(|| SHORT_NAMES.iter().find(|(_, short)| *short == name).map(|(oid, _)| oid.clone()))
        };
        oid.ok_or_else(|| self.refused("an attribute is not known"))
    }

    /// `#` and the octets of the value, which have to be UTF-8.
    fn hexadecimal(&mut self) -> Result<String> {
        self.at += 1;
        let digits = self.take_while(|byte| byte.is_ascii_hexdigit());
        let octets = hex::decode(digits).ok().filter(|octets| !octets.is_empty());
        octets
            .and_then(|octets| String::from_utf8(octets).ok())
            .ok_or_else(|| self.refused("a hexadecimal value is not sound"))
    }

    /// Characters and pairs of a backslash and a special character or two hexadecimal digits.
    fn string(&mut self) -> Result<String> {
        let mut value = Vec::new();
        let start = self.at;
        // Where the value's last space without a backslash stands, if that is the end so far.
        let mut loose_end = false;
        while let Some(byte) = self.peek() {
            match byte {
                b'\\' => {
                    self.pair(&mut value)?;
                    loose_end = false;
                    continue;
                }
                b',' | b'+' => break,
                b'"' | b';' | b'<' | b'>' | 0 => {
                    return Err(self.refused("a special character has no backslash before it"));
                }
                b' ' if self.at == start => return Err(self.refused("a value begins with a space without a backslash")),
                _ => {}
            }
            loose_end = byte == b' ';
            value.push(byte);
            self.at += 1;
        }
        if loose_end {
            return Err(self.refused("a value ends with a space without a backslash"));
        }
        String::from_utf8(value).map_err(|_| self.refused("escaped bytes are not UTF-8"))
    }

    fn pair(&mut self, value: &mut Vec<u8>) -> Result<()> {
        let rest = &self.text.as_bytes()[self.at + 1..];
        if let Some(special @ (b'\\' | b' ' | b'#' | b'=' | b'"' | b'+' | b',' | b';' | b'<' | b'>')) = rest.first() {
            value.push(*special);
            self.at += 2;
            return Ok(());
        }
        let octet = rest.get(..2).and_then(|digits| hex::decode(digits).ok());
        value.extend(octet.ok_or_else(|| self.refused("a backslash stands before a character that is not special"))?);
        self.at += 3;
        Ok(())
    }

    fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'a str {
        let rest = &self.text[self.at..];
        let len = rest.bytes().position(|byte| !wanted(byte)).unwrap_or(rest.len());
        self.at += len;
        &rest[..len]
    }

    fn expect(&mut self, byte: u8) -> Result<()> {
        if self.peek() != Some(byte) {
            return Err(self.refused("expected a name such as CN=example.com,O=Example,C=DE"));
        }
        self.at += 1;
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn refused(&self, why: &str) -> Error {
        Error::value(format!("not a distinguished name: {why} (at byte {})", self.at))
    }
}
