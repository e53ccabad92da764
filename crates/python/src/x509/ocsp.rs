//! `ironlatch.x509.ocsp`.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use ironlatch::x509::building::{NewSingleResponse, OcspRequestContents, OcspResponseContents};
use ironlatch::x509::extensions::{Place, key_identifier};
use ironlatch::x509::ocsp::{
    CertId, CertStatus, NewCertId, OcspRequest, OcspResponse, Responder, ResponseStatus, RevokedInfo, SingleResponse,
};
use ironlatch::x509::time::GeneralizedTime;
use ironlatch::x509::{Certificate as InnerCertificate, Time};
use pyo3::exceptions::{PyNotImplementedError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyList};

use super::certificate::{Certificate, cached, object as certificate_object};
use super::extensions::{Reasons, extension_list, extensions_object};
use super::integers::{signed, unsigned_octets};
use super::naive_time_deprecated;
use super::name::name_object;
use super::signature::{PythonSigner, hash_object, public_key_info};
use super::times::{aware, naive, time};
use crate::buffer::{Input, detach_if_long};
use crate::errors::{CallError, CallResult};
use crate::hash::hashes::{algorithm_of, marker_of};
use crate::keys::formats::Encoding;
use crate::keys::oid::oid_object;

/// A question to an authority: whether a certificate is revoked.
#[pyclass(frozen, module = "ironlatch.x509.ocsp")]
pub(crate) struct OCSPRequest {
    inner: OcspRequest,
    extensions: PyOnceLock<Py<PyAny>>,
}

impl TryFrom<OcspRequest> for OCSPRequest {
    type Error = CallError;

    fn try_from(inner: OcspRequest) -> CallResult<Self> {
        match inner.ids()?.len() {
            1 => Ok(Self { inner, extensions: PyOnceLock::new() }),
            count => {
                let message = format!("the OCSP request asks about {count} certificates, and only one is supported");
                Err(PyNotImplementedError::new_err(message).into())
            }
        }
    }
}

#[pymethods]
impl OCSPRequest {
    /// The hash of the issuer's name.
    #[getter]
    fn issuer_name_hash<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyBytes>> {
        self.with_id(|id| Ok(PyBytes::new(py, id.issuer_name_hash)))
    }

    /// The hash of the issuer's key.
    #[getter]
    fn issuer_key_hash<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyBytes>> {
        self.with_id(|id| Ok(PyBytes::new(py, id.issuer_key_hash)))
    }

    /// The function that hashed the issuer's name and key.
    #[getter]
    fn hash_algorithm<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        self.with_id(|id| Ok(marker_of(py, id.hash()?)?))
    }

    /// The serial number of the certificate that is asked about.
    #[getter]
    fn serial_number<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        self.with_id(|id| Ok(signed(py, id.serial.as_bytes())?))
    }

    /// The extensions of the request, as an `Extensions`.
    #[getter]
    fn extensions<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        cached(py, &self.extensions, || extensions_object(py, &self.inner.extensions(), Place::OcspRequest))
    }

    /// The request in DER, the only encoding.
    fn public_bytes<'py>(&self, py: Python<'py>, encoding: &Bound<'py, Encoding>) -> CallResult<Bound<'py, PyBytes>> {
        in_der(py, encoding, self.inner.as_der())
    }
}

impl OCSPRequest {
    fn with_id<T>(&self, take: impl FnOnce(&CertId<'_>) -> CallResult<T>) -> CallResult<T> {
        take(self.inner.ids()?.first().ok_or_else(|| PyValueError::new_err("the request asks about no certificate"))?)
    }
}

/// An answer of an authority. Who signed it is not verified.
///
/// All properties but `response_status` raise ValueError if there is no answer. Those about one
/// certificate raise it if there are several: look at `responses` then.
#[pyclass(frozen, module = "ironlatch.x509.ocsp")]
pub(crate) struct OCSPResponse {
    pub(crate) inner: OcspResponse,
    extensions: PyOnceLock<Py<PyAny>>,
    single_extensions: PyOnceLock<Py<PyAny>>,
}

impl From<OcspResponse> for OCSPResponse {
    fn from(inner: OcspResponse) -> Self {
        Self { inner, extensions: PyOnceLock::new(), single_extensions: PyOnceLock::new() }
    }
}

#[pymethods]
impl OCSPResponse {
    /// Whether there is an answer, and if not, why.
    #[getter]
    fn response_status<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        member(py, "OCSPResponseStatus", self.inner.status() as u32)
    }

    /// The answers about single certificates.
    #[getter]
    fn responses(&self) -> CallResult<OCSPResponseIterator> {
        self.inner.response_der(0)?;
        Ok(OCSPResponseIterator { response: self.inner.clone(), next: Mutex::new(0) })
    }

