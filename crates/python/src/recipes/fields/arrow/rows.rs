//! What rows the values of an array are in.

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef};
use arrow_buffer::ScalarBuffer;
use arrow_schema::DataType;
use ironlatch::Error;
use ironlatch::recipes::fields::{BatchError, Builder, Chunked, Row, Rows, Type, Value};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use super::super::batch::batch_error;
use super::reading::{fits, parts, reader, value_type};
use super::{EXTENSION, UUID};
use crate::buffer::arrow::{Imported, import};

/// The rows of an array in one or more pieces: numbers of 64 bits are read where they lie, and others put together, on all cores.
pub(in super::super) enum ArrowRows {
    Unbound,
    Each(Chunked<Piece>),
}

impl ArrowRows {
    pub(in super::super) fn new(object: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let Some(object) = object.filter(|object| !object.is_none()) else { return Ok(Self::Unbound) };
        let py = object.py();
        let Imported { field, chunks } = import(object)?;
        let found = value_type(field.data_type());
        let kind = match found {
            DataType::FixedSizeBinary(16) if field.metadata().get(EXTENSION).is_some_and(|name| name == UUID) => {
                Type::Uuid
            }
            found => {
                let kinds = [Type::Int, Type::Text, Type::Bytes].into_iter().find(|kind| fits(*kind, found));
                kinds.filter(|_| *found != DataType::Null).ok_or_else(|| {
                    PyTypeError::new_err(format!(
                        "rows are ints, text, bytes or UUIDs, and the Arrow array is of type {found}"
                    ))
                })?
            }
        };
        let pieces = py.detach(|| {
            let borrowed = chunks.iter().map(|chunk| Some((chunk.len(), Piece::borrowed(chunk)?)));
            match borrowed.collect::<Option<Vec<_>>>() {
                Some(pieces) => Ok(Chunked::new(pieces)),
                None => Chunked::build(parts(chunks), |part| Ok(Piece::Built(built(&part, kind)?))),
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

/// Encoded rows.
fn built(array: &dyn Array, kind: Type) -> Result<Builder, BatchError> {
    let mut builder = Builder::with_capacity(array.len());
    let read = reader(array, kind)?;
    for index in 0..array.len() {
        row(read(index), kind)
            .and_then(|row| builder.push_row(&row))
            .map_err(|error| BatchError { index: Some(index), error })?;
    }
    Ok(builder)
}

/// A value of type `kind` as a row.
fn row<'a>(value: Option<Result<Value<'a>, Error>>, kind: Type) -> Result<Row<'a>, Error> {
    Ok(match value.transpose()? {
        Some(Value::Int(number)) => Row::Int(number.into()),
        Some(Value::BigInt(bytes)) => {
            Row::Int(bytes.iter().fold(0, |number: i128, byte| number << 8 | i128::from(*byte)))
        }
        Some(Value::Uuid(bytes)) => Row::Uuid(bytes),
        Some(Value::Bytes(bytes)) if kind == Type::Text => {
            Row::Text(str::from_utf8(bytes).map_err(|_| Error::InvalidValue("the row is no text".into()))?)
        }
        Some(Value::Bytes(bytes)) => Row::Bytes(bytes),
        _ => return Err(Error::InvalidValue("the row is null: give each value its row, or none of them".into())),
    })
}
