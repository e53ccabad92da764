//! `ironlatch.hazmat.primitives.serialization.pkcs12`.

use std::collections::hash_map::DefaultHasher;
use std::ffi::CString;
use std::hash::{Hash, Hasher};

use ironlatch::cms::Error;
use ironlatch::cms::pkcs12::{
    CertificateEntry, Contents, ITERATIONS, KeyAndCertificates, NewCertificate, NewKey, Protection, write,
};
use ironlatch::hash::HashAlgorithm;
use ironlatch::keys::pbes::Scheme;
use pyo3::exceptions::{PyUserWarning, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};
use zeroize::Zeroizing;

use crate::buffer::{Input, SecretInput, detach};
use crate::errors::{CallError, CallResult};
use crate::hash::hashes::algorithm_of;
use crate::keys::formats::PrivateFormat;
use crate::keys::objects::{private_key_of, private_object};
use crate::types;
use crate::x509::certificate::{Certificate, object};
use crate::x509::signature::public_key_info;

/// A certificate and the name that its file has for it, in UTF-8; `None` where there is none.
/// Raises TypeError for objects of other types.
#[pyclass(frozen, module = "ironlatch.hazmat.primitives.serialization.pkcs12")]
pub(crate) struct PKCS12Certificate {
    /// The certificate.
    #[pyo3(get)]
    certificate: Py<Certificate>,
    /// The name in UTF-8, or None.
    #[pyo3(get)]
    friendly_name: Option<Py<PyBytes>>,
}

#[pymethods]
impl PKCS12Certificate {
    #[new]
    #[pyo3(signature = (cert, friendly_name = None))]
    fn new(cert: Py<Certificate>, friendly_name: Option<Py<PyBytes>>) -> Self {
        Self { certificate: cert, friendly_name }
    }

    fn __eq__(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> Option<bool> {
        let other = other.cast::<Self>().ok()?.get();
        Some(self.name(py) == other.name(py) && self.certificate.get().inner == other.certificate.get().inner)
    }

    fn __hash__(&self, py: Python<'_>) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.name(py), &self.certificate.get().inner).hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self, py: Python<'_>) -> CallResult<String> {
        let certificate = self.certificate.bind(py).repr()?;
        let name = match &self.friendly_name {
            Some(name) => name.bind(py).repr()?.to_string(),
            None => "None".to_owned(),
        };
        Ok(format!("<PKCS12Certificate({certificate}, friendly_name={name})>"))
    }
}

impl PKCS12Certificate {
    fn name<'a>(&'a self, py: Python<'a>) -> Option<&'a [u8]> {
        self.friendly_name.as_ref().map(|name| name.as_bytes(py))
    }

    fn of<'py>(py: Python<'py>, entry: &CertificateEntry) -> CallResult<Bound<'py, Self>> {
        let certificate = object(py, entry.certificate.clone())?.unbind();
        let friendly_name = name_object(py, entry.name.as_deref());
        Ok(Bound::new(py, Self { certificate, friendly_name })?)
    }
}

fn name_object(py: Python<'_>, name: Option<&str>) -> Option<Py<PyBytes>> {
    name.map(|name| PyBytes::new(py, name.as_bytes()).unbind())
}

/// The key, its certificate, and the others.
type Loaded<'py> = (Bound<'py, PyAny>, Option<Bound<'py, Certificate>>, Bound<'py, PyList>);

/// Reads a PKCS #12 file: its key, the certificate of the key, and the other certificates.
///
/// `data` is bytes-like; `password` is bytes-like or SecretBytes, in UTF-8, or None, which is the
/// same as an empty one. Of several keys the first is read: load_pkcs12_contents has all. Returns a
/// tuple of the key or None, the certificate or None, and a list of certificates.
///
/// Raises ValueError if the password is wrong, or the file cannot be read; the message says which,
/// where the file lets one tell. Warns with UserWarning if the file is not strictly in DER.
#[pyfunction]
#[pyo3(signature = (data, password, backend = None))]
fn load_key_and_certificates<'py>(
    py: Python<'py>,
    data: Input<'_>,
    password: Option<SecretInput<'_>>,
    backend: Option<&Bound<'_, PyAny>>,
) -> CallResult<Loaded<'py>> {
    let _ = backend; // Taken for programs that still name one.
    let file = load(py, &data, password.as_ref(), KeyAndCertificates::read)?;
    warn_of(py, file.irregularity.as_ref())?;
    let key = file.key.map_or_else(|| Ok(py.None().into_bound(py)), |entry| private_object(py, entry.key))?;
    let certificate = file.certificate.map(|entry| object(py, entry.certificate)).transpose()?;
    let others = file.others.into_iter().map(|entry| object(py, entry.certificate)).collect::<CallResult<Vec<_>>>()?;
    Ok((key, certificate, PyList::new(py, others)?))
}

