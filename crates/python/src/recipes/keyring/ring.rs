//! The keyring.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ironlatch::fork::Mutex;
use ironlatch::kdf::argon2::Cost;
use ironlatch::recipes::Error;
use ironlatch::recipes::keyring::{self as core, ChangeNote, Draft, Format, Protection, VersionId};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyList};

use super::facts::{Change, Event, KeyInfo, UnverifiedKeyring, Usage};
use super::key::Key;
use super::provider::Provider;
use super::refused;
use crate::buffer::detach;
use crate::errors::{CallError, CallResult};
use crate::recipes::secret_text::Text;
use crate::recipes::signing::replay::Failure;
use crate::secret_bytes::SecretBytes;
use crate::types;
use crate::warnings;

/// Holds named keys with versions, in memory or in a file.
///
/// Keys can be changed while a service runs: what was encrypted under an old version still
/// decrypts. The logger ``ironlatch.keyring`` hears what happens to it.
///
/// >>> from ironlatch.keyring import Keyring
/// >>> ring = Keyring.create("app.keyring", passphrase="six random words of your own")
/// >>> key = ring.create_key("customers")
/// >>> encrypted = key.encrypt(b"a message")
/// >>> version = ring.rotate("customers")
/// >>> key.decrypt(encrypted)
/// b'a message'
#[pyclass(frozen, module = "ironlatch.keyring")]
pub(crate) struct Keyring {
    pub(crate) inner: core::Keyring,
    /// The last exception of the provider, in Python.
    raised: Mutex<Arc<Failure>>,
}

#[pymethods]
impl Keyring {
    /// Makes an empty keyring that is gone at the end of the process.
    #[staticmethod]
    fn in_memory() -> Self {
        Self::new(core::Keyring::new(), Arc::default())
    }

    /// Makes an empty keyring in a new file, under a ``passphrase``, a general key of another
    /// keyring (``keyring_key``), or a key ``provider``. One guess of a passphrase costs Argon2id
    /// with ``iterations``, ``lanes`` and ``memory_kib``.
    ///
    /// Raises :class:`FileExistsError` if the file exists, :class:`TypeError` unless exactly one of
    /// the three is given, and :class:`ProviderError` if the provider fails. ``memory_cost`` is the
    /// old name of ``memory_kib``.
    #[staticmethod]
    #[pyo3(signature = (path, *, passphrase=None, keyring_key=None, provider=None, iterations=3, lanes=4, memory_kib=65_536, memory_cost=None))]
    #[allow(clippy::too_many_arguments, reason = "they are keywords")]
    fn create(
        py: Python<'_>,
        path: PathBuf,
        passphrase: Option<Text<'_>>,
        keyring_key: Option<Bound<'_, Key>>,
        provider: Option<Provider>,
        iterations: u32,
        lanes: u32,
        memory_kib: u32,
        memory_cost: Option<u32>,
    ) -> CallResult<Self> {
        let cost = Cost { iterations, lanes, memory_cost: memory(py, memory_kib, memory_cost)? };
        let (protection, raised) = protection(passphrase, keyring_key, provider, cost)?;
        let ring = detach(py, || core::Keyring::create(&path, &protection)).map_err(CallError::from);
        Ok(Self::new(raised.chain(py, ring)?, raised))
    }

    /// Opens the keyring in a file, with what protects it.
    ///
    /// Changes are written at once; those of other processes are seen within two seconds. A file
    /// says what one guess of its passphrase costs; one that asks for more than 4 GiB of memory
    /// times passes is opened only if ``iterations``, ``lanes`` and ``memory_kib`` allow it.
    ///
    /// Raises :class:`WrongKeyringKey` if it is not what opens the file, :class:`DamagedKeyring` if
    /// the file was changed or cut short, :class:`InsecurePermissions` if others can read it or it
    /// is another user's, :class:`OperationNotAllowed` if it asks for too much work,
    /// :class:`ProviderError` if the provider fails, and :class:`OSError` if it cannot be read.
    #[staticmethod]
    #[pyo3(signature = (path, *, passphrase=None, keyring_key=None, provider=None, iterations=3, lanes=4, memory_kib=65_536, memory_cost=None))]
    #[allow(clippy::too_many_arguments, reason = "they are keywords")]
    fn open(
        py: Python<'_>,
        path: PathBuf,
        passphrase: Option<Text<'_>>,
        keyring_key: Option<Bound<'_, Key>>,
        provider: Option<Provider>,
        iterations: u32,
        lanes: u32,
        memory_kib: u32,
        memory_cost: Option<u32>,
    ) -> CallResult<Self> {
        let cost = Cost { iterations, lanes, memory_cost: memory(py, memory_kib, memory_cost)? };
        let (protection, raised) = protection(passphrase, keyring_key, provider, cost)?;
        let ring = detach(py, || core::Keyring::open(&path, &protection)).map_err(CallError::from);
        Ok(Self::new(raised.chain(py, ring)?, raised))
    }

