//! `ironlatch.cms`: timestamps.

use ironlatch::cms::Error;
use ironlatch::cms::timestamp::{Expected, Info, Request, Response, Timestamped, Token};
use ironlatch::oid::ObjectIdentifier;
use ironlatch::x509::{Certificate as Inner, GeneralName};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::buffer::{Input, detach};
use crate::errors::CallResult;
use crate::hash::hashes::{algorithm_of, marker_of};
use crate::keys::oid::{oid_object, oid_of};
use crate::x509::certificate::{Certificate, object};
use crate::x509::certificates::verifier::{Verified, Verifier};
use crate::x509::general_name::object as general_name_object;
use crate::x509::integers::{signed, unsigned_octets};
use crate::x509::times::aware;

/// A request in DER. `ironlatch.cms.TimestampRequest` has the arguments.
#[pyfunction]
pub(super) fn timestamp_request<'py>(
    py: Python<'py>,
    digest: Input<'_>,
    algorithm: &Bound<'py, PyAny>,
    nonce: Option<&Bound<'py, PyAny>>,
    policy: Option<&Bound<'py, PyAny>>,
    certificates: bool,
) -> CallResult<Bound<'py, PyBytes>> {
    let request = Request { certificates, ..request(digest.as_slice(), algorithm, nonce, policy)? };
    Ok(PyBytes::new(py, &request.to_der()?))
}

/// A random nonce of 64 bits.
#[pyfunction]
pub(super) fn timestamp_nonce(py: Python<'_>) -> CallResult<Bound<'_, PyAny>> {
    let nonce = Request::of_digest(Vec::new(), ironlatch::hash::HashAlgorithm::Sha256).nonce;
    Ok(signed(py, &nonce.unwrap_or_default())?)
}

fn request(
    digest: &[u8],
    algorithm: &Bound<'_, PyAny>,
    nonce: Option<&Bound<'_, PyAny>>,
    policy: Option<&Bound<'_, PyAny>>,
) -> CallResult<Request> {
    Ok(Request {
        digest: digest.to_vec(),
        hash: algorithm_of(algorithm)?,
        nonce: nonce.map(unsigned_octets).transpose()?,
        policy: policy.map(oid_of).transpose()?,
        certificates: true,
    })
}

/// The parts of a response: the status, what it says, the failures, and the timestamp or None.
type Answer<'py> = (&'static str, Vec<String>, Vec<String>, Option<Bound<'py, PyBytes>>);

/// Reads the response of an authority. Nothing is verified.
#[pyfunction]
pub(super) fn read_timestamp_response<'py>(py: Python<'py>, data: Input<'_>) -> CallResult<Answer<'py>> {
    let response = Response::read(data.as_slice())?;
    let failures = response.failures.iter().map(ToString::to_string).collect();
    let token = response.token.map(|token| PyBytes::new(py, &token));
    Ok((response.status.name(), response.texts, failures, token))
}

/// The statement of a timestamp, in the order of `ironlatch.cms.Timestamp`.
type Statement<'py> = (
    Bound<'py, PyAny>,
    Bound<'py, PyAny>,
    Bound<'py, PyBytes>,
    Bound<'py, PyAny>,
    (Bound<'py, PyAny>, u32),
    Option<(u32, u32)>,
    bool,
    Option<Bound<'py, PyAny>>,
    Option<Bound<'py, PyAny>>,
);

/// Reads a timestamp, or the response that has one. Nothing is verified.
#[pyfunction]
pub(super) fn read_timestamp<'py>(py: Python<'py>, data: Input<'_>) -> CallResult<Statement<'py>> {
    statement(py, Token::read(data.as_slice())?.info())
}

fn statement<'py>(py: Python<'py>, info: &Info) -> CallResult<Statement<'py>> {
    let algorithm = match info.hash_algorithm().map(|hash| marker_of(py, hash)) {
        Some(Ok(marker)) => marker,
        _ => oid_object(py, info.hash.clone())?,
    };
    let authority = info.authority.as_deref().map(|name| {
        let name = asn1::parse_single::<GeneralName<'_>>(name).map_err(|error| Error::from(error).within("tsa"))?;
        if matches!(name, GeneralName::X400Address(_) | GeneralName::EdiPartyName(_)) {
            return Err(Error::Unsupported("the authority's name is of a kind that is not supported".into()).into());
        }
        general_name_object(py, &name)
    });
    Ok((
        oid_object(py, info.policy.clone())?,
        algorithm,
        PyBytes::new(py, &info.digest),
        signed(py, &info.serial)?,
        (aware(py, info.time)?, info.nanoseconds / 1000),
        info.accuracy.map(|accuracy| (accuracy.seconds, accuracy.microseconds)),
        info.ordering,
        info.nonce.as_ref().map(|nonce| signed(py, nonce)).transpose()?,
        authority.transpose()?,
    ))
}

/// A statement that was verified, the certificate of the authority, and what the verifier says.
type VerifiedStatement<'py> = (Statement<'py>, Bound<'py, Certificate>, Bound<'py, Verified>);

/// Verifies a timestamp, or the response that has one. `content`, or `digest` with the algorithm of
/// a request or without, is what it has to be of.
#[pyfunction]
#[allow(clippy::too_many_arguments)]
pub(super) fn verify_timestamp<'py>(
    py: Python<'py>,
    data: Input<'_>,
    verifier: &Bound<'py, Verifier>,
    content: Option<Input<'_>>,
    digest: Option<Input<'_>>,
    algorithm: Option<&Bound<'py, PyAny>>,
    nonce: Option<&Bound<'py, PyAny>>,
    policy: Option<&Bound<'py, PyAny>>,
    certificates: Vec<Bound<'py, Certificate>>,
) -> CallResult<VerifiedStatement<'py>> {
    let content = content.as_ref().map(Input::as_slice);
    let digest = digest.as_ref().map(Input::as_slice);
    let asked = match (digest, algorithm) {
        (Some(digest), Some(algorithm)) => Some(request(digest, algorithm, nonce, policy)?),
        _ => None,
    };
    let timestamped = match (&asked, content, digest) {
        (Some(request), ..) => Timestamped::Request(request),
        (None, Some(content), None) => Timestamped::Data(content),
        (None, None, Some(digest)) => Timestamped::Digest(digest),
        _ => return Err(PyTypeError::new_err("say what the timestamp is of: content, digest or request").into()),
    };
    let nonce = nonce.map(unsigned_octets).transpose()?;
    let policy: Option<ObjectIdentifier> = policy.map(oid_of).transpose()?;
    let expected = Expected { timestamped, nonce: nonce.as_deref(), policy: policy.as_ref() };
    let (data, more) = (data.as_slice(), inners(&certificates));
    let (token, verified) = detach(py, || {
        let token = Token::read(data)?;
        let verified = token.verify_signature(&expected, &more)?;
        Ok::<_, Error>((token, verified))
    })?;
    let certificate = object(py, verified.certificate)?;
    let intermediates = PyList::new(py, &certificates)?;
    token.certificates().iter().try_for_each(|one| CallResult::Ok(intermediates.append(object(py, one.clone())?)?))?;
    let chain = verifier.get().verify_at(py, &certificate, Some(intermediates.as_any()), token.info().time)?;
    Ok((statement(py, token.info())?, certificate, Bound::new(py, chain)?))
}

fn inners(certificates: &[Bound<'_, Certificate>]) -> Vec<Inner> {
    certificates.iter().map(|one| one.get().inner.clone()).collect()
}
