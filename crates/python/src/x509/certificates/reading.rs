//! Reading what breaks the rules: with each deviation, and each extension by itself.

use ironlatch::oid;
use ironlatch::x509::extensions::{Extension, Extensions, Place};
use ironlatch::x509::{
    Certificate as InnerCertificate, CertificateList, CertificateRequest, Deviation, OcspRequest, OcspResponse,
    general_names,
};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::buffer::{Input, detach_if_long};
use crate::errors::{CallError, CallResult};
use crate::keys::oid::oid_object;
use crate::types::{DEVIATION, READ_EXTENSION, READING};
use crate::x509::certificate::Certificate;
use crate::x509::crl::{CertificateRevocationList, RevokedCertificate};
use crate::x509::extensions::{path_of, value_object};
use crate::x509::general_name::object as name_object;
use crate::x509::ocsp::{OCSPRequest, OCSPResponse};
use crate::x509::request::CertificateSigningRequest;

/// Reads a certificate, in DER or the first in PEM text, that breaks rules of DER or of RFC 5280.
///
/// Returns a `Reading`: the `Certificate`, and each deviation with its place. Taken are defaults
/// that are written out, such as `critical FALSE` and version 1; TRUE in an octet other than 255;
/// times with an offset, a fraction or without seconds; text in a type that does not have its
/// characters; sets out of order; numbers with zeros before them; serial numbers that are not
/// positive, without a warning; parameters of a signature's algorithm that do not belong there;
/// OpenSSL's `TRUSTED CERTIFICATE`. The certificate keeps its bytes and what was signed.
///
/// Raises ValueError if it cannot be read all the same.
#[pyfunction]
pub(crate) fn read_certificate<'py>(py: Python<'py>, data: Input<'_>) -> CallResult<Bound<'py, PyAny>> {
    let data = data.as_slice();
    let read = detach_if_long(py, data.len(), || InnerCertificate::read_tolerant(data))?;
    reading(py, Bound::new(py, Certificate::quiet(read.value))?.into_any(), &read.deviations)
}

/// Reads a signing request, in DER or the first in PEM text, that breaks rules as
/// `read_certificate` takes them, or that has no attributes.
///
/// Returns a `Reading` of a `CertificateSigningRequest`. Raises ValueError if it cannot be read.
#[pyfunction]
pub(crate) fn read_request<'py>(py: Python<'py>, data: Input<'_>) -> CallResult<Bound<'py, PyAny>> {
    let data = data.as_slice();
    let read = detach_if_long(py, data.len(), || CertificateRequest::read_tolerant(data))?;
    reading(py, Bound::new(py, CertificateSigningRequest::from(read.value))?.into_any(), &read.deviations)
}

/// Reads a revocation list, in DER or the first in PEM text, that breaks rules as
/// `read_certificate` takes them.
///
/// Returns a `Reading` of a `CertificateRevocationList`. Every entry is looked at. Raises
/// ValueError if it cannot be read.
#[pyfunction]
pub(crate) fn read_crl<'py>(py: Python<'py>, data: Input<'_>) -> CallResult<Bound<'py, PyAny>> {
    let data = data.as_slice();
    let read = detach_if_long(py, data.len(), || CertificateList::read_tolerant(data))?;
    reading(py, Bound::new(py, CertificateRevocationList::from(read.value))?.into_any(), &read.deviations)
}

/// Reads an OCSP request in DER that breaks rules as `read_certificate` takes them, such as a
/// version that is written out.
///
/// Returns a `Reading` of an `OCSPRequest`. Raises ValueError if it cannot be read, and
/// NotImplementedError if it asks about several certificates.
#[pyfunction]
pub(crate) fn read_ocsp_request<'py>(py: Python<'py>, data: Input<'_>) -> CallResult<Bound<'py, PyAny>> {
    let data = data.as_slice();
    let read = detach_if_long(py, data.len(), || OcspRequest::read_tolerant(data))?;
    reading(py, Bound::new(py, OCSPRequest::try_from(read.value)?)?.into_any(), &read.deviations)
}

