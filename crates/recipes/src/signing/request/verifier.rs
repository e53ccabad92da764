//! Verifying requests, with a policy that leaves no gap.

use super::authority::Authority;
use super::component::{component, signature_base};
use super::content_digest::check_content_digest;
use super::message::{Message, Request};
use super::signature::{Signature, not_authentic};
use super::signer::{DIGEST, IF_PRESENT, MAX_SECONDS, check_components, check_purpose};
use super::structured_fields::BareItem;
use crate::error::Refusal;
use crate::signing::replay::{check_leeway, keep_until};
use crate::signing::{Key, KeySet, ReplayStore, replay_id};
use crate::{Error, Result};

/// The most signatures of one request that are looked at.
const MAX_SIGNATURES: usize = 8;

/// The most components of one signature; an honest one has some ten.
const MAX_COMPONENTS: usize = 64;

/// Where a verifier finds keys.
pub trait Keys {
    /// The keys of this name; where a signature names none, those that it may be by.
    ///
    /// # Errors
    /// If they cannot be looked up; nothing is then accepted.
    fn candidates(&self, id: Option<&str>) -> Result<Vec<Key>>;
}

impl Keys for KeySet {
    fn candidates(&self, id: Option<&str>) -> Result<Vec<Key>> {
        Ok(match id {
            Some(id) => self.find(id)?.into_iter().collect(),
            None => self.current()?.to_vec(),
        })
    }
}

/// Verifies requests: the signature, that it covers all that matters, its time, and that the
/// request was not there before.
#[derive(Debug, Clone)]
pub struct RequestVerifier {
    purpose: Option<String>,
    required: Vec<String>,
    authorities: Vec<Authority>,
    max_age: u64,
    leeway: u64,
}

/// The facts about an accepted request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The name of the key that signed it.
    pub key_id: String,
    /// When it was signed, in seconds since 1970.
    pub created: u64,
    /// When the signature ends, if it says so.
    pub expires: Option<u64>,
    /// The signature's own name, if it has one.
    pub nonce: Option<String>,
    /// The components that the signature covers, as in `Signature-Input`.
    pub components: Vec<String>,
}

impl RequestVerifier {
    /// How many seconds after it was made a signature is accepted by default.
    pub const DEFAULT_MAX_AGE: u64 = 300;

    /// How many seconds the two clocks may differ by default.
    pub const DEFAULT_LEEWAY: u64 = 30;

    /// How many seconds after it was made a signature that does not say when it ends is accepted at
    /// most, where requests are accepted only once. For so long they are remembered, however short
    /// the time of one verifier is.
    pub const MAX_AGE_WITHOUT_END: u64 = 3600;

    /// A verifier of requests to these authorities, the names of this server as requests have them:
    /// `api.example.com`, `localhost:8080`. A request that was signed for one server could
    /// otherwise be shown to another that knows the same key. It accepts what was signed in the
    /// last five minutes.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if there is none, or one is
    /// no host, as in [`Authority::parse`].
    pub fn new<T: AsRef<str>>(authorities: &[T]) -> Result<Self> {
        if authorities.is_empty() {
            return Err(Error::value(
                "a verifier needs the authorities: the names of this server, such as api.example.com or localhost:8080",
            ));
        }
        Ok(Self {
            purpose: None,
            required: Vec::new(),
            authorities: authorities
                .iter()
                .map(|authority| Authority::parse(authority.as_ref()))
                .collect::<Result<_>>()?,
            max_age: Self::DEFAULT_MAX_AGE,
            leeway: Self::DEFAULT_LEEWAY,
        })
    }

    /// Accepts signatures for this purpose alone. Without one, only signatures that name no purpose
    /// are accepted.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if it is empty, or not of
    /// visible ASCII characters and spaces.
    pub fn with_purpose(mut self, purpose: &str) -> Result<Self> {
        check_purpose(purpose)?;
        self.purpose = Some(purpose.into());
        Ok(self)
    }

    /// Asks that signatures cover these fields too.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if one is not the name of a
    /// field or a derived component without parameters.
    pub fn with_required<T: AsRef<str>>(mut self, names: &[T]) -> Result<Self> {
        self.required = check_components(names)?;
        Ok(self)
    }

