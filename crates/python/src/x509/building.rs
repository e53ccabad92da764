//! Certificates, requests and revocation lists from the builders of `ironlatch.x509`.

use ironlatch::x509::building::{
    CertificateContents, CrlContents, NewAttribute, RequestContents, RevokedContents, pss_public_key_info,
};
use ironlatch::x509::der::Raw;
use ironlatch::x509::{Name, ObjectIdentifier};
use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyList;

use super::certificate::Certificate;
use super::crl::{CertificateRevocationList, RevokedCertificate};
use super::extensions::extension_list;
use super::integers::unsigned_octets;
use super::name::name_der;
use super::request::CertificateSigningRequest;
use super::signature::{PythonSigner, public_key_info};
use super::times::time;
use crate::errors::CallResult;
use crate::keys::oid::oid_of;

/// The certificate that a `CertificateBuilder` describes, signed.
#[pyfunction]
pub(crate) fn create_x509_certificate(
    builder: &Bound<'_, PyAny>,
    private_key: &Bound<'_, PyAny>,
    algorithm: &Bound<'_, PyAny>,
    rsa_padding: &Bound<'_, PyAny>,
    ecdsa_deterministic: Option<bool>,
) -> CallResult<Certificate> {
    let signer = PythonSigner::new(private_key, algorithm, rsa_padding, ecdsa_deterministic)?;
    Ok(with_certificate(builder, |contents| contents.sign(&signer))?.into())
}

/// The certificate that a `CertificateBuilder` describes, without a signature (RFC 9925).
#[pyfunction]
pub(crate) fn create_unsigned_x509_certificate(builder: &Bound<'_, PyAny>) -> CallResult<Certificate> {
    Ok(with_certificate(builder, |contents| Ok(contents.without_signature()?))?.into())
}

fn with_certificate<T>(
    builder: &Bound<'_, PyAny>,
    make: impl FnOnce(CertificateContents<'_>) -> CallResult<T>,
) -> CallResult<T> {
    let py = builder.py();
    let field = |name| builder.getattr(name);
    let mut key = public_key_info(&field(intern!(py, "_public_key"))?)?;
    if !field(intern!(py, "_public_key_rsa_padding"))?.is_none() {
        key = pss_public_key_info(&key)?;
    }
    let issuer = name_der(&field(intern!(py, "_issuer_name"))?)?;
    let subject = name_der(&field(intern!(py, "_subject_name"))?)?;
    make(CertificateContents {
        serial: &unsigned_octets(&field(intern!(py, "_serial_number"))?)?,
        issuer: Name::from_der(&issuer)?,
        not_before: time(&field(intern!(py, "_not_valid_before"))?)?,
        not_after: time(&field(intern!(py, "_not_valid_after"))?)?,
        subject: Name::from_der(&subject)?,
        public_key_info: &key,
        extensions: &extension_list(&field(intern!(py, "_extensions"))?)?,
    })
}

/// The request that a `CertificateSigningRequestBuilder` describes, signed.
#[pyfunction]
pub(crate) fn create_x509_csr(
    builder: &Bound<'_, PyAny>,
    private_key: &Bound<'_, PyAny>,
    algorithm: &Bound<'_, PyAny>,
    rsa_padding: &Bound<'_, PyAny>,
    ecdsa_deterministic: Option<bool>,
) -> CallResult<CertificateSigningRequest> {
    let py = builder.py();
    let signer = PythonSigner::new(private_key, algorithm, rsa_padding, ecdsa_deterministic)?;
    let subject = name_der(&builder.getattr(intern!(py, "_subject_name"))?)?;
    let attributes: Vec<(ObjectIdentifier, Vec<u8>)> = builder
        .getattr(intern!(py, "_attributes"))?
        .try_iter()?
        .map(|entry| attribute(&entry?))
        .collect::<CallResult<_>>()?;
    let attributes =
        attributes.iter().map(|(oid, value)| Ok(NewAttribute { oid: oid.clone(), value: Raw::new(value)? }));
    let contents = RequestContents {
        subject: Name::from_der(&subject)?,
        public_key_info: &public_key_info(&private_key.call_method0(intern!(py, "public_key"))?)?,
        attributes: &attributes.collect::<CallResult<Vec<_>>>()?,
        extensions: &extension_list(&builder.getattr(intern!(py, "_extensions"))?)?,
    };
    Ok(contents.sign(&signer)?.into())
}

/// An attribute of a request's builder: what it is, and its value in DER.
fn attribute(entry: &Bound<'_, PyAny>) -> CallResult<(ObjectIdentifier, Vec<u8>)> {
    let oid = oid_of(&entry.get_item(0)?)?;
    let contents: PyBackedBytes = entry.get_item(1)?.extract().map_err(PyErr::from)?;
    let tag: Option<u8> = entry.get_item(2)?.extract()?;
    if tag.is_none() && core::str::from_utf8(&contents).is_err() {
        return Err(PyValueError::new_err("Attribute values must be valid utf-8.").into());
    }
    Ok((oid, ironlatch::x509::der::element(tag.unwrap_or(UTF8_STRING), &contents)?))
}

const UTF8_STRING: u8 = 12;

/// The revocation list that a `CertificateRevocationListBuilder` describes, with these entries,
/// signed.
#[pyfunction]
pub(crate) fn create_x509_crl(
    builder: &Bound<'_, PyAny>,
    entries: &Bound<'_, PyList>,
    private_key: &Bound<'_, PyAny>,
    algorithm: &Bound<'_, PyAny>,
    rsa_padding: &Bound<'_, PyAny>,
    ecdsa_deterministic: Option<bool>,
) -> CallResult<CertificateRevocationList> {
    let py = builder.py();
    let signer = PythonSigner::new(private_key, algorithm, rsa_padding, ecdsa_deterministic)?;
    let issuer = name_der(&builder.getattr(intern!(py, "_issuer_name"))?)?;
    let mut encoded = Vec::new();
    for entry in entries {
        encoded.extend_from_slice(entry.cast::<RevokedCertificate>().map_err(PyErr::from)?.get().entry().as_der());
    }
    let contents = CrlContents {
        issuer: Name::from_der(&issuer)?,
        this_update: time(&builder.getattr(intern!(py, "_last_update"))?)?,
        next_update: Some(time(&builder.getattr(intern!(py, "_next_update"))?)?),
        entries: &encoded,
        extensions: &extension_list(&builder.getattr(intern!(py, "_extensions"))?)?,
    };
    Ok(contents.sign(&signer)?.into())
}

/// The entry that a `RevokedCertificateBuilder` describes.
#[pyfunction]
pub(crate) fn create_revoked_certificate(builder: &Bound<'_, PyAny>) -> CallResult<RevokedCertificate> {
    let py = builder.py();
    let contents = RevokedContents {
        serial: &unsigned_octets(&builder.getattr(intern!(py, "_serial_number"))?)?,
        revocation_date: time(&builder.getattr(intern!(py, "_revocation_date"))?)?,
        extensions: &extension_list(&builder.getattr(intern!(py, "_extensions"))?)?,
    };
    let mut der = Vec::new();
    contents.write(&mut der)?;
    RevokedCertificate::alone(der)
}
