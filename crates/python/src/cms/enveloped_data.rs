//! `ironlatch.cms`: encrypted messages.

use ironlatch::cms::enveloped_data::{self as format, Accepted, ContentCipher};
use ironlatch::keys::PrivateKey;
use ironlatch::x509::Certificate as Inner;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::buffer::{Input, detach};
use crate::errors::CallResult;
use crate::keys::objects::private_key_of;
use crate::x509::certificate::Certificate;

/// Encrypts ``data`` to the keys of certificates. Returns the message in DER.
///
/// ``recipients`` is a list of certificates: each holder of a private key of theirs can decrypt the
/// message. RSA (OAEP with SHA-256), EC (ECDH), X25519, X448 and ML-KEM keys can be mixed. Nothing
/// is asked of the certificates themselves: a :class:`~ironlatch.certificates.Verifier` does that.
///
/// ``cipher`` is ``"AES-256-GCM"``, ``"AES-192-GCM"`` or ``"AES-128-GCM"``, with which the message
/// is an AuthEnvelopedData (RFC 5083). For receivers that do not know it there are
/// ``"AES-256-CBC"``, ``"AES-192-CBC"`` and ``"AES-128-CBC"``, with which it is an EnvelopedData
/// (RFC 5652): anyone who can change such a message can change what it decrypts to.
///
/// Raises :class:`ValueError` without recipients, for one whose key only signs, and for another
/// cipher.
#[pyfunction]
#[pyo3(signature = (data, recipients, *, cipher = "AES-256-GCM"))]
pub(crate) fn encrypt<'py>(
    py: Python<'py>,
    data: Input<'_>,
    recipients: Vec<Bound<'py, Certificate>>,
    cipher: &str,
) -> CallResult<Bound<'py, PyBytes>> {
    let cipher = cipher_named(cipher)?;
    let recipients = inner(&recipients);
    let data = data.as_slice();
    let sealed = detach(py, || format::encrypt(data, &recipients, cipher))?;
    Ok(PyBytes::new(py, &sealed))
}

/// Decrypts a message in DER, BER or PEM, with the private ``key`` of a ``certificate`` that it is
/// for. Returns its content.
///
/// A message without authentication (EnvelopedData) is decrypted only with
/// ``allow_unauthenticated``: what comes out can be anyone's work. Do not tell strangers then
/// whether it went well, because that helps them to read other messages.
///
/// Raises :class:`~ironlatch.exceptions.InvalidTag` if the message was changed or does not decrypt
/// with this key; :class:`ValueError` if it is for others, is no encrypted message, is not
/// authenticated, or if the key is not that of the certificate;
/// :class:`~ironlatch.exceptions.UnsupportedAlgorithm` for algorithms that are not known here.
#[pyfunction]
#[pyo3(signature = (data, key, certificate, *, allow_unauthenticated = false))]
pub(crate) fn decrypt<'py>(
    py: Python<'py>,
    data: Input<'_>,
    key: &Bound<'py, PyAny>,
    certificate: &Bound<'py, Certificate>,
    allow_unauthenticated: bool,
) -> CallResult<Bound<'py, PyBytes>> {
    let (key, certificate) = (private_key(key)?, &certificate.get().inner);
    let data = data.as_slice();
    let content = detach(py, || format::decrypt(data, &key, certificate, accepted(allow_unauthenticated)))?;
    Ok(PyBytes::new(py, &content))
}

pub(super) fn inner<'a>(certificates: &'a [Bound<'_, Certificate>]) -> Vec<&'a Inner> {
    certificates.iter().map(|one| &one.get().inner).collect()
}

pub(super) fn private_key(key: &Bound<'_, PyAny>) -> CallResult<PrivateKey> {
    private_key_of(key).ok_or_else(|| PyTypeError::new_err("key must be a private key").into())
}

pub(super) fn accepted(allow_unauthenticated: bool) -> Accepted {
    if allow_unauthenticated { Accepted::AlsoUnauthenticated } else { Accepted::Authenticated }
}

pub(super) fn cipher_named(name: &str) -> CallResult<ContentCipher> {
    ContentCipher::ALL.into_iter().find(|cipher| cipher.name() == name).ok_or_else(|| {
        let names = ContentCipher::ALL.map(ContentCipher::name).join(", ");
        PyValueError::new_err(format!("{name:?} is not a cipher of messages: {names}")).into()
    })
}
