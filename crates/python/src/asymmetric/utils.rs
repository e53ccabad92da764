//! `ironlatch.hazmat.primitives.asymmetric.utils`.

use ironlatch::asymmetric::Message;
use ironlatch::keys::dss_signature;
use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyFloat, PyInt};
use zeroize::Zeroizing;

use super::padding::Hashing;
use crate::buffer::{Input, wipe_bytes};
use crate::errors::CallResult;

/// The DER of a DSA or ECDSA signature (RFC 3279 section 2.2.2) with the numbers `r` and `s`.
/// Raises ValueError for a negative one.
#[pyfunction]
fn encode_dss_signature<'py>(
    py: Python<'py>,
    r: &Bound<'py, PyInt>,
    s: &Bound<'py, PyInt>,
) -> CallResult<Bound<'py, PyBytes>> {
    let der = dss_signature::encode(&int_to_bytes("r", r)?, &int_to_bytes("s", s)?)?;
    Ok(PyBytes::new(py, &der))
}

/// The numbers `r` and `s` of a DSA or ECDSA signature. Raises ValueError if `signature` is
/// anything but DER of them.
#[pyfunction]
fn decode_dss_signature<'py>(
    py: Python<'py>,
    signature: Input<'_>,
) -> CallResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    let (r, s) = dss_signature::decode(signature.as_slice())?;
    Ok((int_from_bytes(py, r)?, int_from_bytes(py, s)?))
}

/// Returns the data that DSA or ECDSA signs, as the marker `algorithm` says.
pub(crate) fn message<'a>(algorithm: &Bound<'_, PyAny>, data: &'a [u8]) -> CallResult<Message<'a>> {
    match Hashing::of(algorithm)? {
        Hashing::Whole(hash) => Ok(Message::Whole(hash, data)),
        Hashing::Digest(hash) => Ok(Message::Digest(hash, data)),
        Hashing::Raw => Err(PyTypeError::new_err("Expected instance of hashes.HashAlgorithm.").into()),
    }
}

/// `value` as a Python int, from big-endian bytes.
pub(crate) fn int_from_bytes<'py>(py: Python<'py>, value: &[u8]) -> PyResult<Bound<'py, PyAny>> {
    let bytes = PyBytes::new(py, value);
    let number = py.get_type::<PyInt>().call_method1(intern!(py, "from_bytes"), (&bytes, intern!(py, "big")));
    wipe_bytes(&bytes);
    number
}

/// `value` in big-endian bytes without leading zeros, which are wiped. Raises ValueError for a
/// negative one.
pub(crate) fn int_to_bytes(name: &str, value: &Bound<'_, PyInt>) -> PyResult<Zeroizing<Vec<u8>>> {
    if value.lt(0)? {
        return Err(pyo3::exceptions::PyValueError::new_err(format!("{name} must not be negative")));
    }
    let bits: usize = value.call_method0(intern!(value.py(), "bit_length"))?.extract()?;
    let big = intern!(value.py(), "big");
    let bytes = value.call_method1(intern!(value.py(), "to_bytes"), (bits.div_ceil(8), big))?;
    let bytes = bytes.cast::<PyBytes>().map_err(PyErr::from)?;
    let copy = Zeroizing::new(bytes.as_bytes().to_vec());
    wipe_bytes(bytes);
    Ok(copy)
}

/// Like [`int_to_bytes`], for numbers that the core refuses if they are 0: negative ones count as
/// that.
pub(crate) fn natural_to_bytes(value: &Bound<'_, PyInt>) -> PyResult<Zeroizing<Vec<u8>>> {
    if value.lt(0)? { Ok(Zeroizing::default()) } else { int_to_bytes("the number", value) }
}

/// A number that has to be one of a few: anything may be given for it, and what is no number is
/// none of them. So it is in the peer, which compares before it converts. Negative numbers and
/// other objects are 0 here, and numbers above 64 bits the largest of those.
pub(crate) struct Chosen(pub(crate) u64);

impl<'py> FromPyObject<'_, 'py> for Chosen {
    type Error = PyErr;

    /// Raises TypeError for a float: it may be equal to an allowed number, and is not used as one.
    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match value.extract::<u64>() {
            Ok(number) => Ok(Self(number)),
            Err(error) if value.is_instance_of::<PyFloat>() => Err(error),
            Err(error) if error.is_instance_of::<PyOverflowError>(value.py()) => {
                Ok(Self(if value.lt(0)? { 0 } else { u64::MAX }))
            }
            Err(_) => Ok(Self(0)),
        }
    }
}

/// A size in bits: an `int`, of which negative ones are 0 here.
pub(crate) struct Size(pub(crate) usize);

impl<'py> FromPyObject<'_, 'py> for Size {
    type Error = PyErr;

    /// Raises TypeError if `value` is no `int`, and OverflowError for a size above 64 bits.
    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match value.extract::<usize>() {
            Err(error) if error.is_instance_of::<PyOverflowError>(value.py()) && value.lt(0)? => Ok(Self(0)),
            size => size.map(Self),
        }
    }
}

/// Like [`int_to_bytes`], but with OverflowError for a negative number, as Python's own conversions
/// have it.
pub(crate) fn unsigned_to_bytes(name: &str, value: &Bound<'_, PyInt>) -> PyResult<Zeroizing<Vec<u8>>> {
    if value.lt(0)? {
        return Err(pyo3::exceptions::PyOverflowError::new_err(format!("{name} must not be negative")));
    }
    int_to_bytes(name, value)
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod asymmetric_utils {
    #[pymodule_export]
    use super::{decode_dss_signature, encode_dss_signature};
}
