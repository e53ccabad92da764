//! `ironlatch.certificates`: what the peer's `x509` does not do.

mod issuing;
mod reading;
mod revocation;
pub(crate) mod verifier;

use pyo3::prelude::*;

#[pymodule]
#[pyo3(submodule)]
#[allow(clippy::module_inception)] // The module of Python has the name of the folder.
pub(crate) mod certificates {
    #[pymodule_export]
    use super::issuing::{Authority, Issued};
    #[pymodule_export]
    use super::reading::{
        read_certificate, read_crl, read_extensions, read_ocsp_request, read_ocsp_response, read_request,
    };
    #[pymodule_export]
    use super::revocation::{Revocation, RevocationStatus};
    #[pymodule_export]
    use super::verifier::{Verified, Verifier};
}
