//! A private authority: `Authority`, and what it issues.

use std::io::Write;
use std::path::{Path, PathBuf};

use ironlatch::asymmetric::rsa::Checks;
use ironlatch::keys::PrivateKey;
use ironlatch::oid::ObjectIdentifier;
use ironlatch::recipes::fs::{Access, Existing, NewFile, commit_together};
use ironlatch::recipes::secrets::token_hex;
use ironlatch::secret::SecretBytes;
use ironlatch::x509::issuing::{
    self as core, AlternativeName, Constraints, KeyKind, NameRange, NewAuthority, NewLeaf, NewlyRevoked, Purpose,
    Reason, Terms, Validity, distinguished_name,
};
use ironlatch::x509::{Certificate as InnerCertificate, Error, Name, Time};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};
use zeroize::Zeroizing;

use crate::buffer::{SecretInput, detach};
use crate::errors::CallResult;
use crate::keys::objects::{private_key_of, private_object};
use crate::keys::oid::oid_object;
use crate::recipes::secrets::warn_of_exposure;
use crate::x509::certificate::Certificate;
use crate::x509::crl::CertificateRevocationList;
use crate::x509::integers::unsigned_octets;
use crate::x509::request::CertificateSigningRequest;

/// A private authority, for development, tests, and the services of one house.
///
/// `certificates` are its own certificate and those above it, as far as you have them, and
/// `private_key` is the key of its own. `Authority.create` makes a new one, `Authority.load` reads
/// one from files. Raises ValueError if the certificate is not an authority's, the key is not its
/// own, or one certificate is not issued by the next.
///
/// Everything that it issues is held to the rules of verification first, with its name constraints
/// and its own end: what would not verify is not issued, and the ValueError names the rule.
///
/// Anyone who has the key of a root can pretend to be any host to everyone who trusts the root.
#[pyclass(frozen, module = "ironlatch.certificates")]
pub(crate) struct Authority {
    inner: core::Authority,
}

#[pymethods]
impl Authority {
    #[new]
    fn new(certificates: &Bound<'_, PyAny>, private_key: &Bound<'_, PyAny>) -> CallResult<Self> {
        let mut list = Vec::new();
        for certificate in certificates.try_iter()? {
            list.push(certificate?.cast_into::<Certificate>().map_err(PyErr::from)?.get().inner.clone());
        }
        Ok(Self { inner: core::Authority::new(list, key_of(private_key)?)? })
    }

