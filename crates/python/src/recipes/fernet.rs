//! `ironlatch.fernet`.

use ironlatch::Output;
use ironlatch::recipes::Error;
use ironlatch::recipes::fernet::{self as core, Token, Validity, Verified, token_len};
use ironlatch::recipes::keyring::{Fernets, Operation, VersionFernet};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use super::text::{Received, Str};
use crate::buffer::{Input, SecretInput, detach_if_long, new_bytes};
use crate::errors::{CallError, CallResult};

/// Makes and opens tokens: messages that are encrypted and authenticated under one key.
///
/// `key` is URL-safe base64 of 32 bytes, as generate_key makes it, or a SecretBytes of that text or
/// of the 32 bytes. Raises ValueError for another.
///
/// >>> from ironlatch.fernet import Fernet
/// >>> fernet = Fernet(Fernet.generate_key())
/// >>> fernet.decrypt(fernet.encrypt(b"a message"), ttl=60)
/// b'a message'
#[pyclass(frozen, subclass, module = "ironlatch.fernet")]
pub(crate) struct Fernet {
    inner: core::Fernet,
}

#[pymethods]
impl Fernet {
    #[new]
    #[pyo3(signature = (key, backend = None))]
    fn new(key: &Bound<'_, PyAny>, backend: Option<&Bound<'_, PyAny>>) -> CallResult<Self> {
        let _ = backend; // Taken for programs that still name one.
        if key.is_instance_of::<PyString>() {
            return Ok(Self { inner: core::Fernet::new(key.extract::<Str<'_>>()?.as_bytes())? });
        }
        let key: SecretInput<'_> = key.extract()?;
        let inner = match (&key, key.as_slice().try_into()) {
            // 32 characters of base64 are 24 bytes, never a key: nothing is ambiguous.
            (SecretInput::Secret(_), Ok(raw)) => core::Fernet::from_raw_key(raw)?,
            _ => core::Fernet::new(key.as_slice())?,
        };
        Ok(Self { inner })
    }

    /// Makes a fresh random key: 44 bytes of URL-safe base64. Everyone who has it reads and makes
    /// tokens: keep it secret.
    #[classmethod]
    fn generate_key<'py>(cls: &Bound<'py, pyo3::types::PyType>) -> Bound<'py, PyBytes> {
        PyBytes::new(cls.py(), core::Fernet::generate_key().as_bytes())
    }

    /// Makes a token for `data`. The time is readable in it.
    fn encrypt<'py>(&self, py: Python<'py>, data: Input<'_>) -> CallResult<Bound<'py, PyBytes>> {
        encrypt(py, &self.inner, data.as_slice(), now(py)? as u64)
    }

    /// Makes a token for `data` as if it were `current_time`, in seconds since 1970.
    fn encrypt_at_time<'py>(
        &self,
        py: Python<'py>,
        data: Input<'_>,
        current_time: u64,
    ) -> CallResult<Bound<'py, PyBytes>> {
        encrypt(py, &self.inner, data.as_slice(), current_time)
    }

    /// Returns the data of `token` (bytes or str), which may be at most `ttl` seconds old; of any
    /// age if that is None.
    ///
    /// Raises InvalidToken if the token is malformed, was changed, was made under another key, is
    /// too old, or was made more than 60 seconds in the future.
    #[pyo3(signature = (token, ttl = None))]
    fn decrypt<'py>(
        &self,
        py: Python<'py>,
        token: TokenInput<'_>,
        ttl: Option<f64>,
    ) -> CallResult<Bound<'py, PyBytes>> {
        Ok(decrypt(py, &[&self.inner], &token, validity_now(py, ttl)?)?.1)
    }

    /// Decrypts as if it were `current_time`, in seconds since 1970.
    ///
    /// Raises ValueError if ttl is None, and what decrypt raises.
    fn decrypt_at_time<'py>(
        &self,
        py: Python<'py>,
        token: TokenInput<'_>,
        ttl: Option<f64>,
        current_time: f64,
    ) -> CallResult<Bound<'py, PyBytes>> {
        Ok(decrypt(py, &[&self.inner], &token, Some(validity_at(ttl, current_time)?))?.1)
    }

    /// Returns when `token` was made, in seconds since 1970.
    ///
    /// Raises InvalidToken if it was not made under this key.
    fn extract_timestamp(&self, py: Python<'_>, token: TokenInput<'_>) -> CallResult<u64> {
        Ok(extract_timestamp(py, &[&self.inner], &token)?.1)
    }
}

