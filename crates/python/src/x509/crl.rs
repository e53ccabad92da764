//! `ironlatch.x509.CertificateRevocationList` and its entries, and reading lists.

use ironlatch::x509::Error;
use ironlatch::x509::crl::{CertificateList, EntryOutline, RevokedCertificate as Entry};
use ironlatch::x509::extensions::Place;
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyInt, PyList, PySlice};

use super::certificate::cached;
use super::extensions::extensions_object;
use super::integers::{signed, unsigned_octets};
use super::name::name_object;
use super::signature::{hash_object, is_valid, issuer_key, parameters_object};
use super::times::{aware, naive};
use super::{fingerprint, naive_time_deprecated, written};
use crate::buffer::{Input, detach, detach_if_long};
use crate::errors::CallResult;
use crate::keys::formats::Encoding;
use crate::keys::oid::oid_object;

/// A list of revoked certificates, as it was read. An entry is looked into when it is asked for.
///
/// It is a sequence of `RevokedCertificate` objects.
#[pyclass(frozen, module = "ironlatch.x509.base")]
pub(crate) struct CertificateRevocationList {
    pub(crate) inner: CertificateList,
    issuer: PyOnceLock<Py<PyAny>>,
    extensions: PyOnceLock<Py<PyAny>>,
}

impl From<CertificateList> for CertificateRevocationList {
    fn from(inner: CertificateList) -> Self {
        Self { inner, issuer: PyOnceLock::new(), extensions: PyOnceLock::new() }
    }
}

#[pymethods]
impl CertificateRevocationList {
    /// The issuer, as a `Name`.
    #[getter]
    fn issuer<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        cached(py, &self.issuer, || name_object(py, &self.inner.issuer()).map_err(|error| error.within("issuer")))
    }

    /// When it was issued, in UTC, with that time zone.
    #[getter]
    fn last_update_utc<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        Ok(aware(py, self.inner.this_update())?)
    }

    /// When the next list comes at the latest, in UTC, with that time zone, or None if it does not
    /// say.
    #[getter]
    fn next_update_utc<'py>(&self, py: Python<'py>) -> CallResult<Option<Bound<'py, PyAny>>> {
        Ok(self.inner.next_update().map(|time| aware(py, time)).transpose()?)
    }

    /// When it was issued, in UTC, without a time zone. Deprecated: use `last_update_utc`.
    #[getter]
    fn last_update<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        naive_time_deprecated(py, "last_update_utc")?;
        Ok(naive(py, self.inner.this_update())?)
    }

    /// When the next list comes at the latest, in UTC, without a time zone. Deprecated: use
    /// `next_update_utc`.
    #[getter]
    fn next_update<'py>(&self, py: Python<'py>) -> CallResult<Option<Bound<'py, PyAny>>> {
        naive_time_deprecated(py, "next_update_utc")?;
        Ok(self.inner.next_update().map(|time| naive(py, time)).transpose()?)
    }

    /// The extensions of the list, as an `Extensions`.
    ///
    /// Raises ValueError for a malformed one, DuplicateExtension if one is there twice.
    #[getter]
    fn extensions<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        cached(py, &self.extensions, || extensions_object(py, &self.inner.extensions(), Place::Crl))
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
    fn tbs_certlist_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.inner.tbs())
    }

    /// The hash of the whole list.
    fn fingerprint<'py>(&self, py: Python<'py>, algorithm: &Bound<'py, PyAny>) -> CallResult<Bound<'py, PyBytes>> {
        fingerprint(py, self.inner.as_der(), algorithm)
    }

    /// The list as PEM or DER.
    fn public_bytes<'py>(&self, py: Python<'py>, encoding: &Bound<'py, Encoding>) -> CallResult<Bound<'py, PyBytes>> {
        written(py, *encoding.get(), self.inner.as_der(), || self.inner.to_pem())
    }

    /// Whether the key made the signature. Raises TypeError for a key that makes none.
    fn is_signature_valid(&self, py: Python<'_>, public_key: &Bound<'_, PyAny>) -> CallResult<bool> {
        let key = issuer_key(public_key)?;
        match detach(py, || self.inner.verify_signature(&key)) {
            Err(Error::WrongKey(_)) => Ok(false),
            result => is_valid(result),
        }
    }

    /// The entry for the certificate with this serial number, or None if it is not revoked.
    ///
    /// The first look makes an index, which all others use.
    fn get_revoked_certificate_by_serial_number(
        &self,
        py: Python<'_>,
        serial: &Bound<'_, PyInt>,
    ) -> CallResult<Option<RevokedCertificate>> {
        let octets = unsigned_octets(serial)?;
        let found = detach(py, || Ok::<_, Error>(self.inner.find(&octets)?.map(|entry| entry.outline())))?;
        Ok(found.map(|outline| RevokedCertificate::in_list(&self.inner, outline)))
    }

    fn __len__(&self, py: Python<'_>) -> CallResult<usize> {
        Ok(detach_if_long(py, self.inner.as_der().len(), || self.inner.len())?)
    }

    fn __getitem__<'py>(slf: &Bound<'py, Self>, index: &Bound<'py, PyAny>) -> CallResult<Bound<'py, PyAny>> {
        let (py, list) = (slf.py(), slf.get());
        let len = list.__len__(py)?;
        if let Ok(slice) = index.cast::<PySlice>() {
            let bounds = slice.indices(len.cast_signed())?;
            let entries = PyList::empty(py);
            let mut next = bounds.start;
            for _ in 0..bounds.slicelength {
                entries.append(list.entry(next.cast_unsigned())?)?;
                next += bounds.step;
            }
            return Ok(entries.into_any());
        }
        let index: isize = index.extract()?;
        let index = if index < 0 { index + len.cast_signed() } else { index };
        let index = usize::try_from(index).ok().filter(|index| *index < len);
        let index = index.ok_or_else(|| PyIndexError::new_err("the list has no entry of that index"))?;
        Ok(Bound::new(py, list.entry(index)?)?.into_any())
    }

    fn __iter__(&self) -> Entries {
        Entries { list: self.inner.clone(), next: std::sync::atomic::AtomicUsize::new(0) }
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> Option<bool> {
        Some(self.inner == other.cast::<Self>().ok()?.get().inner)
    }
}

