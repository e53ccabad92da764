//! `ironlatch.files`: files encrypted in the age format.

mod streams;

use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

use ironlatch::keys::ssh::MAX_ROUNDS;
use ironlatch::recipes::files::{self as core, Recipient};
use ironlatch::recipes::fs::{Access, Existing, NewFile};
use ironlatch::secret::SecretBytes;
use ironlatch::text;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use zeroize::Zeroizing;

use super::secret_text::Text;
use super::secrets::warn_of_exposure;
use super::text::Exposed;
use crate::buffer::{Input, detach};
use crate::errors::{CallError, CallResult};

use streams::{Reader, Writer};

// `help` shows a default that is a literal.
const _: () = assert!(MAX_ROUNDS == 1000);

/// Holds a private key that decrypts files: ``AGE-SECRET-KEY-1…``, or an SSH key of type ed25519 or
/// RSA.
///
/// Others encrypt files to its public half, the :attr:`recipient`. ``repr`` shows that half alone.
///
/// >>> from ironlatch import files
/// >>> identity = files.Identity.generate()
/// >>> sealed = files.encrypt(b"the plan", recipients=[identity.recipient])
/// >>> files.decrypt(sealed, identities=[identity])
/// b'the plan'
#[pyclass(frozen, module = "ironlatch.files")]
pub(crate) struct Identity {
    inner: core::Identity,
}

#[pymethods]
impl Identity {
    /// Makes a new private key.
    ///
    /// With ``post_quantum`` it is one that quantum computers to come will not break either. Its
    /// public key has 1959 characters, and a file cannot go to such keys and to others at once.
    #[staticmethod]
    #[pyo3(signature = (*, post_quantum=false))]
    fn generate(post_quantum: bool) -> CallResult<Self> {
        let inner = if post_quantum { core::Identity::generate_post_quantum()? } else { core::Identity::generate() };
        Ok(Self { inner })
    }

    /// Reads a private key from its text: ``AGE-SECRET-KEY-1…``, or the contents of an SSH key's
    /// file.
    ///
    /// Raises :class:`ValueError` if it is none.
    #[staticmethod]
    fn parse(text: Text<'_>) -> CallResult<Self> {
        Ok(Self { inner: text.as_str()?.trim().parse()? })
    }

    /// Reads the private keys in a key file, as ``age-keygen`` and ``ironlatch keygen`` write it,
    /// or the one in an SSH key's file.
    ///
    /// ``passphrase`` opens a key file or an SSH key that is encrypted. Without one, such an SSH
    /// key comes back with ``is_locked`` set.
    ///
    /// Raises :class:`WrongKey` if the passphrase is wrong or missing, :class:`ValueError` if the
    /// file holds no key, and :class:`OSError` if it cannot be read. Warns with
    /// :class:`~ironlatch.secrets.ExposedFileWarning` of keys in clear that every user can read.
    #[staticmethod]
    #[pyo3(signature = (path, *, passphrase=None))]
    fn load(py: Python<'_>, path: PathBuf, passphrase: Option<Text<'_>>) -> CallResult<Vec<Self>> {
        let (contents, exposed) = SecretBytes::from_file_with_exposure(&path, false)?;
        let contents = contents.expose();
        if core::is_encrypted_key_file(contents) {
            let passphrase = passphrase.as_ref().map(Text::as_bytes);
            let found = detach(py, || core::Identity::parse_encrypted_file(contents, passphrase));
            return Ok(found?.into_iter().map(|inner| Self { inner }).collect());
        }
        if exposed {
            warn_of_exposure(py, &path)?;
        }
        let text = text::decode(contents)
            .map_err(|error| PyValueError::new_err(format!("{} is no key file: {error}", path.display())))?;
        let found = detach(py, || core::Identity::parse_file(text))?.into_iter().map(|inner| Self { inner });
        match &passphrase {
            None => Ok(found.collect()),
            Some(passphrase) => found.map(|identity| identity.unlocked(py, passphrase, MAX_ROUNDS)).collect(),
        }
    }

