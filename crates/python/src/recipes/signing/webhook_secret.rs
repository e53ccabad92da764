//! `WebhookSecret`.

use ironlatch::recipes::signing::webhook as core;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::errors::CallResult;
use crate::recipes::secret_text::Text;
use crate::recipes::text::Exposed;

/// Signs webhooks: a shared secret (``whsec_…``), a key pair (``whsk_…``), or its public half
/// (``whpk_…``), which only verifies.
///
/// >>> from ironlatch.signing.webhooks import WebhookSecret
/// >>> secret = WebhookSecret.generate_pair()
/// >>> secret.public().expose()[:5]
/// 'whpk_'
#[pyclass(frozen, module = "ironlatch.signing.webhooks")]
pub(crate) struct WebhookSecret {
    pub(crate) inner: core::Secret,
}

#[pymethods]
impl WebhookSecret {
    /// Makes a new secret that sender and receiver share.
    #[staticmethod]
    fn generate() -> CallResult<Self> {
        Ok(Self { inner: core::Secret::generate()? })
    }

    /// Makes a new key pair. The sender keeps it, and receivers get its ``public()`` half.
    #[staticmethod]
    fn generate_pair() -> Self {
        Self { inner: core::Secret::generate_pair() }
    }

    /// Reads ``whsec_…``, ``whsk_…`` or ``whpk_…``.
    ///
    /// Raises :class:`ValueError` for anything else.
    #[staticmethod]
    fn parse(text: Text<'_>) -> CallResult<Self> {
        Ok(Self { inner: core::Secret::parse(text.as_str()?)? })
    }

    /// Returns the text that ``parse`` reads: as secret as the secret is.
    fn expose(&self) -> Exposed {
        self.inner.to_text().into()
    }

    /// Returns the half that receivers get.
    ///
    /// Raises :class:`TypeError` for a shared secret, which has none.
    fn public(&self) -> CallResult<Self> {
        Ok(Self { inner: self.inner.public()? })
    }

    fn __repr__(&self) -> String {
        format!("Webhook{:?}", self.inner)
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        Err(PyTypeError::new_err("a secret cannot be pickled; expose() gives its text"))
    }
}
