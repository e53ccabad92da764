//! `WebhookSigner`, `WebhookVerifier`.

use ironlatch::recipes::signing::webhook as core;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use super::arguments::{Headers, Seconds, now_or, only_once};
use super::webhook_secret::WebhookSecret;
use crate::buffer::{Input, SecretInput, detach, detach_if_long};
use crate::errors::{CallError, CallResult};
use crate::recipes::keyring;
use crate::recipes::secret_text::Text;

/// Signs webhooks as Standard Webhooks say.
///
/// ``secrets`` is a keyring's key of the kind ``hmac-sha256`` or ``ed25519``, a WebhookSecret or
/// its text, or, while it is being changed, a list of the new and the old one: each webhook then
/// carries a signature by each, and by each usable version of a keyring's key. Raises
/// :class:`ValueError` for what is no secret, and :class:`TypeError` for one that only verifies.
///
/// >>> from ironlatch.signing.webhooks import WebhookSecret, WebhookSigner
/// >>> headers = WebhookSigner(WebhookSecret.generate()).sign(b"{}", id="msg_1")
/// >>> sorted(headers)
/// ['webhook-id', 'webhook-signature', 'webhook-timestamp']
#[pyclass(frozen, module = "ironlatch.signing.webhooks")]
pub(crate) struct WebhookSigner {
    inner: core::Signer,
}

#[pymethods]
impl WebhookSigner {
    #[new]
    fn new(secrets: Secrets) -> CallResult<Self> {
        Ok(Self { inner: core::Signer::new(secrets.inner)? })
    }

    /// Returns the three headers for a message of this ``body``: the very bytes that are sent.
    ///
    /// ``id`` names the message, not the attempt: give the same one when a delivery is tried again.
    /// Without one, it is a fresh one. ``now`` in seconds since 1970 stands in for the clock, for
    /// tests.
    #[pyo3(signature = (body, *, id=None, now=None))]
    fn sign<'py>(
        &self,
        py: Python<'py>,
        body: Input<'_>,
        id: Option<String>,
        now: Option<f64>,
    ) -> CallResult<Bound<'py, PyDict>> {
        let id = id.unwrap_or_else(core::new_id);
        let body = body.as_slice();
        let time = now_or(now).max(0.0) as u64;
        let signed = detach(py, || self.inner.sign(&id, time, body))?;
        let headers = PyDict::new(py);
        for (name, value) in signed.pairs() {
            headers.set_item(name, value)?;
        }
        Ok(headers)
    }

    fn __repr__(&self) -> &'static str {
        "WebhookSigner(<redacted>)"
    }
}

/// Verifies webhooks of one sender that follows Standard Webhooks. The methods are for senders with
/// forms of their own.
///
/// ``secrets`` is a keyring's key of the kind ``hmac-sha256`` or ``ed25519``, a WebhookSecret or
/// its text, or a list of these two. A webhook's time may differ from the clock by ``tolerance``,
/// in seconds or as a timedelta. With a ``replay_store`` each message is accepted once; give each
/// sender a store of its own, as the ids are the sender's.
///
/// Raises :class:`ValueError` for a secret or time that is none.
///
/// >>> from ironlatch.signing.webhooks import WebhookSecret, WebhookSigner, WebhookVerifier
/// >>> secret = WebhookSecret.generate()
/// >>> headers = WebhookSigner(secret).sign(b"{}", id="msg_1")
/// >>> WebhookVerifier(secret).verify(headers, b"{}").id
/// 'msg_1'
#[pyclass(frozen, module = "ironlatch.signing.webhooks")]
pub(crate) struct WebhookVerifier {
    inner: core::Verifier,
    replay_store: Option<Py<PyAny>>,
}

