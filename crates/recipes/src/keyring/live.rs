//! Values that other recipes make from a key's versions, and that follow the ring.

use core::fmt;
use std::sync::Arc;

use super::version::{Own, Version};
use super::version_id::VersionId;
use super::{Counter, Key, Kind, Operation};
use crate::fernet::Fernet;
use crate::signing::token::{EncryptionKey, EncryptionKeys};
use crate::signing::webhook::{MAX_PAIR_SIGNATURES, MAX_SIGNATURES, Secret, Secrets};
use crate::signing::{Gate, KeySet, KeySource, Watch};
use crate::{Error, Result};
use ironlatch_core::Error as CoreError;
use ironlatch_core::asymmetric::ed25519;
use ironlatch_core::fork::Mutex;

impl Key {
    /// The Fernets of a key for Fernet tokens: the first makes tokens, all open them. They follow
    /// the ring.
    ///
    /// # Errors
    /// [`CoreError::WrongType`] for a key of another kind; [`Error::Keyring`] if the key is no
    /// longer in the ring.
    pub fn fernets(&self) -> Result<Fernets> {
        self.expect(&[Kind::Fernet])?;
        Fernets::new(self.clone())
    }

    /// The keys of a key for signing: the first signs, all verify. Their names are the versions'
    /// ids, or the names that they were imported with.
    ///
    /// They follow the ring: what holds the set signs with the version that is primary then, and
    /// takes no signature under one that is disabled or destroyed.
    ///
    /// # Errors
    /// [`CoreError::WrongType`] for a key of another kind; [`CoreError::InvalidValue`] if two
    /// versions have the same name; [`Error::Keyring`] if the key is no longer in the ring.
    pub fn signing_keys(&self) -> Result<KeySet> {
        self.expect(&[Kind::HmacSha256, Kind::Ed25519])?;
        signing_keys(self.clone())
    }

    /// The keys for encrypted tokens of a general key, derived from its versions: the first
    /// encrypts, all open. Their names are the versions' ids. They follow the ring.
    ///
    /// # Errors
    /// [`CoreError::WrongType`] for a key of another kind; [`Error::Keyring`] if the key is not in
    /// the ring any longer.
    pub fn encryption_keys(&self) -> Result<EncryptionKeys> {
        self.expect(&[Kind::General])?;
        encryption_keys(self.clone())
    }

    /// The secrets for webhooks of a key for signing: shared ones of HMAC-SHA-256, key pairs of
    /// Ed25519. They follow the ring.
    ///
    /// A webhook is signed under the primary version and under those that are active, so that
    /// receivers may have any of them: as many as a webhook carries signatures
    /// ([`MAX_SIGNATURES`](crate::signing::webhook::MAX_SIGNATURES), of key pairs
    /// [`MAX_PAIR_SIGNATURES`](crate::signing::webhook::MAX_PAIR_SIGNATURES)), the youngest ones.
    ///
    /// # Errors
    /// As [`signing_keys`](Self::signing_keys).
    pub fn webhook_secrets(&self) -> Result<Secrets> {
        self.expect(&[Kind::HmacSha256, Kind::Ed25519])?;
        webhook_secrets(self.clone())
    }
}

/// Something of each usable version, the primary one first, made again when the ring changes.
struct Live<T> {
    key: Key,
    make: fn(&Key, &Version) -> Result<T>,
    /// Of the others the youngest alone.
    most: usize,
    /// With the ring's generation. Locked for a moment; what is made is made outside.
    kept: Mutex<Option<(u64, Arc<[T]>)>>,
}

impl<T> Live<T> {
    fn new(key: Key, make: fn(&Key, &Version) -> Result<T>) -> Self {
        Self { key, make, most: usize::MAX, kept: Mutex::new(None) }
    }

    /// Those of this very moment, if they are others than `seen`.
    fn newer(&self, seen: &Arc<[T]>) -> Result<Option<Arc<[T]>>> {
        self.key.keyring().look_now();
        let newest = self.current()?;
        Ok(Some(newest).filter(|newest| !Arc::ptr_eq(newest, seen)))
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
        let versions = self.key.usable()?;
        let made = versions.iter().take(self.most).map(|version| (self.make)(&self.key, version));
        let made: Arc<[T]> = made.collect::<Result<_>>()?;
        // The generation was read before the versions, so the cached value is never older than it
        // says.
        let before = self.kept.lock().replace((generation, Arc::clone(&made)));
        drop(before);
        Ok(made)
    }
}

/// Asks of one version at each use whether it may be used, and counts the uses.
#[derive(Debug, Clone)]
struct VersionWatch {
    key: Key,
    id: VersionId,
    counter: Counter,
    /// The names under which its uses are counted: making and opening.
    operations: [Operation; 2],
}

