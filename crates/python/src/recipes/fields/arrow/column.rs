//! The values of an array, as batches take them.

use arrow_array::cast::AsArray;
use arrow_array::{
    Array, ArrayRef, BinaryArray, BinaryViewArray, FixedSizeBinaryArray, LargeBinaryArray, LargeStringArray,
    StringArray, StringViewArray,
};
use arrow_buffer::{BooleanBufferBuilder, NullBuffer};
use arrow_schema::DataType;
use ironlatch::recipes::fields::{BatchError, Builder, Chunked, Scratch, Type, Value, Values};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use super::super::batch::batch_error;
use super::reading::{fits, parts, reader, value_type};
use crate::buffer::arrow::{Imported, import};
use crate::buffer::detach;

/// The values of an array in one or more pieces: text and bytes are read where they lie, and others
/// put together, on all cores.
pub(in super::super) struct Column {
    pieces: Chunked<Piece>,
    nulls: Option<NullBuffer>,
}

impl Column {
    /// Canonical bytes of values of type `kind`.
    pub(in super::super) fn values(kind: Type, column: &str, object: &Bound<'_, PyAny>) -> PyResult<Self> {
        let imported = import(object)?;
        let found = value_type(imported.field.data_type());
        if !fits(kind, found) {
            return Err(PyTypeError::new_err(format!(
                "the column {column:?} has values of type {kind}, and the Arrow array has values of type {found}"
            )));
        }
        Self::new(object.py(), imported, kind)
    }

    /// Stored values, and whether they are text.
    pub(in super::super) fn stored(object: &Bound<'_, PyAny>) -> PyResult<(Self, bool)> {
        let imported = import(object)?;
        let found = value_type(imported.field.data_type());
        let text = fits(Type::Text, found) && *found != DataType::Null;
        if !text && !fits(Type::Bytes, found) {
            return Err(PyTypeError::new_err(format!(
                "stored values are binary or text, and the Arrow array is of type {found}"
            )));
        }
        Ok((Self::new(object.py(), imported, if text { Type::Text } else { Type::Bytes })?, text))
    }

    /// The nulls of the column.
    pub(super) fn nulls(&self) -> Option<&NullBuffer> {
        self.nulls.as_ref()
    }

    fn new(py: Python<'_>, Imported { chunks, .. }: Imported, kind: Type) -> PyResult<Self> {
        let column = detach(py, || {
            let nulls = nulls(&chunks);
            let borrowed = chunks.iter().map(|chunk| Some((chunk.len(), Piece::borrowed(chunk, kind)?)));
            let pieces = match borrowed.collect::<Option<Vec<_>>>() {
                Some(pieces) => Chunked::new(pieces),
                None => Chunked::build(parts(chunks), |part| Ok(Piece::Built(built(&part, kind)?)))?,
            };
            Ok(Self { pieces, nulls })
        });
        column.map_err(|error| batch_error(py, error))
    }
}

impl Values for Column {
    fn len(&self) -> usize {
        self.pieces.len()
    }

    fn get<'s>(&'s self, index: usize, scratch: &'s mut Scratch) -> Option<&'s [u8]> {
        self.pieces.get(index, scratch)
    }
}

enum Piece {
    Text(StringArray),
    LargeText(LargeStringArray),
    TextView(StringViewArray),
    Bytes(BinaryArray),
    LargeBytes(LargeBinaryArray),
    BytesView(BinaryViewArray),
    FixedBytes(FixedSizeBinaryArray),
    Built(Builder),
}

impl Piece {
    /// The array itself, if its values of type `kind` lie in it as they are encrypted.
    fn borrowed(array: &ArrayRef, kind: Type) -> Option<Self> {
        Some(match (array.data_type(), kind) {
            (DataType::Utf8, Type::Text) => Self::Text(array.as_string().clone()),
            (DataType::LargeUtf8, Type::Text) => Self::LargeText(array.as_string().clone()),
            (DataType::Utf8View, Type::Text) => Self::TextView(array.as_string_view().clone()),
            (DataType::Binary, Type::Bytes) => Self::Bytes(array.as_binary().clone()),
            (DataType::LargeBinary, Type::Bytes) => Self::LargeBytes(array.as_binary().clone()),
            (DataType::BinaryView, Type::Bytes) => Self::BytesView(array.as_binary_view().clone()),
            (DataType::FixedSizeBinary(_), Type::Bytes | Type::Uuid) => {
                Self::FixedBytes(array.as_fixed_size_binary().clone())
            }
            _ => return None,
        })
    }
}

impl Values for Piece {
    fn len(&self) -> usize {
        match self {
            Self::Text(array) => array.len(),
            Self::LargeText(array) => array.len(),
            Self::TextView(array) => array.len(),
            Self::Bytes(array) => array.len(),
            Self::LargeBytes(array) => array.len(),
            Self::BytesView(array) => array.len(),
            Self::FixedBytes(array) => array.len(),
            Self::Built(builder) => builder.len(),
        }
    }

    fn get<'s>(&'s self, index: usize, scratch: &'s mut Scratch) -> Option<&'s [u8]> {
        match self {
            Self::Text(array) => array.is_valid(index).then(|| array.value(index).as_bytes()),
            Self::LargeText(array) => array.is_valid(index).then(|| array.value(index).as_bytes()),
            Self::TextView(array) => array.is_valid(index).then(|| array.value(index).as_bytes()),
            Self::Bytes(array) => array.is_valid(index).then(|| array.value(index)),
            Self::LargeBytes(array) => array.is_valid(index).then(|| array.value(index)),
            Self::BytesView(array) => array.is_valid(index).then(|| array.value(index)),
            Self::FixedBytes(array) => array.is_valid(index).then(|| array.value(index)),
            Self::Built(builder) => builder.get(index, scratch),
        }
    }
}

/// The values of an array as they are encrypted.
fn built(array: &dyn Array, kind: Type) -> Result<Builder, BatchError> {
    let mut builder = Builder::with_capacity(array.len());
    let read = reader(array, kind)?;
    for index in 0..array.len() {
        let pushed = match read(index) {
            Some(Ok(Value::Bytes(bytes))) => {
                builder.push_bytes(bytes);
                Ok(())
            }
            Some(Ok(Value::Text(text))) => {
                builder.push_bytes(text.as_bytes());
                Ok(())
            }
            Some(value) => value.and_then(|value| builder.push(kind, &value)),
            None => {
                builder.push_null();
                Ok(())
            }
        };
        pushed.map_err(|error| BatchError { index: Some(index), error })?;
    }
    Ok(builder)
}

/// The nulls of all the chunks.
fn nulls(chunks: &[ArrayRef]) -> Option<NullBuffer> {
    let all: Vec<_> = chunks.iter().map(|chunk| chunk.logical_nulls().filter(|nulls| nulls.null_count() > 0)).collect();
    if all.iter().all(Option::is_none) {
        return None;
    }
    let mut there = BooleanBufferBuilder::new(chunks.iter().map(|chunk| chunk.len()).sum());
    for (chunk, nulls) in chunks.iter().zip(all) {
        match nulls {
            Some(nulls) => there.append_buffer(nulls.inner()),
            None => there.append_n(chunk.len(), true),
        }
    }
    Some(NullBuffer::new(there.finish()))
}
