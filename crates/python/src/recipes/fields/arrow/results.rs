//! Results of batches as Arrow arrays.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, FixedSizeBinaryArray, Float64Array,
    Int64Array, LargeBinaryArray, LargeStringArray, StringArray, Time64MicrosecondArray, TimestampMicrosecondArray,
    new_null_array,
};
use arrow_buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer};
use arrow_schema::{DataType, Field};
use ironlatch::recipes::Error;
use ironlatch::recipes::fields::{BatchError, DateTime, Decimal, Packed, Token, Type, Value};
use zeroize::Zeroizing;

use super::super::token_form::TokenForm;
use super::{ArrowArray, Column, EXTENSION, UUID};

/// An array of what is stored.
pub(in super::super) fn stored_array(values: &Column, packed: Packed, text: bool) -> Result<ArrowArray, BatchError> {
    let nulls = nulls(values, &packed);
    let (kind, array) = bytes_array(packed, nulls, text, Buffer::from_vec)?;
    Ok(ArrowArray { field: Field::new("", kind, true), array, decimals: false })
}

/// An array of tokens of `bits` bits.
pub(in super::super) fn token_array(
    values: &Column,
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
        let texts: Result<_, Error> = tokens.map(|token| Ok(token?.map(|token| token.to_hex()))).collect();
        text_array(texts?)
    } else {
        let ints: Result<Int64Array, Error> =
            tokens.map(|token| token?.map(|token| token.to_int()).transpose()).collect();
        Arc::new(ints?)
    };
    Ok(ArrowArray { field: Field::new("", array.data_type().clone(), true), array, decimals: false })
}

/// An array of decrypted values. Text and bytes are wiped when the last reference is dropped.
pub(in super::super) fn value_array(kind: Type, stored: &Column, packed: Packed) -> Result<ArrowArray, BatchError> {
    let nulls = nulls(stored, &packed);
    let decimals = kind == Type::Decimal;
    let (kind, array) = match kind {
        Type::Text | Type::Json => bytes_array(packed, nulls, true, wiped)?,
        Type::Bytes => bytes_array(packed, nulls, false, wiped)?,
        kind => number_array(kind, &packed, nulls)?,
    };
    let mut field = Field::new("", kind, true);
    if matches!(field.data_type(), DataType::FixedSizeBinary(_)) {
        field.set_metadata([(EXTENSION.to_owned(), UUID.to_owned())]);
    }
    Ok(ArrowArray { field, array, decimals })
}

/// A buffer that is wiped when it is dropped.
fn wiped(bytes: Vec<u8>) -> Buffer {
    Buffer::from(bytes::Bytes::from_owner(Zeroizing::new(bytes)))
}

fn bytes_array(
    packed: Packed,
    nulls: Option<NullBuffer>,
    text: bool,
    buffer: impl FnOnce(Vec<u8>) -> Buffer,
) -> Result<(DataType, ArrayRef), BatchError> {
    let narrow = packed.narrow_offsets();
    let (wide, bytes) = packed.into_parts();
    let bytes = buffer(bytes);
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
    let array = array.map_err(|_| Error::value("a decrypted value is no text in UTF-8"))?;
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
                    return Err(at(Error::value(
                        "some datetimes have an offset from UTC and some have none, which no Arrow type holds: use decrypt_many",
                    )));
                }
                longs.push(wall - offset.unwrap_or(0));
            }
            _ => {
                return Err(at(Error::value("the number does not fit into 64 bits: use decrypt_many")));
            }
        }
    }
    let array: ArrayRef = match kind {
        Type::Date => Arc::new(Date32Array::new(days.into(), nulls)),
        Type::Uuid if uuids.is_empty() => new_null_array(&DataType::FixedSizeBinary(16), 0),
        Type::Uuid => Arc::new(FixedSizeBinaryArray::new(16, Buffer::from_vec(uuids), nulls)),
        Type::Decimal => text_array(texts),
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

/// utf8, or large_utf8 if that is not enough.
fn text_array(texts: Vec<Option<String>>) -> ArrayRef {
    let total: usize = texts.iter().flatten().map(String::len).sum();
    match i32::try_from(total) {
        Ok(_) => Arc::new(StringArray::from(texts)),
        Err(_) => Arc::new(LargeStringArray::from(texts)),
    }
}

/// The decimal numbers of an array of their texts with `precision` digits, of which `scale` stand
/// behind the point.
pub(super) fn decimal_array(texts: &dyn Array, precision: u8, scale: i8) -> Result<Decimal128Array, BatchError> {
    let texts: Box<dyn Iterator<Item = Option<&str>>> = match texts.as_string_opt::<i32>() {
        Some(texts) => Box::new(texts.iter()),
        None => Box::new(texts.as_string::<i64>().iter()),
    };
    let most = 10_u128.checked_pow(precision.into()).unwrap_or(u128::MAX);
    let number = |text: &str| {
        let number = text.parse::<Decimal>()?.coefficient_at(-i64::from(scale));
        number.filter(|number| number.unsigned_abs() < most).ok_or_else(|| {
            Error::value(format!("the number does not fit into decimal128({precision}, {scale}) as it is"))
        })
    };
    let numbers = texts
        .enumerate()
        .map(|(index, text)| text.map(number).transpose().map_err(|error| BatchError { index: Some(index), error }));
    let numbers: Decimal128Array = numbers.collect::<Result<_, _>>()?;
    let refused = |_| Error::value(format!("there is no decimal128({precision}, {scale})"));
    Ok(numbers.with_precision_and_scale(precision, scale).map_err(refused)?)
}

/// The nulls of the result: those of the input, and the values that failed.
fn nulls(values: &Column, packed: &Packed) -> Option<NullBuffer> {
    let mut failed = packed.failures().iter().filter_map(|failure| failure.index).peekable();
    if failed.peek().is_none() {
        return values.nulls().cloned();
    }
    Some(NullBuffer::new(BooleanBuffer::collect_bool(packed.len(), |index| {
        let failed = failed.next_if_eq(&index).is_some();
        !failed && values.nulls().is_none_or(|nulls| nulls.is_valid(index))
    })))
}
