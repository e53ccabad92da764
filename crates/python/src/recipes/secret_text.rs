//! Secret text as arguments bring it.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyString;
use zeroize::Zeroizing;

use super::secrets::Passphrase;
use super::text::Str;
use crate::buffer::SecretInput;

/// Text that may be secret: a ``str``, UTF-8 in bytes or a ``SecretBytes``, or a ``Passphrase``.
pub(crate) enum Text<'a> {
    Str(Zeroizing<String>),
    Bytes(SecretInput<'a>),
    Passphrase(Borrowed<'a, 'a, Passphrase>),
}

impl Text<'_> {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Str(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes.as_slice(),
            Self::Passphrase(passphrase) => passphrase.get().text().as_bytes(),
        }
    }

    pub(crate) fn as_str(&self) -> PyResult<&str> {
        std::str::from_utf8(self.as_bytes()).map_err(|_| PyValueError::new_err("not a key: the bytes are no text"))
    }
}

impl<'a, 'py: 'a> FromPyObject<'a, 'py> for Text<'a> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyString>() {
            return Ok(Self::Str(Zeroizing::new(Str::extract(object)?.0.into_owned())));
        }
        if let Ok(passphrase) = object.cast::<Passphrase>() {
            return Ok(Self::Passphrase(passphrase));
        }
        SecretInput::extract(object).map(Self::Bytes)
    }
}
