//! The key that a service keeps apart from its database.

use core::fmt;
use std::path::Path;

use super::checked::Checked;
use super::{check_name, malformed, unusable};
use crate::{Error, Result};
use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::kdf::Kdf;
use ironlatch_core::kdf::hkdf::HkdfExpand;
use ironlatch_core::secret::{SecretBytes, SecretText, wipes_stack};

/// The most server keys that are used at once: the current one and those on their way out.
pub const MAX_SERVER_KEYS: usize = 8;

/// Which server key a record was made under, derived from the key itself.
pub(super) type KeyId = [u8; 4];

/// The secret key of a service that digests and sealed secrets depend on. It belongs in the
/// service's configuration or its secret store, and never in the database: someone with only one of
/// the two has nothing.
pub struct ServerKey {
    key: SecretBytes,
    id: KeyId,
}

impl ServerKey {
    /// The length of the key in bytes.
    pub const LEN: usize = 32;
    /// The prefix of a server key's text, before an underscore.
    pub const PREFIX: &str = "ironlatch_server_key";

    const HEX_LEN: usize = 2 * Self::LEN;

    /// A random key.
    ///
    /// # Errors
    /// [`CoreError::OutOfMemory`](ironlatch_core::Error::OutOfMemory) if the system gives no memory
    /// for it.
    #[wipes_stack]
    pub fn generate() -> Result<Self> {
        Self::new(SecretBytes::generate(Self::LEN)?)
    }

    /// The key of 32 random bytes that something else made: a key management service, say.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if there are not 32 bytes.
    #[wipes_stack]
    pub fn from_bytes(key: &[u8]) -> Result<Self> {
        if key.len() != Self::LEN {
            let len = key.len();
            return Err(Error::value(format!("a server key has 32 random bytes, not {len}")));
        }
        Self::new(SecretBytes::new_with(Self::LEN, |bytes| -> Result<()> {
            bytes.copy_from_slice(key);
            Ok(())
        })?)
    }

    /// Reads what [`to_text`](Self::to_text) wrote. Spaces and line ends around it do not matter.
    ///
    /// # Errors
    /// [`Error::MalformedSecret`] if it is no server key, or one that was mistyped or cut short.
    #[wipes_stack]
    pub fn from_text(text: &str) -> Result<Self> {
        let checked = Checked::parse("server key", text)?;
        let other = || {
            malformed(format!(
                "this is not a server key: those begin with {}_; `ironlatch secret server-key` makes one",
                Self::PREFIX
            ))
        };
        if checked.prefix() != Self::PREFIX || checked.body().len() != Self::HEX_LEN {
            return Err(other());
        }
        let key =
            SecretBytes::new_with(Self::LEN, |key| hex::decode_to_slice(checked.body(), key).map_err(|_| other()))?;
        Self::new(key)
    }

    /// Reads the text of a server key from a file.
    ///
    /// # Errors
    /// [`CoreError::Io`](ironlatch_core::Error::Io) if the file cannot be read; otherwise as
    /// [`from_text`](Self::from_text), with the file's name.
    #[wipes_stack(deep)]
    pub fn from_file(path: &Path) -> Result<Self> {
        Self::from_file_with_exposure(path).map(|(key, _)| key)
    }

    /// Reads the file like [`from_file`](Self::from_file), and tells whether it [is
    /// exposed](crate::fs::is_exposed).
    ///
    /// # Errors
    /// As [`from_file`](Self::from_file).
    #[wipes_stack(deep)]
    pub fn from_file_with_exposure(path: &Path) -> Result<(Self, bool)> {
        let (bytes, exposed) = SecretBytes::from_file_with_exposure(path, true)?;
        let text = core::str::from_utf8(bytes.expose()).unwrap_or_default();
        let key = Self::from_text(text).map_err(|error| match error {
            Error::MalformedSecret(message) => malformed(format!("{}: {message}", path.display())),
            error => error,
        })?;
        Ok((key, exposed))
    }

    /// The key as text with a checksum: `ironlatch_server_key_`, 64 hexadecimal digits, 6 symbols.
    #[must_use]
    #[wipes_stack]
    pub fn to_text(&self) -> SecretText {
        let checked = Checked::build(Self::PREFIX, Self::HEX_LEN, |text| {
            super::super::secrets::push_hex(text, self.key.expose());
        });
        checked.into_text()
    }

    /// Eight hexadecimal digits that stand in each record made under the key. They tell nothing
    /// about it.
    #[must_use]
    pub fn id(&self) -> String {
        hex::encode(self.id)
    }

    pub(super) fn raw_id(&self) -> KeyId {
        self.id
    }

    /// The key for one kind of secret and one purpose.
    pub(super) fn derive(&self, kind: &str, purpose: &str) -> Result<SecretBytes> {
        check_name("purpose", purpose.as_bytes())?;
        expand(&self.key, kind, purpose, Self::LEN)
    }

    fn new(key: SecretBytes) -> Result<Self> {
        let mut id = KeyId::default();
        id.copy_from_slice(expand(&key, "id", "", size_of::<KeyId>())?.expose());
        Ok(Self { key, id })
    }
}

impl fmt::Debug for ServerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServerKey({})", self.id())
    }
}

/// Refuses sets of keys that are most likely a mistake.
pub(super) fn check_set(keys: &[&ServerKey]) -> Result<()> {
    if !(1..=MAX_SERVER_KEYS).contains(&keys.len()) {
        let count = keys.len();
        return Err(Error::value(format!(
            "1 to {MAX_SERVER_KEYS} server keys can be given, the current one first, not {count}"
        )));
    }
    let twice = keys.iter().enumerate().find(|(index, key)| keys[..*index].iter().any(|other| other.id == key.id));
    match twice {
        Some((_, key)) => Err(Error::value(format!("the server key {} is given twice", key.id()))),
        None => Ok(()),
    }
}

/// The server key's id in a record, and what stands after it.
pub(super) fn split_record<'a>(version: &str, what: &str, text: &'a str) -> Result<(KeyId, &'a str)> {
    let mut parts = text.splitn(3, '.');
    let (Some(first), Some(id), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(unusable(format!("what is stored is no {what}")));
    };
    if first != version {
        let family = version.trim_end_matches(|c: char| c.is_ascii_digit());
        let newer = first.strip_prefix(family).is_some_and(|number| number.parse::<u32>().is_ok());
        return Err(unusable(if newer {
            format!("the stored {what} has a version that this library does not know: update the library")
        } else {
            format!("what is stored is no {what}")
        }));
    }
    let mut key_id = KeyId::default();
    if hex::decode_to_slice(id, &mut key_id).is_err() || id.bytes().any(|c| c.is_ascii_uppercase()) {
        return Err(unusable(format!("the stored {what} is malformed: it was changed or cut short")));
    }
    Ok((key_id, rest))
}

pub(super) fn unknown(key_id: KeyId) -> Error {
    let id = hex::encode(key_id);
    unusable(format!(
        "what is stored was made under the server key {id}, which was not given: add it after the current one"
    ))
}

fn expand(key: &SecretBytes, kind: &str, purpose: &str, len: usize) -> Result<SecretBytes> {
    let info = [b"ironlatch show-once 1", kind.as_bytes(), purpose.as_bytes()].join(&0);
    Ok(HkdfExpand::new(HashAlgorithm::Sha256, len, &info)?.derive(key.expose())?)
}
