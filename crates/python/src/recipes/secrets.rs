//! `ironlatch.secrets`: bytes that are wiped, and secrets for programs and for people.

use std::ffi::CString;
use std::path::{Path, PathBuf};

use ironlatch::Error as CoreError;
use ironlatch::recipes::Error;
use ironlatch::recipes::fs::exposure;
use ironlatch::recipes::secrets as core;
use ironlatch::recipes::terminal;
use pyo3::exceptions::{PyIndexError, PyKeyboardInterrupt, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyTuple};

use super::text::{Exposed, Str};
use crate::buffer::{Input, SecretInput, detach, detach_if_long, new_bytes};
use crate::errors::{CallError, CallResult};
use crate::secret_bytes::SecretBytes;
use crate::warnings;

#[pymethods]
impl SecretBytes {
    /// Raises :class:`TypeError`: the class methods say where a secret comes from.
    #[new]
    #[pyo3(signature = (*args, **kwargs))]
    fn refuse(args: &Bound<'_, PyTuple>, kwargs: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let _ = (args, kwargs);
        Err(PyTypeError::new_err(
            "SecretBytes is not called: make one with SecretBytes.generate(length), .from_prompt(), .from_file(path), \
             .from_env(name), .from_kdf(kdf, key_material) or .copy_from(data)",
        ))
    }

    /// Copies ``data``. The original is not wiped: where possible, make the secret in another way.
    #[staticmethod]
    fn copy_from(data: SecretInput<'_>) -> CallResult<Self> {
        // Made in two steps, so that running out of memory is an error and no panic.
        let bytes = data.as_slice();
        Ok(Self::new(ironlatch::secret::SecretBytes::new_with(bytes.len(), |secret| -> ironlatch::Result<()> {
            secret.copy_from_slice(bytes);
            Ok(())
        })?))
    }

    /// Makes a secret of ``length`` random bytes, fit for a key.
    ///
    /// Raises :class:`ValueError` for a negative length.
    #[staticmethod]
    #[pyo3(signature = (length=32))]
    fn generate(py: Python<'_>, length: isize) -> CallResult<Self> {
        let length = usize::try_from(length)
            .map_err(|_| PyValueError::new_err(format!("length must not be negative; it is {length}")))?;
        Ok(Self::new(detach(py, || ironlatch::secret::SecretBytes::generate(length))?))
    }

