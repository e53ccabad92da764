//! `ironlatch.show_once`: secrets that are stored as keyed hashes, and those that can be shown
//! again.

use std::path::PathBuf;

use ironlatch::recipes::Error;
use ironlatch::recipes::show_once as core;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use super::secret_text::Text;
use super::secrets::warn_of_exposure;
use super::text::{Exposed, Received};
use crate::buffer::{SecretInput, detach_if_long};
use crate::errors::{CallError, CallResult};
use crate::secret_bytes::SecretBytes;
use crate::warnings;

/// Holds the secret key of a service that digests and sealed secrets depend on.
///
/// It belongs into the service's configuration or its secret store, never into the database.
///
/// >>> from ironlatch.show_once import ServerKey
/// >>> key = ServerKey.generate()
/// >>> ServerKey.parse(key.expose()).id == key.id
/// True
#[pyclass(frozen, module = "ironlatch.show_once")]
pub(crate) struct ServerKey {
    inner: core::ServerKey,
}

#[pymethods]
impl ServerKey {
    /// Makes a random key.
    #[staticmethod]
    fn generate() -> CallResult<Self> {
        Ok(Self { inner: core::ServerKey::generate()? })
    }

    /// Reads what :meth:`expose` returned.
    ///
    /// Raises :class:`MalformedSecret` if it was mistyped or cut short.
    #[staticmethod]
    fn parse(text: Text<'_>) -> CallResult<Self> {
        Ok(Self { inner: core::ServerKey::from_text(typed(&text)?)? })
    }

    /// Reads the file that ``ironlatch secret server-key`` wrote.
    ///
    /// Raises :class:`MalformedSecret` if it holds something else, and :class:`OSError` if it
    /// cannot be read.
    ///
    /// Warns with :class:`~ironlatch.secrets.ExposedFileWarning` if every user can read it.
    #[staticmethod]
    fn load(py: Python<'_>, path: PathBuf) -> CallResult<Self> {
        let (inner, exposed) = core::ServerKey::from_file_with_exposure(&path)?;
        if exposed {
            warn_of_exposure(py, &path)?;
        }
        Ok(Self { inner })
    }

    /// Deprecated: use :meth:`parse`.
    #[staticmethod]
    fn from_text(py: Python<'_>, text: Text<'_>) -> CallResult<Self> {
        warnings::renamed(py, c"ServerKey.from_text is now ServerKey.parse")?;
        Self::parse(text)
    }

    /// Deprecated: use :meth:`load`.
    #[staticmethod]
    fn from_file(py: Python<'_>, path: PathBuf) -> CallResult<Self> {
        warnings::renamed(py, c"ServerKey.from_file is now ServerKey.load")?;
        Self::load(py, path)
    }

    /// Takes the key of 32 random bytes that something else made: a key management service, say.
    ///
    /// Raises :class:`ValueError` for another length.
    #[staticmethod]
    fn from_bytes(key: SecretInput<'_>) -> CallResult<Self> {
        Ok(Self { inner: core::ServerKey::from_bytes(key.as_slice())? })
    }

    /// Returns the key as text with a checksum, for the configuration.
    fn expose(&self) -> Exposed {
        self.inner.to_text().into()
    }

    /// Eight hexadecimal digits that stand in each record made under the key, and tell nothing
    /// about it.
    #[getter]
    fn id(&self) -> String {
        self.inner.id()
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.inner)
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        Err(refused())
    }
}

/// One server key, or several of which the first is the current one.
#[derive(FromPyObject)]
enum ServerKeys<'py> {
    One(Bound<'py, ServerKey>),
    Several(Vec<Bound<'py, ServerKey>>),
}

impl ServerKeys<'_> {
    fn get(&self) -> Vec<&core::ServerKey> {
        match self {
            Self::One(key) => vec![&key.get().inner],
            Self::Several(keys) => keys.iter().map(|key| &key.get().inner).collect(),
        }
    }
}

/// An API key that was just made: see :meth:`ApiKeys.generate`.
#[pyclass(frozen, module = "ironlatch.show_once")]
pub(crate) struct NewApiKey {
    key: core::ApiKey,
    digest: String,
}

