//! Arrow arrays as batches, and batches as Arrow arrays.

mod column;
mod reading;
mod results;
mod rows;

use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, Field};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple};

pub(super) use column::Column;
pub(super) use results::{stored_array, token_array, value_array};
pub(super) use rows::{ArrowRows, RowType};

use self::results::decimal_array;
use super::batch::batch_error;
use crate::buffer::arrow::{export, export_schema, requested};
use crate::buffer::detach;

/// Of Arrow's canonical extension type for UUIDs.
const EXTENSION: &str = "ARROW:extension:name";
const UUID: &str = "arrow.uuid";

/// The result of a call with Arrow arrays: an array for all that read Arrow's C data interface,
/// such as ``pyarrow.array(result)``.
#[pyclass(frozen, module = "ironlatch.fields")]
pub(crate) struct ArrowArray {
    field: Field,
    array: ArrayRef,
    /// Whether the texts are those of decimal numbers.
    decimals: bool,
}

#[pymethods]
impl ArrowArray {
    /// Schema and array in capsules.
    ///
    /// If ``requested_schema`` is decimal128 and these are decimal numbers, that is what they
    /// become: ``pyarrow.array(result, pyarrow.decimal128(10, 2))``. Raises :class:`ValueError` if
    /// one does not fit. Nothing else is looked at, as the interface allows.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let requested = requested_schema.filter(|_| self.decimals).map(requested).transpose()?.flatten();
        if let Some(kind @ DataType::Decimal128(precision, scale)) = requested {
            let array = detach(py, || decimal_array(&self.array, precision, scale));
            let array = array.map_err(|error| batch_error(py, error))?;
            return export(py, &Field::new("", kind, true), &array.to_data());
        }
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
