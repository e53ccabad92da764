//! `ironlatch.hazmat.backends.openssl.backend`: which engine works underneath.

use pyo3::prelude::*;

/// The version of AWS-LC.
#[pyfunction]
fn engine_version() -> &'static str {
    ironlatch::engine_version()
}

/// The version of OpenSSL's API that AWS-LC follows, in OpenSSL's encoding.
#[pyfunction]
fn engine_api_version() -> u32 {
    ironlatch::engine_api_version()
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod backend {
    #[pymodule_export]
    use super::{engine_api_version, engine_version};
}
