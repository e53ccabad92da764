//! Keys and passphrases that decrypt files.

use core::str::FromStr;

use super::header::Stanza;
use super::{FileKey, Recipient, UnwrapFileKey, custom, hybrid, key_text, passphrase, ssh, x25519};
use crate::{Error, Result};
use ironlatch_core::secret::{SecretText, wipes_stack};

/// A key or passphrase that decrypts a file. Clones share one copy of the secret.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Identity {
    /// A private key, written `AGE-SECRET-KEY-1…`.
    X25519(x25519::Identity),
    /// A private key that is safe from quantum computers as well, written `AGE-SECRET-KEY-PQ-1…`.
    Hybrid(hybrid::Identity),
    /// A private key of SSH's.
    Ssh(ssh::Identity),
    /// A passphrase.
    Passphrase(passphrase::Identity),
    /// An identity that another program implements.
    Custom(custom::Identity),
}

impl Identity {
    /// A new private key.
    #[must_use]
    #[wipes_stack(deep)]
    pub fn generate() -> Self {
        Self::X25519(x25519::Identity::generate())
    }

    /// A new private key that is safe from quantum computers as well. Its public key, `age1pq1…`,
    /// has 1959 characters.
    ///
    /// # Errors
    /// [`CoreError::OutOfMemory`](ironlatch_core::Error::OutOfMemory) or
    /// [`CoreError::Internal`](ironlatch_core::Error::Internal) if memory runs out.
    #[wipes_stack(deep)]
    pub fn generate_post_quantum() -> Result<Self> {
        hybrid::Identity::generate().map(Self::Hybrid)
    }

    /// A passphrase.
    #[must_use]
    #[wipes_stack]
    pub fn passphrase(passphrase: &[u8]) -> Self {
        Self::Passphrase(passphrase::Identity::new(passphrase))
    }

    /// Decrypts with an identity of your own, such as a key in a token.
    pub fn custom(identity: impl UnwrapFileKey + 'static) -> Self {
        Self::Custom(custom::Identity::new(identity))
    }

    /// The recipient whose files this decrypts. `None` for a passphrase and for one of your own.
    #[must_use]
    pub fn recipient(&self) -> Option<Recipient> {
        match self {
            Self::X25519(identity) => Some(Recipient::X25519(identity.recipient())),
            Self::Hybrid(identity) => Some(Recipient::Hybrid(identity.recipient())),
            Self::Ssh(identity) => Some(Recipient::Ssh(identity.recipient().clone())),
            Self::Passphrase(_) | Self::Custom(_) => None,
        }
    }

    /// Whether it is an SSH key that is encrypted under a passphrase. It decrypts nothing before it
    /// is [unlocked](Self::unlock).
    #[must_use]
    pub fn is_locked(&self) -> bool {
        matches!(self, Self::Ssh(identity) if identity.is_locked())
    }

    /// The same identity, unlocked with the passphrase that it is encrypted under. One that is not
    /// locked stays as it is.
    ///
    /// # Errors
    /// [`Error::WrongKey`] if the passphrase is wrong,
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if what it decrypts to is
    /// no valid key, or the file asks for more than
    /// [`MAX_ROUNDS`](ironlatch_core::keys::ssh::MAX_ROUNDS) of work.
    pub fn unlock(&self, passphrase: &[u8]) -> Result<Self> {
        self.unlock_within(ironlatch_core::keys::ssh::MAX_ROUNDS, passphrase)
    }

    /// Like [`unlock`](Self::unlock), for a trusted key whose file may ask for `max_rounds` of
    /// work.
    ///
    /// # Errors
    /// As [`unlock`](Self::unlock).
    #[wipes_stack(deep)]
    pub fn unlock_within(&self, max_rounds: u32, passphrase: &[u8]) -> Result<Self> {
        match self {
            Self::Ssh(identity) => identity.unlock(passphrase, max_rounds).map(Self::Ssh),
            other => Ok(other.clone()),
        }
    }

    /// `AGE-SECRET-KEY-1…` or `AGE-SECRET-KEY-PQ-1…`, for a key file. `None` for a passphrase, an
    /// SSH key or an identity of your own.
    #[must_use]
    #[wipes_stack(deep)]
    pub fn to_text(&self) -> Option<SecretText> {
        match self {
            Self::X25519(identity) => Some(identity.to_text()),
            Self::Hybrid(identity) => Some(identity.to_text()),
            Self::Ssh(_) | Self::Passphrase(_) | Self::Custom(_) => None,
        }
    }

    /// The file key, if one of the stanzas is for this identity.
    pub(super) fn unwrap(&self, stanzas: &[Stanza]) -> Result<Option<FileKey>> {
        match self {
            Self::X25519(identity) => identity.unwrap(stanzas),
            Self::Hybrid(identity) => identity.unwrap(stanzas),
            Self::Ssh(identity) => identity.unwrap(stanzas),
            Self::Passphrase(identity) => identity.unwrap(stanzas),
            Self::Custom(identity) => identity.unwrap(stanzas),
        }
    }
}

/// `AGE-SECRET-KEY-1…`, `AGE-SECRET-KEY-PQ-1…`, or the text of an SSH key's file.
impl FromStr for Identity {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if ssh::is_key_file(text) {
            return ssh::Identity::parse(text.as_bytes()).map(Self::Ssh);
        }
        // Whatever follows: plugins choose what they write there.
        if key_text::is_of_plugin(text) {
            return Err(Error::value(
                "this private key is one of an age plugin, and plugins are not supported: decrypt the file with `age`",
            ));
        }
        match key_text::prefix(text).as_deref() {
            Some(hybrid::IDENTITY_PREFIX) => text.parse().map(Self::Hybrid),
            _ => text.parse().map(Self::X25519),
        }
    }
}
