//! Arrow arrays as batches, and batches as Arrow arrays.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, FixedSizeBinaryArray, Float64Array, Int64Array,
    LargeBinaryArray, LargeStringArray, StringArray, Time64MicrosecondArray, TimestampMicrosecondArray, new_null_array,
};
use arrow_buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, TimeUnit};
use ironlatch::Error;
use ironlatch::recipes::fields::{
    BatchError, Builder, DateTime, Decimal, Offsets, Packed, Row, Rows, Scratch, Token, Type, Validity, Value, Values,
    Variable,
};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple};
use zeroize::Zeroizing;

use super::batch::batch_error;
use super::blind_index::TokenForm;
use crate::buffer::arrow::{Imported, export, export_schema, import};

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

/// The values of an array: read where they lie if they are text or bytes in one piece, or else put together.
pub(super) enum Column {
    Borrowed(ArrayRef),
    Built(Builder),
}

impl Column {
    /// Canonical bytes of values of type `kind`.
    pub(super) fn values(kind: Type, column: &str, object: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = object.py();
        let imported = import(object)?;
        let found = value_type(imported.field.data_type());
        if !fits(kind, found) {
            return Err(PyTypeError::new_err(format!(
                "the column {column:?} has values of type {kind}, and the Arrow array has values of type {found}"
            )));
        }
        let as_bytes = matches!(kind, Type::Text | Type::Bytes);
        Self::new(py, imported, as_bytes, kind)
    }

    /// Stored values, and whether they are text.
    pub(super) fn stored(object: &Bound<'_, PyAny>) -> PyResult<(Self, bool)> {
        let imported = import(object)?;
        let found = value_type(imported.field.data_type());
        let text = fits(Type::Text, found) && *found != DataType::Null;
        if !text && !fits(Type::Bytes, found) {
            return Err(PyTypeError::new_err(format!(
                "stored values are binary or text, and the Arrow array is of type {found}"
            )));
        }
        Ok((Self::new(object.py(), imported, true, Type::Bytes)?, text))
    }

    fn new(py: Python<'_>, imported: Imported, as_bytes: bool, kind: Type) -> PyResult<Self> {
        let mut chunks = imported.chunks;
        let plain = matches!(
            imported.field.data_type(),
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Binary | DataType::LargeBinary
        );
        if as_bytes && plain && chunks.len() == 1 {
            return Ok(Self::Borrowed(chunks.remove(0)));
        }
        let build = || {
            let mut builder = Builder::with_capacity(chunks.iter().map(|chunk| chunk.len()).sum());
            for chunk in &chunks {
                let push = |builder: &mut Builder, value: Value<'_>| match value {
                    Value::Bytes(bytes) if as_bytes => {
                        builder.push_bytes(bytes);
                        Ok(())
                    }
                    value => builder.push(kind, &value),
                };
                each(chunk, kind, |value| match value {
                    Some(value) => push(&mut builder, value?),
                    None => {
                        builder.push_null();
                        Ok(())
                    }
                })
                .map_err(|error| BatchError { index: Some(builder.len()), error })?;
            }
            Ok(builder)
        };
        Ok(Self::Built(py.detach(build).map_err(|error| batch_error(py, error))?))
    }

    /// Gives the values to `work` as the core takes them.
    pub(super) fn with<T>(&self, work: impl FnOnce(&dyn Values) -> Result<T, BatchError>) -> Result<T, BatchError> {
        match self {
            Self::Built(builder) => work(builder),
            Self::Borrowed(array) => {
                let nulls = array.nulls().map(|nulls| Validity::new(nulls.validity(), nulls.offset(), nulls.len()));
                let (wide, narrow, bytes) = match array.data_type() {
                    DataType::Utf8 => {
                        (None, Some(array.as_string::<i32>().value_offsets()), array.as_string::<i32>().value_data())
                    }
                    DataType::LargeUtf8 => {
                        (Some(array.as_string::<i64>().value_offsets()), None, array.as_string::<i64>().value_data())
                    }
                    DataType::Binary => {
                        (None, Some(array.as_binary::<i32>().value_offsets()), array.as_binary::<i32>().value_data())
                    }
                    _ => (Some(array.as_binary::<i64>().value_offsets()), None, array.as_binary::<i64>().value_data()),
                };
                let offsets = match (narrow, wide) {
                    (Some(narrow), _) => Offsets::Narrow(narrow),
                    (None, wide) => Offsets::Wide(wide.unwrap_or_default()),
                };
                work(&Variable::new(offsets, bytes, nulls.transpose()?)?)
            }
        }
    }
}

