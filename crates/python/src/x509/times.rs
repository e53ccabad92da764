//! Moments as Python's `datetime`.

use ironlatch::x509::Time;
use pyo3::intern;
use pyo3::prelude::*;

use crate::errors::CallResult;
use crate::types::{DATETIME, UTC};

/// The moment in UTC, without a time zone.
pub(crate) fn naive(py: Python<'_>, time: Time) -> PyResult<Bound<'_, PyAny>> {
    DATETIME.get(py)?.call1(parts(time))
}

/// The moment in UTC, with that time zone.
pub(crate) fn aware(py: Python<'_>, time: Time) -> PyResult<Bound<'_, PyAny>> {
    let (year, month, day, hour, minute, second) = parts(time);
    DATETIME.get(py)?.call1((year, month, day, hour, minute, second, 0, UTC.get(py)?))
}

/// The moment that a `datetime` is, to the second; without a time zone it is in UTC.
pub(crate) fn time(datetime: &Bound<'_, PyAny>) -> CallResult<Time> {
    let py = datetime.py();
    let utc = if datetime.getattr(intern!(py, "tzinfo"))?.is_none() {
        datetime.clone()
    } else {
        datetime.call_method1(intern!(py, "astimezone"), (UTC.get(py)?,))?
    };
    let part = |name| utc.getattr(name)?.extract::<u8>();
    Ok(Time::new(
        utc.getattr(intern!(py, "year"))?.extract()?,
        part(intern!(py, "month"))?,
        part(intern!(py, "day"))?,
        part(intern!(py, "hour"))?,
        part(intern!(py, "minute"))?,
        part(intern!(py, "second"))?,
    )?)
}

fn parts(time: Time) -> (u16, u8, u8, u8, u8, u8) {
    (time.year(), time.month(), time.day(), time.hour(), time.minute(), time.second())
}
