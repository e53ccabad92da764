//! `ironlatch.ssh`: public keys with what stands around them, signatures of files, PuTTY's keys.

use std::time::{SystemTime, UNIX_EPOCH};

use ironlatch::asymmetric::rsa::Checks;
use ironlatch::kdf::argon2::Cost;
use ironlatch::keys::ssh::{
    self as core, AllowedSigners, FileSignature, Identity, Line, LocalTime, PpkFile, PpkVersion,
};
use ironlatch::keys::{PrivateKey, PublicKey};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::objects::{private_key_of, private_object, public_key_of, public_object};
use super::ssh::SSHCertificate;
use crate::buffer::{Input, SecretInput, detach};
use crate::errors::CallResult;
use crate::types;

// `help` shows a default that is a literal.
const _: () = assert!(core::DEFAULT_PPK_COST.memory_cost == 8192 && core::DEFAULT_PPK_COST.iterations == 13);

/// Holds a public key as it stands in ``id_ed25519.pub`` or ``authorized_keys``: the key, and what
/// the plain key objects have no place for. Two are equal if their keys are.
///
/// ``key`` is a public key object of a type that OpenSSH has; it raises TypeError for anything
/// else, and ValueError for types and curves that OpenSSH has not.
#[pyclass(frozen, eq, module = "ironlatch.ssh")]
pub(crate) struct SshPublicKey {
    key: core::SshPublicKey,
    options: Vec<u8>,
    comment: Vec<u8>,
}

impl PartialEq for SshPublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

#[pymethods]
impl SshPublicKey {
    #[new]
    #[pyo3(signature = (key, *, comment = ""))]
    fn new(key: &Bound<'_, PyAny>, comment: &str) -> CallResult<Self> {
        let key = core::SshPublicKey::new(public_key(key)?)?;
        if comment.contains(['\n', '\r']) {
            return Err(PyValueError::new_err("the comment of an SSH key is one line").into());
        }
        Ok(Self { key, options: Vec::new(), comment: comment.as_bytes().to_vec() })
    }

    /// Reads a line, with options before it or not, or a block of RFC 4716.
    ///
    /// Raises ValueError if it cannot be read, and UnsupportedAlgorithm for types of keys that are
    /// not known, and for certificates.
    #[staticmethod]
    fn parse(data: Input<'_>) -> CallResult<Self> {
        let line = Line::read(data.as_slice())?;
        Ok(Self { key: line.key()?, options: line.options().to_vec(), comment: line.comment().to_vec() })
    }

    /// The key, as an object of its class. Of one in a security key, only Signature.verify tells
    /// whether a signature is good: what the device signs is not the message alone.
    #[getter]
    fn key<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        public_object(py, self.key.key().clone())
    }

    /// The type of the key, ``ssh-ed25519`` or ``sk-ssh-ed25519@openssh.com`` for example.
    #[getter]
    fn kind(&self) -> &'static str {
        self.key.kind()
    }

    /// The application of a key in a security key, ``ssh:`` for example; None for keys of files.
    #[getter]
    fn application<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        self.key.application().map(|application| PyBytes::new(py, application))
    }

    /// The options before the type in ``authorized_keys``: often empty.
    #[getter]
    fn options<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.options)
    }

    /// The comment behind the key: often empty, or a mail address.
    #[getter]
    fn comment<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.comment)
    }

    /// The fingerprint as ``ssh-keygen -l`` shows it: ``SHA256:`` and 43 letters.
    #[getter]
    fn fingerprint(&self) -> String {
        self.key.fingerprint()
    }

    /// The line, with its options and its comment and without an end of line. A key in a security
    /// key is written as one.
    fn to_line<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let parts = [&self.options[..], &self.key.to_line(), &self.comment];
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        PyBytes::new(py, &parts.join(&b' '))
    }

    fn __hash__(&self) -> u64 {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        self.key.to_blob().hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self) -> String {
        format!("SshPublicKey(<{} {}>)", self.key.kind(), self.key.fingerprint())
    }
}

