//! Decimal numbers that keep their exponent.

use core::fmt;
use core::str::FromStr;

use zeroize::{Zeroize, Zeroizing};

use crate::{Error, Result};
use ironlatch_core::Error as CoreError;

/// The most digits.
const MAX_DIGITS: usize = 1_000_000;

/// Up to as many digits a coefficient is a binary number of 16 bytes.
const SHORT_DIGITS: usize = 38;

/// A decimal number: a sign, a coefficient and an exponent of ten, all of which are kept. `1.0` and
/// `1.00` are two.
///
/// Its bytes are one for the sign (0, or 1 for a minus), the exponent in 8, two's complement,
/// big-endian, and the coefficient: big-endian in 16 bytes up to 38 digits, or else the digits in
/// ASCII. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Decimal {
    negative: bool,
    exponent: i64,
    coefficient: Coefficient,
}

#[derive(Clone, PartialEq, Eq)]
enum Coefficient {
    /// Below 10³⁸.
    Short(u128),
    /// Decimal digits, at least 39, of which the first is not zero.
    Long(Vec<u8>),
}

impl Decimal {
    /// `coefficient` · 10^`exponent`. Arrow's and many databases' decimals have a scale, which is
    /// the exponent's negative.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] if the coefficient has more than 38 digits.
    pub fn new(coefficient: i128, exponent: i64) -> Result<Self> {
        let magnitude = coefficient.unsigned_abs();
        if magnitude >= 10u128.pow(SHORT_DIGITS as u32) {
            return Err(Error::value("a decimal number of more than 38 digits is to be given as text"));
        }
        Ok(Self { negative: coefficient < 0, exponent, coefficient: Coefficient::Short(magnitude) })
    }

    /// The exponent of ten.
    #[must_use]
    pub fn exponent(&self) -> i64 {
        self.exponent
    }

    /// The coefficient with its sign, if it has at most 38 digits.
    #[must_use]
    pub fn coefficient(&self) -> Option<i128> {
        match &self.coefficient {
            Coefficient::Short(magnitude) => {
                let magnitude = i128::try_from(*magnitude).ok()?;
                Some(if self.negative { -magnitude } else { magnitude })
            }
            Coefficient::Long(_) => None,
        }
    }

    /// The coefficient with its sign that the same number has with another exponent, if that takes
    /// no digit away and it has at most 38.
    #[must_use]
    pub fn coefficient_at(&self, exponent: i64) -> Option<i128> {
        let coefficient = self.coefficient()?;
        let shift = i128::from(self.exponent) - i128::from(exponent);
        if coefficient == 0 {
            return Some(0);
        }
        let power = 10_i128.checked_pow(u32::try_from(shift.unsigned_abs()).ok()?)?;
        let moved = match shift {
            0.. => coefficient.checked_mul(power)?,
            _ if coefficient % power == 0 => coefficient / power,
            _ => return None,
        };
        (moved.unsigned_abs() < 10_u128.pow(SHORT_DIGITS as u32)).then_some(moved)
    }

    /// The same number without zeros at its end: equal numbers are then the same.
    pub(in crate::fields) fn normalized(&self) -> Self {
        let digits = self.digits();
        let kept = digits.trim_end_matches('0');
        if kept.is_empty() {
            return Self { negative: false, exponent: 0, coefficient: Coefficient::Short(0) };
        }
        let exponent = self.exponent.saturating_add((digits.len() - kept.len()) as i64);
        Self { negative: self.negative, exponent, coefficient: Coefficient::from_digits(kept) }
    }

