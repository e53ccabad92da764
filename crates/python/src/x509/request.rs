//! `ironlatch.x509.CertificateSigningRequest`, and reading requests.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use ironlatch::x509::Error;
use ironlatch::x509::extensions::Place;
use ironlatch::x509::request::{CertificateRequest, RequestAttribute};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyInt, PyList};

use super::certificate::cached;
use super::classes::Class;
use super::extensions::extensions_object;
use super::name::name_object;
use super::signature::{hash_object, is_valid, parameters_object};
use super::written;
use crate::buffer::{Input, detach};
use crate::errors::CallResult;
use crate::keys::formats::Encoding;
use crate::keys::objects::public_object;
use crate::keys::oid::oid_object;

static ATTRIBUTE: Class = Class::new("base", "Attribute", &["_oid", "_value", "_type"]);
static ATTRIBUTES: Class = Class::new("base", "Attributes", &["_attributes"]);

/// A request for a certificate, as it was read: what its sender would have an authority certify.
#[pyclass(frozen, module = "ironlatch.x509.base")]
pub(crate) struct CertificateSigningRequest {
    pub(crate) inner: CertificateRequest,
    subject: PyOnceLock<Py<PyAny>>,
    extensions: PyOnceLock<Py<PyAny>>,
}

impl From<CertificateRequest> for CertificateSigningRequest {
    fn from(inner: CertificateRequest) -> Self {
        Self { inner, subject: PyOnceLock::new(), extensions: PyOnceLock::new() }
    }
}

#[pymethods]
impl CertificateSigningRequest {
    /// The subject that the certificate should have, as a `Name`.
    #[getter]
    fn subject<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        cached(py, &self.subject, || name_object(py, &self.inner.subject()).map_err(|error| error.within("subject")))
    }

    /// The key. Raises UnsupportedAlgorithm for a key of an unknown type, and ValueError for a
    /// malformed one.
    fn public_key<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        public_object(py, self.inner.public_key()?)
    }

    /// The type of the key.
    #[getter]
    fn public_key_algorithm_oid<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        Ok(oid_object(py, self.inner.public_key_algorithm()?)?)
    }

    /// The extensions that the certificate should have, as an `Extensions`.
    ///
    /// Raises ValueError for a malformed one, DuplicateExtension if one is there twice.
    #[getter]
    fn extensions<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        cached(py, &self.extensions, || extensions_object(py, &self.inner.extensions()?, Place::Request))
    }

    /// The attributes, as an `Attributes`. Raises ValueError for one with several values.
    #[getter]
    fn attributes<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        let attributes = PyList::empty(py);
        for attribute in self.inner.attributes() {
            attributes.append(attribute_object(py, &attribute)?)?;
        }
        Ok(ATTRIBUTES.with_slots(py, [attributes.into_any()])?)
    }

    /// The signature.
    #[getter]
    fn signature<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.inner.signature())
    }

    /// The algorithm of the signature.
    #[getter]
    fn signature_algorithm_oid<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        Ok(oid_object(py, self.inner.signature_algorithm_identifier()?.oid)?)
    }

    /// The hash function of the signature, or None if its algorithm has none of its own choice.
    #[getter]
    fn signature_hash_algorithm<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        hash_object(py, self.inner.signature_algorithm_identifier())
    }

    /// The padding of an RSA signature, an `ECDSA`, or None.
    #[getter]
    fn signature_algorithm_parameters<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        parameters_object(py, &self.inner.signature_algorithm_identifier()?)
    }

    /// Whether the sender of the request has the private key that belongs to it.
    #[getter]
    fn is_signature_valid(&self, py: Python<'_>) -> CallResult<bool> {
        let key = self.inner.public_key()?;
        match detach(py, || self.inner.signature_algorithm()?.verify(&key, self.inner.tbs(), self.inner.signature())) {
            // As the peer has it: an algorithm that is too weak proves nothing.
            Err(Error::WrongKey(_) | Error::UnsupportedAlgorithm { .. }) => Ok(false),
            result => is_valid(result),
        }
    }

    /// The part that is signed, in DER.
    #[getter]
    fn tbs_certrequest_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.inner.tbs())
    }

    /// The request as PEM or DER.
    fn public_bytes<'py>(&self, py: Python<'py>, encoding: &Bound<'py, Encoding>) -> CallResult<Bound<'py, PyBytes>> {
        written(py, *encoding.get(), self.inner.as_der(), || self.inner.to_pem())
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> Option<bool> {
        Some(self.inner == other.cast::<Self>().ok()?.get().inner)
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.inner.hash(&mut hasher);
        hasher.finish()
    }
}

fn attribute_object<'py>(py: Python<'py>, attribute: &RequestAttribute<'_>) -> CallResult<Bound<'py, PyAny>> {
    let value = attribute.single_value()?;
    let tag =
        value.tag().ok_or_else(|| PyValueError::new_err("Long-form tags are not supported in CSR attribute values"))?;
    let (oid, tag) = (oid_object(py, attribute.oid.clone())?, PyInt::new(py, tag).into_any());
    Ok(ATTRIBUTE.with_slots(py, [oid, PyBytes::new(py, value.contents()).into_any(), tag])?)
}

/// Reads the first certificate signing request in PEM text. Other blocks, and text between the
/// blocks, are skipped.
///
/// Raises ValueError if there is none, or it cannot be read, and InvalidVersion for a version that
/// does not exist.
#[pyfunction]
#[pyo3(signature = (data, backend = None))]
pub(crate) fn load_pem_x509_csr(
    data: Input<'_>,
    backend: Option<&Bound<'_, PyAny>>,
) -> CallResult<CertificateSigningRequest> {
    let _ = backend; // Taken for programs that still name one.
    Ok(CertificateRequest::from_pem(data.as_slice())?.into())
}

/// Reads a certificate signing request in DER, and nothing after it.
///
/// Raises ValueError if it cannot be read, and InvalidVersion for a version that does not exist.
#[pyfunction]
#[pyo3(signature = (data, backend = None))]
pub(crate) fn load_der_x509_csr(
    data: Input<'_>,
    backend: Option<&Bound<'_, PyAny>>,
) -> CallResult<CertificateSigningRequest> {
    let _ = backend;
    Ok(CertificateRequest::from_der(data.as_slice())?.into())
}
