//! Webhooks: signing them as [Standard Webhooks] say, and verifying those and what GitHub, Stripe
//! and Slack send.
//!
//! A Standard Webhook carries three headers: `webhook-id`, `webhook-timestamp` and
//! `webhook-signature`. Signed is `{id}.{timestamp}.{body}`, with HMAC-SHA-256 (`v1`) or Ed25519
//! (`v1a`). Several signatures, separated by spaces, let the sender change the secret while
//! receivers still know the old one. The same headers under their older names (`svix-id` …) are
//! verified too.
//!
//! Anybody can send a webhook of any length. So all that costs nothing is checked first: that the
//! headers are well formed, how many signatures there are, and the time. Then one code is made for
//! each secret, whatever the number of signatures.
//!
//! [Standard Webhooks]:
//! https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
//!
//! ```
//! use ironlatch::recipes::signing::webhook::{Secret, Signer, Verifier};
//!
//! let secret = Secret::generate()?;
//! let text = secret.to_text();
//! let now = 1_700_000_000;
//! let signed = Signer::new(vec![secret])?.sign("msg_1", now, b"{\"paid\":true}")?;
//!
//! let verifier = Verifier::standard(vec![Secret::parse(text.expose())?])?;
//! let webhook = verifier.verify(&signed.pairs(), b"{\"paid\":true}", now as f64)?;
//! assert_eq!(webhook.id, "msg_1");
//! assert!(verifier.verify(&signed.pairs(), b"{\"paid\":false}", now as f64).is_err());
//! # Ok::<(), ironlatch::recipes::Error>(())
//! ```

mod headers;
mod providers;
mod secret;

use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::error::Refusal;
use crate::signing::{FOREVER, ReplayStore, replay_id};
use crate::{Error, Result};
use ironlatch_core::random;
use ironlatch_core::secret::wipes_stack;

use headers::Headers;
use providers::Provider;

pub use secret::{Secret, Secrets};

/// How many seconds a webhook's timestamp may differ from this machine's clock, unless told
/// otherwise.
pub const TOLERANCE: u64 = 300;

/// How many seconds that may be at most, whatever a verifier is told. For so long after its
/// timestamp a webhook is remembered, so that no verifier with another tolerance takes it once
/// more.
pub const MAX_TOLERANCE: u64 = 60 * 60;

/// The longest identifier of a message in bytes.
pub const MAX_ID_LEN: usize = 256;

/// How many signatures of one webhook are tried at most.
pub const MAX_SIGNATURES: usize = 16;

/// How many of these by key pairs are tried at most: to check one takes a hash of the whole body.
pub const MAX_PAIR_SIGNATURES: usize = 4;

/// The names of the three headers.
struct Names {
    id: &'static str,
    timestamp: &'static str,
    signature: &'static str,
}

const STANDARD_NAMES: Names =
    Names { id: "webhook-id", timestamp: "webhook-timestamp", signature: "webhook-signature" };

/// The headers before there was a standard, which Svix and its customers still send.
const SVIX_NAMES: Names = Names { id: "svix-id", timestamp: "svix-timestamp", signature: "svix-signature" };

impl Names {
    /// Those of a message: one set or the other, never some of each.
    fn of(headers: &Headers<'_>) -> &'static Self {
        let any = |names: &Self| [names.id, names.timestamp, names.signature].iter().any(|name| headers.contains(name));
        if any(&SVIX_NAMES) && !any(&STANDARD_NAMES) { &SVIX_NAMES } else { &STANDARD_NAMES }
    }
}

/// Signs webhooks.
#[derive(Debug)]
pub struct Signer {
    secrets: Secrets,
}

impl Signer {
    /// A signer with one secret, or, while it is being changed, with the new and the old one: each
    /// webhook then carries a signature by each. So it does with the [secrets of a
    /// keyring](crate::keyring::Key::webhook_secrets).
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) without a secret, with more
    /// than [`MAX_SIGNATURES`], or [`MAX_PAIR_SIGNATURES`] key pairs, and for a public key; those
    /// of a keyring.
    pub fn new(secrets: impl Into<Secrets>) -> Result<Self> {
        let secrets = secrets.into();
        let now = secrets.current()?;
        check_count(now.len())?;
        let pairs = now.iter().filter(|secret| secret.version() == secret::PAIR_VERSION).count();
        if pairs > MAX_PAIR_SIGNATURES {
            return Err(Error::value(format!("there are {pairs} key pairs; at most {MAX_PAIR_SIGNATURES} are tried")));
        }
        if now.iter().any(Secret::is_public) {
            return Err(Error::value("a public key (whpk_…) only verifies: sign with the secret key (whsk_…)"));
        }
        Ok(Self { secrets })
    }

