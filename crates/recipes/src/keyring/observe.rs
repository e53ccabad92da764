//! Events for the log of a service's operator. None of them holds a secret.

use core::fmt;
use std::collections::HashMap;
use std::sync::Arc;

use super::{Action, VersionId};
use ironlatch_core::fork::{Mutex, RwLock};

/// Something that happened to a keyring in this process.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// The event.
    pub what: EventKind,
    /// The key's name. None if it is about the keyring as a whole.
    pub key: Option<String>,
    /// The version.
    pub version: Option<VersionId>,
    /// The number of times it has happened, if that is counted; 1 otherwise.
    pub count: u64,
}

/// The event: see [`Event`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EventKind {
    /// The keyring was read again, because another process had changed the file.
    Reloaded,
    /// The file has changed and could not be read: what was read before stays in use.
    ReloadFailed,
    /// This process changed the keyring.
    Changed(Action),
    /// The first use of a version that is not primary: something is still under an old version.
    OldVersionUsed,
    /// Something asked for a version that is not in the keyring.
    UnknownVersion,
    /// Something asked for a version that is disabled.
    DisabledVersion,
    /// Something asked for a version that is destroyed.
    DestroyedVersion,
}

impl EventKind {
    /// Its name: `reloaded`, `rotated`, `unknown version` …
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Reloaded => "reloaded",
            Self::ReloadFailed => "reload failed",
            Self::Changed(action) => action.name(),
            Self::OldVersionUsed => "old version used",
            Self::UnknownVersion => "unknown version",
            Self::DisabledVersion => "disabled version",
            Self::DestroyedVersion => "destroyed version",
        }
    }

    /// Whether an operator should look at it.
    #[must_use]
    pub fn is_warning(self) -> bool {
        matches!(self, Self::ReloadFailed | Self::UnknownVersion | Self::DisabledVersion | Self::DestroyedVersion)
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what.name())?;
        if let Some(key) = &self.key {
            write!(f, ": key {key}")?;
        }
        if let Some(version) = self.version {
            write!(f, ", version {version}")?;
        }
        if self.count > 1 {
            write!(f, ", {} times so far", self.count)?;
        }
        Ok(())
    }
}

type Callback = Arc<dyn Fn(&Event) + Send + Sync>;

/// The observers of events.
#[derive(Default)]
pub(super) struct Observers {
    callbacks: RwLock<Vec<Callback>>,
    refusals: Mutex<HashMap<(EventKind, VersionId), u64>>,
}

impl Observers {
    pub(super) fn add(&self, callback: Callback) {
        self.callbacks.write().push(callback);
    }

    /// Tells everybody. No lock is held meanwhile, so that a callback may use the keyring.
    pub(super) fn tell(&self, what: EventKind, key: Option<&str>, version: Option<VersionId>, count: u64) {
        let callbacks = self.callbacks.read().clone();
        let event = Event { what, key: key.map(Into::into), version, count };
        callbacks.iter().for_each(|callback| callback(&event));
    }

    /// Tells of a refused use: the first one, the tenth, the hundredth and so on, so that a table
    /// full of them does not fill the log.
    pub(super) fn tell_refusal(&self, what: EventKind, key: &str, version: VersionId) {
        /// The number of different ids that are counted; noise is full of ids.
        const MAX_COUNTED: usize = 1000;
        let mut refusals = self.refusals.lock();
        if refusals.len() >= MAX_COUNTED && !refusals.contains_key(&(what, version)) {
            return;
        }
        let count = refusals.entry((what, version)).or_default();
        *count += 1;
        let count = *count;
        drop(refusals);
        if is_power_of_ten(count) {
            self.tell(what, Some(key), Some(version), count);
        }
    }

    /// Tells of what happened for the `count`th time to the ring, on the same terms.
    pub(super) fn tell_some(&self, what: EventKind, count: u64) {
        if is_power_of_ten(count) {
            self.tell(what, None, None, count);
        }
    }
}

impl fmt::Debug for Observers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observers").finish_non_exhaustive()
    }
}

fn is_power_of_ten(mut number: u64) -> bool {
    while number > 1 && number.is_multiple_of(10) {
        number /= 10;
    }
    number == 1
}
