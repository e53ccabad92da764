//! `ironlatch.jwk`: JSON Web Keys.

use ironlatch::Error;
use ironlatch::keys::jwk::{self as core, Key};
use pyo3::exceptions::{PyIndexError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyIterator, PyList, PyMapping, PyString};
use zeroize::Zeroizing;

use super::objects::{private_key_of, private_object, public_key_of, public_object};
use crate::buffer::{SecretInput, detach};
use crate::errors::CallResult;
use crate::recipes::text::Str;
use crate::secret_bytes::SecretBytes;
use crate::types;

// `help` shows a default that is a literal; `KeySet.parse_public` has the same.
const _: () = assert!(core::MAX_PUBLIC_KEYS == 100);

/// Holds a JSON Web Key (RFC 7517): a key with what is said about it.
///
/// ``key`` is a private or public key object of a type that has a JWK, or the bytes of a symmetric
/// key (bytes-like or SecretBytes). ``kid`` is the key's name, ``alg`` the one algorithm that it is
/// for, ``use`` is sig or enc, and ``key_ops`` lists what it may be used for.
///
/// Raises TypeError for what is no key, UnsupportedAlgorithm for types without a JWK, and
/// ValueError if ``alg`` does not take the key (another type or curve, a short secret, RSA of less
/// than 2048 bits) or ``key_ops`` contradict ``use``.
///
/// >>> from ironlatch.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
/// >>> from ironlatch.jwk import Jwk
/// >>> jwk = Jwk(Ed25519PrivateKey.generate(), kid="2027", use="sig")
/// >>> jwk.to_dict()["crv"]
/// 'Ed25519'
#[pyclass(frozen, module = "ironlatch.jwk")]
pub(crate) struct Jwk {
    inner: core::Jwk,
}

#[pymethods]
impl Jwk {
    #[new]
    #[pyo3(signature = (key, *, kid=None, alg=None, r#use=None, key_ops=None))]
    fn new(
        key: &Bound<'_, PyAny>,
        kid: Option<String>,
        alg: Option<String>,
        r#use: Option<String>,
        key_ops: Option<Vec<String>>,
    ) -> CallResult<Self> {
        let key = if let Some(key) = private_key_of(key) {
            Key::Private(key)
        } else if let Some(key) = public_key_of(key) {
            Key::Public(key)
        } else if let Ok(bytes) = key.extract::<SecretInput<'_>>() {
            Key::Symmetric(ironlatch::secret::SecretBytes::copy_from(bytes.as_slice()))
        } else {
            let name = key.get_type().name()?;
            return Err(PyTypeError::new_err(format!("key must be a key object or bytes, not {name}")).into());
        };
        let mut inner = core::Jwk { key_id: kid, usage: r#use, operations: key_ops, ..core::Jwk::new(key) };
        inner.algorithm = alg.or(inner.algorithm);
        // So that a key that cannot be written is refused here and not later.
        inner.check()?;
        inner.thumbprint()?;
        Ok(Self { inner })
    }

