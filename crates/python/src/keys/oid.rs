//! `ironlatch.x509.ObjectIdentifier`, which the peer's users also find in `hazmat.bindings._rust`.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// An object identifier: the number by which ASN.1 names an algorithm, an attribute or an
/// extension.
///
/// `value` is its dotted form, such as "2.5.4.3". Raises `ValueError` if it has fewer than two
/// arcs, an arc is no number, or the first two are out of range (X.660).
#[pyclass(frozen, module = "ironlatch.x509.oid")]
pub(crate) struct ObjectIdentifier(ironlatch::oid::ObjectIdentifier);

#[pymethods]
impl ObjectIdentifier {
    #[new]
    fn new(value: &str) -> PyResult<Self> {
        value.parse().map(Self).map_err(|error: ironlatch::Error| PyValueError::new_err(error.to_string()))
    }

    /// The numbers, joined by dots.
    #[getter]
    fn dotted_string(&self) -> String {
        self.0.to_string()
    }

    /// The name under which people know it, or "Unknown OID".
    #[getter]
    fn _name(&self) -> &'static str {
        self.0.name().unwrap_or("Unknown OID")
    }

    fn __repr__(&self) -> String {
        format!("<ObjectIdentifier(oid={}, name={})>", self.0, self._name())
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.0.hash(&mut hasher);
        hasher.finish()
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }
}

/// The Python object for an identifier.
pub(crate) fn oid_object(py: Python<'_>, oid: ironlatch::oid::ObjectIdentifier) -> PyResult<Bound<'_, PyAny>> {
    Ok(Bound::new(py, ObjectIdentifier(oid))?.into_any())
}

/// The identifier that a Python object is. TypeError for one of another class.
pub(crate) fn oid_of(object: &Bound<'_, PyAny>) -> PyResult<ironlatch::oid::ObjectIdentifier> {
    Ok(object.cast::<ObjectIdentifier>()?.get().0.clone())
}

impl ObjectIdentifier {
    /// The identifier itself.
    pub(crate) fn inner(&self) -> &ironlatch::oid::ObjectIdentifier {
        &self.0
    }
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod oid {
    #[pymodule_export]
    use super::ObjectIdentifier;
}
