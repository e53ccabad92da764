//! Lists of values at once.

use ironlatch::recipes::Error;
use ironlatch::recipes::fields::{BatchError, Builder, Packed, Rows, Type, Value};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString};

use super::Stored;
use super::rows::rows;
use super::values::with_value;
use crate::errors::{CallError, CallResult};

/// The rows of a batch: encoded, or none.
pub(super) enum BatchRows {
    Each(Builder),
    Unbound,
}

impl BatchRows {
    pub(super) fn new(list: Option<Vec<Bound<'_, PyAny>>>) -> CallResult<Self> {
        Ok(match list {
            Some(list) => Self::Each(rows(&list)?),
            None => Self::Unbound,
        })
    }
}

impl Rows for BatchRows {
    fn count(&self) -> Option<usize> {
        match self {
            Self::Each(rows) => rows.count(),
            Self::Unbound => None,
        }
    }

    fn write(&self, index: usize, out: &mut Vec<u8>) -> Result<(), Error> {
        match self {
            Self::Each(rows) => rows.write(index, out),
            Self::Unbound => Ok(()),
        }
    }
}

/// The values of a list as they are encrypted, `None` as NULL.
pub(super) fn values(kind: Type, column: &str, list: &[Bound<'_, PyAny>]) -> CallResult<Builder> {
    let mut builder = Builder::with_capacity(list.len());
    for (index, object) in list.iter().enumerate() {
        if object.is_none() {
            builder.push_null();
        } else {
            with_value(kind, column, object, |value| Ok(builder.push(kind, value)?))
                .map_err(|error| located(object.py(), error.into(), Some(index)))?;
        }
    }
    Ok(builder)
}

/// Reads a list of stored values, and says whether the first of them is text.
pub(super) fn stored(list: &[Bound<'_, PyAny>]) -> CallResult<(Builder, bool)> {
    let mut builder = Builder::with_capacity(list.len());
    let mut text = None;
    for (index, object) in list.iter().enumerate() {
        if object.is_none() {
            builder.push_null();
        } else {
            let stored: Stored<'_> = object.extract().map_err(|error| located(object.py(), error, Some(index)))?;
            text.get_or_insert(matches!(stored, Stored::Text(_)));
            builder.push_bytes(stored.as_slice());
        }
    }
    Ok((builder, text.unwrap_or_default()))
}

/// A list of what came out: `None` where `list` has it, an exception where a value failed, or else
/// what `convert` makes.
pub(super) fn results<'py>(
    list: &[Bound<'py, PyAny>],
    packed: &Packed,
    py: Python<'py>,
    convert: impl Fn(&[u8]) -> CallResult<Bound<'py, PyAny>>,
) -> CallResult<Bound<'py, PyList>> {
    let mut failures = packed.failures().iter().peekable();
    let mut objects = Vec::with_capacity(list.len());
    for (index, object) in list.iter().enumerate() {
        let failure = failures.next_if(|failure| failure.index == Some(index));
        objects.push(match failure {
            Some(failure) => batch_error(py, failure.clone()).into_value(py).into_bound(py).into_any(),
            None if object.is_none() => py.None().into_bound(py),
            None => convert(packed.get(index)).map_err(|error| located(py, error.into(), Some(index)))?,
        });
    }
    Ok(PyList::new(py, objects)?)
}

/// Bytes, or the same as text.
pub(super) fn stored_object<'py>(py: Python<'py>, stored: &[u8], text: bool) -> PyResult<Bound<'py, PyAny>> {
    if text { Ok(PyString::from_bytes(py, stored)?.into_any()) } else { Ok(PyBytes::new(py, stored).into_any()) }
}

/// The canonical bytes of a value of type `kind` as the Python object.
pub(super) fn value_object<'py>(py: Python<'py>, kind: Type, canonical: &[u8]) -> CallResult<Bound<'py, PyAny>> {
    Ok(super::values::to_python(py, &Value::from_canonical(kind, canonical)?)?)
}

/// The exception for a batch: that of the error, with the place of the value as a note and as its
/// `index`.
pub(super) fn batch_error(py: Python<'_>, BatchError { index, error }: BatchError) -> PyErr {
    located(py, CallError::Recipe(error).into(), index)
}

fn located(py: Python<'_>, error: PyErr, index: Option<usize>) -> PyErr {
    let Some(index) = index else { return error };
    let place = || -> PyResult<()> {
        error.value(py).setattr("index", index)?;
        error.add_note(py, format!("in value {index} of the list, counted from 0"))
    };
    match place() {
        Ok(()) => error,
        Err(other) => other,
    }
}
