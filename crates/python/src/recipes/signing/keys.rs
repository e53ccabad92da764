//! `Key` and `KeySet`.

use std::io::Write;
use std::path::{Path, PathBuf};

use ironlatch::recipes::fs::{Access, Existing, NewFile};
use ironlatch::recipes::signing::{self as core, Algorithm};
use ironlatch::secret::{SecretBytes, SecretText};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

use crate::buffer::{SecretInput, detach};
use crate::errors::{CallError, CallResult};
use crate::keys::jwk::IgnoredKey;
use crate::keys::objects::{private_key_of, public_key_of};
use crate::recipes::keyring;
use crate::recipes::secret_text::Text;
use crate::recipes::secrets::warn_of_exposure;
use crate::recipes::text::Exposed;

/// Signs and verifies, or only verifies, with the one algorithm that belongs to it.
///
/// Its text is a JSON Web Key. ``repr`` shows its name and algorithm alone.
///
/// >>> from ironlatch.signing import Key
/// >>> key = Key.generate_pair()
/// >>> key.algorithm, key.public().can_sign
/// ('ed25519', False)
#[pyclass(frozen, module = "ironlatch.signing")]
pub(crate) struct Key {
    pub(crate) inner: core::Key,
}

#[pymethods]
impl Key {
    /// Makes a new secret for HMAC-SHA-256: everyone who verifies with it can also sign.
    #[staticmethod]
    fn generate() -> Self {
        Self { inner: core::Key::generate() }
    }

    /// Makes a new Ed25519 private key. Others verify with ``public()``, and cannot sign.
    #[staticmethod]
    fn generate_pair() -> Self {
        Self { inner: core::Key::generate_pair() }
    }

    /// Takes the HMAC-SHA-256 key of a secret of at least 32 random bytes that comes from
    /// elsewhere.
    ///
    /// ``id`` is its name, which travels with what is signed; without one, it is computed from the
    /// secret by HMAC. Raises :class:`ValueError` if the secret is too short.
    #[staticmethod]
    #[pyo3(signature = (secret, *, id=None))]
    fn from_secret(secret: SecretInput<'_>, id: Option<&str>) -> CallResult<Self> {
        Ok(Self { inner: core::Key::from_secret(secret.as_slice(), id)? })
    }

    /// Takes a key object: an Ed25519 private or public key, or a P-256, P-384 or RSA public key of
    /// others, which only verifies. For an RSA key pass its ``algorithm``: ``rsa-pss-sha512`` or
    /// ``rsa-v1_5-sha256``.
    ///
    /// Raises :class:`TypeError` for keys that are not for signing, and :class:`ValueError` for an
    /// algorithm that does not take the key.
    #[staticmethod]
    #[pyo3(signature = (key, *, id=None, algorithm=None))]
    fn from_key(key: &Bound<'_, PyAny>, id: Option<&str>, algorithm: Option<&str>) -> CallResult<Self> {
        let algorithm = match algorithm {
            Some(name) => Some(
                Algorithm::from_name(name)
                    .ok_or_else(|| PyValueError::new_err(format!("no algorithm has the name {name:?}")))?,
            ),
            None => None,
        };
        if let Some(key) = private_key_of(key) {
            return Ok(Self { inner: core::Key::from_private(key, id)? });
        }
        match public_key_of(key) {
            Some(key) => Ok(Self { inner: core::Key::from_public(key, algorithm, id)? }),
            None => {
                let name = key.get_type().name()?;
                Err(PyTypeError::new_err(format!("key must be a key object, not {name}; text is read by parse")).into())
            }
        }
    }

    /// Reads a key: a JSON Web Key, or PEM text of a private or public key. ``password`` is that of
    /// an encrypted PEM.
    ///
    /// Raises :class:`ValueError` if it is malformed or too short, and :class:`TypeError` if it is
    /// not for signing.
    #[staticmethod]
    #[pyo3(signature = (text, *, password=None))]
    fn parse(py: Python<'_>, text: Text<'_>, password: Option<Text<'_>>) -> CallResult<Self> {
        parse(py, text.as_bytes(), password.as_ref())
    }