    pub(super) fn most_bytes(&self) -> usize {
        let coefficient = match &self.coefficient {
            Coefficient::Short(_) => 16,
            Coefficient::Long(digits) => digits.len(),
        };
        9 + coefficient
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.push(self.negative.into());
        out.extend(self.exponent.to_be_bytes());
        match &self.coefficient {
            Coefficient::Short(magnitude) => out.extend(magnitude.to_be_bytes()),
            Coefficient::Long(digits) => out.extend_from_slice(digits),
        }
    }

    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (sign, bytes) = bytes.split_first()?;
        let (exponent, bytes) = bytes.split_first_chunk()?;
        let coefficient = match <[u8; 16]>::try_from(bytes) {
            Ok(bytes) => Coefficient::Short(u128::from_be_bytes(bytes)),
            Err(_) => Coefficient::Long(bytes.to_vec()),
        };
        let valid = match &coefficient {
            Coefficient::Short(magnitude) => *magnitude < 10u128.pow(SHORT_DIGITS as u32),
            Coefficient::Long(digits) => {
                (SHORT_DIGITS + 1..=MAX_DIGITS).contains(&digits.len())
                    && digits.iter().all(u8::is_ascii_digit)
                    && digits[0] != b'0'
            }
        };
        (valid && *sign <= 1).then(|| Self {
            negative: *sign == 1,
            exponent: i64::from_be_bytes(*exponent),
            coefficient,
        })
    }

    fn digits(&self) -> Zeroizing<String> {
        Zeroizing::new(match &self.coefficient {
            Coefficient::Short(magnitude) => magnitude.to_string(),
            Coefficient::Long(digits) => String::from_utf8_lossy(digits).into_owned(),
        })
    }
}

impl Coefficient {
    /// Of ASCII digits.
    fn from_digits(digits: &str) -> Self {
        let digits = digits.trim_start_matches('0');
        match digits.len() {
            0 => Self::Short(0),
            // At most 38 digits fit into 128 bits.
            1..=SHORT_DIGITS => Self::Short(digits.parse().unwrap_or_default()),
            _ => Self::Long(digits.as_bytes().to_vec()),
        }
    }
}

impl FromStr for Decimal {
    type Err = Error;

    /// Reads `-12.30`, `1.5E+3` and the like: at most a million digits, an exponent of 64 bits.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] if it is no such number; not-a-number and the infinities are
    /// none.
    fn from_str(text: &str) -> Result<Self> {
        let refused = || Error::value("this is no finite decimal number");
        let (negative, unsigned) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        let (number, exponent) = match unsigned.split_once(['e', 'E']) {
            // A point moves the exponent back into 64 bits.
            Some((number, exponent)) => (number, exponent.parse::<i128>().map_err(|_| refused())?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let mut digits = [whole, fraction].concat();
        if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(refused());
        }
        if digits.len() > MAX_DIGITS {
            return Err(Error::Core(CoreError::TooLong(
                format!("a decimal number has at most {MAX_DIGITS} digits").into(),
            )));
        }
        let exponent = exponent.checked_sub(fraction.len() as i128).and_then(|exponent| exponent.try_into().ok());
        let exponent = exponent.ok_or_else(refused)?;
        let coefficient = Coefficient::from_digits(&digits);
        digits.zeroize();
        Ok(Self { negative, exponent, coefficient })
    }
}

impl fmt::Display for Decimal {
    /// Writes it like Python and the General Decimal Arithmetic Specification
    /// (to-scientific-string): `-12.30`, `1.5E+3`, `1E-7`. It reads back as the same number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.digits();
        let (first, rest) = digits.split_at(1);
        let adjusted = i128::from(self.exponent) + rest.len() as i128;
        if self.negative {
            f.write_str("-")?;
        }
        if self.exponent > 0 || adjusted < -6 {
            let point = if rest.is_empty() { "" } else { "." };
            return write!(f, "{first}{point}{rest}E{adjusted:+}");
        }
        let fraction = self.exponent.unsigned_abs() as usize;
        match digits.len().checked_sub(fraction) {
            _ if fraction == 0 => f.write_str(&digits),
            Some(whole @ 1..) => write!(f, "{}.{}", &digits[..whole], &digits[whole..]),
            // At most five zeros, as `adjusted` is at least -6.
            _ => write!(f, "0.{}{}", &"00000"[..fraction - digits.len()], digits.as_str()),
        }
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Decimal(<redacted>)")
    }
}

impl Drop for Decimal {
    fn drop(&mut self) {
        match &mut self.coefficient {
            Coefficient::Short(magnitude) => magnitude.zeroize(),
            Coefficient::Long(digits) => digits.zeroize(),
        }
    }
}