    /// The name of who answered, or None if the response has the hash of the key.
    #[getter]
    fn responder_name<'py>(&self, py: Python<'py>) -> CallResult<Option<Bound<'py, PyAny>>> {
        match self.inner.responder()? {
            Responder::ByName(name) => name_object(py, &name).map(Some),
            Responder::ByKey(_) => Ok(None),
        }
    }

    /// The SHA-1 of the key of who answered, or None if the response has the name.
    #[getter]
    fn responder_key_hash<'py>(&self, py: Python<'py>) -> CallResult<Option<Bound<'py, PyBytes>>> {
        match self.inner.responder()? {
            Responder::ByName(_) => Ok(None),
            Responder::ByKey(hash) => Ok(Some(PyBytes::new(py, hash))),
        }
    }

    /// When the response was signed, in UTC, with that time zone.
    #[getter]
    fn produced_at_utc<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        Ok(aware(py, self.inner.produced_at()?.0)?)
    }

    /// When the response was signed, in UTC, without a time zone. Deprecated: use
    /// `produced_at_utc`.
    #[getter]
    fn produced_at<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        naive_time_deprecated(py, "produced_at_utc")?;
        Ok(naive(py, self.inner.produced_at()?.0)?)
    }

    /// Certificates that help to verify the signature: that of a delegated responder, say.
    #[getter]
    fn certificates<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyList>> {
        let certificates =
            self.inner.certificates()?.into_iter().map(|certificate| certificate_object(py, certificate));
        Ok(PyList::new(py, certificates.collect::<CallResult<Vec<_>>>()?)?)
    }

    /// The signature.
    #[getter]
    fn signature<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, self.inner.signature()?))
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

    /// The part that is signed, in DER.
    #[getter]
    fn tbs_response_bytes<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, self.inner.tbs()?))
    }

    /// The extensions of the response, as an `Extensions`.
    #[getter]
    fn extensions<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        cached(py, &self.extensions, || extensions_object(py, &self.inner.extensions()?, Place::OcspResponse))
    }

    /// The extensions of the answer about the one certificate, as an `Extensions`.
    #[getter]
    fn single_extensions<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        cached(py, &self.single_extensions, || {
            let only = self.only()?;
            extensions_object(py, &only.answer()?.extensions.unwrap_or_default(), Place::OcspSingleResponse)
        })
    }

    /// The state of the certificate.
    #[getter]
    fn certificate_status<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        self.only()?.certificate_status(py)
    }

    /// When the certificate was revoked, in UTC, with that time zone, or None if it is not.
    #[getter]
    fn revocation_time_utc<'py>(&self, py: Python<'py>) -> CallResult<Option<Bound<'py, PyAny>>> {
        self.only()?.revocation_time_utc(py)
    }

    /// When the certificate was revoked, without a time zone. Deprecated: use
    /// `revocation_time_utc`.
    #[getter]
    fn revocation_time<'py>(&self, py: Python<'py>) -> CallResult<Option<Bound<'py, PyAny>>> {
        naive_time_deprecated(py, "revocation_time_utc")?;
        self.only()?.naive_revocation_time(py)
    }

    /// Why the certificate was revoked, or None if the response does not say or it is not.
    #[getter]
    fn revocation_reason<'py>(&self, py: Python<'py>) -> CallResult<Option<Bound<'py, PyAny>>> {
        self.only()?.revocation_reason(py)
    }

    /// When that was known, in UTC, with that time zone.
    #[getter]
    fn this_update_utc<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        self.only()?.this_update_utc(py)
    }

    /// When that was known, without a time zone. Deprecated: use `this_update_utc`.
    #[getter]
    fn this_update<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        naive_time_deprecated(py, "this_update_utc")?;
        Ok(naive(py, self.only()?.answer()?.this_update.0)?)
    }

    /// When more will be known at the latest, in UTC, with that time zone, or None if the response
    /// does not say.
    #[getter]
    fn next_update_utc<'py>(&self, py: Python<'py>) -> CallResult<Option<Bound<'py, PyAny>>> {
        self.only()?.next_update_utc(py)
    }

    /// When more will be known at the latest, without a time zone. Deprecated: use
    /// `next_update_utc`.
    #[getter]
    fn next_update<'py>(&self, py: Python<'py>) -> CallResult<Option<Bound<'py, PyAny>>> {
        naive_time_deprecated(py, "next_update_utc")?;
        self.only()?.naive_next_update(py)
    }

    /// The hash of the issuer's name.
    #[getter]
    fn issuer_name_hash<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyBytes>> {
        self.only()?.issuer_name_hash(py)
    }

    /// The hash of the issuer's key.
    #[getter]
    fn issuer_key_hash<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyBytes>> {
        self.only()?.issuer_key_hash(py)
    }

    /// The function that hashed the issuer's name and key.
    #[getter]
    fn hash_algorithm<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        self.only()?.hash_algorithm(py)
    }

    /// The serial number of the certificate.
    #[getter]
    fn serial_number<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        self.only()?.serial_number(py)
    }

    /// The response in DER, the only encoding.
    fn public_bytes<'py>(&self, py: Python<'py>, encoding: &Bound<'py, Encoding>) -> CallResult<Bound<'py, PyBytes>> {
        in_der(py, encoding, self.inner.as_der())
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

impl OCSPResponse {
    /// The answer, if there is just one.
    fn only(&self) -> CallResult<OCSPSingleResponse> {
        let first = self.inner.response_der(0)?;
        let first = first.ok_or_else(|| PyValueError::new_err("the response answers about no certificate"))?;
        if self.inner.response_der(first.len())?.is_some() {
            let message = "the response answers about several certificates: look at each in its property responses";
            return Err(PyValueError::new_err(message).into());
        }
        Ok(OCSPSingleResponse { der: first.to_vec() })
    }
}

/// The answers of a response, one after another.
#[pyclass(frozen, module = "ironlatch.x509.ocsp")]
pub(crate) struct OCSPResponseIterator {
    response: OcspResponse,
    /// Where the next answer begins.
    next: Mutex<usize>,
}

#[pymethods]
impl OCSPResponseIterator {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self) -> CallResult<Option<OCSPSingleResponse>> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(der) = self.response.response_der(*next)? else { return Ok(None) };
        *next += der.len();
        Ok(Some(OCSPSingleResponse { der: der.to_vec() }))
    }
}