    /// Reads a key file, in the forms that :meth:`parse` takes.
    ///
    /// Raises what :meth:`parse` raises, and :class:`OSError` if the file cannot be read.
    /// Warns with :class:`~ironlatch.secrets.ExposedFileWarning` of a secret or private key in
    /// clear that every user can read.
    #[staticmethod]
    #[pyo3(signature = (path, *, password=None))]
    fn load(py: Python<'_>, path: PathBuf, password: Option<Text<'_>>) -> CallResult<Self> {
        let (text, exposed) = SecretBytes::from_file_with_exposure(&path, false)?;
        let key = parse(py, text.expose(), password.as_ref())?;
        if exposed && password.is_none() && !key.inner.is_public() {
            warn_of_exposure(py, &path)?;
        }
        Ok(key)
    }

    /// Writes a key file that its owner alone can read.
    ///
    /// Raises :class:`FileExistsError` if the file exists, unless ``overwrite`` is true.
    #[pyo3(signature = (path, *, overwrite=false))]
    fn save(&self, path: PathBuf, overwrite: bool) -> CallResult<()> {
        save(&path, overwrite, &self.inner.to_json()?)
    }

    /// Returns the key's text, a JSON Web Key: as secret as the key is.
    fn expose(&self) -> CallResult<Exposed> {
        Ok(self.inner.to_json()?.into())
    }

    /// Returns the half that others verify with.
    ///
    /// Raises :class:`TypeError` for an HMAC secret, which has none.
    fn public(&self) -> CallResult<Self> {
        Ok(Self { inner: self.inner.public()? })
    }

    /// The key's name, which travels with what it signs.
    #[getter]
    fn id(&self) -> &str {
        self.inner.id()
    }

    /// The only algorithm that the key is for: ``hmac-sha256``, ``ed25519`` …
    #[getter]
    fn algorithm(&self) -> &'static str {
        self.inner.algorithm().name()
    }

    /// Whether the key signs; a public key only verifies, and so does a secret whose ``key_ops``
    /// leave out ``sign``.
    #[getter]
    fn can_sign(&self) -> bool {
        self.inner.can_sign()
    }

    /// Whether the key verifies: all do but a secret whose ``key_ops`` leave out ``verify``.
    #[getter]
    fn can_verify(&self) -> bool {
        self.inner.can_verify()
    }

    fn __repr__(&self) -> String {
        let kind = if self.inner.can_sign() { "signs" } else { "verifies" };
        format!("Key(id={:?}, {}, {kind})", self.inner.id(), self.inner.algorithm().name())
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        Err(PyTypeError::new_err("a key cannot be pickled; save() writes it to a file"))
    }
}

/// Holds keys of which the first signs and all verify, so that a new key can follow an old one.
///
/// Its text is a JSON Web Key Set. Raises :class:`ValueError` for no keys, or two of the same name.
///
/// >>> from ironlatch.signing import Key, KeySet
/// >>> new, old = Key.generate(), Key.generate()
/// >>> keys = KeySet([new, old])
/// >>> keys.keys[0].id == new.id
/// True
#[pyclass(frozen, module = "ironlatch.signing")]
pub(crate) struct KeySet {
    pub(crate) inner: core::KeySet,
}

#[pymethods]
impl KeySet {
    /// A set of these keys. Raises :class:`ValueError` if there is none, or two have the same name.
    #[new]
    fn new(keys: Keys) -> Self {
        Self { inner: keys.inner }
    }

    /// Reads keys of your own: a JSON Web Key Set, a single key, or PEM. Keys of a set that are not
    /// for signing, or cannot be used, are passed over; ``ignored`` names them, with the reasons.
    ///
    /// Raises :class:`ValueError` if it is malformed, no key is left, or the first one, which
    /// signs, is damaged.
    #[staticmethod]
    fn parse(py: Python<'_>, text: Text<'_>) -> CallResult<Self> {
        let text = text.as_bytes();
        Ok(Self { inner: detach(py, || core::KeySet::parse(text))? })
    }

    /// Reads a file of keys, in the forms that :meth:`parse` takes.
    ///
    /// Raises what :meth:`parse` raises, and :class:`OSError` if the file cannot be read.
    /// Warns with :class:`~ironlatch.secrets.ExposedFileWarning` as :meth:`Key.load`.
    #[staticmethod]
    fn load(py: Python<'_>, path: PathBuf) -> CallResult<Self> {
        let (text, exposed) = SecretBytes::from_file_with_exposure(&path, false)?;
        let inner = detach(py, || core::KeySet::parse(text.expose()))?;
        if exposed && !inner.current()?.iter().all(core::Key::is_public) {
            warn_of_exposure(py, &path)?;
        }
        Ok(Self { inner })
    }

