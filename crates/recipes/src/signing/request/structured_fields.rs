//! Structured Field Values for HTTP (RFC 9651, which replaced RFC 8941): strictly parsed, and
//! written in their one form.
//!
//! ```
//! use ironlatch::recipes::signing::request::structured_fields::{Dictionary, Member};
//!
//! let fields = Dictionary::parse(b"a=1,   b=2;x=1;y=2,  c=(a   b)")?;
//! assert_eq!(fields.to_string(), "a=1, b=2;x=1;y=2, c=(a b)");
//! assert!(matches!(fields.get("c"), Some(Member::InnerList(list)) if list.items.len() == 2));
//! # Ok::<(), ironlatch::recipes::Error>(())
//! ```

use core::fmt;
use core::fmt::Write as _;
use std::collections::HashMap;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::error::Refusal;
use crate::{Error, Result};

/// The longest field value in bytes that is read.
pub const MAX_LEN: usize = 64 * 1024;

/// The most members of a list or dictionary, and the most parameters of one item: no less than RFC
/// 9651 asks for.
pub const MAX_MEMBERS: usize = 1024;

/// A value without parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BareItem {
    /// A whole number of at most 15 digits.
    Integer(i64),
    /// A number in thousandths: at most 12 digits before the point.
    Decimal(i64),
    /// Text of visible ASCII characters and spaces.
    String(String),
    /// A word.
    Token(String),
    /// Bytes, written in base64.
    Bytes(Vec<u8>),
    /// True or false.
    Boolean(bool),
    /// A time in seconds since 1970.
    Date(i64),
    /// Text of any characters.
    DisplayString(String),
}

/// Names with values, in their order. A name that comes again replaces the value and keeps the
/// place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parameters(pub Vec<(String, BareItem)>);

/// A value with parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The value.
    pub value: BareItem,
    /// Its parameters.
    pub parameters: Parameters,
}

/// Items in parentheses, with parameters of the whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InnerList {
    /// The items.
    pub items: Vec<Item>,
    /// The parameters of the whole.
    pub parameters: Parameters,
}

/// A member of a list or a dictionary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Member {
    /// A single item.
    Item(Item),
    /// Several in parentheses.
    InnerList(InnerList),
}

/// A field that is a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List(pub Vec<Member>);

/// A field that is a dictionary: a key that comes again replaces the value and keeps the place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dictionary(pub Vec<(String, Member)>);

impl Parameters {
    /// The value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&BareItem> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

impl Dictionary {
    /// Reads a dictionary (RFC 9651 §4.2.2).
    ///
    /// # Errors
    /// [`Error::Refused`] as [`Refusal::Malformed`], with the place.
    pub fn parse(text: &[u8]) -> Result<Self> {
        parse_field(text, |parser| {
            let mut members = OrderedMap::default();
            parser.members(|parser| {
                let key = parser.key()?;
                let member = if parser.take(b'=') {
                    parser.member()?
                } else {
                    Member::Item(Item { value: BareItem::Boolean(true), parameters: parser.parameters()? })
                };
                members.set(key, member).map_err(|()| parser.error("too many members"))
            })?;
            Ok(Self(members.entries))
        })
    }

    /// The member of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Member> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, member)| member)
    }
}

impl List {
    /// Reads a list (RFC 9651 §4.2.1).
    ///
    /// # Errors
    /// As [`Dictionary::parse`].
    pub fn parse(text: &[u8]) -> Result<Self> {
        parse_field(text, |parser| {
            let mut members = Vec::new();
            parser.members(|parser| {
                members.push(parser.member()?);
                if members.len() > MAX_MEMBERS { Err(parser.error("too many members")) } else { Ok(()) }
            })?;
            Ok(Self(members))
        })
    }
}

impl Item {
    /// An item without parameters.
    #[must_use]
    pub fn new(value: BareItem) -> Self {
        Self { value, parameters: Parameters::default() }
    }

    /// Reads a single item (RFC 9651 §4.2.3).
    ///
    /// # Errors
    /// As [`Dictionary::parse`].
    pub fn parse(text: &[u8]) -> Result<Self> {
        parse_field(text, Parser::item)
    }
}

impl fmt::Display for BareItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(number) => write!(f, "{number}"),
            Self::Decimal(thousandths) => {
                let sign = if *thousandths < 0 { "-" } else { "" };
                let (whole, part) = (thousandths.unsigned_abs() / 1000, thousandths.unsigned_abs() % 1000);
                let part = format!("{part:03}");
                let shown = part.trim_end_matches('0');
                write!(f, "{sign}{whole}.{}", if shown.is_empty() { "0" } else { shown })
            }
            Self::String(text) => {
                f.write_char('"')?;
                for character in text.chars() {
                    if matches!(character, '"' | '\\') {
                        f.write_char('\\')?;
                    }
                    f.write_char(character)?;
                }
                f.write_char('"')
            }
            Self::Token(word) => f.write_str(word),
            Self::Bytes(bytes) => write!(f, ":{}:", BASE64.encode(bytes)),
            Self::Boolean(value) => f.write_str(if *value { "?1" } else { "?0" }),
            Self::Date(seconds) => write!(f, "@{seconds}"),
            Self::DisplayString(text) => {
                f.write_str("%\"")?;
                for byte in text.bytes() {
                    match byte {
                        b'%' | b'"' | 0..0x20 | 0x7f.. => write!(f, "%{byte:02x}")?,
                        _ => f.write_char(char::from(byte))?,
                    }
                }
                f.write_char('"')
            }
        }
    }
}