/// Reads a PKCS #12 file like load_key_and_certificates, into a PKCS12KeyAndCertificates, which has
/// the names of the certificates too.
///
/// Arguments and warnings are those of load_key_and_certificates. Raises ValueError as that does.
#[pyfunction]
#[pyo3(signature = (data, password, backend = None))]
fn load_pkcs12<'py>(
    py: Python<'py>,
    data: Input<'_>,
    password: Option<SecretInput<'_>>,
    backend: Option<&Bound<'_, PyAny>>,
) -> CallResult<Bound<'py, PyAny>> {
    let _ = backend;
    let file = load(py, &data, password.as_ref(), KeyAndCertificates::read)?;
    warn_of(py, file.irregularity.as_ref())?;
    let key = file.key.map_or_else(|| Ok(py.None().into_bound(py)), |entry| private_object(py, entry.key))?;
    let certificate = file.certificate.map(|entry| PKCS12Certificate::of(py, &entry)).transpose()?;
    let others = file.others.iter().map(|entry| PKCS12Certificate::of(py, entry)).collect::<CallResult<Vec<_>>>()?;
    Ok(types::PKCS12_KEY_AND_CERTIFICATES.get(py)?.call1((key, certificate, others))?)
}

/// Reads all that is in a PKCS #12 file, such as a key store of Java with several keys, into a
/// PKCS12Contents.
///
/// Arguments and warnings are those of load_key_and_certificates. Raises ValueError as that does.
#[pyfunction]
fn load_pkcs12_contents<'py>(
    py: Python<'py>,
    data: Input<'_>,
    password: Option<SecretInput<'_>>,
) -> CallResult<Bound<'py, PyAny>> {
    let contents = load(py, &data, password.as_ref(), Contents::read)?;
    warn_of(py, contents.irregularity.as_ref())?;
    let mut keys = Vec::with_capacity(contents.keys.len());
    for entry in &contents.keys {
        let chain = contents.chain(entry);
        let chain = chain.into_iter().map(|entry| PKCS12Certificate::of(py, entry)).collect::<CallResult<Vec<_>>>()?;
        let name = name_object(py, entry.name.as_deref());
        keys.push(types::PKCS12_KEY.get(py)?.call1((private_object(py, entry.key.clone())?, name, chain))?);
    }
    let certificates = &contents.certificates;
    let certificates =
        certificates.iter().map(|entry| PKCS12Certificate::of(py, entry)).collect::<CallResult<Vec<_>>>()?;
    let skipped: Vec<_> =
        contents.skipped.iter().map(|skipped| (&skipped.kind, name_object(py, skipped.name.as_deref()))).collect();
    Ok(types::PKCS12_CONTENTS.get(py)?.call1((keys, certificates, skipped, contents.is_authenticated))?)
}

fn load<T: Send>(
    py: Python<'_>,
    data: &Input<'_>,
    password: Option<&SecretInput<'_>>,
    read: impl FnOnce(&[u8], Option<&[u8]>) -> ironlatch::cms::Result<T> + Send,
) -> CallResult<T> {
    let (data, password) = (data.as_slice(), password.map(SecretInput::as_slice));
    detach(py, || read(data, password)).map_err(|error| refused(&error).unwrap_or_else(|| error.into()))
}

/// The peer's words, which programs look for, and what was wrong.
fn refused(error: &Error) -> Option<CallError> {
    let words = match error {
        Error::WrongKind { .. } => "Could not deserialize PKCS12 data",
        Error::Malformed(malformed) if !malformed.path.starts_with("authSafe") => "Could not deserialize PKCS12 data",
        Error::X509(_) | Error::Core(ironlatch::Error::OutOfMemory(_)) => return None,
        _ => "Invalid password or PKCS12 data",
    };
    Some(PyValueError::new_err(format!("{words}: {error}")).into())
}

