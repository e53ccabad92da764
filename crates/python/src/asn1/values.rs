//! Values of ASN.1 types that no type of Python stands for.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyMemoryView, PySlice, PyString, PyType};

use crate::types::DECODE_DER;

/// The classes of strings with few letters differ in their name and their letters.
macro_rules! string_class {
    ($(#[$documentation:meta])* $class:ident, $name:literal) => {
        $(#[$documentation])*
        #[pyclass(frozen, module = "ironlatch.hazmat.asn1")]
        pub(crate) struct $class {
            pub(super) inner: Py<PyString>,
        }

        #[pymethods]
        impl $class {
            #[new]
            #[pyo3(signature = (inner))]
            fn new(py: Python<'_>, inner: Py<PyString>) -> PyResult<Self> {
                let text = inner.to_str(py)?;
                if asn1::$class::new(text).is_none() {
                    return Err(PyValueError::new_err(format!(concat!("invalid ", $name, ": {}"), text)));
                }
                Ok(Self { inner })
            }

            /// The text.
            fn as_str(&self, py: Python<'_>) -> Py<PyString> {
                self.inner.clone_ref(py)
            }

            fn __eq__(&self, py: Python<'_>, other: &Self) -> PyResult<bool> {
                self.inner.bind(py).as_any().eq(other.inner.bind(py))
            }

            fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
                self.inner.bind(py).hash()
            }

            fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
                Ok(format!(concat!($name, "({})"), self.inner.bind(py).repr()?))
            }
        }
    };
}

string_class! {
    /// A PrintableString (X.680 §41.4): letters and digits of ASCII, the space and `'()+,-./:=?`.
    ///
    /// `inner` is the text. Raises ValueError if it has another letter.
    PrintableString, "PrintableString"
}

string_class! {
    /// An IA5String, which is ASCII (X.680 §41).
    ///
    /// `inner` is the text. Raises ValueError if it has another letter.
    IA5String, "IA5String"
}

/// A BIT STRING.
///
/// `data` holds the bits, the first in the highest place; the lowest `padding_bits` of its last
/// byte, 0 to 7 of them, do not count and are 0. Raises ValueError if they are not.
#[pyclass(frozen, module = "ironlatch.hazmat.asn1")]
pub(crate) struct BitString {
    pub(super) data: Py<PyBytes>,
    pub(super) padding_bits: u8,
}

#[pymethods]
impl BitString {
    #[new]
    #[pyo3(signature = (data, padding_bits))]
    fn new(py: Python<'_>, data: Py<PyBytes>, padding_bits: u8) -> PyResult<Self> {
        if asn1::BitString::new(data.as_bytes(py), padding_bits).is_none() {
            let rule = "expected 0 to 7 padding bits, which are 0 in the last byte of data";
            return Err(PyValueError::new_err(format!("invalid BIT STRING: {padding_bits} padding bits; {rule}")));
        }
        Ok(Self { data, padding_bits })
    }

    /// The bits, and at the end the padding.
    fn as_bytes(&self, py: Python<'_>) -> Py<PyBytes> {
        self.data.clone_ref(py)
    }

    /// How many bits of the last byte do not count.
    fn padding_bits(&self) -> u8 {
        self.padding_bits
    }

    fn __eq__(&self, py: Python<'_>, other: &Self) -> bool {
        self.padding_bits == other.padding_bits && self.data.as_bytes(py) == other.data.as_bytes(py)
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        (&self.data, self.padding_bits).into_pyobject(py)?.hash()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("BitString(data={}, padding_bits={})", self.data.bind(py).repr()?, self.padding_bits))
    }
}

/// NULL, which says nothing and has no contents.
#[pyclass(frozen, eq, hash, module = "ironlatch.hazmat.asn1")]
#[derive(PartialEq, Hash)]
pub(crate) struct Null;

#[pymethods]
impl Null {
    #[new]
    fn new() -> Self {
        Self
    }

    fn __repr__(&self) -> &'static str {
        "Null()"
    }
}

/// A SET OF: values of one type, whose order says nothing. Written in the order of their encodings.
///
/// `inner` is the list of them; raises TypeError for what is no list. In a declaration the type is
/// `SetOf[T]`.
#[pyclass(frozen, generic, module = "ironlatch.hazmat.asn1")]
pub(crate) struct SetOf {
    pub(super) inner: Py<PyList>,
}

#[pymethods]
impl SetOf {
    #[new]
    #[pyo3(signature = (inner))]
    fn new(inner: Py<PyList>) -> Self {
        Self { inner }
    }

    /// The list.
    fn as_list(&self, py: Python<'_>) -> Py<PyList> {
        self.inner.clone_ref(py)
    }

    fn __eq__(&self, py: Python<'_>, other: &Self) -> PyResult<bool> {
        self.inner.bind(py).as_any().eq(other.inner.bind(py))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("SetOf({})", self.inner.bind(py).repr()?))
    }
}

/// Any element of DER, as it stands: for ANY, and for what is to be read later. Only reading makes
/// one.
#[pyclass(frozen, name = "TLV", module = "ironlatch.hazmat.asn1")]
pub(crate) struct Tlv {
    full: Py<PyBytes>,
    tag_len: usize,
    data_at: usize,
}

impl Tlv {
    pub(super) fn new(py: Python<'_>, tlv: &asn1::Tlv<'_>) -> Self {
        let full = tlv.full_data();
        Self {
            full: PyBytes::new(py, full).unbind(),
            tag_len: tlv.tag_bytes().len(),
            data_at: full.len() - tlv.data().len(),
        }
    }

    /// The whole element.
    pub(super) fn full<'a>(&'a self, py: Python<'a>) -> &'a [u8] {
        self.full.as_bytes(py)
    }
}

#[pymethods]
impl Tlv {
    /// The bytes of the tag.
    #[getter]
    fn tag_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.full(py)[..self.tag_len])
    }

    /// The contents, without tag and length.
    #[getter]
    fn data<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let view = PyMemoryView::from(self.full.bind(py))?;
        let (from, to) = (self.data_at as isize, self.full(py).len() as isize);
        view.get_item(PySlice::new(py, from, to, 1))
    }

    /// Reads the element as `decode_der` does, as an instance of `cls`. Raises ValueError if it is
    /// not of that type.
    fn parse<'py>(&self, py: Python<'py>, cls: &Bound<'py, PyType>) -> PyResult<Bound<'py, PyAny>> {
        DECODE_DER.get(py)?.call1((cls, &self.full))
    }
}
