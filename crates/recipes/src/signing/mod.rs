//! Signed requests, tokens and webhooks.
//!
//! A [`Key`] fixes its algorithm: HMAC-SHA-256 where one party, or two that trust each other, both
//! sign and verify; Ed25519 where others verify and cannot sign. A [`KeySet`] holds the key that
//! signs and older ones that still verify.
//!
//! ```
//! use ironlatch::recipes::signing::{Key, KeySet};
//!
//! let old = Key::generate();
//! let keys = KeySet::new(vec![Key::generate(), old])?;
//! let again = KeySet::parse(keys.to_json()?.expose().as_bytes())?;
//! assert_eq!(again.signer()?.id(), keys.signer()?.id());
//! # Ok::<(), ironlatch::recipes::Error>(())
//! ```

mod key;
mod key_set;
mod replay;
mod replay_file;
pub mod request;
mod source;
pub mod token;
pub mod webhook;

use std::time::{SystemTime, UNIX_EPOCH};

pub use key::{Algorithm, Key, MIN_SECRET_LEN};
pub use key_set::KeySet;
pub use replay::{FOREVER, MAX_LEEWAY, MemoryReplayStore, ReplayStore, replay_id};
pub use replay_file::FileReplayStore;
pub(crate) use source::{Gate, KeySource, Watch};

/// The time in seconds since 1970.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