impl CertificateRevocationList {
    fn entry(&self, index: usize) -> CallResult<RevokedCertificate> {
        entry(&self.inner, index)?.ok_or_else(|| PyIndexError::new_err("the list has no entry of that index").into())
    }
}

fn entry(list: &CertificateList, index: usize) -> CallResult<Option<RevokedCertificate>> {
    Ok(list.get(index)?.map(|entry| RevokedCertificate::in_list(list, entry.outline())))
}

/// The entries of a list, one after another.
#[pyclass(frozen, module = "ironlatch.x509.base")]
pub(crate) struct Entries {
    list: CertificateList,
    next: std::sync::atomic::AtomicUsize,
}

#[pymethods]
impl Entries {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    /// How many are left.
    fn __len__(&self) -> CallResult<usize> {
        Ok(self.list.len()?.saturating_sub(self.next.load(std::sync::atomic::Ordering::Relaxed)))
    }

    fn __next__(&self) -> CallResult<Option<RevokedCertificate>> {
        entry(&self.list, self.next.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
    }
}

/// An entry of a revocation list: which certificate was revoked, when, and perhaps why.
#[pyclass(frozen, module = "ironlatch.x509.base")]
pub(crate) struct RevokedCertificate {
    source: Source,
    outline: EntryOutline,
    extensions: PyOnceLock<Py<PyAny>>,
}

enum Source {
    /// In a list.
    List(CertificateList),
    /// By itself, in DER.
    Alone(Vec<u8>),
}

impl RevokedCertificate {
    fn in_list(list: &CertificateList, outline: EntryOutline) -> Self {
        Self { source: Source::List(list.clone()), outline, extensions: PyOnceLock::new() }
    }

    /// An entry that is in no list yet, in DER.
    pub(crate) fn alone(der: Vec<u8>) -> CallResult<Self> {
        let outline = Entry::from_der(&der)?.outline();
        Ok(Self { source: Source::Alone(der), outline, extensions: PyOnceLock::new() })
    }

    /// The entry as it is encoded.
    pub(crate) fn entry(&self) -> Entry<'_> {
        match &self.source {
            Source::List(list) => list.outlined(&self.outline),
            Source::Alone(der) => Entry::from_outline(der, &self.outline),
        }
    }
}

#[pymethods]
impl RevokedCertificate {
    /// The serial number of the certificate.
    #[getter]
    fn serial_number<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        Ok(signed(py, self.entry().serial())?)
    }

    /// When it was revoked, in UTC, with that time zone.
    #[getter]
    fn revocation_date_utc<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        Ok(aware(py, self.entry().revocation_date())?)
    }

    /// When it was revoked, in UTC, without a time zone. Deprecated: use `revocation_date_utc`.
    #[getter]
    fn revocation_date<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        naive_time_deprecated(py, "revocation_date_utc")?;
        Ok(naive(py, self.entry().revocation_date())?)
    }

    /// The extensions of the entry, as an `Extensions`.
    ///
    /// Raises ValueError for a malformed one, DuplicateExtension if one is there twice.
    #[getter]
    fn extensions<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        cached(py, &self.extensions, || extensions_object(py, &self.entry().extensions(), Place::CrlEntry))
    }
}

/// Reads the first revocation list in PEM text. Other blocks, and text between the blocks, are
/// skipped.
///
/// Raises ValueError if there is none, or it cannot be read, and InvalidVersion for a version that
/// does not exist.
#[pyfunction]
#[pyo3(signature = (data, backend = None))]
pub(crate) fn load_pem_x509_crl(
    py: Python<'_>,
    data: Input<'_>,
    backend: Option<&Bound<'_, PyAny>>,
) -> CallResult<CertificateRevocationList> {
    let _ = backend; // Taken for programs that still name one.
    let data = data.as_slice();
    Ok(detach(py, || CertificateList::from_pem(data))?.into())
}

/// Reads a revocation list in DER, and nothing after it.
///
/// Raises ValueError if it cannot be read, and InvalidVersion for a version that does not exist.
#[pyfunction]
#[pyo3(signature = (data, backend = None))]
pub(crate) fn load_der_x509_crl(
    py: Python<'_>,
    data: Input<'_>,
    backend: Option<&Bound<'_, PyAny>>,
) -> CallResult<CertificateRevocationList> {
    let _ = backend;
    let data = data.as_slice();
    Ok(detach_if_long(py, data.len(), || CertificateList::from_der(data))?.into())
}