/// Makes tokens under the first of several keys and opens those of all of them: for changing keys.
/// A keyring's (``ring["tokens"].fernet()``) has the keys that the keyring has at each call.
///
/// Raises ValueError for no keys, and TypeError for what is no iterable of Fernet.
///
/// >>> from ironlatch.fernet import Fernet, MultiFernet
/// >>> new, old = Fernet(Fernet.generate_key()), Fernet(Fernet.generate_key())
/// >>> both = MultiFernet([new, old])
/// >>> new.decrypt(both.rotate(old.encrypt(b"a message")))
/// b'a message'
#[pyclass(frozen, subclass, module = "ironlatch.fernet")]
pub(crate) struct MultiFernet {
    source: Source,
}

enum Source {
    Fixed(Vec<Py<Fernet>>),
    Keyring(Fernets),
}

impl MultiFernet {
    /// Of a key of a keyring.
    pub(crate) fn of(fernets: Fernets) -> Self {
        Self { source: Source::Keyring(fernets) }
    }

    /// Runs `work` with the current Fernets. It says which of them it used.
    fn using<T>(
        &self,
        operation: Operation,
        work: impl Fn(&[&core::Fernet]) -> CallResult<(usize, T)>,
    ) -> CallResult<T> {
        match &self.source {
            Source::Fixed(fernets) => {
                let fernets: Vec<_> = fernets.iter().map(|fernet| &fernet.get().inner).collect();
                Ok(work(&fernets)?.1)
            }
            Source::Keyring(fernets) => {
                let with = |current: &[VersionFernet]| {
                    let fernets: Vec<_> = current.iter().map(VersionFernet::fernet).collect();
                    let (used, done) = work(&fernets)?;
                    current[used].used(operation)?;
                    Ok(done)
                };
                let current = fernets.current()?;
                with(&current).or_else(|error| fernets.newer(&current)?.map_or(Err(error), |newer| with(&newer)))
            }
        }
    }

    fn encrypt_first<'py>(&self, py: Python<'py>, data: &[u8], time: u64) -> CallResult<Bound<'py, PyBytes>> {
        self.using(Operation::Encrypt, |fernets| Ok((0, encrypt(py, fernets[0], data, time)?)))
    }

    fn decrypt_any<'py>(
        &self,
        py: Python<'py>,
        token: &TokenInput<'_>,
        validity: Option<Validity>,
    ) -> CallResult<Bound<'py, PyBytes>> {
        self.using(Operation::Decrypt, |fernets| decrypt(py, fernets, token, validity))
    }
}

#[pymethods]
impl MultiFernet {
    #[new]
    fn new(fernets: &Bound<'_, PyAny>) -> CallResult<Self> {
        let mut list = Vec::new();
        for fernet in fernets.try_iter()? {
            list.push(fernet?.cast_into::<Fernet>().map_err(PyErr::from)?.unbind());
        }
        if list.is_empty() {
            return Err(PyValueError::new_err("MultiFernet requires at least one Fernet instance").into());
        }
        Ok(Self { source: Source::Fixed(list) })
    }

    /// Makes a token for `msg` under the first key.
    fn encrypt<'py>(&self, py: Python<'py>, msg: Input<'_>) -> CallResult<Bound<'py, PyBytes>> {
        self.encrypt_first(py, msg.as_slice(), now(py)? as u64)
    }

