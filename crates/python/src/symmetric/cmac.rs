//! `ironlatch.hazmat.primitives.cmac`.

use std::sync::Mutex;

use ironlatch::Error;
use ironlatch::error::Unsupported;
use ironlatch::symmetric::cmac::Cmac;
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::ciphers::block_cipher;
use crate::buffer::{Feed, SecretInput, new_bytes};
use crate::errors::CallResult;
use crate::hash::hashes::{already_finalized, lock};
use crate::types;

/// A message authentication code made of a block cipher, in progress (SP 800-38B).
///
/// `algorithm` is the cipher with its key. Raises `TypeError` if it is no block cipher, and
/// `UnsupportedAlgorithm` if it is one that is not available here.
#[pyclass(frozen, module = "ironlatch.hazmat.primitives.cmac")]
pub(crate) struct CMAC {
    /// `None` once finalized.
    state: Mutex<Option<Cmac>>,
}

#[pymethods]
impl CMAC {
    #[new]
    #[pyo3(signature = (algorithm, backend = None))]
    fn new(algorithm: Bound<'_, PyAny>, backend: Option<&Bound<'_, PyAny>>) -> CallResult<Self> {
        let _ = backend;
        if !types::BLOCK_CIPHER_ALGORITHM.is_type_of(&algorithm)? {
            return Err(PyTypeError::new_err("Expected instance of BlockCipherAlgorithm.").into());
        }
        let Some(cipher) = block_cipher(&algorithm)? else {
            let message = "CMAC is not supported with this algorithm";
            return Err(Error::unsupported(Unsupported::Cipher, message).into());
        };
        let key = algorithm.getattr(intern!(algorithm.py(), "key"))?;
        let state = Cmac::new(cipher, key.extract::<SecretInput<'_>>()?.as_slice())?;
        Ok(Self { state: Mutex::new(Some(state)) })
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

    /// The code of all that came in: as many bytes as the cipher's block. The context takes no more
    /// after it.
    ///
    /// Raises `AlreadyFinalized` if the context has given its result before.
    fn finalize<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyBytes>> {
        let state = lock(py, &self.state).take().ok_or_else(already_finalized)?;
        new_bytes(py, state.tag_len(), |out| Ok(state.finalize_into(out)))
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
        Ok(Self { state: Mutex::new(Some(state)) })
    }
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod cmac {
    #[pymodule_export]
    use super::CMAC;
}
