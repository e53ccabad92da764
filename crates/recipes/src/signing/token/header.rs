//! The header of a token (RFC 7515 §4, RFC 7516 §4).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{MAX_LEN, malformed};
use crate::{Error, Result};
use ironlatch_core::Error as CoreError;
use ironlatch_core::json::Object;

/// The header of a token. References to keys (`jku`, `x5u`, `jwk`, `x5c`) are ignored.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) algorithm: String,
    /// `enc`, of encrypted tokens
    pub(super) encryption: Option<String>,
    pub(super) typ: Option<String>,
    pub(super) key_id: Option<String>,
}

impl Header {
    /// Reads a header as it stands in a token.
    pub(super) fn decode(text: &str) -> Result<Self> {
        let bytes = decode("header", text)?;
        let invalid = |message: &str| malformed(format!("the token's header is not valid: {message}"));
        let json = core::str::from_utf8(&bytes).map_err(|_| invalid("it is no text in UTF-8"))?;
        let object = Object::parse(json).map_err(invalid)?;
        let text = |name| object.text(name).map_err(|message| invalid(&message));
        for name in ["crit", "zip"] {
            if object.get(name).is_some() {
                return Err(invalid(&format!("it asks for an extension ({name}) that is not known here")));
            }
        }
        Ok(Self {
            algorithm: text("alg")?.ok_or_else(|| invalid("it has no member \"alg\""))?,
            encryption: text("enc")?,
            typ: text("typ")?,
            key_id: text("kid")?,
        })
    }
}

/// The text of a header with these members, which are ASCII.
pub(super) fn encode(members: &[(&str, &str)]) -> String {
    let members: Vec<String> =
        members.iter().map(|(name, value)| format!("\"{name}\":{}", serde_json::Value::from(*value))).collect();
    URL_SAFE_NO_PAD.encode(format!("{{{}}}", members.join(",")))
}

/// The `N` parts of a token, which dots separate.
pub(super) fn split<'t, const N: usize>(token: &'t str, kind: &str) -> Result<[&'t str; N]> {
    if token.len() > MAX_LEN {
        return Err(malformed(format!("the text is longer than {MAX_LEN} bytes: it is no token")));
    }
    let mut parts = [""; N];
    let mut count = 0;
    for part in token.split('.') {
        if let Some(place) = parts.get_mut(count) {
            *place = part;
        }
        count += 1;
    }
    match count {
        _ if count == N => Ok(parts),
        5 => Err(malformed("the token is an encrypted one: open it with the key that encrypts")),
        3 => Err(malformed("the token is a signed one, not encrypted: verify it with the key that signs")),
        _ => Err(malformed(format!(
            "the text is no {kind} token: it must have {N} parts with dots between them, and has {count}; was it cut?"
        ))),
    }
}

/// Strict base64url: no padding, no other characters, no bits left over.
pub(super) fn decode(part: &str, text: &str) -> Result<Vec<u8>> {
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| malformed(format!("the token's {part} is no base64url: was it cut or changed?")))
}

/// Refuses to make a token that is too long.
pub(super) fn check_len(token: String) -> Result<String> {
    if token.len() > MAX_LEN {
        return Err(Error::Core(CoreError::TooLong(
            format!(
                "the token would be {} bytes long; at most {MAX_LEN} are read: put a reference into it",
                token.len()
            )
            .into(),
        )));
    }
    Ok(token)
}
