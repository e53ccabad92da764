//! `ironlatch.x509.Certificate`, and reading certificates.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use ironlatch::x509::certificate::is_positive;
use ironlatch::x509::extensions::Place;
use ironlatch::x509::{Certificate as Inner, Error};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyList};

use super::extensions::extensions_object;
use super::integers::signed;
use super::name::name_object;
use super::signature::{hash_object, is_valid, issuer_key, parameters_object};
use super::times::{aware, naive};
use super::{fingerprint, naive_time_deprecated, written};
use crate::buffer::{Input, detach};
use crate::errors::CallResult;
use crate::keys::formats::Encoding;
use crate::keys::objects::public_object;
use crate::keys::oid::oid_object;
use crate::types::X509_VERSION;
use crate::warnings::deprecated;

/// A certificate, as it was read. What it says is not verified: `ironlatch.x509.verification` does
/// that.
#[pyclass(frozen, module = "ironlatch.x509.base")]
pub(crate) struct Certificate {
    pub(crate) inner: Inner,
    issuer: PyOnceLock<Py<PyAny>>,
    subject: PyOnceLock<Py<PyAny>>,
    extensions: PyOnceLock<Py<PyAny>>,
    /// Whether it says nothing of a serial number that is not positive, because its reader was
    /// told.
    quiet: bool,
}

impl From<Inner> for Certificate {
    fn from(inner: Inner) -> Self {
        Self {
            inner,
            issuer: PyOnceLock::new(),
            subject: PyOnceLock::new(),
            extensions: PyOnceLock::new(),
            quiet: false,
        }
    }
}

#[pymethods]
impl Certificate {
    /// Whether it is of version 1 or, as nearly all are, of version 3.
    #[getter]
    fn version<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        Ok(X509_VERSION.get(py)?.call1((self.inner.version(),))?)
    }

    /// The number by which the issuer tells its certificates apart.
    #[getter]
    fn serial_number<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        self.warn_of_serial(py)?;
        Ok(signed(py, self.inner.serial())?)
    }

    /// The issuer, as a `Name`.
    #[getter]
    fn issuer<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        cached(py, &self.issuer, || name_object(py, &self.inner.issuer()).map_err(|error| error.within("issuer")))
    }

    /// Whom it is about, as a `Name`. The hosts that it is for are in the extension
    /// `SubjectAlternativeName`.
    #[getter]
    fn subject<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        cached(py, &self.subject, || name_object(py, &self.inner.subject()).map_err(|error| error.within("subject")))
    }

    /// The first moment at which it is valid, in UTC, with that time zone.
    #[getter]
    fn not_valid_before_utc<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        Ok(aware(py, self.inner.not_before())?)
    }

    /// The last moment at which it is valid, in UTC, with that time zone.
    #[getter]
    fn not_valid_after_utc<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        Ok(aware(py, self.inner.not_after())?)
    }

    /// The first moment at which it is valid, in UTC, without a time zone. Deprecated: use
    /// `not_valid_before_utc`.
    #[getter]
    fn not_valid_before<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        naive_time_deprecated(py, "not_valid_before_utc")?;
        Ok(naive(py, self.inner.not_before())?)
    }

    /// The last moment at which it is valid, in UTC, without a time zone. Deprecated: use
    /// `not_valid_after_utc`.
    #[getter]
    fn not_valid_after<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        naive_time_deprecated(py, "not_valid_after_utc")?;
        Ok(naive(py, self.inner.not_after())?)
    }

    /// The subject's key. Raises UnsupportedAlgorithm for a key of an unknown type, and ValueError
    /// for a malformed one.
    fn public_key<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        public_object(py, self.inner.public_key()?)
    }

    /// The type of the subject's key.
    #[getter]
    fn public_key_algorithm_oid<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        Ok(oid_object(py, self.inner.public_key_algorithm()?)?)
    }

    /// The extensions, as an `Extensions`. Raises ValueError for a malformed one,
    /// DuplicateExtension if one is there twice.
    #[getter]
    fn extensions<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        cached(py, &self.extensions, || extensions_object(py, &self.inner.extensions(), Place::Certificate))
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

    /// The part that the issuer signed, in DER.
    #[getter]
    fn tbs_certificate_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.inner.tbs())
    }

    /// The part that logs signed, in DER: as it was before their timestamps were put in (RFC 6962
    /// §3.2).
    ///
    /// Raises ValueError if it has no timestamps.
    #[getter]
    fn tbs_precertificate_bytes<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &self.inner.tbs_precertificate()?))
    }

    /// The hash of the whole certificate, by which people tell it from others.
    fn fingerprint<'py>(&self, py: Python<'py>, algorithm: &Bound<'py, PyAny>) -> CallResult<Bound<'py, PyBytes>> {
        fingerprint(py, self.inner.as_der(), algorithm)
    }

    /// The certificate as PEM or DER.
    fn public_bytes<'py>(&self, py: Python<'py>, encoding: &Bound<'py, Encoding>) -> CallResult<Bound<'py, PyBytes>> {
        written(py, *encoding.get(), self.inner.as_der(), || self.inner.to_pem())
    }

    /// Raises an error unless `issuer` is the certificate that this one names, and its key made the
    /// signature.
    ///
    /// Nothing else is checked: neither times nor whether the issuer may issue. Raises ValueError
    /// if the names differ, TypeError if the key is of another type than the signature,
    /// InvalidSignature if it did not make the signature.
    fn verify_directly_issued_by(&self, py: Python<'_>, issuer: &Bound<'_, Self>) -> CallResult<()> {
        let issuer = &issuer.get().inner;
        match detach(py, || self.inner.verify_directly_issued_by(issuer)) {
            Err(Error::WrongKey(_)) => {
                // TypeError if it is a key that makes no signatures at all.
                issuer_key(&public_object(py, issuer.public_key()?)?)?;
                Err(Error::WrongKey("Signature algorithm does not match issuer key type".into()).into())
            }
            result if is_valid(result.clone())? => Ok(()),
            _ => Err(Error::InvalidSignature.into()),
        }
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> Option<bool> {
        Some(self.inner == other.cast::<Self>().ok()?.get().inner)
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.inner.hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self, py: Python<'_>) -> CallResult<String> {
        Ok(format!("<Certificate(subject={}, ...)>", self.subject(py)?.repr()?))
    }

    /// The same certificate: it cannot be changed.
    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    /// The same certificate.
    fn __deepcopy__(slf: Py<Self>, memo: &Bound<'_, PyAny>) -> Py<Self> {
        let _ = memo;
        slf
    }
}

