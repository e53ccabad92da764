//! The formats in which keys are written, as `ironlatch.hazmat.primitives.serialization` names
//! them, and what the key classes share in writing them.

use std::ffi::CStr;

use ironlatch::Error;
use ironlatch::keys::ssh::DEFAULT_ROUNDS;
use ironlatch::keys::{Parameters, PrivateKey, PublicKey};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use zeroize::Zeroizing;

use crate::buffer::{SecretInput, detach};
use crate::errors::{CallError, CallResult};
use crate::peer_words::INVALID_FORMAT;
use crate::types;
use crate::warnings::deprecated;

/// How a key is put into bytes.
///
/// PEM is text, DER is binary, and both hold any structure. OpenSSH goes with the format of that
/// name, X962 with points of elliptic curves, Raw with keys that are a plain string of bytes, SMIME
/// with messages.
#[pyclass(frozen, eq, hash, module = "ironlatch.hazmat.primitives._serialization")]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Encoding {
    #[pyo3(name = "PEM")]
    Pem,
    #[pyo3(name = "DER")]
    Der,
    #[pyo3(name = "OpenSSH")]
    OpenSsh,
    Raw,
    X962,
    #[pyo3(name = "SMIME")]
    Smime,
}

/// The structure of a private key: PKCS8 for keys of all types, TraditionalOpenSSL for the one that
/// each type had before.
#[pyclass(frozen, eq, hash, module = "ironlatch.hazmat.primitives._serialization")]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum PrivateFormat {
    #[pyo3(name = "PKCS8")]
    Pkcs8,
    #[pyo3(name = "TraditionalOpenSSL")]
    TraditionalOpenSsl,
    Raw,
    #[pyo3(name = "OpenSSH")]
    OpenSsh,
    #[pyo3(name = "PKCS12")]
    Pkcs12,
}

#[pymethods]
impl PrivateFormat {
    /// A builder for an encryption with parameters of one's own. Raises ValueError for formats that
    /// have none.
    fn encryption_builder<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        if !matches!(self, Self::OpenSsh | Self::Pkcs12) {
            return Err(PyValueError::new_err(
                "encryption_builder only supported with PrivateFormat.OpenSSH and PrivateFormat.PKCS12",
            )
            .into());
        }
        Ok(types::KEY_ENCRYPTION_BUILDER.get(py)?.call1((*self,))?)
    }
}

/// The structure of a public key: SubjectPublicKeyInfo for keys of all types, the others for some.
#[pyclass(frozen, eq, hash, module = "ironlatch.hazmat.primitives._serialization")]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum PublicFormat {
    SubjectPublicKeyInfo,
    #[pyo3(name = "PKCS1")]
    Pkcs1,
    #[pyo3(name = "OpenSSH")]
    OpenSsh,
    Raw,
    CompressedPoint,
    UncompressedPoint,
}

/// The structure of parameters that keys share.
#[pyclass(frozen, eq, hash, module = "ironlatch.hazmat.primitives._serialization")]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ParameterFormat {
    #[pyo3(name = "PKCS3")]
    Pkcs3,
}

/// `key.private_bytes(encoding, format, encryption_algorithm)` of every key class.
pub(crate) fn private_bytes<'py>(
    py: Python<'py>,
    key: &PrivateKey,
    encoding: Encoding,
    format: PrivateFormat,
    encryption: &Bound<'py, PyAny>,
) -> CallResult<Bound<'py, PyBytes>> {
    let password = password_of(encryption, format)?;
    let password: Option<SecretInput<'_>> = password.as_ref().map(|password| password.extract()).transpose()?;
    let password = password.as_ref().map(SecretInput::as_slice);
    if format == PrivateFormat::OpenSsh && matches!(key, PrivateKey::Dsa(_)) {
        deprecated(py, SSH_DSA_WRITTEN)?;
    }
    let rounds = rounds_of(encryption, format)?;
    let bytes = detach(py, || private_to_bytes(key, encoding, format, password, rounds))?;
    Ok(PyBytes::new(py, &bytes))
}

