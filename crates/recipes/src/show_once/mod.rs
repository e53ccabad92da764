//! Secrets that a service shows once and never needs to read again, and those that it must be able
//! to show again.
//!
//! [`ApiKeys`] makes API keys, [`Codes`] recovery codes. Of both a service stores a [`Digest`]
//! alone: a keyed hash under a [`ServerKey`] that is not in the database. A stolen table then gives
//! nothing away, not even a secret that could be guessed, and what a person brings is found by one
//! look-up in an index. [`SecretSealer`] is for what has to be shown again: encrypted, and bound
//! to its owner and purpose.
//!
//! Several server keys can be given: the first makes, all verify. Each record says under which key
//! it was made, so that a server key can be replaced while the service runs.
//!
//! ```
//! use ironlatch::recipes::show_once::{ApiKeys, ServerKey};
//!
//! let server_key = ServerKey::generate()?; // into the service's configuration
//! let api_keys = ApiKeys::new("acme_live", &[&server_key])?;
//! let key = api_keys.generate(); // shown to its owner, once
//! let digest = api_keys.digest(&key).to_string(); // stored
//! assert!(api_keys.digests(key.expose())?.iter().any(|other| other.to_string() == digest));
//! # Ok::<(), ironlatch::recipes::Error>(())
//! ```
//!
//! # What is computed
//! For each purpose a key of 32 bytes is derived from the server key by HKDF-Expand with SHA-256
//! (RFC 5869 §2.3) over `ironlatch show-once 1`, a zero byte, the kind (`api key`, `code`,
//! `viewable`), a zero byte, and the purpose (for API keys their prefix). A digest is HMAC-SHA-256
//! (RFC 2104) under that key over the length of the owner's name in 8 bytes, big-endian, the
//! owner's name (empty for API keys), and the secret. A viewable secret is sealed with XAES-256-GCM
//! (C2SP) under that key, with the owner's name as associated data.

mod api_keys;
pub(crate) mod checked;
mod codes;
mod digest;
mod secret_sealer;
mod server_key;

pub use api_keys::{ApiKey, ApiKeys};
pub use codes::Codes;
pub use digest::Digest;
pub use secret_sealer::{MAX_SECRET_LEN, SecretSealer};
pub use server_key::{MAX_SERVER_KEYS, ServerKey};

use std::borrow::Cow;

use crate::{Error, Result};

/// The longest name of a purpose or an owner in bytes.
pub const MAX_NAME_LEN: usize = 1024;

/// The longest text in bytes that is looked at as a typed secret.
const MAX_TYPED_LEN: usize = 512;

/// Refuses names that are most likely a mistake: an empty owner would be the same one for
/// everybody.
fn check_name(what: &str, name: &[u8]) -> Result<()> {
    match name.len() {
        0 => Err(Error::value(format!("the {what} is empty: give a name that never changes"))),
        1..=MAX_NAME_LEN => Ok(()),
        len => Err(Error::value(format!("the {what} must be at most {MAX_NAME_LEN} bytes long, not {len}"))),
    }
}

fn malformed(message: impl Into<Cow<'static, str>>) -> Error {
    Error::MalformedSecret(message.into())
}

fn unusable(message: impl Into<Cow<'static, str>>) -> Error {
    Error::UnusableRecord(message.into())
}
