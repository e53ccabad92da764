//! The keyring: what everybody who uses its keys holds in common.

use core::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::contents::{Contents, KeyDescription};
use super::draft::{ChangeNote, Draft};
use super::history::Change;
use super::observe::{Event, EventKind, Observers};
use super::protection::Protection;
use super::store::{Loaded, Store};
use super::version_id::VersionId;
use super::{Key, Kind, Usage, not_allowed};
#[cfg(doc)]
use crate::error::KeyringFault;
use crate::{Error, Result};
use ironlatch_core::fork::{self, EachProcess};
use ironlatch_core::secret::wipes_stack;

/// How long it can take until a change that another process made to the file is seen.
pub const REFRESH: Duration = Duration::from_secs(2);

/// Named keys with versions. Copies are the same keyring: who holds one, or a [`Key`] of it, sees
/// every change.
///
/// `Debug` shows the names of the keys alone.
#[derive(Clone)]
pub struct Keyring {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    current: fork::RwLock<Current>,
    generation: AtomicU64,
    /// Held while the ring is changed or read again, so that one comes after the other. A child has
    /// its own: the thread that held its parent's does not exist there.
    editing: EachProcess<Mutex<()>>,
    observers: Observers,
    /// The file that it is in.
    store: Option<Store>,
    /// When the file was last looked at, in milliseconds after `opened`.
    looked: AtomicU64,
    /// By which process, as [`fork::generation`] numbers them: a child looks for itself.
    looked_by: AtomicU64,
    opened: Instant,
    failures: AtomicU64,
}

/// The contents of the ring, and the state of the file that they come from.
#[derive(Debug, Clone)]
struct Current {
    contents: Arc<Contents>,
    /// None in memory.
    loaded: Option<Arc<Loaded>>,
}

impl Keyring {
    /// An empty keyring in memory.
    #[must_use]
    pub fn new() -> Self {
        Self::with(Contents::default(), None)
    }

    /// An empty keyring in a new file, which its owner alone can read.
    ///
    /// # Errors
    /// [`CoreError::Io`](ironlatch_core::Error::Io) if the file exists already or cannot be
    /// written; those of the protection: [`Error::Provider`], say.
    #[wipes_stack(deep)]
    pub fn create(path: &Path, protection: &Protection) -> Result<Self> {
        Ok(Self::with(Contents::default(), Some(Store::create(path, protection)?)))
    }

    /// The keyring in a file.
    ///
    /// Changes are written at once. Those of other processes are seen within [`REFRESH`], and at
    /// once where a key or a version is asked for that is not known yet.
    ///
    /// # Errors
    /// [`CoreError::Io`](ironlatch_core::Error::Io) if the file cannot be read; [`Error::Keyring`]:
    /// [`Insecure`](KeyringFault::Insecure) if others can read it,
    /// [`WrongKey`](KeyringFault::WrongKey) if the protection does not open it,
    /// [`Damaged`](KeyringFault::Damaged) if it is no keyring, was changed or cut short;
    /// [`Error::Provider`] if the provider fails.
    #[wipes_stack(deep)]
    pub fn open(path: &Path, protection: &Protection) -> Result<Self> {
        let (store, loaded, contents) = Store::open(path, protection)?;
        Ok(Self::with(contents, Some((store, loaded))))
    }

    fn with(contents: Contents, file: Option<(Store, Loaded)>) -> Self {
        let (store, loaded) = file.unzip();
        Self {
            shared: Arc::new(Shared {
                current: fork::RwLock::new(Current { contents: Arc::new(contents), loaded: loaded.map(Arc::new) }),
                generation: AtomicU64::new(0),
                editing: EachProcess::default(),
                observers: Observers::default(),
                store,
                looked: AtomicU64::new(0),
                looked_by: AtomicU64::new(fork::generation()),
                opened: Instant::now(),
                failures: AtomicU64::new(0),
            }),
        }
    }

    /// The key of this name. The file is looked at if it is not known.
    ///
    /// # Errors
    /// [`Error::Keyring`] if there is none.
    pub fn key(&self, name: &str) -> Result<Key> {
        let known = || self.contents().entry(name).map(Arc::clone);
        let entry = known().or_else(|_| {
            self.look_now();
            known()
        })?;
        Ok(Key::new(self.clone(), &entry))
    }