/// The rows of an array.
pub(super) enum ArrowRows {
    Unbound,
    Ints(ScalarBuffer<i64>),
    Built(Builder),
}

impl ArrowRows {
    pub(super) fn new(object: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
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
        if let [chunk] = &chunks[..]
            && *chunk.data_type() == DataType::Int64
            && chunk.null_count() == 0
        {
            return Ok(Self::Ints(chunk.as_primitive::<Int64Type>().values().clone()));
        }
        let build = || {
            let mut builder = Builder::with_capacity(chunks.iter().map(|chunk| chunk.len()).sum());
            for chunk in &chunks {
                each(chunk, kind, |value| match value.transpose()? {
                    Some(Value::Int(number)) => builder.push_row(&Row::Int(number.into())),
                    Some(Value::BigInt(bytes)) => {
                        let number = bytes.iter().fold(0, |number: i128, byte| number << 8 | i128::from(*byte));
                        builder.push_row(&Row::Int(number))
                    }
                    Some(Value::Text(text)) => builder.push_row(&Row::Text(text)),
                    Some(Value::Uuid(bytes)) => builder.push_row(&Row::Uuid(bytes)),
                    Some(Value::Bytes(bytes)) if kind == Type::Text => match str::from_utf8(bytes) {
                        Ok(text) => builder.push_row(&Row::Text(text)),
                        Err(_) => Err(Error::InvalidValue("the row is no text".into())),
                    },
                    Some(Value::Bytes(bytes)) => builder.push_row(&Row::Bytes(bytes)),
                    _ => Err(Error::InvalidValue("the row is null: give each value its row, or none of them".into())),
                })
                .map_err(|error| BatchError { index: Some(Values::len(&builder)), error })?;
            }
            Ok(builder)
        };
        Ok(Self::Built(py.detach(build).map_err(|error| batch_error(py, error))?))
    }
}

impl Rows for ArrowRows {
    fn count(&self) -> Option<usize> {
        match self {
            Self::Unbound => None,
            Self::Ints(rows) => Some(rows.len()),
            Self::Built(rows) => rows.count(),
        }
    }

    fn write(&self, index: usize, out: &mut Vec<u8>) -> Result<(), Error> {
        match self {
            Self::Unbound => Ok(()),
            Self::Ints(rows) => rows[..].write(index, out),
            Self::Built(rows) => rows.write(index, out),
        }
    }
}

/// An array of what is stored.
pub(super) fn stored_array(values: &dyn Values, packed: Packed, text: bool) -> Result<ArrowArray, BatchError> {
    let nulls = nulls(values, &packed);
    let (kind, array) = bytes_array(packed, nulls, text)?;
    Ok(ArrowArray { field: Field::new("", kind, true), array })
}

/// An array of tokens of `bits` bits.
pub(super) fn token_array(
    values: &dyn Values,
    packed: Packed,
    bits: u32,
    form: TokenForm,
) -> Result<ArrowArray, BatchError> {
    if let TokenForm::Bytes = form {
        return stored_array(values, packed, false);
    }
    let nulls = nulls(values, &packed);
    let tokens = (0..packed.len()).map(|index| {
        let there = nulls.as_ref().is_none_or(|nulls| nulls.is_valid(index));
        there.then(|| Token::from_bytes(packed.get(index), bits)).transpose()
    });
    let array: ArrayRef = if let TokenForm::Text = form {
        let texts: Result<StringArray, Error> = tokens.map(|token| Ok(token?.map(|token| token.to_hex()))).collect();
        Arc::new(texts?)
    } else {
        let ints: Result<Int64Array, Error> =
            tokens.map(|token| token?.map(|token| token.to_int()).transpose()).collect();
        Arc::new(ints?)
    };
    Ok(ArrowArray { field: Field::new("", array.data_type().clone(), true), array })
}

