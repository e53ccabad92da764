//! Whether certificates are revoked, by CRLs and OCSP responses that the caller hands in.

use ironlatch::x509::Time;
use ironlatch::x509::verification::{self as core, Unusable};
use pyo3::prelude::*;

use crate::buffer::detach;
use crate::errors::CallResult;
use crate::types::OCSP_CERT_STATUS;
use crate::x509::certificate::Certificate;
use crate::x509::crl::CertificateRevocationList;
use crate::x509::extensions::Reasons;
use crate::x509::ocsp::OCSPResponse;
use crate::x509::times::{aware, time as time_of};

/// CRLs and OCSP responses: all that is known of certificates that were revoked.
///
/// `crls` and `ocsp_responses` may be of whatever issuers and about whatever certificates; nothing
/// is fetched. One counts if the issuer of the certificate signed it, or for a response a delegate
/// with a certificate of the issuer's for that (RFC 6960 §4.2.2.2), and if it is fresh: the time
/// lies between its two. One without a second time never is. Delta CRLs, indirect CRLs, CRLs for
/// some reasons alone and those with an unknown critical extension say nothing, and the verdict
/// says that of them.
///
/// With `hard_fail`, as it is by default, a certificate of which nothing is known is refused;
/// without, it is accepted.
#[pyclass(frozen, module = "ironlatch.certificates")]
pub(crate) struct Revocation {
    pub(super) inner: core::Revocation,
}

#[pymethods]
impl Revocation {
    #[new]
    #[pyo3(signature = (crls = None, ocsp_responses = None, *, hard_fail = true))]
    fn new(
        crls: Option<&Bound<'_, PyAny>>,
        ocsp_responses: Option<&Bound<'_, PyAny>>,
        hard_fail: bool,
    ) -> CallResult<Self> {
        let mut inner = core::Revocation { hard_fail, ..core::Revocation::default() };
        for crl in crls.map(|crls| crls.try_iter()).transpose()?.into_iter().flatten() {
            let crl = crl?.cast_into::<CertificateRevocationList>().map_err(PyErr::from)?;
            inner.crls.push(crl.get().inner.clone());
        }
        for response in ocsp_responses.map(|responses| responses.try_iter()).transpose()?.into_iter().flatten() {
            let response = response?.cast_into::<OCSPResponse>().map_err(PyErr::from)?;
            inner.responses.push(response.get().inner.clone());
        }
        Ok(Self { inner })
    }

    /// Whether a certificate of which nothing is known is refused.
    #[getter]
    fn hard_fail(&self) -> bool {
        self.inner.hard_fail
    }

    /// Returns what is known of `certificate`, which `issuer` issued, at `time`: by default now. A
    /// time without a zone is in UTC.
    ///
    /// Whether `issuer` did issue it is not looked at.
    #[pyo3(signature = (certificate, issuer, time = None))]
    fn status(
        &self,
        py: Python<'_>,
        certificate: &Bound<'_, Certificate>,
        issuer: &Bound<'_, Certificate>,
        time: Option<&Bound<'_, PyAny>>,
    ) -> CallResult<RevocationStatus> {
        let time = time.map_or_else(|| Ok(Time::now()), time_of)?;
        let (certificate, issuer) = (&certificate.get().inner, &issuer.get().inner);
        Ok(detach(py, || self.inner.status(certificate, issuer, time)).into())
    }

    fn __repr__(&self) -> String {
        let (crls, responses) = (self.inner.crls.len(), self.inner.responses.len());
        let hard_fail = if self.inner.hard_fail { "True" } else { "False" };
        format!("<Revocation(crls={crls}, ocsp_responses={responses}, hard_fail={hard_fail})>")
    }
}

/// The state of one certificate, as far as it is known.
#[pyclass(frozen, module = "ironlatch.certificates")]
pub(crate) struct RevocationStatus {
    inner: core::RevocationStatus,
}

impl From<core::RevocationStatus> for RevocationStatus {
    fn from(inner: core::RevocationStatus) -> Self {
        Self { inner }
    }
}

#[pymethods]
impl RevocationStatus {
    /// `GOOD`, `REVOKED` or `UNKNOWN`.
    #[getter]
    fn certificate_status<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        OCSP_CERT_STATUS.get(py)?.getattr(self.name())
    }

    /// When it was revoked, in UTC, with that time zone, or None if it is not.
    #[getter]
    fn revocation_time_utc<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        match &self.inner {
            core::RevocationStatus::Revoked { time, .. } => aware(py, *time).map(Some),
            _ => Ok(None),
        }
    }

    /// Why it was revoked, as one of `ReasonFlags`, or None if it is not, nobody said why, or the
    /// reason is not one that is known.
    #[getter]
    fn revocation_reason<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        match &self.inner {
            core::RevocationStatus::Revoked { reason: Some(code), .. } => Ok(Reasons::get(py)?.of_code(py, *code).ok()),
            _ => Ok(None),
        }
    }

    /// For each CRL and response of the issuer's about an `UNKNOWN` certificate, why it says
    /// nothing.
    #[getter]
    fn unusable(&self) -> Vec<String> {
        match &self.inner {
            core::RevocationStatus::Unknown(reasons) => reasons.iter().map(Unusable::to_string).collect(),
            _ => Vec::new(),
        }
    }

    fn __repr__(&self) -> String {
        format!("<RevocationStatus({})>", self.name())
    }
}

impl RevocationStatus {
    fn name(&self) -> &'static str {
        match &self.inner {
            core::RevocationStatus::Good => "GOOD",
            core::RevocationStatus::Revoked { .. } => "REVOKED",
            core::RevocationStatus::Unknown(_) => "UNKNOWN",
        }
    }
}