    /// The headers for a message of this `body`, sent at `time` in seconds since 1970.
    ///
    /// `id` names the message, not the attempt: when a delivery is tried again, give the same one
    /// with the new time.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if `id` is empty, longer
    /// than [`MAX_ID_LEN`], or not of visible ASCII characters without a full stop, which would
    /// make it unclear what was signed, or begins with a quotation mark; [`Error::Keyring`] if a
    /// keyring's secrets are no longer there.
    #[wipes_stack]
    pub fn sign(&self, id: &str, time: u64, body: &[u8]) -> Result<Signed> {
        check_id(id).map_err(Error::value)?;
        let timestamp = time.to_string();
        let mut signatures = Vec::new();
        for secret in self.secrets.current()?.iter() {
            let signature = secret.sign(&[id.as_bytes(), b".", timestamp.as_bytes(), b".", body])?;
            signatures.push(format!("{},{}", secret.version(), STANDARD.encode(signature)));
        }
        Ok(Signed { id: id.to_owned(), timestamp, signature: signatures.join(" ") })
    }
}

/// A fresh identifier for a message: `msg_` and 32 hexadecimal digits.
#[must_use]
pub fn new_id() -> String {
    format!("msg_{}", hex::encode(random::array::<16>()))
}

/// The headers of a signed webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Signed {
    /// `webhook-id`
    pub id: String,
    /// `webhook-timestamp`
    pub timestamp: String,
    /// `webhook-signature`
    pub signature: String,
}

impl Signed {
    /// The headers' names and values.
    #[must_use]
    pub fn pairs(&self) -> [(&str, &str); 3] {
        let Names { id, timestamp, signature } = STANDARD_NAMES;
        [(id, &self.id), (timestamp, &self.timestamp), (signature, &self.signature)]
    }
}

/// Verifies webhooks of one sender.
pub struct Verifier {
    sender: Sender,
    tolerance: u64,
}

enum Sender {
    Standard(Secrets),
    Provider(Provider),
}

/// A webhook that was sent by somebody who knows the secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The name of the message, for accepting it only once: `webhook-id`. GitHub, Stripe and Slack
    /// sign none; for them it is `sha256:` and the digest of the signature.
    pub id: String,
    /// When it was sent, in seconds since 1970; `None` from GitHub, which does not say.
    pub timestamp: Option<u64>,
    /// Until when the same webhook would verify again, whatever the tolerance of a verifier, in
    /// seconds since 1970: as long as the id must be remembered. GitHub's never end; for them it is
    /// [`FOREVER`].
    pub remember_until: u64,
}

impl Verified {
    /// The name under which a [`ReplayStore`] keeps the webhook. It is the sender's: give each
    /// sender a store of its own.
    #[must_use]
    pub fn replay_id(&self) -> String {
        replay_id("webhook", "", &self.id)
    }

    /// Stores the webhook in `store`, so that it is accepted only once; `now` is in seconds since
    /// 1970.
    ///
    /// # Errors
    /// [`Error::Refused`] as [`Refusal::Replayed`] if it was kept before; those of the store.
    pub fn only_once(self, store: &impl ReplayStore, now: f64) -> Result<Self> {
        if store.remember(&self.replay_id(), self.remember_until, now.max(0.0) as u64)? {
            Ok(self)
        } else {
            Err(Error::refused(
                Refusal::Replayed,
                "the webhook was accepted before: answer as if it were new, and do nothing",
            ))
        }
    }
}

