//! The target of a request, in the parts that are signed (RFC 9421 §2.2, RFC 9110 §4.2.3).

use core::fmt;

use crate::{Error, Result};

/// An absolute `http` or `https` URL, with the scheme and host in small letters and without the scheme's own port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    scheme: String,
    authority: String,
    path: String,
    query: Option<String>,
}

impl Target {
    /// Reads a URL. What stands after `#` is no part of a request and left out.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if it is not an absolute URL in visible ASCII characters, names a user, or has a port that
    /// is no number.
    pub fn parse(url: &str) -> Result<Self> {
        if !url.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::value(
                "the URL must be of visible ASCII characters: percent-encode the others, as they are sent",
            ));
        }
        let absolute = || Error::value("the URL must be absolute, such as https://example.com/path");
        let url = url.split_once('#').map_or(url, |(before, _)| before);
        let (scheme, rest) = url.split_once("://").ok_or_else(absolute)?;
        let scheme = scheme.to_ascii_lowercase();
        let default_port = match scheme.as_str() {
            "http" => "80",
            "https" => "443",
            _ => return Err(Error::value("the URL must begin with http:// or https://")),
        };
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        let (path, query) = match rest.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (rest, None),
        };
        let path = if path.is_empty() { "/" } else { path }.to_owned();
        Ok(Self { authority: normalize(authority, default_port)?, scheme, path, query })
    }

    /// `http` or `https`.
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// The host, with the port if it is not the scheme's own.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The path, never empty.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What stands after the question mark, if there is one.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// The value of a parameter of the query (RFC 9421 §2.2.8), percent-encoded anew as `name` must be. `None` if there is
    /// no such one.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if there are several.
    pub fn query_parameter(&self, name: &str) -> Result<Option<String>> {
        let mut found = None;
        for pair in self.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            if form_encode(&form_decode(key)) == name && found.replace(form_encode(&form_decode(value))).is_some() {
                return Err(Error::value(format!("the query has several parameters {name:?}")));
            }
        }
        Ok(found)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.authority, self.path)?;
        match &self.query {
            Some(query) => write!(f, "?{query}"),
            None => Ok(()),
        }
    }
}

fn normalize(authority: &str, default_port: &str) -> Result<String> {
    if authority.contains('@') {
        return Err(Error::value("the URL must not name a user: HTTP does not send that part"));
    }
    let (host, port) = match authority.rsplit_once(':') {
        // A colon within brackets belongs to an IPv6 address.
        Some((host, port)) if !port.contains(']') => (host, port),
        _ => (authority, ""),
    };
    if host.is_empty() {
        return Err(Error::value("the URL has no host"));
    }
    if !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Error::value("the port of the URL is not a number"));
    }
    let host = host.to_ascii_lowercase();
    Ok(if port.is_empty() || port == default_port { host } else { format!("{host}:{port}") })
}

/// Decodes a part of an `application/x-www-form-urlencoded` text.
fn form_decode(text: &str) -> String {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut place = 0;
    while let Some(&byte) = bytes.get(place) {
        place += 1;
        decoded.push(match (byte, digit(bytes.get(place)), digit(bytes.get(place + 1))) {
            (b'%', Some(high), Some(low)) => {
                place += 2;
                (high * 16 + low) as u8
            }
            (b'+', ..) => b' ',
            _ => byte,
        });
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// Percent-encodes all but the characters that forms leave as they are.
fn form_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"*-._".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
