//! Arrow arrays as batches, and batches as Arrow arrays.

mod column;
mod reading;
mod results;
mod rows;

use arrow_array::{Array, ArrayRef};
use arrow_schema::Field;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple};

pub(super) use column::Column;
pub(super) use results::{stored_array, token_array, value_array};
pub(super) use rows::ArrowRows;

use crate::buffer::arrow::{export, export_schema};

/// Of Arrow's canonical extension type for UUIDs.
const EXTENSION: &str = "ARROW:extension:name";
const UUID: &str = "arrow.uuid";

/// The result of a call with Arrow arrays: an array for whoever reads Arrow's C data interface, such as ``pyarrow.array(result)``.
#[pyclass(frozen, module = "ironlatch.fields")]
pub(crate) struct ArrowArray {
    field: Field,
    array: ArrayRef,
}

#[pymethods]
impl ArrowArray {
    /// Schema and array in capsules. What ``requested_schema`` asks for is not looked at, as the interface allows.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let _ = requested_schema;
        export(py, &self.field, &self.array.to_data())
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        export_schema(py, &self.field)
    }

    fn __len__(&self) -> usize {
        self.array.len()
    }

    fn __repr__(&self) -> String {
        format!("ArrowArray(<{} values of type {}>)", self.array.len(), self.field.data_type())
    }
}