    /// Reads what anybody who can read a keyring's file sees of it, without its key. Nothing of it
    /// is verified.
    ///
    /// Raises :class:`DamagedKeyring` if it is no keyring, and :class:`OSError` if it cannot be
    /// read.
    #[staticmethod]
    fn peek(path: PathBuf) -> CallResult<UnverifiedKeyring> {
        Ok(core::UnverifiedKeyring::read(&path)?.into())
    }

    /// The key of this name. Raises :class:`UnknownKey`, a :class:`LookupError`, if there is none.
    fn __getitem__(&self, name: &str) -> CallResult<Key> {
        Ok(Key { inner: self.inner.key(name)? })
    }

    fn __contains__(&self, name: &str) -> bool {
        self.inner.key(name).is_ok()
    }

    fn __len__(&self) -> usize {
        self.inner.describe().len()
    }

    /// The names of the keys, in order.
    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        PyList::new(py, self.names())?.try_iter()
    }

    /// The names of the keys, in order.
    #[getter]
    fn names(&self) -> Vec<String> {
        self.inner.describe().into_iter().map(|key| key.name).collect()
    }

    /// Makes a new key, and returns it.
    ///
    /// ``kind`` is ``general`` for everything of this library, or for other programs ``aes-gcm``,
    /// ``xaes-256-gcm``, ``chacha20-poly1305``, ``xchacha20-poly1305``, ``aes-siv``,
    /// ``hmac-sha256``, ``ed25519``, ``tink-hmac-sha256``, ``tink-ed25519`` or ``fernet``.
    /// ``actor`` and ``note`` go into the history. Raises :class:`OperationNotAllowed` if there is
    /// a key of this name, and :class:`ValueError` for a kind or name that is none.
    #[pyo3(signature = (name, kind="general", *, actor=None, note=None))]
    fn create_key(
        &self,
        py: Python<'_>,
        name: &str,
        kind: &str,
        actor: Option<String>,
        note: Option<String>,
    ) -> CallResult<Key> {
        let kind = kind.parse()?;
        self.edit(py, actor, note, |draft| draft.create_key(name, kind))?;
        Ok(Key { inner: self.inner.key(name)? })
    }

    /// Makes a new primary version, and returns its id. The old one stays active: what was made
    /// under it still opens.
    ///
    /// Raises :class:`UnknownKey` if there is no key of this name.
    #[pyo3(signature = (name, *, actor=None, note=None))]
    fn rotate(&self, py: Python<'_>, name: &str, actor: Option<String>, note: Option<String>) -> CallResult<String> {
        self.edit(py, actor, note, |draft| draft.rotate(name)).map(|id| id.to_string())
    }

    /// Makes a new version that is not primary yet, and returns its id: once every server has it,
    /// :meth:`promote` it.
    ///
    /// Raises :class:`UnknownKey` if there is no key of this name.
    #[pyo3(signature = (name, *, actor=None, note=None))]
    fn add_version(
        &self,
        py: Python<'_>,
        name: &str,
        actor: Option<String>,
        note: Option<String>,
    ) -> CallResult<String> {
        self.edit(py, actor, note, |draft| draft.add_version(name)).map(|id| id.to_string())
    }

    /// Makes an active version, given by its number or id, the primary one.
    ///
    /// Raises :class:`UnknownKey` if there is no such version, and :class:`OperationNotAllowed` if
    /// it is not active.
    #[pyo3(signature = (name, version, *, actor=None, note=None))]
    fn promote(
        &self,
        py: Python<'_>,
        name: &str,
        version: Which,
        actor: Option<String>,
        note: Option<String>,
    ) -> CallResult<()> {
        self.change(py, (name, version), actor, note, Draft::promote)
    }

    /// Takes an active version out of use, until it is enabled again.
    ///
    /// Raises :class:`UnknownKey` if there is no such version, and :class:`OperationNotAllowed` if
    /// it is the primary one.
    #[pyo3(signature = (name, version, *, actor=None, note=None))]
    fn disable(
        &self,
        py: Python<'_>,
        name: &str,
        version: Which,
        actor: Option<String>,
        note: Option<String>,
    ) -> CallResult<()> {
        self.change(py, (name, version), actor, note, Draft::disable)
    }

    /// Makes a disabled version active again.
    ///
    /// Raises :class:`UnknownKey` if there is no such version, and :class:`OperationNotAllowed` if
    /// it is not disabled.
    #[pyo3(signature = (name, version, *, actor=None, note=None))]
    fn enable(
        &self,
        py: Python<'_>,
        name: &str,
        version: Which,
        actor: Option<String>,
        note: Option<String>,
    ) -> CallResult<()> {
        self.change(py, (name, version), actor, note, Draft::enable)
    }

    /// Wipes the key of a disabled version for good: what was made under it is lost.
    ///
    /// Raises :class:`UnknownKey` if there is no such version, and :class:`OperationNotAllowed` if
    /// it is not disabled.
    #[pyo3(signature = (name, version, *, actor=None, note=None))]
    fn destroy(
        &self,
        py: Python<'_>,
        name: &str,
        version: Which,
        actor: Option<String>,
        note: Option<String>,
    ) -> CallResult<()> {
        self.change(py, (name, version), actor, note, Draft::destroy)
    }

    /// Takes keys from another program into the key ``name``, which is created if there is none,
    /// and returns the ids of the versions. A key that exists keeps its primary version.
    ///
    /// ``text`` holds Fernet keys (one a line, the current one first), a JSON Web Key or a set of
    /// them, or a cleartext JSON keyset of Tink. ``format`` is ``fernet``, ``jwk`` or ``tink``;
    /// without it the text tells. Raises :class:`ValueError` if the text is malformed, and
    /// :class:`TypeError` for types of keys that are not taken.
    #[pyo3(signature = (name, text, format=None, *, actor=None, note=None))]
    fn import_keys(
        &self,
        py: Python<'_>,
        name: &str,
        text: Text<'_>,
        format: Option<&str>,
        actor: Option<String>,
        note: Option<String>,
    ) -> CallResult<Vec<String>> {
        let text = text.as_bytes();
        let format = format.map_or_else(|| Format::of(text), str::parse)?;
        let ids = self.edit(py, actor, note, |draft| draft.import(name, format, text))?;
        Ok(ids.iter().map(ToString::to_string).collect())
    }

    /// Returns the key ``name`` as text for another program, ``format`` as in :meth:`import_keys`:
    /// as secret as the key. The history notes it.
    ///
    /// Raises :class:`TypeError` for kinds of keys that do not exist there: general ones exist
    /// nowhere else.
    #[pyo3(signature = (name, format, *, actor=None, note=None))]
    fn export_keys(
        &self,
        py: Python<'_>,
        name: &str,
        format: &str,
        actor: Option<String>,
        note: Option<String>,
    ) -> CallResult<SecretBytes> {
        let format = format.parse()?;
        let text = self.edit(py, actor, note, |draft| draft.export(name, format))?;
        Ok(SecretBytes::new(ironlatch::secret::SecretBytes::copy_from(text.expose().as_bytes())))
    }

    /// Puts the file under another passphrase, key or provider, as in :meth:`create`. What opened
    /// the file before no longer opens it, but still opens copies of the old file.
    ///
    /// Raises what :meth:`create` raises for its arguments.
    #[pyo3(signature = (*, passphrase=None, keyring_key=None, provider=None, iterations=3, lanes=4, memory_kib=65_536, memory_cost=None, actor=None, note=None))]
    #[allow(clippy::too_many_arguments, reason = "they are keywords")]
    fn rewrap(
        &self,
        py: Python<'_>,
        passphrase: Option<Text<'_>>,
        keyring_key: Option<Bound<'_, Key>>,
        provider: Option<Provider>,
        iterations: u32,
        lanes: u32,
        memory_kib: u32,
        memory_cost: Option<u32>,
        actor: Option<String>,
        note: Option<String>,
    ) -> CallResult<()> {
        let cost = Cost { iterations, lanes, memory_cost: memory(py, memory_kib, memory_cost)? };
        let (protection, raised) = protection(passphrase, keyring_key, provider, cost)?;
        let done = detach(py, || self.inner.rewrap(&protection, ChangeNote { actor, note })).map_err(CallError::from);
        raised.chain(py, done)?;
        let before = std::mem::replace(&mut *self.raised.lock(), raised);
        drop(before);
        Ok(())
    }

    /// Reads the file again if another process changed it, and returns whether it did. This happens
    /// by itself within two seconds.
    ///
    /// Raises what :meth:`open` raises, and :class:`DamagedKeyring` if another keyring or an older
    /// state was put in its place; what was read before stays in use.
    fn reload(&self, py: Python<'_>) -> CallResult<bool> {
        let done = detach(py, || self.inner.reload()).map_err(CallError::from);
        self.chain(py, done)
    }

    /// Describes the keys, in the order of their names.
    fn describe(&self) -> Vec<KeyInfo> {
        self.inner.describe().into_iter().map(Into::into).collect()
    }

    /// Returns the changes of the keyring, the oldest first: at most 10,000.
    fn history(&self) -> Vec<Change> {
        self.inner.history().into_iter().map(Into::into).collect()
    }

    /// Returns how often this process used which version for what.
    fn usage(&self) -> Vec<Usage> {
        self.inner.usage().into_iter().map(Into::into).collect()
    }

    /// Calls ``callback`` with an :class:`Event` whenever something happens, in the thread in which
    /// it happens. ``sys.unraisablehook`` reports what it raises.
    fn on_event(&self, callback: Py<PyAny>) {
        self.inner.on_event(move |event| {
            Python::try_attach(|py| {
                let callback = callback.bind(py);
                if let Err(error) = callback.call1((Event::from(event),)) {
                    error.write_unraisable(py, Some(callback));
                }
            });
        });
    }

    /// Sets how many seconds a change waits for one of another process: 10 unless set.
    ///
    /// Raises :class:`ValueError` for what is no time.
    fn set_lock_wait(&self, seconds: f64) -> CallResult<()> {
        let wait = Duration::try_from_secs_f64(seconds);
        self.inner.set_lock_wait(wait.map_err(|_| Error::value("the time to wait must be a number of seconds"))?);
        Ok(())
    }

    /// A number that changes with every change of the keyring.
    #[getter]
    fn generation(&self) -> u64 {
        self.inner.generation()
    }

    /// The file. None in memory.
    #[getter]
    fn path(&self) -> Option<PathBuf> {
        self.inner.path().map(Into::into)
    }

    /// The protection of the file, in words. None in memory.
    #[getter]
    fn protection(&self) -> Option<String> {
        self.inner.protection()
    }

    /// The number of times that the file was written. None in memory.
    #[getter]
    fn revision(&self) -> Option<u64> {
        self.inner.revision()
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.inner)
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        Err(refused())
    }
}

