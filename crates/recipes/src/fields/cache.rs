//! Caches derivations of each version of a key until the keyring changes.

use std::collections::HashMap;
use std::sync::Arc;

use crate::Result;
use crate::keyring::{Key, Version, VersionId};
use ironlatch_core::fork::RwLock;

/// Derives once for each version, and forgets everything when the keyring changes: a disabled
/// version stops at once.
pub(super) struct Cache<T> {
    key: Key,
    derive: Derive<T>,
    kept: RwLock<Kept<T>>,
}

type Derive<T> = Box<dyn Fn(&Version) -> Result<T> + Send + Sync>;

struct Kept<T> {
    generation: u64,
    primary: Option<Arc<T>>,
    by_id: HashMap<VersionId, Arc<T>>,
}

impl<T> Cache<T> {
    /// Derives from the primary version at once, so that a key of another kind is refused here.
    pub(super) fn new(key: Key, derive: impl Fn(&Version) -> Result<T> + Send + Sync + 'static) -> Result<Self> {
        let kept = Kept { generation: key.generation(), primary: None, by_id: HashMap::new() };
        let cache = Self { key, derive: Box::new(derive), kept: RwLock::new(kept) };
        cache.primary()?;
        Ok(cache)
    }

    pub(super) fn key(&self) -> &Key {
        &self.key
    }

    /// Of the version that makes.
    pub(super) fn primary(&self) -> Result<Arc<T>> {
        let generation = self.key.generation();
        if let Some(kept) = self.look(generation, |kept| kept.primary.clone()) {
            return Ok(kept);
        }
        let version = self.key.primary()?;
        let derived = self.derived(generation, &version)?;
        self.keep(generation, |kept| kept.primary = Some(Arc::clone(&derived)));
        Ok(derived)
    }

    /// Of the version with this id, if it may be used.
    pub(super) fn version(&self, id: VersionId) -> Result<Arc<T>> {
        let generation = self.key.generation();
        if let Some(kept) = self.look(generation, |kept| kept.by_id.get(&id).cloned()) {
            return Ok(kept);
        }
        // The keyring reports the first use of a version that is no longer primary, so it is asked
        // even if the derivation is cached.
        let version = self.key.version(id)?;
        self.derived(generation, &version)
    }

    /// Of all versions that may be used, the primary one first.
    pub(super) fn usable(&self) -> Result<Vec<Arc<T>>> {
        let generation = self.key.generation();
        self.key.usable()?.iter().map(|version| self.derived(generation, version)).collect()
    }

    fn derived(&self, generation: u64, version: &Version) -> Result<Arc<T>> {
        let id = version.id();
        if let Some(kept) = self.look(generation, |kept| kept.by_id.get(&id).cloned()) {
            return Ok(kept);
        }
        let derived = Arc::new((self.derive)(version)?);
        self.keep(generation, |kept| drop(kept.by_id.insert(id, Arc::clone(&derived))));
        Ok(derived)
    }

    fn look(&self, generation: u64, find: impl FnOnce(&Kept<T>) -> Option<Arc<T>>) -> Option<Arc<T>> {
        let kept = self.kept.read();
        if kept.generation == generation { find(&kept) } else { None }
    }

    /// `generation` was read before the version, so the cached value is never older than it says.
    fn keep(&self, generation: u64, put: impl FnOnce(&mut Kept<T>)) {
        let mut kept = self.kept.write();
        if kept.generation < generation {
            *kept = Kept { generation, primary: None, by_id: HashMap::new() };
        }
        if kept.generation == generation {
            put(&mut kept);
        }
    }
}
