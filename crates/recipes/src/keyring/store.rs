//! A keyring in a file: read whole, written whole, changed by one process at a time.

use core::fmt;
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{Mode, OFlags};

use super::contents::{Contents, KeyDescription};
use super::format::{self, Header, MAX_FILE_LEN};
use super::history::Change;
use super::protection::Protection;
use super::wrap::{DATA_KEY_LEN, Wrap};
use super::{fault, not_allowed};
use crate::error::KeyringFault;
use crate::fs::{Access, Attempt, Existing, FileLock, NewFile, check_secret};
use crate::{Error, Result};
use ironlatch_core::error::IoOperation;
use ironlatch_core::fork;
use ironlatch_core::secret::SecretBytes;
use ironlatch_core::{Error as CoreError, random};

/// How long a change waits for another process's unless told otherwise.
const DEFAULT_WAIT: Duration = Duration::from_secs(10);

/// The facts that anyone who can read a keyring's file can see. None of them is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnverifiedKeyring {
    /// The random id of the file, in hexadecimal.
    pub id: String,
    /// The number of times the file was written.
    pub revision: u64,
    /// Its protection, in words.
    pub protection: String,
    /// The keys, in the order of their names.
    pub keys: Vec<KeyDescription>,
    /// Its changes, the oldest first.
    pub history: Vec<Change>,
}

impl UnverifiedKeyring {
    /// Reads the visible facts from the contents of a keyring's file.
    ///
    /// # Errors
    /// [`Error::Keyring`] of the kind [`Damaged`](KeyringFault::Damaged) if it is no keyring, or
    /// was cut short.
    pub fn parse(contents: &[u8]) -> Result<Self> {
        let Header { ring_id, revision, wrap, keys, history, .. } = format::parse(contents)?.header;
        Ok(Self { id: hex::encode(ring_id), revision, protection: wrap.describe(), keys, history })
    }

    /// Reads the visible facts from a keyring's file.
    ///
    /// # Errors
    /// As [`parse`](Self::parse), and as [`Keyring::open`](super::Keyring::open) for files that
    /// cannot be read.
    pub fn read(path: &Path) -> Result<Self> {
        let (file, _) = open_checked(path)?;
        Self::parse(&read(file, path)?).map_err(|error| name(error, path))
    }
}

/// The file of a ring.
pub(super) struct Store {
    path: PathBuf,
    /// The protection that opens the file if its data key is replaced; not a passphrase.
    protection: fork::Mutex<Option<Protection>>,
    wait_millis: AtomicU64,
}

/// The state that was last read or written. The ring has it together with the contents that it
/// belongs to, so that neither is ever newer than the other.
#[derive(Clone)]
pub(super) struct Loaded {
    ring_id: [u8; 16],
    revision: u64,
    wrap: Wrap,
    data_key: Arc<SecretBytes>,
    stamp: Stamp,
}

/// By what a file is known to be the same as before.
#[derive(PartialEq, Eq, Clone, Copy)]
pub(super) struct Stamp {
    device: u64,
    inode: u64,
    len: u64,
    modified: (i64, i64),
}

impl From<&Metadata> for Stamp {
    fn from(metadata: &Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            len: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
        }
    }
}

impl Store {
    /// A new file of an empty ring.
    pub(super) fn create(path: &Path, protection: &Protection) -> Result<(Self, Loaded)> {
        let ring_id = random::array();
        let data_key = SecretBytes::generate(DATA_KEY_LEN)?;
        let wrap = protection.wrap(&data_key, &ring_id)?;
        let contents = format::write(&Contents::default(), &ring_id, 1, &wrap, &data_key)?;
        put(path, Existing::Keep, &contents)?;
        let path = fs::canonicalize(path).map_err(|error| failed(IoOperation::Find, path, error))?;
        let stamp = Stamp::from(&fs::metadata(&path).map_err(|error| failed(IoOperation::Read, &path, error))?);
        let data_key = Arc::new(data_key);
        Ok((Self::new(path, protection), Loaded { ring_id, revision: 1, wrap, data_key, stamp }))
    }

