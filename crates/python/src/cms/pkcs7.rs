//! `ironlatch.hazmat.primitives.serialization.pkcs7`.

use std::ffi::CString;

use ironlatch::cms::pkcs7::certificates::{self, Certificates};
use ironlatch::cms::pkcs7::enveloping::{ContentCipher, Enveloped};
use ironlatch::cms::pkcs7::signing::{NewSigner, Options, SignedAttributes};
use ironlatch::cms::pkcs7::{self as format, enveloping, signing, smime};
use ironlatch::cms::{Error, Kind};
use ironlatch::keys::PrivateKey;
use ironlatch::x509::Time;
use pyo3::exceptions::{PyTypeError, PyUserWarning, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::buffer::{Input, detach};
use crate::errors::CallResult;
use crate::hash::hashes::algorithm_of;
use crate::keys::formats::Encoding;
use crate::keys::objects::private_key_of;
use crate::types;
use crate::x509::certificate::{Certificate, object};
use crate::x509::signature::PythonSigner;

/// Reads the certificates of a PKCS #7 message in PEM text: of the first block that is labelled
/// PKCS7, PKCS #7 SIGNED DATA or CMS.
///
/// Returns a list of certificates, of which nothing is verified. Raises ValueError if there is
/// none, or it cannot be read, and UnsupportedAlgorithm if the message is not a signed one. Warns
/// with UserWarning if it is not strictly in DER.
#[pyfunction]
fn load_pem_pkcs7_certificates<'py>(py: Python<'py>, data: Input<'_>) -> CallResult<Bound<'py, PyList>> {
    certificates_of(py, &format::from_pem(data.as_slice())?)
}

/// Reads the certificates of a PKCS #7 message in DER or BER.
///
/// Results and warnings are those of load_pem_pkcs7_certificates. Raises ValueError and
/// UnsupportedAlgorithm as that does.
#[pyfunction]
fn load_der_pkcs7_certificates<'py>(py: Python<'py>, data: Input<'_>) -> CallResult<Bound<'py, PyList>> {
    certificates_of(py, data.as_slice())
}

fn certificates_of<'py>(py: Python<'py>, der: &[u8]) -> CallResult<Bound<'py, PyList>> {
    let Certificates { certificates, irregularity } = Certificates::read(der).map_err(|error| match error {
        Error::WrongKind { .. } | Error::Malformed(_) => {
            PyValueError::new_err(format!("Unable to parse PKCS7 data: {error}")).into()
        }
        error => crate::errors::CallError::from(error),
    })?;
    if let Some(error) = irregularity {
        let message = format!("the PKCS #7 message is not strictly in DER, and was read all the same: {error}");
        PyErr::warn(py, py.get_type::<PyUserWarning>().as_any(), &CString::new(message).map_err(PyErr::from)?, 1)?;
    }
    let objects = certificates.into_iter().map(|one| object(py, one)).collect::<CallResult<Vec<_>>>()?;
    Ok(PyList::new(py, objects)?)
}

/// Writes certificates as a PKCS #7 message, in DER or as a PEM block, in the order of DER.
///
/// Raises TypeError if there is none or the encoding is another.
#[pyfunction]
fn serialize_certificates<'py>(
    py: Python<'py>,
    certs: Vec<Bound<'py, Certificate>>,
    encoding: &Bound<'py, Encoding>,
) -> CallResult<Bound<'py, PyBytes>> {
    if certs.is_empty() {
        return Err(PyTypeError::new_err("certs must be a list of certs with length >= 1").into());
    }
    let certs: Vec<_> = certs.iter().map(|one| &one.get().inner).collect();
    written(py, &certificates::write(&certs), *encoding.get())
}

/// A message as DER or PEM.
fn written<'py>(py: Python<'py>, der: &[u8], encoding: Encoding) -> CallResult<Bound<'py, PyBytes>> {
    match encoding {
        Encoding::Der => Ok(PyBytes::new(py, der)),
        Encoding::Pem => Ok(PyBytes::new(py, &format::to_pem(der))),
        _ => Err(PyTypeError::new_err("encoding must be Encoding.DER or Encoding.PEM").into()),
    }
}

/// One who signs: the certificate, the key, the hash function, and the padding or None.
type PySigner<'py> = (Bound<'py, Certificate>, Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>);