impl fmt::Display for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in &self.0 {
            write!(f, ";{name}")?;
            if *value != BareItem::Boolean(true) {
                write!(f, "={value}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.value, self.parameters)
    }
}

impl fmt::Display for InnerList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('(')?;
        for (index, item) in self.items.iter().enumerate() {
            write!(f, "{}{item}", if index > 0 { " " } else { "" })?;
        }
        write!(f, "){}", self.parameters)
    }
}

impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Item(item) => item.fmt(f),
            Self::InnerList(list) => list.fmt(f),
        }
    }
}

impl fmt::Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, member) in self.0.iter().enumerate() {
            write!(f, "{}{member}", if index > 0 { ", " } else { "" })?;
        }
        Ok(())
    }
}

impl fmt::Display for Dictionary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (key, member)) in self.0.iter().enumerate() {
            write!(f, "{}{key}", if index > 0 { ", " } else { "" })?;
            match member {
                Member::Item(Item { value: BareItem::Boolean(true), parameters }) => parameters.fmt(f)?,
                member => write!(f, "={member}")?,
            }
        }
        Ok(())
    }
}

/// Base64 with padding, which is forgiven where it is left out (RFC 9651 §4.2.7).
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Names with values in their order, of which one is found at once.
struct OrderedMap<T> {
    entries: Vec<(String, T)>,
    places: HashMap<String, usize>,
}

impl<T> Default for OrderedMap<T> {
    fn default() -> Self {
        Self { entries: Vec::new(), places: HashMap::new() }
    }
}

impl<T> OrderedMap<T> {
    /// Sets a value: a name that is there keeps its place.
    fn set(&mut self, name: String, value: T) -> Result<(), ()> {
        if let Some(&place) = self.places.get(&name) {
            self.entries[place].1 = value;
        } else if self.entries.len() < MAX_MEMBERS {
            self.places.insert(name.clone(), self.entries.len());
            self.entries.push((name, value));
        } else {
            return Err(());
        }
        Ok(())
    }
}

/// Reads a whole field value, spaces around it allowed (RFC 9651 §4.2).
fn parse_field<'a, T>(text: &'a [u8], read: impl FnOnce(&mut Parser<'a>) -> Result<T>) -> Result<T> {
    let mut parser = Parser { text, place: 0 };
    if text.len() > MAX_LEN {
        return Err(parser.error("it is too long"));
    }
    parser.skip(b" ");
    let value = read(&mut parser)?;
    parser.skip(b" ");
    if parser.place < text.len() { Err(parser.error("something follows its end")) } else { Ok(value) }
}

