//! The parts of a message that a signature covers, and the text that is signed (RFC 9421 §2).

use core::cell::OnceCell;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::message::{Fields, Message, Request};
use super::structured_fields::{BareItem, Dictionary, Item, Parameters};
use super::target::QueryParameters;
use crate::error::Refusal;
use crate::{Error, Result};

/// The text that is signed (RFC 9421 §2.5). `parameters` is what `Signature-Input` says of this
/// signature.
///
/// # Errors
/// [`Error::Refused`] if a component is not of this standard, comes twice, or is not in the
/// message.
pub fn signature_base(message: Message<'_>, components: &[Item], parameters: &Parameters) -> Result<String> {
    let mut base = String::new();
    let query = OnceCell::new();
    for (index, component) in components.iter().enumerate() {
        if components[..index].iter().any(|other| same(other, component)) {
            return Err(malformed(format!("the component {component} is covered twice")));
        }
        let value = value(message, component, &query)?;
        if value.contains(['\n', '\r']) {
            return Err(malformed(format!("the value of {component} has a line end")));
        }
        base += &format!("{component}: {value}\n");
    }
    base += &format!("\"@signature-params\": {}{parameters}", covered(components));
    Ok(base)
}

/// The components as a list in parentheses.
pub(super) fn covered(components: &[Item]) -> String {
    let names: Vec<String> = components.iter().map(Item::to_string).collect();
    format!("({})", names.join(" "))
}

/// The component of a name: a field in any letters, or a derived one, which begins with `@`.
pub(super) fn component(name: &str) -> Item {
    Item::new(BareItem::String(name.to_ascii_lowercase()))
}

/// The value of a component (RFC 9421 §2.1 to §2.4).
fn value(message: Message<'_>, component: &Item, query: &OnceCell<QueryParameters>) -> Result<String> {
    let BareItem::String(name) = &component.value else {
        return Err(malformed(format!("a component's name must be a string, not {component}")));
    };
    let marks = Marks::read(component)?;
    let message = match (marks.request, message) {
        (false, message) => message,
        (true, Message::Response(response)) => match response.request {
            Some(request) => Message::Request(request),
            None => return Err(missing(format!("the response's signature covers {component}: give the request too"))),
        },
        (true, Message::Request(_)) => return Err(malformed(format!("{component} has no meaning in a request"))),
    };
    if name.starts_with('@') {
        if marks.trailer || marks.bytes || marks.structured || marks.key.is_some() {
            return Err(malformed(format!("{component} is no field, and takes none of its parameters")));
        }
        return derived(message, name, marks.name, component, query);
    }
    if marks.name.is_some() || name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(malformed(format!("{component} is no component: fields are named in small letters")));
    }
    field(message.fields(), name, &marks, component)
}

/// The parameters of a component (RFC 9421 §2).
#[derive(Default)]
struct Marks<'a> {
    structured: bool,
    bytes: bool,
    request: bool,
    trailer: bool,
    key: Option<&'a str>,
    name: Option<&'a str>,
}

impl<'a> Marks<'a> {
    fn read(component: &'a Item) -> Result<Self> {
        let mut marks = Self::default();
        for (mark, value) in &component.parameters.0 {
            match (mark.as_str(), value) {
                ("sf", BareItem::Boolean(true)) => marks.structured = true,
                ("bs", BareItem::Boolean(true)) => marks.bytes = true,
                ("req", BareItem::Boolean(true)) => marks.request = true,
                ("tr", BareItem::Boolean(true)) => marks.trailer = true,
                ("key", BareItem::String(key)) => marks.key = Some(key),
                ("name", BareItem::String(name)) => marks.name = Some(name),
                _ => return Err(malformed(format!("{component} has a parameter that is not known here"))),
            }
        }
        Ok(marks)
    }
}

fn field(fields: &Fields<'_>, name: &str, marks: &Marks<'_>, component: &Item) -> Result<String> {
    let absent = || missing(format!("the signature covers {component}, which the message does not have"));
    if marks.bytes {
        if marks.structured || marks.key.is_some() {
            return Err(malformed(format!("{component} is to be taken as bytes and as structured: that cannot be")));
        }
        let lines = fields.lines(name, marks.trailer);
        if lines.is_empty() {
            return Err(absent());
        }
        let lines: Vec<String> = lines.iter().map(|line| format!(":{}:", STANDARD.encode(line))).collect();
        return Ok(lines.join(", "));
    }
    let value = fields.value(name, marks.trailer).ok_or_else(absent)?;
    if let Some(key) = marks.key {
        let member = Dictionary::parse(&value)?;
        return member.get(key).map(ToString::to_string).ok_or_else(absent);
    }
    if marks.structured {
        let field_type = fields.field_type(name);
        let field_type = field_type
            .ok_or_else(|| malformed(format!("what kind of structured field {name:?} is, is not known here")))?;
        return field_type.normalize(&value);
    }
    String::from_utf8(value)
        .ok()
        .filter(|text| text.is_ascii())
        .ok_or_else(|| malformed(format!("the value of {component} is not ASCII; it can be signed as {component};bs")))
}

fn derived(
    message: Message<'_>,
    name: &str,
    parameter: Option<&str>,
    component: &Item,
    query: &OnceCell<QueryParameters>,
) -> Result<String> {
    let request = match message {
        Message::Response(response) if name == "@status" && parameter.is_none() => {
            return Ok(format!("{:03}", response.status));
        }
        Message::Response(_) => return Err(malformed(format!("a response has no {component}"))),
        Message::Request(request) => request,
    };
    if name == "@query-param" {
        let parameter = parameter.ok_or_else(|| malformed(format!("{component} does not name the parameter")))?;
        let query = query.get_or_init(|| request.target().query_parameters());
        let value = query.get(parameter).map_err(|error| malformed(error.to_string()))?;
        return value.ok_or_else(|| missing(format!("the signature covers {component}, which the URL does not have")));
    }
    match (of_request(request, name), parameter) {
        (Some(value), None) => Ok(value),
        _ => Err(malformed(format!("{component} is no component of a request"))),
    }
}

/// RFC 9421 §2.2.1 to §2.2.7.
fn of_request(request: &Request<'_>, name: &str) -> Option<String> {
    let target = request.target();
    Some(match name {
        "@method" => request.method().into(),
        "@target-uri" => target.to_string(),
        "@authority" => target.authority().to_string(),
        "@scheme" => target.scheme().name().into(),
        "@request-target" => target.request_target(),
        "@path" => target.path().into(),
        "@query" => format!("?{}", target.query().unwrap_or_default()),
        _ => return None,
    })
}

/// Whether two components are the same: their parameters may stand in another order.
fn same(a: &Item, b: &Item) -> bool {
    let (ours, theirs) = (&a.parameters.0, &b.parameters.0);
    a.value == b.value && ours.len() == theirs.len() && ours.iter().all(|parameter| theirs.contains(parameter))
}

fn malformed(message: String) -> Error {
    Error::refused(Refusal::Malformed, message)
}

fn missing(message: String) -> Error {
    Error::refused(Refusal::NotAuthentic, message)
}