fn warn_of(py: Python<'_>, irregularity: Option<&Error>) -> PyResult<()> {
    let Some(error) = irregularity else { return Ok(()) };
    let message = format!("the PKCS #12 file is not strictly in DER, and was read all the same: {error}");
    PyErr::warn(py, py.get_type::<PyUserWarning>().as_any(), &CString::new(message)?, 1)
}

#[derive(FromPyObject)]
enum CertificateOrPKCS12Certificate {
    Certificate(Py<Certificate>),
    Named(Py<PKCS12Certificate>),
}

impl CertificateOrPKCS12Certificate {
    fn to_new<'a>(&'a self, py: Python<'a>) -> CallResult<NewCertificate<'a>> {
        match self {
            Self::Certificate(certificate) => Ok(NewCertificate::new(&certificate.get().inner)),
            Self::Named(named) => to_new(py, named.get()),
        }
    }
}

fn to_new<'a>(py: Python<'a>, named: &'a PKCS12Certificate) -> CallResult<NewCertificate<'a>> {
    let name = named.name(py).map(text).transpose()?;
    Ok(NewCertificate { name, ..NewCertificate::new(&named.certificate.get().inner) })
}

fn text(name: &[u8]) -> CallResult<&str> {
    core::str::from_utf8(name).map_err(|_| PyValueError::new_err("friendly_name must be valid UTF-8").into())
}

/// Writes a PKCS #12 file.
///
/// `name` is bytes in UTF-8 or None, for the key and its certificate; `key` a private key or None;
/// `cert` the certificate of the key or None; `cas` more certificates, each a Certificate or a
/// PKCS12Certificate, or None. `encryption_algorithm` is NoEncryption(), BestAvailableEncryption,
/// or what `PrivateFormat.PKCS12.encryption_builder()` builds.
///
/// Raises ValueError if key and certificate do not belong together, a name or the password is not
/// UTF-8, or the encryption is of another format; TypeError for anything else in these places.
#[pyfunction]
fn serialize_key_and_certificates<'py>(
    py: Python<'py>,
    name: Option<Bound<'py, PyBytes>>,
    key: Option<Bound<'py, PyAny>>,
    cert: Option<Bound<'py, Certificate>>,
    cas: Option<Bound<'py, PyAny>>,
    encryption_algorithm: Bound<'py, PyAny>,
) -> CallResult<Bound<'py, PyBytes>> {
    let encryption = FileEncryption::of(&encryption_algorithm)?;
    let name = name.as_ref().map(|name| text(name.as_bytes())).transpose()?;
    let mut more = Vec::new();
    if let Some(cas) = cas {
        for certificate in cas.try_iter()? {
            more.push(certificate?.extract::<CertificateOrPKCS12Certificate>()?);
        }
    }
    let id = match (&cert, &key) {
        (Some(cert), Some(key)) => Some(local_key_id(cert.get(), key)?),
        _ => None,
    };
    let own = cert.as_ref().map(|cert| NewCertificate {
        name,
        local_key_id: id.as_deref(),
        ..NewCertificate::new(&cert.get().inner)
    });
    let mut certificates: Vec<_> = own.into_iter().collect();
    for certificate in &more {
        certificates.push(certificate.to_new(py)?);
    }
    let info = key.as_ref().map(private_key_info).transpose()?;
    let key = info.as_ref().map(|info| NewKey { info, name, local_key_id: id.as_deref() });
    encryption.write(py, &certificates, key)
}

/// Writes a PKCS #12 file of certificates that Java trusts, for `-Djavax.net.ssl.trustStore`.
///
/// `certs` holds PKCS12Certificates: their names are the aliases. `encryption_algorithm` is as in
/// serialize_key_and_certificates.
///
/// Raises ValueError if a name or the password is not UTF-8, or the encryption is of another
/// format, and TypeError for anything else in these places.
#[pyfunction]
fn serialize_java_truststore<'py>(
    py: Python<'py>,
    certs: Vec<Py<PKCS12Certificate>>,
    encryption_algorithm: Bound<'py, PyAny>,
) -> CallResult<Bound<'py, PyBytes>> {
    let encryption = FileEncryption::of(&encryption_algorithm)?;
    let mut certificates = Vec::with_capacity(certs.len());
    for certificate in &certs {
        certificates.push(NewCertificate { is_java_trusted: true, ..to_new(py, certificate.get())? });
    }
    encryption.write(py, &certificates, None)
}

