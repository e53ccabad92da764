//! Text in files that people and their editors wrote.

use base64::Engine;
use zeroize::Zeroizing;

use crate::{Error, Result};

/// The byte-order mark that editors on Windows put before text in UTF-8. It is no part of the text.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// The text in a file's contents, without a byte-order mark before it.
///
/// # Errors
/// [`Error::InvalidValue`] if it is no text in UTF-8; of UTF-16, which Windows PowerShell writes,
/// the message says so.
pub fn decode(contents: &[u8]) -> Result<&str> {
    if is_utf16(contents) {
        return Err(utf16());
    }
    core::str::from_utf8(without_mark(contents)).map_err(|_| Error::value("it is no text in UTF-8"))
}

/// The contents without a byte-order mark of UTF-8 before them.
#[must_use]
pub fn without_mark(contents: &[u8]) -> &[u8] {
    contents.strip_prefix(MARK).unwrap_or(contents)
}

/// Refuses what is marked as UTF-16, and gives the rest without a byte-order mark of UTF-8: for a
/// line that may be of any encoding, such as a passphrase.
///
/// # Errors
/// [`Error::InvalidValue`] for UTF-16.
pub fn line(contents: &[u8]) -> Result<&[u8]> {
    if has_utf16_mark(contents) { Err(utf16()) } else { Ok(without_mark(contents)) }
}

/// Decodes base64 of a secret. What was decoded of text that turns out to be wrong is wiped too.
#[must_use]
pub fn secret_of_base64(base64: &impl Engine, text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut secret = Zeroizing::new(vec![0; base64::decoded_len_estimate(text.len())]);
    let len = base64.decode_slice(text, &mut secret).ok()?;
    secret.truncate(len);
    Some(secret)
}

/// Whether contents look like text in UTF-16: by the mark before it, or as every other byte is zero
/// where it begins.
fn is_utf16(contents: &[u8]) -> bool {
    let begins = &contents[..contents.len().min(64) & !1];
    let zeros = |phase| !begins.is_empty() && begins.iter().skip(phase).step_by(2).all(|byte| *byte == 0);
    has_utf16_mark(contents) || zeros(0) != zeros(1)
}

fn has_utf16_mark(contents: &[u8]) -> bool {
    contents.starts_with(b"\xff\xfe") || contents.starts_with(b"\xfe\xff")
}

fn utf16() -> Error {
    Error::value(
        "it is text in UTF-16, as Windows PowerShell writes it with `>`: save it as UTF-8 (Out-File -Encoding utf8)",
    )
}
