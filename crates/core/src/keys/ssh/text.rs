//! Base64 as programs write SSH's keys in it.

use crate::hash::{HashAlgorithm, digest_into};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

use super::wire::invalid;
use crate::{Output, Result};

/// The fingerprint of an encoded key as `ssh-keygen -l` shows it: `SHA256:` and 43 letters.
#[must_use]
pub fn fingerprint(blob: &[u8]) -> String {
    let mut hashed = [0; 32];
    digest_into(HashAlgorithm::Sha256, blob, Output::from(&mut hashed[..]));
    format!("SHA256:{}", STANDARD_NO_PAD.encode(hashed))
}

/// The line of an encoded key, without a comment and without an end of line.
pub(super) fn of_blob(kind: &str, blob: &[u8]) -> Vec<u8> {
    let mut line = String::with_capacity(kind.len() + 1 + blob.len().div_ceil(3) * 4);
    line.push_str(kind);
    line.push(' ');
    STANDARD.encode_string(blob, &mut line);
    line.into_bytes()
}

/// Decodes base64 in which, as for Python's `binascii`, other characters count for nothing.
pub(super) fn decode(text: &[u8]) -> Result<Vec<u8>> {
    let decoded = STANDARD.decode(text).or_else(|_| STANDARD.decode(only_base64(text)));
    decoded.map_err(|_| invalid("it is not valid base64"))
}

/// The letters of `text` that are of base64, up to the padding.
pub(super) fn only_base64(text: &[u8]) -> Vec<u8> {
    let mut letters = Vec::with_capacity(text.len());
    for byte in text {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/') {
            letters.push(*byte);
        } else if *byte == b'=' && letters.len() % 4 >= 2 {
            letters.resize(letters.len().next_multiple_of(4), b'=');
            break;
        }
    }
    letters
}