const SIGNING: [Operation; 2] = [Operation::Sign, Operation::Verify];
const ENCRYPTION: [Operation; 2] = [Operation::Encrypt, Operation::Decrypt];

impl VersionWatch {
    fn new(key: &Key, version: &Version, purpose: &str, operations: [Operation; 2]) -> Self {
        Self { key: key.clone(), id: version.id(), counter: version.counter(purpose), operations }
    }

    fn used(&self, operation: Operation) {
        self.counter.add(operation, 1);
        if let Ok(version) = self.key.look_up(self.id) {
            self.key.note_use(&version);
        }
    }
}

impl Watch for VersionWatch {
    fn admit(&self) -> Result<()> {
        self.key.look_up(self.id).map(drop)
    }

    fn made(&self) {
        self.used(self.operations[0]);
    }

    fn opened(&self) {
        self.used(self.operations[1]);
    }
}

/// The set of the keys for signing.
fn signing_keys(key: Key) -> Result<KeySet> {
    let live = Live::new(key, |key, version| {
        let watch = VersionWatch::new(key, version, "signing", SIGNING);
        Ok(version.signing_key()?.behind(Gate::new(watch)))
    });
    KeySet::live(Arc::new(live))
}

/// The keys for encrypted tokens.
fn encryption_keys(key: Key) -> Result<EncryptionKeys> {
    let live = Live::new(key, |key, version| {
        let bytes = version.derive_own(Own::EncryptedToken, &[], EncryptionKey::LEN)?;
        let watch = VersionWatch::new(key, version, "encrypted tokens", ENCRYPTION);
        Ok(EncryptionKey::from_bytes(bytes.expose(), Some(&version.name()))?.behind(Gate::new(watch)))
    });
    live.current()?;
    Ok(EncryptionKeys::live(Arc::new(live)))
}

/// The secrets for webhooks: as many as are signed with and tried at most.
fn webhook_secrets(key: Key) -> Result<Secrets> {
    let most = if key.kind() == Kind::Ed25519 { MAX_PAIR_SIGNATURES } else { MAX_SIGNATURES };
    let live = Live::new(key, |key, version| {
        let material = version.material()?.bytes().expose();
        let secret = match version.kind {
            Kind::Ed25519 => Secret::from_private(ed25519::PrivateKey::from_bytes(material)?),
            _ => Secret::from_shared(material)?,
        };
        Ok(secret.behind(Gate::new(VersionWatch::new(key, version, "webhooks", SIGNING))))
    });
    let live = Live { most, ..live };
    live.current()?;
    Ok(Secrets::live(Arc::new(live)))
}

impl<T: Send + Sync> KeySource<T> for Live<T> {
    fn current(&self) -> Result<Arc<[T]>> {
        Self::current(self)
    }

    fn newer(&self, seen: &Arc<[T]>) -> Result<Option<Arc<[T]>>> {
        Self::newer(self, seen)
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
    watch: VersionWatch,
}

impl Fernets {
    fn new(key: Key) -> Result<Self> {
        let live = Live::new(key, |key, version| {
            let bytes = version.material()?.bytes().expose();
            let bytes = bytes.try_into().map_err(|_| Error::Core(CoreError::Internal("a Fernet key has 32 bytes")))?;
            Ok(VersionFernet {
                fernet: Fernet::from_raw_key(bytes)?,
                watch: VersionWatch::new(key, version, "fernet", ENCRYPTION),
            })
        });
        live.current()?;
        Ok(Self { live })
    }

    /// Those of now: the first makes tokens, all open them. Ask for each token.
    ///
    /// # Errors
    /// [`Error::Keyring`] if the key is no longer in the ring.
    pub fn current(&self) -> Result<Arc<[VersionFernet]>> {
        self.live.current()
    }

    /// Those of this very moment, for a token that none of `seen` opens: another process may have
    /// rotated the key. `None` if they are the same.
    ///
    /// # Errors
    /// As [`current`](Self::current).
    pub fn newer(&self, seen: &Arc<[VersionFernet]>) -> Result<Option<Arc<[VersionFernet]>>> {
        self.live.newer(seen)
    }
}

impl VersionFernet {
    /// The Fernet.
    #[must_use]
    pub fn fernet(&self) -> &Fernet {
        &self.fernet
    }

    /// Notes that it made or opened a token, for the counts and for who is told of old versions in
    /// use.
    ///
    /// # Errors
    /// [`Error::Keyring`] if its version was disabled or destroyed meanwhile.
    pub fn used(&self, operation: Operation) -> Result<()> {
        self.watch.admit()?;
        self.watch.used(operation);
        Ok(())
    }
}

impl fmt::Debug for VersionFernet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VersionFernet({})", self.watch.id)
    }
}
