//! Fernet keys: 44 characters of base64 for URLs, one key a line.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;

use super::super::contents::Entry;
use super::super::draft::Imported;
use super::super::version::{Prefix, State};
use super::{Kind, not_there, state_at, youngest_last};
use crate::fernet::KEY_LEN;
use crate::{Error, Result};
use ironlatch_core::secret::{SecretBytes, SecretText};

const TEXT_LEN: usize = KEY_LEN.div_ceil(3) * 4;

pub(super) fn read(text: &[u8]) -> Result<(Kind, Vec<Imported>)> {
    let mut versions = Vec::new();
    for (index, line) in text.split(|byte| *byte == b'\n').enumerate() {
        let line = line.trim_ascii();
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        // Without the line itself: it may be a secret in the wrong place.
        let no_key = || Error::value(format!("line {} is no Fernet key: 32 bytes in base64 for URLs", index + 1));
        if line.len() != TEXT_LEN {
            return Err(no_key());
        }
        // Decoding wants room for what may be there.
        let decoded = SecretBytes::new_with(TEXT_LEN / 4 * 3, |key| match URL_SAFE.decode_slice(line, key) {
            Ok(KEY_LEN) => Ok(()),
            _ => Err(no_key()),
        })?;
        let material = SecretBytes::copy_from(&decoded.expose()[..KEY_LEN]);
        let state = state_at(versions.len());
        versions.push(Imported { material, id: None, state, prefix: Prefix::Nothing, label: None });
    }
    if versions.is_empty() {
        return Err(Error::value("there is no Fernet key in it"));
    }
    Ok((Kind::Fernet, youngest_last(versions)))
}

pub(super) fn write(entry: &Entry) -> Result<SecretText> {
    if entry.kind != Kind::Fernet {
        return Err(not_there(entry, "Fernet"));
    }
    let mut versions: Vec<_> = entry.versions.iter().rev().filter(|version| version.state.is_usable()).collect();
    versions.sort_by_key(|version| version.state != State::Primary);
    // Room for all of it, so that the text never moves.
    let mut text = String::with_capacity(versions.len() * (TEXT_LEN + 1));
    for version in versions {
        URL_SAFE.encode_string(version.material()?.bytes().expose(), &mut text);
        text.push('\n');
    }
    Ok(SecretText::new(text))
}
