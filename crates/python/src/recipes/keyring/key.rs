//! One key of a ring.

use ironlatch::Error;
use ironlatch::recipes::keyring::{self as core, VersionId};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::facts::VersionInfo;
use super::refused;
use crate::buffer::{Input, SecretInput, detach_if_long};
use crate::errors::CallResult;
use crate::recipes::fernet::MultiFernet;
use crate::recipes::secrets::SecretBytes;
use crate::recipes::signing::keys::KeySet;

/// A key of a keyring: ``ring["customers"]``. It sees every change of the ring: a rotation changes nothing for who holds it.
#[pyclass(frozen, module = "ironlatch.keyring")]
pub(crate) struct Key {
    pub(crate) inner: core::Key,
}

#[pymethods]
impl Key {
    /// Its name.
    #[getter]
    fn name(&self) -> &str {
        self.inner.name()
    }

    /// What it is for: ``general``, ``fernet`` …
    #[getter]
    fn kind(&self) -> &'static str {
        self.inner.kind().name()
    }

    /// Its versions, in the order of their numbers.
    #[getter]
    fn versions(&self) -> CallResult<Vec<VersionInfo>> {
        Ok(self.inner.describe()?.versions.into_iter().map(Into::into).collect())
    }

    /// The version under which everything is made.
    #[getter]
    fn primary(&self) -> CallResult<VersionInfo> {
        let id = self.inner.primary()?.id();
        let own = self.inner.describe()?.versions.into_iter().find(|version| version.id == id);
        Ok(own.ok_or(Error::Internal("the primary version is not there any more"))?.into())
    }

    /// Encrypts and authenticates ``message``, and authenticates ``associated_data``, under the primary version.
    ///
    /// The result begins with a byte 1 and the version's id in 4 bytes; for a general key it is 45 bytes longer than the message.
    /// Raises :class:`TypeError` if keys of this kind do not encrypt messages.
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

    /// Opens what :meth:`encrypt` made.
    ///
    /// Raises :class:`ironlatch.exceptions.InvalidTag` if it was changed, cut short, or made with other associated data;
    /// :class:`UnknownKey`, :class:`KeyDisabled` or :class:`KeyDestroyed` if the version that made it is not to be had.
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

    /// A signature of ``message`` under the primary version of a key of the kind ``hmac-sha256`` or ``ed25519``, with a byte 1 and the version's
    /// id in front. Requests, tokens and webhooks are signed with :meth:`signing_keys`.
    fn sign<'py>(&self, py: Python<'py>, message: Input<'_>) -> CallResult<Bound<'py, PyBytes>> {
        let message = message.as_slice();
        Ok(PyBytes::new(py, &detach_if_long(py, message.len(), || self.inner.sign(message))?))
    }

    /// Checks what :meth:`sign` made. Raises :class:`ironlatch.exceptions.InvalidSignature` if it is not one of ``message`` under this key;
    /// :class:`UnknownKey`, :class:`KeyDisabled` or :class:`KeyDestroyed` if the version that made it is not to be had.
    fn verify(&self, py: Python<'_>, message: Input<'_>, signature: Input<'_>) -> CallResult<()> {
        let (message, signature) = (message.as_slice(), signature.as_slice());
        Ok(detach_if_long(py, message.len(), || self.inner.verify(message, signature))?)
    }

    /// The id of the version that made a message. None if the message does not say.
    fn version_of(&self, encrypted: Input<'_>) -> Option<String> {
        self.inner.version_of(encrypted.as_slice()).map(|id| id.to_string())
    }

    /// Whether a message was not made under the primary version: decrypt it and encrypt it again.
    fn needs_update(&self, encrypted: Input<'_>) -> CallResult<bool> {
        Ok(self.inner.needs_update(encrypted.as_slice())?)
    }

    /// A key of ``length`` bytes for one purpose and context, by HKDF from the primary version or the one with the id ``version``.
    ///
    /// Raises :class:`TypeError` if the key is not of the kind ``general``.
    #[pyo3(signature = (purpose, context=Vec::new(), length=32, version=None))]
    fn derive(
        &self,
        purpose: &str,
        context: Vec<Bound<'_, PyBytes>>,
        length: usize,
        version: Option<&str>,
    ) -> CallResult<SecretBytes> {
        let version = match version {
            Some(id) => self.inner.version(id.parse::<VersionId>()?)?,
            None => self.inner.primary()?,
        };
        let context: Vec<_> = context.iter().map(|part| part.as_bytes()).collect();
        Ok(SecretBytes::new(version.derive(purpose, &context, length)?))
    }

    /// The Fernet of a key of the kind ``fernet``, as it is now: the primary version makes tokens, the active ones open them too.
    fn fernet(&self, py: Python<'_>) -> CallResult<MultiFernet> {
        MultiFernet::of(py, self.inner.fernets()?)
    }

    /// The keys for signing of a key of the kind ``hmac-sha256`` or ``ed25519``, as they are now: the primary version signs, the
    /// active ones verify too.
    fn signing_keys(&self) -> CallResult<KeySet> {
        Ok(KeySet { inner: self.inner.signing_keys()? })
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.inner)
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        Err(refused())
    }
}
