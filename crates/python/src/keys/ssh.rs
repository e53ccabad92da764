//! `ironlatch.hazmat.primitives.serialization.ssh`: OpenSSH's keys and certificates.

use std::ffi::CStr;

use ironlatch::Error;
use ironlatch::asymmetric::rsa::Checks;
use ironlatch::error::Unsupported;
use ironlatch::hash::{HashAlgorithm, digest_into};
use ironlatch::keys::ssh::{self as core, CertificateType, Identity, Line, NamedValue, PrivateKeyFile, Terms};
use ironlatch::keys::{PrivateKey, PublicKey};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyFloat, PyInt, PyList};

use super::formats::SSH_DSA_WRITTEN;
use super::objects::{private_key_of, private_object, public_key_of, public_object};
use crate::buffer::{Input, SecretInput, detach, new_bytes};
use crate::errors::{CallError, CallResult};
use crate::hash::hashes::{algorithm_of, is_algorithm};
use crate::types;
use crate::warnings::deprecated;

// `help` shows a default that is a literal.
const _: () = assert!(core::MAX_OWN_ROUNDS == 10_000);

/// Reads a private key in OpenSSH's own format, encrypted or not.
///
/// ``data`` is PEM text, ``password`` bytes-like or SecretBytes; an empty password counts as none.
/// RSA keys are checked for consistency unless ``unsafe_skip_rsa_key_validation`` is true, which is
/// for keys that are certain to be valid. A file that asks for more than ``max_kdf_rounds`` rounds
/// of key derivation, each some milliseconds, is refused before the work.
///
/// Raises ValueError if the key cannot be read or the password is wrong, TypeError if a password is
/// missing or superfluous, InvalidTag if the cipher has a tag and it does not match (a wrong
/// password too), and UnsupportedAlgorithm for ciphers and types of keys that are not known, and
/// for keys in security keys. DSA keys are deprecated, with a warning.
#[pyfunction]
#[pyo3(signature = (data, password, backend = None, *, unsafe_skip_rsa_key_validation = false, max_kdf_rounds = 10_000))]
fn load_ssh_private_key<'py>(
    py: Python<'py>,
    data: SecretInput<'_>,
    password: Option<SecretInput<'_>>,
    backend: Option<&Bound<'_, PyAny>>,
    unsafe_skip_rsa_key_validation: bool,
    max_kdf_rounds: u32,
) -> CallResult<Bound<'py, PyAny>> {
    let _ = backend; // Taken for programs that still name one.
    let (data, password) = (data.as_slice(), password.as_ref().map(SecretInput::as_slice));
    let checks = if unsafe_skip_rsa_key_validation { Checks::Skipped } else { Checks::Full };
    let (key, _) =
        detach(py, || PrivateKeyFile::from_pem(data)?.decrypt_private_half(max_kdf_rounds, password, checks))?;
    if matches!(key, PrivateKey::Dsa(_)) {
        deprecated(py, SSH_DSA_READ)?;
    }
    private_object(py, key)
}

/// Reads a public key: a line of OpenSSH's, behind options or not, or a block of RFC 4716. Of a
/// certificate it reads the key in it, and of a key in a security key the key alone.
///
/// Raises ValueError if it cannot be read, and UnsupportedAlgorithm for types of keys that are not
/// known. DSA keys are deprecated, with a warning.
#[pyfunction]
#[pyo3(signature = (data, backend = None))]
fn load_ssh_public_key<'py>(
    py: Python<'py>,
    data: Input<'_>,
    backend: Option<&Bound<'_, PyAny>>,
) -> CallResult<Bound<'py, PyAny>> {
    let _ = backend;
    let key = match Line::read(data.as_slice())?.identity()? {
        Identity::Certificate(certificate) => certificate.key().clone(),
        Identity::Key(key) => key,
        _ => return Err(PyTypeError::new_err("this has no Python class").into()),
    };
    if matches!(key.key(), PublicKey::Dsa(_)) {
        deprecated(py, SSH_DSA_READ)?;
    }
    public_object(py, key.into_key())
}

