//! The times of certificates (RFC 5280 §4.1.2.5): UTC, to the second.

use core::fmt;
use core::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

use asn1::{
    Asn1Readable, Asn1Writable, DateTime, ParseResult, Tag, UtcTime, WriteError, WriteResult, X509GeneralizedTime,
};

use crate::der::{GENERALIZED_TIME, UTC_TIME};
use crate::error::{Error, Result};

/// A moment, in UTC and to the second. Written as RFC 3339 has it: `2026-11-21T14:07:33Z`.
///
/// In DER it is a `UTCTime` before 2050 and a `GeneralizedTime` from then on, as RFC 5280 asks;
/// both are read for any year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time {
    year: u16,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
}

impl Time {
    /// The moment with these parts, of which the month and the day count from 1.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if there is no such moment.
    pub fn new(year: u16, month: u8, day: u8, hour: u8, minute: u8, second: u8) -> Result<Self> {
        let time = DateTime::new(year, month, day, hour, minute, second);
        time.map(|time| Self::from_datetime(&time)).map_err(|_| Error::value("there is no such date or time"))
    }

    /// The moment this number of seconds after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] outside of the years 0 to 9999.
    pub fn from_unix(seconds: i64) -> Result<Self> {
        let days = seconds.div_euclid(86_400) + DAYS_TO_1970;
        let second_of_day = seconds.rem_euclid(86_400);
        let era = days.div_euclid(DAYS_IN_400_YEARS);
        let day_of_era = days.rem_euclid(DAYS_IN_400_YEARS);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let (year, month) = if month < 10 { (0, month + 3) } else { (1, month - 9) };
        let year = u16::try_from(era * 400 + year_of_era + year).ok().filter(|&year| year <= 9999);
        let small = |number: i64| u8::try_from(number).unwrap_or_default();
        let year = year.ok_or(Error::value("the time is outside of the years 0 to 9999"))?;
        let (hour, minute, second) = (second_of_day / 3600, second_of_day / 60 % 60, second_of_day % 60);
        Self::new(year, small(month), small(day), small(hour), small(minute), small(second))
    }

    /// The moment of the call.
    #[must_use]
    pub fn now() -> Self {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_secs());
        let last = Self { year: 9999, month: 12, day: 31, hour: 23, minute: 59, second: 59 };
        i64::try_from(seconds).ok().and_then(|seconds| Self::from_unix(seconds).ok()).unwrap_or(last)
    }

    /// The seconds since 1970-01-01T00:00:00Z; negative before.
    #[must_use]
    pub fn to_unix(self) -> i64 {
        // Years begin in March here, so that the leap day is a year's last.
        let (year, month) = match self.month {
            1 | 2 => (i64::from(self.year) - 1, i64::from(self.month) + 9),
            month => (i64::from(self.year), i64::from(month) - 3),
        };
        let days_before_month = (153 * month + 2) / 5;
        let days = 365 * year + year.div_euclid(4) - year.div_euclid(100)
            + year.div_euclid(400)
            + days_before_month
            + i64::from(self.day)
            - 1
            - DAYS_TO_1970;
        days * 86_400 + i64::from(self.hour) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second)
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> u16 {
        self.year
    }

    /// The month, from 1.
    #[must_use]
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    #[must_use]
    pub fn day(self) -> u8 {
        self.day
    }

    /// The hour.
    #[must_use]
    pub fn hour(self) -> u8 {
        self.hour
    }

    /// The minute.
    #[must_use]
    pub fn minute(self) -> u8 {
        self.minute
    }

    /// The second.
    #[must_use]
    pub fn second(self) -> u8 {
        self.second
    }

    fn to_datetime(self) -> Result<DateTime, WriteError> {
        let Self { year, month, day, hour, minute, second } = self;
        DateTime::new(year, month, day, hour, minute, second).map_err(|_| WriteError::AllocationError)
    }

    /// Whether DER holds it as a `UTCTime`.
    fn is_short(self) -> bool {
        (1950..2050).contains(&self.year)
    }
}

