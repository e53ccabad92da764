//! X.509 certificates (RFC 5280), to be read: what they say, and which key they are for.
//!
//! Reading is strict about DER and about the structure, and says nothing about trust: no signature is verified here, no
//! chain is built.
//!
//! It looks into everything at once and copies what it finds, for pins and for looking at files.

pub mod certificate;
pub mod general_name;
pub mod name;
pub mod request;
pub mod time;

pub use certificate::{BasicConstraints, Certificate, Extension};
pub use general_name::GeneralName;
pub use name::Name;
pub use request::CertificationRequest;
pub use time::Time;

use ironlatch_core::Error;

/// The parser's complaint as an error that a person can act on. The parser names positions and tags, never contents.
#[allow(clippy::needless_pass_by_value)] // It is passed to `map_err` by name.
fn malformed(what: &str, error: asn1::ParseError) -> Error {
    Error::value(format!("could not read the {what}: it is damaged, or something else ({error})"))
}

/// What `text` says, with everything that could move a terminal's cursor or turn its reading direction as `\xx` of its
/// UTF-8 bytes.
fn printable(text: &str) -> String {
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

/// Whether a character is a control character, or one that changes the direction of text around it.
fn hides(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
