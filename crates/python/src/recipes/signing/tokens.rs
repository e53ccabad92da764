//! `SignedTokens`, `EncryptedTokens` and what they give.

use std::io::Write;
use std::path::PathBuf;

use ironlatch::recipes::fs::{Access, Existing, NewFile};
use ironlatch::recipes::signing::token::{self as core, Data, Validity, Verified};
use ironlatch::secret::SecretBytes;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict};

use super::arguments::{Seconds, now_or, only_once};
use super::keys::Keys;
use crate::buffer::{Input, SecretInput, detach};
use crate::errors::{CallError, CallResult};
use crate::recipes::keyring;
use crate::recipes::secret_text::Text;
use crate::recipes::secrets::warn_of_exposure;
use crate::recipes::text::{Exposed, Received, Str};
use crate::types;

/// An hour.
const VALID_FOR: u64 = 3600;

/// Makes and verifies signed tokens for one purpose. Everyone who has a token can read it; nobody
/// without the key can change it.
///
/// ``keys`` is a Key, a KeySet, a list of keys or a keyring's key: the first signs, all verify.
/// ``purpose`` is 1 to 64 lower-case letters, digits, dots, hyphens and underscores; tokens for
/// another purpose are refused.
///
/// A new token is valid for ``valid_for``, and clocks may differ by ``leeway``, both in seconds or
/// as a timedelta. ``audience`` names the readers of the tokens, and refuses those for others. With
/// a ``replay_store`` each token is accepted once. Raises :class:`ValueError` for a purpose or time
/// that is none.
///
/// >>> from ironlatch.signing import Key
/// >>> from ironlatch.signing.tokens import SignedTokens
/// >>> resets = SignedTokens(Key.generate(), "password-reset", valid_for=900)
/// >>> token = resets.sign({"user": 17})
/// >>> resets.verify(token).data
/// {'user': 17}
#[pyclass(frozen, module = "ironlatch.signing.tokens")]
pub(crate) struct SignedTokens {
    inner: core::SignedTokens,
    common: Common,
}

/// The fields of both kinds, next to the core's part.
struct Common {
    purpose: String,
    valid_for: u64,
    replay_store: Option<Py<PyAny>>,
}

#[pymethods]
impl SignedTokens {
    #[new]
    #[pyo3(
        signature = (keys, purpose, *, valid_for=None, leeway=None, audience=None, replay_store=None),
        text_signature = "(keys, purpose, *, valid_for=3600, leeway=10, audience=None, replay_store=None)"
    )]
    fn new(
        keys: Keys,
        purpose: &str,
        valid_for: Option<Seconds>,
        leeway: Option<Seconds>,
        audience: Option<&str>,
        replay_store: Option<Py<PyAny>>,
    ) -> CallResult<Self> {
        let common = Common::new(purpose, valid_for, replay_store)?;
        let inner = core::SignedTokens::new(keys.inner, purpose)?;
        let inner = with_rules(
            inner,
            (leeway, core::SignedTokens::with_leeway),
            (audience, core::SignedTokens::with_audience),
        )?;
        Ok(Self { inner, common })
    }

    /// Makes a token with ``data``: bytes, or whatever JSON can say.
    ///
    /// ``valid_for`` is in seconds or a timedelta; ``now``, for tests, replaces the clock, in
    /// seconds since 1970. Raises :class:`ValueError` or :class:`TypeError` if JSON cannot say it,
    /// :class:`OverflowError` if the token would be longer than 64 KiB, and :class:`TypeError` if
    /// the key only verifies.
    #[pyo3(signature = (data, *, valid_for=None, now=None))]
    fn sign(
        &self,
        py: Python<'_>,
        data: &Bound<'_, PyAny>,
        valid_for: Option<Seconds>,
        now: Option<f64>,
    ) -> CallResult<String> {
        let (data, valid_for) = (to_data(data)?, self.common.valid_for(valid_for)?);
        Ok(detach(py, || self.inner.sign(&data, valid_for, now_or(now)))?)
    }

    /// Returns the contents of a token that was signed under one of the keys for this purpose, and
    /// whose time has not passed.
    ///
    /// ``max_age`` bounds its age in seconds or as a timedelta, whatever the token itself says.
    /// Raises :class:`~ironlatch.signing.NotVerified`, most often
    /// :class:`~ironlatch.signing.Expired` or :class:`~ironlatch.signing.NotAuthentic`.
    #[pyo3(signature = (token, *, max_age=None, now=None))]
    fn verify(
        &self,
        py: Python<'_>,
        token: Received<'_>,
        max_age: Option<Seconds>,
        now: Option<f64>,
    ) -> CallResult<Token> {
        let validity = validity(max_age, now);
        let verified = self.inner.verify(&token, validity)?;
        self.common.finish(py, verified, validity.now)
    }

    fn __repr__(&self) -> String {
        format!("SignedTokens({:?})", self.common.purpose)
    }
}

