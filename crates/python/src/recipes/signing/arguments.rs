//! Arguments that the calls of tokens and webhooks share: times, headers, replay stores.

use std::time::{Duration, SystemTime};

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::errors::CallResult;
use ironlatch::recipes::Error;
use ironlatch::recipes::error::Refusal;

/// The time given in seconds since 1970, or the clock's.
pub(super) fn now_or(now: Option<f64>) -> f64 {
    now.unwrap_or_else(|| SystemTime::UNIX_EPOCH.elapsed().map_or(0.0, |since| since.as_secs_f64()))
}

/// A span of time: a number of seconds, or a ``timedelta``.
pub(super) struct Seconds(pub(super) f64);

impl FromPyObject<'_, '_> for Seconds {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if let Ok(seconds) = object.extract::<f64>() {
            return Ok(Self(seconds));
        }
        match object.extract::<Duration>() {
            Ok(span) => Ok(Self(span.as_secs_f64())),
            Err(_) => {
                let kind = object.get_type().name()?;
                Err(PyTypeError::new_err(format!(
                    "a span of time is a number of seconds or a positive timedelta, not {kind}"
                )))
            }
        }
    }
}

impl Seconds {
    /// Returns a whole number, rounded down.
    pub(super) fn whole(&self) -> PyResult<u64> {
        // Larger numbers are refused by the core too.
        if (0.0..1e15).contains(&self.0) {
            Ok(self.0 as u64)
        } else {
            Err(PyValueError::new_err(format!("{} seconds are no span of time", self.0)))
        }
    }
}

/// The headers of a request: a mapping, or pairs of names and values. Both may be text or bytes.
pub(super) struct Headers {
    pairs: Vec<(String, String)>,
}

impl Headers {
    pub(super) fn pairs(&self) -> Vec<(&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }
}

impl FromPyObject<'_, '_> for Headers {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        let items = if object.hasattr("items")? { object.call_method0("items")? } else { object.to_owned() };
        let mut pairs = Vec::new();
        let not_pairs =
            || PyTypeError::new_err("headers must be a mapping, or pairs of names and values, of str or bytes");
        for item in items.try_iter().map_err(|_| not_pairs())? {
            let (name, value) = item?.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>().map_err(|_| not_pairs())?;
            pairs.push((text(&name).ok_or_else(not_pairs)?, text(&value).ok_or_else(not_pairs)?));
        }
        Ok(Self { pairs })
    }
}

/// The characters of a `str`, or of bytes in Latin-1, as HTTP has it.
fn text(object: &Bound<'_, PyAny>) -> Option<String> {
    match object.cast::<PyBytes>() {
        Ok(bytes) => Some(bytes.as_bytes().iter().map(|&byte| char::from(byte)).collect()),
        Err(_) => object.extract().ok(),
    }
}

/// Has a replay store of Python's keep `id`, and refuses it if it is kept already.
pub(super) fn only_once(store: &Bound<'_, PyAny>, id: &str, until: u64, now: f64, what: &str) -> CallResult<()> {
    if store.call_method1("remember", (id, until, now.max(0.0) as u64))?.is_truthy()? {
        return Ok(());
    }
    let message = format!("the {what} was accepted before: it was sent again, or somebody copied it");
    Err(Error::refused(Refusal::Replayed, message).into())
}