    /// Makes a root, with a new key.
    ///
    /// `subject` is a `Name` or a text such as `"CN=Example Root,O=Example"`; by default it has the
    /// day and a random number. With `permitted`, domains such as `"dev.example"` and networks such
    /// as `"10.0.0.0/8"`, it may certify names in these alone, and never those in `excluded`.
    /// `path_length` is the number of authorities that may follow below it. It is valid for `days`
    /// from an hour ago on. `key_type` is one of `p256`, `p384`, `p521`, `ed25519`, `ed448`,
    /// `rsa2048`, `rsa3072`, `rsa4096` and `ml-dsa-65`; browsers take the first two and RSA.
    ///
    /// Raises ValueError for a subject, a range or a type of key that is none.
    #[staticmethod]
    #[pyo3(signature = (subject = None, *, permitted = Vec::new(), excluded = Vec::new(), path_length = None,
        days = 3650, key_type = "p256"),
        text_signature = "(subject=None, *, permitted=(), excluded=(), path_length=None, days=3650, key_type='p256')")]
    fn create(
        py: Python<'_>,
        subject: Option<&Bound<'_, PyAny>>,
        permitted: Vec<String>,
        excluded: Vec<String>,
        path_length: Option<u64>,
        days: u32,
        key_type: &str,
    ) -> CallResult<Self> {
        let subject = authority_subject(subject, "root")?;
        let constraints = Constraints { permitted: ranges(&permitted)?, excluded: ranges(&excluded)? };
        let (validity, kind) = (Validity::days(days)?, key_type.parse::<KeyKind>()?);
        let inner = detach(py, || {
            let new = NewAuthority { subject: Name::from_der(&subject)?, validity, path_length, constraints };
            core::Authority::root(&new, kind.generate()?)
        })?;
        Ok(Self { inner })
    }

    /// Reads an authority from files in PEM: its certificate, perhaps with those above it after
    /// it, and its private key. `key_path` is by default the same name with the ending `.key`, and
    /// `password` is that of an encrypted key.
    ///
    /// Raises OSError if a file cannot be read, TypeError if a password is missing or superfluous,
    /// and ValueError for what the class itself refuses, a malformed file and a wrong password.
    /// Warns with `ironlatch.secrets.ExposedFileWarning` of a key in clear that every user can
    /// read.
    #[staticmethod]
    #[pyo3(signature = (path, key_path = None, *, password = None))]
    fn load(
        py: Python<'_>,
        path: PathBuf,
        key_path: Option<PathBuf>,
        password: Option<SecretInput<'_>>,
    ) -> CallResult<Self> {
        let key_path = key_path.unwrap_or_else(|| path.with_extension("key"));
        let certificates = InnerCertificate::all_from_pem(&std::fs::read(&path).map_err(PyErr::from)?)?;
        let (contents, exposed) = SecretBytes::from_file_with_exposure(&key_path, false)?;
        let password = password.as_ref().map(SecretInput::as_slice);
        let key = detach(py, || PrivateKey::from_pem(contents.expose(), password, Checks::Full))?;
        if exposed && password.is_none() {
            warn_of_exposure(py, &key_path)?;
        }
        Ok(Self { inner: core::Authority::new(certificates, key)? })
    }

    /// The authority's certificate, and those above it.
    #[getter]
    fn certificates<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyList>> {
        certificate_list(py, self.inner.certificates())
    }

    /// The authority's private key.
    #[getter]
    fn private_key<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        private_object(py, self.inner.key().clone())
    }

    /// Makes an authority below this one, with a new key, so that the key of this one can stay
    /// locked away. It is valid no longer than this one. The arguments are those of `create`.
    ///
    /// Raises ValueError as `create` does, and if this authority may have none below it.
    #[pyo3(signature = (subject = None, *, permitted = Vec::new(), excluded = Vec::new(), path_length = None,
        days = 1825, key_type = "p256"), text_signature =
        "($self, subject=None, *, permitted=(), excluded=(), path_length=None, days=1825, key_type='p256')")]
    #[allow(clippy::too_many_arguments)] // Keywords, all but the subject.
    fn intermediate(
        &self,
        py: Python<'_>,
        subject: Option<&Bound<'_, PyAny>>,
        permitted: Vec<String>,
        excluded: Vec<String>,
        path_length: Option<u64>,
        days: u32,
        key_type: &str,
    ) -> CallResult<Self> {
        let subject = authority_subject(subject, "intermediate")?;
        let constraints = Constraints { permitted: ranges(&permitted)?, excluded: ranges(&excluded)? };
        let (validity, kind) = (Validity::days(days)?, key_type.parse::<KeyKind>()?);
        let inner = detach(py, || {
            let new = NewAuthority { subject: Name::from_der(&subject)?, validity, path_length, constraints };
            self.inner.intermediate(&new, kind.generate()?)
        })?;
        Ok(Self { inner })
    }

    /// Issues a certificate for `names`, with a new key unless `private_key` is one that you have.
    ///
    /// Names are hosts (`"*.dev.example"` for all names of one label more), IP addresses, mail
    /// addresses and URIs. `subject`, a `Name` or a text, is by default the first of them.
    /// `purposes` are some of `server`, `client`, `email` and `code-signing`. `crl_uri` is where
    /// the authority's revocation list is published. It is valid for `days` from an hour ago on,
    /// and no longer than the authority.
    ///
    /// Raises ValueError for a name that is none, names that do not fit the purposes, and what the
    /// authority may not issue; TypeError for a private key of another class than Ironlatch's.
    #[pyo3(signature = (*names, subject = None, purposes = vec!["server".into()], days = 365, key_type = "p256",
        private_key = None, crl_uri = None), text_signature = "($self, *names, subject=None, purposes=['server'], \
        days=365, key_type='p256', private_key=None, crl_uri=None)")]
    #[allow(clippy::too_many_arguments)] // Keywords, all but the names.
    fn issue(
        &self,
        py: Python<'_>,
        names: Vec<String>,
        subject: Option<&Bound<'_, PyAny>>,
        purposes: Vec<String>,
        days: u32,
        key_type: &str,
        private_key: Option<&Bound<'_, PyAny>>,
        crl_uri: Option<&str>,
    ) -> CallResult<Issued> {
        let names = alternative_names(&names)?;
        let (subject, purposes) = (subject.map(subject_der).transpose()?, purposes_of(&purposes)?);
        let (validity, kind) = (Validity::days(days)?, key_type.parse::<KeyKind>()?);
        let given = private_key.map(key_of).transpose()?;
        let (certificates, key) = detach(py, || {
            let key = given.map_or_else(|| kind.generate(), Ok)?;
            let leaf = NewLeaf {
                subject: subject.as_deref().map(Name::from_der).transpose()?,
                names: &names,
                purposes: &purposes,
                validity,
                public_key_info: &key.public_key().to_spki_der()?,
                crl: crl_uri,
            };
            Ok::<_, Error>((self.inner.issue(&leaf)?, key))
        })?;
        Ok(Issued { certificates, key: Some(key), left_out: Vec::new() })
    }

    /// Issues the certificate that `request` asks for, whose sender has the key.
    ///
    /// Its key, subject and names are taken, unless `subject` and `names` say otherwise; its other
    /// extensions never are, and `left_out` of the result lists them. The other arguments are those
    /// of `issue`.
    ///
    /// Raises InvalidSignature if the sender did not sign with the key, and ValueError as `issue`
    /// does, and if it asks to be an authority.
    #[pyo3(signature = (request, *, names = None, subject = None, purposes = vec!["server".into()], days = 365,
        crl_uri = None), text_signature = "($self, request, *, names=None, subject=None, purposes=['server'], \
        days=365, crl_uri=None)")]
    #[allow(clippy::too_many_arguments)] // Keywords, all but the request.
    fn sign_request(
        &self,
        py: Python<'_>,
        request: &Bound<'_, CertificateSigningRequest>,
        names: Option<Vec<String>>,
        subject: Option<&Bound<'_, PyAny>>,
        purposes: Vec<String>,
        days: u32,
        crl_uri: Option<&str>,
    ) -> CallResult<Issued> {
        let names = names.map(|names| alternative_names(&names)).transpose()?;
        let (subject, purposes) = (subject.map(subject_der).transpose()?, purposes_of(&purposes)?);
        let validity = Validity::days(days)?;
        let request = &request.get().inner;
        let answer = detach(py, || {
            let terms = Terms {
                subject: subject.as_deref().map(Name::from_der).transpose()?,
                names: names.as_deref(),
                purposes: &purposes,
                validity,
                crl: crl_uri,
            };
            self.inner.sign_request(request, &terms)
        })?;
        Ok(Issued { certificates: answer.certificates, key: None, left_out: answer.left_out })
    }

    /// Issues a certificate again, with a new serial number and a new end: for the same subject,
    /// names and purposes, and for the same key, unless `private_key` is a new one. It may have
    /// ended.
    ///
    /// Raises ValueError if this authority did not issue it, or could not have with `issue`.
    #[pyo3(signature = (certificate, *, days = 365, private_key = None))]
    fn renew(
        &self,
        py: Python<'_>,
        certificate: &Bound<'_, Certificate>,
        days: u32,
        private_key: Option<&Bound<'_, PyAny>>,
    ) -> CallResult<Issued> {
        let validity = Validity::days(days)?;
        let key = private_key.map(key_of).transpose()?;
        let certificate = &certificate.get().inner;
        let certificates = detach(py, || {
            let info = key.as_ref().map(|key| key.public_key().to_spki_der()).transpose()?;
            self.inner.renew(certificate, validity, info.as_deref())
        })?;
        Ok(Issued { certificates, key, left_out: Vec::new() })
    }

    /// Issues the revocation list with all that is in `previous`, the authority's last list, and
    /// with `revoked`: certificates, or serial numbers of some that are lost.
    ///
    /// Without `previous` it is the authority's first. It is good for `days`, and has to be renewed
    /// before: those who ask for a list take no old one. `reason` is one of `unspecified`,
    /// `key-compromise`, `ca-compromise`, `affiliation-changed`, `superseded`,
    /// `cessation-of-operation` and `privilege-withdrawn` (RFC 5280 §5.3.1).
    ///
    /// Raises ValueError for a certificate that the authority did not issue or that is in the list
    /// already, a list of another authority or of a kind that is not made here, and a reason that
    /// is none; InvalidSignature if the authority did not sign `previous`.
    #[pyo3(signature = (previous = None, revoked = None, *, reason = "unspecified", days = 30))]
    fn revocation_list(
        &self,
        py: Python<'_>,
        previous: Option<&Bound<'_, CertificateRevocationList>>,
        revoked: Option<&Bound<'_, PyAny>>,
        reason: &str,
        days: u32,
    ) -> CallResult<CertificateRevocationList> {
        let (reason, until): (Reason, Time) = (reason.parse()?, Validity::days(days)?.not_after);
        let mut serials = Vec::new();
        for one in revoked.map(|revoked| revoked.try_iter()).transpose()?.into_iter().flatten() {
            let one = one?;
            serials.push(match one.cast::<Certificate>() {
                Ok(certificate) => {
                    self.inner.check_issued(&certificate.get().inner)?;
                    certificate.get().inner.serial().to_vec()
                }
                Err(_) => unsigned_octets(&one)?,
            });
        }
        let previous = previous.map(|list| list.get().inner.clone());
        let list = detach(py, || {
            let revoked: Vec<NewlyRevoked<'_>> = serials.iter().map(|serial| NewlyRevoked { serial, reason }).collect();
            self.inner.revocation_list(previous.as_ref(), &revoked, until)
        })?;
        Ok(list.into())
    }

    /// Writes the certificates, in PEM, and the private key, in PKCS #8 in PEM, into two new files:
    /// both, or neither. The key's is of mode 0600, and is by default called as `path` with the
    /// ending `.key`; with `password` the key is encrypted.
    ///
    /// Raises FileExistsError if one of them exists: no key is ever replaced. Raises OSError if a
    /// file cannot be written, ValueError for an empty password.
    #[pyo3(signature = (path, key_path = None, *, password = None))]
    fn write(
        &self,
        py: Python<'_>,
        path: PathBuf,
        key_path: Option<PathBuf>,
        password: Option<SecretInput<'_>>,
    ) -> CallResult<()> {
        write_files(py, &path, key_path, self.inner.certificates(), Some(self.inner.key()), password.as_ref())
    }

    fn __repr__(&self) -> String {
        let subject = self.inner.certificates().first().map(|own| own.subject().to_string());
        format!("<Authority({})>", subject.unwrap_or_default())
    }
}

