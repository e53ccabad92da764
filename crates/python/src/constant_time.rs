//! `ironlatch.hazmat.primitives.constant_time`.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// Whether `a` and `b` are equal. The time depends on their lengths alone, not on where they
/// differ. Raises `TypeError` unless both are `bytes`.
#[pyfunction]
fn bytes_eq(a: &Bound<'_, PyAny>, b: &Bound<'_, PyAny>) -> PyResult<bool> {
    match (a.cast::<PyBytes>(), b.cast::<PyBytes>()) {
        (Ok(a), Ok(b)) => Ok(ironlatch::constant_time::bytes_eq(a.as_bytes(), b.as_bytes())),
        _ => Err(PyTypeError::new_err("a and b must be bytes.")),
    }
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod constant_time {
    #[pymodule_export]
    use super::bytes_eq;
}