    /// Sets how many seconds after it was made a signature is accepted, and how many the clocks may
    /// differ.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if the first is 0 or more
    /// than ten years, or the second more than [`MAX_LEEWAY`](crate::signing::MAX_LEEWAY).
    pub fn with_max_age(mut self, max_age: u64, leeway: u64) -> Result<Self> {
        if !(1..=MAX_SECONDS).contains(&max_age) {
            return Err(Error::value(format!("a signature must be accepted for 1 to {MAX_SECONDS} seconds")));
        }
        check_leeway(leeway)?;
        (self.max_age, self.leeway) = (max_age, leeway);
        Ok(self)
    }

    /// Verifies a request now. Without a store, a request is accepted as often as it comes while
    /// its signature is valid.
    ///
    /// # Errors
    /// As [`verify_at`](Self::verify_at).
    pub fn verify(
        &self,
        request: &Request<'_>,
        keys: &dyn Keys,
        replay_store: Option<&dyn ReplayStore>,
    ) -> Result<Verified> {
        self.verify_at(request, keys, replay_store, crate::signing::now())
    }

    /// Verifies a request at the time `now`, in seconds since 1970.
    ///
    /// # Errors
    /// [`Error::Refused`] with the reason, and whatever `keys` and `replay_store` report.
    pub fn verify_at(
        &self,
        request: &Request<'_>,
        keys: &dyn Keys,
        replay_store: Option<&dyn ReplayStore>,
        now: u64,
    ) -> Result<Verified> {
        self.check_target(request)?;
        let message = Message::Request(request);
        let mut failure = None;
        for signature in Signature::read_all(message)?.iter().take(MAX_SIGNATURES) {
            match self.check(signature, message, request, keys, now) {
                Ok((key, verified)) => {
                    if let Some(store) = replay_store {
                        self.check_replay(&key, &verified, store, now)?;
                    }
                    return Ok(verified);
                }
                // Of several, one with another reason than the key says most.
                Err(error) => failure = Some(further(failure, error)),
            }
        }
        Err(failure.unwrap_or_else(not_authentic))
    }

    /// That the request names one host, which is this server, and a path.
    fn check_target(&self, request: &Request<'_>) -> Result<()> {
        request.check_host().map_err(|error| Error::refused(Refusal::Malformed, error.to_string()))?;
        let target = request.target();
        if !target.has_path() {
            let message = "the request names no path (OPTIONS *, or CONNECT), and a signature of it says too little";
            return Err(insufficient(message.into()));
        }
        let authority = target.authority();
        if self.authorities.iter().any(|ours| ours.is_same(authority, target.scheme())) {
            return Ok(());
        }
        Err(insufficient(format!(
            "the request is for {authority}, which is not this server: if it is, add it to the authorities"
        )))
    }

    /// Checks one signature: first what costs nothing, then the signature itself, at last the body,
    /// of which the hash is signed.
    fn check(
        &self,
        signature: &Signature,
        message: Message<'_>,
        request: &Request<'_>,
        keys: &dyn Keys,
        now: u64,
    ) -> Result<(Key, Verified)> {
        if signature.components.len() > MAX_COMPONENTS {
            let message =
                format!("the signature covers more than {MAX_COMPONENTS} components, which are not looked at");
            return Err(Error::refused(Refusal::Malformed, message));
        }
        self.check_coverage(request, signature)?;
        if signature.text("tag")? != self.purpose.as_deref() {
            return Err(insufficient(
                "the signature is for another purpose (tag), or for none: compare those of signer and verifier".into(),
            ));
        }
        let (created, expires) = self.check_time(signature, now)?;
        let nonce = signature.text("nonce")?.map(str::to_owned);
        let key = verified_key(signature, message, keys)?;
        if request.fields().contains(DIGEST) {
            check_content_digest(&request.fields().value(DIGEST, false).unwrap_or_default(), request.body())?;
        }
        let components = signature.components.iter().map(ToString::to_string).collect();
        let verified = Verified { key_id: key.id().into(), created, expires, nonce, components };
        Ok((key, verified))
    }

