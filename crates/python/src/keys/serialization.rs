//! `ironlatch.hazmat.primitives.serialization`: reading keys and parameters.

use ironlatch::asymmetric::rsa::Checks;
use ironlatch::keys::{self, Parameters, PrivateKey, PublicKey};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use super::objects::{private_object, public_object};
use crate::asymmetric::dh::DhParameters;
use crate::buffer::{Input, SecretInput, detach};
use crate::errors::CallResult;

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
/// Arguments and errors are those of load_pem_private_key: ValueError, TypeError and
/// UnsupportedAlgorithm.
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

/// Raises ValueError for the length in bytes of a password under which no key is written: 0.
#[pyfunction]
fn check_password_len(len: usize) -> CallResult<()> {
    Ok(keys::check_password_len(len)?)
}

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

fn parameters_object(py: Python<'_>, parameters: Parameters) -> CallResult<Bound<'_, PyAny>> {
    match parameters {
        Parameters::Dh(parameters) => Ok(Bound::new(py, DhParameters::from(parameters))?.into_any()),
        _ => Err(PyTypeError::new_err("this type of parameters has no Python class").into()),
    }
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod serialization {
    #[pymodule_export]
    use super::{
        check_password_len, load_der_parameters, load_der_private_key, load_der_public_key, load_pem_parameters,
        load_pem_private_key, load_pem_public_key,
    };
    #[pymodule_export]
    use crate::keys::formats::{Encoding, ParameterFormat, PrivateFormat, PublicFormat};
}
