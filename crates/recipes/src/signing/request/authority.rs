//! A host with its port, as `Host` and URLs name it (RFC 9110 §4.2 and §7.2, RFC 3986 §3.2).

use core::fmt;
use core::net::Ipv6Addr;

use crate::{Error, Result};

/// The longest name of a host in bytes.
const MAX_LEN: usize = 253;

/// How a request is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scheme {
    /// `http`
    Http,
    /// `https`
    Https,
}

impl Scheme {
    /// Reads `http` or `https`, in any letters.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) for another scheme.
    pub fn parse(text: &str) -> Result<Self> {
        [Self::Http, Self::Https]
            .into_iter()
            .find(|scheme| scheme.name().eq_ignore_ascii_case(text))
            .ok_or_else(|| Error::value("the URL must begin with http:// or https://: the scheme is none of them"))
    }

    /// The scheme in small letters.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// The port where none is written.
    #[must_use]
    pub fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// `host` or `host:port`, in small letters: all that a `Host` field may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    host: String,
    port: Option<u16>,
}

impl Authority {
    /// Reads `api.example.com`, `localhost:8080`, `192.0.2.1` or `[2001:db8::1]:443`.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if the host is empty, or
    /// has characters that no host has: letters, digits, `-`, `.`, `_` and `~` are allowed, and
    /// IPv6 addresses in brackets; if the port is not from 1 to 65535.
    pub fn parse(text: &str) -> Result<Self> {
        if let Some(rest) = text.strip_prefix('[') {
            let (address, rest) = rest.split_once(']').ok_or_else(|| wrong(text, "has an opening bracket alone"))?;
            address.parse::<Ipv6Addr>().map_err(|_| wrong(text, "has no IPv6 address in its brackets"))?;
            let port = match rest.strip_prefix(':') {
                Some(port) => parse_port(text, port)?,
                None if rest.is_empty() => None,
                None => return Err(wrong(text, "has more than a port behind the address")),
            };
            return Ok(Self { host: format!("[{}]", address.to_ascii_lowercase()), port });
        }
        let (host, port) = text.split_once(':').unwrap_or((text, ""));
        if host.is_empty() {
            return Err(wrong(text, "is empty"));
        }
        if host.contains('@') || port.contains('@') {
            // Nor does the message: there may be a password in it.
            return Err(Error::value("the URL or host must not name a user: HTTP does not send that part"));
        }
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if host.len() > MAX_LEN || !host.bytes().all(allowed) {
            return Err(wrong(text, "is too long, or has characters that no host has"));
        }
        Ok(Self { host: host.to_ascii_lowercase(), port: parse_port(text, port)? })
    }

    /// The host: a name, an IPv4 address, or an IPv6 address in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, if it is written.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// Whether two name the same server under a scheme, whose own port may be written or not.
    #[must_use]
    pub fn is_same(&self, other: &Self, scheme: Scheme) -> bool {
        self.host == other.host
            && self.port.unwrap_or(scheme.default_port()) == other.port.unwrap_or(scheme.default_port())
    }

    /// The form that is signed: without the scheme's own port (RFC 9421 §2.2.3).
    pub(super) fn normalized(mut self, scheme: Scheme) -> Self {
        self.port = self.port.filter(|port| *port != scheme.default_port());
        self
    }
}

impl fmt::Display for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.host)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

/// RFC 3986 §3.2.3 allows an empty one, which is as good as none.
fn parse_port(text: &str, port: &str) -> Result<Option<u16>> {
    if port.is_empty() {
        return Ok(None);
    }
    let plain = port.bytes().all(|byte| byte.is_ascii_digit()) && !port.starts_with('0');
    match port.parse() {
        Ok(port) if plain => Ok(Some(port)),
        _ => Err(wrong(text, "has a port that is not a number from 1 to 65535")),
    }
}

fn wrong(text: &str, why: &str) -> Error {
    let shown: String = text.chars().take(80).collect();
    Error::value(format!("the host {shown:?} {why}: it must be a name or an address, and perhaps :port"))
}