impl Verifier {
    /// For Standard Webhooks, with the secrets that may have signed.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) without a secret, or with
    /// more than [`MAX_SIGNATURES`]; those of a keyring.
    #[wipes_stack]
    pub fn standard(secrets: impl Into<Secrets>) -> Result<Self> {
        let secrets = secrets.into();
        check_count(secrets.current()?.len())?;
        Ok(Self { sender: Sender::Standard(secrets), tolerance: TOLERANCE })
    }

    /// For GitHub's webhooks (`X-Hub-Signature-256`), with the secrets as they were entered there.
    /// GitHub signs the body alone: not when it was sent, nor which delivery it is.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) without a secret, with an
    /// empty one, or with more than [`MAX_SIGNATURES`].
    #[wipes_stack]
    pub fn github(secrets: &[&[u8]]) -> Result<Self> {
        Ok(Self { sender: Sender::Provider(Provider::github(secrets)?), tolerance: TOLERANCE })
    }

    /// For Stripe's webhooks (`Stripe-Signature`), with the secrets as Stripe shows them, `whsec_`
    /// included.
    ///
    /// # Errors
    /// As [`github`](Self::github).
    #[wipes_stack]
    pub fn stripe(secrets: &[&[u8]]) -> Result<Self> {
        Ok(Self { sender: Sender::Provider(Provider::stripe(secrets)?), tolerance: TOLERANCE })
    }

    /// For Slack's requests (`X-Slack-Signature`), with the signing secrets as Slack shows them.
    ///
    /// # Errors
    /// As [`github`](Self::github).
    #[wipes_stack]
    pub fn slack(secrets: &[&[u8]]) -> Result<Self> {
        Ok(Self { sender: Sender::Provider(Provider::slack(secrets)?), tolerance: TOLERANCE })
    }

    /// With another number of seconds that a webhook's timestamp may differ from the clock.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) for more than
    /// [`MAX_TOLERANCE`].
    pub fn with_tolerance(self, seconds: u64) -> Result<Self> {
        if seconds > MAX_TOLERANCE {
            return Err(Error::value(format!(
                "a tolerance of {seconds} seconds is more than the {MAX_TOLERANCE} for which a webhook is remembered"
            )));
        }
        Ok(Self { tolerance: seconds, ..self })
    }

    /// Checks that the webhook with these headers and this raw `body` was signed with a known
    /// secret, and that it is recent: `now` is the time in seconds since 1970. Headers are found
    /// whatever the case of their names.
    ///
    /// # Errors
    /// [`Error::Refused`]: [`Refusal::Malformed`], [`Refusal::NotAuthentic`], [`Refusal::Expired`]
    /// or [`Refusal::NotYetValid`].
    #[wipes_stack(deep)]
    pub fn verify(&self, headers: &[(&str, &str)], body: &[u8], now: f64) -> Result<Verified> {
        let headers = Headers(headers);
        match &self.sender {
            Sender::Standard(secrets) => self.verify_standard(secrets, &headers, body, now),
            Sender::Provider(provider) => provider.verify(&headers, body, now, self.tolerance),
        }
    }

    fn verify_standard(&self, secrets: &Secrets, headers: &Headers<'_>, body: &[u8], now: f64) -> Result<Verified> {
        let names = Names::of(headers);
        let id = headers.required(names.id)?;
        let time = headers.required(names.timestamp)?;
        check_id(id).map_err(|message| malformed(format!("the {} header is not valid: {message}", names.id)))?;
        let timestamp = headers::timestamp(names.timestamp, time)?;
        let signatures = signatures(names.signature, headers.required(names.signature)?)?;
        let remember_until = check_age(timestamp, now, self.tolerance)?;
        let pieces = [id.as_bytes(), b".", time.as_bytes(), b".", body];
        let found = secrets.find(|secrets| signed_by(secrets, &pieces, &signatures).transpose())?;
        found.ok_or_else(wrong_signature)??.gate().opened();
        Ok(Verified { id: id.to_owned(), timestamp: Some(timestamp), remember_until })
    }
}

