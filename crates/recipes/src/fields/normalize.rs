//! Normalization: the rules for which values of a blind index are equal.

use core::fmt;

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::value::{DateTime, Type, Value};
use crate::{Error, Result};

/// Which values count as equal in a [`BlindIndex`](super::BlindIndex).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Normalization {
    /// Those that are equal. Numbers are by value: `1.0` and `1.00`, 0.0 and -0.0, the same moment
    /// in two time zones.
    Exact,
    /// Texts that differ in capitals, in the form of their characters (NFKC), or in spaces at their
    /// ends and the width of those within.
    Text,
    /// Texts with the same digits: telephone, card and tax numbers however they are set off.
    Digits,
}

const NAMES: [(Normalization, &str); 3] =
    [(Normalization::Exact, "exact"), (Normalization::Text, "text"), (Normalization::Digits, "digits")];

impl Normalization {
    /// Its name: `exact`, `text`, `digits`.
    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES[self as usize].1
    }

    /// The normalization of this name.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if there is none.
    pub fn from_name(name: &str) -> Result<Self> {
        let found = NAMES.iter().find(|(_, own)| *own == name);
        found.map(|(normalization, _)| *normalization).ok_or_else(|| {
            Error::value(format!("there is no normalization {name:?}: there are exact, text and digits"))
        })
    }

    /// Whether values of this type can be looked up so.
    pub(super) fn check(self, kind: Type) -> Result<()> {
        match (self, kind) {
            (_, Type::Json) => Err(Error::value(
                "JSON has no blind index, as equal values can be written in several ways: put what is looked up into a column of its own",
            )),
            (Self::Exact, _) | (_, Type::Text) => Ok(()),
            _ => Err(Error::value(format!("the normalization \"{self}\" is for values of type str, not {kind}"))),
        }
    }

    /// Appends what equal values have in common.
    pub(super) fn write(self, value: &Value<'_>, out: &mut Zeroizing<Vec<u8>>) -> Result<()> {
        let normalized;
        let text;
        let value = match (self, value) {
            (Self::Exact, Value::Float(number)) if number.is_nan() => {
                return Err(Error::value("not-a-number is equal to nothing, and cannot be looked up"));
            }
            // Minus zero plus zero is zero; all others stay what they are.
            (Self::Exact, Value::Float(number)) => &Value::Float(number + 0.0),
            (Self::Exact, Value::Decimal(number)) => {
                normalized = Value::Decimal(number.normalized());
                &normalized
            }
            // An offset of zero stands for every moment, no offset for a wall clock alone.
            (Self::Exact, Value::DateTime(DateTime { wall, offset: Some(offset) })) => {
                out.extend((wall - offset).to_be_bytes());
                out.extend(0_i64.to_be_bytes());
                return Ok(());
            }
            (Self::Text, Value::Text(value)) => {
                text = fold(value);
                &Value::Text(&text)
            }
            (Self::Digits, Value::Text(value)) => {
                let digits = value.nfkc().filter(char::is_ascii_digit);
                let mut kept = Zeroizing::new(String::with_capacity(value.len() * 4));
                kept.extend(digits);
                if kept.is_empty() {
                    return Err(Error::value("a text without digits cannot be looked up by its digits"));
                }
                text = kept;
                &Value::Text(&text)
            }
            _ => value,
        };
        value.write(out)
    }
}

impl fmt::Display for Normalization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// NFKC of the small letters of the capitals of each character of the NFKC, which also makes `ß`
/// `ss` and `ς` `σ`, with single spaces.
fn fold(text: &str) -> Zeroizing<String> {
    if text.is_ascii() {
        // All of that but the small letters leaves ASCII as it is.
        return with_single_spaces(text.len(), text.chars().map(|character| character.to_ascii_lowercase()));
    }
    let folded = text.nfkc().flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfkc();
    // Few characters grow, to at most 18.
    with_single_spaces(text.len() * 2, folded)
}

fn with_single_spaces(capacity: usize, characters: impl Iterator<Item = char>) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(capacity));
    let mut last_space = true;
    for character in characters {
        let space = character.is_whitespace();
        if !space {
            text.push(character);
        } else if !last_space {
            text.push(' ');
        }
        last_space = space;
    }
    if text.ends_with(' ') {
        text.pop();
    }
    text
}
