//! `ironlatch.secrets`: bytes that are wiped, and secrets for people and programs.

use pyo3::prelude::*;

/// Secret bytes.
#[pyclass(frozen, module = "ironlatch.secrets")]
pub(crate) struct SecretBytes {
    inner: ironlatch::secret::SecretBytes,
}

impl SecretBytes {
    pub(crate) fn expose(&self) -> &[u8] {
        self.inner.expose()
    }
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod secrets {
    #[pymodule_export]
    use super::SecretBytes;
}
