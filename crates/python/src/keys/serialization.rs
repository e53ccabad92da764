//! `ironlatch.hazmat.primitives.serialization`: reading keys, and what the key classes share in
//! writing them.

use std::ffi::CStr;

use ironlatch::asymmetric::rsa::Checks;
use ironlatch::keys::{self, Encryption, Parameters, PrivateKey, PublicKey};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyType};

use crate::asymmetric::dh::{DhParameters, DhPrivateKey, DhPublicKey};
use crate::asymmetric::dsa::{DsaPrivateKey, DsaPublicKey};
use crate::asymmetric::ec::{EcPrivateKey, EcPublicKey};
use crate::asymmetric::ed448::{Ed448PrivateKey, Ed448PublicKey};
use crate::asymmetric::ed25519::{Ed25519PrivateKey, Ed25519PublicKey};
use crate::asymmetric::rsa::{RsaPrivateKey, RsaPublicKey};
use crate::asymmetric::slh_dsa::{SLHDSAPrivateKey, SLHDSAPublicKey};
use crate::asymmetric::x448::{X448PrivateKey, X448PublicKey};
use crate::asymmetric::x25519::{X25519PrivateKey, X25519PublicKey};
use crate::asymmetric::{mldsa, mlkem};
use crate::buffer::{Input, SecretInput, detach};
use crate::errors::CallResult;
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
        static BUILDER: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        Ok(BUILDER.import(py, MODULE, "KeySerializationEncryptionBuilder")?.call1((*self,))?)
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
    let encryption =
        password.as_ref().map_or(Encryption::None, |password| Encryption::BestAvailable(password.as_slice()));
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
    Ok(PyBytes::new(py, &key.to_bytes(encoding.into(), format.into())?))
}

/// Reads the first private key in PEM text: PKCS#8 or traditional, encrypted or not.
///
/// `data` and `password` are bytes-like or SecretBytes; an empty password counts as none. RSA keys
/// are checked for consistency unless `unsafe_skip_rsa_key_validation` is true, which is for keys
/// that are certain to be valid.
///
/// Raises ValueError if the key cannot be read or decrypted, TypeError if a password is missing or
/// superfluous, and UnsupportedAlgorithm for types of keys that are not supported.
#[pyfunction]
#[pyo3(signature = (data, password, backend = None, *, unsafe_skip_rsa_key_validation = false))]
fn load_pem_private_key<'py>(
    py: Python<'py>,
    data: SecretInput<'_>,
    password: Option<SecretInput<'_>>,
    backend: Option<&Bound<'_, PyAny>>,
    unsafe_skip_rsa_key_validation: bool,
) -> CallResult<Bound<'py, PyAny>> {
    let _ = backend; // Taken for programs that still name one.
    load_private(py, &data, password.as_ref(), unsafe_skip_rsa_key_validation, PrivateKey::from_pem)
}

/// Reads a private key from DER: PKCS#8, encrypted or not, or a traditional structure.
///
/// Arguments and errors are those of load_pem_private_key.
#[pyfunction]
#[pyo3(signature = (data, password, backend = None, *, unsafe_skip_rsa_key_validation = false))]
fn load_der_private_key<'py>(
    py: Python<'py>,
    data: SecretInput<'_>,
    password: Option<SecretInput<'_>>,
    backend: Option<&Bound<'_, PyAny>>,
    unsafe_skip_rsa_key_validation: bool,
) -> CallResult<Bound<'py, PyAny>> {
    let _ = backend;
    load_private(py, &data, password.as_ref(), unsafe_skip_rsa_key_validation, PrivateKey::from_der)
}

/// Reads the public key in the first block of PEM text: SubjectPublicKeyInfo or PKCS#1.
///
/// Raises ValueError if it cannot be read, and UnsupportedAlgorithm for types of keys that are not
/// supported.
#[pyfunction]
#[pyo3(signature = (data, backend = None))]
fn load_pem_public_key<'py>(
    py: Python<'py>,
    data: Input<'_>,
    backend: Option<&Bound<'_, PyAny>>,
) -> CallResult<Bound<'py, PyAny>> {
    let _ = backend;
    let data = data.as_slice();
    public_object(py, detach(py, || PublicKey::from_pem(data))?)
}

/// Reads a public key from DER: SubjectPublicKeyInfo or PKCS#1.
///
/// Raises ValueError if it cannot be read, and UnsupportedAlgorithm for types of keys that are not
/// supported.
#[pyfunction]
#[pyo3(signature = (data, backend = None))]
fn load_der_public_key<'py>(
    py: Python<'py>,
    data: Input<'_>,
    backend: Option<&Bound<'_, PyAny>>,
) -> CallResult<Bound<'py, PyAny>> {
    let _ = backend;
    let data = data.as_slice();
    public_object(py, detach(py, || PublicKey::from_der(data))?)
}

