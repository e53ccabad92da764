//! Describes a key, token, certificate, password hash or encrypted file without any secret.
//!
//! Nothing is decrypted and nothing is verified: what stands here is what the bytes say of
//! themselves, and anybody can write bytes. Secret numbers are read where their format cannot be
//! told otherwise, and never shown.
//!
//! ```
//! let found =
//! ironlatch::inspect::inspect(b"$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$\
//!     AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", None);
//! assert_eq!(found[0].kind, "password-hash");
//! assert_eq!(found[0].fact("iterations"), Some(&ironlatch::inspect::Fact::Number(2)));
//! ```

mod certificates;
mod extensions;
mod files;
mod keys;
mod lines;
mod tokens;
pub mod words;

pub use crate::time::time;
pub use certificates::{certificate, crl, damaged, days_left, request, tolerated};
use std::time::SystemTime;

use ironlatch_core::keys::pem;
use ironlatch_core::oid::ObjectIdentifier;
use ironlatch_core::text;

/// The number of bytes at the start of a file that are worth reading.
pub const ENOUGH: usize = 1024 * 1024;

/// The most findings that are listed of one file.
pub const MAX_FINDINGS: usize = 1000;

/// One thing that was recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The kind, for programs: `age-file`, `private-key`, `jwt` …
    pub kind: &'static str,
    /// The kind, for people.
    pub title: String,
    /// Whether it is, or holds in the clear, something that must stay secret.
    pub secret: bool,
    /// The facts that it states about itself, by name.
    pub facts: Vec<(&'static str, Fact)>,
    /// Warnings for people.
    pub notes: Vec<String>,
}

impl Finding {
    fn new(kind: &'static str, title: impl Into<String>) -> Self {
        Self { kind, title: title.into(), secret: false, facts: Vec::new(), notes: Vec::new() }
    }

    fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    fn with(mut self, name: &'static str, value: impl Into<Fact>) -> Self {
        self.facts.push((name, value.into()));
        self
    }

    fn with_some(self, name: &'static str, value: Option<impl Into<Fact>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// The facts under this name.
    #[must_use]
    pub fn fact(&self, name: &str) -> Option<&Fact> {
        self.facts.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }
}

/// A fact that something states about itself. No text in it has characters that a terminal obeys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// In words.
    Text(String),
    /// A number.
    Number(u64),
    /// Yes or no.
    Flag(bool),
    /// Several of one kind, or none.
    List(Vec<String>),
    /// The extensions of a certificate, a request or a revocation list.
    Extensions(Vec<SaidExtension>),
    /// Things that have facts of their own.
    Groups(Vec<Vec<(&'static str, Fact)>>),
}

/// An extension (RFC 5280 §4.2) in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidExtension {
    /// Its identifier.
    pub oid: ObjectIdentifier,
    /// Whether those who do not know it must refuse the whole.
    pub critical: bool,
    /// The lines that say what it says, at least one.
    pub says: Vec<String>,
}

impl From<String> for Fact {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Fact {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<bool> for Fact {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<Vec<String>> for Fact {
    fn from(items: Vec<String>) -> Self {
        Self::List(items)
    }
}

impl From<u64> for Fact {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Fact {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<usize> for Fact {
    fn from(number: usize) -> Self {
        Self::Number(number as u64)
    }
}

/// Identifies `data`: one finding, or one for each recognized PEM block, key or line. Empty if
/// nothing is recognized.
///
/// `data` can be the first [`ENOUGH`] bytes of something longer, whose whole length is `total_len`.
#[must_use]
pub fn inspect(data: &[u8], total_len: Option<u64>) -> Vec<Finding> {
    let total_len = total_len.unwrap_or(data.len() as u64);
    if let Some(found) = files::recognise(data, total_len) {
        return vec![found];
    }
    if let Some(found) = keys::from_der(data) {
        return vec![found];
    }
    let mut blocks = pem::blocks(data).map_while(Result::ok).peekable();
    if blocks.peek().is_some() {
        return blocks.map(|block| keys::from_pem(&block)).take(MAX_FINDINGS).collect();
    }
    match text::decode(data) {
        Ok(text) if text.trim_start().starts_with('{') => tokens::from_json(text.trim()),
        Ok(text) => lines::recognise(text),
        Err(_) => Vec::new(),
    }
}

/// `now` in seconds since 1970.
fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// Text that came from outside, without what could play tricks on a terminal, and not longer than a
/// line.
fn shown(text: &str) -> String {
    const LONGEST: usize = 200;
    let mut shown: String =
        text.chars().take(LONGEST).map(|symbol| if symbol.is_control() { '\u{fffd}' } else { symbol }).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests;