/// From 0000-03-01 to 1970-01-01.
const DAYS_TO_1970: i64 = 719_468;
const DAYS_IN_400_YEARS: i64 = 146_097;

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day, hour, minute, second } = self;
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

/// Reads `2026-11-21T14:07:33Z`, or `2026-11-21` for that day's beginning.
impl FromStr for Time {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let refused = || {
            Error::value("not a time: expected a date such as 2027-06-30, or 2027-06-30T12:00:00Z with a time in UTC")
        };
        let (date, clock) = match text.split_once('T') {
            Some((date, clock)) => (date, clock.strip_suffix('Z').ok_or_else(refused)?),
            None => (text, "00:00:00"),
        };
        let [year, month, day] = numbers(date, '-', [4, 2, 2]).ok_or_else(refused)?;
        let [hour, minute, second] = numbers(clock, ':', [2, 2, 2]).ok_or_else(refused)?;
        let small = |number: u16| u8::try_from(number).map_err(|_| refused());
        Self::new(year, small(month)?, small(day)?, small(hour)?, small(minute)?, small(second)?).map_err(|_| refused())
    }
}

/// Three numbers, each of the given number of digits.
fn numbers(text: &str, separator: char, digits: [usize; 3]) -> Option<[u16; 3]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; 3];
    for (number, digits) in numbers.iter_mut().zip(digits) {
        let part =
            parts.next().filter(|part| part.len() == digits && part.bytes().all(|digit| digit.is_ascii_digit()))?;
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

// How the crate of containers reads it.
#[doc(hidden)]
impl From<&DateTime> for Time {
    fn from(time: &DateTime) -> Self {
        Self::from_datetime(time)
    }
}

impl Time {
    fn from_datetime(time: &DateTime) -> Self {
        Self {
            year: time.year(),
            month: time.month(),
            day: time.day(),
            hour: time.hour(),
            minute: time.minute(),
            second: time.second(),
        }
    }
}

#[doc(hidden)]
impl<'a> Asn1Readable<'a> for Time {
    fn parse(parser: &mut asn1::Parser<'a>) -> ParseResult<Self> {
        if parser.peek_tag() == Some(UTC_TIME) {
            return Ok(Self::from_datetime(parser.read_element::<UtcTime>()?.as_datetime()));
        }
        Ok(Self::from_datetime(parser.read_element::<X509GeneralizedTime>()?.as_datetime()))
    }

    fn can_parse(tag: Tag) -> bool {
        tag == UTC_TIME || tag == GENERALIZED_TIME
    }
}

#[doc(hidden)]
impl Asn1Writable for Time {
    type Error = WriteError;

    fn write(&self, writer: &mut asn1::Writer<'_>) -> WriteResult {
        let unwritable = |_| WriteError::AllocationError;
        if self.is_short() {
            return writer.write_element(&UtcTime::new(self.to_datetime()?).map_err(unwritable)?);
        }
        writer.write_element(&X509GeneralizedTime::new(self.to_datetime()?).map_err(unwritable)?)
    }

    fn encoded_length(&self) -> Option<usize> {
        Some(if self.is_short() { 15 } else { 17 })
    }
}

/// A moment that DER holds as a `GeneralizedTime` whatever its year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GeneralizedTime(pub Time);

#[doc(hidden)]
impl<'a> asn1::SimpleAsn1Readable<'a> for GeneralizedTime {
    const TAG: Tag = GENERALIZED_TIME;

    fn parse_data(data: &'a [u8]) -> ParseResult<Self> {
        Ok(Self(Time::from_datetime(X509GeneralizedTime::parse_data(data)?.as_datetime())))
    }
}

#[doc(hidden)]
impl asn1::SimpleAsn1Writable for GeneralizedTime {
    type Error = WriteError;
    const TAG: Tag = GENERALIZED_TIME;

    fn write_data(&self, dest: &mut asn1::WriteBuf) -> WriteResult {
        let time = X509GeneralizedTime::new(self.0.to_datetime()?).map_err(|_| WriteError::AllocationError)?;
        asn1::SimpleAsn1Writable::write_data(&time, dest)
    }

    fn data_length(&self) -> Option<usize> {
        Some(15)
    }
}
