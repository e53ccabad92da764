//! Warnings, in their Python classes: about what will go away, and about files that others can
//! read.

use std::ffi::CStr;

use pyo3::exceptions::PyDeprecationWarning;
use pyo3::prelude::*;

use crate::types;

/// Warns the caller of the running native function with
/// ironlatch.utils.CryptographyDeprecationWarning. Fails if the program has made an error of such
/// warnings.
pub(crate) fn deprecated(py: Python<'_>, message: &CStr) -> PyResult<()> {
    PyErr::warn(py, types::DEPRECATION_WARNING.get(py)?, message, 1)
}

/// Warns the caller of the running native function with a DeprecationWarning: what it calls or
/// passes has a new name. Fails if the program has made an error of such warnings.
pub(crate) fn renamed(py: Python<'_>, message: &CStr) -> PyResult<()> {
    PyErr::warn(py, py.get_type::<PyDeprecationWarning>().as_any(), message, 1)
}

/// Warns the caller of the running native function with ironlatch.secrets.ExposedFileWarning. Fails
/// if the program has made an error of such warnings.
pub(crate) fn exposed_file(py: Python<'_>, message: &CStr) -> PyResult<()> {
    PyErr::warn(py, types::EXPOSED_FILE_WARNING.get(py)?, message, 1)
}