/// `key.public_bytes(encoding, format)` of every key class.
pub(crate) fn public_bytes<'py>(
    py: Python<'py>,
    key: &PublicKey,
    encoding: Encoding,
    format: PublicFormat,
) -> CallResult<Bound<'py, PyBytes>> {
    if matches!((key, encoding, format), (PublicKey::Dsa(_), Encoding::OpenSsh, PublicFormat::OpenSsh)) {
        deprecated(py, SSH_DSA_WRITTEN)?;
    }
    Ok(PyBytes::new(py, &public_to_bytes(key, encoding, format)?))
}

/// `parameters.parameter_bytes(encoding, format)`.
pub(crate) fn parameter_bytes<'py>(
    py: Python<'py>,
    parameters: &Parameters,
    encoding: Encoding,
) -> CallResult<Bound<'py, PyBytes>> {
    let bytes = match encoding {
        Encoding::Pem => parameters.to_pem()?,
        Encoding::Der => parameters.to_der()?,
        _ => return Err(not_pem_or_der()),
    };
    Ok(PyBytes::new(py, &bytes))
}

/// Which encodings, structures and encryptions of a private key go together.
fn private_to_bytes(
    key: &PrivateKey,
    encoding: Encoding,
    format: PrivateFormat,
    password: Option<&[u8]>,
    rounds: Option<u32>,
) -> CallResult<Zeroizing<Vec<u8>>> {
    if (format == PrivateFormat::Raw || encoding == Encoding::Raw)
        && let Some(bytes) = key.private_bytes()
    {
        return match (format, encoding, password) {
            (PrivateFormat::Raw, Encoding::Raw, None) => Ok(bytes),
            _ => Err(value(
                "raw bytes are neither encoded nor encrypted: ask for the raw encoding and the raw format without a password",
            )),
        };
    }
    if matches!(key, PrivateKey::Dh(_)) && format != PrivateFormat::Pkcs8 {
        return Err(value("DH private keys support only PKCS8 serialization"));
    }
    Ok(match (format, encoding, password) {
        (PrivateFormat::Pkcs8, Encoding::Pem, None) => key.to_pkcs8_pem()?,
        (PrivateFormat::Pkcs8, Encoding::Der, None) => key.to_pkcs8_der()?,
        (PrivateFormat::Pkcs8, Encoding::Pem, Some(password)) => key.to_encrypted_pkcs8_pem(password)?.into(),
        (PrivateFormat::Pkcs8, Encoding::Der, Some(password)) => key.to_encrypted_pkcs8_der(password)?.into(),
        (PrivateFormat::Pkcs8, ..) => return Err(not_pem_or_der()),
        (PrivateFormat::TraditionalOpenSsl, Encoding::Pem, None) => key.to_traditional_pem()?,
        (PrivateFormat::TraditionalOpenSsl, Encoding::Der, None) => key.to_traditional_der()?,
        (PrivateFormat::TraditionalOpenSsl, Encoding::Pem, Some(password)) => {
            key.to_encrypted_traditional_pem(password)?.into()
        }
        (PrivateFormat::TraditionalOpenSsl, Encoding::Der, Some(_)) => {
            // Keys that have no such structure are told so first.
            key.to_traditional_der()?;
            return Err(value("Encryption is not supported for DER encoded traditional OpenSSL keys"));
        }
        (PrivateFormat::OpenSsh, Encoding::Pem, None) => key.to_openssh_pem(b"")?,
        (PrivateFormat::OpenSsh, Encoding::Pem, Some(password)) => {
            key.to_encrypted_openssh_pem(b"", password, rounds.unwrap_or(DEFAULT_ROUNDS))?.into()
        }
        (PrivateFormat::OpenSsh, ..) if has_ssh_keys(&key.public_key()) => {
            return Err(value("OpenSSH private key format can only be used with PEM encoding"));
        }
        _ => return Err(value(INVALID_FORMAT)),
    })
}

