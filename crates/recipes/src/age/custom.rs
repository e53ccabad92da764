//! Recipients and identities of other programs: a token, a key management service, a plugin.

use core::fmt;
use core::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;

use crate::Result;

use super::FileKey;
use super::header::Stanza;

/// Wraps the key of a file for one recipient. Give it to
/// [`Recipient::custom`](super::Recipient::custom).
///
/// ```
/// use ironlatch::recipes::Error;
/// use ironlatch::recipes::files::{self, FileKey, Stanza, UnwrapFileKey, WrapFileKey};
///
/// /// Stands for a device that encrypts and decrypts.
/// struct Token;
///
/// impl WrapFileKey for Token {
///     fn kind(&self) -> &str {
///         "example.com/token"
///     }
///
///     fn wrap(&self, file_key: &FileKey) -> Result<Vec<Stanza>, Error> {
///         let wrapped = file_key.expose().map(|byte| byte ^ 0x5a);
///         Ok(vec![Stanza::new("example.com/token", &["slot-1"], wrapped.to_vec())?])
///     }
/// }
///
/// impl UnwrapFileKey for Token {
///     fn unwrap(&self, stanzas: &[Stanza]) -> Result<Option<FileKey>, Error> {
///         let own = stanzas.iter().find(|stanza| stanza.kind() == "example.com/token");
///         own.map(|stanza| {
///             let bytes: Vec<u8> = stanza.body().iter().map(|byte| byte ^ 0x5a).collect();
///             FileKey::from_bytes(&bytes)
///         })
///         .transpose()
///     }
/// }
///
/// let mut encrypted = Vec::new();
/// let recipients = [files::Recipient::custom(Token)];
/// files::encrypt(&recipients, &mut &b"attack at dawn"[..], &mut encrypted)?;
///
/// let mut decrypted = Vec::new();
/// files::decrypt(&[files::Identity::custom(Token)], &mut &encrypted[..], &mut decrypted)?;
/// assert_eq!(decrypted, b"attack at dawn");
/// # Ok::<(), Error>(())
/// ```
pub trait WrapFileKey: Send + Sync {
    /// Names the kind of recipient, for people to read.
    fn kind(&self) -> &str;

    /// Wraps the key of a file, in one stanza or several.
    ///
    /// # Errors
    /// What kept it from doing so. No file is written then.
    fn wrap(&self, file_key: &FileKey) -> Result<Vec<Stanza>>;

    /// Tells whether the wrapped key is safe from quantum computers. Only recipients that agree on
    /// this are taken together.
    fn is_post_quantum(&self) -> bool {
        false
    }
}

/// Unwraps the key of a file. Give it to [`Identity::custom`](super::Identity::custom).
/// [`WrapFileKey`] has an example.
pub trait UnwrapFileKey: Send + Sync {
    /// Finds a stanza that it can unwrap, and returns the file's key; `None` if there is none.
    /// Stanzas are unverified input.
    ///
    /// # Errors
    /// What ends the decryption of the file: a malformed stanza, a device that does not answer.
    fn unwrap(&self, stanzas: &[Stanza]) -> Result<Option<FileKey>>;
}

/// A recipient that another program implements.
#[derive(Clone)]
pub struct Recipient(Arc<dyn WrapFileKey>);

impl Recipient {
    pub(super) fn new(recipient: impl WrapFileKey + 'static) -> Self {
        Self(Arc::new(recipient))
    }

    pub(super) fn kind(&self) -> &str {
        self.0.kind()
    }

    pub(super) fn is_post_quantum(&self) -> bool {
        self.0.is_post_quantum()
    }

    pub(super) fn wrap(&self, file_key: &FileKey) -> Result<Vec<Stanza>> {
        self.0.wrap(file_key)
    }
}

// One panic of the other program's code spoils nothing of the library's: only its own state.
impl UnwindSafe for Recipient {}
impl RefUnwindSafe for Recipient {}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Recipient").field(&self.kind()).finish()
    }
}

/// An identity that another program implements.
#[derive(Clone)]
pub struct Identity(Arc<dyn UnwrapFileKey>);

impl Identity {
    pub(super) fn new(identity: impl UnwrapFileKey + 'static) -> Self {
        Self(Arc::new(identity))
    }

    pub(super) fn unwrap(&self, stanzas: &[Stanza]) -> Result<Option<FileKey>> {
        self.0.unwrap(stanzas)
    }
}

impl UnwindSafe for Identity {}
impl RefUnwindSafe for Identity {}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(..)")
    }
}
