//! The claims of a token (RFC 7519 §4): the data, and the time in which it is valid.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use super::{LEEWAY, insufficient, malformed};
use crate::error::Refusal;
use crate::signing::replay::keep_until;
use crate::signing::{ReplayStore, replay_id};
use crate::{Error, Result};
use ironlatch_core::json::{self, Object};
use ironlatch_core::{Error as CoreError, random};

/// The contents of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// A JSON value: its text.
    Json(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// The requirements on a token's age.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Validity {
    /// The greatest age in seconds since it was made, in addition to the token's own limits.
    pub max_age: Option<f64>,
    /// The time now, in seconds since 1970.
    pub now: f64,
}

/// A token whose signature and times were right.
#[derive(Debug, Clone, PartialEq)]
pub struct Verified {
    /// The data of the token. `None` if it has no member `data` or `bin`, like tokens of others.
    pub data: Option<Data>,
    /// All claims, as the text of a JSON object.
    pub claims: String,
    /// `jti`: what names this token among others.
    pub id: Option<String>,
    /// `iat`: when it was made, in seconds since 1970.
    pub issued_at: Option<f64>,
    /// `exp`: when it ends.
    pub expires_at: Option<f64>,
    /// The name of the key that it was verified with.
    pub key_id: String,
    /// The name that the key itself has.
    pub(super) key_own_name: Arc<str>,
    /// Until when the same token would verify again, whatever `max_age` and leeway a verifier has:
    /// as long as its id must be remembered if it is to be used only once. `None` for a token that
    /// does not end by itself.
    pub remember_until: Option<u64>,
}

impl Verified {
    /// The name under which a [`ReplayStore`] keeps the token.
    ///
    /// # Errors
    /// [`Error::Refused`] as [`Refusal::Insufficient`] if the token has no [`id`](Self::id).
    pub fn replay_id(&self) -> Result<String> {
        match &self.id {
            Some(id) => Ok(replay_id("token", &self.key_own_name, id)),
            None => Err(insufficient("the token has no name (jti): it cannot be told whether it was used before")),
        }
    }

    /// Until when a [`ReplayStore`] keeps the token.
    ///
    /// # Errors
    /// [`Error::Refused`] as [`Refusal::Insufficient`] if the token never ends by itself.
    pub fn replay_end(&self) -> Result<u64> {
        self.remember_until.ok_or_else(|| {
            insufficient(
                "the token does not say when it ends (exp): a verifier with another age would accept it again, so it \
                 cannot be good for one time only",
            )
        })
    }

    /// Stores the token in `store`, so that it is accepted only once; `now` is in seconds since
    /// 1970.
    ///
    /// # Errors
    /// [`Error::Refused`] as [`Refusal::Replayed`] if it was kept before; as
    /// [`replay_id`](Self::replay_id) and [`replay_end`](Self::replay_end); those of the store.
    pub fn only_once(self, store: &impl ReplayStore, now: f64) -> Result<Self> {
        if store.remember(&self.replay_id()?, self.replay_end()?, now.max(0.0) as u64)? {
            Ok(self)
        } else {
            Err(Error::refused(Refusal::Replayed, "the token was used before, and is good for one time only"))
        }
    }
}

/// The settings for making and checking claims.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    /// Seconds that two clocks may differ.
    pub(super) leeway: f64,
    /// `aud`: who the tokens are for.
    pub(super) audience: Option<String>,
}

impl Default for Rules {
    fn default() -> Self {
        Self { leeway: LEEWAY as f64, audience: None }
    }
}

impl Rules {
    /// The claims for `data`, from `now` for `valid_for` seconds, as JSON.
    pub(super) fn write(&self, data: &Data, valid_for: u64, now: f64) -> Result<Zeroizing<String>> {
        if valid_for == 0 {
            return Err(Error::value("a token must be valid for at least a second"));
        }
        // Rounded down, so that nobody's clock has yet to reach it.
        let now = now.max(0.0) as u64;
        let expires = now.checked_add(valid_for).filter(|time| *time < 1 << 53);
        let expires =
            expires.ok_or_else(|| Error::value(format!("{valid_for} seconds are longer than time is counted")))?;
        let (name, value) = match data {
            Data::Json(text) => {
                json::check(text)
                    .map_err(|fault| Error::value(format!("the data of a token must be JSON: {fault}")))?;
                ("data", Zeroizing::new(text.clone()))
            }
            Data::Bytes(bytes) => {
                let mut quoted = Zeroizing::new(String::with_capacity(bytes.len().div_ceil(3) * 4 + 2));
                quoted.push('"');
                URL_SAFE_NO_PAD.encode_string(bytes, &mut quoted);
                quoted.push('"');
                ("bin", quoted)
            }
        };
        let id = URL_SAFE_NO_PAD.encode(random::array::<16>());
        let audience = self
            .audience
            .as_ref()
            .map_or(String::new(), |audience| format!("\"aud\":{},", serde_json::Value::from(audience.as_str())));
        let head = format!("{{\"iat\":{now},\"exp\":{expires},\"jti\":\"{id}\",{audience}\"{name}\":");
        // With room for all of it, so that the text never moves.
        let mut claims = Zeroizing::new(String::with_capacity(head.len() + value.len() + 1));
        claims.push_str(&head);
        claims.push_str(&value);
        claims.push('}');
        Ok(claims)
    }