/// Which encodings and structures of a public key go together.
fn public_to_bytes(key: &PublicKey, encoding: Encoding, format: PublicFormat) -> CallResult<Vec<u8>> {
    if (format == PublicFormat::Raw || encoding == Encoding::Raw)
        && let Some(bytes) = key.to_bytes()
    {
        return match (format, encoding) {
            (PublicFormat::Raw, Encoding::Raw) => Ok(bytes),
            _ => Err(value("When using Raw both encoding and format must be Raw")),
        };
    }
    if matches!(key, PublicKey::Dh(_)) && format != PublicFormat::SubjectPublicKeyInfo {
        return Err(value("DH public keys support only SubjectPublicKeyInfo serialization"));
    }
    Ok(match (format, encoding) {
        (PublicFormat::SubjectPublicKeyInfo, Encoding::Pem) => key.to_spki_pem()?,
        (PublicFormat::SubjectPublicKeyInfo, Encoding::Der) => key.to_spki_der()?,
        (PublicFormat::Pkcs1, Encoding::Pem) => key.to_pkcs1_pem()?,
        (PublicFormat::Pkcs1, Encoding::Der) => key.to_pkcs1_der()?,
        (PublicFormat::Pkcs1, _) if !matches!(key, PublicKey::Rsa(_)) => return Err(value(INVALID_FORMAT)),
        (PublicFormat::SubjectPublicKeyInfo | PublicFormat::Pkcs1, _) => return Err(not_pem_or_der()),
        (PublicFormat::CompressedPoint, Encoding::X962) => key.to_sec1_point(true)?,
        (PublicFormat::UncompressedPoint, Encoding::X962) => key.to_sec1_point(false)?,
        (PublicFormat::OpenSsh, Encoding::OpenSsh) => key.to_openssh_line()?,
        (PublicFormat::OpenSsh, _) if has_ssh_keys(key) => {
            return Err(value("OpenSSH format must be used with OpenSSH encoding"));
        }
        _ => return Err(value(INVALID_FORMAT)),
    })
}

/// Whether OpenSSH has keys of this type.
fn has_ssh_keys(key: &PublicKey) -> bool {
    !matches!(key.to_openssh_blob(), Err(Error::NoSuchFormat { .. }))
}

fn not_pem_or_der() -> CallError {
    PyTypeError::new_err("the encoding must be DER or PEM: this format has no other").into()
}

fn value(message: &'static str) -> CallError {
    PyValueError::new_err(message).into()
}

/// The password that an object of the class `KeySerializationEncryption` holds, if it fits
/// `format`.
fn password_of<'py>(encryption: &Bound<'py, PyAny>, format: PrivateFormat) -> CallResult<Option<Bound<'py, PyAny>>> {
    let py = encryption.py();
    if !types::KEY_ENCRYPTION.is_type_of(encryption)? {
        let message = "Encryption algorithm must be a KeySerializationEncryption instance";
        return Err(PyTypeError::new_err(message).into());
    }
    if types::NO_KEY_ENCRYPTION.is_type_of(encryption)? {
        return Ok(None);
    }
    let fits = types::BEST_KEY_ENCRYPTION.is_type_of(encryption)?
        || types::BUILT_KEY_ENCRYPTION.is_type_of(encryption)?
            && matches!(format, PrivateFormat::OpenSsh | PrivateFormat::Pkcs12)
            && encryption
                .getattr(intern!(py, "_format"))?
                .cast::<PrivateFormat>()
                .is_ok_and(|built| *built.get() == format);
    if !fits {
        return Err(PyValueError::new_err("Unsupported encryption type").into());
    }
    Ok(Some(encryption.getattr(intern!(py, "password"))?))
}

/// The rounds of key derivation that an encryption for OpenSSH's format names.
fn rounds_of(encryption: &Bound<'_, PyAny>, format: PrivateFormat) -> CallResult<Option<u32>> {
    if format != PrivateFormat::OpenSsh || !types::BUILT_KEY_ENCRYPTION.is_type_of(encryption)? {
        return Ok(None);
    }
    let rounds = encryption.getattr(intern!(encryption.py(), "_kdf_rounds"))?;
    if rounds.is_none() {
        return Ok(None);
    }
    rounds.extract().map(Some).map_err(|_| PyValueError::new_err("kdf_rounds must be below 2**32").into())
}

/// The peer's words.
pub(super) const SSH_DSA_WRITTEN: &CStr = c"SSH DSA key support is deprecated and will be removed in a future release";
