//! `ironlatch.jwk`: JSON Web Keys.

use ironlatch::Error;
use ironlatch::keys::jwk::{self as core, Key};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping, PyString};
use zeroize::Zeroizing;

use super::serialization::{private_key_of, private_object, public_key_of, public_object};
use crate::buffer::SecretInput;
use crate::errors::CallResult;
use crate::recipes::secrets::SecretBytes;

/// A JSON Web Key (RFC 7517): a key with what is said about it.
///
/// ``key`` is a private or public key object of a type that has a JWK, or the bytes of a symmetric key (bytes-like or
/// SecretBytes). ``kid`` is the key's name, ``alg`` the one algorithm that it is for, ``use`` is sig or enc, ``key_ops`` lists
/// what it may be used for. Raises TypeError for what is no key, UnsupportedAlgorithm for types without a JWK, ValueError if ``alg``
/// is not the algorithm of an ML-DSA key, which says it itself.
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

    /// The one algorithm that the key is for.
    #[getter]
    fn alg(&self) -> Option<&str> {
        self.inner.algorithm.as_deref()
    }

    /// What the key is for: sig or enc.
    #[getter]
    fn r#use(&self) -> Option<&str> {
        self.inner.usage.as_deref()
    }

    /// What the key may be used for.
    #[getter]
    fn key_ops(&self) -> Option<Vec<String>> {
        self.inner.operations.clone()
    }

    /// Whether the key is one to keep secret: a private or a symmetric key.
    #[getter]
    fn is_private(&self) -> bool {
        !matches!(self.inner.key, Key::Public(_))
    }

    /// The public half. Raises TypeError for a symmetric key, which has none.
    fn public(&self) -> CallResult<Self> {
        Ok(Self { inner: self.inner.public()? })
    }

    /// The key's name from its contents: SHA-256 over its required members, in base64url (RFC 7638).
    fn thumbprint(&self) -> CallResult<String> {
        Ok(self.inner.thumbprint()?)
    }

    /// The JSON text of the public half, or with ``private`` of the whole key, which then is as secret as the key.
    ///
    /// Raises TypeError for a symmetric key without ``private``.
    #[pyo3(signature = (*, private=false))]
    fn to_json<'py>(&self, py: Python<'py>, private: bool) -> CallResult<Bound<'py, PyString>> {
        Ok(PyString::new(py, &self.json(private)?))
    }

    /// As to_json, as a dictionary.
    #[pyo3(signature = (*, private=false))]
    fn to_dict<'py>(&self, py: Python<'py>, private: bool) -> CallResult<Bound<'py, PyDict>> {
        let dictionary = py.import("json")?.call_method1("loads", (self.json(private)?.as_str(),))?;
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
/// Raises ValueError if it is malformed or its numbers do not belong together, UnsupportedAlgorithm for a type or curve that is
/// not known.
#[pyfunction]
fn load(data: &Bound<'_, PyAny>) -> CallResult<Jwk> {
    Ok(Jwk { inner: core::Jwk::parse(json_of(data)?.as_slice())? })
}

/// Reads a JWK Set (RFC 7517 section 5), in the same forms. Keys of types that are not known are passed over.
///
/// Raises ValueError if it is malformed, or one of its keys is.
#[pyfunction]
fn load_set(data: &Bound<'_, PyAny>) -> CallResult<Vec<Jwk>> {
    let set = core::parse_set(json_of(data)?.as_slice())?;
    Ok(set.into_iter().map(|inner| Jwk { inner }).collect())
}

/// The JSON text in `data`.
fn json_of(data: &Bound<'_, PyAny>) -> CallResult<Zeroizing<Vec<u8>>> {
    if let Ok(text) = data.cast::<PyString>() {
        return Ok(Zeroizing::new(text.to_cow()?.as_bytes().to_vec()));
    }
    if data.cast::<PyMapping>().is_ok() {
        let py = data.py();
        let dictionary = py.get_type::<PyDict>().call1((data,))?;
        let text = py.import("json")?.call_method1("dumps", (dictionary,));
        let text = text.map_err(|_| PyValueError::new_err("the mapping holds what JSON cannot"))?;
        return Ok(Zeroizing::new(text.extract::<String>()?.into_bytes()));
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
    use super::{Jwk, load, load_set};
}
