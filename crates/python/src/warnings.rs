//! Warnings, in their Python classes: about what will go away, and about files that others can
//! read.

use std::ffi::CStr;

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

/// Warns the caller of the running native function with
/// ironlatch.utils.CryptographyDeprecationWarning. Fails if the program has made an error of such
/// warnings.
pub(crate) fn deprecated(py: Python<'_>, message: &CStr) -> PyResult<()> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let class = CLASS.import(py, "ironlatch.utils", "CryptographyDeprecationWarning")?;
    PyErr::warn(py, class.as_any(), message, 1)
}

/// Warns the caller of the running native function with ironlatch.secrets.ExposedFileWarning. Fails
/// if the program has made an error of such warnings.
pub(crate) fn exposed_file(py: Python<'_>, message: &CStr) -> PyResult<()> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let class = CLASS.import(py, "ironlatch.secrets", "ExposedFileWarning")?;
    PyErr::warn(py, class.as_any(), message, 1)
}