    /// Creates a key with one version, the primary. As [`Draft::create_key`], as are the following.
    ///
    /// # Errors
    /// As [`Draft::create_key`] and [`edit`](Self::edit).
    #[wipes_stack(deep)]
    pub fn create_key(&self, name: &str, kind: Kind) -> Result<VersionId> {
        self.edit(ChangeNote::default(), |draft| draft.create_key(name, kind))
    }

    /// Makes a new primary version; the old one stays active.
    ///
    /// # Errors
    /// As [`Draft::rotate`] and [`edit`](Self::edit).
    #[wipes_stack(deep)]
    pub fn rotate(&self, name: &str) -> Result<VersionId> {
        self.edit(ChangeNote::default(), |draft| draft.rotate(name))
    }

    /// Makes a new version that is not primary yet.
    ///
    /// # Errors
    /// As [`Draft::add_version`] and [`edit`](Self::edit).
    #[wipes_stack(deep)]
    pub fn add_version(&self, name: &str) -> Result<VersionId> {
        self.edit(ChangeNote::default(), |draft| draft.add_version(name))
    }

    /// Makes an active version the primary one.
    ///
    /// # Errors
    /// As [`Draft::promote`] and [`edit`](Self::edit).
    pub fn promote(&self, name: &str, id: VersionId) -> Result<()> {
        self.edit(ChangeNote::default(), |draft| draft.promote(name, id))
    }

    /// Takes an active version out of use until it is enabled again.
    ///
    /// # Errors
    /// As [`Draft::disable`] and [`edit`](Self::edit).
    pub fn disable(&self, name: &str, id: VersionId) -> Result<()> {
        self.edit(ChangeNote::default(), |draft| draft.disable(name, id))
    }

    /// Makes a disabled version active again.
    ///
    /// # Errors
    /// As [`Draft::enable`] and [`edit`](Self::edit).
    pub fn enable(&self, name: &str, id: VersionId) -> Result<()> {
        self.edit(ChangeNote::default(), |draft| draft.enable(name, id))
    }

    /// Wipes the key of a disabled version for good.
    ///
    /// # Errors
    /// As [`Draft::destroy`] and [`edit`](Self::edit).
    pub fn destroy(&self, name: &str, id: VersionId) -> Result<()> {
        self.edit(ChangeNote::default(), |draft| draft.destroy(name, id))
    }

    /// Makes several changes at once: all of them, or none if one fails. `change` must not call
    /// other methods that change this keyring.
    ///
    /// A keyring in a file is locked meanwhile, read again if another process changed it, and
    /// written.
    ///
    /// # Errors
    /// Those of `change`; [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if the
    /// remark is too long or holds control characters. For a keyring in a file
    /// [`CoreError::Io`](ironlatch_core::Error::Io) if it cannot be written, [`Error::Keyring`] of
    /// the kind [`Locked`](KeyringFault::Locked) if another process does not finish, and those of
    /// [`reload`](Self::reload). The keyring is then as it was.
    #[wipes_stack(deep)]
    pub fn edit<T>(&self, remark: ChangeNote, change: impl FnOnce(&mut Draft) -> Result<T>) -> Result<T> {
        self.edit_under(None, remark, change)
    }

    /// Puts the file under another protection, and its contents under a new data key: what opened
    /// it before opens it no more. Copies of the old file, backups among them, it still opens.
    ///
    /// # Errors
    /// As [`edit`](Self::edit); [`Error::Keyring`] for a keyring in memory; those of the
    /// protection.
    #[wipes_stack(deep)]
    pub fn rewrap(&self, protection: &Protection, remark: ChangeNote) -> Result<()> {
        if self.shared.store.is_none() {
            return Err(not_allowed("the keyring is in memory alone, and under nothing"));
        }
        self.edit_under(Some(protection), remark, |draft| {
            draft.rewrapped();
            Ok(())
        })
    }

