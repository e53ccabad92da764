//! One key of a ring.

use ironlatch::Error as CoreError;
use ironlatch::recipes::Error;
use ironlatch::recipes::keyring::{self as core, Version, VersionId};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::facts::VersionInfo;
use super::refused;
use crate::buffer::{Input, SecretInput, detach_if_long};
use crate::errors::CallResult;
use crate::recipes::fernet::MultiFernet;
use crate::recipes::signing::keys::KeySet;
use crate::recipes::signing::webhook_secret::WebhookSecret;
use crate::secret_bytes::SecretBytes;

/// Encrypts, signs and derives under a key of a keyring: ``ring["customers"]``.
///
/// It sees every change of the keyring, so keep it for as long as you like.
///
/// >>> from ironlatch.keyring import Keyring
/// >>> key = Keyring.in_memory().create_key("customers")
/// >>> encrypted = key.encrypt(b"a message", b"its place")
/// >>> key.decrypt(encrypted, b"its place")
/// b'a message'
#[pyclass(frozen, module = "ironlatch.keyring")]
pub(crate) struct Key {
    pub(crate) inner: core::Key,
}

#[pymethods]
impl Key {
    /// The key's name.
    #[getter]
    fn name(&self) -> &str {
        self.inner.name()
    }

    /// The purpose of the key: ``general``, ``fernet`` …
    #[getter]
    fn kind(&self) -> &'static str {
        self.inner.kind().name()
    }

    /// The key's versions, in the order of their numbers.
    #[getter]
    fn versions(&self) -> CallResult<Vec<VersionInfo>> {
        Ok(self.inner.describe()?.versions.into_iter().map(Into::into).collect())
    }

    /// The version under which everything is made.
    #[getter]
    fn primary(&self) -> CallResult<VersionInfo> {
        let id = self.inner.primary()?.id();
        let own = self.inner.describe()?.versions.into_iter().find(|version| version.id == id);
        Ok(own.ok_or(Error::Core(CoreError::Internal("the primary version is no longer there")))?.into())
    }

    /// Encrypts and authenticates ``message``, and authenticates ``associated_data``, under the
    /// primary version.
    ///
    /// The result begins with a byte 1 and the version's id in 4 bytes; for a general key it is 45
    /// bytes longer than the message. Raises :class:`TypeError` if keys of this kind do not encrypt
    /// messages.
    #[pyo3(signature = (message, associated_data=None))]
    fn encrypt<'py>(
        &self,
        py: Python<'py>,
        message: SecretInput<'_>,
        associated_data: Option<Input<'_>>,
    ) -> CallResult<Bound<'py, PyBytes>> {
        let (message, data) = (message.as_slice(), associated_data.as_ref().map_or(&[][..], Input::as_slice));
        let encrypted = detach_if_long(py, message.len(), || self.inner.encrypt(message, data))?;
        Ok(PyBytes::new(py, &encrypted))
    }

    /// Decrypts what :meth:`encrypt` returned.
    ///
    /// Raises :class:`~ironlatch.exceptions.InvalidTag` if it was changed, cut short, or made with
    /// other associated data; :class:`UnknownKey`, :class:`KeyDisabled` or :class:`KeyDestroyed` if
    /// the version that made it cannot be used.
    #[pyo3(signature = (encrypted, associated_data=None))]
    fn decrypt<'py>(
        &self,
        py: Python<'py>,
        encrypted: Input<'_>,
        associated_data: Option<Input<'_>>,
    ) -> CallResult<Bound<'py, PyBytes>> {
        let (encrypted, data) = (encrypted.as_slice(), associated_data.as_ref().map_or(&[][..], Input::as_slice));
        let message = detach_if_long(py, encrypted.len(), || self.inner.decrypt(encrypted, data))?;
        Ok(PyBytes::new(py, &message))
    }

    /// Signs ``message`` under the primary version of a key of the kind ``hmac-sha256`` or
    /// ``ed25519``, and puts a byte 2 and the version's id in front. It is no token and no signed
    /// request, whatever the message is: those are made with :meth:`signing_keys`.
    ///
    /// A key of the kind ``tink-hmac-sha256`` or ``tink-ed25519`` signs as Tink does. Raises
    /// :class:`TypeError` for a key of another kind.
    fn sign<'py>(&self, py: Python<'py>, message: Input<'_>) -> CallResult<Bound<'py, PyBytes>> {
        let message = message.as_slice();
        Ok(PyBytes::new(py, &detach_if_long(py, message.len(), || self.inner.sign(message))?))
    }

    /// Verifies what :meth:`sign` returned for ``message``.
    ///
    /// Raises :class:`~ironlatch.exceptions.InvalidSignature` if it is no signature of ``message``
    /// under this key; :class:`UnknownKey`, :class:`KeyDisabled` or :class:`KeyDestroyed` if its
    /// version cannot be used.
    ///
    /// ``as_before=True`` takes what was signed before signatures had a form of their own (they
    /// begin with a byte 1). A token's signature is one of those too, so use it only for messages
    /// that cannot be a token, and only until they are signed again.
    #[pyo3(signature = (message, signature, *, as_before=false))]
    fn verify(&self, py: Python<'_>, message: Input<'_>, signature: Input<'_>, as_before: bool) -> CallResult<()> {
        let (message, signature) = (message.as_slice(), signature.as_slice());
        Ok(detach_if_long(py, message.len(), || {
            if as_before {
                self.inner.verify_as_before(message, signature)
            } else {
                self.inner.verify(message, signature)
            }
        })?)
    }

    /// Returns the id of the version that made a message or a signature, or None if that does not
    /// say.
    fn version_of(&self, made: Input<'_>) -> Option<String> {
        self.inner.version_of(made.as_slice()).map(|id| id.to_string())
    }

    /// Returns whether a message was not made under the primary version, or a signature not in the
    /// form of today: make it again.
    fn needs_update(&self, made: Input<'_>) -> CallResult<bool> {
        Ok(self.inner.needs_update(made.as_slice())?)
    }

    /// Derives a key of ``length`` bytes for one purpose and context, by HKDF from the primary
    /// version or the one with the id ``version``. It is none of those that the library derives for
    /// itself.
    ///
    /// ``as_before=True`` gives what this method gave before it was apart from those: for what was
    /// made under such keys. Raises :class:`TypeError` if the key is not of the kind ``general``;
    /// with ``as_before`` :class:`OperationNotAllowed` for a purpose of the library's own.
    #[pyo3(
        signature = (purpose, context=Vec::new(), length=32, version=None, *, as_before=false),
        text_signature = "($self, purpose, context=(), length=32, version=None, *, as_before=False)"
    )]
    fn derive(
        &self,
        purpose: &str,
        context: Vec<Bound<'_, PyBytes>>,
        length: usize,
        version: Option<&str>,
        as_before: bool,
    ) -> CallResult<SecretBytes> {
        let version = match version {
            Some(id) => self.inner.version(id.parse::<VersionId>()?)?,
            None => self.inner.primary()?,
        };
        let context: Vec<_> = context.iter().map(|part| part.as_bytes()).collect();
        let derive = if as_before { Version::derive_as_before } else { Version::derive };
        Ok(SecretBytes::new(derive(&version, purpose, &context, length)?))
    }

    /// Returns the Fernet of a key of the kind ``fernet``: the primary version makes tokens, the
    /// active ones open them too. It follows the keyring: what is disabled or destroyed later opens
    /// nothing more.
    ///
    /// Raises :class:`TypeError` for a key of another kind.
    fn fernet(&self) -> CallResult<MultiFernet> {
        Ok(MultiFernet::of(self.inner.fernets()?))
    }

    /// Returns the keys for signing of a key of the kind ``hmac-sha256`` or ``ed25519``: the
    /// primary version signs, the active ones verify too. They follow the keyring: what is disabled
    /// or destroyed later signs and verifies nothing more.
    ///
    /// Raises :class:`TypeError` for a key of another kind.
    fn signing_keys(&self) -> CallResult<KeySet> {
        Ok(KeySet { inner: self.inner.signing_keys()? })
    }

    /// The secrets for webhooks of a key of the kind ``hmac-sha256`` (shared ones) or ``ed25519``
    /// (pairs), the primary version's first: for the other side, which gets ``expose()`` of a
    /// shared one, or of the ``public()`` half of a pair. Signers and verifiers here take the key
    /// itself.
    fn webhook_secrets(&self) -> CallResult<Vec<WebhookSecret>> {
        let secrets = self.inner.webhook_secrets()?.current()?;
        Ok(secrets.iter().map(|secret| WebhookSecret { inner: secret.clone() }).collect())
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.inner)
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        Err(refused())
    }
}
