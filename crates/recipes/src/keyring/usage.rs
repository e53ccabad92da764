//! Counts the uses of each version by purpose: numbers only, and nothing of the encrypted data.

use core::fmt;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::VersionId;
use ironlatch_core::fork::{self, Mutex};

/// The purposes that a key was used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
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
    /// A key for another purpose was derived.
    Derive,
}

impl Operation {
    /// All operations.
    pub const ALL: [Self; 6] = [Self::Encrypt, Self::Decrypt, Self::Sign, Self::Verify, Self::Index, Self::Derive];

    /// Its name: `encrypt`, `decrypt` …
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Encrypt => "encrypt",
            Self::Decrypt => "decrypt",
            Self::Sign => "sign",
            Self::Verify => "verify",
            Self::Index => "index",
            Self::Derive => "derive",
        }
    }
}

/// The number of times one version was used for one purpose in this process, since the keyring was
/// opened or since the process was forked off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// The name of the key.
    pub key: String,
    /// The version's id.
    pub version: VersionId,
    /// The version's number.
    pub number: u32,
    /// The purpose: `message`, or any name that the user of the key chose.
    pub purpose: String,
    /// The operation.
    pub operation: Operation,
    /// The number of uses.
    pub count: u64,
}

/// Counts the uses of one version for one purpose: see
/// [`Version::counter`](super::Version::counter). Copies count together.
#[derive(Clone)]
pub struct Counter {
    counts: Arc<Counts>,
}

type Counts = [Count; Operation::ALL.len()];

impl Counter {
    /// Notes `count` operations, without a lock.
    pub fn add(&self, operation: Operation, count: u64) {
        self.counts[operation as usize].add(count);
    }
}

/// A number that begins at zero in each process: a child does not count again what its parent did.
/// The process stands in the upper 16 bits, as [`fork::generation`] numbers it.
#[derive(Debug, Default)]
struct Count(AtomicU64);

impl Count {
    const BITS: u32 = 48;
    const MAX: u64 = (1 << Self::BITS) - 1;

    fn add(&self, count: u64) {
        let process = fork::generation() << Self::BITS;
        let add = |word: u64| {
            let before = if word & !Self::MAX == process { word & Self::MAX } else { 0 };
            process | before.saturating_add(count).min(Self::MAX)
        };
        let mut word = self.0.load(Ordering::Relaxed);
        while let Err(now) = self.0.compare_exchange_weak(word, add(word), Ordering::Relaxed, Ordering::Relaxed) {
            word = now;
        }
    }

    fn read(&self) -> u64 {
        let word = self.0.load(Ordering::Relaxed);
        if word & !Self::MAX == fork::generation() << Self::BITS { word & Self::MAX } else { 0 }
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

/// More purposes than any program has; what exceeds them is counted together, so that memory has an
/// end.
const MAX_PURPOSES: usize = 1000;
const OTHERS: &str = "(others)";

impl Tally {
    pub(super) fn counter(&self, purpose: &str) -> Counter {
        let mut counters = self.counters.lock();
        if let Some(counter) = counters.get(purpose) {
            return counter.clone();
        }
        let purpose = if counters.len() < MAX_PURPOSES { purpose } else { OTHERS };
        counters.entry(purpose.into()).or_insert_with(|| Counter { counts: Arc::default() }).clone()
    }

    /// Each purpose and operation that there was, with its count.
    pub(super) fn read(&self) -> Vec<(String, Operation, u64)> {
        let counters = self.counters.lock();
        let each = counters.iter().flat_map(|(purpose, counter)| {
            Operation::ALL.map(|operation| (purpose.clone(), operation, counter.counts[operation as usize].read()))
        });
        each.filter(|(_, _, count)| *count > 0).collect()
    }
}