/// An array of decrypted values. Text and bytes are wiped when the last one lets go of them.
pub(super) fn value_array(kind: Type, stored: &dyn Values, packed: Packed) -> Result<ArrowArray, BatchError> {
    let nulls = nulls(stored, &packed);
    let (kind, array) = match kind {
        Type::Text | Type::Json => bytes_array(packed, nulls, true)?,
        Type::Bytes => bytes_array(packed, nulls, false)?,
        kind => number_array(kind, &packed, nulls)?,
    };
    let mut field = Field::new("", kind, true);
    if matches!(field.data_type(), DataType::FixedSizeBinary(_)) {
        field.set_metadata([(EXTENSION.to_owned(), UUID.to_owned())]);
    }
    Ok(ArrowArray { field, array })
}

fn bytes_array(packed: Packed, nulls: Option<NullBuffer>, text: bool) -> Result<(DataType, ArrayRef), BatchError> {
    let narrow = packed.narrow_offsets();
    let (wide, bytes) = packed.into_parts();
    let bytes = Buffer::from(bytes::Bytes::from_owner(Zeroizing::new(bytes)));
    let array: Result<ArrayRef, _> = match narrow {
        Some(narrow) => {
            let offsets = OffsetBuffer::new(narrow.into());
            if text {
                StringArray::try_new(offsets, bytes, nulls).map(|array| Arc::new(array) as _)
            } else {
                BinaryArray::try_new(offsets, bytes, nulls).map(|array| Arc::new(array) as _)
            }
        }
        None => {
            let offsets = OffsetBuffer::new(wide.into());
            if text {
                LargeStringArray::try_new(offsets, bytes, nulls).map(|array| Arc::new(array) as _)
            } else {
                LargeBinaryArray::try_new(offsets, bytes, nulls).map(|array| Arc::new(array) as _)
            }
        }
    };
    let array = array.map_err(|_| Error::InvalidValue("a decrypted value is no text in UTF-8".into()))?;
    Ok((array.data_type().clone(), array))
}

fn number_array(kind: Type, packed: &Packed, nulls: Option<NullBuffer>) -> Result<(DataType, ArrayRef), BatchError> {
    let there = |index: usize| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(index));
    let (mut longs, mut days, mut uuids, mut texts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut with_offset = None;
    for index in 0..packed.len() {
        let at = |error| BatchError { index: Some(index), error };
        if !there(index) {
            match kind {
                Type::Date => days.push(0),
                Type::Uuid => uuids.extend([0; 16]),
                Type::Decimal => texts.push(None),
                _ => longs.push(0),
            }
            continue;
        }
        match Value::from_canonical(kind, packed.get(index)).map_err(at)? {
            Value::Int(number) | Value::Time(number) => longs.push(number),
            Value::Float(number) => longs.push(number.to_bits() as i64),
            Value::Bool(value) => longs.push(value.into()),
            Value::Date(day) => days.push(day),
            Value::Uuid(bytes) => uuids.extend(bytes),
            Value::Decimal(number) => texts.push(Some(number.to_string())),
            Value::DateTime(DateTime { wall, offset }) => {
                if *with_offset.get_or_insert(offset.is_some()) != offset.is_some() {
                    return Err(at(Error::InvalidValue(
                        "some datetimes have an offset from UTC and some have none, which no Arrow type holds: use decrypt_many".into(),
                    )));
                }
                longs.push(wall - offset.unwrap_or(0));
            }
            _ => {
                return Err(at(Error::InvalidValue("the number does not fit into 64 bits: use decrypt_many".into())));
            }
        }
    }
    let array: ArrayRef = match kind {
        Type::Date => Arc::new(Date32Array::new(days.into(), nulls)),
        Type::Uuid if uuids.is_empty() => new_null_array(&DataType::FixedSizeBinary(16), 0),
        Type::Uuid => Arc::new(FixedSizeBinaryArray::new(16, Buffer::from_vec(uuids), nulls)),
        Type::Decimal => Arc::new(StringArray::from(texts)),
        Type::Float => {
            let floats = longs.iter().map(|bits| f64::from_bits(*bits as u64)).collect();
            Arc::new(Float64Array::new(floats, nulls))
        }
        Type::Bool => Arc::new(BooleanArray::new(longs.iter().map(|value| *value == 1).collect(), nulls)),
        Type::Time => Arc::new(Time64MicrosecondArray::new(longs.into(), nulls)),
        Type::DateTime => {
            let array = TimestampMicrosecondArray::new(longs.into(), nulls);
            if with_offset == Some(true) { Arc::new(array.with_timezone("UTC")) } else { Arc::new(array) }
        }
        _ => Arc::new(Int64Array::new(longs.into(), nulls)),
    };
    Ok((array.data_type().clone(), array))
}

