//! `ironlatch.hazmat.asn1`: classes that declare ASN.1 types, written and read as DER (X.690).
//!
//! A declaration is compiled once, when its class is decorated, into a tree of [`declared::Type`]s
//! that know their tags. Reading and writing walk that tree. It is finite, because a class can only
//! name classes that exist already, and of bounded depth, because each node knows its own.

mod declared;
mod decode;
mod encode;
mod fault;
mod kinds;
mod times;
mod values;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyType};

use crate::buffer::Input;

/// Writes `value` in DER (X.690): an instance of a class that `sequence`, `set` or `value_set`
/// decorates, of `SetOf`, or of one of the types that fields may have.
///
/// Raises TypeError for a value of another class than its field is declared with, and ValueError
/// for one that its field does not allow: a size out of range, no alternative of a CHOICE, or
/// fields of a SET that are not in the order of their encodings.
#[pyfunction]
fn encode_der<'py>(value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
    Ok(PyBytes::new(value.py(), &encode::encode(value)?))
}

/// Reads `value`, which is DER (X.690) and nothing after it, as an instance of `cls`: a class that
/// `sequence`, `set` or `value_set` decorates, or one of the types that fields may have.
///
/// Raises ValueError if it is not DER or not of that type, and names the field; TypeError for a
/// class that declares no ASN.1 type.
#[pyfunction]
fn decode_der<'py>(cls: &Bound<'py, PyType>, value: Input<'_>) -> PyResult<Bound<'py, PyAny>> {
    decode::decode(cls, value.as_slice())
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod declarative_asn1 {
    #[pymodule_export]
    use super::declared::plain_type;
    #[pymodule_export]
    use super::declared::{AnnotatedType, Annotation, Encoding, Explicit, Implicit, Size, Type, Variant};
    #[pymodule_export]
    use super::times::{GeneralizedTime, UTCTime};
    #[pymodule_export]
    use super::values::{BitString, IA5String, Null, PrintableString, SetOf, Tlv};
    #[pymodule_export]
    use super::{decode_der, encode_der};
}
