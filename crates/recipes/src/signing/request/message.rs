//! Requests and responses, as far as signatures see them.

use super::authority::Authority;
use super::structured_fields::{Dictionary, Item, List};
use super::target::Target;
use crate::{Error, Result};

/// A request.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    method: &'a str,
    target: Target,
    fields: Fields<'a>,
    body: &'a [u8],
}

impl<'a> Request<'a> {
    /// A request of `method` to `url`. Header fields are added with [`header`](Self::header), a
    /// body with [`body`](Self::with_body).
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if the method is no word,
    /// or the URL as in [`Target::parse`].
    pub fn new(method: &'a str, url: &str) -> Result<Self> {
        Self::to(method, Target::parse(url)?)
    }

    /// A request of `method` to a target. A server makes it of the parts that it has, with
    /// [`Target::new`] or [`Target::received`]: a URL that is joined of them may be read otherwise
    /// than they were meant.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if the method is no word.
    pub fn to(method: &'a str, target: Target) -> Result<Self> {
        if !is_token(method) {
            return Err(Error::value("the method must be a word, such as GET"));
        }
        Ok(Self { method, target, fields: Fields::default(), body: &[] })
    }

    /// Adds a header field. A field that has several lines is added line by line.
    ///
    /// # Errors
    /// As [`Fields::add`].
    pub fn header(mut self, name: &'a str, value: &'a [u8]) -> Result<Self> {
        self.fields.add(name, value)?;
        Ok(self)
    }

    /// Sets the body; an empty one is as good as none.
    #[must_use]
    pub fn with_body(mut self, body: &'a [u8]) -> Self {
        self.body = body;
        self
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &str {
        self.method
    }

    /// Where it goes.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Its fields.
    #[must_use]
    pub fn fields(&self) -> &Fields<'a> {
        &self.fields
    }

    /// Its fields, to add trailers or types.
    #[must_use]
    pub fn fields_mut(&mut self) -> &mut Fields<'a> {
        &mut self.fields
    }

    /// Its body.
    #[must_use]
    pub fn body(&self) -> &'a [u8] {
        self.body
    }

    /// Checks that the field `Host`, if it is there, stands once and names the host of the target.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if not.
    pub(super) fn check_host(&self) -> Result<()> {
        match &self.fields.lines("host", false)[..] {
            [] => Ok(()),
            [host] => {
                let host = Authority::parse(&String::from_utf8_lossy(host))?;
                if host.is_same(self.target.authority(), self.target.scheme()) {
                    return Ok(());
                }
                Err(Error::value(format!("the URL is of {}, and the field Host says {host}", self.target.authority())))
            }
            _ => Err(Error::value("the request has more than one field Host")),
        }
    }
}

/// A response, with the request that it answers where its signature covers parts of that.
#[derive(Debug, Clone)]
pub struct Response<'a> {
    /// The status code.
    pub status: u16,
    /// Its fields.
    pub fields: Fields<'a>,
    /// The request.
    pub request: Option<&'a Request<'a>>,
}

/// Either of the two.
#[derive(Debug, Clone, Copy)]
pub enum Message<'a> {
    /// A request.
    Request(&'a Request<'a>),
    /// A response.
    Response(&'a Response<'a>),
}

impl<'a> Message<'a> {
    /// The message's own fields.
    #[must_use]
    pub fn fields(self) -> &'a Fields<'a> {
        match self {
            Self::Request(request) => &request.fields,
            Self::Response(response) => &response.fields,
        }
    }
}

/// The type of a structured field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldType {
    /// One item.
    Item,
    /// A list.
    List,
    /// A dictionary.
    Dictionary,
}

impl FieldType {
    /// A field's value in its one form.
    ///
    /// # Errors
    /// [`Error::Refused`] if it is not of this type.
    pub fn normalize(self, value: &[u8]) -> Result<String> {
        Ok(match self {
            Self::Item => Item::parse(value)?.to_string(),
            Self::List => List::parse(value)?.to_string(),
            Self::Dictionary => Dictionary::parse(value)?.to_string(),
        })
    }
}

