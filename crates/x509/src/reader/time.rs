//! The times of a certificate (RFC 5280 §4.1.2.5): UTC, to the second.

use core::fmt;
use core::str::FromStr;

use ironlatch_core::{Error, Result};

/// A moment, in UTC and to the second. Written as RFC 3339 has it: `2026-11-21T14:07:33Z`.
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
}

/// From 0000-03-01 to 1970-01-01.
const DAYS_TO_1970: i64 = 719_468;

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
        let time = asn1::DateTime::new(year, small(month)?, small(day)?, small(hour)?, small(minute)?, small(second)?);
        time.map(|time| Self::from(&time)).map_err(|_| refused())
    }
}

/// Three numbers of so many digits.
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

impl From<&asn1::DateTime> for Time {
    fn from(time: &asn1::DateTime) -> Self {
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

/// `Time` in DER.
#[derive(asn1::Asn1Read)]
pub(super) enum Encoded {
    Utc(asn1::UtcTime),
    Generalized(asn1::X509GeneralizedTime),
}

impl Encoded {
    pub(super) fn time(&self) -> Time {
        match self {
            Self::Utc(time) => time.as_datetime().into(),
            Self::Generalized(time) => time.as_datetime().into(),
        }
    }
}
