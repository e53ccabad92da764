//! JWK Sets (RFC 7517 §5): what can be used of them, and what was ignored and why.

use core::fmt;

use super::members::Object;
use super::{Budget, Jwk};
use crate::error::{Allowed, Parameter};
use crate::secret::wipes_stack;
use crate::{Error, Result};

/// The most keys that a set may hold.
pub const MAX_KEYS: usize = 1000;

/// The most keys of a set of others' public keys, unless told otherwise.
pub const MAX_PUBLIC_KEYS: usize = 100;

/// The keys of a set that can be used, in its order.
#[derive(Debug)]
#[non_exhaustive]
pub struct Set {
    /// The keys.
    pub keys: Vec<Jwk>,
    /// The others.
    pub ignored: Vec<Ignored>,
}

/// A key of a set that was passed over, as the RFC asks: it does not spoil the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored<E = Error> {
    /// Where it stands in the set, from 0.
    pub index: usize,
    /// Its `kid`, if that can be read.
    pub key_id: Option<String>,
    /// Why it cannot be used: [`Error::Unsupported`] for a type that is not known,
    /// [`Error::InvalidValue`] or [`Error::Length`] for one that is malformed, [`Error::WrongType`]
    /// for one that is for something else. What the one who uses the set adds is an `E`.
    pub reason: E,
}

impl Set {
    /// Converts the keys with `convert`, and collects all that was ignored, including by it.
    pub fn use_for<T, E: From<Error>>(self, mut convert: impl FnMut(Jwk) -> Result<T, E>) -> (Vec<T>, Vec<Ignored<E>>) {
        let Self { keys, ignored } = self;
        let converted = |Ignored { index, key_id, reason }| Ignored { index, key_id, reason: E::from(reason) };
        let mut ignored: Vec<_> = ignored.into_iter().map(converted).collect();
        let mut used = Vec::new();
        let passed_over: Vec<usize> = ignored.iter().map(|ignored| ignored.index).collect();
        for (index, jwk) in (0..).filter(|index| !passed_over.contains(index)).zip(keys) {
            let key_id = jwk.key_id.clone();
            match convert(jwk) {
                Ok(key) => used.push(key),
                Err(reason) => ignored.push(Ignored { index, key_id, reason }),
            }
        }
        ignored.sort_by_key(|ignored| ignored.index);
        (used, ignored)
    }
}

impl<E: fmt::Display> Ignored<E> {
    /// The error for a set of which no key is left for `purpose`, with the reasons.
    #[must_use]
    pub fn none_left(purpose: &str, ignored: &[Self]) -> Error {
        /// The maximum number of reasons that are reported.
        const TOLD: usize = 5;
        let reasons = ignored.iter().take(TOLD).map(|ignored| format!("key {}: {}", ignored.name(), ignored.reason));
        let reasons: Vec<_> = reasons.collect();
        let more = if ignored.len() > TOLD { "; …" } else { "" };
        let because = if reasons.is_empty() { "" } else { ". " };
        Error::value(format!("the JWK Set holds no key for {purpose}{because}{}{more}", reasons.join("; ")))
    }

    /// Which key it is, for people.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.key_id {
            Some(id) => format!("{id:?} (number {} of the set)", self.index + 1),
            None => format!("number {} of the set", self.index + 1),
        }
    }
}

/// Reads a JWK Set (RFC 7517 §5). A key that cannot be used is [ignored](Set::ignored), and the
/// others are read.
///
/// # Errors
/// [`Error::InvalidValue`] if the text is longer than [`MAX_LEN`](super::MAX_LEN), no JSON object
/// with an array `keys`, or holds more than [`MAX_KEYS`].
#[wipes_stack(deep)]
pub fn parse_set(json: &[u8]) -> Result<Set> {
    read(json, MAX_KEYS, Jwk::from_object)
}

/// Reads a JWK Set that somebody publishes, as [`parse_set`] does. Private and symmetric keys in it
/// are ignored, and no work is done for them: what everybody can read is no secret, and a public
/// key taken for a secret would let everybody sign.
///
/// # Errors
/// As [`parse_set`], for more than `max_keys`.
pub fn parse_public_set(json: &[u8], max_keys: usize) -> Result<Set> {
    read(json, max_keys.min(MAX_KEYS), |object, budget| {
        if object.text("kty")?.as_deref() == Some("oct") {
            return Err(Error::WrongType("it is a symmetric key, and a published set holds public keys".into()));
        }
        if PRIVATE_MEMBERS.iter().any(|name| object.has(name)) {
            return Err(Error::WrongType(
                "it is a private key that everybody can read: have its owner replace it. A published set holds public keys".into(),
            ));
        }
        Jwk::from_object(object, budget)
    })
}

/// Whether the text looks like a JWK Set, and not like a single JWK.
#[must_use]
pub fn is_set(json: &[u8]) -> bool {
    Object::parse_set(json).is_ok_and(|object| object.has("keys") && !object.has("kty"))
}

/// The members that private and symmetric keys have, and public ones do not.
const PRIVATE_MEMBERS: [&str; 9] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];

fn read(json: &[u8], max_keys: usize, read_key: impl Fn(&Object<'_>, &mut Budget) -> Result<Jwk>) -> Result<Set> {
    let object = Object::parse_set(json)?;
    if object.has("kty") {
        return Err(Error::value("this is a single JWK, not a JWK Set: read it as a key"));
    }
    let keys = object.elements("keys");
    let keys = keys.ok_or_else(|| Error::value("a JWK Set must have a member \"keys\" that is an array"))?;
    if keys.len() > max_keys {
        let allowed = Allowed::AtMost(max_keys as u64);
        return Err(Error::OutOfRange { what: Parameter::Keys, got: keys.len() as u64, allowed });
    }
    let mut set = Set { keys: Vec::new(), ignored: Vec::new() };
    let mut budget = Budget::of_set();
    for (index, key) in keys.into_iter().enumerate() {
        let mut key_id = None;
        let jwk = Object::parse(key.as_bytes()).and_then(|object| {
            key_id = object.text("kid").ok().flatten();
            read_key(&object, &mut budget)
        });
        match jwk {
            Ok(jwk) => set.keys.push(jwk),
            Err(reason) => set.ignored.push(Ignored { index, key_id, reason }),
        }
    }
    Ok(set)
}