/// Reads a public key or a certificate, in the forms that load_ssh_public_key takes.
///
/// Raises ValueError if it cannot be read, and UnsupportedAlgorithm for types of keys that are not
/// known, and for DSA.
#[pyfunction]
fn load_ssh_public_identity<'py>(py: Python<'py>, data: Input<'_>) -> CallResult<Bound<'py, PyAny>> {
    let line = Line::read(data.as_slice())?;
    // Before the rest of it is looked at, as in the peer.
    if line.kind().starts_with("ssh-dss") {
        return Err(dsa_dropped("here"));
    }
    match line.identity()? {
        Identity::Certificate(inner) if inner.has_dsa() => Err(dsa_dropped("in SSH certificates")),
        Identity::Certificate(inner) => Ok(Bound::new(py, SSHCertificate { inner: *inner })?.into_any()),
        Identity::Key(key) => public_object(py, key.into_key()),
        _ => Err(PyTypeError::new_err("this has no Python class").into()),
    }
}

/// Writes a public key as OpenSSH's line, without a comment.
///
/// Raises ValueError for keys that OpenSSH has not. DSA keys are deprecated, with a warning.
#[pyfunction]
fn serialize_ssh_public_key<'py>(py: Python<'py>, public_key: &Bound<'py, PyAny>) -> CallResult<Bound<'py, PyBytes>> {
    let key = ssh_key_of(public_key)?;
    if matches!(key, PublicKey::Dsa(_)) {
        deprecated(py, SSH_DSA_WRITTEN)?;
    }
    Ok(PyBytes::new(py, &key.to_openssh_line()?))
}

/// Computes the hash of a public key as SSH encodes it, by which people know keys: with SHA-256,
/// 32 bytes, which ``ssh-keygen -l`` shows in base64.
///
/// Raises TypeError for hash functions other than SHA256, SHA1 and MD5, and ValueError for keys
/// that OpenSSH has not.
#[pyfunction]
fn ssh_key_fingerprint<'py>(
    py: Python<'py>,
    key: &Bound<'py, PyAny>,
    hash_algorithm: &Bound<'py, PyAny>,
) -> CallResult<Bound<'py, PyBytes>> {
    let algorithm = if is_algorithm(hash_algorithm)? { Some(algorithm_of(hash_algorithm)?) } else { None };
    let Some(algorithm @ (HashAlgorithm::Md5 | HashAlgorithm::Sha1 | HashAlgorithm::Sha256)) = algorithm else {
        return Err(PyTypeError::new_err("hash_algorithm must be either MD5, SHA1, or SHA256").into());
    };
    let blob = ssh_key_of(key)?.to_openssh_blob()?;
    new_bytes(py, algorithm.digest_size(), |out| Ok(digest_into(algorithm, &blob, out)))
}

/// Holds an OpenSSH certificate: a key, what it may be used for, and an authority's signature over
/// both. load_ssh_public_identity and SSHCertificateBuilder.sign make it.
///
/// Reading one proves nothing: call verify_cert_signature, look whether signature_key() is an
/// authority to be believed, and judge the times, the principals and the critical options.
#[pyclass(frozen, module = "ironlatch.hazmat.primitives.serialization.ssh")]
pub(crate) struct SSHCertificate {
    pub(crate) inner: core::Certificate,
}