/// Makes and opens encrypted tokens for one purpose. Nobody without the key can read or change one.
///
/// ``keys`` is an EncryptionKey, a list of them or a keyring's key of the kind ``general``: the
/// first encrypts, all open. The rest is as for :class:`SignedTokens`.
///
/// >>> from ironlatch.signing.tokens import EncryptedTokens, EncryptionKey
/// >>> sessions = EncryptedTokens(EncryptionKey.generate(), "session")
/// >>> sessions.decrypt(sessions.encrypt({"user": 17})).data
/// {'user': 17}
#[pyclass(frozen, module = "ironlatch.signing.tokens")]
pub(crate) struct EncryptedTokens {
    inner: core::EncryptedTokens,
    common: Common,
}

#[pymethods]
impl EncryptedTokens {
    #[new]
    #[pyo3(
        signature = (keys, purpose, *, valid_for=None, leeway=None, audience=None, replay_store=None),
        text_signature = "(keys, purpose, *, valid_for=3600, leeway=10, audience=None, replay_store=None)"
    )]
    fn new(
        keys: EncryptionKeys,
        purpose: &str,
        valid_for: Option<Seconds>,
        leeway: Option<Seconds>,
        audience: Option<&str>,
        replay_store: Option<Py<PyAny>>,
    ) -> CallResult<Self> {
        let common = Common::new(purpose, valid_for, replay_store)?;
        let inner = core::EncryptedTokens::new(keys.inner, purpose)?;
        let inner = with_rules(
            inner,
            (leeway, core::EncryptedTokens::with_leeway),
            (audience, core::EncryptedTokens::with_audience),
        )?;
        Ok(Self { inner, common })
    }

    /// Makes a token with ``data``: bytes, or whatever JSON can say.
    ///
    /// Arguments and errors are those of :meth:`SignedTokens.sign`.
    #[pyo3(signature = (data, *, valid_for=None, now=None))]
    fn encrypt(&self, data: &Bound<'_, PyAny>, valid_for: Option<Seconds>, now: Option<f64>) -> CallResult<String> {
        let data = to_data(data)?;
        Ok(self.inner.encrypt(&data, self.common.valid_for(valid_for)?, now_or(now))?)
    }

    /// Returns the contents of a token that was made under one of the keys for this purpose, and
    /// whose time has not passed.
    ///
    /// Arguments and errors are those of :meth:`SignedTokens.verify`.
    #[pyo3(signature = (token, *, max_age=None, now=None))]
    fn decrypt(
        &self,
        py: Python<'_>,
        token: Received<'_>,
        max_age: Option<Seconds>,
        now: Option<f64>,
    ) -> CallResult<Token> {
        let validity = validity(max_age, now);
        let verified = self.inner.decrypt(&token, validity)?;
        self.common.finish(py, verified, validity.now)
    }

    fn __repr__(&self) -> String {
        format!("EncryptedTokens({:?})", self.common.purpose)
    }
}