impl Keyring {
    fn new(inner: core::Keyring, raised: Arc<Failure>) -> Self {
        inner.on_event(log);
        Self { inner, raised: Mutex::new(raised) }
    }

    pub(super) fn edit<T: Send>(
        &self,
        py: Python<'_>,
        actor: Option<String>,
        note: Option<String>,
        change: impl FnOnce(&mut Draft) -> Result<T, Error> + Send,
    ) -> CallResult<T> {
        let done = detach(py, || self.inner.edit(ChangeNote { actor, note }, change)).map_err(CallError::from);
        self.chain(py, done)
    }

    fn change(
        &self,
        py: Python<'_>,
        (name, version): (&str, Which),
        actor: Option<String>,
        note: Option<String>,
        change: fn(&mut Draft, &str, VersionId) -> Result<(), Error>,
    ) -> CallResult<()> {
        let version = version.text();
        self.edit(py, actor, note, |draft| {
            let id = draft.find(name, &version)?;
            change(draft, name, id)
        })
    }

    fn chain<T>(&self, py: Python<'_>, result: CallResult<T>) -> CallResult<T> {
        let raised = Arc::clone(&self.raised.lock());
        raised.chain(py, result)
    }
}

/// A version by its number or its id.
#[derive(FromPyObject)]
enum Which {
    Number(u32),
    Id(String),
}

