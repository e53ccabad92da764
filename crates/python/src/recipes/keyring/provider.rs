//! Key providers: ours, and those that Python code brings.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ironlatch::keys::PublicKey;
use ironlatch::recipes::Error;
use ironlatch::recipes::error::ProviderFault;
use ironlatch::recipes::keyring::{self as core, KeyProvider, ProviderError};
use ironlatch::secret::SecretBytes as CoreSecret;
use pyo3::exceptions::{PyConnectionError, PyOSError, PyPermissionError, PyTimeoutError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::buffer::{Input, SecretInput, detach};
use crate::errors::{CallError, CallResult};
use crate::keys::objects::{public_key_of, public_object};
use crate::recipes::signing::replay::Failure;
use crate::secret_bytes::SecretBytes;
use crate::types;

/// Keeps a key in a file that its owner alone can read, as a key provider: for one machine, for
/// development, and for tests.
///
/// >>> from ironlatch.keyring import Keyring, LocalProvider
/// >>> ring = Keyring.create("app.keyring", provider=LocalProvider.create("provider.key"))
/// >>> again = Keyring.open("app.keyring", provider=LocalProvider.open("provider.key"))
#[pyclass(frozen, module = "ironlatch.keyring")]
pub(crate) struct LocalProvider {
    inner: Arc<core::LocalProvider>,
}

/// Remembers the keys that another provider unwrapped, for ``time_to_live`` seconds (1 to 86,400)
/// and ``uses`` uses, at most ``keys`` keys at once (1 to 10,000), in memory that is wiped.
///
/// Failures are not remembered, and nothing is used past its limits. Raises :class:`ValueError` for
/// limits out of range.
///
/// >>> from ironlatch.keyring import CachingProvider, LocalProvider
/// >>> provider = CachingProvider(LocalProvider.create("provider.key"), time_to_live=60)
#[pyclass(frozen, module = "ironlatch.keyring")]
pub(crate) struct CachingProvider {
    inner: Arc<core::CachingProvider>,
    raised: Arc<Failure>,
}

#[pymethods]
impl LocalProvider {
    /// Makes a new key in a new file.
    ///
    /// Raises :class:`FileExistsError` if the file exists, and :class:`OSError` if it cannot be
    /// written.
    #[staticmethod]
    fn create(path: PathBuf) -> CallResult<Self> {
        Ok(Self { inner: Arc::new(core::LocalProvider::create(&path)?) })
    }

    /// Reads the key in a file that :meth:`create` made.
    ///
    /// Raises :class:`InsecurePermissions` if others can read it, :class:`ProviderInvalid` if it is
    /// no key, and :class:`OSError` if it cannot be read.
    #[staticmethod]
    fn open(path: PathBuf) -> CallResult<Self> {
        Ok(Self { inner: Arc::new(core::LocalProvider::open(&path)?) })
    }

    /// Returns the provider's name, which stands in the keyring's file for everybody to read.
    #[getter]
    fn name(&self) -> String {
        self.inner.name()
    }

    /// Encrypts a data key of 32 bytes, bound to ``context``, which is not secret.
    ///
    /// Raises :class:`ProviderError` if it fails.
    fn wrap<'py>(&self, py: Python<'py>, key: SecretInput<'_>, context: Input<'_>) -> CallResult<Bound<'py, PyBytes>> {
        wrap(py, &*self.inner, &key, &context)
    }

    /// Decrypts what :meth:`wrap` made with the same ``context``.
    ///
    /// Raises :class:`ProviderInvalid` if it was changed or made with another context.
    fn unwrap(&self, wrapped: Input<'_>, context: Input<'_>) -> CallResult<SecretBytes> {
        Ok(SecretBytes::new(named(&*self.inner, self.inner.unwrap(wrapped.as_slice(), context.as_slice()))?))
    }

    /// Signs ``message`` with the provider's key.
    fn sign<'py>(&self, py: Python<'py>, message: Input<'_>) -> CallResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &named(&*self.inner, self.inner.sign(message.as_slice()))?))
    }

    /// Returns the public key that verifies what :meth:`sign` makes.
    fn public_key<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        public_object(py, named(&*self.inner, self.inner.public_key())?)
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.inner)
    }
}