    /// Makes a token for `msg` under the first key, as if it were `current_time`, in seconds since
    /// 1970.
    fn encrypt_at_time<'py>(
        &self,
        py: Python<'py>,
        msg: Input<'_>,
        current_time: u64,
    ) -> CallResult<Bound<'py, PyBytes>> {
        self.encrypt_first(py, msg.as_slice(), current_time)
    }

    /// Makes a token under the first key for the data of `msg`, a token under any of the keys. It
    /// keeps its time.
    ///
    /// Raises InvalidToken if `msg` is malformed, was changed, or was made under none of the keys.
    fn rotate<'py>(&self, py: Python<'py>, msg: TokenInput<'_>) -> CallResult<Bound<'py, PyBytes>> {
        let (data, timestamp) = self.using(Operation::Decrypt, |fernets| {
            open(py, fernets, &msg, None, |verified| {
                let mut data = zeroize::Zeroizing::new(vec![0; verified.data_len()?]);
                verified.decrypt_into(Output::from(&mut data[..]))?;
                Ok((data, verified.timestamp()))
            })
        })?;
        self.encrypt_first(py, &data, timestamp)
    }

    /// Returns the data of `msg`, a token under any of the keys, at most `ttl` seconds old; of any
    /// age if that is None.
    ///
    /// Raises InvalidToken if the token is malformed, was changed, was made under none of the keys,
    /// is too old, or was made more than 60 seconds in the future.
    #[pyo3(signature = (msg, ttl = None))]
    fn decrypt<'py>(&self, py: Python<'py>, msg: TokenInput<'_>, ttl: Option<f64>) -> CallResult<Bound<'py, PyBytes>> {
        self.decrypt_any(py, &msg, validity_now(py, ttl)?)
    }

    /// Decrypts as if it were `current_time`, in seconds since 1970.
    ///
    /// Raises ValueError if ttl is None, and what decrypt raises.
    fn decrypt_at_time<'py>(
        &self,
        py: Python<'py>,
        msg: TokenInput<'_>,
        ttl: Option<f64>,
        current_time: f64,
    ) -> CallResult<Bound<'py, PyBytes>> {
        self.decrypt_any(py, &msg, Some(validity_at(ttl, current_time)?))
    }

    /// Returns when `msg` was made, in seconds since 1970.
    ///
    /// Raises InvalidToken if it was made under none of the keys.
    fn extract_timestamp(&self, py: Python<'_>, msg: TokenInput<'_>) -> CallResult<u64> {
        self.using(Operation::Verify, |fernets| extract_timestamp(py, fernets, &msg))
    }
}

fn encrypt<'py>(py: Python<'py>, fernet: &core::Fernet, data: &[u8], time: u64) -> CallResult<Bound<'py, PyBytes>> {
    new_bytes(py, token_len(data.len()), |out| {
        detach_if_long(py, data.len(), || fernet.encrypt_into(data, time, out)).map_err(CallError::from)
    })
}

fn decrypt<'py>(
    py: Python<'py>,
    fernets: &[&core::Fernet],
    token: &TokenInput<'_>,
    validity: Option<Validity>,
) -> CallResult<(usize, Bound<'py, PyBytes>)> {
    open(py, fernets, token, validity, |verified| {
        let len = verified.data_len()?;
        new_bytes(py, len, |out| detach_if_long(py, len, || verified.decrypt_into(out)).map_err(CallError::from))
    })
}

fn extract_timestamp(py: Python<'_>, fernets: &[&core::Fernet], token: &TokenInput<'_>) -> CallResult<(usize, u64)> {
    open(py, fernets, token, None, |verified| Ok(verified.timestamp()))
}

/// Returns the result of `then` on the token, verified under the first key that fits, and which
/// key that is.
fn open<T>(
    py: Python<'_>,
    fernets: &[&core::Fernet],
    token: &TokenInput<'_>,
    validity: Option<Validity>,
    then: impl FnOnce(Verified<'_>) -> CallResult<T>,
) -> CallResult<(usize, T)> {
    let text = token.as_slice();
    let token = detach_if_long(py, text.len(), || Token::parse(text))?;
    for (index, fernet) in fernets.iter().enumerate() {
        let verified = detach_if_long(py, text.len(), || token.verify(fernet, validity));
        if let Ok(verified) = verified {
            return Ok((index, then(verified)?));
        }
    }
    Err(Error::InvalidToken.into())
}

/// A token as bytes or str.
enum TokenInput<'a> {
    Bytes(Input<'a>),
    Text(Received<'a>),
}

impl TokenInput<'_> {
    fn as_slice(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes.as_slice(),
            Self::Text(text) => text.as_bytes(),
        }
    }
}

impl<'a> FromPyObject<'a, '_> for TokenInput<'a> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, '_, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyString>() {
            return Received::extract(object).map(Self::Text);
        }
        Input::extract(object).map(Self::Bytes).map_err(|_| PyTypeError::new_err("token must be bytes or str"))
    }
}

/// The clock that Python programs see, which their tests may have set.
fn now(py: Python<'_>) -> CallResult<f64> {
    Ok(py.import(intern!(py, "time"))?.call_method0(intern!(py, "time"))?.extract()?)
}

fn validity_now(py: Python<'_>, ttl: Option<f64>) -> CallResult<Option<Validity>> {
    // Whole seconds, as tokens count them.
    ttl.map(|ttl| Ok(Validity { ttl, now: now(py)?.trunc() })).transpose()
}

fn validity_at(ttl: Option<f64>, now: f64) -> CallResult<Validity> {
    let ttl = ttl.ok_or_else(|| PyValueError::new_err("decrypt_at_time() can only be used with a non-None ttl"))?;
    Ok(Validity { ttl, now })
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod fernet {
    #[pymodule_export]
    use super::{Fernet, MultiFernet};
}
