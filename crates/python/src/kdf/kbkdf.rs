//! `ironlatch.hazmat.primitives.kdf.kbkdf`.

use ironlatch::kdf::kbkdf::{CounterLocation, FixedInput, KbkdfHmac};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::{Derivation, kdf_class, optional};
use crate::errors::CallResult;
use crate::hash::hashes::algorithm_of;

kdf_class! {
    /// KBKDF with HMAC, in counter mode (NIST SP 800-108 §4.1): a key of `length` bytes from a key.
    ///
    /// The counter has `rlen` bytes and stands at `location` of the fixed input data. Those are `label`, a zero byte,
    /// `context`, and the length in `llen` bytes; or else `fixed`.
    #[pyclass(frozen, module = "ironlatch.hazmat.primitives.kdf.kbkdf")]
    KBKDFHMAC(KbkdfHmac) {
        #[new]
        #[pyo3(signature = (
            algorithm, mode, length, rlen, llen, location, label, context, fixed, backend = None, *,
            break_location = None
        ))]
        #[allow(clippy::too_many_arguments)] // The peer's signature.
        fn new(
            algorithm: &Bound<'_, PyAny>,
            mode: &Bound<'_, PyAny>,
            length: usize,
            rlen: usize,
            llen: Option<usize>,
            location: &Bound<'_, PyAny>,
            label: Option<&Bound<'_, PyBytes>>,
            context: Option<&Bound<'_, PyBytes>>,
            fixed: Option<&Bound<'_, PyBytes>>,
            backend: Option<&Bound<'_, PyAny>>,
            break_location: Option<usize>,
        ) -> CallResult<Self> {
            let _ = backend;
            check_mode(mode)?;
            let location = counter_location(location, break_location)?;
            let fixed = fixed_input(label, context, llen, fixed)?;
            let kdf = KbkdfHmac::new(algorithm_of(algorithm)?, length, rlen, location, fixed)?;
            Ok(Self { inner: Derivation::quick(kdf) })
        }
    }
}

/// There is one mode only.
fn check_mode(mode: &Bound<'_, PyAny>) -> PyResult<()> {
    if !mode.is_instance(&class(mode.py(), "Mode")?)? {
        return Err(PyTypeError::new_err("mode must be of type Mode"));
    }
    Ok(())
}

fn counter_location(location: &Bound<'_, PyAny>, break_location: Option<usize>) -> PyResult<CounterLocation> {
    let py = location.py();
    if !location.is_instance(&class(py, "CounterLocation")?)? {
        return Err(PyTypeError::new_err("location must be of type CounterLocation"));
    }
    let value: String = location.getattr(intern!(py, "value"))?.extract()?;
    match (value.as_str(), break_location) {
        ("middle_fixed", Some(at)) => Ok(CounterLocation::MiddleFixed(at)),
        ("middle_fixed", None) => Err(PyValueError::new_err("Please specify a break_location")),
        (_, Some(_)) => {
            Err(PyValueError::new_err("break_location is ignored when location is not CounterLocation.MiddleFixed"))
        }
        ("after_fixed", None) => Ok(CounterLocation::AfterFixed),
        _ => Ok(CounterLocation::BeforeFixed),
    }
}

fn fixed_input<'a>(
    label: Option<&'a Bound<'_, PyBytes>>,
    context: Option<&'a Bound<'_, PyBytes>>,
    llen: Option<usize>,
    fixed: Option<&'a Bound<'_, PyBytes>>,
) -> PyResult<FixedInput<'a>> {
    match (fixed, llen) {
        (Some(_), _) if label.is_some() || context.is_some() => {
            Err(PyValueError::new_err("When supplying fixed data, label and context are ignored."))
        }
        (_, Some(0)) => Err(PyValueError::new_err("llen must be non-zero")),
        (Some(fixed), _) => Ok(FixedInput::Data(fixed.as_bytes())),
        (None, None) => Err(PyValueError::new_err("Please specify an llen")),
        (None, Some(llen)) => Ok(FixedInput::Fields { label: optional(label), context: optional(context), llen }),
    }
}

fn class<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import(intern!(py, "ironlatch.hazmat.primitives.kdf.kbkdf"))?.getattr(name)
}
