//! Several keys at once, so that one can follow another. As text they are a JWK Set (RFC 7517 §5).

use std::collections::HashSet;

use zeroize::Zeroizing;

use super::Key;
use crate::keys::jwk::{self, Ignored};
use crate::secret::SecretText;
use crate::{Error, Result};

/// Keys of which the first signs and all verify.
///
/// To change keys: put the new one after the old and let every verifier have both; then move it to the front; and when
/// nothing signed by the old one is under way any more, take that out.
#[derive(Debug, Clone)]
pub struct KeySet {
    keys: Vec<Key>,
    ignored: Vec<Ignored>,
}

impl KeySet {
    /// A set of these keys.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if there is none, or two have the same name.
    pub fn new(keys: Vec<Key>) -> Result<Self> {
        if keys.is_empty() {
            return Err(Error::value("a key set must hold at least one key"));
        }
        for (index, key) in keys.iter().enumerate() {
            if keys[..index].iter().any(|other| other.id() == key.id()) {
                return Err(Error::value(format!("two keys of the set have the same name {:?}", key.id())));
            }
        }
        Ok(Self { keys, ignored: Vec::new() })
    }

    /// Reads keys of one's own: a JWK Set, a single JWK, or a key in PEM. Keys of a set that are for something else than signing, or
    /// cannot be used, are [ignored](Self::ignored).
    ///
    /// # Errors
    /// As [`Key::parse`], and [`Error::InvalidValue`] if no key is left, two have the same name, or the first key is damaged and
    /// another one would sign in its place.
    pub fn parse(text: &[u8]) -> Result<Self> {
        if !jwk::is_set(text) {
            return Self::new(vec![Key::parse(text)?]);
        }
        let (keys, ignored) = jwk::parse_set(text)?.use_for(Key::from_jwk);
        if keys.is_empty() {
            return Err(Ignored::none_left("signing", &ignored));
        }
        if let Some(Ignored { index: 0, reason: reason @ Error::InvalidValue(_), .. }) = ignored.first()
            && keys[0].can_sign()
        {
            return Err(Error::value(format!(
                "the first key of the set, which is the one that signs, cannot be used: {reason}"
            )));
        }
        Ok(Self { ignored, ..Self::new(keys)? })
    }

    /// Reads keys that somebody publishes: a JWK Set of at most `max_keys` keys, of which private and symmetric ones are ignored, and all
    /// others that are of no use here. So nothing in the set but its size makes all of it unusable.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if it is no JWK Set, longer than [`jwk::MAX_LEN`], holds more keys than that, or none that verifies.
    pub fn parse_public(text: &[u8], max_keys: usize) -> Result<Self> {
        let mut names = HashSet::new();
        let (keys, ignored) = jwk::parse_public_set(text, max_keys)?.use_for(|jwk| {
            let key = Key::from_jwk(jwk)?;
            if names.insert(key.id().to_owned()) {
                Ok(key)
            } else {
                Err(Error::value("its name (kid) is that of a key before it"))
            }
        });
        if keys.is_empty() {
            return Err(Ignored::none_left("verifying signatures", &ignored));
        }
        Ok(Self { keys, ignored })
    }

    /// The keys of the set that were not taken, with the reasons.
    #[must_use]
    pub fn ignored(&self) -> &[Ignored] {
        &self.ignored
    }

    /// The keys as a JWK Set: as secret as they are.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub fn to_json(&self) -> Result<SecretText> {
        let keys: Vec<Zeroizing<String>> = self.keys.iter().map(Key::write_json).collect::<Result<_>>()?;
        // Room for all of it, so that the text never moves.
        let mut json = String::with_capacity(16 + keys.iter().map(|key| key.len() + 1).sum::<usize>());
        json.push_str("{\"keys\":[");
        for (index, key) in keys.iter().enumerate() {
            json.push_str(if index > 0 { "," } else { "" });
            json.push_str(key);
        }
        json.push_str("]}");
        Ok(SecretText::new(json))
    }

    /// The public halves, for those who verify.
    ///
    /// # Errors
    /// [`Error::WrongType`] if one of the keys is an HMAC secret, which has none.
    pub fn public(&self) -> Result<Self> {
        Self::new(self.keys.iter().map(Key::public).collect::<Result<_>>()?)
    }

    /// The key that signs: the first.
    #[must_use]
    pub fn signer(&self) -> &Key {
        &self.keys[0]
    }

    /// The key of this name.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.id() == id)
    }

    /// All keys.
    pub fn iter(&self) -> impl Iterator<Item = &Key> {
        self.keys.iter()
    }
}

impl From<Key> for KeySet {
    fn from(key: Key) -> Self {
        Self { keys: vec![key], ignored: Vec::new() }
    }
}
