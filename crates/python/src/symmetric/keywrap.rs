//! `ironlatch.hazmat.primitives.keywrap`.

use ironlatch::symmetric::key_wrap as core;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::buffer::{Input, SecretInput, detach_if_long, new_bytes};
use crate::errors::CallResult;

/// Wraps `key_to_wrap`, of at least 16 bytes in whole blocks of 8, under an AES key (RFC 3394).
///
/// Raises `ValueError` if either has a length that is not allowed.
#[pyfunction]
#[pyo3(signature = (wrapping_key, key_to_wrap, backend = None))]
fn aes_key_wrap<'py>(
    py: Python<'py>,
    wrapping_key: SecretInput<'_>,
    key_to_wrap: SecretInput<'_>,
    backend: Option<&Bound<'_, PyAny>>,
) -> CallResult<Bound<'py, PyBytes>> {
    let _ = backend;
    let (key, secret) = (wrapping_key.as_slice(), key_to_wrap.as_slice());
    core::check(key, secret)?;
    new_bytes(py, secret.len() + core::OVERHEAD, |out| {
        Ok(detach_if_long(py, secret.len(), || core::wrap_into(key, secret, out))?)
    })
}

/// Takes the key out of `wrapped_key` (RFC 3394).
///
/// Raises `InvalidUnwrap` if it was wrapped under another key or was changed, and `ValueError` if
/// `wrapping_key` has a length that is not allowed.
#[pyfunction]
#[pyo3(signature = (wrapping_key, wrapped_key, backend = None))]
fn aes_key_unwrap<'py>(
    py: Python<'py>,
    wrapping_key: SecretInput<'_>,
    wrapped_key: Input<'_>,
    backend: Option<&Bound<'_, PyAny>>,
) -> CallResult<Bound<'py, PyBytes>> {
    let _ = backend;
    let (key, wrapped) = (wrapping_key.as_slice(), wrapped_key.as_slice());
    core::check_wrapped(key, wrapped)?;
    new_bytes(py, wrapped.len() - core::OVERHEAD, |out| {
        Ok(detach_if_long(py, wrapped.len(), || core::unwrap_into(key, wrapped, out))?)
    })
}

/// Wraps `key_to_wrap`, of any length but 0, under an AES key (RFC 5649).
///
/// Raises `ValueError` if either has a length that is not allowed.
#[pyfunction]
#[pyo3(signature = (wrapping_key, key_to_wrap, backend = None))]
fn aes_key_wrap_with_padding<'py>(
    py: Python<'py>,
    wrapping_key: SecretInput<'_>,
    key_to_wrap: SecretInput<'_>,
    backend: Option<&Bound<'_, PyAny>>,
) -> CallResult<Bound<'py, PyBytes>> {
    let _ = backend;
    let (key, secret) = (wrapping_key.as_slice(), key_to_wrap.as_slice());
    core::check_padded(key, secret)?;
    new_bytes(py, core::padded_len(secret.len()), |out| {
        Ok(detach_if_long(py, secret.len(), || core::wrap_with_padding_into(key, secret, out))?)
    })
}

/// Takes the key out of what `aes_key_wrap_with_padding` gave (RFC 5649).
///
/// Raises `InvalidUnwrap` if it was wrapped under another key or was changed, and `ValueError` if
/// `wrapping_key` has a length that is not allowed.
#[pyfunction]
#[pyo3(signature = (wrapping_key, wrapped_key, backend = None))]
fn aes_key_unwrap_with_padding<'py>(
    py: Python<'py>,
    wrapping_key: SecretInput<'_>,
    wrapped_key: Input<'_>,
    backend: Option<&Bound<'_, PyAny>>,
) -> CallResult<Bound<'py, PyBytes>> {
    let _ = backend;
    let (key, wrapped) = (wrapping_key.as_slice(), wrapped_key.as_slice());
    let secret = detach_if_long(py, wrapped.len(), || core::unwrap_with_padding(key, wrapped))?;
    Ok(PyBytes::new(py, &secret))
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod keywrap {
    #[pymodule_export]
    use super::{aes_key_unwrap, aes_key_unwrap_with_padding, aes_key_wrap, aes_key_wrap_with_padding};
}
