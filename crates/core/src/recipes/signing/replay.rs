//! What was accepted already, so that nothing is accepted twice.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::Refusal;
use crate::hash::{Hash, HashAlgorithm};
use crate::{Error, Result};

/// Keeps what was accepted, for as long as it could be accepted again.
///
/// One store serves all verifiers that share keys; what several processes verify needs one that they share too.
pub trait ReplayStore {
    /// Keeps `id` until the time `until`; it is `now`, both in seconds since 1970. True if it was not kept yet. Asking and
    /// keeping must be one step: of two callers at the same time only one is told true.
    ///
    /// # Errors
    /// If it cannot tell; what is being verified is then not accepted.
    fn remember(&self, id: &str, until: u64, now: u64) -> Result<bool>;
}

/// The name under which a store keeps something: a hash, so that it is short and tells nothing. `kind` is a word for the
/// kind of thing, `id` its own name under the key of the name `key_id`.
#[must_use]
pub fn replay_id(kind: &str, key_id: &str, id: &str) -> String {
    let mut hash = Hash::new(HashAlgorithm::Sha256);
    for part in [kind, key_id, id] {
        hash.update(&(part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let mut sum = [0; 32];
    URL_SAFE_NO_PAD.encode(hash.finalize((&mut sum[..]).into()))
}

/// A store in memory, for one process. It is empty after a restart.
#[derive(Debug)]
pub struct MemoryReplayStore {
    capacity: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    until: HashMap<String, u64>,
    by_time: BTreeSet<(u64, String)>,
}

impl MemoryReplayStore {
    /// How many are kept by [`default`](Self::default): a thousand a second for four minutes, in less than 100 MiB.
    pub const DEFAULT_CAPACITY: usize = 250_000;

    /// A store of at most `capacity` at a time.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { capacity, kept: Mutex::default() }
    }

    /// How many are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).until.len()
    }

    /// Whether none is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Default for MemoryReplayStore {
    fn default() -> Self {
        Self::new(Self::DEFAULT_CAPACITY)
    }
}

impl ReplayStore for MemoryReplayStore {
    /// What was kept until before `now` is forgotten.
    ///
    /// # Errors
    /// [`Error::Refused`] as [`Refusal::Unchecked`] if the store is full. To forget something early would let it in again.
    fn remember(&self, id: &str, until: u64, now: u64) -> Result<bool> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some((time, id)) = kept.by_time.pop_first() {
            if time >= now {
                kept.by_time.insert((time, id));
                break;
            }
            kept.until.remove(&id);
        }
        if kept.until.contains_key(id) {
            return Ok(false);
        }
        if kept.until.len() >= self.capacity {
            return Err(Error::refused(
                Refusal::Unchecked,
                format!(
                    "the replay store is full ({} kept): give it more room, or let signatures be valid for less time",
                    self.capacity
                ),
            ));
        }
        kept.until.insert(id.into(), until);
        kept.by_time.insert((until, id.into()));
        Ok(true)
    }
}