#[pymethods]
impl WebhookVerifier {
    #[new]
    #[pyo3(
        signature = (secrets, *, tolerance=None, replay_store=None),
        text_signature = "(secrets, *, tolerance=300, replay_store=None)"
    )]
    fn new(secrets: Secrets, tolerance: Option<Seconds>, replay_store: Option<Py<PyAny>>) -> CallResult<Self> {
        Self::with(core::Verifier::standard(secrets.inner)?, tolerance, replay_store)
    }

    /// Makes a verifier of GitHub's webhooks, with the secret as it was entered there, or a list of
    /// secrets. GitHub signs no time.
    #[staticmethod]
    #[pyo3(signature = (secrets, *, replay_store=None))]
    fn github(secrets: &Bound<'_, PyAny>, replay_store: Option<Py<PyAny>>) -> CallResult<Self> {
        Self::with(with_provider_secrets(secrets, core::Verifier::github)?, None, replay_store)
    }

    /// Makes a verifier of Stripe's webhooks, with the endpoint's secret as Stripe shows it
    /// (``whsec_…``), or a list of secrets.
    #[staticmethod]
    #[pyo3(
        signature = (secrets, *, tolerance=None, replay_store=None),
        text_signature = "(secrets, *, tolerance=300, replay_store=None)"
    )]
    fn stripe(
        secrets: &Bound<'_, PyAny>,
        tolerance: Option<Seconds>,
        replay_store: Option<Py<PyAny>>,
    ) -> CallResult<Self> {
        Self::with(with_provider_secrets(secrets, core::Verifier::stripe)?, tolerance, replay_store)
    }

    /// Makes a verifier of Slack's requests, with the app's signing secret, or a list of secrets.
    #[staticmethod]
    #[pyo3(
        signature = (secrets, *, tolerance=None, replay_store=None),
        text_signature = "(secrets, *, tolerance=300, replay_store=None)"
    )]
    fn slack(
        secrets: &Bound<'_, PyAny>,
        tolerance: Option<Seconds>,
        replay_store: Option<Py<PyAny>>,
    ) -> CallResult<Self> {
        Self::with(with_provider_secrets(secrets, core::Verifier::slack)?, tolerance, replay_store)
    }

    /// Verifies that a webhook was signed with a known secret, and that it is recent. ``headers``
    /// is a mapping, or pairs of names and values; ``body`` holds the bytes as they came, before
    /// any parsing.
    ///
    /// Raises :class:`~ironlatch.signing.NotVerified` if not.
    #[pyo3(signature = (headers, body, *, now=None))]
    fn verify(&self, py: Python<'_>, headers: Headers, body: Input<'_>, now: Option<f64>) -> CallResult<Webhook> {
        let (pairs, bytes, now) = (headers.pairs(), body.as_slice(), now_or(now));
        let verified = detach_if_long(py, bytes.len(), || self.inner.verify(&pairs, bytes, now))?;
        if let Some(store) = &self.replay_store {
            only_once(store.bind(py), &verified.replay_id(), verified.remember_until, now, "webhook")?;
        }
        Ok(Webhook { id: verified.id, timestamp: verified.timestamp })
    }

    fn __repr__(&self) -> String {
        format!("Webhook{:?}", self.inner)
    }
}

impl WebhookVerifier {
    fn with(inner: core::Verifier, tolerance: Option<Seconds>, replay_store: Option<Py<PyAny>>) -> CallResult<Self> {
        let inner = match tolerance {
            Some(tolerance) => inner.with_tolerance(tolerance.whole()?)?,
            None => inner,
        };
        Ok(Self { inner, replay_store })
    }
}

/// Describes a webhook that was verified.
#[pyclass(frozen, get_all, module = "ironlatch.signing.webhooks")]
pub(crate) struct Webhook {
    /// The name of the message, the same for each attempt to deliver it.
    id: String,
    /// When it was sent, in seconds since 1970. None from GitHub, which does not say.
    timestamp: Option<u64>,
}

#[pymethods]
impl Webhook {
    fn __repr__(&self) -> String {
        format!("Webhook(id={:?})", self.id)
    }
}

/// One secret or several.
fn each<'py>(secrets: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
    if secrets.is_instance_of::<PyString>()
        || secrets.is_instance_of::<WebhookSecret>()
        || secrets.extract::<SecretInput<'_>>().is_ok()
        || secrets.extract::<Text<'_>>().is_ok()
    {
        return Ok(vec![secrets.clone()]);
    }
    match secrets.try_iter() {
        Ok(items) => items.collect(),
        Err(_) => {
            let name = secrets.get_type().name()?;
            Err(PyTypeError::new_err(format!("secrets must be a secret or a list of secrets, not {name}")))
        }
    }
}

/// Secrets of Standard Webhooks as arguments bring them.
struct Secrets {
    inner: core::Secrets,
}

impl FromPyObject<'_, '_> for Secrets {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if let Ok(key) = object.cast::<keyring::Key>() {
            return key
                .get()
                .inner
                .webhook_secrets()
                .map(|inner| Self { inner })
                .map_err(|e| CallError::from(e).into());
        }
        let read = |secret: Bound<'_, PyAny>| -> CallResult<core::Secret> {
            match secret.cast::<WebhookSecret>() {
                Ok(secret) => Ok(secret.get().inner.clone()),
                Err(_) => Ok(core::Secret::parse(secret.extract::<Text<'_>>()?.as_str()?)?),
            }
        };
        let secrets: Vec<_> = each(&object)?.into_iter().map(read).collect::<CallResult<_>>()?;
        Ok(Self { inner: secrets.into() })
    }
}

fn with_provider_secrets(
    secrets: &Bound<'_, PyAny>,
    make: fn(&[&[u8]]) -> ironlatch::recipes::Result<core::Verifier>,
) -> CallResult<core::Verifier> {
    let secrets = each(secrets)?;
    let texts = secrets.iter().map(|secret| secret.extract::<Text<'_>>()).collect::<PyResult<Vec<_>>>()?;
    let bytes: Vec<&[u8]> = texts.iter().map(Text::as_bytes).collect();
    Ok(make(&bytes)?)
}
