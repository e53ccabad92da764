//! `ironlatch.x509` and its submodules.

mod building;
pub(crate) mod certificate;
mod certificate_transparency;
pub(crate) mod certificates;
pub(crate) mod classes;
pub(crate) mod crl;
mod extensions;
pub(crate) mod general_name;
pub(crate) mod integers;
pub(crate) mod name;
pub(crate) mod ocsp;
pub(crate) mod request;
pub(crate) mod signature;
pub(crate) mod times;
pub(crate) mod verification;

use ironlatch::hash;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::buffer::{Input, detach_if_long, new_bytes};
use crate::errors::CallResult;
use crate::hash::hashes::algorithm_of;
use crate::keys::formats::Encoding;
use crate::warnings::deprecated;

#[pymodule]
#[pyo3(submodule)]
#[allow(clippy::module_inception)] // The module of Python has the name of the folder.
pub(crate) mod x509 {
    #[pymodule_export]
    use super::building::{
        create_revoked_certificate, create_unsigned_x509_certificate, create_x509_certificate, create_x509_crl,
        create_x509_csr,
    };
    #[pymodule_export]
    use super::certificate::{
        Certificate, load_der_x509_certificate, load_pem_x509_certificate, load_pem_x509_certificates,
    };
    #[pymodule_export]
    use super::certificate_transparency::SignedCertificateTimestamp;
    #[pymodule_export]
    use super::crl::{CertificateRevocationList, RevokedCertificate, load_der_x509_crl, load_pem_x509_crl};
    #[pymodule_export]
    use super::extensions::encode_extension;
    #[pymodule_export]
    use super::key_identifier;
    #[pymodule_export]
    use super::name::{encode_name, escape_rfc4514, parse_name, parse_rfc4514};
    #[pymodule_export]
    use super::request::{CertificateSigningRequest, load_der_x509_csr, load_pem_x509_csr};
}

/// The hash of a whole structure.
fn fingerprint<'py>(py: Python<'py>, der: &[u8], algorithm: &Bound<'py, PyAny>) -> CallResult<Bound<'py, PyBytes>> {
    let algorithm = algorithm_of(algorithm)?;
    new_bytes(py, algorithm.digest_size(), |out| {
        Ok(detach_if_long(py, der.len(), || hash::digest_into(algorithm, der, out)))
    })
}

/// A structure as PEM or DER. TypeError for another encoding.
fn written<'py>(
    py: Python<'py>,
    encoding: Encoding,
    der: &[u8],
    pem: impl FnOnce() -> Vec<u8>,
) -> CallResult<Bound<'py, PyBytes>> {
    match encoding {
        Encoding::Der => Ok(PyBytes::new(py, der)),
        Encoding::Pem => Ok(PyBytes::new(py, &pem())),
        _ => Err(PyTypeError::new_err("encoding must be Encoding.DER or Encoding.PEM").into()),
    }
}

/// Warns of a property whose time has no zone. `instead` is the one that has.
fn naive_time_deprecated(py: Python<'_>, instead: &str) -> PyResult<()> {
    let message =
        format!("Properties that return a naïve datetime object have been deprecated. Please switch to {instead}.");
    deprecated(py, &std::ffi::CString::new(message)?)
}

/// The SHA-1 of the key in a SubjectPublicKeyInfo: the identifier that most certificates have for a
/// key (RFC 5280 §4.2.1.2).
#[pyfunction]
fn key_identifier<'py>(py: Python<'py>, public_key_info: Input<'_>) -> CallResult<Bound<'py, PyBytes>> {
    Ok(PyBytes::new(py, &ironlatch::x509::extensions::key_identifier(public_key_info.as_slice())?))
}
