//! Certificates and their kin in words: lines for people, JSON for programs.

use ironlatch::hash::HashAlgorithm;
use ironlatch::oid::{self, ObjectIdentifier};
use ironlatch::recipes::pinning::Pin;
use ironlatch::x509::extensions::{Extensions, Place};
use ironlatch::x509::{Certificate, CertificateList, CertificateRequest, Time};
use serde_json::{Map, Value, json};

use super::describe_extension::lines;
use super::words::{hex, oid_name, shown};

/// Something that is said.
pub(super) enum Entry {
    Text(String),
    Number(u64),
    Flag(bool),
    List(Vec<String>),
    Extensions(Vec<ExtensionEntry>),
    Groups(Vec<Vec<(String, Entry)>>),
}

/// An extension, and what it says.
pub(super) struct ExtensionEntry {
    oid: ObjectIdentifier,
    critical: bool,
    lines: Vec<String>,
}

impl ExtensionEntry {
    fn to_json(&self) -> Value {
        json!({
            "oid": self.oid.to_string(), "name": self.oid.name(), "critical": self.critical, "says": self.lines,
        })
    }
}

/// The entries as an object. Names have underscores for spaces.
pub(super) fn to_json(entries: &[(String, Entry)]) -> Value {
    let members = entries.iter().map(|(name, entry)| {
        let value = match entry {
            Entry::Text(text) => text.as_str().into(),
            Entry::Number(number) => (*number).into(),
            Entry::Flag(flag) => (*flag).into(),
            Entry::List(items) => items.as_slice().into(),
            Entry::Extensions(extensions) => extensions.iter().map(ExtensionEntry::to_json).collect(),
            Entry::Groups(groups) => groups.iter().map(|entries| to_json(entries)).collect(),
        };
        (name.replace(' ', "_"), value)
    });
    Value::Object(members.collect::<Map<_, _>>())
}

/// Writes the entries as lines, indented by a number of spaces.
pub(super) fn write(entries: &[(String, Entry)], indent: usize, text: &mut String) {
    let width = entries.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0).min(WIDEST);
    for (name, entry) in entries {
        let label = format!("{:indent$}{name:width$}", "");
        match entry {
            Entry::Text(line) => *text += &format!("{label}  {line}\n"),
            Entry::Number(number) => *text += &format!("{label}  {number}\n"),
            Entry::Flag(flag) => *text += &format!("{label}  {}\n", if *flag { "yes" } else { "no" }),
            Entry::List(items) => write_list(&label, items, indent + width, text),
            Entry::Extensions(extensions) => {
                *text += &format!("{:indent$}{name}\n", "");
                let titles: Vec<String> = extensions.iter().map(title).collect();
                let width = titles.iter().map(|title| title.chars().count()).max().unwrap_or(0).min(WIDEST);
                for (title, extension) in titles.iter().zip(extensions) {
                    let label = format!("{:indent$}  {title:width$}", "");
                    write_list(&label, &extension.lines, indent + 2 + width, text);
                }
            }
            Entry::Groups(groups) => {
                *text += &format!("{:indent$}{name}\n", "");
                for entries in groups {
                    write(entries, indent + 2, text);
                }
            }
        }
    }
}

/// Writes the items one below another, the first after its label.
fn write_list(label: &str, items: &[String], width: usize, text: &mut String) {
    for (index, item) in items.iter().enumerate() {
        *text += &if index == 0 { format!("{label}  {item}\n") } else { format!("{:width$}  {item}\n", "") };
    }
}

fn title(extension: &ExtensionEntry) -> String {
    format!("{}{}", oid_name(&extension.oid), if extension.critical { " (critical)" } else { "" })
}

/// The widest column of names.
const WIDEST: usize = 36;

fn entry(name: &str, text: impl Into<String>) -> (String, Entry) {
    (name.into(), Entry::Text(text.into()))
}

