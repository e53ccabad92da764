//! `ironlatch.x509.certificate_transparency`.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use ironlatch::hash::HashAlgorithm;
use ironlatch::x509::Time;
use ironlatch::x509::sct::{LogEntryType, Sct};
use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use super::times::naive;
use crate::errors::CallResult;
use crate::hash::hashes::marker_of;

/// A log's signed statement that it has seen a certificate (RFC 6962 §3.2).
#[pyclass(frozen, module = "ironlatch.x509.certificate_transparency")]
pub(crate) struct SignedCertificateTimestamp {
    bytes: Vec<u8>,
    entry_type: LogEntryType,
    log_id: [u8; 32],
    timestamp: u64,
    extensions: Vec<u8>,
    hash_algorithm: u8,
    signature_algorithm: u8,
    signature: Vec<u8>,
}

#[pymethods]
impl SignedCertificateTimestamp {
    /// The version of its format.
    #[getter]
    fn version<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        member(py, "Version", 0)
    }

    /// The log that signed it: the SHA-256 of its key.
    #[getter]
    fn log_id<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.log_id)
    }

    /// When the log signed it, in UTC, without a time zone.
    #[getter]
    fn timestamp<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        let seconds = i64::try_from(self.timestamp / 1000).unwrap_or(i64::MAX);
        let microsecond = PyDict::new(py);
        microsecond.set_item(intern!(py, "microsecond"), self.timestamp % 1000 * 1000)?;
        let second = naive(py, Time::from_unix(seconds)?)?;
        Ok(second.call_method(intern!(py, "replace"), (), Some(&microsecond))?)
    }

    /// Whether the log saw the certificate or its precertificate.
    #[getter]
    fn entry_type<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        let number = match self.entry_type {
            LogEntryType::Certificate => 0,
            LogEntryType::Precertificate => 1,
        };
        member(py, "LogEntryType", number)
    }

    /// The hash function of the signature.
    #[getter]
    fn signature_hash_algorithm<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        // RFC 5246 §7.4.1.4.1.
        let hash = match self.hash_algorithm {
            1 => HashAlgorithm::Md5,
            2 => HashAlgorithm::Sha1,
            3 => HashAlgorithm::Sha224,
            4 => HashAlgorithm::Sha256,
            5 => HashAlgorithm::Sha384,
            6 => HashAlgorithm::Sha512,
            number => {
                let message = format!("Invalid/unsupported hash algorithm for SCT: {number}");
                return Err(PyValueError::new_err(message).into());
            }
        };
        Ok(marker_of(py, hash)?)
    }

    /// The kind of the signature.
    #[getter]
    fn signature_algorithm<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        member(py, "SignatureAlgorithm", self.signature_algorithm)
    }

    /// The signature.
    #[getter]
    fn signature<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.signature)
    }

    /// The extensions of the timestamp.
    #[getter]
    fn extension_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.extensions)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> Option<bool> {
        let other = other.cast::<Self>().ok()?.get();
        Some(self.bytes == other.bytes && self.entry_type == other.entry_type)
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.bytes.hash(&mut hasher);
        hasher.finish()
    }
}

impl SignedCertificateTimestamp {
    /// The timestamp as the crate below has it.
    pub(crate) fn sct(&self) -> Sct<'_> {
        Sct {
            bytes: &self.bytes,
            entry_type: self.entry_type,
            log_id: self.log_id,
            timestamp: self.timestamp,
            extensions: &self.extensions,
            hash_algorithm: self.hash_algorithm,
            signature_algorithm: self.signature_algorithm,
            signature: &self.signature,
        }
    }
}

/// The Python object of a timestamp.
pub(crate) fn timestamp_object<'py>(py: Python<'py>, sct: &Sct<'_>) -> PyResult<Bound<'py, PyAny>> {
    let timestamp = SignedCertificateTimestamp {
        bytes: sct.bytes.to_vec(),
        entry_type: sct.entry_type,
        log_id: sct.log_id,
        timestamp: sct.timestamp,
        extensions: sct.extensions.to_vec(),
        hash_algorithm: sct.hash_algorithm,
        signature_algorithm: sct.signature_algorithm,
        signature: sct.signature.to_vec(),
    };
    Ok(Bound::new(py, timestamp)?.into_any())
}

/// The member of an enumeration that has this value.
fn member<'py>(py: Python<'py>, enumeration: &str, value: u8) -> CallResult<Bound<'py, PyAny>> {
    let module = py.import(intern!(py, "ironlatch.x509.certificate_transparency"))?;
    Ok(module.getattr(enumeration)?.call1((value,))?)
}
