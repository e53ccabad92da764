//! Tokens, and JSON with keys.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::{Fact, Finding, keys, now, shown, time};
use crate::fernet;
use ironlatch_core::keys::jwk::{self, Jwk};

/// A JWK, or the keys of a JWK Set.
pub(super) fn from_json(text: &str) -> Vec<Finding> {
    match Jwk::parse(text.as_bytes()) {
        Ok(jwk) => vec![keys::from_jwk(&jwk)],
        Err(_) => match jwk::parse_set(text.as_bytes()) {
            Ok(set) => set.keys.iter().map(keys::from_jwk).take(super::MAX_FINDINGS).collect(),
            Err(_) => Vec::new(),
        },
    }
}

/// A Fernet token. When it was made stands in it for anybody to read.
pub(super) fn fernet(text: &str) -> Option<Finding> {
    // What begins so is base64 of the version and of a time in this century.
    if !text.starts_with("gAAAAA") {
        return None;
    }
    let token = fernet::Token::parse(text.as_bytes()).ok()?;
    let padded = token.padded_len();
    Some(
        Finding::new("fernet-token", "a Fernet token")
            .with("made", time(token.claimed_timestamp()))
            .with("plaintext_bytes", format!("{} to {}", padded - 16, padded - 1)),
    )
}

/// A signed (JWS) or encrypted (JWE) token in its compact form, such as a JWT.
pub(super) fn jose(text: &str) -> Option<Finding> {
    let parts: Vec<&str> = text.split('.').collect();
    let header = object(parts.first()?)?;
    if !header.contains_key("alg") {
        return None;
    }
    let text = |name: &str| header.get(name).and_then(Value::as_str).map(shown);
    let described = |found: Finding| {
        found
            .with_some("algorithm", text("alg"))
            .with_some("encryption", text("enc"))
            .with_some("type", text("typ"))
            .with_some("key_id", text("kid"))
    };
    match parts.as_slice() {
        [_, payload, signature] => {
            Some(signed(described(Finding::new("jwt", "a signed token (JWS)")), payload, signature))
        }
        [_, _, _, ciphertext, _] => {
            let bytes = URL_SAFE_NO_PAD.decode(ciphertext).ok()?.len();
            Some(described(Finding::new("jwe", "an encrypted token (JWE)")).with("ciphertext_bytes", bytes))
        }
        _ => None,
    }
}

fn signed(mut found: Finding, payload: &str, signature: &str) -> Finding {
    if signature.is_empty()
        || found
            .fact("algorithm")
            .is_some_and(|name| matches!(name, Fact::Text(text) if text.eq_ignore_ascii_case("none")))
    {
        found = found.note("it is not signed: anybody can have written it");
    }
    let Some(claims) = object(payload) else { return found };
    found.title = "a signed token (JWT)".into();
    for (claim, name) in [("iss", "issuer"), ("sub", "subject"), ("aud", "audience"), ("jti", "token_id")] {
        found = found.with_some(name, claims.get(claim).and_then(Value::as_str).map(shown));
    }
    let seconds = |claim: &str| claims.get(claim).and_then(Value::as_f64).filter(|seconds| *seconds >= 0.0);
    for (claim, name) in [("iat", "issued"), ("nbf", "not_before"), ("exp", "expires")] {
        found = found.with_some(name, seconds(claim).map(|seconds| time(seconds as u64)));
    }
    match seconds("exp") {
        Some(end) if end < now() as f64 => found = found.note("it has expired"),
        Some(_) => {}
        None => found = found.note("it never expires"),
    }
    found.note("its claims are signed, not encrypted: anyone who has the token can read them")
}

/// A JSON object in base64url.
fn object(part: &str) -> Option<Map<String, Value>> {
    match serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()? {
        Value::Object(map) => Some(map),
        _ => None,
    }
}