/// Signs a message. PKCS7SignatureBuilder has looked at the arguments, and says what they are.
#[pyfunction]
#[pyo3(signature = (data, signers, certificates, encoding, *, text, binary, detached, capabilities, attributes, certs))]
#[allow(clippy::too_many_arguments)]
#[allow(clippy::fn_params_excessive_bools)] // They are options with names, in Python.
fn sign<'py>(
    py: Python<'py>,
    data: Input<'_>,
    signers: Vec<PySigner<'py>>,
    certificates: Vec<Bound<'py, Certificate>>,
    encoding: &Bound<'py, Encoding>,
    text: bool,
    binary: bool,
    detached: bool,
    capabilities: bool,
    attributes: bool,
    certs: bool,
) -> CallResult<Bound<'py, PyBytes>> {
    let message = content(data.as_slice(), text, binary);
    let mut new_signers = Vec::with_capacity(signers.len());
    for (certificate, key, hash, padding) in &signers {
        let none = py.None().into_bound(py);
        let hashes_itself = types::ED25519_PRIVATE_KEY.is_type_of(key)?;
        let signer = PythonSigner::new(key, if hashes_itself { &none } else { hash }, padding, None)?;
        new_signers.push(NewSigner { certificate: &certificate.get().inner, key: signer, hash: algorithm_of(hash)? });
    }
    let options = Options {
        is_detached: detached,
        attributes: match (attributes, capabilities) {
            (false, _) => SignedAttributes::None,
            (true, false) => SignedAttributes::Usual,
            (true, true) => SignedAttributes::WithCapabilities,
        },
        has_certificates: certs,
    };
    let more: Vec<_> = certificates.iter().map(|one| &one.get().inner).collect();
    let der = signing::sign::<_, crate::errors::CallError>(&message, &new_signers, &more, options, Time::now())?;
    if *encoding.get() != Encoding::Smime {
        return written(py, &der, *encoding.get());
    }
    let mut hashes = Vec::new();
    for signer in &new_signers {
        if !hashes.contains(&signer.hash) {
            hashes.push(signer.hash);
        }
    }
    Ok(PyBytes::new(py, &smime::signed(&message, &der, &hashes)?))
}

/// The message as it is signed or encrypted: with the line ends of mail unless it is binary, and
/// with a header if it is a text.
fn content(data: &[u8], text: bool, binary: bool) -> std::borrow::Cow<'_, [u8]> {
    let lines = if binary { std::borrow::Cow::Borrowed(data) } else { smime::canonical(data) };
    if text && !binary { [smime::TEXT_HEADER, &lines].concat().into() } else { lines }
}

/// Encrypts a message to the keys of certificates. PKCS7EnvelopeBuilder has looked at the
/// arguments, and says what they are.
#[pyfunction]
#[pyo3(signature = (data, recipients, encoding, *, key_bits, text, binary))]
fn encrypt<'py>(
    py: Python<'py>,
    data: Input<'_>,
    recipients: Vec<Bound<'py, Certificate>>,
    encoding: &Bound<'py, Encoding>,
    key_bits: u32,
    text: bool,
    binary: bool,
) -> CallResult<Bound<'py, PyBytes>> {
    let cipher = if key_bits == 256 { ContentCipher::Aes256Cbc } else { ContentCipher::Aes128Cbc };
    let recipients: Vec<_> = recipients.iter().map(|one| &one.get().inner).collect();
    let data = data.as_slice();
    let der = detach(py, || enveloping::encrypt(&content(data, text, binary), &recipients, cipher))?;
    match *encoding.get() {
        Encoding::Smime => Ok(PyBytes::new(py, &smime::enveloped(&der))),
        other => written(py, &der, other),
    }
}

/// Decrypts a message in DER or BER, with the RSA key of a certificate.
///
/// Raises ValueError if it is not such a message, is for others, or its padding is not valid;
/// UnsupportedAlgorithm if its algorithms are others than RSA with PKCS #1 v1.5 and AES with keys
/// of 128 or 256 bits in CBC.
#[pyfunction]
fn decrypt<'py>(
    py: Python<'py>,
    data: Input<'_>,
    certificate: &Bound<'py, Certificate>,
    private_key: &Bound<'py, PyAny>,
) -> CallResult<Bound<'py, PyBytes>> {
    let message = Enveloped::read(data.as_slice(), &certificate.get().inner).map_err(|error| match error {
        Error::WrongKind { wanted: Kind::Cms, .. } => PyValueError::new_err(error.to_string()).into(),
        error => crate::errors::CallError::from(error),
    })?;
    if let Some(PrivateKey::Rsa(key)) = private_key_of(private_key) {
        return Ok(PyBytes::new(py, &detach(py, || message.decrypt(&key))?));
    }
    // Any other object with the methods of an RSA key.
    let padding = types::PKCS1V15.get(py)?.call0()?;
    let encrypted = PyBytes::new(py, message.encrypted_key());
    let content_key = match private_key.call_method1(intern!(py, "decrypt"), (encrypted, padding)) {
        Ok(key) => Some(key),
        // The sender of the message can bring this about, and must not see it.
        Err(error) if error.is_instance_of::<PyValueError>(py) => None,
        Err(error) => return Err(error.into()),
    };
    let content_key: Option<Input<'_>> = content_key.as_ref().map(|key| key.extract()).transpose()?;
    Ok(PyBytes::new(py, &message.open(content_key.as_ref().map(Input::as_slice))?))
}

/// Takes a message in PEM text out of its block.
///
/// Raises ValueError if there is none.
#[pyfunction]
fn from_pem<'py>(py: Python<'py>, data: Input<'_>) -> CallResult<Bound<'py, PyBytes>> {
    Ok(PyBytes::new(py, &format::from_pem(data.as_slice())?))
}

#[pymodule]
#[pyo3(submodule)]
#[allow(clippy::module_inception)] // The module of Python has the name of the file.
pub(crate) mod pkcs7 {
    #[pymodule_export]
    use super::{
        decrypt, encrypt, from_pem, load_der_pkcs7_certificates, load_pem_pkcs7_certificates, serialize_certificates,
        sign,
    };
}
