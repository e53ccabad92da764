//! Text that shows what it is and whether it was mistyped: a prefix, an underscore, a body, and a
//! checksum.
//!
//! The checksum is CRC-32 (ISO-HDLC, as in zlib) of everything before it, in six digits of base 62.
//! It protects nothing: it lets scanners of source code and people with typos know, without asking
//! the service.

use zeroize::Zeroize;

use super::super::secrets::draw;
use super::malformed;
use crate::{Error, Result};
use ironlatch_core::secret::SecretText;

/// The symbols of a checksum.
pub(super) const CHECKSUM_LEN: usize = 6;

const MIN_PREFIX_LEN: usize = 2;
const MAX_PREFIX_LEN: usize = 40;
/// The number of letters and digits.
const BASE: u8 = 62;

/// Text with a checksum that matches.
#[derive(Debug)]
pub(crate) struct Checked {
    text: SecretText,
    prefix_len: usize,
}

impl Checked {
    /// A body of `len` letters and digits drawn at random.
    pub(super) fn generate(prefix: &str, len: usize) -> Self {
        Self::build(prefix, len, |text| {
            for _ in 0..len {
                text.push(symbol(draw(BASE.into()) as u8));
            }
        })
    }

    /// The body of `len` letters and digits that `write` appends.
    pub(crate) fn build(prefix: &str, len: usize, write: impl FnOnce(&mut String)) -> Self {
        let mut text = String::with_capacity(prefix.len() + 1 + len + CHECKSUM_LEN);
        text.push_str(prefix);
        text.push('_');
        write(&mut text);
        let sum = checksum(text.as_bytes());
        text.extend(sum.iter().map(|digit| char::from(*digit)));
        Self { text: SecretText::new(text), prefix_len: prefix.len() }
    }

    /// Reads `typed`, which is called `what` in messages.
    ///
    /// # Errors
    /// [`Error::MalformedSecret`] if it has not this form, or the checksum does not match.
    pub(crate) fn parse(what: &str, typed: &str) -> Result<Self> {
        // Copying and pasting adds spaces and line ends.
        let typed = typed.trim_matches(|c: char| c.is_ascii_whitespace());
        if typed.is_empty() {
            return Err(malformed(format!("no {what} was given")));
        }
        let split = if typed.len() > super::MAX_TYPED_LEN { None } else { typed.rsplit_once('_') };
        let (prefix, rest) = split
            .filter(|(prefix, rest)| {
                check_prefix(prefix).is_ok()
                    && rest.len() > CHECKSUM_LEN
                    && rest.bytes().all(|c| c.is_ascii_alphanumeric())
            })
            .ok_or_else(|| malformed(format!("this is not {}: it has another form", with_article(what))))?;
        let (before, sum) = typed.split_at(typed.len() - CHECKSUM_LEN);
        // Not secret: anybody can compute it.
        if checksum(before.as_bytes()) != sum.as_bytes() {
            return Err(malformed(format!(
                "the {what} was mistyped or cut short: its checksum does not match; copy it once more ({} characters came)",
                prefix.len() + 1 + rest.len()
            )));
        }
        let mut text = String::with_capacity(typed.len());
        text.push_str(typed);
        Ok(Self { text: SecretText::new(text), prefix_len: prefix.len() })
    }

    /// All of it.
    pub(super) fn text(&self) -> &str {
        self.text.expose()
    }

    /// All of it, handed over.
    pub(crate) fn into_text(self) -> SecretText {
        self.text
    }

    /// The part before the last underscore.
    pub(crate) fn prefix(&self) -> &str {
        &self.text()[..self.prefix_len]
    }

    /// The part between prefix and checksum.
    pub(crate) fn body(&self) -> &str {
        &self.text()[self.prefix_len + 1..self.text().len() - CHECKSUM_LEN]
    }
}

/// Whether `prefix` can stand in front: small letters, digits and single underscores between them.
pub(super) fn check_prefix(prefix: &str) -> Result<()> {
    let allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_';
    if (MIN_PREFIX_LEN..=MAX_PREFIX_LEN).contains(&prefix.len())
        && prefix.bytes().all(allowed)
        && prefix.starts_with(|c: char| c.is_ascii_lowercase())
        && !prefix.ends_with('_')
        && !prefix.contains("__")
    {
        return Ok(());
    }
    Err(Error::value(format!(
        "a prefix has {MIN_PREFIX_LEN} to {MAX_PREFIX_LEN} small letters, digits and single underscores, and begins with a letter, \
         such as acme_live"
    )))
}

fn with_article(what: &str) -> String {
    let article = if what.starts_with(['a', 'e', 'i', 'o', 'A']) { "an" } else { "a" };
    format!("{article} {what}")
}

/// The letter or digit of a number below 62, not from a table, whose reads could be timed.
fn symbol(number: u8) -> char {
    // 7 characters lie between '9' and 'A', 6 between 'Z' and 'a'.
    let above = |limit: u8| limit.wrapping_sub(number) >> 7;
    char::from(b'0' + number + 7 * above(9) + 6 * above(35))
}

fn checksum(bytes: &[u8]) -> [u8; CHECKSUM_LEN] {
    let mut left = crc32(bytes);
    let mut digits = [0; CHECKSUM_LEN];
    for digit in digits.iter_mut().rev() {
        *digit = symbol((left % u32::from(BASE)) as u8) as u8;
        left /= u32::from(BASE);
    }
    left.zeroize();
    digits
}

/// CRC-32/ISO-HDLC, bit by bit: secrets are short, and a table would be read at secret places.
fn crc32(bytes: &[u8]) -> u32 {
    const POLYNOMIAL: u32 = 0xedb8_8320;
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (POLYNOMIAL & (sum & 1).wrapping_neg()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_usual_crc() {
        // The check value of the catalogue of parametrised CRC algorithms.
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b""), 0);
    }

    #[test]
    fn symbols_are_all_letters_and_digits_in_order() {
        let all: String = (0..BASE).map(symbol).collect();
        assert_eq!(all, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    }

    #[test]
    fn prefixes() {
        for good in ["ab", "acme", "acme_live", "a1", "a_b_c", &"a".repeat(40)] {
            check_prefix(good).unwrap();
        }
        for bad in ["", "a", "_a", "a_", "a__b", "Acme", "1a", "acme-live", "acmé", "a b", &"a".repeat(41)] {
            check_prefix(bad).unwrap_err();
        }
    }
}