    fn edit_under<T>(
        &self,
        protection: Option<&Protection>,
        remark: ChangeNote,
        change: impl FnOnce(&mut Draft) -> Result<T>,
    ) -> Result<T> {
        // Takes the file's lock first, for which another process may have to be waited: meanwhile
        // others read the ring again.
        let lock = self.shared.store.as_ref().map(|store| Ok::<_, Error>((store, store.lock()?))).transpose()?;
        let own = self.shared.editing.get();
        let editing = own.lock().unwrap_or_else(PoisonError::into_inner);
        let reloaded = self.reread()?;
        let Current { contents, loaded } = self.current();
        let outcome = Draft::new(&contents, remark, now()).and_then(|mut draft| {
            let result = change(&mut draft)?;
            let (contents, changes) = draft.finish();
            if !changes.is_empty() {
                let loaded = match (&lock, &loaded) {
                    (Some((store, lock)), Some(loaded)) => Some(store.write(&contents, protection, lock, loaded)?),
                    _ => None,
                };
                self.publish(contents, loaded);
            }
            Ok((result, changes))
        });
        drop(editing);
        drop(lock);
        if reloaded {
            self.shared.observers.tell(EventKind::Reloaded, None, None, 1);
        }
        let (result, changes) = outcome?;
        for change in changes {
            self.shared.observers.tell(EventKind::Changed(change.action), change.key.as_deref(), change.version, 1);
        }
        Ok(result)
    }

    /// Reads the file again if another process changed it. Returns whether it did. Does nothing to
    /// a keyring in memory.
    ///
    /// # Errors
    /// As [`open`](Self::open), and [`Error::Keyring`] of the kind
    /// [`Damaged`](KeyringFault::Damaged) if another keyring, or an older state of this one, was
    /// put in its place. What was read before stays in use.
    #[wipes_stack(deep)]
    pub fn reload(&self) -> Result<bool> {
        let own = self.shared.editing.get();
        let editing = own.lock().unwrap_or_else(PoisonError::into_inner);
        let outcome = self.reread();
        drop(editing);
        self.tell_reread(outcome)
    }

    /// Looks at the file if the last time is [`REFRESH`] ago or was before this process was forked
    /// off, and reads it again if it has changed. Only the observers hear of a failure: what was
    /// read before stays in use.
    fn refresh(&self) {
        let Shared { store: Some(store), looked, looked_by, .. } = &*self.shared else { return };
        let now = self.shared.opened.elapsed().as_millis() as u64;
        let before = looked.load(Ordering::Relaxed);
        let process = fork::generation();
        let is_recent = now.saturating_sub(before) < REFRESH.as_millis() as u64;
        if is_recent && looked_by.load(Ordering::Relaxed) == process {
            return;
        }
        // Of many threads one looks.
        if looked.compare_exchange(before, now.max(before + 1), Ordering::Relaxed, Ordering::Relaxed).is_err() {
            return;
        }
        looked_by.store(process, Ordering::Relaxed);
        if self.is_unchanged(store) {
            return;
        }
        // Who changes the ring reads the file himself.
        let own = self.shared.editing.get();
        let Ok(editing) = own.try_lock() else { return };
        let outcome = self.reread();
        drop(editing);
        let _ = self.tell_reread(outcome);
    }

