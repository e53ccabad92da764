//! A provider's answers, kept for a while.

use core::fmt;
use std::collections::HashMap;
use std::sync::{Arc, MutexGuard};
use std::time::{Duration, Instant};

use super::provider::{KeyProvider, ProviderError};
use crate::{Error, Result};
use ironlatch_core::fork::{self, Guard, Mutex};
use ironlatch_core::hash::{Hash, HashAlgorithm};
use ironlatch_core::keys::PublicKey;
use ironlatch_core::secret::SecretBytes;

/// How long and how often an unwrapped key is used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheLimits {
    /// For so long after the provider gave it: 1 second to 1 day.
    pub time_to_live: Duration,
    /// The maximum number of uses, including the first; at least 1.
    pub uses: u64,
    /// The maximum number of keys at once, 1 to 10,000. The one that is closest to its end makes
    /// room.
    pub keys: usize,
}

impl Default for CacheLimits {
    /// Five minutes, 10,000 uses, 100 keys.
    fn default() -> Self {
        Self { time_to_live: Duration::from_secs(300), uses: 10_000, keys: 100 }
    }
}

/// A [`KeyProvider`] that asks another one, and keeps the keys that it unwrapped within
/// [limits](CacheLimits), in memory that is wiped.
///
/// Failures are not kept. A key past its limits is not used, even if the provider is unavailable
/// then: taking away the right to a key has an effect in the end. A process that is forked off
/// begins with none, so that together the processes use no key more often than the provider was
/// asked for it times the limit.
pub struct CachingProvider {
    inner: Arc<dyn KeyProvider>,
    limits: CacheLimits,
    kept: Mutex<Keys>,
}

/// The keys of one process.
struct Keys {
    process: u64,
    by_place: HashMap<[u8; 32], Kept>,
}

struct Kept {
    key: SecretBytes,
    until: Instant,
    uses_left: u64,
}

impl CachingProvider {
    /// A cache in front of `inner`.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) for limits outside what
    /// [`CacheLimits`] says.
    pub fn new(inner: Arc<dyn KeyProvider>, limits: CacheLimits) -> Result<Self> {
        let seconds = Duration::from_secs(1)..=Duration::from_secs(86_400);
        if !seconds.contains(&limits.time_to_live) {
            return Err(Error::value("a key is kept for 1 second to 1 day (86,400 seconds)"));
        }
        if limits.uses == 0 || !(1..=10_000).contains(&limits.keys) {
            return Err(Error::value("a cache allows at least 1 use, and keeps 1 to 10,000 keys"));
        }
        let kept = Mutex::new(Keys { process: fork::generation(), by_place: HashMap::new() });
        Ok(Self { inner, limits, kept })
    }

    /// Forgets every key.
    pub fn forget(&self) {
        self.kept().by_place.clear();
    }

    fn kept(&self) -> Guard<MutexGuard<'_, Keys>> {
        let mut kept = self.kept.lock();
        let process = fork::generation();
        if kept.process != process {
            *kept = Keys { process, by_place: HashMap::new() };
        }
        kept
    }

    fn find(&self, place: &[u8; 32]) -> Option<SecretBytes> {
        let kept = &mut self.kept().by_place;
        let now = Instant::now();
        kept.retain(|_, entry| entry.until > now && entry.uses_left > 0);
        let entry = kept.get_mut(place)?;
        entry.uses_left -= 1;
        Some(SecretBytes::copy_from(entry.key.expose()))
    }

    fn keep(&self, place: [u8; 32], key: &SecretBytes, from: Instant) {
        let kept = &mut self.kept().by_place;
        if kept.len() >= self.limits.keys
            && !kept.contains_key(&place)
            && let Some(first) = kept.iter().min_by_key(|(_, entry)| entry.until).map(|(place, _)| *place)
        {
            kept.remove(&first);
        }
        let key = SecretBytes::copy_from(key.expose());
        let entry = Kept { key, until: from + self.limits.time_to_live, uses_left: self.limits.uses - 1 };
        kept.insert(place, entry);
    }
}

impl KeyProvider for CachingProvider {
    fn name(&self) -> String {
        self.inner.name()
    }

    fn wrap(&self, key: &SecretBytes, context: &[u8]) -> Result<Vec<u8>, ProviderError> {
        self.inner.wrap(key, context)
    }

    fn unwrap(&self, wrapped: &[u8], context: &[u8]) -> Result<SecretBytes, ProviderError> {
        let place = place(wrapped, context);
        if let Some(key) = self.find(&place) {
            return Ok(key);
        }
        // The time counts from before the question: an answer that took long is no younger for it.
        let asked = Instant::now();
        let key = self.inner.unwrap(wrapped, context)?;
        self.keep(place, &key, asked);
        Ok(key)
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, ProviderError> {
        self.inner.sign(message)
    }

    fn public_key(&self) -> Result<PublicKey, ProviderError> {
        self.inner.public_key()
    }
}

impl fmt::Debug for CachingProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachingProvider")
            .field("inner", &self.inner)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

fn place(wrapped: &[u8], context: &[u8]) -> [u8; 32] {
    let mut hash = Hash::new(HashAlgorithm::Sha256);
    hash.update(&(wrapped.len() as u64).to_be_bytes());
    hash.update(wrapped);
    hash.update(context);
    let mut place = [0; 32];
    let _ = hash.finalize_into((&mut place[..]).into());
    place
}
