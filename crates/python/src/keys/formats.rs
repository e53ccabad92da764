//! The formats in which keys are written, as `ironlatch.hazmat.primitives.serialization` names
//! them, and what the key classes share in writing them.

use std::ffi::CStr;

use ironlatch::keys::{self, Encryption, PrivateKey, PublicKey};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::buffer::{SecretInput, detach};
use crate::errors::CallResult;
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
    let encryption = match (password, rounds_of(encryption, format)?) {
        (None, _) => Encryption::None,
        (Some(password), Some(rounds)) => Encryption::OpenSsh { password, rounds },
        (Some(password), None) => Encryption::BestAvailable(password),
    };
    let bytes = detach(py, || key.to_bytes(encoding.into(), format.into(), encryption))?;
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
    Ok(PyBytes::new(py, &key.to_bytes(encoding.into(), format.into())?))
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

/// Between a Python-visible enumeration and the core's of the same name and members.
macro_rules! same_members {
    ($($name:ident { $($member:ident),* })*) => {
        $(impl From<$name> for keys::$name {
            fn from(value: $name) -> Self {
                match value {
                    $($name::$member => Self::$member,)*
                }
            }
        })*
    };
}

same_members! {
    Encoding { Pem, Der, OpenSsh, Raw, X962, Smime }
    PrivateFormat { Pkcs8, TraditionalOpenSsl, Raw, OpenSsh, Pkcs12 }
    PublicFormat { SubjectPublicKeyInfo, Pkcs1, OpenSsh, Raw, CompressedPoint, UncompressedPoint }
}