    /// The key: an object of the private or public key classes, or SecretBytes for a symmetric key.
    #[getter]
    fn key<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        match &self.inner.key {
            Key::Private(key) => private_object(py, key.clone()),
            Key::Public(key) => public_object(py, key.clone()),
            Key::Symmetric(key) => {
                let copy = ironlatch::secret::SecretBytes::copy_from(key.expose());
                Ok(Bound::new(py, SecretBytes::new(copy))?.into_any())
            }
        }
    }

    /// The key's name.
    #[getter]
    fn kid(&self) -> Option<&str> {
        self.inner.key_id.as_deref()
    }

    /// The only algorithm that the key is for.
    #[getter]
    fn alg(&self) -> Option<&str> {
        self.inner.algorithm.as_deref()
    }

    /// The use of the key: sig or enc.
    #[getter]
    fn r#use(&self) -> Option<&str> {
        self.inner.usage.as_deref()
    }

    /// The operations that the key may be used for.
    #[getter]
    fn key_ops(&self) -> Option<Vec<String>> {
        self.inner.operations.clone()
    }

    /// Whether the key is one to keep secret: a private or a symmetric key.
    #[getter]
    fn is_private(&self) -> bool {
        !matches!(self.inner.key, Key::Public(_))
    }

    /// Returns the public half.
    ///
    /// Raises TypeError for a symmetric key, which has none.
    fn public(&self) -> CallResult<Self> {
        Ok(Self { inner: self.inner.public()? })
    }

    /// Returns the key's name from its contents: SHA-256 over its required members, in base64url
    /// (RFC 7638).
    fn thumbprint(&self) -> CallResult<String> {
        Ok(self.inner.thumbprint()?)
    }

    /// Returns the JSON text of the public half, or with ``private`` of the whole key, which then
    /// is as secret as the key.
    ///
    /// Raises TypeError for a symmetric key without ``private``.
    #[pyo3(signature = (*, private=false))]
    fn to_json<'py>(&self, py: Python<'py>, private: bool) -> CallResult<Bound<'py, PyString>> {
        Ok(PyString::new(py, &self.json(private)?))
    }

    /// Returns what :meth:`to_json` does, as a dictionary.
    ///
    /// Raises TypeError for a symmetric key without ``private``.
    #[pyo3(signature = (*, private=false))]
    fn to_dict<'py>(&self, py: Python<'py>, private: bool) -> CallResult<Bound<'py, PyDict>> {
        let dictionary = types::JSON_LOADS.get(py)?.call1((self.json(private)?.as_str(),))?;
        Ok(dictionary.cast_into().map_err(PyErr::from)?)
    }

    fn __repr__(&self) -> String {
        let kind = match &self.inner.key {
            Key::Private(_) => "private key",
            Key::Public(_) => "public key",
            Key::Symmetric(_) => "symmetric key",
        };
        match &self.inner.key_id {
            Some(kid) => format!("Jwk(<{kind}>, kid={kid:?})"),
            None => format!("Jwk(<{kind}>)"),
        }
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        Err(PyTypeError::new_err("a key cannot be pickled; to_json(private=True) writes it"))
    }
}

impl Jwk {
    fn json(&self, private: bool) -> CallResult<Zeroizing<String>> {
        if private {
            return Ok(self.inner.to_json()?);
        }
        match self.inner.public() {
            Ok(public) => Ok(public.to_json()?),
            Err(Error::WrongType(_)) => Err(PyTypeError::new_err(
                "a symmetric key has no public half: say private=True to write the key itself",
            )
            .into()),
            Err(error) => Err(error.into()),
        }
    }
}

/// Reads a JWK: JSON text, its UTF-8 bytes, or a mapping as ``json.loads`` gives it.
///
/// Raises ValueError if it is malformed, has a member twice, its numbers do not belong together, or
/// what it says about the key is not true of it; UnsupportedAlgorithm for a type or curve that is
/// not known.
///
/// >>> from ironlatch import jwk
/// >>> key = jwk.load('{"kty": "oct", "kid": "a", "k": "MDEyMzQ1Njc4OWFiY2RlZg"}')
/// >>> key.kid, key.is_private
/// ('a', True)
#[pyfunction]
fn load(py: Python<'_>, data: &Bound<'_, PyAny>) -> CallResult<Jwk> {
    let json = json_of(data)?;
    Ok(Jwk { inner: detach(py, || core::Jwk::parse(&json))? })
}

/// Reads a JWK Set (RFC 7517 section 5), in the same forms as :func:`load`. Keys that cannot be
/// used are passed over; ``ignored`` of the result names them, with the reasons.
///
/// Raises ValueError if it is no set, or holds more than 1000 keys.
///
/// >>> from ironlatch import jwk
/// >>> keys = jwk.load_set('{"keys": [{"kty": "oct", "k": "c2hvcnQ"}, {"kty": "new"}]}')
/// >>> len(keys), len(keys.ignored)
/// (1, 1)
#[pyfunction]
fn load_set(py: Python<'_>, data: &Bound<'_, PyAny>) -> CallResult<JwkSet> {
    let json = json_of(data)?;
    JwkSet::new(py, detach(py, || core::parse_set(&json))?)
}

/// Reads a JWK Set that somebody publishes: as :func:`load_set`, but symmetric and private keys are
/// passed over, and no work is done for them.
///
/// Raises ValueError if it is no set, or holds more than ``max_keys``.
///
/// >>> from ironlatch import jwk
/// >>> keys = jwk.load_public_set('{"keys": [{"kty": "oct", "k": "c2hvcnQ"}]}', max_keys=20)
/// >>> len(keys)
/// 0
#[pyfunction]
#[pyo3(signature = (data, *, max_keys=100))]
fn load_public_set(py: Python<'_>, data: &Bound<'_, PyAny>, max_keys: usize) -> CallResult<JwkSet> {
    let json = json_of(data)?;
    JwkSet::new(py, detach(py, || core::parse_public_set(&json, max_keys))?)
}

