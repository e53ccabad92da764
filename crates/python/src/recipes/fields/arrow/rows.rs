//! The rows that the values of an array are in.

use core::iter;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef};
use arrow_buffer::ScalarBuffer;
use arrow_schema::{DataType, Field};
use ironlatch::Error as CoreError;
use ironlatch::recipes::Error;
use ironlatch::recipes::fields::{BatchError, Builder, Chunked, Row, Rows, Type, Value};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::super::ColumnType;
use super::super::batch::batch_error;
use super::reading::{fits, parts, reader, value_type};
use super::{EXTENSION, UUID};
use crate::buffer::arrow::{Imported, import};
use crate::buffer::detach;

/// The rows of an array in one or more pieces: numbers of 64 bits are read where they lie, and
/// others put together, on all cores.
pub(in super::super) enum ArrowRows {
    Unbound,
    Each(Chunked<Piece>),
}

impl ArrowRows {
    /// `kind` is what the rows are read as, if it is not to be seen by the type of the array.
    pub(in super::super) fn new(object: Option<&Bound<'_, PyAny>>, kind: Option<RowType>) -> PyResult<Self> {
        let Some(object) = object else {
            return match kind {
                Some(_) => Err(PyTypeError::new_err("there is a type for rows, and no rows")),
                None => Ok(Self::Unbound),
            };
        };
        let py = object.py();
        let Imported { field, chunks } = import(object)?;
        let kind = RowKind::new(&field, kind)?;
        let pieces = detach(py, || {
            let borrowed = chunks.iter().map(|chunk| Some((chunk.len(), Piece::borrowed(chunk)?)));
            match borrowed.collect::<Option<Vec<_>>>() {
                Some(pieces) => Ok(Chunked::new(pieces)),
                None => Chunked::build(parts(chunks), |part| Ok(Piece::Built(built(&part, &kind)?))),
            }
        });
        Ok(Self::Each(pieces.map_err(|error| batch_error(py, error))?))
    }
}

impl Rows for ArrowRows {
    fn count(&self) -> Option<usize> {
        match self {
            Self::Unbound => None,
            Self::Each(pieces) => pieces.count(),
        }
    }

    fn write(&self, index: usize, out: &mut Vec<u8>) -> Result<(), Error> {
        match self {
            Self::Unbound => Ok(()),
            Self::Each(pieces) => pieces.write(index, out),
        }
    }
}

pub(in super::super) enum Piece {
    Ints(ScalarBuffer<i64>),
    Built(Builder),
}

impl Piece {
    /// The array itself, if it has numbers of 64 bits and no nulls.
    fn borrowed(array: &ArrayRef) -> Option<Self> {
        let ints = array.as_primitive_opt::<Int64Type>()?;
        (ints.null_count() == 0).then(|| Self::Ints(ints.values().clone()))
    }
}

impl Rows for Piece {
    fn count(&self) -> Option<usize> {
        match self {
            Self::Ints(rows) => rows[..].count(),
            Self::Built(rows) => rows.count(),
        }
    }

    fn write(&self, index: usize, out: &mut Vec<u8>) -> Result<(), Error> {
        match self {
            Self::Ints(rows) => rows[..].write(index, out),
            Self::Built(rows) => rows.write(index, out),
        }
    }
}

/// The type to read rows as: ``row_type`` in Python, the class or its name, or a tuple of these
/// for composite keys.
pub(in super::super) enum RowType {
    One(ColumnType),
    Parts(Vec<Option<ColumnType>>),
}

impl<'a, 'py> FromPyObject<'a, 'py> for RowType {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        match object.cast::<PyTuple>() {
            Ok(parts) => Ok(Self::Parts(parts.extract()?)),
            Err(_) => Ok(Self::One(object.extract()?)),
        }
    }
}

/// The type that rows are read as.
enum RowKind {
    One(Type),
    Parts(Vec<Type>),
}