    /// Whether it is an SSH key that is encrypted under a passphrase. It decrypts nothing before it
    /// is unlocked.
    #[getter]
    fn is_locked(&self) -> bool {
        self.inner.is_locked()
    }

    /// Returns the same key, unlocked with its passphrase.
    ///
    /// Raises :class:`WrongKey` if the passphrase is wrong, and :class:`ValueError` if the file
    /// asks for more than ``max_rounds`` of work, 10 milliseconds each: raise it for a file of your
    /// own.
    #[pyo3(signature = (passphrase, *, max_rounds=1000))]
    fn unlock(&self, py: Python<'_>, passphrase: Text<'_>, max_rounds: u32) -> CallResult<Self> {
        self.unlocked(py, &passphrase, max_rounds)
    }

    /// Writes a key file that its owner alone can read, encrypted under ``passphrase`` if there is
    /// one.
    ///
    /// Raises :class:`FileExistsError` if the file exists, unless ``overwrite`` is true, and
    /// :class:`ValueError` for an SSH key, which has a file of its own.
    #[pyo3(signature = (path, *, passphrase=None, overwrite=false))]
    fn save(&self, py: Python<'_>, path: PathBuf, passphrase: Option<Text<'_>>, overwrite: bool) -> CallResult<()> {
        let mut file = NewFile::create(&path, existing(overwrite), Access::Owner, None)?;
        let passphrase = passphrase.as_ref().map(Text::as_bytes);
        detach(py, || {
            match passphrase {
                Some(passphrase) => self.inner.write_encrypted_file(passphrase, &mut file)?,
                None => self.inner.write_file(&mut file)?,
            }
            file.commit()
        })?;
        Ok(())
    }

    /// The public key, ``age1…`` or ``ssh-…``, that others encrypt files to.
    #[getter]
    fn recipient(&self) -> String {
        self.inner.recipient().map(|recipient| recipient.to_string()).unwrap_or_default()
    }

    /// Returns the private key's text, ``AGE-SECRET-KEY-1…``.
    ///
    /// Raises :class:`ValueError` for an SSH key, which has a file of its own.
    fn expose(&self) -> CallResult<Exposed> {
        let text =
            self.inner.to_text().ok_or_else(|| PyValueError::new_err("an SSH key has no text but its file's"))?;
        Ok(text.into())
    }

    fn __repr__(&self) -> String {
        format!("Identity(<private key of {}>)", self.recipient())
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        Err(PyTypeError::new_err("a private key cannot be pickled; save() writes it to a file"))
    }
}

impl Identity {
    fn unlocked(&self, py: Python<'_>, passphrase: &Text<'_>, max_rounds: u32) -> CallResult<Self> {
        let passphrase = passphrase.as_bytes();
        Ok(Self { inner: detach(py, || self.inner.unlock_within(max_rounds, passphrase))? })
    }
}

pub(crate) fn existing(overwrite: bool) -> Existing {
    if overwrite { Existing::Replace } else { Existing::Keep }
}

/// Runs `work` without the GIL. Now and then signal handlers get their turn and `progress` hears
/// how far it is; whichever raises ends the work.
pub(crate) fn interruptible<T: Send, E: Into<CallError> + Send>(
    py: Python<'_>,
    source: &Path,
    progress: Option<&Bound<'_, PyAny>>,
    work: impl FnOnce(&mut (dyn FnMut(u64) -> io::Result<()> + Send)) -> Result<T, E> + Send,
) -> CallResult<T> {
    // Of a pipe the length is not known.
    let total = std::fs::metadata(source).ok().filter(Metadata::is_file).map(|metadata| metadata.len());
    let progress = progress.map(|progress| progress.clone().unbind());
    let mut raised = None;
    let result = detach(py, || {
        work(&mut |done| {
            let told = Python::attach(|py| {
                py.check_signals()?;
                progress.as_ref().map_or(Ok(()), |progress| progress.call1(py, (done, total)).map(|_| ()))
            });
            told.map_err(|error| {
                raised = Some(error);
                io::Error::other("interrupted")
            })
        })
    });
    match raised {
        Some(error) => Err(error.into()),
        None => result.map_err(Into::into),
    }
}

