//! Named keys with versions, so that a key can be changed while a service runs.
//!
//! A [`Keyring`] holds named keys. Each has versions, of which one is primary: it makes. The active
//! ones open what was made under them. Every ciphertext begins with the id of its version, so that
//! a [rotation](Keyring::rotate) changes nothing for who holds a [`Key`]: the new version makes
//! from then on, and the old ones open.
//!
//! ```
//! use ironlatch::recipes::keyring::{Keyring, Kind};
//!
//! let ring = Keyring::new();
//! ring.create_key("customers", Kind::General)?;
//! let key = ring.key("customers")?;
//! let old = key.encrypt(b"hello", b"")?;
//! ring.rotate("customers")?;
//! assert_eq!(*key.decrypt(&old, b"")?, b"hello");
//! assert!(key.needs_update(&old)?);
//! # Ok::<(), ironlatch::recipes::Error>(())
//! ```

mod cache;
mod cipher;
mod contents;
mod draft;
mod exchange;
mod format;
mod history;
mod key;
mod kind;
mod live;
mod local;
mod message;
mod observe;
mod protection;
mod provider;
mod ring;
mod store;
mod usage;
mod version;
mod version_id;
mod wrap;

pub use cache::{CacheLimits, CachingProvider};
pub use contents::{KeyDescription, VersionDescription};
pub use draft::{ChangeNote, Draft};
pub use exchange::{Format, MAX_IMPORT_LEN};
pub use history::{Action, Change, MAX_HISTORY};
pub use key::Key;
pub use kind::Kind;
pub use live::{Fernets, VersionFernet};
pub use local::LocalProvider;
pub use observe::{Event, EventKind};
pub use protection::Protection;
pub use provider::{KeyProvider, MAX_WRAPPED_LEN, ProviderError};
pub use ring::{Keyring, REFRESH};
pub use store::UnverifiedKeyring;
pub use usage::{Counter, Operation, Usage};
pub(crate) use version::Own;
pub use version::{Prefix, State, Version};
pub use version_id::VersionId;

use std::borrow::Cow;

use crate::error::KeyringFault;
use crate::{Error, Result};

/// The most keys of one ring.
pub const MAX_KEYS: usize = 1000;

/// The most versions of all keys of one ring together, the destroyed ones among them.
pub const MAX_VERSIONS: usize = 10_000;

/// The longest name of a key in bytes, and the longest label, actor and note.
pub const MAX_NAME_LEN: usize = 128;

/// The first bytes of the associated data of a keyring's data key.
const DATA_KEYS: &[u8] = b"ironlatch keyring file";

fn fault(fault: KeyringFault, message: impl Into<Cow<'static, str>>) -> Error {
    Error::Keyring { fault, message: message.into() }
}

fn not_allowed(message: impl Into<Cow<'static, str>>) -> Error {
    fault(KeyringFault::NotAllowed, message)
}

/// Names stand in files, in logs and in commands: no character of them may need care there.
fn check_name(name: &str) -> Result<()> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:@".contains(&byte);
    if !(1..=MAX_NAME_LEN).contains(&name.len()) || !name.bytes().all(plain) || name.starts_with('-') {
        return Err(Error::value(format!(
            "a key's name must be 1 to {MAX_NAME_LEN} letters, digits and characters of -_./:@, and not begin with a hyphen"
        )));
    }
    Ok(())
}

/// Text of people, shown on terminals and in logs again.
fn check_text(what: &str, text: &str) -> Result<()> {
    if !(1..=MAX_NAME_LEN).contains(&text.len()) || text.chars().any(char::is_control) {
        return Err(Error::value(format!(
            "the {what} must be 1 to {MAX_NAME_LEN} bytes of text without control characters"
        )));
    }
    Ok(())
}
