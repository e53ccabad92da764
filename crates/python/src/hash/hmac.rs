//! `ironlatch.hazmat.primitives.hmac`.

use std::sync::Mutex;

use ironlatch::hash::hmac::Hmac;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::hashes::{algorithm_of, already_finalized, lock};
use crate::buffer::{Feed, SecretInput, new_bytes};
use crate::errors::CallResult;

/// A keyed message authentication code in progress (RFC 2104).
///
/// `key` may have any length; as long as the digest is a good one. Raises `UnsupportedAlgorithm` if
/// the hash function is not available, or is one without a fixed length.
#[pyclass(frozen, module = "ironlatch.hazmat.primitives.hmac")]
pub(crate) struct HMAC {
    /// The hash function, as it was given.
    #[pyo3(get)]
    algorithm: Py<PyAny>,
    /// `None` once finalized.
    state: Mutex<Option<Hmac>>,
}

#[pymethods]
impl HMAC {
    #[new]
    #[pyo3(signature = (key, algorithm, backend = None))]
    fn new(key: SecretInput<'_>, algorithm: Bound<'_, PyAny>, backend: Option<&Bound<'_, PyAny>>) -> CallResult<Self> {
        let _ = backend;
        let state = Hmac::new(algorithm_of(&algorithm)?, key.as_slice())?;
        Ok(Self { algorithm: algorithm.unbind(), state: Mutex::new(Some(state)) })
    }

    /// Takes `data` in. Raises `AlreadyFinalized` after `finalize` or `verify`.
    fn update(&self, py: Python<'_>, data: Feed<'_>) -> CallResult<()> {
        let mut state = lock(py, &self.state);
        let state = state.as_mut().ok_or_else(already_finalized)?;
        data.each(py, |piece| {
            state.update(piece);
            Ok(())
        })
    }

    /// The code of all that came in: `algorithm.digest_size` bytes. The context takes no more after
    /// it.
    ///
    /// Raises `AlreadyFinalized` if the context has given its result before.
    fn finalize<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyBytes>> {
        let mut state = lock(py, &self.state);
        let len = state.as_ref().ok_or_else(already_finalized)?.algorithm().digest_size();
        new_bytes(py, len, |out| Ok(state.take().ok_or_else(already_finalized)?.finalize_into(out)))
    }

    /// Compares the code of all that came in with `signature`, in constant time. The context takes
    /// no more after it.
    ///
    /// Raises `InvalidSignature` if they differ, `AlreadyFinalized` if the context has given its
    /// result before.
    fn verify(&self, py: Python<'_>, signature: &Bound<'_, PyBytes>) -> CallResult<()> {
        let state = lock(py, &self.state).take().ok_or_else(already_finalized)?;
        Ok(state.verify(signature.as_bytes())?)
    }

    /// An independent context in the same state. Raises `AlreadyFinalized` after `finalize` or
    /// `verify`.
    fn copy(&self, py: Python<'_>) -> CallResult<Self> {
        let state = lock(py, &self.state).as_ref().ok_or_else(already_finalized)?.clone();
        Ok(Self { algorithm: self.algorithm.clone_ref(py), state: Mutex::new(Some(state)) })
    }
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod hmac {
    #[pymodule_export]
    use super::HMAC;
}