#[pymethods]
impl NewApiKey {
    /// Returns the key itself, to show to its owner once.
    fn expose(&self) -> &str {
        self.key.expose()
    }

    /// The digest to store, in a column with a unique index.
    #[getter]
    fn digest(&self) -> &str {
        &self.digest
    }

    /// The beginning of the key, by which its owner knows it again in a list. It may be stored too.
    #[getter]
    fn hint(&self) -> &str {
        self.key.hint()
    }

    fn __repr__(&self) -> String {
        format!("NewApiKey({}…)", self.key.hint())
    }

    fn __format__(&self, _specification: &Bound<'_, PyAny>) -> PyResult<String> {
        Err(refused())
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        Err(refused())
    }
}

/// Makes and finds API keys that begin with ``prefix`` and an underscore: the service's name and
/// the environment, such as ``acme_live``.
///
/// ``server_keys`` is a :class:`ServerKey`, or several: the first makes digests, all find them.
/// Raises :class:`ValueError` for a prefix that is none.
///
/// >>> from ironlatch.show_once import ApiKeys, ServerKey
/// >>> api_keys = ApiKeys("acme_live", ServerKey.generate())
/// >>> new = api_keys.generate()
/// >>> api_keys.verify(new.expose(), new.digest)
/// True
#[pyclass(frozen, module = "ironlatch.show_once")]
pub(crate) struct ApiKeys {
    inner: core::ApiKeys,
}

#[pymethods]
impl ApiKeys {
    #[new]
    fn new(prefix: &str, server_keys: ServerKeys<'_>) -> CallResult<Self> {
        Ok(Self { inner: core::ApiKeys::new(prefix, &server_keys.get())? })
    }

    /// The beginning of the keys, without the underscore.
    #[getter]
    fn prefix(&self) -> &str {
        self.inner.prefix()
    }

    /// A regular expression that finds these keys in any text, for scanners of source code and of
    /// logs.
    ///
    /// What it finds is a key if :func:`check_api_key` agrees.
    #[getter]
    fn pattern(&self) -> String {
        self.inner.pattern()
    }

    /// Makes a new key: show ``expose()`` once, store ``digest``.
    fn generate(&self) -> NewApiKey {
        let key = self.inner.generate();
        let digest = self.inner.digest(&key).to_string();
        NewApiKey { key, digest }
    }

    /// Returns the digest to store of a key, under the current server key.
    ///
    /// Raises what :meth:`digests` raises.
    fn digest(&self, typed: Text<'_>) -> CallResult<String> {
        Ok(self.inner.digest(&self.inner.parse(self::typed(&typed)?)?).to_string())
    }

    /// Returns what to look for in the index: the key's digest under each of the server keys, the
    /// current one first.
    ///
    /// Raises :class:`MalformedSecret` if it is no key, has another prefix, or was mistyped.
    fn digests(&self, typed: Text<'_>) -> CallResult<Vec<String>> {
        Ok(texts(&self.inner.digests(self::typed(&typed)?)?))
    }

    /// Returns whether ``stored`` is the digest of what was typed, compared in constant time; False
    /// for what is no key.
    ///
    /// Raises :class:`UnusableRecord` if ``stored`` is no digest, or was made under a server key
    /// that was not given.
    fn verify(&self, typed: Text<'_>, stored: Received<'_>) -> CallResult<bool> {
        Ok(self.inner.verify(self::typed(&typed).unwrap_or_default(), &stored)?)
    }

    /// Returns whether a stored digest was not made under the current server key: replace it by
    /// ``digest(typed)``.
    ///
    /// Raises :class:`UnusableRecord` if ``stored`` is no digest.
    fn needs_update(&self, stored: Received<'_>) -> CallResult<bool> {
        Ok(self.inner.needs_update(&stored)?)
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.inner)
    }
}

/// Recovery codes that were just made: see :meth:`Codes.generate`.
#[pyclass(frozen, module = "ironlatch.show_once")]
pub(crate) struct NewCodes {
    codes: ironlatch::recipes::secrets::RecoveryCodes,
    digests: Vec<String>,
}

