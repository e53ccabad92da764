//! `ironlatch.hazmat.primitives.twofactor`: one-time passwords.

use ironlatch::Error;
use ironlatch::otp::{Hotp, Totp};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyFloat, PyInt};

use crate::buffer::SecretInput;
use crate::errors::CallResult;
use crate::hash::hashes::algorithm_of;

/// One-time passwords from a counter (RFC 4226).
///
/// `key` should be 20 random bytes, `length` is 6, 7 or 8 digits, `algorithm` an instance of
/// `SHA1`, `SHA256` or `SHA512`.
///
/// Raises `ValueError` for another number of digits and, unless `enforce_key_length` is false, for
/// a key of less than 16 bytes, and `TypeError` for an argument of another type.
#[pyclass(frozen, subclass, module = "ironlatch.hazmat.primitives.twofactor.hotp")]
pub(crate) struct HOTP {
    inner: Hotp,
}

#[pymethods]
impl HOTP {
    #[new]
    #[pyo3(signature = (key, length, algorithm, backend = None, enforce_key_length = true))]
    fn new(
        key: SecretInput<'_>,
        length: &Bound<'_, PyAny>,
        algorithm: &Bound<'_, PyAny>,
        backend: Option<&Bound<'_, PyAny>>,
        enforce_key_length: bool,
    ) -> CallResult<Self> {
        let _ = backend;
        let length = length.cast::<PyInt>().map_err(|_| wrong_type("Length parameter must be an integer type."))?;
        // What is no length at all is refused as a wrong one.
        let length = length.extract().unwrap_or(0);
        let algorithm = algorithm_of(algorithm).map_err(|_| wrong_type("Algorithm must be SHA1, SHA256 or SHA512."))?;
        let make = if enforce_key_length { Hotp::new } else { Hotp::with_short_key };
        Ok(Self { inner: make(algorithm, key.as_slice(), length)? })
    }

    /// Returns the password for `counter`, as ASCII digits. Raises `ValueError` unless it is 0 to
    /// 2**64 - 1, and `TypeError` if it is no `int`.
    fn generate<'py>(&self, py: Python<'py>, counter: &Bound<'_, PyAny>) -> CallResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, self.inner.generate(counter_of(counter)?)?.as_bytes()))
    }

    /// Compares `hotp` with the password for `counter`, in constant time. Raises `InvalidToken` if
    /// they differ.
    fn verify(&self, hotp: &Bound<'_, PyBytes>, counter: &Bound<'_, PyAny>) -> CallResult<()> {
        Ok(self.inner.verify(hotp.as_bytes(), counter_of(counter)?)?)
    }

    /// Returns the `otpauth:` URI that authenticator programs read, usually from a QR code. It
    /// holds the key.
    ///
    /// Raises `TypeError` for an argument of another type, and HOTP `ValueError` for a counter out
    /// of range.
    #[pyo3(signature = (account_name, counter, issuer))]
    fn get_provisioning_uri(
        &self,
        account_name: &str,
        counter: &Bound<'_, PyAny>,
        issuer: Option<&str>,
    ) -> PyResult<String> {
        Ok(self.inner.provisioning_uri(account_name, issuer, counter_of(counter)?).to_string())
    }

    /// The number of 31 bits whose last digits are the password. Private in the peer, but its tests
    /// call it.
    fn _dynamic_truncate(&self, counter: &Bound<'_, PyAny>) -> CallResult<u32> {
        Ok(self.inner.truncated(counter_of(counter)?)?)
    }
}

/// One-time passwords from the time (RFC 6238).
///
/// As `HOTP`, and raises `ValueError` and `TypeError` as that does; the password changes every
/// `time_step` seconds, usually 30.
#[pyclass(frozen, subclass, module = "ironlatch.hazmat.primitives.twofactor.totp")]
pub(crate) struct TOTP {
    hotp: HOTP,
    time_step: Py<PyAny>,
}

#[pymethods]
impl TOTP {
    #[new]
    #[pyo3(signature = (key, length, algorithm, time_step, backend = None, enforce_key_length = true))]
    fn new(
        key: SecretInput<'_>,
        length: &Bound<'_, PyAny>,
        algorithm: &Bound<'_, PyAny>,
        time_step: Py<PyAny>,
        backend: Option<&Bound<'_, PyAny>>,
        enforce_key_length: bool,
    ) -> CallResult<Self> {
        Ok(Self { hotp: HOTP::new(key, length, algorithm, backend, enforce_key_length)?, time_step })
    }

    /// Returns the password at `time`, in seconds since 1970 in UTC, as ASCII digits. Raises
    /// `TypeError` if it is neither `int` nor `float`.
    fn generate<'py>(&self, py: Python<'py>, time: &Bound<'py, PyAny>) -> CallResult<Bound<'py, PyBytes>> {
        self.hotp.generate(py, &self.counter(time)?)
    }

    /// Compares `totp` with the password at `time`, in constant time. Raises `InvalidToken` if they
    /// differ.
    fn verify(&self, totp: &Bound<'_, PyBytes>, time: &Bound<'_, PyAny>) -> CallResult<()> {
        self.hotp.inner.verify(totp.as_bytes(), counter_of(&self.counter(time)?)?).map_err(|error| match error {
            Error::WrongOneTimePassword(_) => {
                Error::WrongOneTimePassword("Supplied TOTP value does not match.".into()).into()
            }
            other => other.into(),
        })
    }

    /// Returns the `otpauth:` URI that authenticator programs read, usually from a QR code. It
    /// holds the key.
    ///
    /// Raises `TypeError` for an argument of another type, and HOTP `ValueError` for a counter out
    /// of range.
    #[pyo3(signature = (account_name, issuer))]
    fn get_provisioning_uri(&self, py: Python<'_>, account_name: &str, issuer: Option<&str>) -> CallResult<String> {
        // What is no step at all is refused as one of 0.
        let period = whole(self.time_step.bind(py))?.extract().unwrap_or(0);
        Ok(Totp::new(self.hotp.inner.clone(), period)?.provisioning_uri(account_name, issuer).to_string())
    }
}

impl TOTP {
    /// How many steps `time` is from 1970. Python divides, so that numbers of any size and kind
    /// come out as in Python.
    fn counter<'py>(&self, time: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        if !time.is_instance_of::<PyInt>() && !time.is_instance_of::<PyFloat>() {
            return Err(wrong_type("Time parameter must be an integer type or float type."));
        }
        whole(&time.div(self.time_step.bind(time.py()))?)
    }
}

#[pymodule]
#[pyo3(submodule)]
#[allow(clippy::module_inception)] // The module of Python has the name of the file.
pub(crate) mod otp {
    #[pymodule_export]
    use super::{HOTP, TOTP};
}

fn counter_of(counter: &Bound<'_, PyAny>) -> PyResult<u64> {
    let counter = counter.cast::<PyInt>().map_err(|_| wrong_type("Counter parameter must be an integer type."))?;
    counter.extract().map_err(|_| PyValueError::new_err(format!("Counter must be between 0 and {}.", u64::MAX)))
}

/// `int(number)`
fn whole<'py>(number: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    number.py().get_type::<PyInt>().call1((number,))
}

fn wrong_type(message: &'static str) -> PyErr {
    PyTypeError::new_err(message)
}