impl Which {
    fn text(self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Id(id) => id,
        }
    }
}

/// The memory of Argon2id in KiB, by its name of now or its old one.
fn memory(py: Python<'_>, memory_kib: u32, memory_cost: Option<u32>) -> PyResult<u32> {
    if memory_cost.is_some() {
        warnings::renamed(py, c"memory_cost is now called memory_kib")?;
    }
    Ok(memory_cost.unwrap_or(memory_kib))
}

fn protection(
    passphrase: Option<Text<'_>>,
    keyring_key: Option<Bound<'_, Key>>,
    provider: Option<Provider>,
    cost: Cost,
) -> CallResult<(Protection, Arc<Failure>)> {
    match (passphrase, keyring_key, provider) {
        (Some(passphrase), None, None) => Ok((Protection::passphrase_at(passphrase.as_bytes(), cost)?, Arc::default())),
        (None, Some(key), None) => Ok((Protection::key(key.get().inner.clone())?, Arc::default())),
        (None, None, Some(provider)) => Ok((Protection::Provider(provider.inner), provider.raised)),
        _ => Err(PyTypeError::new_err("give one of passphrase, keyring_key and provider").into()),
    }
}

/// Tells Python's logging of an event.
fn log(event: &core::Event) {
    Python::try_attach(|py| {
        let written = types::GET_LOGGER.get(py).and_then(|get_logger| {
            let logger = get_logger.call1(("ironlatch.keyring",))?;
            let method = if event.what.is_warning() { "warning" } else { "info" };
            logger.call_method1(method, ("%s", event.to_string()))
        });
        if let Err(error) = written {
            error.write_unraisable(py, None);
        }
    });
}
