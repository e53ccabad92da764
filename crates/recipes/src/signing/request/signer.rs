//! Signing requests, with good choices made.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::component::component;
use super::content_digest::content_digest;
use super::message::{Message, Request};
use super::signature::Signature;
use super::structured_fields::{BareItem, Item, Parameters};
use crate::signing::{Key, KeySet};
use crate::{Error, Result};
use ironlatch_core::Error as CoreError;
use ironlatch_core::random;
use ironlatch_core::secret::wipes_stack;

/// The components that every signature covers: where a request goes and what it does.
const ALWAYS: [&str; 4] = ["@method", "@authority", "@path", "@query"];

/// The fields that say how the body is read, covered if present.
pub(super) const IF_PRESENT: [&str; 2] = ["content-type", "content-encoding"];

pub(super) const DIGEST: &str = "content-digest";

/// The name of a signature among those of the message.
const LABEL: &str = "sig1";

/// The length of a nonce in bytes.
const NONCE_LEN: usize = 16;

/// Signs requests: method, authority, path, query, the body, and the fields that say how to read
/// it; with the time and a nonce.
#[derive(Debug, Clone)]
pub struct RequestSigner {
    keys: KeySet,
    purpose: Option<String>,
    components: Vec<String>,
    valid_for: u64,
}

/// The fields that make a request a signed one. Each is to be set, in place of one of its name that
/// is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedFields {
    /// `Content-Digest`, if there is a body.
    pub content_digest: Option<String>,
    /// `Signature-Input`.
    pub signature_input: String,
    /// `Signature`.
    pub signature: String,
}

impl SignedFields {
    /// Names and values.
    #[must_use]
    pub fn to_list(&self) -> Vec<(&'static str, &str)> {
        let digest = self.content_digest.iter().map(|digest| ("Content-Digest", digest.as_str()));
        digest.chain([("Signature-Input", &*self.signature_input), ("Signature", &*self.signature)]).collect()
    }
}

impl RequestSigner {
    /// How many seconds a signature is valid by default.
    pub const DEFAULT_VALIDITY: u64 = 300;

    /// A signer with this key, or with the first of a set, which is asked for at each signature.
    ///
    /// # Errors
    /// [`CoreError::WrongType`] if it is a public key, which only verifies; the errors of a
    /// keyring, if its key is no longer there.
    pub fn new(keys: impl Into<KeySet>) -> Result<Self> {
        let keys = keys.into();
        if !keys.signer()?.can_sign() {
            return Err(Error::Core(CoreError::WrongType(
                "a public key only verifies: signing takes the private key".into(),
            )));
        }
        Ok(Self { keys, purpose: None, components: Vec::new(), valid_for: Self::DEFAULT_VALIDITY })
    }

    /// Says what the signatures are for (`tag` of RFC 9421). A verifier for another purpose does
    /// not accept them.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] if it is empty, or not of visible ASCII characters and spaces.
    pub fn with_purpose(mut self, purpose: &str) -> Result<Self> {
        check_purpose(purpose)?;
        self.purpose = Some(purpose.into());
        Ok(self)
    }

    /// Covers more fields, which each request must then have.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] if one is not the name of a field or a derived component without
    /// parameters.
    pub fn with_components<T: AsRef<str>>(mut self, names: &[T]) -> Result<Self> {
        self.components = check_components(names)?;
        Ok(self)
    }

    /// Sets for how many seconds a signature is valid.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] if that is none.
    pub fn with_validity(mut self, seconds: u64) -> Result<Self> {
        if !(1..=MAX_SECONDS).contains(&seconds) {
            return Err(Error::value(format!("a signature must be valid for 1 to {MAX_SECONDS} seconds")));
        }
        self.valid_for = seconds;
        Ok(self)
    }

    /// The key that signs now.
    ///
    /// # Errors
    /// The errors of a keyring, if its key is no longer there.
    pub fn key(&self) -> Result<Key> {
        self.keys.signer()
    }

    /// Signs a request now.
    ///
    /// # Errors
    /// As [`sign_at`](Self::sign_at).
    pub fn sign(&self, request: &Request<'_>) -> Result<SignedFields> {
        self.sign_at(request, crate::signing::now())
    }

    /// Signs a request at the time `now`, in seconds since 1970.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] if it lacks a field that the signature is to cover, or its
    /// `Host` is not that of its target.
    #[wipes_stack(deep)]
    pub fn sign_at(&self, request: &Request<'_>, now: u64) -> Result<SignedFields> {
        request.check_host()?;
        let key = self.key()?;
        let fields = request.fields();
        let content_digest = (!request.body().is_empty()).then(|| content_digest(request.body()));
        let mut signed = Request::to(request.method(), request.target().clone())?;
        *signed.fields_mut() = fields.without(&[DIGEST]);
        if let Some(digest) = &content_digest {
            signed = signed.header("Content-Digest", digest.as_bytes())?;
        }
        let present = IF_PRESENT.into_iter().filter(|name| fields.contains(name));
        let digest = content_digest.is_some().then_some(DIGEST);
        let mut components: Vec<Item> = Vec::new();
        for name in ALWAYS.into_iter().chain(present).chain(digest).chain(self.components.iter().map(String::as_str)) {
            let component = component(name);
            if !components.contains(&component) {
                components.push(component);
            }
        }
        let text = |text: &str| BareItem::String(text.into());
        let time = |seconds: u64| BareItem::Integer(i64::try_from(seconds).unwrap_or(i64::MAX));
        let mut parameters = vec![
            ("created".into(), time(now)),
            ("expires".into(), time(now.saturating_add(self.valid_for))),
            ("keyid".into(), text(key.id())),
            ("nonce".into(), BareItem::String(URL_SAFE_NO_PAD.encode(random::array::<NONCE_LEN>()))),
        ];
        parameters.extend(self.purpose.iter().map(|purpose| ("tag".into(), text(purpose))));
        let signature = Signature::new(Message::Request(&signed), LABEL, components, Parameters(parameters), &key);
        let signature = signature.map_err(|error| match error {
            Error::Refused { message, .. } => Error::Core(CoreError::InvalidValue(message)),
            other => other,
        })?;
        Ok(SignedFields { content_digest, signature_input: signature.input(), signature: signature.value() })
    }
}

/// The most seconds that a signature may be valid, or be accepted: ten years.
pub(super) const MAX_SECONDS: u64 = 315_360_000;

pub(super) fn check_purpose(purpose: &str) -> Result<()> {
    if purpose.is_empty() || !purpose.bytes().all(|byte| matches!(byte, 0x20..=0x7e)) {
        return Err(Error::value("a purpose must be one or more visible ASCII characters"));
    }
    Ok(())
}

pub(super) fn check_components<T: AsRef<str>>(names: &[T]) -> Result<Vec<String>> {
    let known = ["@method", "@target-uri", "@authority", "@scheme", "@request-target", "@path", "@query"];
    let check = |name: &T| {
        let name = name.as_ref().to_ascii_lowercase();
        let field = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if field || known.contains(&name.as_str()) {
            return Ok(name);
        }
        Err(Error::value(format!("{name:?} is neither the name of a field nor one of {}", known.join(", "))))
    };
    names.iter().map(check).collect()
}
