//! Pin sets as JSON, to be kept in a file.
//!
//! ```json
//! {
//!   "version": 1,
//!   "hosts": {
//!     "example.com": {
//!       "pins": ["sha256/…", "sha256/…"],
//!       "include_subdomains": true,
//!       "expires": "2027-06-30T00:00:00Z",
//!       "report_only": true,
//!       "backup": false
//!     }
//!   },
//!   "refuse_others": true
//! }
//! ```
//!
//! Each member but `version`, `hosts` and `pins` can be left out. `"backup": false` says that there
//! is no backup pin. An unknown member is refused: a mistyped one would otherwise be without
//! effect. So is one that is there twice.

use serde_json::{Map, Value};

use super::pin::Pin;
use super::set::{HostPins, PinSet};
use crate::{Error, Result};
use ironlatch_core::json;

impl PinSet {
    /// Reads a pin set of at most [`MAX_JSON_LEN`](Self::MAX_JSON_LEN) bytes.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if it is too long, no JSON,
    /// of another version or form, or what [`PinSet::new`] and [`HostPins::new`] refuse.
    pub fn from_json(text: &str) -> Result<Self> {
        if text.len() > Self::MAX_JSON_LEN {
            return Err(Error::value(format!("the pin set is longer than {} bytes", Self::MAX_JSON_LEN)));
        }
        // What editors on Windows put before it.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        json::check(text).map_err(|fault| Error::value(format!("the pin set cannot be read: {fault}")))?;
        let value =
            serde_json::from_str(text).map_err(|error| Error::value(format!("the pin set is not JSON: {error}")))?;
        let mut members = Members::new("the pin set", value)?;
        match members.take("version") {
            Some(Value::Number(number)) if number.as_u64() == Some(VERSION) => {}
            Some(_) => {
                return Err(Error::value("the pin set is of a later version: a newer release of Ironlatch reads it"));
            }
            None => return Err(Error::value(r#"the pin set does not say "version": 1; is it one?"#)),
        }
        let refuse_others = members.flag("refuse_others", false)?;
        let Some(Value::Object(hosts)) = members.take("hosts") else {
            return Err(Error::value(r#"the pin set has no "hosts": expected an object of hosts with their pins"#));
        };
        members.finish()?;
        let hosts: Result<Vec<_>> = hosts.into_iter().map(|(name, value)| Ok((host(&name, value)?, name))).collect();
        let set = Self::new(hosts?.into_iter().map(|(pins, name)| (name, pins)))?;
        Ok(if refuse_others { set.refusing_others() } else { set })
    }

    /// The pin set as JSON, indented, with a newline at its end. What is as it is by default is
    /// left out.
    #[must_use]
    pub fn to_json(&self) -> String {
        let hosts: Map<String, Value> = self.hosts().map(|(name, pins)| (name.to_owned(), host_value(pins))).collect();
        let mut set = serde_json::json!({ "version": VERSION, "hosts": hosts });
        if self.refuse_others {
            set["refuse_others"] = true.into();
        }
        format!("{set:#}\n")
    }

    /// The longest text in bytes that [`from_json`](Self::from_json) reads.
    pub const MAX_JSON_LEN: usize = 1024 * 1024;
}

const VERSION: u64 = 1;

fn host(name: &str, value: Value) -> Result<HostPins> {
    let mut members = Members::new(name, value)?;
    let Some(Value::Array(pins)) = members.take("pins") else {
        return Err(Error::value(format!(r#"{name} has no "pins": expected a list of pins"#)));
    };
    let pins: Result<Vec<Pin>> = pins
        .iter()
        .map(|pin| pin.as_str().unwrap_or_default().parse().map_err(|error| Error::value(format!("{name}: {error}"))))
        .collect();
    let mut new =
        |pins| if members.flag("backup", true)? { HostPins::new(pins) } else { HostPins::without_backup(pins) };
    let mut host = new(pins?).map_err(|error| Error::value(format!("{name}: {error}")))?;
    if members.flag("include_subdomains", false)? {
        host = host.including_subdomains();
    }
    if members.flag("report_only", false)? {
        host = host.only_reported();
    }
    match members.take("expires") {
        Some(Value::String(time)) => {
            host = host.expiring(time.parse().map_err(|error| Error::value(format!(r#"{name}, "expires": {error}"#)))?);
        }
        Some(_) => return Err(Error::value(format!(r#"{name}: "expires" is a time in quotes"#))),
        None => {}
    }
    members.finish()?;
    Ok(host)
}

fn host_value(host: &HostPins) -> Value {
    let pins: Vec<String> = host.pins.iter().map(Pin::to_string).collect();
    let mut value = serde_json::json!({ "pins": pins });
    if !host.has_backup {
        value["backup"] = false.into();
    }
    if host.include_subdomains {
        value["include_subdomains"] = true.into();
    }
    if host.report_only {
        value["report_only"] = true.into();
    }
    if let Some(time) = host.expires {
        value["expires"] = time.to_string().into();
    }
    value
}

/// The members of an object, to be taken one by one until none is left.
struct Members<'a> {
    of: &'a str,
    left: Map<String, Value>,
}

impl<'a> Members<'a> {
    fn new(of: &'a str, value: Value) -> Result<Self> {
        match value {
            Value::Object(left) => Ok(Self { of, left }),
            _ => Err(Error::value(format!("{of} is not a JSON object"))),
        }
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        self.left.remove(name)
    }

    fn flag(&mut self, name: &str, default: bool) -> Result<bool> {
        match self.take(name) {
            None => Ok(default),
            Some(Value::Bool(flag)) => Ok(flag),
            Some(_) => Err(Error::value(format!("{}: {name:?} is true or false", self.of))),
        }
    }

    fn finish(self) -> Result<()> {
        match self.left.keys().next() {
            None => Ok(()),
            Some(name) => Err(Error::value(format!("{}: there is no member {name:?}; is it mistyped?", self.of))),
        }
    }
}
