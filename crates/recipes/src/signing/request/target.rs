//! The target of a request, in the parts that are signed (RFC 9421 §2.2, RFC 9110 §4.2 and §7.1).

use core::fmt;
use std::collections::HashMap;

use super::authority::{Authority, Scheme};
use crate::{Error, Result};

/// Where a request goes: scheme, authority, path and query. Each is checked as it comes, and they
/// are never joined to be read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    scheme: Scheme,
    authority: Authority,
    path: String,
    query: Option<String>,
    form: Form,
}

/// How the request line has it (RFC 9112 §3.2).
#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    /// Path and query.
    Origin,
    /// The whole URL, as it was written.
    Absolute(String),
    /// Host and port, of CONNECT.
    Authority,
    /// `*`, of OPTIONS.
    Asterisk,
}

impl Target {
    /// A target of its parts: `host` is that of the `Host` field, `path` begins with a slash and is
    /// percent-encoded, `query` is what stands after the question mark.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if the host is none, as in
    /// [`Authority::parse`], or if path or query are not of visible ASCII characters or hold a
    /// character that would end them.
    pub fn new(scheme: Scheme, host: &str, path: &str, query: Option<&str>) -> Result<Self> {
        if !path.starts_with('/') {
            return Err(Error::value("the path of a request must begin with a slash"));
        }
        if path.contains('?') {
            return Err(Error::value("the path must not hold a question mark: what follows it is the query"));
        }
        check(path)?;
        query.map_or(Ok(()), check)?;
        let authority = Authority::parse(host)?.normalized(scheme);
        Ok(Self { scheme, authority, path: path.to_owned(), query: query.map(str::to_owned), form: Form::Origin })
    }

    /// Reads a whole URL.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if it is not an absolute
    /// URL in visible ASCII characters, names a user, or has a fragment, which is never sent; those
    /// of [`new`](Self::new).
    pub fn parse(url: &str) -> Result<Self> {
        check(url)?;
        let absolute = || Error::value("the URL must be absolute, such as https://example.com/path");
        let (scheme, rest) = url.split_once("://").ok_or_else(absolute)?;
        let scheme = Scheme::parse(scheme)?;
        let (host, rest) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (path, query) = path_and_query(rest);
        Self::new(scheme, host, if path.is_empty() { "/" } else { path }, query)
    }

    /// The target of a request as its first line and its `Host` field have it (RFC 9112 §3.2 and
    /// §3.3).
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if the target is of none of
    /// the four forms, or is a whole URL of another host than `host`; those of [`new`](Self::new).
    pub fn received(scheme: Scheme, host: &str, method: &str, request_target: &str) -> Result<Self> {
        if request_target.starts_with('/') {
            let (path, query) = path_and_query(request_target);
            return Self::new(scheme, host, path, query);
        }
        let at_root = |form| Self::new(scheme, host, "/", None).map(|target| Self { form, ..target });
        if method == "CONNECT" {
            let target = at_root(Form::Authority)?;
            return target.check_host(&Authority::parse(request_target)?);
        }
        if request_target == "*" && method == "OPTIONS" {
            return at_root(Form::Asterisk);
        }
        if !request_target.contains("://") {
            return Err(Error::value("the request's target is neither a path nor a URL"));
        }
        let target = Self { form: Form::Absolute(request_target.to_owned()), ..Self::parse(request_target)? };
        target.check_host(&Authority::parse(host)?)
    }

    /// The target if it is of this host.
    fn check_host(self, host: &Authority) -> Result<Self> {
        if self.authority.is_same(host, self.scheme) {
            return Ok(self);
        }
        Err(Error::value("the request names two hosts: one in its first line or URL, another in the field Host"))
    }

    /// The scheme.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The host, with the port if it is not the scheme's own.
    #[must_use]
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// The path, never empty.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The part after the question mark, if there is one.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// The target as the request line has it.
    #[must_use]
    pub fn request_target(&self) -> String {
        match (&self.form, &self.query) {
            (Form::Absolute(url), _) => url.clone(),
            (Form::Authority, _) => {
                format!("{}:{}", self.authority.host(), self.authority.port().unwrap_or(self.scheme.default_port()))
            }
            (Form::Asterisk, _) => "*".into(),
            (Form::Origin, Some(query)) => format!("{}?{query}", self.path),
            (Form::Origin, None) => self.path.clone(),
        }
    }

    /// Whether the request names a resource by its path: not with `*`, nor as CONNECT does.
    pub(super) fn has_path(&self) -> bool {
        matches!(self.form, Form::Origin | Form::Absolute(_))
    }

    /// The parameters of the query (RFC 9421 §2.2.8). One pass over the query finds them all.
    pub(super) fn query_parameters(&self) -> QueryParameters {
        let mut values: HashMap<String, Option<String>> = HashMap::new();
        for pair in self.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            values
                .entry(form_encode(&form_decode(key)))
                .and_modify(|known| *known = None)
                .or_insert_with(|| Some(form_encode(&form_decode(value))));
        }
        QueryParameters(values)
    }
}

/// The parameters of a query, percent-encoded again. A name that occurs several times has no value.
pub(super) struct QueryParameters(HashMap<String, Option<String>>);

impl QueryParameters {
    /// The value of a parameter, whose `name` is percent-encoded as this does. `None` if there is
    /// no such one.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if there are several.
    pub(super) fn get(&self, name: &str) -> Result<Option<String>> {
        match self.0.get(name) {
            Some(None) => Err(Error::value(format!("the query has several parameters {name:?}"))),
            found => Ok(found.cloned().flatten()),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme.name(), self.authority, self.path)?;
        self.query.as_ref().map_or(Ok(()), |query| write!(f, "?{query}"))
    }
}

fn path_and_query(text: &str) -> (&str, Option<&str>) {
    text.split_once('?').map_or((text, None), |(path, query)| (path, Some(query)))
}

/// The part of a URL that is sent: it ends before a fragment.
fn check(part: &str) -> Result<()> {
    if !part.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::value(
            "the URL must be of visible ASCII characters: percent-encode the others, as they are sent",
        ));
    }
    if part.contains('#') {
        return Err(Error::value("the URL must not have a fragment (#…), which is never sent: leave it out"));
    }
    Ok(())
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