    /// Asks a person at the terminal, without echo.
    ///
    /// With ``confirm`` it asks twice. Raises :class:`ValueError` if the two differ,
    /// :class:`OSError` where there is no terminal, :class:`EOFError` on Ctrl-D, and
    /// :class:`KeyboardInterrupt` on Ctrl-C.
    #[staticmethod]
    #[pyo3(signature = (prompt="Password: ", *, confirm=false))]
    fn from_prompt(py: Python<'_>, prompt: &str, confirm: bool) -> CallResult<Self> {
        let answer = detach(py, || {
            if confirm {
                terminal::ask_twice(prompt, &format!("Again, to be sure: {prompt}"))
            } else {
                terminal::ask(prompt)
            }
        });
        match answer {
            Ok(secret) => Ok(Self::new(secret)),
            Err(CoreError::Io { source, .. }) if source.kind() == std::io::ErrorKind::Interrupted => {
                py.check_signals()?;
                Err(PyKeyboardInterrupt::new_err(()).into())
            }
            Err(CoreError::Io { source, .. }) if source.kind() == std::io::ErrorKind::UnexpectedEof => {
                Err(pyo3::exceptions::PyEOFError::new_err(source.to_string()).into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Reads a file of at most 1 MiB.
    ///
    /// With ``strip_newline``, which is for text, one line end at the very end and a byte-order
    /// mark of UTF-8 at the beginning are left out, as editors put them there. Do without it for
    /// binary keys, which may happen to look so.
    ///
    /// Warns with :class:`ExposedFileWarning` if every user of the machine can read the file, or
    /// others can write to it. Raises :class:`OSError` if it cannot be read, and
    /// :class:`ValueError` if it is longer.
    #[staticmethod]
    #[pyo3(signature = (path, *, strip_newline=false))]
    fn from_file(py: Python<'_>, path: PathBuf, strip_newline: bool) -> CallResult<Self> {
        let read = detach(py, || ironlatch::secret::SecretBytes::from_file_with_exposure(&path, strip_newline));
        let (secret, exposed) = read?;
        if exposed {
            warn_of_exposure(py, &path)?;
        }
        Ok(Self::new(secret))
    }

    /// Reads an environment variable.
    ///
    /// With ``remove`` the variable is taken out of ``os.environ``, so that child processes do not
    /// inherit it. What Python and the system copied when the process started is out of reach:
    /// prefer a file. Raises :class:`ValueError` if the variable is not set.
    #[staticmethod]
    #[pyo3(signature = (name, *, remove=false))]
    fn from_env(py: Python<'_>, name: &str, remove: bool) -> CallResult<Self> {
        let secret = ironlatch::secret::SecretBytes::from_env(name)?;
        if remove {
            let environ = py.import("os")?.getattr("environ")?;
            environ.call_method1("pop", (name, py.None()))?;
        }
        Ok(Self::new(secret))
    }

    /// Derives the secret from ``key_material`` with ``kdf``, one of Ironlatch's key derivation
    /// functions, which is then used up as by ``derive``.
    ///
    /// Raises :class:`TypeError` for another object.
    #[staticmethod]
    fn from_kdf(kdf: &Bound<'_, PyAny>, key_material: SecretInput<'_>) -> CallResult<Self> {
        Ok(Self::new(crate::kdf::derive_secret(kdf, key_material.as_slice())?))
    }

    /// Returns the secret as ordinary ``bytes``, which Python copies at will and never wipes.
    ///
    /// This is for code that takes nothing else: Ironlatch's own functions take the
    /// ``SecretBytes``. Raises :class:`ValueError` if it was wiped.
    fn expose<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let secret = self.share()?;
        new_bytes(py, secret.len(), |out| Ok::<_, PyErr>(out.copy_from(secret.expose())))
    }

    /// Zeroes the secret now. Any further use raises :class:`ValueError`; wiping again does
    /// nothing.
    ///
    /// A call in another thread that is using the secret at this moment finishes undisturbed, and
    /// the bytes are zeroed when it does.
    fn wipe(&self) {
        let secret = self.lock().take();
        drop(secret);
    }

    /// Whether :meth:`wipe` was called.
    #[getter]
    fn wiped(&self) -> bool {
        self.lock().is_none()
    }

    /// Whether the system keeps the secret out of swap: false past the process's limit of locked
    /// memory.
    #[getter]
    fn locked(&self) -> PyResult<bool> {
        Ok(self.share()?.is_locked())
    }

    fn __enter__(slf: Bound<'_, Self>) -> PyResult<Bound<'_, Self>> {
        slf.get().share()?;
        Ok(slf)
    }

    fn __exit__(&self, _kind: &Bound<'_, PyAny>, _error: &Bound<'_, PyAny>, _traceback: &Bound<'_, PyAny>) {
        self.wipe();
    }

    fn __len__(&self) -> PyResult<usize> {
        Ok(self.share()?.len())
    }

    fn __bool__(&self) -> PyResult<bool> {
        Ok(!self.share()?.is_empty())
    }

    /// In constant time. With anything but a ``SecretBytes`` or bytes-like object:
    /// ``NotImplemented``.
    fn __eq__(&self, other: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        let py = other.py();
        let secret = self.share()?;
        // Not by extracting a `SecretInput`, which would turn "has been wiped" into "cannot be
        // compared".
        let equal = if let Ok(other) = other.cast::<Self>() {
            *secret == *other.get().share()?
        } else if let Ok(other) = other.extract::<Input<'_>>() {
            ironlatch::constant_time::bytes_eq(secret.expose(), other.as_slice())
        } else {
            return Ok(py.NotImplemented());
        };
        Ok(equal.into_pyobject(py)?.to_owned().into_any().unbind())
    }

    fn __repr__(&self) -> String {
        match &*self.lock() {
            Some(secret) => format!("SecretBytes(<{} bytes>)", secret.len()),
            None => "SecretBytes(<wiped>)".into(),
        }
    }

    fn __format__(&self, _specification: &Bound<'_, PyAny>) -> PyResult<String> {
        Err(refused("formatted"))
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        Err(refused("pickled"))
    }

    fn __copy__(&self) -> PyResult<Py<PyAny>> {
        Err(refused("copied"))
    }

    fn __deepcopy__(&self, _memo: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        Err(refused("copied"))
    }
}

fn refused(what: &str) -> PyErr {
    PyTypeError::new_err(format!("a secret cannot be {what}; expose() gives its value where that is meant"))
}

/// Holds random words for a person to remember: see :func:`passphrase`. Formatting and pickling it
/// raise :class:`TypeError`.
#[pyclass(frozen, module = "ironlatch.secrets")]
pub(crate) struct Passphrase {
    inner: core::Passphrase,
}

impl Passphrase {
    pub(crate) fn text(&self) -> &str {
        self.inner.expose()
    }
}

#[pymethods]
impl Passphrase {
    /// Returns the passphrase itself, to show to the person whose it is.
    fn expose(&self) -> &str {
        self.inner.expose()
    }

    /// Returns the passphrase as a :class:`SecretBytes`, to encrypt with or to hash.
    fn to_secret(&self) -> SecretBytes {
        SecretBytes::new(ironlatch::secret::SecretBytes::copy_from(self.inner.expose().as_bytes()))
    }

    /// The number of words.
    #[getter]
    fn words(&self) -> usize {
        self.inner.words()
    }

    /// The base-two logarithm of the number of passphrases that it was drawn from.
    #[getter]
    fn entropy_bits(&self) -> f64 {
        self.inner.entropy_bits()
    }

    fn __repr__(&self) -> String {
        format!("Passphrase(<{} words, {:.1} bits>)", self.inner.words(), self.inner.entropy_bits())
    }

    fn __format__(&self, _specification: &Bound<'_, PyAny>) -> PyResult<String> {
        Err(refused("formatted"))
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        Err(refused("pickled"))
    }
}

/// Holds codes that let a person back in who has lost everything else: see :func:`recovery_codes`.
///
/// It is a sequence of ``str``. ``in`` finds a code however it was typed.
#[pyclass(frozen, sequence, module = "ironlatch.secrets")]
pub(crate) struct RecoveryCodes {
    inner: core::RecoveryCodes,
    group_size: usize,
}

#[pymethods]
impl RecoveryCodes {
    /// Returns the codes themselves, to show once to the person whose they are.
    fn expose(&self) -> Vec<&str> {
        self.inner.expose().collect()
    }

    /// The base-two logarithm of the number of codes that each one was drawn from.
    #[getter]
    fn entropy_bits(&self) -> f64 {
        self.inner.entropy_bits()
    }

    fn __len__(&self) -> usize {
        self.inner.len()
    }

    fn __getitem__(&self, index: isize) -> PyResult<&str> {
        let index = if index < 0 { index + self.inner.len().cast_signed() } else { index };
        let code = usize::try_from(index).ok().and_then(|index| self.inner.get(index));
        code.ok_or_else(|| PyIndexError::new_err("there are fewer recovery codes than that"))
    }

    /// Whether a code is among them, however it was typed: in capitals, without hyphens, with
    /// spaces.
    fn __contains__(&self, typed: &Bound<'_, PyAny>) -> PyResult<bool> {
        // What is no text in Unicode is no code.
        let Ok(typed) = typed.extract::<Str<'_>>() else { return Ok(false) };
        let code = core::RecoveryCodes::normalize(&typed, self.group_size);
        let same = |other: &str| ironlatch::constant_time::bytes_eq(code.as_bytes(), other.as_bytes());
        Ok(self.inner.expose().fold(false, |found, other| found | same(other)))
    }

    fn __repr__(&self) -> String {
        format!("RecoveryCodes(<{} codes of {:.1} bits>)", self.inner.len(), self.inner.entropy_bits())
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        Err(refused("pickled"))
    }
}

/// Warns the caller of the running native function of a file with secrets that others can read or
/// write.
pub(crate) fn warn_of_exposure(py: Python<'_>, path: &Path) -> PyResult<()> {
    warnings::exposed_file(py, &CString::new(exposure(path)).unwrap_or_default())
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod secrets {
    use super::*;

    #[pymodule_export]
    use super::{Passphrase, RecoveryCodes, SecretBytes};

    /// Returns ``nbytes`` random bytes, 32 if it is None.
    ///
    /// Raises :class:`ValueError` for a negative number.
    ///
    /// >>> from ironlatch.secrets import token_bytes
    /// >>> len(token_bytes(16))
    /// 16
    #[pyfunction]
    #[pyo3(signature = (nbytes=None))]
    fn token_bytes(py: Python<'_>, nbytes: Option<isize>) -> CallResult<Bound<'_, PyBytes>> {
        let len = length(nbytes)?;
        new_bytes(py, len, |out| Ok::<_, CallError>(detach_if_long(py, len, || core::fill(out))))
    }

    /// Returns ``nbytes`` random bytes in hexadecimal, 32 if it is None.
    ///
    /// Raises :class:`ValueError` for a negative number.
    ///
    /// >>> from ironlatch.secrets import token_hex
    /// >>> len(token_hex(16))
    /// 32
    #[pyfunction]
    #[pyo3(signature = (nbytes=None))]
    fn token_hex(nbytes: Option<isize>) -> CallResult<Exposed> {
        Ok(core::token_hex(length(nbytes)?).into())
    }

    /// Returns ``nbytes`` random bytes, 32 if it is None, in base64 for URLs and file names: about
    /// 1.3 characters a byte.
    ///
    /// Raises :class:`ValueError` for a negative number.
    ///
    /// >>> from ironlatch.secrets import token_urlsafe
    /// >>> len(token_urlsafe(32))
    /// 43
    #[pyfunction]
    #[pyo3(signature = (nbytes=None))]
    fn token_urlsafe(nbytes: Option<isize>) -> CallResult<Exposed> {
        Ok(core::token_urlsafe(length(nbytes)?).into())
    }

    /// Makes a :class:`Passphrase` of random words from the EFF's long list: 12.9 bits of entropy a
    /// word.
    ///
    /// Six words, 77 bits, withstand an attacker who has stolen the hash or the encrypted file;
    /// four do for a login that counts wrong tries. Some of the words have hyphens in them, so a
    /// hyphen does not separate well. Raises :class:`ValueError` for too few words.
    ///
    /// >>> from ironlatch import secrets
    /// >>> made = secrets.passphrase()
    /// >>> len(made.expose().split())
    /// 6
    #[pyfunction]
    #[pyo3(signature = (words=6, *, separator=" "))]
    fn passphrase(words: usize, separator: &str) -> CallResult<Passphrase> {
        Ok(Passphrase { inner: core::Passphrase::generate(words, separator)? })
    }

    /// Makes :class:`RecoveryCodes`: ``count`` different codes of ``groups`` groups of
    /// ``group_size`` symbols.
    ///
    /// The symbols are digits and small letters without those that look alike: 4.9 bits each, 78
    /// bits a code with the defaults. Raises :class:`ValueError` for codes that are too short to be
    /// safe.
    ///
    /// >>> from ironlatch import secrets
    /// >>> codes = secrets.recovery_codes()
    /// >>> codes[0].upper() in codes
    /// True
    #[pyfunction]
    #[pyo3(signature = (
        count=10,
        *,
        groups=4,
        group_size=4,
    ))]
    fn recovery_codes(count: usize, groups: usize, group_size: usize) -> CallResult<RecoveryCodes> {
        Ok(RecoveryCodes { inner: core::RecoveryCodes::generate(count, groups, group_size)?, group_size })
    }

    /// Returns what a person typed as a recovery code in the form that :func:`recovery_codes` gave
    /// it: small letters, no spaces, a hyphen after every ``group_size`` symbols. Hash or compare
    /// the result.
    ///
    /// >>> from ironlatch.secrets import normalize_recovery_code
    /// >>> normalize_recovery_code(" 7K2M  XPQ4 ")
    /// '7k2m-xpq4'
    #[pyfunction]
    #[pyo3(signature = (typed, *, group_size=4))]
    fn normalize_recovery_code(typed: Str<'_>, group_size: usize) -> String {
        core::RecoveryCodes::normalize(&typed, group_size)
    }

    fn length(nbytes: Option<isize>) -> CallResult<usize> {
        let Some(nbytes) = nbytes else { return Ok(core::TOKEN_BYTES) };
        usize::try_from(nbytes).map_err(|_| Error::value("negative argument not allowed").into())
    }
}