    /// The file of a ring that exists, with what is in it.
    pub(super) fn open(path: &Path, protection: &Protection) -> Result<(Self, Loaded, Contents)> {
        // So that a change replaces the file, and not a link to it.
        let path = fs::canonicalize(path).map_err(|error| failed(IoOperation::Read, path, error))?;
        let (file, stamp) = open_checked(&path)?;
        let bytes = read(file, &path)?;
        let open = || {
            let parsed = format::parse(&bytes)?;
            let Header { ring_id, revision, wrap, .. } = &parsed.header;
            let (ring_id, revision, wrap) = (*ring_id, *revision, wrap.clone());
            let data_key = Arc::new(protection.unwrap(&wrap, &ring_id)?);
            let contents = format::open(parsed, &data_key)?;
            Ok((Loaded { ring_id, revision, wrap, data_key, stamp }, contents))
        };
        let (loaded, contents) = open().map_err(|error| name(error, &path))?;
        Ok((Self::new(path, protection), loaded, contents))
    }

    fn new(path: PathBuf, protection: &Protection) -> Self {
        Self {
            path,
            protection: fork::Mutex::new(protection.kept()),
            wait_millis: AtomicU64::new(DEFAULT_WAIT.as_millis() as u64),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn set_wait(&self, wait: Duration) {
        self.wait_millis.store(wait.as_millis().try_into().unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Keeps other processes from changing the file until the lock is dropped.
    pub(super) fn lock(&self) -> Result<Lock> {
        let metadata = fs::metadata(&self.path).map_err(|error| failed(IoOperation::Read, &self.path, error))?;
        if metadata.permissions().readonly() {
            // Replacing it would be possible, and is not what its owner meant.
            let why = "the keyring is read-only, and was not changed: chmod 600 allows it";
            return Err(failed(IoOperation::Write, &self.path, io::Error::new(ErrorKind::PermissionDenied, why)));
        }
        let mut path = self.path.clone().into_os_string();
        path.push(".lock");
        let path = PathBuf::from(path);
        let wait = Duration::from_millis(self.wait_millis.load(Ordering::Relaxed));
        let begun = Instant::now();
        loop {
            match FileLock::attempt(&path) {
                Ok(Attempt::Locked(file)) => return Ok(Lock { file }),
                Ok(Attempt::Taken(_)) if begun.elapsed() >= wait => {
                    return Err(fault(
                        KeyringFault::Locked,
                        format!(
                            "another process has been changing the keyring {} for {} seconds: nothing was changed here; \
                             try again, and see which process holds {}",
                            self.path.display(),
                            wait.as_secs_f32(),
                            path.display()
                        ),
                    ));
                }
                Ok(Attempt::Taken(_)) => thread::sleep(Duration::from_millis(10)),
                Err(error) => {
                    return Err(failed(IoOperation::Lock, &path, error));
                }
            }
        }
    }

    /// Whether the file looks the same as when it was last read or written. False if it cannot be
    /// told.
    pub(super) fn is_unchanged(&self, loaded: &Loaded) -> bool {
        fs::metadata(&self.path).is_ok_and(|metadata| Stamp::from(&metadata) == loaded.stamp)
    }

    /// Returns the current contents of the file, if it has changed.
    pub(super) fn reread(&self, loaded: &Loaded) -> Result<Option<(Loaded, Contents)>> {
        let (file, stamp) = open_checked(&self.path)?;
        if stamp == loaded.stamp {
            return Ok(None);
        }
        let bytes = read(file, &self.path)?;
        self.take(&bytes, stamp, loaded.clone()).map(Some).map_err(|error| name(error, &self.path))
    }

    fn take(&self, bytes: &[u8], stamp: Stamp, mut loaded: Loaded) -> Result<(Loaded, Contents)> {
        let parsed = format::parse(bytes)?;
        let Header { ring_id, revision, wrap, .. } = &parsed.header;
        if *ring_id != loaded.ring_id {
            return Err(damaged("another keyring was put in its place: open it again if that was meant"));
        }
        if *revision < loaded.revision {
            return Err(damaged("an older state of it was put back: open it again if that was meant"));
        }
        (loaded.revision, loaded.stamp) = (*revision, stamp);
        if *wrap != loaded.wrap {
            loaded.data_key = Arc::new(self.unwrap(wrap, ring_id)?);
            loaded.wrap = wrap.clone();
        }
        let contents = format::open(parsed, &loaded.data_key)?;
        Ok((loaded, contents))
    }

    fn unwrap(&self, wrap: &Wrap, ring_id: &[u8; 16]) -> Result<SecretBytes> {
        let protection = self.protection.lock().clone();
        match protection {
            Some(protection) => protection.unwrap(wrap, ring_id),
            None => Err(fault(
                KeyringFault::WrongKey,
                format!("another process put the keyring under {}: open it again", wrap.describe()),
            )),
        }
    }

    /// Replaces the file, under another protection if one is given. The caller holds the lock and
    /// has read the file.
    pub(super) fn write(
        &self,
        contents: &Contents,
        protection: Option<&Protection>,
        lock: &Lock,
        loaded: &Loaded,
    ) -> Result<Loaded> {
        let mut loaded = loaded.clone();
        if let Some(protection) = protection {
            loaded.data_key = Arc::new(SecretBytes::generate(DATA_KEY_LEN)?);
            loaded.wrap = protection.wrap(&loaded.data_key, &loaded.ring_id)?;
        }
        let revision = loaded.revision.checked_add(1);
        loaded.revision = revision.ok_or_else(|| not_allowed("the keyring cannot be written again"))?;
        let bytes = format::write(contents, &loaded.ring_id, loaded.revision, &loaded.wrap, &loaded.data_key)?;
        // Whatever the change called in between may have forked, and the lock is the parent's.
        lock.check()?;
        put(&self.path, Existing::Replace, &bytes)?;
        // A file that vanished meanwhile is read again, and its fault is reported then.
        if let Ok(metadata) = fs::metadata(&self.path) {
            loaded.stamp = Stamp::from(&metadata);
        }
        if let Some(protection) = protection {
            let before = core::mem::replace(&mut *self.protection.lock(), protection.kept());
            drop(before);
        }
        Ok(loaded)
    }
}

impl Loaded {
    pub(super) fn revision(&self) -> u64 {
        self.revision
    }

    pub(super) fn protection_words(&self) -> String {
        self.wrap.describe()
    }
}

impl fmt::Debug for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Loaded(revision {})", self.revision)
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Store({})", self.path.display())
    }
}

/// Held by who changes the file. A child of the process has no part in it.
pub(super) struct Lock {
    file: FileLock,
}

impl Lock {
    fn check(&self) -> Result<()> {
        let here = self.file.file().is_ok();
        here.then_some(()).ok_or(Error::Core(CoreError::Forked(
            "this process was forked off in the middle of a change of the keyring, which is its parent's: nothing was \
             changed here",
        )))
    }
}

/// Opens a file with keys in it, and refuses one that others can read or write, or that is another
/// user's. The open file is asked, so that what is checked is what is read.
pub(super) fn open_checked(path: &Path) -> Result<(File, Stamp)> {
    let failed = |error: io::Error| failed(IoOperation::Read, path, error);
    // Without waiting for a writer, if it should be a pipe.
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = rustix::fs::open(path, flags, Mode::empty()).map_err(|error| failed(error.into()))?;
    let file = File::from(file);
    let metadata = file.metadata().map_err(failed)?;
    check_secret(&metadata).map_err(|error| match error.kind() {
        ErrorKind::PermissionDenied => fault(KeyringFault::Insecure, format!("{}: {error}", path.display())),
        _ => failed(error),
    })?;
    Ok((file, Stamp::from(&metadata)))
}

fn read(file: File, path: &Path) -> Result<Vec<u8>> {
    let mut contents = Vec::new();
    // One byte more shows that it is too long.
    let read = file.take(MAX_FILE_LEN as u64 + 1).read_to_end(&mut contents);
    read.map_err(|error| failed(IoOperation::Read, path, error))?;
    Ok(contents)
}

fn put(path: &Path, existing: Existing, contents: &[u8]) -> Result<()> {
    let mut file = NewFile::create(path, existing, Access::Owner, None)?;
    file.write_all(contents).map_err(|error| failed(IoOperation::Write, path, error))?;
    file.commit()
}

fn failed(operation: IoOperation, path: &Path, error: io::Error) -> Error {
    Error::io(operation, Some(path), error)
}

fn damaged(why: &str) -> Error {
    fault(KeyringFault::Damaged, format!("the keyring's file cannot be used: {why}"))
}

/// Puts the file's name before an error that its contents gave.
fn name(error: Error, path: &Path) -> Error {
    match error {
        Error::Keyring { fault: own, message } => fault(own, format!("{}: {message}", path.display())),
        other => other,
    }
}