#[pymethods]
impl NewCodes {
    /// Returns the codes themselves, to show to their owner once.
    fn expose(&self) -> Vec<&str> {
        self.codes.expose().collect()
    }

    /// The digests to store, one row each, in a column with a unique index.
    #[getter]
    fn digests(&self) -> Vec<&str> {
        self.digests.iter().map(String::as_str).collect()
    }

    fn __len__(&self) -> usize {
        self.codes.len()
    }

    fn __repr__(&self) -> String {
        format!("NewCodes(<{} codes>)", self.codes.len())
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        Err(refused())
    }
}

/// Makes and finds recovery codes for one purpose, such as ``login``.
///
/// ``server_keys`` is a :class:`ServerKey`, or several: the first makes digests, all find them.
/// Raises :class:`ValueError` for a purpose that is none.
///
/// >>> from ironlatch.show_once import Codes, ServerKey
/// >>> codes = Codes("login", ServerKey.generate())
/// >>> new = codes.generate("account 17", count=8)
/// >>> codes.verify(new.expose()[0], "account 17", new.digests[0])
/// True
#[pyclass(frozen, module = "ironlatch.show_once")]
pub(crate) struct Codes {
    inner: core::Codes,
}

#[pymethods]
impl Codes {
    #[new]
    fn new(purpose: &str, server_keys: ServerKeys<'_>) -> CallResult<Self> {
        Ok(Self { inner: core::Codes::new(purpose, &server_keys.get())? })
    }

    /// The purpose of the codes.
    #[getter]
    fn purpose(&self) -> &str {
        self.inner.purpose()
    }

    /// Makes ``count`` new codes: show ``expose()`` once, store ``digests``.
    ///
    /// ``owner`` names the person by something that never changes, such as the number of the
    /// account. Raises :class:`ValueError` for a count that is too small or too large.
    #[pyo3(signature = (owner, count=10))]
    fn generate(&self, owner: Text<'_>, count: usize) -> CallResult<NewCodes> {
        let codes = self.inner.generate(count)?;
        let digests = codes.expose().map(|code| Ok(self.inner.digest(code, owner.as_bytes())?.to_string()));
        let digests = digests.collect::<Result<_, Error>>()?;
        Ok(NewCodes { codes, digests })
    }

    /// Returns the digest to store of a code, under the current server key.
    ///
    /// Raises what :meth:`digests` raises.
    fn digest(&self, typed: Text<'_>, owner: Text<'_>) -> CallResult<String> {
        Ok(self.inner.digest(self::typed(&typed)?, owner.as_bytes())?.to_string())
    }

    /// Returns what to look for in the index: the digest of what ``owner`` typed under each of the
    /// server keys, the current one first. Capitals, spaces and hyphens do not matter.
    ///
    /// Raises :class:`MalformedSecret` if it is no code.
    fn digests(&self, typed: Text<'_>, owner: Text<'_>) -> CallResult<Vec<String>> {
        Ok(texts(&self.inner.digests(self::typed(&typed)?, owner.as_bytes())?))
    }

    /// Returns whether ``stored`` is the digest of what ``owner`` typed, compared in constant time;
    /// False for what is no code.
    ///
    /// Raises :class:`UnusableRecord` if ``stored`` is no digest, or was made under a server key
    /// that was not given.
    fn verify(&self, typed: Text<'_>, owner: Text<'_>, stored: Received<'_>) -> CallResult<bool> {
        Ok(self.inner.verify(self::typed(&typed).unwrap_or_default(), owner.as_bytes(), &stored)?)
    }

    /// Returns whether a stored digest was not made under the current server key. The old server
    /// key has to stay until the code is used.
    ///
    /// Raises :class:`UnusableRecord` if ``stored`` is no digest.
    fn needs_update(&self, stored: Received<'_>) -> CallResult<bool> {
        Ok(self.inner.needs_update(&stored)?)
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.inner)
    }
}