/// Returns what key and certificate both get, so that they are found to belong together: the
/// certificate's SHA-1, as other programs have it. ValueError if they do not.
fn local_key_id(certificate: &Certificate, key: &Bound<'_, PyAny>) -> CallResult<Vec<u8>> {
    let own = certificate.inner.public_key()?.to_spki_der()?;
    if own != public_key_info(&key.call_method0(intern!(key.py(), "public_key"))?)? {
        return Err(PyValueError::new_err("Certificate public key and provided private key do not match").into());
    }
    Ok(certificate.inner.fingerprint(HashAlgorithm::Sha1))
}

/// The `PrivateKeyInfo` of any object with the methods of a private key, in DER.
fn private_key_info(key: &Bound<'_, PyAny>) -> CallResult<Zeroizing<Vec<u8>>> {
    if let Some(key) = private_key_of(key) {
        return Ok(key.to_pkcs8_der()?);
    }
    let serialization = key.py().import("ironlatch.hazmat.primitives._serialization")?;
    let encoding = serialization.getattr("Encoding")?.getattr("DER")?;
    let format = serialization.getattr("PrivateFormat")?.getattr("PKCS8")?;
    let plain = types::NO_KEY_ENCRYPTION.get(key.py())?.call0()?;
    let der = key.call_method1(intern!(key.py(), "private_bytes"), (encoding, format, plain))?;
    Ok(Zeroizing::new(der.cast::<PyBytes>().map_err(PyErr::from)?.as_bytes().to_vec()))
}

/// An object of the class `KeySerializationEncryption`, taken apart.
struct FileEncryption<'py> {
    password: Option<Bound<'py, PyAny>>,
    encryption: Option<Scheme>,
    mac: HashAlgorithm,
}

impl<'py> FileEncryption<'py> {
    fn of(object: &Bound<'py, PyAny>) -> CallResult<Self> {
        let py = object.py();
        let Protection { encryption: best, mac, .. } = Protection::new(b"");
        let password = || object.getattr(intern!(py, "password")).map(Some);
        if types::NO_KEY_ENCRYPTION.is_type_of(object)? {
            return Ok(Self { password: None, encryption: None, mac });
        }
        if types::BEST_KEY_ENCRYPTION.is_type_of(object)? {
            return Ok(Self { password: password()?, encryption: best, mac });
        }
        let is_ours = types::BUILT_KEY_ENCRYPTION.is_type_of(object)?
            && object
                .getattr(intern!(py, "_format"))?
                .cast::<PrivateFormat>()
                .is_ok_and(|format| *format.get() == PrivateFormat::Pkcs12);
        if !is_ours {
            return Err(PyValueError::new_err("Unsupported key encryption type").into());
        }
        let iterations = object.getattr(intern!(py, "_kdf_rounds"))?.extract::<Option<u32>>()?;
        let iterations = iterations.unwrap_or(ITERATIONS);
        let chosen = object.getattr(intern!(py, "_key_cert_algorithm"))?;
        let is_old = chosen.is(types::PBES.get(py)?.getattr(intern!(py, "PBESv1SHA1And3KeyTripleDESCBC"))?);
        let encryption =
            if is_old { Scheme::Sha1TripleDes { iterations } } else { Scheme::Pbes2Sha256Aes256 { iterations } };
        let hash = object.getattr(intern!(py, "_hmac_hash"))?;
        let mac = if hash.is_none() { mac } else { algorithm_of(&hash)? };
        Ok(Self { password: password()?, encryption: Some(encryption), mac })
    }

    fn write(
        &self,
        py: Python<'py>,
        certificates: &[NewCertificate<'_>],
        key: Option<NewKey<'_>>,
    ) -> CallResult<Bound<'py, PyBytes>> {
        let password: Option<SecretInput<'_>> =
            self.password.as_ref().map(|password| password.extract()).transpose()?;
        let protection = Protection {
            password: password.as_ref().map_or(b"", SecretInput::as_slice),
            encryption: self.encryption,
            mac: self.mac,
        };
        let file = detach(py, || write(certificates, key, &protection)).map(Zeroizing::new)?;
        Ok(PyBytes::new(py, &file))
    }
}

#[pymodule]
#[pyo3(submodule)]
#[allow(clippy::module_inception)] // The module of Python has the name of the file.
pub(crate) mod pkcs12 {
    #[pymodule_export]
    use super::{
        PKCS12Certificate, load_key_and_certificates, load_pkcs12, load_pkcs12_contents, serialize_java_truststore,
        serialize_key_and_certificates,
    };
}