/// Reads parameters from PEM text: PKCS3 or X9.42.
///
/// Raises ValueError if they cannot be read or are not valid. There are none but Diffie-Hellman's,
/// which are deprecated.
#[pyfunction]
#[pyo3(signature = (data, backend = None))]
fn load_pem_parameters<'py>(
    py: Python<'py>,
    data: Input<'_>,
    backend: Option<&Bound<'_, PyAny>>,
) -> CallResult<Bound<'py, PyAny>> {
    let _ = backend;
    let data = data.as_slice();
    parameters_object(py, detach(py, || Parameters::from_pem(data))?)
}

/// Reads parameters from DER: PKCS3 or X9.42.
///
/// Raises ValueError if they cannot be read or are not valid. There are none but Diffie-Hellman's,
/// which are deprecated.
#[pyfunction]
#[pyo3(signature = (data, backend = None))]
fn load_der_parameters<'py>(
    py: Python<'py>,
    data: Input<'_>,
    backend: Option<&Bound<'_, PyAny>>,
) -> CallResult<Bound<'py, PyAny>> {
    let _ = backend;
    let data = data.as_slice();
    parameters_object(py, detach(py, || Parameters::from_der(data))?)
}

/// What programs that read a Diffie-Hellman key are warned of, in the words of ironlatch.utils. For
/// groups, Python warns.
const FINITE_FIELD_DH: &CStr =
    c"Diffie-Hellman over finite fields (FFDH) is deprecated and support will be removed in a \
future release. Use X25519 instead.";

/// Where the Python classes that describe an encryption live.
const MODULE: &str = "ironlatch.hazmat.primitives._serialization";

fn load_private<'py>(
    py: Python<'py>,
    data: &SecretInput<'_>,
    password: Option<&SecretInput<'_>>,
    skip_checks: bool,
    read: impl FnOnce(&[u8], Option<&[u8]>, Checks) -> ironlatch::Result<PrivateKey> + Send,
) -> CallResult<Bound<'py, PyAny>> {
    let (data, password) = (data.as_slice(), password.map(SecretInput::as_slice));
    let checks = if skip_checks { Checks::Skipped } else { Checks::Full };
    private_object(py, detach(py, || read(data, password, checks))?)
}

/// The core's key in an object of the first class that it is of, if any.
macro_rules! first_of {
    ($object:ident => $key:ident { $($variant:ident: $class:ty),* $(,)? }) => {{
        $(if let Ok(object) = $object.cast::<$class>() {
            return Some($key::$variant(object.get().inner.clone()));
        })*
        None
    }};
}