/// Whom to encrypt to, from the arguments that all functions have.
pub(super) fn recipients(
    passphrase: Option<&Text<'_>>,
    recipients: Option<&Bound<'_, PyAny>>,
) -> CallResult<Vec<Recipient>> {
    let mut to = Vec::new();
    for recipient in listed(recipients, "recipients")? {
        to.push(recipient.extract::<std::borrow::Cow<'_, str>>()?.trim().parse::<Recipient>()?);
    }
    if let Some(passphrase) = passphrase {
        to.push(Recipient::passphrase(passphrase.as_bytes())?);
    }
    if to.is_empty() {
        return Err(PyValueError::new_err("give a passphrase or at least one recipient").into());
    }
    Ok(to)
}

/// The identities to decrypt with, from the arguments that all functions have.
pub(super) fn identities(
    passphrase: Option<&Text<'_>>,
    identities: Option<&Bound<'_, PyAny>>,
) -> CallResult<Vec<core::Identity>> {
    let mut by = Vec::new();
    for identity in listed(identities, "identities")? {
        let identity = identity.cast::<Identity>().map_err(PyErr::from)?;
        by.push(identity.get().inner.clone());
    }
    if let Some(passphrase) = passphrase {
        by.push(core::Identity::passphrase(passphrase.as_bytes()));
    }
    if by.is_empty() {
        return Err(PyValueError::new_err("give a passphrase or at least one identity").into());
    }
    Ok(by)
}

fn listed<'py>(argument: Option<&Bound<'py, PyAny>>, name: &str) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let Some(argument) = argument else { return Ok(Vec::new()) };
    refuse_str(argument, name)?;
    argument.try_iter()?.collect()
}