    /// Reads and checks claims that this key protected.
    pub(super) fn read(&self, claims: Vec<u8>, key: (&str, &Arc<str>), validity: Validity) -> Result<Verified> {
        let mut claims = Zeroizing::new(claims);
        let invalid = |message: String| malformed(format!("the token's claims are not valid: {message}"));
        let text = core::str::from_utf8(&claims).map_err(|_| invalid("they are no text in UTF-8".into()))?;
        let object = Object::parse(text).map_err(|fault| invalid(fault.into()))?;
        let time = |name| object.time(name).map_err(invalid);
        let (issued_at, expires_at, not_before) = (time("iat")?, time("exp")?, time("nbf")?);
        self.check_times(issued_at, expires_at, not_before, validity)?;
        let remember_until = expires_at.map(|end| keep_until(end.ceil() as u64));
        self.check_audience(object.get("aud"))?;
        let data = match (object.get("data"), object.text("bin").map_err(invalid)?) {
            (Some(_), Some(_)) => return Err(invalid("they hold both data and bin".into())),
            (Some(text), None) => Some(Data::Json(text.to_owned())),
            (None, Some(text)) => {
                let bytes = URL_SAFE_NO_PAD.decode(text);
                Some(Data::Bytes(bytes.map_err(|_| invalid("their member \"bin\" is no base64url".into()))?))
            }
            (None, None) => None,
        };
        let id = object.text("jti").map_err(invalid)?;
        let claims = String::from_utf8(core::mem::take(&mut *claims))
            .map_err(|_| Error::Core(CoreError::Internal("it was UTF-8")))?;
        let (key_id, key_own_name) = (key.0.to_owned(), Arc::clone(key.1));
        Ok(Verified { data, claims, id, issued_at, expires_at, key_id, key_own_name, remember_until })
    }

    /// Checks the times.
    fn check_times(
        &self,
        issued_at: Option<f64>,
        expires_at: Option<f64>,
        not_before: Option<f64>,
        Validity { max_age, now }: Validity,
    ) -> Result<()> {
        let leeway = self.leeway;
        if !now.is_finite() || max_age.is_some_and(|age| !age.is_finite() || age < 0.0) {
            return Err(Error::value("the time now and max_age must be numbers of seconds, and max_age not negative"));
        }
        for start in [not_before, issued_at].into_iter().flatten() {
            if start > now + leeway {
                return Err(early(format!(
                    "the token is valid only in {:.0} seconds: compare the clocks of who made it and of this machine",
                    start - now
                )));
            }
        }
        let oldest = match (issued_at, max_age) {
            (_, None) => None,
            (Some(issued_at), Some(max_age)) => Some(issued_at + max_age),
            (None, Some(_)) => {
                return Err(insufficient("the token does not say when it was made (iat): its age is not known"));
            }
        };
        if let Some(end) = expires_at
            && now >= end + leeway
        {
            return Err(expired(format!("the token expired {:.0} seconds ago: ask for a new one", now - end)));
        }
        if let (Some(end), Some(issued_at), Some(max_age)) = (oldest, issued_at, max_age)
            && now > end + leeway
        {
            let age = now - issued_at;
            return Err(expired(format!(
                "the token is {age:.0} seconds old, and at most {max_age:.0} are allowed: ask for a new one"
            )));
        }
        match expires_at.or(oldest) {
            Some(_) => Ok(()),
            None => Err(insufficient("the token never ends: it has no exp, and max_age was not given")),
        }
    }

    /// RFC 7519 §4.1.3: a token for others is refused, and so is one for somebody where nobody was
    /// expected.
    fn check_audience(&self, said: Option<&str>) -> Result<()> {
        let wanted = self.audience.as_deref();
        let audiences: Vec<String> = match said {
            None if wanted.is_none() => return Ok(()),
            None => return Err(insufficient("the token does not say who it is for (aud)")),
            Some(value) => match serde_json::from_str::<String>(value) {
                Ok(one) => vec![one],
                Err(_) => serde_json::from_str(value)
                    .map_err(|_| malformed("the token's aud is neither a string nor an array of strings"))?,
            },
        };
        match wanted {
            Some(wanted) if audiences.iter().any(|audience| audience == wanted) => Ok(()),
            Some(_) => Err(insufficient("the token is for another audience (aud)")),
            None => Err(insufficient("the token is for a certain audience (aud): say which one you are")),
        }
    }
}

fn expired(message: String) -> Error {
    Error::refused(Refusal::Expired, message)
}

fn early(message: String) -> Error {
    Error::refused(Refusal::NotYetValid, message)
}
