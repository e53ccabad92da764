//! The members of a JWK as they are read: each once (RFC 7517 §4), of the type that it must have.
//! Secrets are copied into memory that is wiped, and nowhere else.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::error::{Allowed, Input};
use crate::json;
use crate::{Error, Result, text};

/// The longest JSON text in bytes that is read.
pub const MAX_LEN: usize = 1024 * 1024;

/// A JSON object whose members may be secret.
pub(super) struct Object<'t>(json::Object<'t>);

impl<'t> Object<'t> {
    /// Reads one JWK.
    pub(super) fn parse(json: &'t [u8]) -> Result<Self> {
        let text = text(json)?;
        json::Object::parse(text).map(Self).map_err(|fault| not_json(text, fault))
    }

    /// Reads a JWK Set, whose keys are read one by one later.
    pub(super) fn parse_set(json: &'t [u8]) -> Result<Self> {
        let text = text(json)?;
        json::Object::parse_outermost(text).map(Self).map_err(|fault| not_json(text, fault))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some()
    }

    /// A member that is no secret.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        match json::string(value) {
            Some(mut text) => Ok(Some(core::mem::take(&mut text))),
            None => Err(no_string(name)),
        }
    }

    pub(super) fn texts(&self, name: &str) -> Result<Option<Vec<String>>> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        let texts = json::elements(value).and_then(|elements| {
            elements.into_iter().map(|element| Some(core::mem::take(&mut *json::string(element)?))).collect()
        });
        match texts {
            Some(texts) => Ok(Some(texts)),
            None => Err(Error::value(format!("the JWK's member {name:?} must be an array of strings"))),
        }
    }

    /// The elements of a member that is an array, as they are written.
    pub(super) fn elements(&self, name: &str) -> Option<Vec<&'t str>> {
        json::elements(self.0.get(name)?)
    }

    pub(super) fn bytes(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        let unescaped;
        let digits = match value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            None => return Err(no_string(name)),
            Some(digits) if !digits.contains('\\') => digits,
            Some(_) => {
                unescaped = json::string(value).ok_or_else(|| no_string(name))?;
                &unescaped
            }
        };
        match text::secret_of_base64(&URL_SAFE_NO_PAD, digits.as_bytes()) {
            Some(bytes) => Ok(Some(bytes)),
            None => Err(Error::value(format!("the JWK's member {name:?} must be base64url without padding"))),
        }
    }

    pub(super) fn required_bytes(&self, name: &str) -> Result<Zeroizing<Vec<u8>>> {
        self.bytes(name)?.ok_or_else(|| missing(name))
    }

    /// A number without leading zeros, which some write (RFC 7518 §2 asks for none).
    pub(super) fn number(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let Some(mut bytes) = self.bytes(name)? else { return Ok(None) };
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        bytes.drain(..zeros);
        Ok(Some(bytes))
    }

    pub(super) fn sized(&self, name: &'static str, len: usize) -> Result<Option<Zeroizing<Vec<u8>>>> {
        match self.bytes(name)? {
            Some(bytes) if bytes.len() != len => {
                let (got, allowed) = (bytes.len(), Allowed::Exactly(len as u64));
                Err(Error::Length { what: Input::Member(name), got, allowed })
            }
            bytes => Ok(bytes),
        }
    }
}

/// Names and values in the order in which they are written. The values are base64url or plain
/// words.
#[derive(Default)]
pub(in crate::keys) struct Members(pub(super) Vec<(&'static str, Zeroizing<String>)>);

impl Members {
    pub(in crate::keys) fn plain(&mut self, name: &'static str, value: &str) -> &mut Self {
        self.0.push((name, Zeroizing::new(value.to_owned())));
        self
    }

    pub(in crate::keys) fn bytes(&mut self, name: &'static str, value: &[u8]) -> &mut Self {
        self.0.push((name, Zeroizing::new(URL_SAFE_NO_PAD.encode(value))));
        self
    }

    pub(super) fn to_json(&self) -> Zeroizing<String> {
        let len: usize = self.0.iter().map(|(name, value)| name.len() + value.len() + 6).sum();
        // Room for what is written about the key too, so that the text never moves.
        let mut json = Zeroizing::new(String::with_capacity(len + 4096));
        json.push('{');
        for (index, (name, value)) in self.0.iter().enumerate() {
            if index > 0 {
                json.push(',');
            }
            for piece in ["\"", name, "\":\"", value, "\""] {
                json.push_str(piece);
            }
        }
        json.push('}');
        json
    }
}

pub(super) fn missing(name: &str) -> Error {
    Error::value(format!("the JWK has no member {name:?}"))
}

fn text(json: &[u8]) -> Result<&str> {
    if json.len() > MAX_LEN {
        return Err(Error::Length { what: Input::Text, got: json.len(), allowed: Allowed::AtMost(MAX_LEN as u64) });
    }
    // RFC 8259 §8.1: a reader may pass over a byte-order mark.
    text::decode(json).map_err(|error| Error::value(format!("this is no JSON: {error}")))
}

/// The fault names no value: what stands in the text may be secret.
fn not_json(text: &str, fault: &str) -> Error {
    let start = text.trim_ascii_start();
    Error::value(if start.starts_with("-----BEGIN ") {
        Cow::Borrowed("this is PEM, not JSON: read it as a key file")
    } else if start.starts_with('[') {
        "a JWK must be a JSON object, and this is an array".into()
    } else {
        format!("a JWK must be a JSON object, and this cannot be read as one: {fault}").into()
    })
}

fn no_string(name: &str) -> Error {
    Error::value(format!("the JWK's member {name:?} must be a string"))
}