/// Reads an OCSP response in DER that breaks rules as `read_certificate` takes them, such as times
/// with fractions.
///
/// Returns a `Reading` of an `OCSPResponse`. Raises ValueError if it cannot be read.
#[pyfunction]
pub(crate) fn read_ocsp_response<'py>(py: Python<'py>, data: Input<'_>) -> CallResult<Bound<'py, PyAny>> {
    let data = data.as_slice();
    let read = detach_if_long(py, data.len(), || OcspResponse::read_tolerant(data))?;
    reading(py, Bound::new(py, OCSPResponse::from(read.value))?.into_any(), &read.deviations)
}

fn reading<'py>(py: Python<'py>, value: Bound<'py, PyAny>, deviations: &[Deviation]) -> CallResult<Bound<'py, PyAny>> {
    let list = PyList::empty(py);
    for deviation in deviations {
        list.append(DEVIATION.get(py)?.call1((&deviation.path, deviation.slip))?)?;
    }
    Ok(READING.get(py)?.call1((value, list))?)
}

/// Reads each extension by itself, of a `Certificate`, a `CertificateSigningRequest`, a
/// `CertificateRevocationList`, a `RevokedCertificate` or an `OCSPResponse`.
///
/// Returns a list of `ReadExtension`. A damaged one has its `error`, and does not keep the others
/// from being read; one that is there twice is in the list twice. Of alternative names, those that
/// can be read are the value all the same.
///
/// Raises TypeError for another object.
#[pyfunction]
pub(crate) fn read_extensions<'py>(py: Python<'py>, source: &Bound<'py, PyAny>) -> CallResult<Bound<'py, PyList>> {
    if let Ok(certificate) = source.cast::<Certificate>() {
        return read_each(py, &certificate.get().inner.extensions(), Place::Certificate);
    }
    if let Ok(request) = source.cast::<CertificateSigningRequest>() {
        return read_each(py, &request.get().inner.extensions()?, Place::Request);
    }
    if let Ok(list) = source.cast::<CertificateRevocationList>() {
        return read_each(py, &list.get().inner.extensions(), Place::Crl);
    }
    if let Ok(entry) = source.cast::<RevokedCertificate>() {
        return read_each(py, &entry.get().entry().extensions(), Place::CrlEntry);
    }
    if let Ok(response) = source.cast::<OCSPResponse>() {
        return read_each(py, &response.get().inner.extensions()?, Place::OcspResponse);
    }
    Err(PyTypeError::new_err(
        "expected a certificate, a signing request, a CRL or an entry of one, or an OCSP response",
    )
    .into())
}

fn read_each<'py>(py: Python<'py>, extensions: &Extensions<'_>, place: Place) -> CallResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for (index, extension) in extensions.iter().enumerate() {
        let oid = oid_object(py, extension.oid.clone())?;
        let (value, error) = match value_object(py, &extension, place) {
            Ok(value) => (Some(value), None),
            Err(error) => {
                let error = PyErr::from(error.within(&path_of(place, index)));
                (readable_names(py, &extension)?, Some(error))
            }
        };
        list.append(READ_EXTENSION.get(py)?.call1((oid, extension.critical, value, error))?)?;
    }
    Ok(list)
}

/// The alternative names of a damaged extension that can be read.
fn readable_names<'py>(py: Python<'py>, extension: &Extension<'_>) -> CallResult<Option<Bound<'py, PyAny>>> {
    let class = match extension.oid {
        oid::SUBJECT_ALTERNATIVE_NAME => "SubjectAlternativeName",
        oid::ISSUER_ALTERNATIVE_NAME => "IssuerAlternativeName",
        _ => return Ok(None),
    };
    let Ok(names) = general_names::each(extension.value) else { return Ok(None) };
    let list = PyList::empty(py);
    for name in names {
        if let Ok(name) = name.map_err(CallError::from).and_then(|name| name_object(py, &name)) {
            list.append(name)?;
        }
    }
    Ok(Some(py.import("ironlatch.x509")?.getattr(class)?.call1((list,))?))
}
