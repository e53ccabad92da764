//! `ironlatch.signing`: keys, and what they sign.

mod arguments;
pub(crate) mod keys;
pub(crate) mod replay;
mod requests;
mod tokens;
pub(crate) mod webhook_secret;
pub(crate) mod webhooks;

use pyo3::prelude::*;

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod signing {
    #[pymodule_export]
    use super::keys::{Key, KeySet};
    #[pymodule_export]
    use super::replay::MemoryReplayStore;
    #[pymodule_export]
    use super::requests::{RequestSigner, RequestVerifier, Target, VerifiedRequest, content_digest};
    #[pymodule_export]
    use super::tokens::{EncryptedTokens, EncryptionKey, SignedTokens, Token};
    #[pymodule_export]
    use super::webhook_secret::WebhookSecret;
    #[pymodule_export]
    use super::webhooks::{Webhook, WebhookSigner, WebhookVerifier};
}
