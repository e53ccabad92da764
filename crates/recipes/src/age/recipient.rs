//! Whom files are encrypted to.

use core::fmt;
use core::str::FromStr;

use super::header::Stanza;
use super::{DEFAULT_WORK_FACTOR, FileKey, WrapFileKey, custom, hybrid, key_text, passphrase, ssh, x25519};
use crate::{Error, Result};
use ironlatch_core::secret::wipes_stack;
use ironlatch_core::text;

/// Whom a file is encrypted to.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Recipient {
    /// The owner of the private key to this public key, written `age1…`.
    X25519(x25519::Recipient),
    /// The same, safe from quantum computers as well, written `age1pq1…`.
    Hybrid(hybrid::Recipient),
    /// The owner of the private key to this SSH public key, written `ssh-ed25519 AAAA…` or
    /// `ssh-rsa AAAA…`.
    Ssh(ssh::Recipient),
    /// Anyone who knows this passphrase.
    Passphrase(passphrase::Recipient),
    /// A recipient that another program implements.
    Custom(custom::Recipient),
}

impl Recipient {
    /// Encrypts to anyone who knows `passphrase`, made expensive to guess by scrypt with
    /// [`DEFAULT_WORK_FACTOR`].
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if it is empty.
    pub fn passphrase(passphrase: &[u8]) -> Result<Self> {
        Self::passphrase_with_work_factor(passphrase, DEFAULT_WORK_FACTOR)
    }

    /// Like [`Self::passphrase`], with scrypt at a cost of 2^`work_factor`, which takes
    /// 2^`work_factor` KiB of memory.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if the passphrase is empty,
    /// or the factor not from 1 to [`MAX_WORK_FACTOR`](super::MAX_WORK_FACTOR).
    #[wipes_stack]
    pub fn passphrase_with_work_factor(passphrase: &[u8], work_factor: u8) -> Result<Self> {
        passphrase::Recipient::new(passphrase, work_factor).map(Self::Passphrase)
    }

    /// Encrypts to a recipient of your own, such as a key in a token.
    pub fn custom(recipient: impl WrapFileKey + 'static) -> Self {
        Self::Custom(custom::Recipient::new(recipient))
    }

    /// Which kind it is: `X25519`, `post-quantum`, `ssh-ed25519`, `ssh-rsa`, `passphrase`, or what
    /// one of your own [calls itself](WrapFileKey::kind).
    #[must_use]
    pub fn kind(&self) -> &str {
        match self {
            Self::X25519(_) => "X25519",
            Self::Hybrid(_) => "post-quantum",
            Self::Ssh(recipient) => recipient.kind(),
            Self::Passphrase(_) => "passphrase",
            Self::Custom(recipient) => recipient.kind(),
        }
    }

    fn is_post_quantum(&self) -> bool {
        match self {
            Self::Hybrid(_) => true,
            Self::Custom(recipient) => recipient.is_post_quantum(),
            Self::X25519(_) | Self::Ssh(_) | Self::Passphrase(_) => false,
        }
    }

    pub(super) fn wrap(&self, file_key: &FileKey) -> Result<Vec<Stanza>> {
        let stanza = match self {
            Self::X25519(recipient) => recipient.wrap(file_key),
            Self::Hybrid(recipient) => recipient.wrap(file_key),
            Self::Ssh(recipient) => recipient.wrap(file_key),
            Self::Passphrase(recipient) => recipient.wrap(file_key),
            Self::Custom(recipient) => return recipient.wrap(file_key),
        };
        Ok(vec![stanza?])
    }
}

/// `age1…`, `age1pq1…`, or the line of an SSH key.
impl FromStr for Recipient {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if ssh::is_line(text) {
            return text.parse().map(Self::Ssh);
        }
        if key_text::is_of_plugin(text) {
            return Err(Error::value(
                "not a public key of age: it is a private key of an age plugin, and plugins are not supported",
            ));
        }
        // What is no recipient is not repeated in the message: it may be a private key in the wrong
        // place.
        let prefix = key_text::prefix(text);
        match prefix.as_deref() {
            Some(hybrid::RECIPIENT_PREFIX) => text.parse().map(Self::Hybrid),
            Some(x25519::IDENTITY_PREFIX | hybrid::IDENTITY_PREFIX) => {
                Err(Error::value("not a public key of age: it is a private key; its public key begins with age1"))
            }
            Some(prefix) => match prefix.strip_prefix("age1") {
                Some(plugin) => Err(Error::value(format!(
                    "this public key is one of the age plugin {plugin:?}, and plugins are not supported: ask for a key that \
                     `ironlatch keygen` or `age-keygen` made"
                ))),
                None => text.parse().map(Self::X25519),
            },
            None => text.parse().map(Self::X25519),
        }
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::X25519(recipient) => recipient.fmt(f),
            Self::Hybrid(recipient) => recipient.fmt(f),
            Self::Ssh(recipient) => recipient.fmt(f),
            Self::Passphrase(_) => f.write_str("a passphrase"),
            Self::Custom(recipient) => f.write_str(recipient.kind()),
        }
    }
}

/// Recipients from a file's text: one on each line, empty lines and lines that begin with `#`
/// aside.
///
/// # Errors
/// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) with the number of a line that
/// is no recipient, or if there is none.
pub fn parse_recipients(text: &str) -> Result<Vec<Recipient>> {
    let text = text::decode(text.as_bytes())?;
    key_text::parse_lines(text, "a public key (age1…, ssh-ed25519 … or ssh-rsa …)", str::parse)
}

/// Whether a file can be encrypted to these recipients together.
///
/// # Errors
/// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if there is none, a passphrase
/// among several, or a post-quantum recipient together with one that is not.
pub fn check_together(recipients: &[Recipient]) -> Result<()> {
    if recipients.is_empty() {
        return Err(Error::value("there is no recipient to encrypt to"));
    }
    if recipients.len() > 1 && recipients.iter().any(|recipient| matches!(recipient, Recipient::Passphrase(_))) {
        return Err(Error::value("a passphrase cannot be combined with other recipients"));
    }
    let post_quantum = recipients.iter().filter(|recipient| recipient.is_post_quantum()).count();
    if (1..recipients.len()).contains(&post_quantum) {
        return Err(Error::value(
            "post-quantum recipients (age1pq1…) cannot be combined with others: anyone who breaks the weaker keys would read \
             the file all the same; encrypt it to each kind separately",
        ));
    }
    Ok(())
}