    /// When the signature was made and ends, if it is valid now.
    fn check_time(&self, signature: &Signature, now: u64) -> Result<(u64, Option<u64>)> {
        let created = signature.time("created")?;
        let created = created.ok_or_else(|| {
            insufficient("the signature does not say when it was made: have the sender say it (created)".into())
        })?;
        let expires = signature.time("expires")?;
        if created > now.saturating_add(self.leeway) {
            return Err(Error::refused(
                Refusal::NotYetValid,
                format!("the signature was made {} seconds from now: set the clocks right", created - now),
            ));
        }
        if now > self.end(created, expires) {
            let age = now - created.min(now);
            return Err(Error::refused(
                Refusal::Expired,
                format!("the signature is {age} seconds old, and no longer valid: sign each request when it is sent"),
            ));
        }
        Ok((created, expires))
    }

    fn check_coverage(&self, request: &Request<'_>, signature: &Signature) -> Result<()> {
        let whole = signature.covers("@target-uri");
        let mut required = vec!["@method"];
        if !whole {
            required.extend(["@authority", "@path", "@query"]);
        }
        required.extend(IF_PRESENT.into_iter().filter(|name| request.fields().contains(name)));
        if !request.body().is_empty() {
            required.push(DIGEST);
        }
        required.extend(self.required.iter().map(String::as_str));
        match required.into_iter().find(|name| !signature.covers(name)) {
            Some(name) => Err(insufficient(format!(
                "the signature does not cover {name}, so that somebody on the way could have changed it: have the sender sign it"
            ))),
            None => Ok(()),
        }
    }

    fn check_replay(&self, key: &Key, verified: &Verified, store: &dyn ReplayStore, now: u64) -> Result<()> {
        let Some(nonce) = &verified.nonce else {
            return Err(insufficient(
                "the signature has no nonce, which tells a request from its copy: have the sender add one".into(),
            ));
        };
        let end = match verified.expires {
            Some(expires) => expires,
            None if self.max_age <= Self::MAX_AGE_WITHOUT_END => {
                verified.created.saturating_add(Self::MAX_AGE_WITHOUT_END)
            }
            None => {
                let most = Self::MAX_AGE_WITHOUT_END;
                return Err(insufficient(format!(
                    "the signature does not say when it ends (expires), and without that it is remembered for {most} \
                     seconds only: have the sender say it, or accept signatures for at most that time"
                )));
            }
        };
        let until = keep_until(end);
        if store.remember(&replay_id("request", key.own_name(), nonce), until, now)? {
            return Ok(());
        }
        Err(Error::refused(Refusal::Replayed, "the request was accepted before: sign each one, retries too"))
    }

    /// The last second in which the signature is accepted.
    fn end(&self, created: u64, expires: Option<u64>) -> u64 {
        let end = created.saturating_add(self.max_age);
        expires.map_or(end, |expires| end.min(expires)).saturating_add(self.leeway)
    }
}

impl Signature {
    /// Whether a part of the request is covered, whole.
    fn covers(&self, name: &str) -> bool {
        let wanted = component(name);
        self.components.iter().any(|covered| {
            let harmless = covered.parameters.0.iter().all(|mark| *mark == ("sf".into(), BareItem::Boolean(true)));
            covered.value == wanted.value && harmless
        })
    }
}

/// The key by which the signature is.
fn verified_key(signature: &Signature, message: Message<'_>, keys: &dyn Keys) -> Result<Key> {
    let candidates = keys.candidates(signature.text("keyid")?)?;
    if candidates.is_empty() {
        return Err(not_authentic());
    }
    let base = signature_base(message, &signature.components, &signature.parameters)?;
    let mut failure = not_authentic();
    for key in candidates {
        match signature.verify_base(&base, &key) {
            Ok(()) => return Ok(key),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

fn further(earlier: Option<Error>, later: Error) -> Error {
    let vague = |error: &Error| matches!(error, Error::Refused { reason: Refusal::NotAuthentic, .. });
    match earlier {
        Some(earlier) if vague(&later) || !vague(&earlier) => earlier,
        _ => later,
    }
}

fn insufficient(message: String) -> Error {
    Error::refused(Refusal::Insufficient, message)
}