/// The answer about one certificate.
#[pyclass(frozen, module = "ironlatch.x509.ocsp")]
pub(crate) struct OCSPSingleResponse {
    der: Vec<u8>,
}

#[pymethods]
impl OCSPSingleResponse {
    /// The state of the certificate.
    #[getter]
    fn certificate_status<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        let number = match self.answer()?.status {
            CertStatus::Good(()) => 0,
            CertStatus::Revoked(_) => 1,
            CertStatus::Unknown(()) => 2,
        };
        member(py, "OCSPCertStatus", number)
    }

    /// When the certificate was revoked, in UTC, with that time zone, or None if it is not.
    #[getter]
    fn revocation_time_utc<'py>(&self, py: Python<'py>) -> CallResult<Option<Bound<'py, PyAny>>> {
        Ok(self.revoked()?.map(|revoked| aware(py, revoked.time.0)).transpose()?)
    }

    /// When the certificate was revoked, without a time zone. Deprecated: use
    /// `revocation_time_utc`.
    #[getter]
    fn revocation_time<'py>(&self, py: Python<'py>) -> CallResult<Option<Bound<'py, PyAny>>> {
        naive_time_deprecated(py, "revocation_time_utc")?;
        self.naive_revocation_time(py)
    }

    /// Why the certificate was revoked, or None if the response does not say or it is not.
    #[getter]
    fn revocation_reason<'py>(&self, py: Python<'py>) -> CallResult<Option<Bound<'py, PyAny>>> {
        let code = self.revoked()?.and_then(|revoked| revoked.reason);
        Ok(code.map(|code| Reasons::get(py)?.of_code(py, code)).transpose()?)
    }

    /// When that was known, in UTC, with that time zone.
    #[getter]
    fn this_update_utc<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        Ok(aware(py, self.answer()?.this_update.0)?)
    }

    /// When that was known, without a time zone. Deprecated: use `this_update_utc`.
    #[getter]
    fn this_update<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        naive_time_deprecated(py, "this_update_utc")?;
        Ok(naive(py, self.answer()?.this_update.0)?)
    }

    /// When more will be known at the latest, in UTC, with that time zone, or None if the response
    /// does not say.
    #[getter]
    fn next_update_utc<'py>(&self, py: Python<'py>) -> CallResult<Option<Bound<'py, PyAny>>> {
        Ok(self.answer()?.next_update.map(|time| aware(py, time.0)).transpose()?)
    }

    /// When more will be known at the latest, without a time zone. Deprecated: use
    /// `next_update_utc`.
    #[getter]
    fn next_update<'py>(&self, py: Python<'py>) -> CallResult<Option<Bound<'py, PyAny>>> {
        naive_time_deprecated(py, "next_update_utc")?;
        self.naive_next_update(py)
    }

    /// The hash of the issuer's name.
    #[getter]
    fn issuer_name_hash<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, self.answer()?.id.issuer_name_hash))
    }

    /// The hash of the issuer's key.
    #[getter]
    fn issuer_key_hash<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, self.answer()?.id.issuer_key_hash))
    }

    /// The function that hashed the issuer's name and key.
    #[getter]
    fn hash_algorithm<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        Ok(marker_of(py, self.answer()?.id.hash()?)?)
    }

    /// The serial number of the certificate.
    #[getter]
    fn serial_number<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        Ok(signed(py, self.answer()?.id.serial.as_bytes())?)
    }
}