#[pymethods]
impl CachingProvider {
    #[new]
    #[pyo3(signature = (provider, *, time_to_live=300.0, uses=10_000, keys=100))]
    fn new(provider: Provider, time_to_live: f64, uses: u64, keys: usize) -> CallResult<Self> {
        // What is no time is refused with the limits.
        let time_to_live = Duration::try_from_secs_f64(time_to_live).unwrap_or_default();
        let limits = core::CacheLimits { time_to_live, uses, keys };
        let inner = core::CachingProvider::new(provider.inner, limits)?;
        Ok(Self { inner: Arc::new(inner), raised: provider.raised })
    }

    /// Returns the name of the provider whose keys are cached.
    #[getter]
    fn name(&self) -> String {
        self.inner.name()
    }

    /// Has the other provider encrypt a data key of 32 bytes, bound to ``context``.
    ///
    /// Raises :class:`ProviderError` if it fails.
    fn wrap<'py>(&self, py: Python<'py>, key: SecretInput<'_>, context: Input<'_>) -> CallResult<Bound<'py, PyBytes>> {
        self.raised.chain(py, wrap(py, &*self.inner, &key, &context))
    }

    /// Decrypts what :meth:`wrap` made with the same ``context``, from the cache where it can.
    ///
    /// Raises :class:`ProviderError` if the other provider fails.
    fn unwrap(&self, py: Python<'_>, wrapped: Input<'_>, context: Input<'_>) -> CallResult<SecretBytes> {
        let (wrapped, context) = (wrapped.as_slice(), context.as_slice());
        let key = named(&*self.inner, detach(py, || self.inner.unwrap(wrapped, context)));
        self.raised.chain(py, key.map(SecretBytes::new).map_err(CallError::from))
    }

    /// Has the other provider sign ``message``.
    ///
    /// Raises :class:`ProviderError` if it fails or does not sign.
    fn sign<'py>(&self, py: Python<'py>, message: Input<'_>) -> CallResult<Bound<'py, PyBytes>> {
        let message = message.as_slice();
        let signature = named(&*self.inner, detach(py, || self.inner.sign(message)));
        self.raised.chain(py, signature.map(|signature| PyBytes::new(py, &signature)).map_err(CallError::from))
    }

    /// Returns the public key that verifies what :meth:`sign` makes.
    ///
    /// Raises :class:`ProviderError` if the other provider fails or does not sign.
    fn public_key<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        let key = named(&*self.inner, detach(py, || self.inner.public_key()));
        self.raised.chain(py, key.map_err(CallError::from)).and_then(|key| public_object(py, key))
    }

    /// Forgets every key.
    fn forget(&self) {
        self.inner.forget();
    }

    fn __repr__(&self) -> String {
        format!("CachingProvider({})", self.inner.name())
    }
}

/// A provider as arguments bring it: one of ours, or an object of Python's with the methods of
/// ``KeyProvider``.
pub(super) struct Provider {
    pub(super) inner: Arc<dyn KeyProvider>,
    /// The exception that Python code raised, to be shown as the cause.
    pub(super) raised: Arc<Failure>,
}

impl FromPyObject<'_, '_> for Provider {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if let Ok(local) = object.cast::<LocalProvider>() {
            return Ok(Self { inner: local.get().inner.clone(), raised: Arc::default() });
        }
        if let Ok(caching) = object.cast::<CachingProvider>() {
            let caching = caching.get();
            return Ok(Self { inner: caching.inner.clone(), raised: Arc::clone(&caching.raised) });
        }
        if !types::KEY_PROVIDER.is_type_of(&object)? {
            let name = object.get_type().name()?;
            return Err(PyTypeError::new_err(format!("a provider must be a KeyProvider, not {name}")));
        }
        let raised = Arc::new(Failure::default());
        let name = object.getattr("name")?.extract()?;
        let inner = PythonProvider { object: object.to_owned().unbind(), name, raised: Arc::clone(&raised) };
        Ok(Self { inner: Arc::new(inner), raised })
    }
}

/// A subclass of ``KeyProvider`` in Python.
struct PythonProvider {
    object: Py<PyAny>,
    name: String,
    raised: Arc<Failure>,
}