/// The first of the secrets by which one of the signatures is. So of the signatures by the new
/// secret and by the old one the new one counts, and it shows when nobody needs the old one.
fn signed_by(secrets: &[Secret], pieces: &[&[u8]], signatures: &[(&str, Vec<u8>)]) -> Result<Option<Secret>> {
    let mut found = None;
    for secret in secrets {
        let of_its_kind = signatures.iter().filter(|(version, _)| *version == secret.version());
        if secret.verifies_any(pieces, of_its_kind.map(|(_, signature)| &signature[..]))? {
            found = found.or(Some(secret));
        }
    }
    Ok(found.cloned())
}

/// The versions and bytes of the signatures in the header `name`.
fn signatures<'h>(name: &str, text: &'h str) -> Result<Vec<(&'h str, Vec<u8>)>> {
    let entries: Vec<&str> = text.split(' ').filter(|entry| !entry.is_empty()).collect();
    if entries.len() > MAX_SIGNATURES {
        return Err(malformed(format!("the {name} header holds more than {MAX_SIGNATURES} signatures")));
    }
    // Signatures of other versions are for other receivers.
    let read = |entry: &'h str| {
        let (version, signature) = entry.split_once(',')?;
        Some((version, STANDARD.decode(signature).ok()?))
    };
    let signatures: Vec<_> = entries.into_iter().filter_map(read).collect();
    if signatures.iter().filter(|(version, _)| *version == secret::PAIR_VERSION).count() > MAX_PAIR_SIGNATURES {
        return Err(malformed(format!(
            "the {name} header holds more than {MAX_PAIR_SIGNATURES} signatures by key pairs"
        )));
    }
    Ok(signatures)
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sender = match &self.sender {
            Sender::Standard(_) => "standard",
            Sender::Provider(provider) => provider.name(),
        };
        write!(f, "Verifier({sender}, tolerance: {} s)", self.tolerance)
    }
}

fn check_count(secrets: usize) -> Result<()> {
    match secrets {
        0 => Err(Error::value("no secret is given: a webhook needs one")),
        1..=MAX_SIGNATURES => Ok(()),
        _ => Err(Error::value(format!("there are {secrets} secrets; at most {MAX_SIGNATURES} are tried"))),
    }
}

fn check_id(id: &str) -> Result<(), String> {
    let good = |byte: u8| byte.is_ascii_graphic() && byte != b'.';
    // What a signed request signs begins with a quotation mark (RFC 9421 §2.5), and no webhook
    // does, whatever key is used for both.
    if id.is_empty() || id.len() > MAX_ID_LEN || !id.bytes().all(good) || id.starts_with('"') {
        return Err(format!(
            "a webhook's id is 1 to {MAX_ID_LEN} visible ASCII characters without a full stop or a quotation mark in front, such \
             as msg_1f81eb52"
        ));
    }
    Ok(())
}

/// Until when a webhook of this time may be taken by anyone, if it is taken now.
fn check_age(timestamp: u64, now: f64, tolerance: u64) -> Result<u64> {
    let age = now - timestamp as f64;
    if !age.is_finite() {
        return Err(Error::value("the time now must be a number of seconds"));
    }
    if age > tolerance as f64 {
        let message = format!(
            "the webhook was sent {age:.0} seconds ago, and at most {tolerance} are allowed: it is late or sent again by \
             somebody else, or this machine's clock is wrong"
        );
        return Err(Error::refused(Refusal::Expired, message));
    }
    if age < -(tolerance as f64) {
        let message = format!(
            "the webhook was sent {:.0} seconds in the future, and at most {tolerance} are allowed: compare the sender's clock \
             and this machine's",
            -age
        );
        return Err(Error::refused(Refusal::NotYetValid, message));
    }
    Ok(timestamp.saturating_add(MAX_TOLERANCE).min(FOREVER))
}

fn malformed(message: impl Into<String>) -> Error {
    Error::refused(Refusal::Malformed, message.into())
}

fn wrong_signature() -> Error {
    Error::refused(
        Refusal::NotAuthentic,
        "no signature of the webhook is right: it was signed with another secret, or the body is not the one that was sent; \
         verify its raw bytes, before any parsing",
    )
}
