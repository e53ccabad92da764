//! The headers of a webhook, found whatever the case of their names.

use super::malformed;
use crate::Result;

/// The longest value of a header that is looked at, in bytes.
const MAX_VALUE_LEN: usize = 8192;

pub(super) struct Headers<'h>(pub(super) &'h [(&'h str, &'h str)]);

impl<'h> Headers<'h> {
    pub(super) fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|(other, _)| other.eq_ignore_ascii_case(name))
    }

    /// The value of a header that must be there once.
    pub(super) fn required(&self, name: &str) -> Result<&'h str> {
        let mut values = self.0.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| *value);
        let Some(value) = values.next() else {
            return Err(malformed(format!(
                "the request has no {name} header: it is no signed webhook of this kind, or a proxy took the header away"
            )));
        };
        if values.next().is_some() {
            return Err(malformed(format!("the request has more than one {name} header")));
        }
        if value.len() > MAX_VALUE_LEN {
            return Err(malformed(format!("the {name} header is longer than {MAX_VALUE_LEN} bytes")));
        }
        Ok(value)
    }
}

/// A time in seconds since 1970 as the header `name` gives it: decimal digits, written in one way
/// only.
pub(super) fn timestamp(name: &str, text: &str) -> Result<u64> {
    let plain = !text.is_empty() && text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(time) if plain && (text == "0" || !text.starts_with('0')) => Ok(time),
        _ => Err(malformed(format!("the {name} header holds no time: it must be whole seconds since 1970"))),
    }
}