impl OCSPSingleResponse {
    fn answer(&self) -> CallResult<SingleResponse<'_>> {
        Ok(SingleResponse::from_der(&self.der)?)
    }

    fn naive_revocation_time<'py>(&self, py: Python<'py>) -> CallResult<Option<Bound<'py, PyAny>>> {
        Ok(self.revoked()?.map(|revoked| naive(py, revoked.time.0)).transpose()?)
    }

    fn naive_next_update<'py>(&self, py: Python<'py>) -> CallResult<Option<Bound<'py, PyAny>>> {
        Ok(self.answer()?.next_update.map(|time| naive(py, time.0)).transpose()?)
    }

    fn revoked(&self) -> CallResult<Option<RevokedInfo>> {
        Ok(match self.answer()?.status {
            CertStatus::Revoked(revoked) => Some(revoked),
            _ => None,
        })
    }
}

/// Reads an OCSP request in DER, and nothing after it.
///
/// Raises ValueError if it cannot be read, and NotImplementedError if it asks about several
/// certificates.
#[pyfunction]
pub(crate) fn load_der_ocsp_request(py: Python<'_>, data: Input<'_>) -> CallResult<OCSPRequest> {
    let data = data.as_slice();
    detach_if_long(py, data.len(), || OcspRequest::from_der(data))?.try_into()
}

/// Reads an OCSP response in DER, and nothing after it. Raises ValueError if it cannot be read.
#[pyfunction]
pub(crate) fn load_der_ocsp_response(py: Python<'_>, data: Input<'_>) -> CallResult<OCSPResponse> {
    let data = data.as_slice();
    Ok(detach_if_long(py, data.len(), || OcspResponse::from_der(data))?.into())
}

/// The request that an `OCSPRequestBuilder` describes.
#[pyfunction]
pub(crate) fn create_ocsp_request(builder: &Bound<'_, PyAny>) -> CallResult<OCSPRequest> {
    let py = builder.py();
    let request = builder.getattr(intern!(py, "_request"))?;
    let id = if request.is_none() {
        let hashed = builder.getattr(intern!(py, "_request_hash"))?;
        id_of_hashes(&hashed, &hashed.get_item(3)?)?
    } else {
        id_of_certificate(&request, &request.get_item(2)?)?
    };
    let extensions = extension_list(&builder.getattr(intern!(py, "_extensions"))?)?;
    OcspRequestContents { ids: &[id], extensions: &extensions }.to_request()?.try_into()
}

/// The response that an `OCSPResponseBuilder` describes, signed; without a builder one that says
/// why there is no answer.
#[pyfunction]
pub(crate) fn create_ocsp_response(
    status: &Bound<'_, PyAny>,
    builder: Option<&Bound<'_, PyAny>>,
    private_key: Option<&Bound<'_, PyAny>>,
    algorithm: &Bound<'_, PyAny>,
) -> CallResult<OCSPResponse> {
    let py = status.py();
    let (Some(builder), Some(private_key)) = (builder, private_key) else {
        let number = status.getattr(intern!(py, "value"))?.extract()?;
        let status = ResponseStatus::from_number(number);
        let status = status.ok_or_else(|| PyValueError::new_err("response_status is of an unknown number"))?;
        return Ok(OcspResponse::unsuccessful(status)?.into());
    };
    let signer = PythonSigner::new(private_key, algorithm, &py.None().into_bound(py), None)?;
    let (responder, by) =
        builder.getattr(intern!(py, "_responder_id"))?.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>()?;
    let responder = inner(&responder)?;
    let key_hash = key_identifier(responder.public_key_info())?;
    if public_key_info(&private_key.call_method0(intern!(py, "public_key"))?)?
        != responder.public_key()?.to_spki_der()?
    {
        return Err(PyValueError::new_err("Certificate public key and provided private key do not match").into());
    }
    let by_name = by.getattr(intern!(py, "name"))?.extract::<String>()? == "NAME";
    let certificates = builder.getattr(intern!(py, "_certs"))?;
    let certificates = if certificates.is_none() {
        None
    } else {
        Some(certificates.try_iter()?.map(|certificate| inner(&certificate?)).collect::<CallResult<Vec<_>>>()?)
    };
    let contents = OcspResponseContents {
        responder: if by_name { Responder::ByName(responder.subject()) } else { Responder::ByKey(&key_hash) },
        produced_at: Time::now(),
        responses: &[single_response(&builder.getattr(intern!(py, "_response"))?)?],
        extensions: &extension_list(&builder.getattr(intern!(py, "_extensions"))?)?,
        certificates: certificates.as_deref(),
    };
    Ok(contents.sign(&signer)?.into())
}