/// What is null in the result: what was, and what failed.
fn nulls(values: &dyn Values, packed: &Packed) -> Option<NullBuffer> {
    let mut failed = packed.failures().iter().filter_map(|failure| failure.index).peekable();
    let there = BooleanBuffer::collect_bool(packed.len(), |index| {
        let failed = failed.next_if_eq(&index).is_some();
        !failed && values.get(index, &mut Scratch::default()).is_some()
    });
    Some(NullBuffer::new(there)).filter(|nulls| nulls.null_count() > 0)
}

/// Of a dictionary that of its values.
fn value_type(kind: &DataType) -> &DataType {
    match kind {
        DataType::Dictionary(_, values) => values,
        kind => kind,
    }
}

fn fits(kind: Type, found: &DataType) -> bool {
    match found {
        DataType::Null => true,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => matches!(kind, Type::Text | Type::Json),
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => kind == Type::Bytes,
        DataType::FixedSizeBinary(len) => kind == Type::Bytes || kind == Type::Uuid && *len == 16,
        found if found.is_integer() => kind == Type::Int,
        DataType::Float32 | DataType::Float64 => kind == Type::Float,
        DataType::Boolean => kind == Type::Bool,
        DataType::Date32 => kind == Type::Date,
        DataType::Time32(_) | DataType::Time64(_) => kind == Type::Time,
        DataType::Timestamp(..) => kind == Type::DateTime,
        DataType::Decimal128(..) => kind == Type::Decimal,
        _ => false,
    }
}