/// Seals secrets that must be shown again, for one purpose, such as ``webhook secret``, and opens
/// them.
///
/// ``server_keys`` is a :class:`ServerKey`, or several: the first seals, all open. Raises
/// :class:`ValueError` for a purpose that is none.
///
/// >>> from ironlatch.show_once import SecretSealer, ServerKey
/// >>> sealer = SecretSealer("webhook secret", ServerKey.generate())
/// >>> stored = sealer.seal("whsec_c2VjcmV0", owner="account 17")
/// >>> sealer.open(stored, owner="account 17").expose()
/// b'whsec_c2VjcmV0'
#[pyclass(frozen, module = "ironlatch.show_once")]
pub(crate) struct SecretSealer {
    inner: core::SecretSealer,
}

#[pymethods]
impl SecretSealer {
    #[new]
    fn new(purpose: &str, server_keys: ServerKeys<'_>) -> CallResult<Self> {
        Ok(Self { inner: core::SecretSealer::new(purpose, &server_keys.get())? })
    }

    /// The purpose of the secrets.
    #[getter]
    fn purpose(&self) -> &str {
        self.inner.purpose()
    }

    /// Encrypts a secret of ``owner``, at most 1 MiB, and returns what to store. Its length can be
    /// seen.
    ///
    /// ``owner`` names the person by something that never changes, such as the number of the
    /// account. Raises :class:`ValueError` if the secret is longer.
    fn seal(&self, py: Python<'_>, secret: Text<'_>, owner: Text<'_>) -> CallResult<String> {
        let (secret, owner) = (secret.as_bytes(), owner.as_bytes());
        Ok(detach_if_long(py, secret.len(), || self.inner.seal(secret, owner))?)
    }

    /// Decrypts what :meth:`seal` returned for the same owner.
    ///
    /// Raises :class:`UnusableRecord` if it was changed, belongs to another owner or purpose, or
    /// was sealed under a server key that was not given.
    fn open(&self, py: Python<'_>, stored: Received<'_>, owner: Text<'_>) -> CallResult<SecretBytes> {
        let owner = owner.as_bytes();
        Ok(SecretBytes::new(detach_if_long(py, stored.len(), || self.inner.open(&stored, owner))?))
    }

    /// Returns whether what is stored was not sealed under the current server key: replace it by
    /// ``update(stored, owner)``.
    ///
    /// Raises :class:`UnusableRecord` if ``stored`` is no sealed secret.
    fn needs_update(&self, stored: Received<'_>) -> CallResult<bool> {
        Ok(self.inner.needs_update(&stored)?)
    }

    /// Seals the same secret again under the current server key.
    ///
    /// Raises what :meth:`open` raises.
    fn update(&self, py: Python<'_>, stored: Received<'_>, owner: Text<'_>) -> CallResult<String> {
        let owner = owner.as_bytes();
        Ok(detach_if_long(py, stored.len(), || self.inner.update(&stored, owner))?)
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.inner)
    }
}

/// Returns the prefix of an API key of any service that makes its keys as this module does, told
/// from its form and checksum alone. Whether it is valid only the service can tell.
///
/// Raises :class:`MalformedSecret` if it is no such key.
///
/// >>> from ironlatch.show_once import ApiKeys, ServerKey, check_api_key
/// >>> check_api_key(ApiKeys("acme_live", ServerKey.generate()).generate().expose())
/// 'acme_live'
#[pyfunction]
fn check_api_key(typed: Text<'_>) -> CallResult<String> {
    Ok(core::ApiKey::parse(self::typed(&typed)?)?.prefix().to_owned())
}

fn typed<'a>(text: &'a Text<'_>) -> CallResult<&'a str> {
    std::str::from_utf8(text.as_bytes())
        .map_err(|_| CallError::Recipe(Error::MalformedSecret("what was given is no text in UTF-8".into())))
}

fn texts(digests: &[core::Digest]) -> Vec<String> {
    digests.iter().map(ToString::to_string).collect()
}

fn refused() -> PyErr {
    PyTypeError::new_err("a secret cannot be formatted or pickled; expose() gives its value where that is meant")
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod show_once {
    #[pymodule_export]
    use super::{ApiKeys, Codes, NewApiKey, NewCodes, SecretSealer, ServerKey, check_api_key};
}