pub(super) fn certificate(certificate: &Certificate) -> Vec<(String, Entry)> {
    let names: Vec<String> =
        certificate.alternative_names().unwrap_or_default().iter().map(ToString::to_string).collect();
    let constraints = certificate.basic_constraints().ok().flatten();
    let mut entries = vec![
        entry("subject", shown(certificate.subject())),
        entry("issuer", shown(certificate.issuer())),
        ("names".into(), Entry::List(names)),
        entry("valid from", certificate.not_before().to_string()),
        entry("valid until", certificate.not_after().to_string()),
        entry("status", status(certificate)),
        entry("key", certificate.key_description()),
        ("authority".into(), Entry::Flag(constraints.is_some_and(|constraints| constraints.ca))),
        entry("serial", hex(certificate.serial())),
        ("version".into(), Entry::Number(u64::from(certificate.version()) + 1)),
    ];
    if let Ok(identifier) = certificate.signature_algorithm_identifier() {
        entries.push(entry("signed with", oid_name(&identifier.oid)));
    }
    if certificate.issuer() == certificate.subject() {
        let itself = certificate.verify_directly_issued_by(certificate).is_ok();
        let text = if itself {
            "it signed itself: nobody else vouches for it"
        } else {
            "the issuer has the subject's name, but another key"
        };
        entries.push(entry("note", text));
    }
    entries.push(extensions(certificate.extensions(), Place::Certificate));
    entries.push(entry("sha256", hex(&certificate.fingerprint(HashAlgorithm::Sha256))));
    entries.push(entry("sha1", hex(&certificate.fingerprint(HashAlgorithm::Sha1))));
    entries.push(entry("pin", Pin::of_certificate(certificate).to_string()));
    entries
}

pub(super) fn request(request: &CertificateRequest) -> Vec<(String, Entry)> {
    let signature = match request.verify_signature() {
        Ok(()) => "good: the sender has the private key".into(),
        Err(error) => format!("not good: {error}"),
    };
    let mut entries = vec![
        entry("subject", shown(request.subject())),
        entry("key", request.key_description()),
        entry("signature", signature),
    ];
    match request.extensions() {
        Ok(wanted) => entries.push(extensions(wanted, Place::Request)),
        Err(error) => entries.push(entry("extensions", format!("not readable: {error}"))),
    }
    let attributes = request.attributes().map(|attribute| attribute.oid);
    let attributes: Vec<String> =
        attributes.filter(|kind| *kind != oid::EXTENSION_REQUEST).map(|kind| oid_name(&kind)).collect();
    entries.push(("other attributes".into(), Entry::List(attributes)));
    entries.push(entry("pin", Pin::of_request(request).to_string()));
    entries
}

pub(super) fn crl(crl: &CertificateList, most: usize) -> Vec<(String, Entry)> {
    let mut entries = vec![entry("issuer", shown(crl.issuer())), entry("issued at", crl.this_update().to_string())];
    if let Some(next) = crl.next_update() {
        let old = if next < Time::now() { " (that is past: the list is old)" } else { "" };
        entries.push(entry("next one until", format!("{next}{old}")));
    }
    if let Ok(identifier) = crl.signature_algorithm_identifier() {
        entries.push(entry("signed with", oid_name(&identifier.oid)));
    }
    entries.push(extensions(crl.extensions(), Place::Crl));
    match crl.len() {
        Ok(len) => entries.push(("revoked".into(), Entry::Number(len as u64))),
        Err(error) => entries.push(entry("revoked", format!("not readable: {error}"))),
    }
    let mut revoked = Vec::new();
    for found in crl.entries().take(most) {
        revoked.push(match found {
            Ok(found) => {
                let extensions = found.extensions();
                let more = extensions.iter().flat_map(|extension| lines(&extension, Place::CrlEntry));
                let more: Vec<String> = more.collect();
                vec![
                    entry("serial", hex(found.serial())),
                    entry("since", found.revocation_date().to_string()),
                    ("more".into(), Entry::List(more)),
                ]
            }
            Err(error) => vec![entry("damaged", error.to_string())],
        });
    }
    entries.push(("first entries".into(), Entry::Groups(revoked)));
    entries
}

fn extensions(extensions: Extensions<'_>, place: Place) -> (String, Entry) {
    let all = extensions.iter().map(|extension| {
        let lines = lines(&extension, place);
        ExtensionEntry { oid: extension.oid, critical: extension.critical, lines }
    });
    ("extensions".into(), Entry::Extensions(all.collect()))
}

/// How a certificate stands to the time.
fn status(certificate: &Certificate) -> String {
    let now = Time::now();
    if now < certificate.not_before() {
        return "not valid yet".into();
    }
    match days_left(certificate) {
        left if now > certificate.not_after() => format!("expired {} days ago", -left),
        1 => "valid for 1 day more".into(),
        left => format!("valid for {left} days more"),
    }
}

/// The number of whole days until the last second of a certificate; negative after it.
pub(super) fn days_left(certificate: &Certificate) -> i64 {
    (certificate.not_after().to_unix() - Time::now().to_unix()) / 86_400
}
