//! `ironlatch.cms`: making signed messages.

use std::path::PathBuf;

use ironlatch::cms::pkcs7::signing::{self, NewSigner};
use ironlatch::keys::PublicKey;
use ironlatch::x509::building::Signer;
use ironlatch::x509::{Certificate as Inner, Time};
use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::enveloped_data::inner;
use super::files::hash_file;
use crate::buffer::Input;
use crate::errors::{CallError, CallResult};
use crate::hash::hashes::marker_of;
use crate::x509::certificate::Certificate;
use crate::x509::signature::{PythonSigner, public_key_info};

/// Signs ``data`` with the private ``key`` of a ``certificate``. Returns the message in DER.
///
/// The message holds ``data``, unless it is ``detached``: then it is a signature by itself, and
/// verifying it takes the data too. It holds the certificate and those in ``certificates``, which
/// others may need to verify it. The time and the type of the content are signed with it.
///
/// ``key`` is an RSA, EC, Ed25519, Ed448 or ML-DSA key, or any object with the methods of one.
/// ``hash_algorithm`` is for RSA and EC keys; without one it is SHA-256, SHA-384 or SHA-512, by the
/// curve. ``rsa_padding`` is ``padding.PSS(…)`` or, by default, ``padding.PKCS1v15()``.
///
/// Raises :class:`ValueError` if the key is not that of the certificate, and :class:`TypeError` for
/// a key that does not sign, or a hash function for a key that has its own.
#[pyfunction]
#[pyo3(signature = (data, certificate, key, *, hash_algorithm = None, rsa_padding = None, detached = false, certificates = vec![]),
    text_signature = "(data, certificate, key, *, hash_algorithm=None, rsa_padding=None, detached=False, \
    certificates=())")]
#[allow(clippy::too_many_arguments)]
pub(crate) fn sign<'py>(
    py: Python<'py>,
    data: Input<'_>,
    certificate: &Bound<'py, Certificate>,
    key: &Bound<'py, PyAny>,
    hash_algorithm: Option<Bound<'py, PyAny>>,
    rsa_padding: Option<Bound<'py, PyAny>>,
    detached: bool,
    certificates: Vec<Bound<'py, Certificate>>,
) -> CallResult<Bound<'py, PyBytes>> {
    let signer = signer(&certificate.get().inner, key, hash_algorithm, rsa_padding)?;
    let (data, more, time) = (data.as_slice(), inner(&certificates), Time::now());
    let message = if detached {
        let digest = ironlatch::hash::digest(signer.hash, data);
        signing::sign_hashed::<_, CallError>(&digest, &signer, &more, time)?
    } else {
        signing::sign_attached::<_, CallError>(data, &signer, &more, time)?
    };
    Ok(PyBytes::new(py, &message))
}

/// Signs the file ``source`` as :func:`sign` does with ``detached``, in constant memory. Returns
/// the message in DER, which does not hold the file.
///
/// ``progress`` is as for :func:`encrypt_file`. Raises what :func:`sign` raises, and
/// :class:`OSError` if the file cannot be read.
#[pyfunction]
#[pyo3(signature = (source, certificate, key, *, hash_algorithm = None, rsa_padding = None, certificates = vec![], progress = None),
    text_signature = "(source, certificate, key, *, hash_algorithm=None, rsa_padding=None, certificates=(), \
    progress=None)")]
#[allow(clippy::too_many_arguments)]
pub(crate) fn sign_file<'py>(
    py: Python<'py>,
    source: PathBuf,
    certificate: &Bound<'py, Certificate>,
    key: &Bound<'py, PyAny>,
    hash_algorithm: Option<Bound<'py, PyAny>>,
    rsa_padding: Option<Bound<'py, PyAny>>,
    certificates: Vec<Bound<'py, Certificate>>,
    progress: Option<&Bound<'py, PyAny>>,
) -> CallResult<Bound<'py, PyBytes>> {
    let signer = signer(&certificate.get().inner, key, hash_algorithm, rsa_padding)?;
    let digest = hash_file(py, &source, signer.hash, progress)?;
    let message = signing::sign_hashed::<_, CallError>(&digest, &signer, &inner(&certificates), Time::now())?;
    Ok(PyBytes::new(py, &message))
}

fn signer<'a, 'py>(
    certificate: &'a Inner,
    key: &'a Bound<'py, PyAny>,
    hash: Option<Bound<'py, PyAny>>,
    padding: Option<Bound<'py, PyAny>>,
) -> CallResult<NewSigner<'a, PythonSigner<'a, 'py>>> {
    let py = key.py();
    let own = certificate.public_key()?.to_spki_der()?;
    if own != public_key_info(&key.call_method0(intern!(py, "public_key"))?)? {
        return Err(PyValueError::new_err("the private key is not that of the certificate").into());
    }
    let none = || py.None().into_bound(py);
    let public = certificate.public_key()?;
    let usual = signing::usual_hash(&public);
    let takes_hash = matches!(public, PublicKey::Rsa(_) | PublicKey::Ec(_) | PublicKey::Dsa(_));
    let marker = match hash {
        Some(hash) => hash,
        None if takes_hash => marker_of(py, usual)?,
        None => none(),
    };
    let signer = PythonSigner::new(key, &marker, &padding.unwrap_or_else(none), None)?;
    let hash = signer.algorithm()?.hash().unwrap_or(usual);
    Ok(NewSigner { certificate, key: signer, hash })
}
