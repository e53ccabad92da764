//! Several keys at once, so that one can follow another. As text they are a JWK Set (RFC 7517 §5).

use std::collections::HashSet;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::Key;
use super::source::{KeySource, Source, check_names};
use crate::{Error, Result};
use ironlatch_core::Error as CoreError;
use ironlatch_core::keys::jwk::{self, Ignored};
use ironlatch_core::secret::{SecretText, wipes_stack};

/// Keys of which the first signs and all verify.
///
/// To change keys: put the new one after the old and let every verifier have both; then move it to
/// the front; and when nothing signed by the old one is still under way, remove that. A
/// [keyring's](crate::keyring::Key::signing_keys) set does so by itself: it is what the keyring has
/// when it is asked.
#[derive(Debug, Clone)]
pub struct KeySet {
    source: Source<Key>,
    /// Whether only the public halves are meant.
    public: bool,
    ignored: Vec<Ignored<Error>>,
}

impl KeySet {
    /// A set of these keys.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] if there is none, or two have the same name.
    pub fn new(keys: Vec<Key>) -> Result<Self> {
        check_names(keys.iter().map(Key::id))?;
        Ok(Self::of(Source::Fixed(keys.into())))
    }

    /// A set that is what its source has at each use.
    pub(crate) fn live(keys: Arc<dyn KeySource<Key>>) -> Result<Self> {
        check_names(keys.current()?.iter().map(Key::id))?;
        Ok(Self::of(Source::Live(keys)))
    }

    /// Reads keys of one's own: a JWK Set, a single JWK, or a key in PEM. Keys of a set that are
    /// for something else than signing, or cannot be used, are [ignored](Self::ignored).
    ///
    /// # Errors
    /// As [`Key::parse`], and [`CoreError::InvalidValue`] if no key is left, two have the same
    /// name, or the first key is damaged and another one would sign in its place.
    #[wipes_stack(deep)]
    pub fn parse(text: &[u8]) -> Result<Self> {
        if !jwk::is_set(text) {
            return Self::new(vec![Key::parse(text)?]);
        }
        let (keys, ignored) = jwk::parse_set(text)?.use_for(Key::from_jwk);
        if keys.is_empty() {
            return Err(Ignored::none_left("signing", &ignored).into());
        }
        if let Some(Ignored { index: 0, reason: Error::Core(reason), .. }) = ignored.first()
            && reason.is_wrong_value()
            && keys[0].can_sign()
        {
            return Err(Error::value(format!(
                "the first key of the set, which is the one that signs, cannot be used: {reason}"
            )));
        }
        Ok(Self { ignored, ..Self::new(keys)? })
    }

    /// Reads keys that somebody publishes: a JWK Set of at most `max_keys` keys, of which private
    /// and symmetric ones are ignored, and all others that are of no use here. So nothing in the
    /// set but its size makes all of it unusable.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] if it is not a JWK Set, is longer than [`jwk::MAX_LEN`], holds
    /// more keys than that, or none of them verifies.
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
            return Err(Ignored::none_left("verifying signatures", &ignored).into());
        }
        Ok(Self { ignored, ..Self::of(Source::Fixed(keys.into())) })
    }

    /// The keys of the set that were not taken, with the reasons.
    #[must_use]
    pub fn ignored(&self) -> &[Ignored<Error>] {
        &self.ignored
    }

    /// The keys of now as a JWK Set: as secret as they are.
    ///
    /// # Errors
    /// As [`current`](Self::current).
    #[wipes_stack(deep)]
    pub fn to_json(&self) -> Result<SecretText> {
        let keys: Vec<Zeroizing<String>> = self.current()?.iter().map(Key::write_json).collect::<Result<_>>()?;
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

    /// The public halves, for those who verify. Those of a keyring's set follow the keyring too.
    ///
    /// # Errors
    /// [`CoreError::WrongType`] if one of the keys is an HMAC secret, which has none.
    pub fn public(&self) -> Result<Self> {
        let set = Self { public: true, ..Self::of(self.source.clone()) };
        set.current().map(|_| set)
    }

    /// All keys, the one that signs first. Ask for each use: a keyring's change.
    ///
    /// # Errors
    /// The errors of a keyring, if its key is no longer there.
    pub fn current(&self) -> Result<Arc<[Key]>> {
        let keys = self.source.current()?;
        if self.public { keys.iter().map(Key::public).collect() } else { Ok(keys) }
    }

    /// The key that signs now: the first.
    ///
    /// # Errors
    /// As [`current`](Self::current).
    pub fn signer(&self) -> Result<Key> {
        self.current()?.first().cloned().ok_or(Error::Core(CoreError::Internal("a key set without a key")))
    }

    /// The key that has this name now.
    ///
    /// # Errors
    /// As [`current`](Self::current).
    pub fn find(&self, id: &str) -> Result<Option<Key>> {
        let found = self.source.find(|keys| keys.iter().find(|key| key.id() == id).cloned())?;
        if self.public { found.map(|key| key.public()).transpose() } else { Ok(found) }
    }

    fn of(source: Source<Key>) -> Self {
        Self { source, public: false, ignored: Vec::new() }
    }
}

impl From<Key> for KeySet {
    fn from(key: Key) -> Self {
        Self::of(Source::Fixed([key].into()))
    }
}