/// Holds the contents of a verified token.
#[pyclass(frozen, get_all, module = "ironlatch.signing.tokens")]
pub(crate) struct Token {
    /// The data that the token was made with. None in tokens of others that have neither ``data``
    /// nor ``bin`` among their claims.
    data: Py<PyAny>,
    /// All claims.
    claims: Py<PyDict>,
    /// The name of this token among others, or None.
    id: Option<String>,
    /// When it was made, in seconds since 1970, or None.
    issued_at: Option<f64>,
    /// When it ends, in seconds since 1970, or None.
    expires_at: Option<f64>,
    /// The name of the key that it was verified with.
    key_id: String,
}

#[pymethods]
impl Token {
    fn __repr__(&self) -> String {
        // What it says may be secret.
        format!(
            "Token(id={:?}, expires_at={:?})",
            self.id.as_deref().unwrap_or("-"),
            self.expires_at.unwrap_or(f64::NAN)
        )
    }
}

/// Encrypts tokens and opens them: a key of 64 bytes. Its text is a JSON Web Key.
///
/// >>> from ironlatch.signing.tokens import EncryptionKey
/// >>> key = EncryptionKey.generate()
/// >>> EncryptionKey.parse(key.expose()).id == key.id
/// True
#[pyclass(frozen, module = "ironlatch.signing.tokens")]
pub(crate) struct EncryptionKey {
    inner: core::EncryptionKey,
}

#[pymethods]
impl EncryptionKey {
    /// Makes a new key.
    #[staticmethod]
    fn generate() -> CallResult<Self> {
        Ok(Self { inner: core::EncryptionKey::generate()? })
    }

    /// Takes 64 random bytes that come from elsewhere. ``id`` is the key's name; without one, it is
    /// its thumbprint.
    ///
    /// Raises :class:`ValueError` for another length.
    #[staticmethod]
    #[pyo3(signature = (key, *, id=None))]
    fn from_bytes(key: SecretInput<'_>, id: Option<&str>) -> CallResult<Self> {
        Ok(Self { inner: core::EncryptionKey::from_bytes(key.as_slice(), id)? })
    }

    /// Reads a JSON Web Key.
    ///
    /// Raises :class:`ValueError` if it is malformed, and :class:`TypeError` if it is for something
    /// else.
    #[staticmethod]
    fn parse(py: Python<'_>, text: Text<'_>) -> CallResult<Self> {
        let text = text.as_bytes();
        Ok(Self { inner: detach(py, || core::EncryptionKey::parse(text))? })
    }

    /// Reads a key file.
    ///
    /// Raises what :meth:`parse` raises, and :class:`OSError` if the file cannot be read.
    /// Warns with :class:`~ironlatch.secrets.ExposedFileWarning` if every user can read it.
    #[staticmethod]
    fn load(py: Python<'_>, path: PathBuf) -> CallResult<Self> {
        let (text, exposed) = SecretBytes::from_file_with_exposure(&path, false)?;
        let inner = detach(py, || core::EncryptionKey::parse(text.expose()))?;
        if exposed {
            warn_of_exposure(py, &path)?;
        }
        Ok(Self { inner })
    }

    /// Writes a key file that its owner alone can read.
    ///
    /// Raises :class:`FileExistsError` if the file exists, unless ``overwrite`` is true.
    #[pyo3(signature = (path, *, overwrite=false))]
    fn save(&self, path: PathBuf, overwrite: bool) -> CallResult<()> {
        let existing = if overwrite { Existing::Replace } else { Existing::Keep };
        let mut file = NewFile::create(&path, existing, Access::Owner, None)?;
        let json = self.inner.to_json()?;
        file.write_all(json.expose().as_bytes()).and_then(|()| file.write_all(b"\n")).map_err(PyErr::from)?;
        Ok(file.commit()?)
    }

    /// Returns the key's text, a JSON Web Key: as secret as the key is.
    fn expose(&self) -> CallResult<Exposed> {
        Ok(self.inner.to_json()?.into())
    }

    /// The key's name, which travels with the tokens.
    #[getter]
    fn id(&self) -> &str {
        self.inner.id()
    }

    fn __repr__(&self) -> String {
        format!("EncryptionKey(id={:?})", self.inner.id())
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        Err(PyTypeError::new_err("a key cannot be pickled; save() writes it to a file"))
    }
}

