//! Providers of the key that seals a keyring's file: a key management service, a hardware module, a
//! file.

use core::fmt;
use std::borrow::Cow;

use crate::error::ProviderFault;
use crate::{Error, Result};
use ironlatch_core::keys::PublicKey;
use ironlatch_core::secret::SecretBytes;

/// Keeps a key that never leaves it, and works with it.
///
/// Every call may take its time, and may fail at any time: the error says whether the same call may
/// succeed later. Failures are kept apart from ciphertexts that do not open, of which they say
/// nothing.
pub trait KeyProvider: Send + Sync {
    /// The provider's name with the name of its key, such as `aws-kms:alias/app`. It stands in the
    /// file of a keyring, unencrypted, and has at most [`MAX_NAME_LEN`](super::MAX_NAME_LEN) bytes.
    fn name(&self) -> String;

    /// Encrypts a data key, bound to `context`, which is not secret. The result has at most
    /// [`MAX_WRAPPED_LEN`] bytes.
    ///
    /// # Errors
    /// [`ProviderError`].
    fn wrap(&self, key: &SecretBytes, context: &[u8]) -> Result<Vec<u8>, ProviderError>;

    /// Decrypts what [`wrap`](Self::wrap) made with the same `context`.
    ///
    /// # Errors
    /// [`ProviderError`]; of the kind [`Invalid`](ProviderFault::Invalid) if it was changed or has
    /// another context.
    fn unwrap(&self, wrapped: &[u8], context: &[u8]) -> Result<SecretBytes, ProviderError>;

    /// Signs a message, if the provider does that.
    ///
    /// # Errors
    /// [`ProviderError`].
    fn sign(&self, _message: &[u8]) -> Result<Vec<u8>, ProviderError> {
        Err(ProviderError::new(ProviderFault::Invalid, "it does not sign"))
    }

    /// The public key that verifies what [`sign`](Self::sign) makes.
    ///
    /// # Errors
    /// [`ProviderError`].
    fn public_key(&self) -> Result<PublicKey, ProviderError> {
        Err(ProviderError::new(ProviderFault::Invalid, "it does not sign"))
    }
}

/// The longest wrapped key in bytes.
pub const MAX_WRAPPED_LEN: usize = 16 * 1024;

/// Why a call to a [`KeyProvider`] failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ProviderError {
    /// The kind of the failure.
    pub fault: ProviderFault,
    /// The failure, for people. Not secret.
    pub message: Cow<'static, str>,
}

impl ProviderError {
    /// An error of this kind.
    pub fn new(fault: ProviderFault, message: impl Into<Cow<'static, str>>) -> Self {
        Self { fault, message: message.into() }
    }

    /// Whether the same call may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.fault.is_retryable()
    }

    /// The error of the provider with this name.
    #[must_use]
    pub fn of(self, name: &str) -> Error {
        let hint = if self.is_retryable() { "; the keyring is untouched, try again later" } else { "" };
        let message = format!("the key provider {name} failed: {}{hint}", self.message);
        Error::Provider { fault: self.fault, message: message.into() }
    }
}

impl fmt::Debug for dyn KeyProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyProvider({})", self.name())
    }
}