/// A single `str` is a sequence of `str` too, and surely a mistake.
fn refuse_str(argument: &Bound<'_, PyAny>, name: &str) -> PyResult<()> {
    if argument.is_instance_of::<PyString>() {
        return Err(PyTypeError::new_err(format!("{name} must be a list, not a single str")));
    }
    Ok(())
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod files {
    use super::*;

    #[pymodule_export]
    use super::{Identity, Reader, Writer};

    /// Encrypts the file ``source`` to a new file ``target``, under a ``passphrase`` or to the
    /// public keys ``recipients`` (``age1…``, ``ssh-ed25519 …``, ``ssh-rsa …``). Returns the number
    /// of bytes encrypted.
    ///
    /// ``target`` appears when it is whole. ``progress`` is called about twenty times a second with
    /// the bytes that are done and the total (``None`` if that is not known), also while ``source``
    /// is a pipe that gives nothing. What it raises ends the work, and so does what the handler of
    /// a signal raises. A file that grows is read to where it ends then.
    ///
    /// Raises :class:`FileExistsError` if ``target`` exists, unless ``overwrite`` is true;
    /// :class:`ValueError` for what is no public key; and :class:`OSError` if a file cannot be read
    /// or written, or is cut short meanwhile.
    ///
    /// >>> from pathlib import Path
    /// >>> from ironlatch import files
    /// >>> size = Path("plan.txt").write_bytes(b"the plan")
    /// >>> files.encrypt_file("plan.txt", "plan.age", passphrase="six random words of your own")
    /// 8
    #[pyfunction]
    #[pyo3(signature = (source, target, *, passphrase=None, recipients=None, overwrite=false, progress=None))]
    fn encrypt_file(
        py: Python<'_>,
        source: PathBuf,
        target: PathBuf,
        passphrase: Option<Text<'_>>,
        recipients: Option<&Bound<'_, PyAny>>,
        overwrite: bool,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> CallResult<u64> {
        let to = super::recipients(passphrase.as_ref(), recipients)?;
        interruptible(py, &source, progress, |watch| {
            core::encrypt_file(&source, &target, &to, existing(overwrite), watch)
        })
    }

    /// Decrypts the file ``source`` to a new file ``target``, which its owner alone can read.
    /// Returns the number of bytes decrypted.
    ///
    /// ``target`` appears when the whole of ``source`` has been verified. ``overwrite`` and
    /// ``progress`` are as for :func:`encrypt_file`.
    ///
    /// Raises :class:`WrongKey` if neither the passphrase nor one of the identities fits,
    /// :class:`DamagedFile` if the file was changed, cut short, or is of another kind, and what
    /// :func:`encrypt_file` raises for the files themselves.
    ///
    /// >>> from pathlib import Path
    /// >>> from ironlatch import files
    /// >>> size = Path("plan.age").write_bytes(files.encrypt(b"the plan", passphrase="six words"))
    /// >>> files.decrypt_file("plan.age", "plan.txt", passphrase="six words")
    /// 8
    #[pyfunction]
    #[pyo3(signature = (source, target, *, passphrase=None, identities=None, overwrite=false, progress=None))]
    fn decrypt_file(
        py: Python<'_>,
        source: PathBuf,
        target: PathBuf,
        passphrase: Option<Text<'_>>,
        identities: Option<&Bound<'_, PyAny>>,
        overwrite: bool,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> CallResult<u64> {
        let by = super::identities(passphrase.as_ref(), identities)?;
        interruptible(py, &source, progress, |watch| {
            core::decrypt_file(&source, &target, &by, existing(overwrite), watch)
        })
    }

    /// Encrypts ``data``, under a passphrase or to public keys, as :func:`encrypt_file` does.
    ///
    /// Raises :class:`ValueError` for what is no public key, and :class:`TypeError` unless exactly
    /// one of the two is given.
    ///
    /// >>> from ironlatch import files
    /// >>> sealed = files.encrypt(b"the plan", passphrase="six random words of your own")
    #[pyfunction]
    #[pyo3(signature = (data, *, passphrase=None, recipients=None))]
    fn encrypt<'py>(
        py: Python<'py>,
        data: Input<'_>,
        passphrase: Option<Text<'_>>,
        recipients: Option<&Bound<'_, PyAny>>,
    ) -> CallResult<Bound<'py, PyBytes>> {
        let to = super::recipients(passphrase.as_ref(), recipients)?;
        let mut data = data.as_slice();
        let encrypted = detach(py, || {
            let mut encrypted = Vec::with_capacity(data.len() + data.len() / 4096 + 1024);
            core::encrypt(&to, &mut data, &mut encrypted).map(|_| encrypted)
        })?;
        Ok(PyBytes::new(py, &encrypted))
    }

    /// Decrypts ``data``, with a passphrase or private keys, as :func:`decrypt_file` does.
    ///
    /// Raises :class:`WrongKey` if neither the passphrase nor one of the identities fits, and
    /// :class:`DamagedFile` if the data was changed, cut short, or is of another kind.
    ///
    /// >>> from ironlatch import files
    /// >>> sealed = files.encrypt(b"the plan", passphrase="six words")
    /// >>> files.decrypt(sealed, passphrase="six words")
    /// b'the plan'
    #[pyfunction]
    #[pyo3(signature = (data, *, passphrase=None, identities=None))]
    fn decrypt<'py>(
        py: Python<'py>,
        data: Input<'_>,
        passphrase: Option<Text<'_>>,
        identities: Option<&Bound<'_, PyAny>>,
    ) -> CallResult<Bound<'py, PyBytes>> {
        let by = super::identities(passphrase.as_ref(), identities)?;
        let mut data = data.as_slice();
        let decrypted = detach(py, || {
            // Enough for all of it, so that none is left behind where it grew.
            let mut decrypted = Zeroizing::new(Vec::with_capacity(data.len()));
            core::decrypt(&by, &mut data, &mut *decrypted).map(|_| decrypted)
        })?;
        Ok(PyBytes::new(py, &decrypted))
    }
}