impl Common {
    fn new(purpose: &str, valid_for: Option<Seconds>, replay_store: Option<Py<PyAny>>) -> PyResult<Self> {
        let valid_for = valid_for.map_or(Ok(VALID_FOR), |span| span.whole())?;
        Ok(Self { purpose: purpose.to_owned(), valid_for, replay_store })
    }

    fn valid_for(&self, given: Option<Seconds>) -> PyResult<u64> {
        given.map_or(Ok(self.valid_for), |span| span.whole())
    }

    fn finish(&self, py: Python<'_>, verified: Verified, now: f64) -> CallResult<Token> {
        if let Some(store) = &self.replay_store {
            only_once(store.bind(py), &verified.replay_id()?, verified.replay_end()?, now, "token")?;
        }
        let data = match &verified.data {
            None => py.None(),
            Some(Data::Bytes(bytes)) => PyBytes::new(py, bytes).into(),
            Some(Data::Json(text)) => loads(py, text)?.unbind(),
        };
        let claims = loads(py, &verified.claims)?.cast_into::<PyDict>().map_err(PyErr::from)?.unbind();
        let Verified { id, issued_at, expires_at, key_id, .. } = verified;
        Ok(Token { data, claims, id, issued_at, expires_at, key_id })
    }
}

/// The tokens with the rules that were given.
fn with_rules<T>(
    mut tokens: T,
    (leeway, with_leeway): (Option<Seconds>, impl FnOnce(T, u64) -> ironlatch::recipes::Result<T>),
    (audience, with_audience): (Option<&str>, impl FnMut(T, &str) -> T),
) -> CallResult<T> {
    if let Some(leeway) = leeway {
        tokens = with_leeway(tokens, leeway.whole()?)?;
    }
    Ok(audience.into_iter().fold(tokens, with_audience))
}

/// Keys for encrypted tokens as arguments bring them.
struct EncryptionKeys {
    inner: core::EncryptionKeys,
}

impl FromPyObject<'_, '_> for EncryptionKeys {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if let Ok(key) = object.cast::<EncryptionKey>() {
            return Ok(Self { inner: key.get().inner.clone().into() });
        }
        if let Ok(key) = object.cast::<keyring::Key>() {
            return key
                .get()
                .inner
                .encryption_keys()
                .map(|inner| Self { inner })
                .map_err(|e| CallError::from(e).into());
        }
        let Ok(keys) = object.extract::<Vec<Bound<'_, EncryptionKey>>>() else {
            let name = object.get_type().name()?;
            return Err(PyTypeError::new_err(format!(
                "keys must be an EncryptionKey, a keyring's key or a list of EncryptionKeys, not {name}"
            )));
        };
        let keys: Vec<_> = keys.iter().map(|key| key.get().inner.clone()).collect();
        Ok(Self { inner: keys.into() })
    }
}

fn validity(max_age: Option<Seconds>, now: Option<f64>) -> Validity {
    Validity { max_age: max_age.map(|span| span.0), now: now_or(now) }
}

fn to_data(data: &Bound<'_, PyAny>) -> PyResult<Data> {
    if let Ok(bytes) = data.extract::<Input<'_>>() {
        return Ok(Data::Bytes(bytes.as_slice().to_vec()));
    }
    static DUMPS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let py = data.py();
    let dumps = DUMPS.get_or_try_init(py, || {
        // One of these, because `json.dumps` makes a new one for each call with options.
        let options = PyDict::new(py);
        options.set_item("ensure_ascii", false)?;
        options.set_item("allow_nan", false)?;
        options.set_item("separators", (",", ":"))?;
        let encoder = types::JSON_ENCODER.get(py)?.call((), Some(&options))?;
        encoder.getattr("encode").map(Bound::unbind)
    })?;
    Ok(Data::Json(dumps.bind(py).call1((data,))?.extract::<Str<'_>>()?.to_owned()))
}

fn loads<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    types::JSON_LOADS.get(py)?.call1((text,))
}
