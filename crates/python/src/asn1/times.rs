//! UTCTime and GeneralizedTime (X.690 §11.7 and §11.8).
//!
//! A time that was read keeps its text, and becomes a `datetime` when somebody asks.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use asn1::{DateTime, SimpleAsn1Readable};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use super::fault::{Fault, Outcome};
use crate::errors::CallResult;
use crate::types::{DATETIME, UTC};
use crate::x509::times::time as time_of;

/// A moment with its text in DER, by which moments are told apart.
struct Moment {
    text: Vec<u8>,
    microseconds: u32,
    datetime: PyOnceLock<Py<PyAny>>,
}

impl Moment {
    /// The moment of a `datetime` with a time zone, and its year in UTC. The text has four digits
    /// of the year, and no fraction if it has none.
    fn from_datetime(datetime: &Bound<'_, PyAny>, kind: &str) -> CallResult<(Self, u16)> {
        let py = datetime.py();
        if !DATETIME.is_type_of(datetime)? {
            return Err(PyTypeError::new_err(format!("a {kind} is made of a datetime.datetime")).into());
        }
        if datetime.getattr(intern!(py, "tzinfo"))?.is_none() {
            let message = format!("invalid {kind}: cannot initialize with naive datetime object");
            return Err(PyValueError::new_err(message).into());
        }
        let time = time_of(datetime)?;
        let microseconds: u32 = datetime.getattr(intern!(py, "microsecond"))?.extract()?;
        let mut text = format!(
            "{:04}{:02}{:02}{:02}{:02}{:02}",
            time.year(),
            time.month(),
            time.day(),
            time.hour(),
            time.minute(),
            time.second()
        );
        if microseconds != 0 {
            text.push_str(format!(".{microseconds:06}").trim_end_matches('0'));
        }
        text.push('Z');
        let known = PyOnceLock::new();
        let _ = known.set(py, datetime.clone().unbind());
        Ok((Self { text: text.into_bytes(), microseconds, datetime: known }, time.year()))
    }

    fn read(text: &[u8], microseconds: u32) -> Self {
        Self { text: text.to_vec(), microseconds, datetime: PyOnceLock::new() }
    }

    fn datetime<'py>(&self, py: Python<'py>, parts: impl Fn() -> Option<DateTime>) -> PyResult<Bound<'py, PyAny>> {
        let made = self.datetime.get_or_try_init(py, || {
            let time = parts().ok_or_else(|| PyValueError::new_err("there is no such date or time"))?;
            let date = (time.year(), time.month(), time.day());
            let clock = (time.hour(), time.minute(), time.second(), self.microseconds, UTC.get(py)?);
            let arguments = (date.0, date.1, date.2, clock.0, clock.1, clock.2, clock.3, clock.4);
            PyResult::Ok(DATETIME.get(py)?.call1(arguments)?.unbind())
        })?;
        Ok(made.bind(py).clone())
    }

    fn hash(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.text.hash(&mut hasher);
        hasher.finish()
    }
}

/// A UTCTime (X.690 §11.8): a second of the years 1950 to 2049.
///
/// `inner` is a `datetime` with a time zone. Raises ValueError if it has none, has a fraction of a
/// second, or is of another year.
#[pyclass(frozen, module = "ironlatch.hazmat.asn1")]
pub(crate) struct UTCTime(Moment);

impl UTCTime {
    pub(super) fn read(contents: &[u8]) -> Outcome<Self> {
        asn1::UtcTime::parse_data(contents)?;
        Ok(Self(Moment::read(contents, 0)))
    }

    pub(super) fn contents(&self) -> &[u8] {
        &self.0.text
    }
}

#[pymethods]
impl UTCTime {
    #[new]
    #[pyo3(signature = (inner))]
    fn new(inner: &Bound<'_, PyAny>) -> CallResult<Self> {
        let (mut moment, year) = Moment::from_datetime(inner, "UTCTime")?;
        let refused = |why: &str| PyValueError::new_err(format!("invalid UTCTime: {why}"));
        if moment.microseconds != 0 {
            return Err(refused("fractional seconds are not supported").into());
        }
        if !(1950..2050).contains(&year) {
            return Err(refused("only the years 1950 to 2049 are supported; GeneralizedTime has all").into());
        }
        moment.text.drain(..2); // The century.
        Ok(Self(moment))
    }

    /// The time as a `datetime` with a time zone.
    fn as_datetime<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.datetime(py, || Some(asn1::UtcTime::parse_data(&self.0.text).ok()?.as_datetime().clone()))
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0.text == other.0.text
    }

    fn __hash__(&self) -> u64 {
        self.0.hash()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("UTCTime({})", self.as_datetime(py)?.repr()?))
    }
}

/// A GeneralizedTime (X.690 §11.7) of at most six digits after the second.
///
/// `inner` is a `datetime` with a time zone. Raises ValueError if it has none.
#[pyclass(frozen, module = "ironlatch.hazmat.asn1")]
pub(crate) struct GeneralizedTime(Moment);

impl GeneralizedTime {
    pub(super) fn read(contents: &[u8]) -> Outcome<Self> {
        let time = asn1::GeneralizedTime::parse_data(contents)?;
        let nanoseconds = time.nanoseconds().unwrap_or_default();
        if nanoseconds % 1000 != 0 {
            return Err(Fault::value("decoded GeneralizedTime data has higher precision than supported"));
        }
        if time.as_datetime().year() == 0 {
            return Err(Fault::value("a datetime has no year 0"));
        }
        Ok(Self(Moment::read(contents, nanoseconds / 1000)))
    }

    pub(super) fn contents(&self) -> &[u8] {
        &self.0.text
    }
}

#[pymethods]
impl GeneralizedTime {
    #[new]
    #[pyo3(signature = (inner))]
    fn new(inner: &Bound<'_, PyAny>) -> CallResult<Self> {
        Ok(Self(Moment::from_datetime(inner, "GeneralizedTime")?.0))
    }

    /// The time as a `datetime` with a time zone.
    fn as_datetime<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.datetime(py, || Some(asn1::GeneralizedTime::parse_data(&self.0.text).ok()?.as_datetime().clone()))
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0.text == other.0.text
    }

    fn __hash__(&self) -> u64 {
        self.0.hash()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("GeneralizedTime({})", self.as_datetime(py)?.repr()?))
    }
}
