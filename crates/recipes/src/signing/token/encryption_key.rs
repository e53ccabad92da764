//! Keys for encrypted tokens. As text they are JSON Web Keys (RFC 7517).

use core::fmt;
use std::sync::Arc;

use crate::signing::key::secret_id;
use crate::signing::source::{Gate, KeySource, Source};
use crate::{Error, Result};
use ironlatch_core::Error as CoreError;
use ironlatch_core::keys::jwk::{self, Jwk};
use ironlatch_core::secret::{SecretBytes, SecretText, wipes_stack};

/// A key of 64 bytes that encrypts tokens and opens them. Copies share one place in memory; `Debug`
/// shows its name alone.
#[derive(Clone)]
pub struct EncryptionKey {
    id: String,
    own_name: Arc<str>,
    key: Arc<SecretBytes>,
    gate: Gate,
}

impl EncryptionKey {
    /// The length of a key in bytes.
    pub const LEN: usize = 64;

    /// The algorithm, in the words of RFC 7518 §5.1: AES-256-CBC with HMAC-SHA-512.
    pub const ALGORITHM: &str = "A256CBC-HS512";

    /// A new random key.
    ///
    /// # Errors
    /// [`CoreError::OutOfMemory`].
    #[wipes_stack]
    pub fn generate() -> Result<Self> {
        Self::named(SecretBytes::generate(Self::LEN)?, None)
    }

    /// The key of bytes that come from elsewhere. `id` is its name; without one, it is computed
    /// from the key.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] if there are not [`LEN`](Self::LEN) bytes, or the name is not 1
    /// to 256 visible ASCII characters.
    #[wipes_stack]
    pub fn from_bytes(key: &[u8], id: Option<&str>) -> Result<Self> {
        Self::named(SecretBytes::copy_from(key), id)
    }

    /// Reads a JWK.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] if it is malformed or of another length;
    /// [`CoreError::WrongType`] if it is a key for something else.
    #[wipes_stack(deep)]
    pub fn parse(json: &[u8]) -> Result<Self> {
        Self::from_jwk(Jwk::parse(json)?)
    }

    /// Reads a JWK Set (RFC 7517 §5), or a single JWK. Keys of a set that are for something else
    /// are passed over.
    ///
    /// # Errors
    /// As [`parse`](Self::parse), and [`CoreError::InvalidValue`] if no key is left.
    #[wipes_stack(deep)]
    pub fn parse_all(json: &[u8]) -> Result<Vec<Self>> {
        if !jwk::is_set(json) {
            return Ok(vec![Self::parse(json)?]);
        }
        let (keys, ignored) = jwk::parse_set(json)?.use_for(Self::from_jwk);
        if keys.is_empty() { Err(jwk::Ignored::none_left("encrypted tokens", &ignored).into()) } else { Ok(keys) }
    }

    /// The key as a JWK with `kid`, `alg` and `use`: as secret as the key is.
    ///
    /// # Errors
    /// [`CoreError::Internal`].
    #[wipes_stack(deep)]
    pub fn to_json(&self) -> Result<SecretText> {
        let jwk = Jwk {
            key_id: Some(self.id.clone()),
            algorithm: Some(Self::ALGORITHM.into()),
            usage: Some("enc".into()),
            ..Jwk::new(jwk::Key::Symmetric(SecretBytes::copy_from(self.key.expose())))
        };
        Ok(SecretText::new(core::mem::take(&mut *jwk.to_json()?)))
    }

    /// The key's name, which travels with the tokens.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Like that of a [key that signs](crate::signing::Key).
    pub(super) fn own_name(&self) -> &Arc<str> {
        &self.own_name
    }

    /// The same key, whose every use is asked about.
    pub(crate) fn behind(self, gate: Gate) -> Self {
        Self { gate, ..self }
    }

    pub(super) fn gate(&self) -> &Gate {
        &self.gate
    }

    /// The half that authenticates and the half that encrypts (RFC 7518 §5.2.2.1).
    ///
    /// # Errors
    /// [`Error::Keyring`] if it is a keyring's, and its version was disabled or destroyed.
    pub(super) fn halves(&self) -> Result<(&[u8], &[u8])> {
        self.gate.admit()?;
        Ok(self.key.expose().split_at(Self::LEN / 2))
    }

    fn from_jwk(jwk: Jwk) -> Result<Self> {
        let other = |message: &'static str| Err(Error::Core(CoreError::WrongType(message.into())));
        // RFC 7517 §4.3
        if jwk.operations.as_ref().is_some_and(|operations| {
            !["encrypt", "decrypt"].iter().all(|operation| operations.iter().any(|own| own == operation))
        }) {
            return other("the key is not for encrypting and decrypting: its \"key_ops\" leave out one of them");
        }
        if jwk.usage.as_deref().is_some_and(|usage| usage != "enc") {
            return other("the key is not for encrypting: its \"use\" is not \"enc\"; signing takes another key");
        }
        if jwk.algorithm.as_deref().is_some_and(|algorithm| algorithm != Self::ALGORITHM && algorithm != "dir") {
            return other("the key is for another algorithm: its \"alg\" is not \"A256CBC-HS512\"");
        }
        match jwk.key {
            jwk::Key::Symmetric(key) => Self::named(key, jwk.key_id.as_deref()),
            _ => other("tokens are encrypted with a secret of 64 bytes, not with a public or private key"),
        }
    }

    fn named(key: SecretBytes, id: Option<&str>) -> Result<Self> {
        if key.len() != Self::LEN {
            let len = key.len();
            return Err(Error::value(format!("a key for encrypted tokens is {} random bytes, not {len}", Self::LEN)));
        }
        let own_name: Arc<str> = secret_id(key.expose())?.into();
        let id = match id {
            Some(id) if (1..=256).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic()) => {
                id.to_owned()
            }
            Some(_) => {
                return Err(Error::value(
                    "a key's name (kid) must be 1 to 256 visible ASCII characters without spaces",
                ));
            }
            None => own_name.as_ref().into(),
        };
        Ok(Self { id, own_name, key: Arc::new(key), gate: Gate::default() })
    }
}

impl fmt::Debug for EncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EncryptionKey({:?})", self.id)
    }
}

/// The keys of [encrypted tokens](super::EncryptedTokens): the first encrypts, all open. Those of a
/// [keyring](crate::keyring::Key::encryption_keys) are what it has at each use.
#[derive(Debug, Clone)]
pub struct EncryptionKeys {
    source: Source<EncryptionKey>,
}

impl EncryptionKeys {
    pub(crate) fn live(keys: Arc<dyn KeySource<EncryptionKey>>) -> Self {
        Self { source: Source::Live(keys) }
    }

    /// All keys, the one that encrypts first. Ask for each use: a keyring's change.
    ///
    /// # Errors
    /// Those of a keyring, if its key is no longer there.
    pub fn current(&self) -> Result<Arc<[EncryptionKey]>> {
        self.source.current()
    }

    /// The key that has this name now.
    ///
    /// # Errors
    /// As [`current`](Self::current).
    pub fn find(&self, id: &str) -> Result<Option<EncryptionKey>> {
        self.source.find(|keys| keys.iter().find(|key| key.id() == id).cloned())
    }
}

impl From<EncryptionKey> for EncryptionKeys {
    fn from(key: EncryptionKey) -> Self {
        vec![key].into()
    }
}

impl From<Vec<EncryptionKey>> for EncryptionKeys {
    fn from(keys: Vec<EncryptionKey>) -> Self {
        Self { source: Source::Fixed(keys.into()) }
    }
}
