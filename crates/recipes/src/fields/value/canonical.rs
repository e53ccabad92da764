//! The bytes of values: each value has exactly one encoding, and each encoding one value.
//!
//! | code | type | bytes |
//! |---|---|---|
//! | 1 | bytes | as they are |
//! | 2 | str | UTF-8 |
//! | 3 | int | two's complement, big-endian: 8 bytes, or as few as the number needs if it needs more |
//! | 4 | decimal | see [`Decimal`] |
//! | 5 | float | IEEE 754 binary64, big-endian |
//! | 6 | bool | one byte, 0 or 1 |
//! | 7 | date | days since 1970-01-01, 4 bytes, two's complement, big-endian |
//! | 8 | time | microseconds since midnight, 8 bytes, big-endian |
//! | 9 | datetime | microseconds since 1970-01-01 00:00 by the wall clock, 8 bytes, two's complement, big-endian; if the offset from UTC is known it follows in microseconds, 8 bytes alike |
//! | 10 | uuid | its 16 bytes |
//! | 11 | json | the text in UTF-8 |
//!
//! Numbers of the usual size have all the same length, so that the length of a ciphertext does not
//! tell their size.

use std::borrow::Cow;

use super::{DAY, DAYS, DateTime, Decimal, Type, Value};
use crate::fields::limits::check_len;
use crate::{Error, Result};
use ironlatch_core::json;

impl Value<'_> {
    /// Appends its bytes to `out`.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if it is out of its type's
    /// range, [`CoreError::TooLong`](ironlatch_core::Error::TooLong) past [`MAX_VALUE_LEN`].
    pub(in crate::fields) fn write(&self, out: &mut Vec<u8>) -> Result<()> {
        match self {
            Self::Bytes(bytes) => return write_long(bytes, out),
            Self::Text(text) => return write_long(text.as_bytes(), out),
            Self::Json(text) => {
                json::check(text).map_err(|fault| Error::value(format!("the JSON text is refused: {fault}")))?;
                return write_long(text.as_bytes(), out);
            }
            Self::BigInt(bytes) => match Value::integer(bytes) {
                Value::BigInt(shortest) => return write_long(&shortest, out),
                short => return short.write(out),
            },
            Self::Int(number) => out.extend(number.to_be_bytes()),
            Self::Decimal(number) => number.write(out),
            Self::Float(number) => out.extend(number.to_bits().to_be_bytes()),
            Self::Bool(value) => out.push((*value).into()),
            Self::Date(day) => {
                check_days((*day).into())?;
                out.extend(day.to_be_bytes());
            }
            Self::Time(time) => {
                if !(0..DAY).contains(time) {
                    return Err(Error::value("a time of day is from 00:00 to 23:59:59.999999"));
                }
                out.extend(time.to_be_bytes());
            }
            Self::DateTime(DateTime { wall, offset }) => {
                check_days(wall.div_euclid(DAY))?;
                out.extend(wall.to_be_bytes());
                if let Some(offset) = offset {
                    if !(-DAY + 1..DAY).contains(offset) {
                        return Err(Error::value("an offset from UTC is less than 24 hours"));
                    }
                    out.extend(offset.to_be_bytes());
                }
            }
            Self::Uuid(bytes) => out.extend(bytes),
        }
        Ok(())
    }
}

impl<'a> Value<'a> {
    /// The value of these bytes, if they are those of a value.
    pub(super) fn read(kind: Type, bytes: &'a [u8]) -> Option<Self> {
        Some(match kind {
            Type::Bytes => Self::Bytes(bytes),
            Type::Text => Self::Text(std::str::from_utf8(bytes).ok()?),
            Type::Json => Self::Json(std::str::from_utf8(bytes).ok()?),
            Type::Int => match Self::integer(bytes) {
                Self::Int(number) if bytes.len() == 8 => Self::Int(number),
                Self::BigInt(shortest) if shortest.len() == bytes.len() => Self::BigInt(Cow::Borrowed(bytes)),
                _ => return None,
            },
            Type::Decimal => Self::Decimal(Decimal::read(bytes)?),
            Type::Float => Self::Float(f64::from_bits(u64::from_be_bytes(bytes.try_into().ok()?))),
            Type::Bool => match bytes {
                [0] => Self::Bool(false),
                [1] => Self::Bool(true),
                _ => return None,
            },
            Type::Date => Self::Date(i32::from_be_bytes(bytes.try_into().ok()?)).checked()?,
            Type::Time => Self::Time(i64::from_be_bytes(bytes.try_into().ok()?)).checked()?,
            Type::DateTime => {
                let (wall, offset) = bytes.split_first_chunk()?;
                let offset = if offset.is_empty() { None } else { Some(i64::from_be_bytes(offset.try_into().ok()?)) };
                Self::DateTime(DateTime { wall: i64::from_be_bytes(*wall), offset }).checked()?
            }
            Type::Uuid => Self::Uuid(bytes.try_into().ok()?),
        })
    }

    /// Itself, if it is in its type's range.
    fn checked(self) -> Option<Self> {
        self.write(&mut Vec::with_capacity(16)).is_ok().then_some(self)
    }
}

fn write_long(bytes: &[u8], out: &mut Vec<u8>) -> Result<()> {
    check_len(bytes.len())?;
    out.extend_from_slice(bytes);
    Ok(())
}

fn check_days(days: i64) -> Result<()> {
    if (i64::from(*DAYS.start())..=i64::from(*DAYS.end())).contains(&days) {
        return Ok(());
    }
    Err(Error::value("a date is from the year 1 to the year 9999"))
}