/// A certificate that an `Authority` issued.
#[pyclass(frozen, module = "ironlatch.certificates")]
pub(crate) struct Issued {
    certificates: Vec<InnerCertificate>,
    key: Option<PrivateKey>,
    left_out: Vec<ObjectIdentifier>,
}

#[pymethods]
impl Issued {
    /// The certificate.
    #[getter]
    fn certificate(&self) -> CallResult<Certificate> {
        let certificate = self.certificates.first().cloned();
        Ok(certificate.ok_or_else(|| PyValueError::new_err("there is no certificate"))?.into())
    }

    /// The certificate, and the authorities above it but the root: what a server sends.
    #[getter]
    fn chain<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyList>> {
        certificate_list(py, &self.certificates)
    }

    /// The private key of the certificate, or None if it is with the sender of the request, or with
    /// the certificate that was renewed.
    #[getter]
    fn private_key<'py>(&self, py: Python<'py>) -> CallResult<Option<Bound<'py, PyAny>>> {
        self.key.clone().map(|key| private_object(py, key)).transpose()
    }

    /// The extensions that a request asked for in vain.
    #[getter]
    fn left_out<'py>(&self, py: Python<'py>) -> CallResult<Vec<Bound<'py, PyAny>>> {
        self.left_out.iter().map(|oid| Ok(oid_object(py, oid.clone())?)).collect()
    }

    /// Writes the chain, in PEM, and the private key if there is one, as `Authority.write` does.
    ///
    /// With `overwrite` the file of a certificate whose key stays, as `renew` makes it, is replaced
    /// at one blow. Raises ValueError for that and a new key: two files cannot be replaced at once.
    #[pyo3(signature = (path, key_path = None, *, password = None, overwrite = false))]
    fn write(
        &self,
        py: Python<'_>,
        path: PathBuf,
        key_path: Option<PathBuf>,
        password: Option<SecretInput<'_>>,
        overwrite: bool,
    ) -> CallResult<()> {
        if self.key.is_none() && (key_path.is_some() || password.is_some()) {
            return Err(PyValueError::new_err("there is no private key to write: it is not here").into());
        }
        if !overwrite {
            return write_files(py, &path, key_path, &self.certificates, self.key.as_ref(), password.as_ref());
        }
        if self.key.is_some() {
            return Err(PyValueError::new_err(
                "a new key and its certificate replace no files: two files cannot be replaced at once; write to \
                 new names, or renew without private_key",
            )
            .into());
        }
        let mut file = NewFile::create(&path, Existing::Replace, Access::Usual, None)?;
        file.write_all(&pem(&self.certificates)).map_err(PyErr::from)?;
        Ok(file.commit()?)
    }

    fn __repr__(&self) -> String {
        let subject = self.certificates.first().map(|own| own.subject().to_string());
        format!("<Issued({})>", subject.unwrap_or_default())
    }
}