/// Signs a message as ``ssh-keygen -Y sign`` does, and returns the PEM text.
///
/// ``namespace`` says what the signature is for, ``file`` or ``git`` for example: it counts for
/// nothing else. ``certificate``, an SSHCertificate of the key, becomes part of the signature, so
/// that those who know its authority need not know the key. RSA keys sign with SHA-512.
///
/// Raises TypeError for keys that make no SSH signatures, and ValueError if the namespace is empty
/// or the certificate is one of another key.
#[pyfunction]
#[pyo3(signature = (key, message, namespace, *, certificate = None))]
fn sign<'py>(
    py: Python<'py>,
    key: &Bound<'py, PyAny>,
    message: Input<'_>,
    namespace: &str,
    certificate: Option<&Bound<'py, SSHCertificate>>,
) -> CallResult<Bound<'py, PyBytes>> {
    let key = private_key(key)?;
    let certificate = certificate.map(|certificate| certificate.get().inner.clone());
    let mut message = message.as_slice();
    let signature = detach(py, || match certificate {
        Some(certificate) => FileSignature::sign_certified(&key, &certificate, namespace, &mut message),
        None => FileSignature::sign(&key, namespace, &mut message),
    })?;
    Ok(PyBytes::new(py, &signature.to_pem()))
}

/// Holds a signature that ``ssh-keygen -Y sign`` or :func:`sign` made, with the key that made it.
#[pyclass(frozen, module = "ironlatch.ssh")]
pub(crate) struct Signature {
    inner: FileSignature,
}

#[pymethods]
impl Signature {
    /// Reads a signature: PEM text, or the bytes in it.
    ///
    /// Raises ValueError if it is malformed, and UnsupportedAlgorithm for types of keys that are
    /// not known and RSA signatures with SHA-1.
    #[staticmethod]
    fn parse(data: Input<'_>) -> CallResult<Self> {
        Ok(Self { inner: FileSignature::parse(data.as_slice())? })
    }

    /// The purpose that the signature is for.
    #[getter]
    fn namespace(&self) -> &str {
        self.inner.namespace()
    }

    /// The key that made the signature. Whether it is one to be believed is yours to judge, or for
    /// AllowedSigners.
    #[getter]
    fn public_key(&self) -> SshPublicKey {
        SshPublicKey { key: self.inner.key().clone(), options: Vec::new(), comment: Vec::new() }
    }

    /// The certificate of the key, if it is in the signature.
    #[getter]
    fn certificate(&self) -> Option<SSHCertificate> {
        match self.inner.identity() {
            Identity::Certificate(certificate) => Some(SSHCertificate { inner: (**certificate).clone() }),
            _ => None,
        }
    }

    /// Whether a security key says that it was touched for the signature; None for keys of files.
    #[getter]
    fn user_present(&self) -> Option<bool> {
        self.inner.presence().map(core::Presence::is_user_present)
    }

    /// Whether a security key says that it has verified who touched it; None for keys of files.
    #[getter]
    fn user_verified(&self) -> Option<bool> {
        self.inner.presence().map(core::Presence::is_user_verified)
    }

    /// Raises InvalidSignature unless the key in the signature has signed this message for the
    /// purpose ``namespace``. This proves nothing about who that is: see AllowedSigners.
    fn verify(&self, py: Python<'_>, message: Input<'_>, namespace: &str) -> CallResult<()> {
        let mut message = message.as_slice();
        Ok(detach(py, || self.inner.verify(namespace, &mut message))?)
    }

    fn __repr__(&self) -> String {
        format!("Signature(<{} for {:?}>)", self.inner.key().kind(), self.inner.namespace())
    }
}

/// Holds a list of signers, as ``ssh-keygen -Y verify -f`` reads it: principals, mostly mail
/// addresses, with the keys or authorities that sign for them.
#[pyclass(frozen, name = "AllowedSigners", module = "ironlatch.ssh")]
pub(crate) struct PyAllowedSigners {
    inner: AllowedSigners,
}

#[pymethods]
impl PyAllowedSigners {
    /// Reads the text of a list, a signer a line: principals, options (``cert-authority``,
    /// ``namespaces=…``, ``valid-after=…``, ``valid-before=…``), key. Times without a Z are local.
    ///
    /// Raises ValueError with the line's number if one is malformed.
    #[staticmethod]
    fn parse(py: Python<'_>, data: Input<'_>) -> CallResult<Self> {
        let zone = |time: LocalTime| -> Option<i64> {
            let LocalTime { year, month, day, hour, minute, second } = time;
            let parts = (year, month, day, hour, minute, second, 0, 0, -1);
            let unix: f64 = types::MKTIME.get(py).ok()?.call1((parts,)).ok()?.extract().ok()?;
            #[allow(clippy::cast_possible_truncation)] // Whole seconds of a year with four digits.
            Some(unix as i64)
        };
        Ok(Self { inner: AllowedSigners::parse(data.as_slice(), &zone)? })
    }

