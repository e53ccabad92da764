//! The forms of a blind index's tokens.

use ironlatch::recipes::fields::Token;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use crate::errors::CallResult;

/// The form in which tokens come.
#[derive(Clone, Copy)]
pub(super) enum TokenForm {
    Bytes,
    Int,
    Text,
}

impl TokenForm {
    pub(super) fn object<'py>(self, py: Python<'py>, token: &Token) -> CallResult<Bound<'py, PyAny>> {
        Ok(match self {
            Self::Bytes => PyBytes::new(py, token.as_bytes()).into_any(),
            Self::Int => token.to_int()?.into_pyobject(py).map_err(PyErr::from)?.into_any(),
            Self::Text => PyString::new(py, &token.to_hex()).into_any(),
        })
    }

    pub(super) fn named(name: &str) -> CallResult<Self> {
        match name {
            "bytes" => Ok(Self::Bytes),
            "int" => Ok(Self::Int),
            "text" => Ok(Self::Text),
            _ => Err(PyValueError::new_err("the form of a token is \"bytes\", \"int\" or \"text\"").into()),
        }
    }
}