#[pymethods]
impl SSHCertificate {
    /// The random part, which makes the signed text unforeseeable, mostly 32 bytes.
    #[getter]
    fn nonce<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.inner.nonce())
    }

    /// The certified key.
    fn public_key<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        public_object(py, self.inner.key().key().clone())
    }

    /// The authority's number for the certificate.
    #[getter]
    fn serial(&self) -> u64 {
        self.inner.terms().serial
    }

    /// Whom the certificate is for: users or hosts.
    #[getter]
    fn r#type<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let name = match self.inner.terms().certificate_type {
            CertificateType::User => "USER",
            CertificateType::Host => "HOST",
        };
        types::SSH_CERTIFICATE_TYPE.get(py)?.getattr(name)
    }

    /// The authority's name for the certificate, which servers log.
    #[getter]
    fn key_id<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.inner.terms().key_id)
    }

    /// The users or hosts that the certificate is for. An empty list means any.
    #[getter]
    fn valid_principals<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.inner.terms().principals.iter().map(|name| PyBytes::new(py, name)))
    }

    /// The first second in which the certificate is valid no more, in Unix time; 2**64 - 1 means
    /// never.
    #[getter]
    fn valid_before(&self) -> u64 {
        self.inner.terms().valid_before
    }

    /// The first second in which the certificate is valid, in Unix time.
    #[getter]
    fn valid_after(&self) -> u64 {
        self.inner.terms().valid_after
    }

    /// Restrictions by name: a server must refuse a certificate with one that it does not know.
    #[getter]
    fn critical_options<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        dictionary(py, &self.inner.terms().critical_options)
    }

    /// Permissions by name.
    #[getter]
    fn extensions<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        dictionary(py, &self.inner.terms().extensions)
    }

    /// The authority's key. Raises ValueError if it is malformed, and UnsupportedAlgorithm if its
    /// type is not known.
    fn signature_key<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        public_object(py, self.inner.signature_key()?.into_key())
    }

    /// The certificate as OpenSSH's line, without a comment.
    fn public_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.inner.to_line())
    }

    /// Raises InvalidSignature unless the key in the certificate, that of signature_key(), has
    /// signed it. Whether that key is one to be believed is yours to judge.
    fn verify_cert_signature(&self, py: Python<'_>) -> CallResult<()> {
        Ok(detach(py, || self.inner.verify_signature())?)
    }
}

/// Builds an OpenSSH certificate step by step. Every method returns a new builder, and each can be
/// called once, but for those that add.
///
/// public_key, type, valid_after, valid_before and one of valid_principals and
/// valid_for_all_principals are needed.
#[pyclass(frozen, module = "ironlatch.hazmat.primitives.serialization.ssh")]
#[derive(Clone, Default)]
pub(crate) struct SSHCertificateBuilder {
    public_key: Option<PublicKey>,
    serial: Option<u64>,
    certificate_type: Option<CertificateType>,
    key_id: Option<Vec<u8>>,
    principals: Vec<Vec<u8>>,
    for_all: bool,
    valid_before: Option<u64>,
    valid_after: Option<u64>,
    critical_options: Vec<NamedValue>,
    extensions: Vec<NamedValue>,
}

#[pymethods]
impl SSHCertificateBuilder {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    /// Sets the key to certify: RSA, Ed25519, or one on P-256, P-384 or P-521.
    fn public_key(&self, public_key: &Bound<'_, PyAny>) -> PyResult<Self> {
        let key = public_key_of(public_key);
        let Some(key @ (PublicKey::Ec(_) | PublicKey::Rsa(_) | PublicKey::Ed25519(_))) = key else {
            return Err(PyTypeError::new_err("Unsupported key type"));
        };
        unset(self.public_key.as_ref(), "public_key")?;
        Ok(Self { public_key: Some(key), ..self.clone() })
    }

    /// Sets the authority's number for the certificate, below 2**64. It is 0 if not set. Raises
    /// ValueError for another number or the second time, and TypeError if it is no ``int``.
    fn serial(&self, serial: &Bound<'_, PyAny>) -> PyResult<Self> {
        if !serial.is_instance_of::<PyInt>() {
            return Err(PyTypeError::new_err("serial must be an integer"));
        }
        let number = serial.extract().map_err(|_| PyValueError::new_err("serial must be between 0 and 2**64"))?;
        unset(self.serial.as_ref(), "serial")?;
        Ok(Self { serial: Some(number), ..self.clone() })
    }