    /// Raises InvalidSignature, with the reason, unless ``signature`` is one of this message for
    /// the purpose ``namespace`` by a key that the list has for ``principal``, at the Unix time
    /// ``now``: the present if not given.
    #[pyo3(signature = (signature, message, *, principal, namespace, now = None))]
    fn verify(
        &self,
        py: Python<'_>,
        signature: &Bound<'_, Signature>,
        message: Input<'_>,
        principal: &str,
        namespace: &str,
        now: Option<i64>,
    ) -> CallResult<()> {
        let (signature, mut message) = (&signature.get().inner, message.as_slice());
        let now = now.unwrap_or_else(present);
        Ok(detach(py, || self.inner.verify(signature, principal, namespace, &mut message, now))?)
    }

    /// Returns the principals, as the lines have them, whom the signature may be of at the Unix
    /// time ``now``. The signature itself is not verified.
    #[pyo3(signature = (signature, *, now = None))]
    fn find_principals(&self, signature: &Bound<'_, Signature>, now: Option<i64>) -> Vec<&str> {
        self.inner.find_principals(&signature.get().inner, now.unwrap_or_else(present))
    }

    fn __len__(&self) -> usize {
        self.inner.signers().len()
    }
}

/// Reads a private key of PuTTY's, ``.ppk`` of version 2 or 3, and returns an object of its class.
///
/// ``password`` is bytes-like or SecretBytes; an empty one counts as none.
///
/// Raises ValueError if the key cannot be read, the password is wrong, or the file asks for too
/// much work; TypeError if a password is missing or superfluous; UnsupportedAlgorithm for other
/// versions and types of keys that are not known.
#[pyfunction]
#[pyo3(signature = (data, password = None))]
fn load_ppk<'py>(
    py: Python<'py>,
    data: SecretInput<'_>,
    password: Option<SecretInput<'_>>,
) -> CallResult<Bound<'py, PyAny>> {
    let (data, password) = (data.as_slice(), password.as_ref().map(SecretInput::as_slice));
    private_object(py, detach(py, || PpkFile::parse(data)?.decrypt(password, Checks::Full))?)
}

/// Writes a private key as PuTTY's text, encrypted under ``password`` or not at all.
///
/// Version 3 derives the key from the password with Argon2id, ``passes`` times over ``memory_kib``
/// KiB. Version 2, for PuTTY before 0.75, has one pass of SHA-1, which makes passwords easy to
/// guess.
///
/// Raises TypeError for what is no private key, and ValueError for keys that SSH has not, for a
/// comment of more than one line, for other versions, and for a cost that PuTTY keys may not have.
#[pyfunction]
#[pyo3(signature = (key, password = None, *, comment = "", version = 3, memory_kib = 8192, passes = 13))]
fn private_bytes_ppk<'py>(
    py: Python<'py>,
    key: &Bound<'py, PyAny>,
    password: Option<SecretInput<'_>>,
    comment: &str,
    version: u32,
    memory_kib: u32,
    passes: u32,
) -> CallResult<Bound<'py, PyBytes>> {
    let key = private_key(key)?;
    let version = match version {
        2 => PpkVersion::V2,
        3 => PpkVersion::V3,
        _ => return Err(PyValueError::new_err("version must be 2 or 3").into()),
    };
    let password = password.as_ref().map(SecretInput::as_slice);
    let cost = Cost { iterations: passes, lanes: 1, memory_cost: memory_kib };
    let text = detach(py, || key.to_ppk(comment.as_bytes(), version, password, cost))?;
    Ok(PyBytes::new(py, &text))
}

fn private_key(object: &Bound<'_, PyAny>) -> CallResult<PrivateKey> {
    let wrong = || PyTypeError::new_err("key must be a private key object of a type that OpenSSH has").into();
    private_key_of(object).ok_or_else(wrong)
}

fn public_key(object: &Bound<'_, PyAny>) -> CallResult<PublicKey> {
    let wrong = || PyTypeError::new_err("key must be a public key object of a type that OpenSSH has").into();
    public_key_of(object).ok_or_else(wrong)
}

/// The present as Unix time.
fn present() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod openssh {
    #[pymodule_export]
    use super::{PyAllowedSigners, Signature, SshPublicKey, load_ppk, private_bytes_ppk, sign};
}
