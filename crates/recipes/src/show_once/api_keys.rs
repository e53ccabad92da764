//! API keys: for programs, found by their digest.

use core::fmt;

use super::checked::{CHECKSUM_LEN, Checked, check_prefix};
use super::digest::Digesters;
use super::{Digest, ServerKey, malformed};
use crate::Result;
use ironlatch_core::secret::wipes_stack;

/// A secret that lets a program in: a prefix, an underscore, 32 letters and digits drawn at random
/// (190 bits), and six more that are a checksum.
#[derive(Debug)]
pub struct ApiKey {
    checked: Checked,
}

impl ApiKey {
    /// The random symbols.
    pub const SECRET_LEN: usize = 32;
    /// The symbols after the prefix that [`hint`](Self::hint) shows; what stays hidden is over 160
    /// bits.
    const HINT_LEN: usize = 4;

    /// Reads an API key with any prefix, without a server key: whether it is well-formed, not
    /// whether it is valid. Spaces and line ends around it do not matter.
    ///
    /// # Errors
    /// [`Error::MalformedSecret`](crate::Error::MalformedSecret) if it is no API key, or
    /// one that was mistyped or cut short.
    #[wipes_stack]
    pub fn parse(typed: &str) -> Result<Self> {
        let checked = Checked::parse("API key", typed)?;
        if checked.body().len() != Self::SECRET_LEN {
            let what = if checked.prefix() == ServerKey::PREFIX { " but a server key" } else { "" };
            return Err(malformed(format!(
                "this is no API key{what}: those have {} symbols after the last underscore",
                Self::SECRET_LEN + CHECKSUM_LEN
            )));
        }
        Ok(Self { checked })
    }

    /// The key itself, to be shown once.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.checked.text()
    }

    /// Whose key it is and for which environment.
    #[must_use]
    pub fn prefix(&self) -> &str {
        self.checked.prefix()
    }

    /// The beginning of the key, by which its owner knows it again in a list.
    #[must_use]
    pub fn hint(&self) -> &str {
        &self.expose()[..self.prefix().len() + 1 + Self::HINT_LEN]
    }
}

/// Makes and finds API keys of one prefix.
pub struct ApiKeys {
    prefix: String,
    digesters: Digesters,
}

impl ApiKeys {
    /// API keys that begin with `prefix` and an underscore. Put the service's name and the
    /// environment into it: `acme_live`, `acme_test`. Keys of another prefix are refused. The first
    /// of the server keys is the current one.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) for a prefix that is not 2
    /// to 40 small letters, digits and single underscores, or if no server key, the same one twice
    /// or more than [`MAX_SERVER_KEYS`](super::MAX_SERVER_KEYS) are given.
    pub fn new(prefix: &str, server_keys: &[&ServerKey]) -> Result<Self> {
        check_prefix(prefix)?;
        Ok(Self { prefix: prefix.into(), digesters: Digesters::new(server_keys, "api key", prefix)? })
    }

    /// The prefix of the keys, without the underscore.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// A regular expression, in the words that all engines share, that finds these keys in any
    /// text: for scanners of source code and of logs. What it finds is a key if [`ApiKey::parse`]
    /// agrees.
    #[must_use]
    pub fn pattern(&self) -> String {
        format!(r"\b{}_[0-9A-Za-z]{{{}}}\b", self.prefix, ApiKey::SECRET_LEN + CHECKSUM_LEN)
    }

    /// A new key. Show it once, and store its [`digest`](Self::digest).
    #[must_use]
    #[wipes_stack]
    pub fn generate(&self) -> ApiKey {
        ApiKey { checked: Checked::generate(&self.prefix, ApiKey::SECRET_LEN) }
    }

    /// Returns the digest of a key for storing.
    #[must_use]
    #[wipes_stack]
    pub fn digest(&self, key: &ApiKey) -> Digest {
        self.digesters.current(b"", key.expose())
    }

    /// Reads what somebody brings as a key.
    ///
    /// # Errors
    /// As [`ApiKey::parse`], and if it has another prefix.
    #[wipes_stack]
    pub fn parse(&self, typed: &str) -> Result<ApiKey> {
        let key = ApiKey::parse(typed)?;
        if key.prefix() != self.prefix {
            return Err(malformed(format!(
                "this API key begins with {}_, but here only those that begin with {}_ are valid",
                key.prefix(),
                self.prefix
            )));
        }
        Ok(key)
    }

    /// Returns the digests to look for in the index: the key's digest under each of the server
    /// keys, the current one first.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    #[wipes_stack]
    pub fn digests(&self, typed: &str) -> Result<Vec<Digest>> {
        Ok(self.digesters.all(b"", self.parse(typed)?.expose()))
    }

    /// Whether `stored` is the digest of what was typed, compared in constant time. False for what
    /// is no key.
    ///
    /// # Errors
    /// [`Error::UnusableRecord`](crate::Error::UnusableRecord) if the stored text is no
    /// digest, or made under a server key that was not given.
    #[wipes_stack]
    pub fn verify(&self, typed: &str, stored: &str) -> Result<bool> {
        let stored = stored.parse()?;
        self.parse(typed).map_or(Ok(false), |key| self.digesters.verify(b"", key.expose(), &stored))
    }

    /// Whether a stored digest was not made under the current server key. The key's next use is the
    /// chance to replace it.
    ///
    /// # Errors
    /// [`Error::UnusableRecord`](crate::Error::UnusableRecord) if the stored text is no
    /// digest.
    pub fn needs_update(&self, stored: &str) -> Result<bool> {
        Ok(self.digesters.is_old(&stored.parse()?))
    }
}

impl fmt::Debug for ApiKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKeys({}, server keys {})", self.prefix, self.digesters.ids().join(", "))
    }
}