/// Fields that are known to be structured, from the register of HTTP field names.
const KNOWN_TYPES: [(&str, FieldType); 25] = [
    ("accept-ch", FieldType::List),
    ("accept-signature", FieldType::Dictionary),
    ("cache-status", FieldType::List),
    ("capsule-protocol", FieldType::Item),
    ("cdn-cache-control", FieldType::Dictionary),
    ("client-cert", FieldType::Item),
    ("client-cert-chain", FieldType::List),
    ("content-digest", FieldType::Dictionary),
    ("cross-origin-embedder-policy", FieldType::Item),
    ("cross-origin-opener-policy", FieldType::Item),
    ("deprecation", FieldType::Item),
    ("idempotency-key", FieldType::Item),
    ("nel", FieldType::Item),
    ("no-vary-search", FieldType::Dictionary),
    ("origin-agent-cluster", FieldType::Item),
    ("permissions-policy", FieldType::Dictionary),
    ("priority", FieldType::Dictionary),
    ("proxy-status", FieldType::List),
    ("reporting-endpoints", FieldType::Dictionary),
    ("repr-digest", FieldType::Dictionary),
    ("signature", FieldType::Dictionary),
    ("signature-input", FieldType::Dictionary),
    ("unencoded-digest", FieldType::Dictionary),
    ("want-content-digest", FieldType::Dictionary),
    ("want-repr-digest", FieldType::Dictionary),
];

/// Header and trailer fields, line by line.
#[derive(Debug, Clone, Default)]
pub struct Fields<'a> {
    headers: Vec<(&'a str, &'a [u8])>,
    trailers: Vec<(&'a str, &'a [u8])>,
    types: Vec<(&'a str, FieldType)>,
}

impl<'a> Fields<'a> {
    /// Adds a line of the header.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if the name is no word, or
    /// the value holds more than one line: a line end that no space or tab follows begins another
    /// field (RFC 9112 §5.2).
    pub fn add(&mut self, name: &'a str, value: &'a [u8]) -> Result<()> {
        check_line(name, value)?;
        self.headers.push((name, value));
        Ok(())
    }

    /// Adds a line of the trailer.
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub fn add_trailer(&mut self, name: &'a str, value: &'a [u8]) -> Result<()> {
        check_line(name, value)?;
        self.trailers.push((name, value));
        Ok(())
    }

    /// Says what a structured field is that is not known here.
    pub fn set_type(&mut self, name: &'a str, field_type: FieldType) {
        self.types.push((name, field_type));
    }

    /// The values of a field's lines, without spaces around them and with folded lines unfolded
    /// (RFC 9421 §2.1).
    #[must_use]
    pub fn lines(&self, name: &str, trailer: bool) -> Vec<Vec<u8>> {
        let fields = if trailer { &self.trailers } else { &self.headers };
        let lines = fields.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        lines.map(|(_, value)| unfold(value)).collect()
    }

    /// A field's value: its lines with commas between them. `None` if there is no such field.
    #[must_use]
    pub fn value(&self, name: &str, trailer: bool) -> Option<Vec<u8>> {
        let lines = self.lines(name, trailer);
        (!lines.is_empty()).then(|| lines.join(&b", "[..]))
    }

    /// Whether the header has such a field.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    /// The same fields but for some of the header.
    pub(super) fn without(&self, names: &[&str]) -> Self {
        let mut fields = self.clone();
        fields.headers.retain(|(known, _)| !names.iter().any(|name| known.eq_ignore_ascii_case(name)));
        fields
    }

    pub(super) fn field_type(&self, name: &str) -> Option<FieldType> {
        let known = self.types.iter().chain(&KNOWN_TYPES).find(|(known, _)| known.eq_ignore_ascii_case(name));
        known.map(|(_, field_type)| *field_type)
    }
}

/// Takes spaces and tabs from both ends, and makes one space of each line end with the spaces
/// around it.
fn unfold(value: &[u8]) -> Vec<u8> {
    let mut lines = value.split(|byte| *byte == b'\n').map(trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default().to_vec();
    lines.fold(first, |all, line| [&all, &b" "[..], line].concat())
}

fn trim(line: &[u8]) -> &[u8] {
    let space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r');
    let start = line.iter().position(|byte| !space(byte)).unwrap_or(line.len());
    let end = line.iter().rposition(|byte| !space(byte)).map_or(start, |last| last + 1);
    &line[start..end]
}

fn check_line(name: &str, value: &[u8]) -> Result<()> {
    if !is_token(name) {
        return Err(Error::value(format!("a field's name must be a word, not {name:?}")));
    }
    let folded = |place: usize| matches!(value.get(place + 1), Some(b' ' | b'\t'));
    let ends = |(place, byte): (usize, &u8)| match byte {
        b'\n' => !folded(place),
        b'\r' => value.get(place + 1) != Some(&b'\n'),
        byte => *byte == 0,
    };
    if value.iter().enumerate().any(ends) {
        return Err(Error::value(format!(
            "the value of the field {name} has a line end: what follows would be another field"
        )));
    }
    Ok(())
}

/// RFC 9110 §5.6.2.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