/// Holds the keys of a JWK Set that can be used, in its order: a sequence of Jwk.
#[pyclass(frozen, sequence, module = "ironlatch.jwk")]
pub(crate) struct JwkSet {
    keys: Vec<Py<Jwk>>,
    ignored: Vec<core::Ignored>,
}

impl JwkSet {
    fn new(py: Python<'_>, set: core::Set) -> CallResult<Self> {
        let keys = set.keys.into_iter().map(|inner| Py::new(py, Jwk { inner })).collect::<PyResult<_>>()?;
        Ok(Self { keys, ignored: set.ignored })
    }
}

#[pymethods]
impl JwkSet {
    /// The keys of the set that were passed over, with the reasons.
    #[getter]
    fn ignored(&self) -> Vec<IgnoredKey> {
        IgnoredKey::all(&self.ignored)
    }

    fn __len__(&self) -> usize {
        self.keys.len()
    }

    fn __getitem__(&self, py: Python<'_>, index: isize) -> PyResult<Py<Jwk>> {
        let index = if index < 0 { index + self.keys.len().cast_signed() } else { index };
        let key = usize::try_from(index).ok().and_then(|index| self.keys.get(index));
        key.map(|key| key.clone_ref(py)).ok_or_else(|| PyIndexError::new_err("the set does not hold that many keys"))
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        PyList::new(py, &self.keys)?.try_iter()
    }

    fn __repr__(&self) -> String {
        format!("JwkSet(<{} keys>, ignored=<{}>)", self.keys.len(), self.ignored.len())
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        Err(PyTypeError::new_err("keys cannot be pickled; to_json(private=True) writes each of them"))
    }
}

/// Describes a key of a JWK Set that was passed over.
#[pyclass(frozen, get_all, module = "ironlatch.jwk")]
pub(crate) struct IgnoredKey {
    /// The place of the key in the set, from 0.
    index: usize,
    /// Its ``kid``, if that can be read.
    kid: Option<String>,
    /// Why it cannot be used.
    reason: String,
}

impl IgnoredKey {
    pub(crate) fn all<E: std::fmt::Display>(ignored: &[core::Ignored<E>]) -> Vec<Self> {
        let one = |ignored: &core::Ignored<E>| Self {
            index: ignored.index,
            kid: ignored.key_id.clone(),
            reason: ignored.reason.to_string(),
        };
        ignored.iter().map(one).collect()
    }
}

#[pymethods]
impl IgnoredKey {
    fn __repr__(&self) -> String {
        match &self.kid {
            Some(kid) => format!("IgnoredKey(index={}, kid={kid:?}, reason={:?})", self.index, self.reason),
            None => format!("IgnoredKey(index={}, reason={:?})", self.index, self.reason),
        }
    }
}

/// The JSON text in `data`.
fn json_of(data: &Bound<'_, PyAny>) -> CallResult<Zeroizing<Vec<u8>>> {
    if data.is_instance_of::<PyString>() {
        return Ok(Zeroizing::new(data.extract::<Str<'_>>()?.as_bytes().to_vec()));
    }
    if data.cast::<PyMapping>().is_ok() {
        let py = data.py();
        let dictionary = py.get_type::<PyDict>().call1((data,))?;
        let text = types::JSON_DUMPS.get(py)?.call1((dictionary,));
        let text = text.map_err(|_| PyValueError::new_err("the mapping holds what JSON cannot"))?;
        return Ok(Zeroizing::new(text.extract::<Str<'_>>()?.as_bytes().to_vec()));
    }
    match data.extract::<SecretInput<'_>>() {
        Ok(bytes) => Ok(Zeroizing::new(bytes.as_slice().to_vec())),
        Err(_) => {
            let name = data.get_type().name()?;
            Err(PyTypeError::new_err(format!("a JWK is JSON text, bytes or a mapping, not {name}")).into())
        }
    }
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod jwk {
    #[pymodule_export]
    use super::{IgnoredKey, Jwk, JwkSet, load, load_public_set, load_set};
}
