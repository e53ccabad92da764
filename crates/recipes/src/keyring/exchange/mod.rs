//! Keys from and for other programs: Fernet keys, JSON Web Keys, and the JSON keysets of Tink.

mod fernet;
mod jwk;
mod protobuf;
mod tink;

use core::str::FromStr;

use super::contents::Entry;
use super::draft::{Draft, Imported};
use super::version::State;
use super::version_id::VersionId;
use super::{ChangeNote, Keyring, Kind};
use crate::{Error, Result};
use ironlatch_core::Error as CoreError;
use ironlatch_core::secret::{SecretText, wipes_stack};

/// The longest text of keys in bytes that is read.
pub const MAX_IMPORT_LEN: usize = 1024 * 1024;

/// In which form keys come or go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Fernet keys: one on each line in base64 for URLs, the current one first, as for
    /// `MultiFernet`.
    Fernet,
    /// A JSON Web Key or a set of them (RFC 7517), the current one first: HMAC secrets (`HS256`),
    /// Ed25519 private keys, AES-GCM keys (`A256GCM`, `A128GCM`).
    Jwk,
    /// A cleartext JSON keyset of Tink: AES-GCM, XAES-GCM with salts of 12 bytes,
    /// ChaCha20-Poly1305, XChaCha20-Poly1305, AES-SIV, HMAC-SHA-256 with codes of 32 bytes,
    /// Ed25519; the prefixes `TINK` and `RAW`.
    Tink,
}

const FORMATS: [(Format, &str); 3] = [(Format::Fernet, "fernet"), (Format::Jwk, "jwk"), (Format::Tink, "tink")];

impl Format {
    /// Its name: `fernet`, `jwk`, `tink`.
    #[must_use]
    pub fn name(self) -> &'static str {
        FORMATS.iter().find(|(format, _)| *format == self).map_or("", |(_, name)| name)
    }

    /// The form that a text seems to be in.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] if it is none of them.
    pub fn of(text: &[u8]) -> Result<Self> {
        let start = text.trim_ascii_start();
        if start.starts_with(b"{") {
            let tink = text.windows(14).any(|window| window == b"\"primaryKeyId\"");
            return Ok(if tink { Self::Tink } else { Self::Jwk });
        }
        match start.iter().position(|byte| byte.is_ascii_whitespace()).unwrap_or(start.len()) {
            44 => Ok(Self::Fernet),
            _ if start.starts_with(b"#") => Ok(Self::Fernet),
            _ => Err(Error::value("these are no Fernet keys, no JSON Web Keys, and no JSON keyset of Tink")),
        }
    }
}

impl FromStr for Format {
    type Err = Error;

    /// # Errors
    /// [`CoreError::InvalidValue`] with the names that there are.
    fn from_str(name: &str) -> Result<Self> {
        FORMATS
            .iter()
            .find(|(_, own)| *own == name)
            .map(|(format, _)| *format)
            .ok_or_else(|| Error::value("keys come and go as fernet, jwk or tink"))
    }
}

impl Draft {
    /// Takes keys from elsewhere into the key `name`, which is created if there is none. A new
    /// key's primary version is the current one of what is imported; a key that is there keeps its
    /// own, and what is imported is active: [`promote`](Self::promote) it if that is meant.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] if the text is malformed; [`CoreError::WrongType`] if keys of
    /// its types are not taken, or the key `name` is of another kind; [`Error::Keyring`] if a
    /// version with an id or label of it is there already.
    #[wipes_stack(deep)]
    pub fn import(&mut self, name: &str, format: Format, text: &[u8]) -> Result<Vec<VersionId>> {
        if text.len() > MAX_IMPORT_LEN {
            return Err(Error::value(format!("more than {MAX_IMPORT_LEN} bytes are too long for keys")));
        }
        let (kind, versions) = match format {
            Format::Fernet => fernet::read(text)?,
            Format::Jwk => jwk::read(text)?,
            Format::Tink => tink::read(text)?,
        };
        self.insert_all(name, kind, versions)
    }

    /// The key `name` for another program: as secret as the key is. That it went out is noted in
    /// the history.
    ///
    /// Fernet keys and JSON Web Keys are those of the usable versions, the primary one first; a
    /// keyset of Tink has the disabled ones too.
    ///
    /// # Errors
    /// [`CoreError::WrongType`] if keys of this kind do not exist there: general ones exist nowhere
    /// else. [`Error::Keyring`] if there is no such key.
    #[wipes_stack(deep)]
    pub fn export(&mut self, name: &str, format: Format) -> Result<SecretText> {
        let entry = self.entry(name)?;
        let text = match format {
            Format::Fernet => fernet::write(entry)?,
            Format::Jwk => jwk::write(entry)?,
            Format::Tink => tink::write(entry)?,
        };
        self.exported(name)?;
        Ok(text)
    }
}

impl Keyring {
    /// Takes keys from elsewhere: see [`Draft::import`].
    ///
    /// # Errors
    /// As [`Draft::import`] and [`edit`](Self::edit).
    #[wipes_stack(deep)]
    pub fn import(&self, name: &str, format: Format, text: &[u8]) -> Result<Vec<VersionId>> {
        self.edit(ChangeNote::default(), |draft| draft.import(name, format, text))
    }

    /// The key for another program: see [`Draft::export`].
    ///
    /// # Errors
    /// As [`Draft::export`] and [`edit`](Self::edit).
    #[wipes_stack(deep)]
    pub fn export(&self, name: &str, format: Format) -> Result<SecretText> {
        self.edit(ChangeNote::default(), |draft| draft.export(name, format))
    }
}

/// Numbers versions so that the current one is the youngest, as it is in a key that was rotated
/// here.
fn youngest_last(mut versions: Vec<Imported>) -> Vec<Imported> {
    versions.reverse();
    versions
}

/// The first is current.
fn state_at(index: usize) -> State {
    if index == 0 { State::Primary } else { State::Active }
}

/// For a kind that does not exist in a format.
fn not_there(entry: &Entry, format: &str) -> Error {
    let hint = match entry.kind {
        Kind::General => ": general keys are for this library alone; copy the keyring's file",
        // There it would sign what a token here could be, or the other way round.
        kind if kind.signs() => {
            ": tokens and Tink's signatures are under keys of their own, hmac-sha256 or tink-hmac-sha256, say"
        }
        _ => "",
    };
    Error::Core(CoreError::WrongType(
        format!("the key {:?} is of the kind {}, which {format} does not have{hint}", entry.name, entry.kind).into(),
    ))
}
