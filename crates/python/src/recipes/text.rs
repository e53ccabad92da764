//! Text as arguments bring it.

use core::ops::Deref;
use std::borrow::Cow;

use ironlatch::secret::SecretText;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyString;
use zeroize::Zeroizing;

/// Text that may be secret or personal, as UTF-8.
///
/// Unlike `&str` and `String`, which PyO3 turns into a `UnicodeEncodeError` that holds the whole
/// text and shows it in its `repr`.
pub(crate) struct Str<'a>(pub(super) Cow<'a, str>);

impl Deref for Str<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'a> FromPyObject<'a, '_> for Str<'a> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, '_, PyAny>) -> PyResult<Self> {
        object.cast::<PyString>()?;
        let text = Cow::extract(object).map_err(|_| {
            PyValueError::new_err("the text has half a surrogate pair in it, which UTF-8 does not have")
        })?;
        Ok(Self(text))
    }
}

/// Secret text as a `str`, wiped on our side.
pub(crate) struct Exposed(Zeroizing<String>);

impl From<String> for Exposed {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl From<SecretText> for Exposed {
    fn from(text: SecretText) -> Self {
        text.expose().to_owned().into()
    }
}

impl<'py> IntoPyObject<'py> for Exposed {
    type Target = PyString;
    type Output = Bound<'py, PyString>;
    type Error = core::convert::Infallible;

    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        Ok(PyString::new(py, &self.0))
    }
}

/// Text that was sent or stored: a token, a hash. What UTF-8 does not have is nothing of ours, and
/// is taken as empty, so that it is refused as anything else is that is wrong.
pub(crate) struct Received<'a>(Cow<'a, str>);

impl Deref for Received<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'a> FromPyObject<'a, '_> for Received<'a> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, '_, PyAny>) -> PyResult<Self> {
        object.cast::<PyString>()?;
        Ok(Self(Cow::extract(object).unwrap_or_default()))
    }
}
