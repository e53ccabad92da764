//! `ironlatch.hazmat.primitives.poly1305`.

use std::sync::Mutex;

use ironlatch::symmetric::poly1305::Poly1305 as Core;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::buffer::{Feed, SecretInput};
use crate::errors::{CallError, CallResult};
use crate::hash::hashes::{already_finalized, lock};

/// A one-time authenticator, in progress (RFC 8439).
///
/// `key` has 32 bytes and must serve one message and no other. Raises `ValueError` if its length is
/// another.
#[pyclass(frozen, module = "ironlatch.hazmat.primitives.poly1305")]
pub(crate) struct Poly1305 {
    /// `None` once finalized.
    state: Mutex<Option<Core>>,
}

#[pymethods]
impl Poly1305 {
    #[new]
    fn new(key: SecretInput<'_>) -> CallResult<Self> {
        Ok(Self { state: Mutex::new(Some(Core::new(key.as_slice())?)) })
    }

    /// Returns the tag of `data` under `key`, 16 bytes, in one call. Raises `ValueError` for a key
    /// of another length than 32 bytes, and `TypeError` if an argument is not bytes-like.
    #[staticmethod]
    fn generate_tag<'py>(py: Python<'py>, key: SecretInput<'_>, data: Feed<'_>) -> CallResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &whole(py, &key, &data)?.finalize()))
    }

    /// Compares the tag of `data` under `key` with `tag`, in constant time. Raises
    /// `InvalidSignature` if they differ.
    #[staticmethod]
    fn verify_tag(py: Python<'_>, key: SecretInput<'_>, data: Feed<'_>, tag: &Bound<'_, PyBytes>) -> CallResult<()> {
        Ok(whole(py, &key, &data)?.verify(tag.as_bytes())?)
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

    /// The tag of all that came in: 16 bytes. The context takes no more after it.
    ///
    /// Raises `AlreadyFinalized` if the context has given its result before.
    fn finalize<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyBytes>> {
        let state = lock(py, &self.state).take().ok_or_else(already_finalized)?;
        Ok(PyBytes::new(py, &state.finalize()))
    }

    /// Compares the tag of all that came in with `tag`, in constant time. The context takes no more
    /// after it.
    ///
    /// Raises `InvalidSignature` if they differ, `AlreadyFinalized` if the context has given its
    /// result before.
    fn verify(&self, py: Python<'_>, tag: &Bound<'_, PyBytes>) -> CallResult<()> {
        let state = lock(py, &self.state).take().ok_or_else(already_finalized)?;
        Ok(state.verify(tag.as_bytes())?)
    }
}

fn whole(py: Python<'_>, key: &SecretInput<'_>, data: &Feed<'_>) -> CallResult<Core> {
    let mut state = Core::new(key.as_slice())?;
    data.each(py, |piece| {
        state.update(piece);
        Ok::<_, CallError>(())
    })?;
    Ok(state)
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod poly1305 {
    #[pymodule_export]
    use super::Poly1305;
}