/// Gives each value of `array`, whose type [`fits`] `kind`, to `work`; `None` for null. Text of a text column comes as its bytes.
fn each(
    array: &dyn Array,
    kind: Type,
    mut work: impl FnMut(Option<Result<Value<'_>, Error>>) -> Result<(), Error>,
) -> Result<(), Error> {
    let nulls = array.logical_nulls();
    let (keys, values): (Option<Vec<usize>>, &dyn Array) = match array.as_any_dictionary_opt() {
        Some(dictionary) if dictionary.values().is_empty() => (Some(Vec::new()), dictionary.values().as_ref()),
        Some(dictionary) => (Some(dictionary.normalized_keys()), dictionary.values().as_ref()),
        None => (None, array),
    };
    let get = getter(values, kind)?;
    for index in 0..array.len() {
        let place = keys.as_ref().map_or(Some(index), |keys| keys.get(index).copied());
        let there = nulls.as_ref().is_none_or(|nulls| nulls.is_valid(index));
        work(place.filter(|_| there).map(&get))?;
    }
    Ok(())
}

type Getter<'a> = Box<dyn Fn(usize) -> Result<Value<'a>, Error> + 'a>;

fn getter<'a>(array: &'a dyn Array, kind: Type) -> Result<Getter<'a>, Error> {
    macro_rules! number {
        ($type:ty, |$value:ident| $made:expr) => {{
            let values = array.as_primitive::<$type>().values();
            Box::new(move |index| {
                let $value = values[index];
                $made
            })
        }};
    }
    macro_rules! int {
        ($type:ty) => {
            number!($type, |value| Ok(Value::Int(value.into())))
        };
    }
    let bytes = move |bytes: &'a [u8]| match kind {
        Type::Json => match str::from_utf8(bytes) {
            Ok(text) => Ok(Value::Json(text)),
            Err(_) => Err(Error::InvalidValue("the JSON text is not in UTF-8".into())),
        },
        Type::Uuid => match bytes.try_into() {
            Ok(bytes) => Ok(Value::Uuid(bytes)),
            Err(_) => Err(Error::InvalidValue("a UUID has 16 bytes".into())),
        },
        _ => Ok(Value::Bytes(bytes)),
    };
    Ok(match array.data_type() {
        DataType::Null => Box::new(|_| Err(Error::InvalidValue("there is no value".into()))),
        DataType::Utf8 => Box::new(move |index| bytes(array.as_string::<i32>().value(index).as_bytes())),
        DataType::LargeUtf8 => Box::new(move |index| bytes(array.as_string::<i64>().value(index).as_bytes())),
        DataType::Utf8View => Box::new(move |index| bytes(array.as_string_view().value(index).as_bytes())),
        DataType::Binary => Box::new(move |index| bytes(array.as_binary::<i32>().value(index))),
        DataType::LargeBinary => Box::new(move |index| bytes(array.as_binary::<i64>().value(index))),
        DataType::BinaryView => Box::new(move |index| bytes(array.as_binary_view().value(index))),
        DataType::FixedSizeBinary(_) => Box::new(move |index| bytes(array.as_fixed_size_binary().value(index))),
        DataType::Int8 => int!(Int8Type),
        DataType::Int16 => int!(Int16Type),
        DataType::Int32 => int!(Int32Type),
        DataType::Int64 => int!(Int64Type),
        DataType::UInt8 => int!(UInt8Type),
        DataType::UInt16 => int!(UInt16Type),
        DataType::UInt32 => int!(UInt32Type),
        DataType::UInt64 => number!(UInt64Type, |value| Ok(match i64::try_from(value) {
            Ok(value) => Value::Int(value),
            Err(_) => Value::BigInt(i128::from(value).to_be_bytes()[7..].to_vec().into()),
        })),
        DataType::Float32 => number!(Float32Type, |value| Ok(Value::Float(value.into()))),
        DataType::Float64 => number!(Float64Type, |value| Ok(Value::Float(value))),
        DataType::Boolean => Box::new(move |index| Ok(Value::Bool(array.as_boolean().value(index)))),
        DataType::Date32 => number!(Date32Type, |value| Ok(Value::Date(value))),
        DataType::Decimal128(_, scale) => {
            let exponent = -i64::from(*scale);
            number!(Decimal128Type, |value| Ok(Value::Decimal(Decimal::new(value, exponent)?)))
        }
        DataType::Time32(unit) | DataType::Time64(unit) => {
            let (data, unit) = (array.to_data(), *unit);
            Box::new(move |index| {
                let value = match unit {
                    TimeUnit::Second | TimeUnit::Millisecond => data.buffer::<i32>(0)[index].into(),
                    _ => data.buffer::<i64>(0)[index],
                };
                Ok(Value::Time(microseconds(value, unit)?))
            })
        }
        DataType::Timestamp(unit, zone) => {
            let (data, unit, offset) = (array.to_data(), *unit, zone.as_ref().map(|_| 0));
            Box::new(move |index| {
                Ok(Value::DateTime(DateTime { wall: microseconds(data.buffer::<i64>(0)[index], unit)?, offset }))
            })
        }
        other => return Err(Error::WrongType(format!("an Arrow array of type {other} is not supported").into())),
    })
}

fn microseconds(value: i64, unit: TimeUnit) -> Result<i64, Error> {
    let made = match unit {
        TimeUnit::Second => value.checked_mul(1_000_000),
        TimeUnit::Millisecond => value.checked_mul(1_000),
        TimeUnit::Microsecond => Some(value),
        TimeUnit::Nanosecond if value % 1_000 == 0 => Some(value / 1_000),
        TimeUnit::Nanosecond => {
            return Err(Error::InvalidValue(
                "a time is kept to the microsecond, and this one has nanoseconds: round it first".into(),
            ));
        }
    };
    made.ok_or_else(|| Error::InvalidValue("the time is out of range".into()))
}