    /// Sets whom the certificate is for. Raises TypeError for anything but an SSHCertificateType,
    /// and ValueError the second time.
    fn r#type(&self, py: Python<'_>, r#type: &Bound<'_, PyAny>) -> PyResult<Self> {
        if !types::SSH_CERTIFICATE_TYPE.is_type_of(r#type)? {
            return Err(PyTypeError::new_err("type must be an SSHCertificateType"));
        }
        unset(self.certificate_type.as_ref(), "type")?;
        let host = types::SSH_CERTIFICATE_TYPE.get(py)?.getattr("HOST")?;
        let chosen = if r#type.is(&host) { CertificateType::Host } else { CertificateType::User };
        Ok(Self { certificate_type: Some(chosen), ..self.clone() })
    }

    /// Sets the authority's name for the certificate, which servers log. It is empty if not set.
    /// Raises TypeError if it is not ``bytes``, and ValueError the second time.
    fn key_id(&self, key_id: &Bound<'_, PyAny>) -> PyResult<Self> {
        let bytes = bytes_of(key_id, "key_id must be bytes")?;
        unset(self.key_id.as_ref(), "key_id")?;
        Ok(Self { key_id: Some(bytes), ..self.clone() })
    }

    /// Sets the users or hosts that the certificate is for: 1 to 256 names. Raises TypeError if
    /// they are not a list of ``bytes``, and ValueError for another number of them, the second
    /// time, and after valid_for_all_principals.
    fn valid_principals(&self, valid_principals: &Bound<'_, PyAny>) -> PyResult<Self> {
        const WRONG: &str = "principals must be a list of bytes and can't be empty";
        if self.for_all {
            return Err(PyValueError::new_err("Principals can't be set because the cert is valid for all principals"));
        }
        let names = valid_principals.try_iter()?.map(|name| bytes_of(&name?, WRONG)).collect::<PyResult<Vec<_>>>()?;
        if names.is_empty() {
            return Err(PyTypeError::new_err(WRONG));
        }
        unset((!self.principals.is_empty()).then_some(&()), "valid_principals")?;
        if names.len() > core::MAX_PRINCIPALS {
            return Err(PyValueError::new_err("Reached or exceeded the maximum number of valid_principals"));
        }
        Ok(Self { principals: names, ..self.clone() })
    }

    /// Makes the certificate valid for any user or host. Raises ValueError the second time, and
    /// after valid_principals.
    fn valid_for_all_principals(&self) -> PyResult<Self> {
        if !self.principals.is_empty() {
            let message = "valid_principals already set, can't set valid_for_all_principals";
            return Err(PyValueError::new_err(message));
        }
        unset(self.for_all.then_some(&()), "valid_for_all_principals")?;
        Ok(Self { for_all: true, ..self.clone() })
    }

    /// Sets the first second in which the certificate is valid no more, in Unix time; 2**64 - 1
    /// means never. Raises TypeError if it is no number, and ValueError for one out of range or the
    /// second time.
    fn valid_before(&self, valid_before: &Bound<'_, PyAny>) -> PyResult<Self> {
        let time = time_of(valid_before, "valid_before")?;
        unset(self.valid_before.as_ref(), "valid_before")?;
        Ok(Self { valid_before: Some(time), ..self.clone() })
    }

    /// Sets the first second in which the certificate is valid, in Unix time. Raises TypeError if
    /// it is no number, and ValueError for one out of range or the second time.
    fn valid_after(&self, valid_after: &Bound<'_, PyAny>) -> PyResult<Self> {
        let time = time_of(valid_after, "valid_after")?;
        unset(self.valid_after.as_ref(), "valid_after")?;
        Ok(Self { valid_after: Some(time), ..self.clone() })
    }

    /// Adds a restriction, ``force-command`` for example, with its value or an empty one. Raises
    /// TypeError if one is not ``bytes``, and ValueError for a name that is there already.
    fn add_critical_option(&self, name: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let named = named(&self.critical_options, name, value, "critical option")?;
        Ok(Self { critical_options: named, ..self.clone() })
    }

    /// Adds a permission, ``permit-pty`` for example, with its value or an empty one. Raises
    /// TypeError if one is not ``bytes``, and ValueError for a name that is there already.
    fn add_extension(&self, name: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let named = named(&self.extensions, name, value, "extension")?;
        Ok(Self { extensions: named, ..self.clone() })
    }

    /// Signs the certificate with the authority's key, an RSA key with SHA-512.
    ///
    /// Raises TypeError for keys that make no SSH signatures, and ValueError if something needed
    /// was not set, the times contradict each other, or OpenSSH has no such keys.
    fn sign(&self, py: Python<'_>, private_key: &Bound<'_, PyAny>) -> CallResult<SSHCertificate> {
        let authority = private_key_of(private_key);
        let Some(authority @ (PrivateKey::Ec(_) | PrivateKey::Rsa(_) | PrivateKey::Ed25519(_))) = authority else {
            return Err(PyTypeError::new_err("Unsupported private key type").into());
        };
        let key = set(self.public_key.clone(), "public_key")?;
        let certificate_type = set(self.certificate_type, "type")?;
        if self.principals.is_empty() && !self.for_all {
            let message = "valid_principals must be set if valid_for_all_principals is False";
            return Err(PyValueError::new_err(message).into());
        }
        let valid_before = set(self.valid_before, "valid_before")?;
        let terms = Terms {
            serial: self.serial.unwrap_or_default(),
            certificate_type,
            key_id: self.key_id.clone().unwrap_or_default(),
            principals: self.principals.clone(),
            valid_after: set(self.valid_after, "valid_after")?,
            valid_before,
            critical_options: self.critical_options.clone(),
            extensions: self.extensions.clone(),
        };
        let key = core::SshPublicKey::new(key)?;
        // Asked for by its name each time, as tests put a function of their own in its place.
        let nonce = py.import("os")?.call_method1("urandom", (core::NONCE_LEN,))?;
        let nonce: Vec<u8> = nonce.extract()?;
        Ok(SSHCertificate { inner: detach(py, || core::Certificate::sign(&key, terms, &nonce, &authority))? })
    }
}