impl PythonProvider {
    fn call<T>(&self, work: impl FnOnce(&Bound<'_, PyAny>) -> PyResult<T>) -> Result<T, ProviderError> {
        Python::attach(|py| {
            work(self.object.bind(py)).map_err(|error| {
                let failure = failure(py, &error);
                let _ = self.raised.set(error);
                failure
            })
        })
    }
}

impl KeyProvider for PythonProvider {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn wrap(&self, key: &CoreSecret, context: &[u8]) -> Result<Vec<u8>, ProviderError> {
        self.call(|provider| {
            let py = provider.py();
            let key = Bound::new(py, SecretBytes::new(CoreSecret::copy_from(key.expose())))?;
            let wrapped = provider.call_method1("wrap", (key, PyBytes::new(py, context)))?;
            Ok(wrapped.extract::<Input<'_>>()?.as_slice().to_vec())
        })
    }

    fn unwrap(&self, wrapped: &[u8], context: &[u8]) -> Result<CoreSecret, ProviderError> {
        self.call(|provider| {
            let py = provider.py();
            let key = provider.call_method1("unwrap", (PyBytes::new(py, wrapped), PyBytes::new(py, context)))?;
            Ok(CoreSecret::copy_from(key.extract::<SecretInput<'_>>()?.as_slice()))
        })
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, ProviderError> {
        self.call(|provider| {
            let signature = provider.call_method1("sign", (PyBytes::new(provider.py(), message),))?;
            Ok(signature.extract::<Input<'_>>()?.as_slice().to_vec())
        })
    }

    fn public_key(&self) -> Result<PublicKey, ProviderError> {
        self.call(|provider| {
            let key = provider.call_method0("public_key")?;
            public_key_of(&key).ok_or_else(|| PyTypeError::new_err("public_key() must return a public key"))
        })
    }
}

/// The meaning of an exception of a provider in Python.
fn failure(py: Python<'_>, error: &PyErr) -> ProviderError {
    let is = |class: &str| {
        let class = py.import("ironlatch.keyring").and_then(|module| module.getattr(class));
        class.is_ok_and(|class| error.matches(py, class).unwrap_or(false))
    };
    let own = [
        ("ProviderUnavailable", ProviderFault::Unavailable),
        ("ProviderDenied", ProviderFault::Denied),
        ("ProviderNotFound", ProviderFault::NotFound),
        ("ProviderInvalid", ProviderFault::Invalid),
    ];
    if let Some((_, fault)) = own.into_iter().find(|(class, _)| is(class)) {
        return ProviderError::new(fault, error.value(py).to_string());
    }
    let fault = if error.is_instance_of::<PyPermissionError>(py) {
        ProviderFault::Denied
    } else if error.is_instance_of::<PyOSError>(py)
        || error.is_instance_of::<PyTimeoutError>(py)
        || error.is_instance_of::<PyConnectionError>(py)
    {
        ProviderFault::Unavailable
    } else {
        ProviderFault::Invalid
    };
    // Without its text, which nobody wrote with this place in mind: it is the cause of what is
    // raised.
    let name = error.get_type(py).name().map_or_else(|_| "an exception".into(), |name| name.to_string());
    ProviderError::new(fault, format!("it raised {name}"))
}

impl Failure {
    /// Gives an error of a provider what Python code raised as its cause.
    pub(super) fn chain<T>(&self, py: Python<'_>, result: CallResult<T>) -> CallResult<T> {
        match (result, self.check()) {
            (Err(error @ CallError::Recipe(Error::Provider { .. })), Err(cause)) => {
                let error = PyErr::from(error);
                error.set_cause(py, Some(cause));
                Err(error.into())
            }
            (result, _) => result,
        }
    }
}

fn wrap<'py>(
    py: Python<'py>,
    provider: &dyn KeyProvider,
    key: &SecretInput<'_>,
    context: &Input<'_>,
) -> CallResult<Bound<'py, PyBytes>> {
    let (key, context) = (CoreSecret::copy_from(key.as_slice()), context.as_slice());
    let wrapped = detach(py, || provider.wrap(&key, context));
    Ok(PyBytes::new(py, &named(provider, wrapped)?))
}

fn named<T>(provider: &dyn KeyProvider, result: Result<T, ProviderError>) -> Result<T, Error> {
    result.map_err(|error| error.of(&provider.name()))
}
