//! The row that a value is in, as Python says it.

use ironlatch::recipes::fields::{Builder, Row};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyInt, PyString, PyTuple};

use super::values::Classes;
use crate::errors::CallResult;

/// Gives the row to `work`: ``None``, an int, str, bytes or UUID, or a tuple of these.
pub(super) fn with_row<T>(
    object: Option<&Bound<'_, PyAny>>,
    work: impl FnOnce(Row<'_>) -> CallResult<T>,
) -> CallResult<T> {
    let Some(object) = object.filter(|object| !object.is_none()) else { return work(Row::Unbound) };
    if let Ok(tuple) = object.cast::<PyTuple>() {
        let items: Vec<_> = tuple.iter().collect();
        let parts = items.iter().map(part).collect::<PyResult<Vec<_>>>()?;
        return work(Row::Parts(&parts));
    }
    work(part(object)?)
}

/// The rows of a batch, encoded.
pub(super) fn rows(list: &[Bound<'_, PyAny>]) -> CallResult<Builder> {
    let mut builder = Builder::with_capacity(list.len());
    for row in list {
        with_row(Some(row), |row| Ok(builder.push_row(&row)?))?;
    }
    Ok(builder)
}

fn part<'a>(object: &'a Bound<'_, PyAny>) -> PyResult<Row<'a>> {
    if object.is_instance_of::<PyInt>() && !object.is_instance_of::<PyBool>() {
        let number =
            object.extract().map_err(|_| PyValueError::new_err("a number that names a row has at most 128 bits"))?;
        return Ok(Row::Int(number));
    }
    if let Ok(text) = object.cast::<PyString>() {
        let text = text.to_str().map_err(|_| PyValueError::new_err("the row has half a surrogate pair in it"))?;
        return Ok(Row::Text(text));
    }
    if let Ok(bytes) = object.cast::<PyBytes>() {
        return Ok(Row::Bytes(bytes.as_bytes()));
    }
    if let Some(bytes) = Classes::get(object.py())?.uuid_bytes(object)? {
        return Ok(Row::Uuid(bytes));
    }
    let kind = object.get_type();
    Err(PyTypeError::new_err(format!(
        "a row is named by an int, str, bytes or UUID, a tuple of these, or None, not by {}",
        kind.name()?
    )))
}
