//! Reading the values of Arrow arrays of all types.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};
use ironlatch::Error as CoreError;
use ironlatch::recipes::Error;
use ironlatch::recipes::fields::{DateTime, Decimal, Type, Value};

/// The number of values that a thread puts together at a time.
const SHARE: usize = 65_536;

/// Chunks cut into parts for all cores, each with how many values it has.
pub(super) fn parts(chunks: Vec<ArrayRef>) -> impl Iterator<Item = (usize, ArrayRef)> {
    chunks.into_iter().flat_map(|chunk| {
        (0..chunk.len()).step_by(SHARE).map(move |first| {
            let len = SHARE.min(chunk.len() - first);
            (len, chunk.slice(first, len))
        })
    })
}

/// Of a dictionary that of its values.
pub(super) fn value_type(kind: &DataType) -> &DataType {
    match kind {
        DataType::Dictionary(_, values) => values,
        kind => kind,
    }
}

pub(super) fn fits(kind: Type, found: &DataType) -> bool {
    match found {
        DataType::Null => true,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
            matches!(kind, Type::Text | Type::Json | Type::Uuid)
        }
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => matches!(kind, Type::Bytes | Type::Uuid),
        DataType::FixedSizeBinary(len) => kind == Type::Bytes || kind == Type::Uuid && *len == 16,
        found if found.is_integer() => kind == Type::Int,
        DataType::Float32 | DataType::Float64 => kind == Type::Float,
        DataType::Boolean => kind == Type::Bool,
        DataType::Date32 => kind == Type::Date,
        DataType::Time32(_) | DataType::Time64(_) => kind == Type::Time,
        DataType::Timestamp(..) => kind == Type::DateTime,
        found if found.is_decimal() => kind == Type::Decimal,
        _ => false,
    }
}

/// Reads the values of `array`, whose type [`fits`] `kind`, by their places; `None` for null.
pub(super) fn reader<'a>(array: &'a dyn Array, kind: Type) -> Result<Reader<'a>, Error> {
    let nulls = array.logical_nulls();
    let (keys, values): (Option<Vec<usize>>, &dyn Array) = match array.as_any_dictionary_opt() {
        Some(dictionary) if dictionary.values().is_empty() => (Some(Vec::new()), dictionary.values().as_ref()),
        Some(dictionary) => (Some(dictionary.normalized_keys()), dictionary.values().as_ref()),
        None => (None, array),
    };
    let get = getter(values, kind)?;
    Ok(Box::new(move |index| {
        let place = keys.as_ref().map_or(Some(index), |keys| keys.get(index).copied());
        let there = nulls.as_ref().is_none_or(|nulls| nulls.is_valid(index));
        place.filter(|_| there).map(&get)
    }))
}

pub(super) type Reader<'a> = Box<dyn Fn(usize) -> Option<Result<Value<'a>, Error>> + 'a>;

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
    macro_rules! decimal {
        ($type:ty, $scale:expr) => {{
            let exponent = -i64::from($scale);
            number!($type, |value| Ok(Value::Decimal(Decimal::new(value.into(), exponent)?)))
        }};
    }
    let text = move |text: &'a str| match kind {
        Type::Json => Ok(Value::Json(text)),
        Type::Uuid => uuid(text),
        _ => Ok(Value::Text(text)),
    };
    let bytes = move |bytes: &'a [u8]| match kind {
        Type::Uuid => match bytes.try_into() {
            Ok(bytes) => Ok(Value::Uuid(bytes)),
            Err(_) => Err(Error::value(format!("a UUID has 16 bytes, not {}", bytes.len()))),
        },
        _ => Ok(Value::Bytes(bytes)),
    };
    Ok(match array.data_type() {
        DataType::Null => Box::new(|_| Err(Error::value("there is no value"))),
        DataType::Utf8 => Box::new(move |index| text(array.as_string::<i32>().value(index))),
        DataType::LargeUtf8 => Box::new(move |index| text(array.as_string::<i64>().value(index))),
        DataType::Utf8View => Box::new(move |index| text(array.as_string_view().value(index))),
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
        DataType::Decimal32(_, scale) => decimal!(Decimal32Type, *scale),
        DataType::Decimal64(_, scale) => decimal!(Decimal64Type, *scale),
        DataType::Decimal128(_, scale) => decimal!(Decimal128Type, *scale),
        DataType::Decimal256(_, scale) => {
            let exponent = -i64::from(*scale);
            number!(Decimal256Type, |value| Ok(Value::Decimal(format!("{value}E{exponent}").parse()?)))
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
        other => {
            return Err(Error::Core(CoreError::WrongType(
                format!("an Arrow array of type {other} is not supported").into(),
            )));
        }
    })
}

/// Of 36 characters with hyphens, or 32 hexadecimal digits, in any case.
fn uuid(text: &str) -> Result<Value<'static>, Error> {
    let of_that_length = Some(text).filter(|text| matches!(text.len(), 32 | 36));
    match of_that_length.map(uuid::Uuid::try_parse) {
        Some(Ok(uuid)) => Ok(Value::Uuid(uuid.into_bytes())),
        _ => {
            Err(Error::value("the text is no UUID: that has 32 hexadecimal digits, or 36 characters with the hyphens"))
        }
    }
}

fn microseconds(value: i64, unit: TimeUnit) -> Result<i64, Error> {
    let made = match unit {
        TimeUnit::Second => value.checked_mul(1_000_000),
        TimeUnit::Millisecond => value.checked_mul(1_000),
        TimeUnit::Microsecond => Some(value),
        TimeUnit::Nanosecond if value % 1_000 == 0 => Some(value / 1_000),
        TimeUnit::Nanosecond => {
            return Err(Error::value(
                "a time is kept to the microsecond, and this one has nanoseconds: round it first",
            ));
        }
    };
    made.ok_or_else(|| Error::value("the time is out of range"))
}
