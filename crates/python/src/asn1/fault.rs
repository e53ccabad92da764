//! Why a value could not be read or written, and in which field.

use std::fmt::Display;

use asn1::{ParseError, ParseErrorKind, Tag};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

use crate::errors::CallError;

/// A failure, boxed to keep results small.
pub(super) struct Fault(Box<(What, String)>);

enum What {
    Der(ParseError),
    Value(String),
    Type(String),
    Python(PyErr),
}

pub(super) type Outcome<T> = Result<T, Fault>;

impl Fault {
    fn new(what: What) -> Self {
        Self(Box::new((what, String::new())))
    }

    pub(super) fn value(message: impl Into<String>) -> Self {
        Self::new(What::Value(message.into()))
    }

    pub(super) fn unexpected(tag: Tag) -> Self {
        ParseError::new(ParseErrorKind::UnexpectedTag { actual: tag }).into()
    }

    /// A value is not of the class that its field is declared with.
    pub(super) fn wrong_class(wanted: impl Display, value: &Bound<'_, PyAny>) -> Self {
        Self::wrong_class_of("field", wanted, value)
    }

    /// The same, with what the field is.
    pub(super) fn wrong_class_of(field: &str, wanted: impl Display, value: &Bound<'_, PyAny>) -> Self {
        let found = value.get_type().name().map(|name| name.to_string()).unwrap_or_default();
        Self::new(What::Type(format!("{field} must be an instance of {wanted}, got: {found}")))
    }

    /// The same, said of a part of `segment`.
    pub(super) fn within(mut self, segment: impl Display) -> Self {
        let path = &mut self.0.1;
        let separator = if path.is_empty() || path.starts_with('[') { "" } else { "." };
        *path = format!("{segment}{separator}{path}");
        self
    }
}

impl From<ParseError> for Fault {
    fn from(error: ParseError) -> Self {
        Self::new(What::Der(error))
    }
}

impl From<PyErr> for Fault {
    fn from(error: PyErr) -> Self {
        Self::new(What::Python(error))
    }
}

impl From<CallError> for Fault {
    fn from(error: CallError) -> Self {
        PyErr::from(error).into()
    }
}

impl From<Fault> for PyErr {
    fn from(fault: Fault) -> Self {
        let (what, path) = *fault.0;
        let place = if path.is_empty() { String::new() } else { format!(", at {path}") };
        match what {
            // The peer's words, which programs look for.
            What::Der(error) => PyValueError::new_err(format!("error parsing asn1 value: {error:?}{place}")),
            What::Value(message) => PyValueError::new_err(format!("{message}{place}")),
            What::Type(message) => PyTypeError::new_err(format!("{message}{place}")),
            What::Python(error) => error,
        }
    }
}