impl RowKind {
    fn new(field: &Field, asked: Option<RowType>) -> PyResult<Self> {
        let DataType::Struct(parts) = field.data_type() else {
            return match asked {
                Some(RowType::Parts(_)) => Err(PyTypeError::new_err(format!(
                    "row_type is a tuple, which is for rows of structs, and the Arrow array is of type {}",
                    field.data_type()
                ))),
                Some(RowType::One(kind)) => Ok(Self::One(part_kind(field, Some(kind.0))?)),
                None => Ok(Self::One(part_kind(field, None)?)),
            };
        };
        let asked = match asked {
            Some(RowType::One(_)) => {
                return Err(PyTypeError::new_err(
                    "the rows are structs: row_type is a tuple for them, with a type or None for each field",
                ));
            }
            Some(RowType::Parts(asked)) if asked.len() != parts.len() => {
                return Err(PyTypeError::new_err(format!(
                    "row_type has {} types, and the rows have {} fields",
                    asked.len(),
                    parts.len()
                )));
            }
            Some(RowType::Parts(asked)) => asked,
            None => Vec::new(),
        };
        let asked = asked.into_iter().map(|kind| kind.map(|kind| kind.0)).chain(iter::repeat(None));
        Ok(Self::Parts(parts.iter().zip(asked).map(|(part, asked)| part_kind(part, asked)).collect::<PyResult<_>>()?))
    }
}

/// The type to read a row as that is no struct, or a field of one.
fn part_kind(field: &Field, asked: Option<Type>) -> PyResult<Type> {
    let found = value_type(field.data_type());
    let is_uuid = field.metadata().get(EXTENSION).is_some_and(|name| name == UUID);
    let kinds = match asked {
        Some(kind) if ![Type::Int, Type::Text, Type::Bytes, Type::Uuid].contains(&kind) => {
            return Err(PyTypeError::new_err(format!("row_type is int, str, bytes or uuid, not {kind}")));
        }
        Some(kind) => &[kind][..],
        None if is_uuid => &[Type::Uuid],
        None => &[Type::Int, Type::Text, Type::Bytes],
    };
    let kind = kinds.iter().find(|kind| *found != DataType::Null && fits(**kind, found)).copied();
    kind.ok_or_else(|| match asked {
        Some(kind) => {
            PyTypeError::new_err(format!("rows of type {kind} do not come as an Arrow array of type {found}"))
        }
        None => PyTypeError::new_err(format!(
            "rows are ints, text, bytes or UUIDs, or structs of these, and the Arrow array has type {found}"
        )),
    })
}

/// Encoded rows.
fn built(array: &dyn Array, kind: &RowKind) -> Result<Builder, BatchError> {
    let readers = match kind {
        RowKind::One(kind) => vec![reader(array, *kind)?],
        RowKind::Parts(kinds) => {
            let columns = array.as_struct().columns().iter().zip(kinds);
            columns.map(|(column, kind)| reader(column, *kind)).collect::<Result<_, _>>()?
        }
    };
    let mut builder = Builder::with_capacity(array.len());
    let mut parts = Vec::with_capacity(readers.len());
    for index in 0..array.len() {
        parts.clear();
        let mut push = || {
            for read in &readers {
                // The fields of a struct that is null need not be.
                let value = if array.is_null(index) { None } else { read(index) };
                let Some(value) = value.transpose()? else {
                    builder.push_null();
                    return Ok(());
                };
                parts.push(row(value)?);
            }
            match kind {
                RowKind::One(_) => builder.push_row(&parts[0]),
                RowKind::Parts(_) => builder.push_row(&Row::Parts(&parts)),
            }
        };
        push().map_err(|error| BatchError { index: Some(index), error })?;
    }
    Ok(builder)
}

fn row(value: Value<'_>) -> Result<Row<'_>, Error> {
    Ok(match value {
        Value::Int(number) => Row::Int(number.into()),
        Value::BigInt(bytes) => Row::Int(bytes.iter().fold(0, |number: i128, byte| number << 8 | i128::from(*byte))),
        Value::Uuid(bytes) => Row::Uuid(bytes),
        Value::Text(text) => Row::Text(text),
        Value::Bytes(bytes) => Row::Bytes(bytes),
        other => return Err(Error::Core(CoreError::WrongType(format!("a row is no {}", other.kind()).into()))),
    })
}