/// Writes certificates and a key into new files: all, or none.
fn write_files(
    py: Python<'_>,
    path: &Path,
    key_path: Option<PathBuf>,
    certificates: &[InnerCertificate],
    key: Option<&PrivateKey>,
    password: Option<&SecretInput<'_>>,
) -> CallResult<()> {
    let create = |path: &Path, access| NewFile::create(path, Existing::Keep, access, None);
    // The key first: a certificate is of no use without it.
    let mut files = Vec::new();
    if let Some(key) = key {
        let key_path = key_path.unwrap_or_else(|| path.with_extension("key"));
        if key_path == path {
            return Err(PyValueError::new_err("the key and the certificate need two files: give key_path").into());
        }
        let password = password.map(SecretInput::as_slice);
        if password.is_some_and(<[u8]>::is_empty) {
            return Err(PyValueError::new_err("the password is empty: None is for no encryption").into());
        }
        let mut file = create(&key_path, Access::Owner)?;
        let text = detach(py, || match password {
            Some(password) => key.to_encrypted_pkcs8_pem(password).map(Zeroizing::new),
            None => key.to_pkcs8_pem(),
        })?;
        file.write_all(&text).map_err(PyErr::from)?;
        files.push(file);
    }
    let mut file = create(path, Access::Usual)?;
    file.write_all(&pem(certificates)).map_err(PyErr::from)?;
    files.push(file);
    Ok(commit_together(files)?)
}