/// The key in a public key object of a type that OpenSSH has.
fn ssh_key_of(object: &Bound<'_, PyAny>) -> CallResult<PublicKey> {
    public_key_of(object).ok_or_else(|| PyValueError::new_err("Unsupported key type").into())
}

fn dsa_dropped(place: &str) -> CallError {
    let message = format!("DSA keys aren't supported {place}: OpenSSH has dropped them");
    Error::unsupported(Unsupported::Ssh, message).into()
}

fn dictionary<'py>(py: Python<'py>, named: &[NamedValue]) -> PyResult<Bound<'py, PyDict>> {
    let dictionary = PyDict::new(py);
    for (name, value) in named {
        dictionary.set_item(PyBytes::new(py, name), PyBytes::new(py, value))?;
    }
    Ok(dictionary)
}

/// Fails if `value` is there.
fn unset<T>(value: Option<&T>, name: &str) -> PyResult<()> {
    match value {
        Some(_) => Err(PyValueError::new_err(format!("{name} already set"))),
        None => Ok(()),
    }
}

fn set<T>(value: Option<T>, name: &str) -> PyResult<T> {
    value.ok_or_else(|| PyValueError::new_err(format!("{name} must be set")))
}

fn bytes_of(object: &Bound<'_, PyAny>, message: &'static str) -> PyResult<Vec<u8>> {
    match object.cast::<PyBytes>() {
        Ok(bytes) => Ok(bytes.as_bytes().to_vec()),
        Err(_) => Err(PyTypeError::new_err(message)),
    }
}

/// Seconds, of which a fraction is cut off.
fn time_of(object: &Bound<'_, PyAny>, name: &str) -> PyResult<u64> {
    let whole = if object.is_instance_of::<PyFloat>() {
        object.py().get_type::<PyInt>().call1((object,))?
    } else if object.is_instance_of::<PyInt>() {
        object.clone()
    } else {
        return Err(PyTypeError::new_err(format!("{name} must be an int or float")));
    };
    whole.extract().map_err(|_| PyValueError::new_err(format!("{name} must [0, 2**64)")))
}

fn named(
    present: &[NamedValue],
    name: &Bound<'_, PyAny>,
    value: &Bound<'_, PyAny>,
    what: &str,
) -> PyResult<Vec<NamedValue>> {
    const WRONG: &str = "name and value must be bytes";
    let (name, value) = (bytes_of(name, WRONG)?, bytes_of(value, WRONG)?);
    if present.iter().any(|(present, _)| *present == name) {
        return Err(PyValueError::new_err(format!("Duplicate {what} name")));
    }
    Ok(present.iter().cloned().chain([(name, value)]).collect())
}

/// The peer's words.
const SSH_DSA_READ: &CStr = c"SSH DSA keys are deprecated and will be removed in a future release.";

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod ssh {
    #[pymodule_export]
    use super::{
        SSHCertificate, SSHCertificateBuilder, load_ssh_private_key, load_ssh_public_identity, load_ssh_public_key,
        serialize_ssh_public_key, ssh_key_fingerprint,
    };
}
