//! What is made of a key's versions for other recipes, and follows the ring.

use core::fmt;
use std::sync::Arc;

use super::version::{Version, VersionId};
use super::{Counter, Key, Operation};
use crate::fernet::Fernet;
use crate::signing::{self, KeySet, KeySource, Watch};
use ironlatch_core::fork::Mutex;
use ironlatch_core::{Error, Result};

/// Something of each usable version, the primary one first, made again when the ring changes.
struct Live<T> {
    key: Key,
    make: fn(&Key, &Version) -> Result<T>,
    /// With the ring's generation. Locked for a moment; what is made is made outside.
    kept: Mutex<Option<(u64, Arc<[T]>)>>,
}

impl<T> Live<T> {
    fn new(key: Key, make: fn(&Key, &Version) -> Result<T>) -> Self {
        Self { key, make, kept: Mutex::new(None) }
    }

    /// Those of now.
    fn current(&self) -> Result<Arc<[T]>> {
        let generation = self.key.generation();
        let kept = self.kept.lock().as_ref().map(|(own, made)| (*own, Arc::clone(made)));
        if let Some((own, made)) = kept
            && own == generation
        {
            return Ok(made);
        }
        let made: Arc<[T]> =
            self.key.usable()?.iter().map(|version| (self.make)(&self.key, version)).collect::<Result<_>>()?;
        // The generation was read before the versions were, so what is kept is never older than it says.
        let before = self.kept.lock().replace((generation, Arc::clone(&made)));
        drop(before);
        Ok(made)
    }
}

/// Asks of one version at each use whether it may be used, and counts the uses.
#[derive(Debug, Clone)]
struct Gate {
    key: Key,
    id: VersionId,
    counter: Counter,
}

impl Gate {
    fn new(key: &Key, version: &Version, purpose: &str) -> Self {
        Self { key: key.clone(), id: version.id(), counter: version.counter(purpose) }
    }
}

impl Watch for Gate {
    fn admit(&self) -> Result<()> {
        self.key.version(self.id).map(drop)
    }

    fn signed(&self) {
        self.counter.add(Operation::Sign, 1);
    }

    fn verified(&self) {
        self.counter.add(Operation::Verify, 1);
    }
}

/// The set of the keys for signing.
pub(super) fn signing_keys(key: Key) -> Result<KeySet> {
    let live = Live::new(key, |key, version| {
        let gate = Gate::new(key, version, "signing");
        Ok(version.signing_key()?.watched(Arc::new(gate)))
    });
    KeySet::live(Arc::new(live))
}

impl KeySource for Live<signing::Key> {
    fn current(&self) -> Result<Arc<[signing::Key]>> {
        Self::current(self)
    }
}

impl<T> fmt::Debug for Live<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the usable versions of {:?}", self.key)
    }
}

/// The Fernets of a key, which follow the ring: see [`Key::fernets`].
#[derive(Debug)]
pub struct Fernets {
    live: Live<VersionFernet>,
}

/// The Fernet of one version.
pub struct VersionFernet {
    fernet: Fernet,
    gate: Gate,
}

impl Fernets {
    pub(super) fn new(key: Key) -> Result<Self> {
        let live = Live::new(key, |key, version| {
            let bytes = version.material()?.bytes().expose();
            let bytes = bytes.try_into().map_err(|_| Error::Internal("a Fernet key has 32 bytes"))?;
            Ok(VersionFernet { fernet: Fernet::from_raw_key(bytes)?, gate: Gate::new(key, version, "fernet") })
        });
        live.current()?;
        Ok(Self { live })
    }

    /// Those of now: the first makes tokens, all open them. Ask for each token.
    ///
    /// # Errors
    /// [`Error::Keyring`] if the key is not in the ring any more.
    pub fn current(&self) -> Result<Arc<[VersionFernet]>> {
        self.live.current()
    }
}

impl VersionFernet {
    /// The Fernet.
    #[must_use]
    pub fn fernet(&self) -> &Fernet {
        &self.fernet
    }

    /// Notes that it made or opened a token, for the counts and for who is told of old versions in use.
    ///
    /// # Errors
    /// [`Error::Keyring`] if its version was disabled or destroyed meanwhile.
    pub fn used(&self, operation: Operation) -> Result<()> {
        self.gate.admit()?;
        self.gate.counter.add(operation, 1);
        Ok(())
    }
}

impl fmt::Debug for VersionFernet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VersionFernet({})", self.gate.id)
    }
}