fn pem(certificates: &[InnerCertificate]) -> Vec<u8> {
    certificates.iter().flat_map(InnerCertificate::to_pem).collect()
}

fn certificate_list<'py>(py: Python<'py>, certificates: &[InnerCertificate]) -> CallResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for certificate in certificates {
        list.append(Bound::new(py, Certificate::from(certificate.clone()))?)?;
    }
    Ok(list)
}

/// A private key object's key. TypeError for an object of another library, or of a KMS.
fn key_of(object: &Bound<'_, PyAny>) -> CallResult<PrivateKey> {
    private_key_of(object)
        .ok_or_else(|| PyTypeError::new_err("private_key must be a private key of ironlatch's own classes").into())
}

/// A subject, a `Name` or text, in DER.
fn subject_der(subject: &Bound<'_, PyAny>) -> CallResult<Vec<u8>> {
    if let Ok(text) = subject.cast::<PyString>() {
        return Ok(distinguished_name(text.to_str()?)?);
    }
    Ok(subject.call_method0(intern!(subject.py(), "public_bytes"))?.extract()?)
}

fn authority_subject(subject: Option<&Bound<'_, PyAny>>, kind: &str) -> CallResult<Vec<u8>> {
    if let Some(subject) = subject {
        return subject_der(subject);
    }
    let today = Time::now().to_string();
    let today = today.split('T').next().unwrap_or_default();
    Ok(distinguished_name(&format!("CN=Development {kind} {today} {}", token_hex(3)))?)
}

fn alternative_names(names: &[String]) -> CallResult<Vec<AlternativeName>> {
    Ok(names.iter().map(|name| name.parse()).collect::<Result<_, Error>>()?)
}

fn ranges(ranges: &[String]) -> CallResult<Vec<NameRange>> {
    Ok(ranges.iter().map(|range| range.parse()).collect::<Result<_, Error>>()?)
}

fn purposes_of(names: &[String]) -> CallResult<Vec<Purpose>> {
    Ok(names.iter().map(|name| name.parse()).collect::<Result<_, Error>>()?)
}
