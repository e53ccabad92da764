//! `ironlatch.fields`: encrypted database columns.

mod arrow;
mod batch;
mod blind_index;
mod cipher;
mod rows;
mod token_form;
mod values;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyType};

use ironlatch::recipes::fields::Type;

use super::text::Received;
use crate::buffer::Input;
use values::Classes;

/// A stored value of a column: bytes-like in the binary form, ``str`` in the text form.
enum Stored<'a> {
    Binary(Input<'a>),
    Text(Received<'a>),
}

impl Stored<'_> {
    fn as_slice(&self) -> &[u8] {
        match self {
            Self::Binary(bytes) => bytes.as_slice(),
            Self::Text(text) => text.as_bytes(),
        }
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Stored<'a> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyString>() {
            return Received::extract(object).map(Self::Text);
        }
        Input::extract(object).map(Self::Binary).map_err(|_| {
            let message = match object.get_type().name() {
                Ok(kind) => format!("a stored value is bytes or str, not {kind}"),
                Err(error) => return error,
            };
            PyTypeError::new_err(message)
        })
    }
}

/// The type of a column: one of the Python classes that have one, or its name.
struct ColumnType(Type);

impl ColumnType {
    const TEXT: Self = Self(Type::Text);
}

impl<'a, 'py> FromPyObject<'a, 'py> for ColumnType {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(name) = object.cast::<PyString>() {
            return Ok(Self(Type::from_name(name.to_str()?).map_err(crate::errors::CallError::Recipe)?));
        }
        let found = match object.cast::<PyType>() {
            Ok(class) => Classes::get(object.py())?.kind_of(&class),
            Err(_) => None,
        };
        found.map(Self).ok_or_else(|| {
            let shown = object.repr().map_or_else(|_| String::new(), |shown| format!(", not {shown}"));
            PyTypeError::new_err(format!(
                "a column's type is str, bytes, int, decimal.Decimal, float, bool, datetime.date, datetime.time, datetime.datetime, \
                 uuid.UUID or \"json\"{shown}"
            ))
        })
    }
}

fn refused() -> PyErr {
    PyTypeError::new_err("what has a key in it cannot be pickled: make it from the keyring where it is needed")
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod fields {
    #[pymodule_export]
    use super::arrow::ArrowArray;
    #[pymodule_export]
    use super::blind_index::{BlindIndex, Leak};
    #[pymodule_export]
    use super::cipher::FieldCipher;
}