    /// Reads keys that somebody publishes: the text of a JSON Web Key Set, as it came over the
    /// network. Public keys alone are taken; ``ignored`` says what was passed over, and why.
    ///
    /// Raises :class:`ValueError` if it is no set, longer than a megabyte, holds more than
    /// ``max_keys``, or no key that verifies.
    #[staticmethod]
    #[pyo3(signature = (text, *, max_keys=100))]
    fn parse_public(py: Python<'_>, text: Text<'_>, max_keys: usize) -> CallResult<Self> {
        let text = text.as_bytes();
        Ok(Self { inner: detach(py, || core::KeySet::parse_public(text, max_keys))? })
    }

    /// The keys of the set that were passed over when it was read, with the reasons.
    #[getter]
    fn ignored(&self) -> Vec<IgnoredKey> {
        IgnoredKey::all(self.inner.ignored())
    }

    /// Writes the keys to a file that its owner alone can read.
    ///
    /// Raises :class:`FileExistsError` if the file exists, unless ``overwrite`` is true.
    #[pyo3(signature = (path, *, overwrite=false))]
    fn save(&self, path: PathBuf, overwrite: bool) -> CallResult<()> {
        save(&path, overwrite, &self.inner.to_json()?)
    }

    /// Returns the keys' text, a JSON Web Key Set: as secret as they are.
    fn expose(&self) -> CallResult<Exposed> {
        Ok(self.inner.to_json()?.into())
    }

    /// Returns the public halves.
    ///
    /// Raises :class:`TypeError` if one of the keys is an HMAC secret, which has none.
    fn public(&self) -> CallResult<Self> {
        Ok(Self { inner: self.inner.public()? })
    }

    /// The keys, the one that signs first. Those of a keyring's set are the ones of now.
    #[getter]
    fn keys(&self) -> CallResult<Vec<Key>> {
        Ok(self.inner.current()?.iter().map(|key| Key { inner: key.clone() }).collect())
    }

    fn __len__(&self) -> CallResult<usize> {
        Ok(self.inner.current()?.len())
    }

    fn __repr__(&self) -> CallResult<String> {
        let keys = self.inner.current()?;
        let ids: Vec<_> = keys.iter().map(core::Key::id).collect();
        Ok(format!("KeySet({ids:?})"))
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        Err(PyTypeError::new_err("keys cannot be pickled; save() writes them to a file"))
    }
}

/// Keys as arguments bring them: a `Key`, a `KeySet`, a keyring's key, or a sequence of keys.
pub(crate) struct Keys {
    pub(crate) inner: core::KeySet,
}

impl FromPyObject<'_, '_> for Keys {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if let Ok(key) = object.cast::<Key>() {
            return Ok(Self { inner: key.get().inner.clone().into() });
        }
        if let Ok(keys) = object.cast::<KeySet>() {
            return Ok(Self { inner: keys.get().inner.clone() });
        }
        if let Ok(key) = object.cast::<keyring::Key>() {
            return key.get().inner.signing_keys().map(|inner| Self { inner }).map_err(|e| CallError::from(e).into());
        }
        let Ok(keys) = object.extract::<Vec<Bound<'_, Key>>>() else {
            let name = object.get_type().name()?;
            return Err(PyTypeError::new_err(format!(
                "keys must be a Key, a KeySet, a keyring's key or a list of keys, not {name}"
            )));
        };
        let keys = keys.iter().map(|key| key.get().inner.clone()).collect();
        core::KeySet::new(keys).map(|inner| Self { inner }).map_err(|error| CallError::from(error).into())
    }
}

fn parse(py: Python<'_>, text: &[u8], password: Option<&Text<'_>>) -> CallResult<Key> {
    let password = password.map(Text::as_bytes);
    let inner = detach(py, || match password {
        Some(password) => core::Key::parse_encrypted(text, password),
        None => core::Key::parse(text),
    })?;
    Ok(Key { inner })
}

fn save(path: &Path, overwrite: bool, json: &SecretText) -> CallResult<()> {
    let existing = if overwrite { Existing::Replace } else { Existing::Keep };
    let mut file = NewFile::create(path, existing, Access::Owner, None)?;
    file.write_all(json.expose().as_bytes()).and_then(|()| file.write_all(b"\n")).map_err(PyErr::from)?;
    Ok(file.commit()?)
}