struct Parser<'a> {
    text: &'a [u8],
    place: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.place).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.place += 1;
        Some(byte)
    }

    fn take(&mut self, wanted: u8) -> bool {
        let found = self.peek() == Some(wanted);
        self.place += usize::from(found);
        found
    }

    fn skip(&mut self, which: &[u8]) {
        while self.peek().is_some_and(|byte| which.contains(&byte)) {
            self.place += 1;
        }
    }

    fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'a [u8] {
        let start = self.place;
        while self.peek().is_some_and(&wanted) {
            self.place += 1;
        }
        &self.text[start..self.place]
    }

    fn error(&self, why: &str) -> Error {
        let place = self.place;
        Error::refused(Refusal::Malformed, format!("not a structured field: {why} (at byte {place})"))
    }

    /// Members with commas between them.
    fn members(&mut self, mut read: impl FnMut(&mut Self) -> Result<()>) -> Result<()> {
        if self.peek().is_none() {
            return Ok(());
        }
        loop {
            read(self)?;
            self.skip(b" \t");
            if self.peek().is_none() {
                return Ok(());
            }
            if !self.take(b',') {
                return Err(self.error("a comma must stand between members"));
            }
            self.skip(b" \t");
            if self.peek().is_none() {
                return Err(self.error("nothing follows the last comma"));
            }
        }
    }

    fn member(&mut self) -> Result<Member> {
        if self.peek() == Some(b'(') { self.inner_list().map(Member::InnerList) } else { self.item().map(Member::Item) }
    }

    fn inner_list(&mut self) -> Result<InnerList> {
        self.place += 1;
        let mut items = Vec::new();
        loop {
            self.skip(b" ");
            if self.take(b')') {
                return Ok(InnerList { items, parameters: self.parameters()? });
            }
            if items.len() == MAX_MEMBERS {
                return Err(self.error("too many members"));
            }
            items.push(self.item()?);
            if !matches!(self.peek(), Some(b' ' | b')')) {
                return Err(self.error("a space or a closing parenthesis must follow an item"));
            }
        }
    }

    fn item(&mut self) -> Result<Item> {
        Ok(Item { value: self.bare_item()?, parameters: self.parameters()? })
    }

    fn parameters(&mut self) -> Result<Parameters> {
        let mut parameters = OrderedMap::default();
        while self.take(b';') {
            self.skip(b" ");
            let name = self.key()?;
            let value = if self.take(b'=') { self.bare_item()? } else { BareItem::Boolean(true) };
            parameters.set(name, value).map_err(|()| self.error("too many parameters"))?;
        }
        Ok(Parameters(parameters.entries))
    }

    fn key(&mut self) -> Result<String> {
        if !self.peek().is_some_and(|byte| byte.is_ascii_lowercase() || byte == b'*') {
            return Err(self.error("a key must begin with a small letter or an asterisk"));
        }
        let key = self.take_while(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-' | b'.' | b'*')
        });
        Ok(text(key))
    }

    fn bare_item(&mut self) -> Result<BareItem> {
        match self.peek() {
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'"') => self.string(),
            Some(b'*' | b'a'..=b'z' | b'A'..=b'Z') => {
                let word = self.take_while(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~:/".contains(&byte));
                Ok(BareItem::Token(text(word)))
            }
            Some(b':') => self.bytes(),
            Some(b'?') => {
                self.place += 1;
                match self.next() {
                    Some(b'1') => Ok(BareItem::Boolean(true)),
                    Some(b'0') => Ok(BareItem::Boolean(false)),
                    _ => Err(self.error("a question mark must be followed by 0 or 1")),
                }
            }
            Some(b'@') => {
                self.place += 1;
                match self.number()? {
                    BareItem::Integer(seconds) => Ok(BareItem::Date(seconds)),
                    _ => Err(self.error("a date must be a whole number")),
                }
            }
            Some(b'%') => self.display_string(),
            _ => Err(self.error("a value is missing")),
        }
    }

    fn number(&mut self) -> Result<BareItem> {
        let sign = if self.take(b'-') { -1 } else { 1 };
        let whole = self.take_while(|byte| byte.is_ascii_digit());
        let too_long = "a number has too many digits, or none";
        if whole.is_empty() || whole.len() > 15 {
            return Err(self.error(too_long));
        }
        let value = |digits: &[u8]| digits.iter().fold(0i64, |sum, digit| sum * 10 + i64::from(digit - b'0'));
        if !self.take(b'.') {
            return Ok(BareItem::Integer(sign * value(whole)));
        }
        let part = self.take_while(|byte| byte.is_ascii_digit());
        if whole.len() > 12 || part.is_empty() || part.len() > 3 {
            return Err(self.error(too_long));
        }
        let scale = [100, 10, 1][part.len() - 1];
        Ok(BareItem::Decimal(sign * (value(whole) * 1000 + value(part) * scale)))
    }

    fn string(&mut self) -> Result<BareItem> {
        self.place += 1;
        let mut text = String::new();
        loop {
            match self.next() {
                Some(b'"') => return Ok(BareItem::String(text)),
                Some(b'\\') => match self.next() {
                    Some(escaped @ (b'"' | b'\\')) => text.push(char::from(escaped)),
                    _ => return Err(self.error("a backslash must be followed by a quote or another backslash")),
                },
                Some(byte @ 0x20..=0x7e) => text.push(char::from(byte)),
                Some(_) => return Err(self.error("a string must be of visible ASCII characters")),
                None => return Err(self.error("a string does not end")),
            }
        }
    }

    fn bytes(&mut self) -> Result<BareItem> {
        self.place += 1;
        let encoded = self.take_while(|byte| byte != b':');
        if !self.take(b':') {
            return Err(self.error("bytes do not end"));
        }
        BASE64.decode(encoded).map(BareItem::Bytes).map_err(|_| self.error("bytes are not base64"))
    }

    fn display_string(&mut self) -> Result<BareItem> {
        self.place += 1;
        if !self.take(b'"') {
            return Err(self.error("a percent sign must be followed by a quote"));
        }
        let mut bytes = Vec::new();
        loop {
            match self.next() {
                Some(b'"') => {
                    let text = String::from_utf8(bytes).map_err(|_| self.error("text is not UTF-8"))?;
                    return Ok(BareItem::DisplayString(text));
                }
                Some(b'%') => match (self.hex_digit(), self.hex_digit()) {
                    (Some(high), Some(low)) => bytes.push(high << 4 | low),
                    _ => return Err(self.error("a percent sign must be followed by two digits of 0-9a-f")),
                },
                Some(byte @ 0x20..=0x7e) => bytes.push(byte),
                _ => return Err(self.error("text does not end, or is not ASCII")),
            }
        }
    }

    fn hex_digit(&mut self) -> Option<u8> {
        match self.next()? {
            digit @ b'0'..=b'9' => Some(digit - b'0'),
            digit @ b'a'..=b'f' => Some(digit - b'a' + 10),
            _ => None,
        }
    }
}

/// ASCII bytes as text.
fn text(ascii: &[u8]) -> String {
    ascii.iter().copied().map(char::from).collect()
}