fn single_response(answer: &Bound<'_, PyAny>) -> CallResult<NewSingleResponse<'static>> {
    let py = answer.py();
    let algorithm = answer.getattr(intern!(py, "_algorithm"))?;
    let certificates = answer.getattr(intern!(py, "_resp"))?;
    let id = if certificates.is_none() {
        id_of_hashes(&answer.getattr(intern!(py, "_resp_hash"))?, &algorithm)?
    } else {
        id_of_certificate(&certificates, &algorithm)?
    };
    let moment = |name| {
        let moment = answer.getattr(name)?;
        if moment.is_none() { Ok(None) } else { time(&moment).map(Some) }
    };
    let status = answer.getattr(intern!(py, "_cert_status"))?.getattr(intern!(py, "value"))?.extract()?;
    let status = match (status, moment(intern!(py, "_revocation_time"))?) {
        (0, _) => CertStatus::Good(()),
        (1, Some(revoked)) => {
            let reason = answer.getattr(intern!(py, "_revocation_reason"))?;
            let reason = if reason.is_none() { None } else { Some(Reasons::get(py)?.code(&reason)?) };
            CertStatus::Revoked(RevokedInfo { time: GeneralizedTime(revoked), reason })
        }
        _ => CertStatus::Unknown(()),
    };
    let this_update = moment(intern!(py, "_this_update"))?;
    Ok(NewSingleResponse {
        id,
        status,
        this_update: this_update.ok_or_else(|| PyValueError::new_err("this_update is missing"))?,
        next_update: moment(intern!(py, "_next_update"))?,
        extensions: &[],
    })
}

/// Names the certificate in a tuple of it and its issuer's.
fn id_of_certificate(certificates: &Bound<'_, PyAny>, algorithm: &Bound<'_, PyAny>) -> CallResult<NewCertId<'static>> {
    let (certificate, issuer) = (inner(&certificates.get_item(0)?)?, inner(&certificates.get_item(1)?)?);
    Ok(NewCertId::of(&certificate, &issuer, algorithm_of(algorithm)?)?.into_owned())
}

/// Names the certificate in a tuple of the issuer's hashes and the serial number.
fn id_of_hashes(hashes: &Bound<'_, PyAny>, algorithm: &Bound<'_, PyAny>) -> CallResult<NewCertId<'static>> {
    let (name, key): (Vec<u8>, Vec<u8>) = (hashes.get_item(0)?.extract()?, hashes.get_item(1)?.extract()?);
    Ok(NewCertId::from_hashes(name, key, unsigned_octets(&hashes.get_item(2)?)?, algorithm_of(algorithm)?)?)
}

fn inner(certificate: &Bound<'_, PyAny>) -> CallResult<InnerCertificate> {
    Ok(certificate.cast::<Certificate>().map_err(PyErr::from)?.get().inner.clone())
}

fn in_der<'py>(py: Python<'py>, encoding: &Bound<'py, Encoding>, der: &[u8]) -> CallResult<Bound<'py, PyBytes>> {
    if *encoding.get() != Encoding::Der {
        return Err(PyValueError::new_err("The only allowed encoding value is Encoding.DER").into());
    }
    Ok(PyBytes::new(py, der))
}

/// The member of an enumeration that has this value.
fn member<'py>(py: Python<'py>, enumeration: &str, value: u32) -> CallResult<Bound<'py, PyAny>> {
    Ok(py.import(intern!(py, "ironlatch.x509.ocsp"))?.getattr(enumeration)?.call1((value,))?)
}

#[pymodule]
#[pyo3(submodule)]
#[allow(clippy::module_inception)] // The module of Python has the name of the file.
pub(crate) mod ocsp {
    #[pymodule_export]
    use super::{
        OCSPRequest, OCSPResponse, OCSPResponseIterator, OCSPSingleResponse, create_ocsp_request, create_ocsp_response,
        load_der_ocsp_request, load_der_ocsp_response,
    };
}
