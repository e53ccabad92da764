//! Remembers what was accepted, so that nothing is accepted twice.

use std::collections::{BTreeSet, HashMap};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::Refusal;
use crate::{Error, Result};
use ironlatch_core::fork::{Mutex, Process};
use ironlatch_core::hash::{Hash, HashAlgorithm};

/// Keeps what was accepted, for as long as it could be accepted again.
///
/// One store serves all verifiers that share keys; what several processes verify needs one that
/// they share too.
pub trait ReplayStore {
    /// Keeps `id` until the time `until`; it is `now`, both in seconds since 1970. True if it was
    /// not kept yet. Asking and keeping must be one step: of two callers at the same time only one
    /// is told true.
    ///
    /// An existing entry stays for the longer of the two times: the same id may come in a message
    /// that ends later.
    ///
    /// `until` is the time after which nobody accepts the message, whatever the settings of its
    /// verifiers: the end that it was signed with, and [`MAX_LEEWAY`]. Forgetting it earlier would
    /// let it in again.
    ///
    /// # Errors
    /// If it cannot tell; what is being verified is then not accepted.
    fn remember(&self, id: &str, until: u64, now: u64) -> Result<bool>;
}

/// How many seconds the clocks of sender and verifier may differ at most, whatever a verifier is
/// told. What was accepted is kept for so long after its end, so that no other verifier takes it
/// once more.
pub const MAX_LEEWAY: u64 = 300;

/// The time until which a message without an end is kept: that of the last second of the year 9999.
pub const FOREVER: u64 = 253_402_300_799;

/// Until when what ends at `end` is kept, in seconds since 1970.
pub(super) fn keep_until(end: u64) -> u64 {
    end.saturating_add(MAX_LEEWAY).min(FOREVER)
}

/// Refuses leeways that others do not reckon with.
pub(super) fn check_leeway(seconds: u64) -> Result<()> {
    if seconds <= MAX_LEEWAY {
        return Ok(());
    }
    Err(Error::value(format!(
        "a leeway of {seconds} seconds is more than the {MAX_LEEWAY} for which a message is remembered after its end: set the \
         clocks right, or have the sender sign for longer"
    )))
}

/// The name under which a store keeps something: a hash, so that it is short and tells nothing.
/// `kind` is a word for the kind of thing, `id` its own name under the key that has the name `key`
/// by itself: what a verifier calls the key must not matter, or another one that calls it otherwise
/// takes the thing again.
#[must_use]
pub fn replay_id(kind: &str, key: &str, id: &str) -> String {
    let mut hash = Hash::new(HashAlgorithm::Sha256);
    for part in [kind, key, id] {
        hash.update(&(part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let mut sum = [0; 32];
    URL_SAFE_NO_PAD.encode(hash.finalize_into((&mut sum[..]).into()))
}

/// A store in memory, for one process. It is empty after a restart.
///
/// In a child of the process that made it it accepts nothing: neither would know what the other
/// accepts.
#[derive(Debug)]
pub struct MemoryReplayStore {
    capacity: usize,
    process: Process,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    until: HashMap<String, u64>,
    by_time: BTreeSet<(u64, String)>,
}

impl MemoryReplayStore {
    /// How many are kept by [`default`](Self::default): four hundred a second for ten minutes, in
    /// less than 100 MiB.
    pub const DEFAULT_CAPACITY: usize = 250_000;

    /// A store of at most `capacity` at a time.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { capacity, process: Process::current(), kept: Mutex::default() }
    }

    /// How many are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.kept.lock().until.len()
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
    /// Forgets entries that were kept until before `now`.
    ///
    /// # Errors
    /// [`Error::Refused`] as [`Refusal::Unchecked`] if the store is full, as to forget something
    /// early would let it in again; or in a child of the process that made it.
    fn remember(&self, id: &str, until: u64, now: u64) -> Result<bool> {
        if !self.process.is_current() {
            return Err(Error::refused(
                Refusal::Unchecked,
                "the replay store in memory was made before this process was forked off, and does not see what other \
                 processes accept: use one that they share (SQLiteReplayStore), or make the store after the fork if all \
                 of the traffic comes to one process",
            ));
        }
        let mut kept = self.kept.lock();
        while let Some((time, id)) = kept.by_time.pop_first() {
            if time >= now {
                kept.by_time.insert((time, id));
                break;
            }
            kept.until.remove(&id);
        }
        if let Some(&known) = kept.until.get(id) {
            if known < until {
                kept.by_time.remove(&(known, id.into()));
                kept.by_time.insert((until, id.into()));
                kept.until.insert(id.into(), until);
            }
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