    /// Looks at the file now, for a key or version that is not known: another process may have made
    /// it a moment ago, or another thread may be reading it. On return, what was written before the
    /// call is in the ring.
    pub(super) fn look_now(&self) {
        /// Longer than it takes to write the file, but not forever: the thread that changes the
        /// ring may have to wait for this very thread.
        const PATIENCE: Duration = Duration::from_secs(1);
        let Some(store) = &self.shared.store else { return };
        let begun = Instant::now();
        let own = self.shared.editing.get();
        let editing = loop {
            match own.try_lock() {
                Ok(editing) => break editing,
                Err(TryLockError::Poisoned(poisoned)) => break poisoned.into_inner(),
                Err(TryLockError::WouldBlock) if begun.elapsed() >= PATIENCE => return,
                Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(1)),
            }
        };
        if self.is_unchanged(store) {
            return;
        }
        let outcome = self.reread();
        drop(editing);
        let _ = self.tell_reread(outcome);
    }

    fn is_unchanged(&self, store: &Store) -> bool {
        self.current().loaded.is_some_and(|loaded| store.is_unchanged(&loaded))
    }

    fn tell_reread(&self, outcome: Result<bool>) -> Result<bool> {
        match &outcome {
            Ok(true) => self.shared.observers.tell(EventKind::Reloaded, None, None, 1),
            Ok(false) => {}
            Err(_) => {
                let count = self.shared.failures.fetch_add(1, Ordering::Relaxed) + 1;
                self.shared.observers.tell_some(EventKind::ReloadFailed, count);
            }
        }
        outcome
    }

    /// Reads the file again if it has changed. The caller holds `editing`.
    fn reread(&self) -> Result<bool> {
        let Current { contents: before, loaded: Some(loaded) } = self.current() else { return Ok(false) };
        let Some(store) = &self.shared.store else { return Ok(false) };
        let Some((loaded, mut contents)) = store.reread(&loaded)? else { return Ok(false) };
        contents.keep_from(&before);
        self.publish(contents, Some(loaded));
        Ok(true)
    }

    /// The file that the keyring is in, links resolved. None in memory.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.shared.store.as_ref().map(Store::path)
    }

    /// The protection of the file, in words. None in memory.
    #[must_use]
    pub fn protection(&self) -> Option<String> {
        self.refresh();
        self.current().loaded.map(|loaded| loaded.protection_words())
    }

    /// The number of times the file had been written when it was last read. None in memory.
    #[must_use]
    pub fn revision(&self) -> Option<u64> {
        self.refresh();
        self.current().loaded.map(|loaded| loaded.revision())
    }

    /// How long a change waits for one of another process: 10 seconds unless told otherwise.
    pub fn set_lock_wait(&self, wait: Duration) {
        if let Some(store) = &self.shared.store {
            store.set_wait(wait);
        }
    }

    /// The public facts about the keys, in the order of their names.
    #[must_use]
    pub fn describe(&self) -> Vec<KeyDescription> {
        self.contents().keys.values().map(|entry| entry.describe()).collect()
    }

    /// The changes of the ring, the oldest first.
    #[must_use]
    pub fn history(&self) -> Vec<Change> {
        self.contents().history.to_vec()
    }

    /// The uses of each version by purpose, in this process.
    #[must_use]
    pub fn usage(&self) -> Vec<Usage> {
        let contents = self.contents();
        let versions =
            contents.keys.values().flat_map(|entry| entry.versions.iter().map(move |version| (entry, version)));
        let each = versions.flat_map(|(entry, version)| {
            version.shared.tally.read().into_iter().map(|(purpose, operation, count)| Usage {
                key: entry.name.clone(),
                version: version.id,
                number: version.number,
                purpose,
                operation,
                count,
            })
        });
        each.collect()
    }

    /// Has `callback` called for every [`Event`], in the thread in which it happens.
    pub fn on_event(&self, callback: impl Fn(&Event) + Send + Sync + 'static) {
        self.shared.observers.add(Arc::new(callback));
    }

    /// A number that changes with every change of the ring: what was derived from its keys can be
    /// kept until then. The file is looked at if the last time is [`REFRESH`] ago.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.refresh();
        self.shared.generation.load(Ordering::Acquire)
    }

    /// The contents of the ring, as the file had them at most [`REFRESH`] ago. Everything that
    /// depends on a key or its state asks here.
    pub(super) fn contents(&self) -> Arc<Contents> {
        self.refresh();
        Arc::clone(&self.shared.current.read().contents)
    }

    pub(super) fn observers(&self) -> &Observers {
        &self.shared.observers
    }

    fn current(&self) -> Current {
        self.shared.current.read().clone()
    }

    fn publish(&self, contents: Contents, loaded: Option<Loaded>) {
        let new = Current { contents: Arc::new(contents), loaded: loaded.map(Arc::new) };
        let mut current = self.shared.current.write();
        let before = core::mem::replace(&mut *current, new);
        // Under the lock: who reads the new number finds the new contents.
        self.shared.generation.fetch_add(1, Ordering::Release);
        drop(current);
        drop(before);
    }
}

impl Default for Keyring {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keyring({})", self.current().contents.keys.keys().cloned().collect::<Vec<_>>().join(", "))
    }
}

/// The time in seconds since 1970.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