pub(crate) fn private_object(py: Python<'_>, key: PrivateKey) -> CallResult<Bound<'_, PyAny>> {
    match key {
        PrivateKey::Rsa(key) => Ok(Bound::new(py, RsaPrivateKey::from(key))?.into_any()),
        PrivateKey::Dh(key) => {
            deprecated(py, FINITE_FIELD_DH)?;
            Ok(Bound::new(py, DhPrivateKey::from(key))?.into_any())
        }
        PrivateKey::Dsa(key) => Ok(Bound::new(py, DsaPrivateKey::from(key))?.into_any()),
        PrivateKey::Ed25519(key) => Ok(Bound::new(py, Ed25519PrivateKey::from(key))?.into_any()),
        PrivateKey::Ed448(key) => Ok(Bound::new(py, Ed448PrivateKey::from(key))?.into_any()),
        PrivateKey::X25519(key) => Ok(Bound::new(py, X25519PrivateKey::from(key))?.into_any()),
        PrivateKey::X448(key) => Ok(Bound::new(py, X448PrivateKey::from(key))?.into_any()),
        PrivateKey::Ec(key) => Ok(Bound::new(py, EcPrivateKey::from(key))?.into_any()),
        PrivateKey::MlKem(key) => mlkem::private_object(py, key),
        PrivateKey::MlDsa(key) => mldsa::private_object(py, key),
        PrivateKey::SlhDsa(key) => Ok(Bound::new(py, SLHDSAPrivateKey::from(key))?.into_any()),
        _ => Err(PyTypeError::new_err("this type of key has no Python class").into()),
    }
}

pub(crate) fn public_object(py: Python<'_>, key: PublicKey) -> CallResult<Bound<'_, PyAny>> {
    match key {
        PublicKey::Rsa(key) => Ok(Bound::new(py, RsaPublicKey::from(key))?.into_any()),
        PublicKey::Dh(key) => {
            deprecated(py, FINITE_FIELD_DH)?;
            Ok(Bound::new(py, DhPublicKey::from(key))?.into_any())
        }
        PublicKey::Dsa(key) => Ok(Bound::new(py, DsaPublicKey::from(key))?.into_any()),
        PublicKey::Ed25519(key) => Ok(Bound::new(py, Ed25519PublicKey::from(key))?.into_any()),
        PublicKey::Ed448(key) => Ok(Bound::new(py, Ed448PublicKey::from(key))?.into_any()),
        PublicKey::X25519(key) => Ok(Bound::new(py, X25519PublicKey::from(key))?.into_any()),
        PublicKey::X448(key) => Ok(Bound::new(py, X448PublicKey::from(key))?.into_any()),
        PublicKey::Ec(key) => Ok(Bound::new(py, EcPublicKey::from(key))?.into_any()),
        PublicKey::MlKem(key) => mlkem::public_object(py, key),
        PublicKey::MlDsa(key) => mldsa::public_object(py, key),
        PublicKey::SlhDsa(key) => Ok(Bound::new(py, SLHDSAPublicKey::from(key))?.into_any()),
        _ => Err(PyTypeError::new_err("this type of key has no Python class").into()),
    }
}

/// The key in a Python object of one of the private key classes.
pub(crate) fn private_key_of(object: &Bound<'_, PyAny>) -> Option<PrivateKey> {
    first_of!(object => PrivateKey {
        Rsa: RsaPrivateKey, Dh: DhPrivateKey, Dsa: DsaPrivateKey, Ed25519: Ed25519PrivateKey, Ed448: Ed448PrivateKey,
        X25519: X25519PrivateKey, X448: X448PrivateKey, Ec: EcPrivateKey,
        MlKem: mlkem::MLKEM512PrivateKey,
        MlKem: mlkem::MLKEM768PrivateKey,
        MlKem: mlkem::MLKEM1024PrivateKey,
        MlDsa: mldsa::MLDSA44PrivateKey,
        MlDsa: mldsa::MLDSA65PrivateKey,
        MlDsa: mldsa::MLDSA87PrivateKey,
    })
}

/// The key in a Python object of one of the public key classes.
pub(crate) fn public_key_of(object: &Bound<'_, PyAny>) -> Option<PublicKey> {
    first_of!(object => PublicKey {
        Rsa: RsaPublicKey, Dh: DhPublicKey, Dsa: DsaPublicKey, Ed25519: Ed25519PublicKey, Ed448: Ed448PublicKey,
        X25519: X25519PublicKey, X448: X448PublicKey, Ec: EcPublicKey,
        MlKem: mlkem::MLKEM512PublicKey,
        MlKem: mlkem::MLKEM768PublicKey,
        MlKem: mlkem::MLKEM1024PublicKey,
        MlDsa: mldsa::MLDSA44PublicKey,
        MlDsa: mldsa::MLDSA65PublicKey,
        MlDsa: mldsa::MLDSA87PublicKey,
    })
}

fn parameters_object(py: Python<'_>, parameters: Parameters) -> CallResult<Bound<'_, PyAny>> {
    match parameters {
        Parameters::Dh(parameters) => Ok(Bound::new(py, DhParameters::from(parameters))?.into_any()),
        _ => Err(PyTypeError::new_err("this type of parameters has no Python class").into()),
    }
}

/// The password that an object of the class `KeySerializationEncryption` holds, if it fits
/// `format`.
fn password_of<'py>(encryption: &Bound<'py, PyAny>, format: PrivateFormat) -> CallResult<Option<Bound<'py, PyAny>>> {
    static INTERFACE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    static NONE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    static BEST_AVAILABLE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    static BUILT: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let py = encryption.py();
    let is = |class: &'static PyOnceLock<Py<PyType>>, name: &str| -> PyResult<bool> {
        encryption.is_instance(class.import(py, MODULE, name)?)
    };
    if !is(&INTERFACE, "KeySerializationEncryption")? {
        let message = "Encryption algorithm must be a KeySerializationEncryption instance";
        return Err(PyTypeError::new_err(message).into());
    }
    if is(&NONE, "NoEncryption")? {
        return Ok(None);
    }
    let fits = is(&BEST_AVAILABLE, "BestAvailableEncryption")?
        || is(&BUILT, "_KeySerializationEncryption")?
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

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod serialization {
    #[pymodule_export]
    use super::{
        Encoding, ParameterFormat, PrivateFormat, PublicFormat, load_der_parameters, load_der_private_key,
        load_der_public_key, load_pem_parameters, load_pem_private_key, load_pem_public_key,
    };
}
