//! Integers of DER, which may be of any length, as Python's.

use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyBytes, PyInt};

use crate::errors::CallResult;

/// The integer with these octets in two's complement.
pub(crate) fn signed<'py>(py: Python<'py>, octets: &[u8]) -> PyResult<Bound<'py, PyAny>> {
    if octets.first().is_some_and(|first| first & 0x80 != 0) {
        let keywords = [("signed", true)].into_py_dict(py)?;
        let arguments = (PyBytes::new(py, octets), "big");
        return py.get_type::<PyInt>().call_method(intern!(py, "from_bytes"), arguments, Some(&keywords));
    }
    unsigned(py, octets)
}

/// The integer with these octets, which is not negative.
pub(crate) fn unsigned<'py>(py: Python<'py>, octets: &[u8]) -> PyResult<Bound<'py, PyAny>> {
    let octets = match octets {
        [0, rest @ ..] => rest,
        octets => octets,
    };
    if octets.len() <= 8 {
        let number = octets.iter().fold(0, |number: u64, octet| number << 8 | u64::from(*octet));
        return Ok(number.into_pyobject(py)?.into_any());
    }
    py.get_type::<PyInt>().call_method1(intern!(py, "from_bytes"), (PyBytes::new(py, octets), "big"))
}

/// The octets of an integer that is not negative, as DER has them. ValueError if it is.
pub(crate) fn unsigned_octets(number: &Bound<'_, PyAny>) -> CallResult<Vec<u8>> {
    let py = number.py();
    if number.lt(0)? {
        return Err(PyValueError::new_err("Negative integers are not supported").into());
    }
    let bits: usize = number.call_method0(intern!(py, "bit_length"))?.extract()?;
    Ok(number.call_method1(intern!(py, "to_bytes"), (bits / 8 + 1, "big"))?.extract()?)
}
