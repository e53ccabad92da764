//! A column's values: their type, and the bytes that are encrypted.

mod canonical;
mod decimal;

pub use decimal::Decimal;

use core::fmt;
use std::borrow::Cow;

use super::unknown;
use crate::{Error, Result};

/// The days since 1970-01-01 of the first and the last date: of the years 1 to 9999.
pub const DAYS: core::ops::RangeInclusive<i32> = -719_162..=2_932_896;

/// The microseconds of a day.
pub const DAY: i64 = 86_400_000_000;

/// The type of a column's values. It is encrypted with each value, and a value of another type is
/// refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Type {
    /// Bytes.
    Bytes,
    /// Text in UTF-8.
    Text,
    /// A whole number of any size.
    Int,
    /// A decimal number with its exponent.
    Decimal,
    /// A binary floating-point number of 64 bits.
    Float,
    /// True or false.
    Bool,
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// A day and time, with or without an offset from UTC.
    DateTime,
    /// A UUID.
    Uuid,
    /// A JSON text.
    Json,
}

/// Code in what is encrypted, and name.
const TYPES: [(Type, u8, &str); 11] = [
    (Type::Bytes, 1, "bytes"),
    (Type::Text, 2, "str"),
    (Type::Int, 3, "int"),
    (Type::Decimal, 4, "decimal"),
    (Type::Float, 5, "float"),
    (Type::Bool, 6, "bool"),
    (Type::Date, 7, "date"),
    (Type::Time, 8, "time"),
    (Type::DateTime, 9, "datetime"),
    (Type::Uuid, 10, "uuid"),
    (Type::Json, 11, "json"),
];

impl Type {
    /// All types.
    pub fn all() -> impl Iterator<Item = Self> {
        TYPES.iter().map(|(kind, ..)| *kind)
    }

    /// Its name, as configurations and messages have it: `bytes`, `str`, `int`, `decimal`, `float`,
    /// `bool`, `date`, `time`, `datetime`, `uuid`, `json`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.entry().2
    }

    /// The type of this name.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if there is none.
    pub fn from_name(name: &str) -> Result<Self> {
        let found = TYPES.iter().find(|(.., own)| *own == name);
        found.map(|(kind, ..)| *kind).ok_or_else(|| {
            let names: Vec<_> = TYPES.iter().map(|(.., name)| *name).collect();
            Error::value(format!("there is no type {name:?}: the types are {}", names.join(", ")))
        })
    }

    /// The byte that stands before the values of this type, inside the encryption.
    pub(super) fn code(self) -> u8 {
        self.entry().1
    }

    pub(super) fn from_code(code: u8) -> Option<Self> {
        TYPES.iter().find(|(_, own, _)| *own == code).map(|(kind, ..)| *kind)
    }

    fn entry(self) -> &'static (Self, u8, &'static str) {
        // The codes are the places, counted from one.
        &TYPES[self as usize]
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A value of a column.
///
/// `Debug` shows its type alone.
#[derive(Clone, PartialEq)]
pub enum Value<'a> {
    /// Bytes.
    Bytes(&'a [u8]),
    /// Text.
    Text(&'a str),
    /// A whole number of 64 bits.
    Int(i64),
    /// A whole number that needs more than 64 bits: two's complement, the most significant byte
    /// first. See [`Value::integer`].
    BigInt(Cow<'a, [u8]>),
    /// A decimal number.
    Decimal(Decimal),
    /// A floating-point number. All its bits are kept.
    Float(f64),
    /// True or false.
    Bool(bool),
    /// Days since 1970-01-01.
    Date(i32),
    /// Microseconds since midnight.
    Time(i64),
    /// A day and time.
    DateTime(DateTime),
    /// The 16 bytes of a UUID.
    Uuid([u8; 16]),
    /// A JSON text (RFC 8259).
    Json(&'a str),
}

impl<'a> Value<'a> {
    /// A whole number of any length in two's complement, the most significant byte first; no bytes
    /// are zero.
    #[must_use]
    pub fn integer(bytes: &'a [u8]) -> Self {
        let sign = if bytes.first().is_some_and(|byte| byte & 0x80 != 0) { 0xff } else { 0 };
        let mut short = bytes;
        while let [first, rest @ ..] = short
            && *first == sign
            && rest.first().map_or(sign == 0, |next| next & 0x80 == sign & 0x80)
        {
            short = rest;
        }
        match short.len() {
            0..=8 => {
                let mut number = [sign; 8];
                number[8 - short.len()..].copy_from_slice(short);
                Self::Int(i64::from_be_bytes(number))
            }
            _ => Self::BigInt(short.into()),
        }
    }

    /// The value of its canonical bytes.
    ///
    /// # Errors
    /// [`Error::Field`] if they are those of no value of the type.
    pub fn from_canonical(kind: Type, bytes: &'a [u8]) -> Result<Self> {
        Self::read(kind, bytes).ok_or_else(unknown)
    }

    /// The maximum number of canonical bytes.
    #[must_use]
    pub fn most_bytes(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::Text(text) | Self::Json(text) => text.len(),
            Self::BigInt(bytes) => bytes.len(),
            Self::Decimal(number) => number.most_bytes(),
            _ => 16,
        }
    }

    /// Its type.
    #[must_use]
    pub fn kind(&self) -> Type {
        match self {
            Self::Bytes(_) => Type::Bytes,
            Self::Text(_) => Type::Text,
            Self::Int(_) | Self::BigInt(_) => Type::Int,
            Self::Decimal(_) => Type::Decimal,
            Self::Float(_) => Type::Float,
            Self::Bool(_) => Type::Bool,
            Self::Date(_) => Type::Date,
            Self::Time(_) => Type::Time,
            Self::DateTime(_) => Type::DateTime,
            Self::Uuid(_) => Type::Uuid,
            Self::Json(_) => Type::Json,
        }
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Value(<{}>)", self.kind())
    }
}

/// A day and time as a clock on the wall shows it, and how far that clock is ahead of UTC if that
/// is known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DateTime {
    /// Microseconds since 1970-01-01 00:00, by that clock.
    pub wall: i64,
    /// Microseconds by which the clock is ahead of UTC: less than a day either way.
    pub offset: Option<i64>,
}

macro_rules! from {
    ($($type:ty => $variant:ident),+ $(,)?) => {$(
        impl<'a> From<$type> for Value<'a> {
            fn from(value: $type) -> Self {
                Self::$variant(value)
            }
        }
    )+};
}

from! {
    &'a [u8] => Bytes,
    &'a str => Text,
    i64 => Int,
    Decimal => Decimal,
    f64 => Float,
    bool => Bool,
    DateTime => DateTime,
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(value)
    }
}