impl Certificate {
    /// One that does not warn of its serial number.
    pub(crate) fn quiet(inner: Inner) -> Self {
        Self { quiet: true, ..Self::from(inner) }
    }

    fn warn_of_serial(&self, py: Python<'_>) -> PyResult<()> {
        if self.quiet || is_positive(self.inner.serial()) {
            return Ok(());
        }
        let message =
            c"Parsed a serial number which wasn't positive (i.e., it was negative or zero), which is disallowed \
by RFC 5280. Loading this certificate will cause an exception in a future release of cryptography.";
        deprecated(py, message)
    }
}

/// The contents of `slot`, which `make` makes at first.
pub(crate) fn cached<'py>(
    py: Python<'py>,
    slot: &PyOnceLock<Py<PyAny>>,
    make: impl FnOnce() -> CallResult<Bound<'py, PyAny>>,
) -> CallResult<Bound<'py, PyAny>> {
    Ok(slot.get_or_try_init(py, || make().map(Bound::unbind))?.bind(py).clone())
}

/// Reads the first certificate in PEM text. Other blocks, and text between the blocks, are skipped.
///
/// Raises ValueError if there is none, or it cannot be read, and InvalidVersion for a version that
/// does not exist.
#[pyfunction]
#[pyo3(signature = (data, backend = None))]
pub(crate) fn load_pem_x509_certificate<'py>(
    py: Python<'py>,
    data: Input<'_>,
    backend: Option<&Bound<'_, PyAny>>,
) -> CallResult<Bound<'py, Certificate>> {
    let _ = backend; // Taken for programs that still name one.
    object(py, Inner::from_pem(data.as_slice())?)
}

/// Reads all certificates in PEM text, in their order. Other blocks, and text between the blocks,
/// are skipped.
///
/// Raises ValueError if there is none, or one cannot be read.
#[pyfunction]
pub(crate) fn load_pem_x509_certificates<'py>(py: Python<'py>, data: Input<'_>) -> CallResult<Bound<'py, PyList>> {
    let certificates = Inner::all_from_pem(data.as_slice())?;
    let objects =
        certificates.into_iter().map(|certificate| object(py, certificate)).collect::<CallResult<Vec<_>>>()?;
    Ok(PyList::new(py, objects)?)
}

/// Reads a certificate in DER, and nothing after it.
///
/// Raises ValueError if it cannot be read, and InvalidVersion for a version that does not exist.
#[pyfunction]
#[pyo3(signature = (data, backend = None))]
pub(crate) fn load_der_x509_certificate<'py>(
    py: Python<'py>,
    data: Input<'_>,
    backend: Option<&Bound<'_, PyAny>>,
) -> CallResult<Bound<'py, Certificate>> {
    let _ = backend;
    object(py, Inner::from_der(data.as_slice())?)
}

/// The Python object of a certificate that was read.
pub(crate) fn object(py: Python<'_>, inner: Inner) -> CallResult<Bound<'_, Certificate>> {
    let certificate = Certificate::from(inner);
    certificate.warn_of_serial(py)?;
    Ok(Bound::new(py, certificate)?)
}
