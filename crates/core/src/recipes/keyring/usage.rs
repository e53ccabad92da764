//! How often which version was used for what: numbers, and nothing of what was encrypted.

use core::fmt;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::VersionId;

/// What a key was used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Something was encrypted.
    Encrypt,
    /// Something was decrypted.
    Decrypt,
    /// Something was signed, or given a code.
    Sign,
    /// A signature or code was checked.
    Verify,
    /// An entry of a blind index was computed.
    Index,
}

impl Operation {
    /// All operations.
    pub const ALL: [Self; 5] = [Self::Encrypt, Self::Decrypt, Self::Sign, Self::Verify, Self::Index];

    /// Its name: `encrypt`, `decrypt` …
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Encrypt => "encrypt",
            Self::Decrypt => "decrypt",
            Self::Sign => "sign",
            Self::Verify => "verify",
            Self::Index => "index",
        }
    }
}

/// How often one version was used for one purpose, in this process, since the keyring was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// The name of the key.
    pub key: String,
    /// The version's id.
    pub version: VersionId,
    /// The version's number.
    pub number: u32,
    /// What for: `message`, or whatever the user of the key calls it.
    pub purpose: String,
    /// The operation.
    pub operation: Operation,
    /// How often.
    pub count: u64,
}

/// Counts the uses of one version for one purpose: see [`Version::counter`](super::Version::counter). Copies count together.
#[derive(Clone)]
pub struct Counter {
    counts: Arc<Counts>,
}

type Counts = [AtomicU64; Operation::ALL.len()];

impl Counter {
    /// Notes `count` operations, without a lock.
    pub fn add(&self, operation: Operation, count: u64) {
        self.counts[operation as usize].fetch_add(count, Ordering::Relaxed);
    }
}

impl fmt::Debug for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counter").field("counts", &self.counts).finish()
    }
}

/// The counters of one version, by purpose.
#[derive(Debug, Default)]
pub(super) struct Tally {
    counters: Mutex<BTreeMap<String, Counter>>,
}

/// More purposes than any program has; what exceeds them is counted together, so that memory has an end.
const MAX_PURPOSES: usize = 1000;
const OTHERS: &str = "(others)";

impl Tally {
    pub(super) fn counter(&self, purpose: &str) -> Counter {
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(counter) = counters.get(purpose) {
            return counter.clone();
        }
        let purpose = if counters.len() < MAX_PURPOSES { purpose } else { OTHERS };
        counters.entry(purpose.into()).or_insert_with(|| Counter { counts: Arc::default() }).clone()
    }

    /// Each purpose and operation that there was, with its count.
    pub(super) fn read(&self) -> Vec<(String, Operation, u64)> {
        let counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        let each = counters.iter().flat_map(|(purpose, counter)| {
            Operation::ALL.map(|operation| {
                (purpose.clone(), operation, counter.counts[operation as usize].load(Ordering::Relaxed))
            })
        });
        each.filter(|(_, _, count)| *count > 0).collect()
    }
}
