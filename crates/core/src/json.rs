//! JSON (RFC 8259), read strictly and without turning it into values: what is signed or decides
//! about a connection has to mean the same to everybody.
//!
//! Refused are names that occur twice in an object, of which some readers take the first and some
//! the last (RFC 7515 §4, RFC 8725 §2.4); half surrogate pairs; nesting deeper than [`MAX_DEPTH`];
//! numbers longer than [`MAX_NUMBER_LEN`].

use std::collections::HashSet;

use zeroize::Zeroizing;

/// How deep arrays and objects may stand in each other.
pub const MAX_DEPTH: usize = 32;

/// The longest number in characters.
pub const MAX_NUMBER_LEN: usize = 1000;

/// Why a text is refused.
pub type Fault = &'static str;

/// The members of an object: their names, and their values as they are written.
pub struct Object<'t> {
    members: Vec<(String, &'t str)>,
}

impl<'t> Object<'t> {
    /// Reads a text that is one object.
    pub fn parse(text: &'t str) -> Result<Self, Fault> {
        Self::read(Reader { text, at: 0, inner_names: Names::Unique })
    }

    /// Reads a text that is one object, in which each object that stands inside is still to be read
    /// by itself: one of them that has two members of the same name does not spoil the whole.
    pub fn parse_outermost(text: &'t str) -> Result<Self, Fault> {
        Self::read(Reader { text, at: 0, inner_names: Names::Any })
    }

    fn read(mut reader: Reader<'t>) -> Result<Self, Fault> {
        reader.skip_space();
        if reader.peek() != Some(b'{') {
            return Err("it is no JSON object");
        }
        let mut members = Vec::new();
        reader.object(0, &mut |name, value| members.push((name, value)))?;
        reader.end()?;
        Ok(Self { members })
    }

    /// The value of a member as it is written.
    pub fn get(&self, name: &str) -> Option<&'t str> {
        self.members.iter().find(|(own, _)| own == name).map(|(_, value)| *value)
    }

    /// The value of a member that is a string if it is there.
    pub fn text(&self, name: &'static str) -> Result<Option<String>, String> {
        let Some(value) = self.get(name) else { return Ok(None) };
        match string(value) {
            Some(mut text) => Ok(Some(core::mem::take(&mut text))),
            None => Err(format!("its member {name:?} is no string")),
        }
    }

    /// The value of a member that is a time if it is there: seconds since 1970, a fraction allowed
    /// (RFC 7519 §2).
    pub fn time(&self, name: &'static str) -> Result<Option<f64>, String> {
        /// Whole numbers are exact up to here.
        const LATEST: f64 = 9_007_199_254_740_992.0;
        let Some(value) = self.get(name) else { return Ok(None) };
        match value.parse::<f64>() {
            Ok(time) if (0.0..=LATEST).contains(&time) => Ok(Some(time)),
            _ => Err(format!("its member {name:?} is no time in seconds since 1970")),
        }
    }
}

/// Checks a text that is one value of any kind.
pub fn check(text: &str) -> Result<(), Fault> {
    let mut reader = Reader { text, at: 0, inner_names: Names::Unique };
    // Inside an object it stands one level deeper.
    reader.value(1)?;
    reader.end()
}

/// The elements of an array as they are written. `None` if the text, which has been checked, is
/// none.
pub fn elements(text: &str) -> Option<Vec<&str>> {
    let mut reader = Reader { text, at: 0, inner_names: Names::Any };
    let mut elements = Vec::new();
    (reader.peek() == Some(b'[')).then_some(())?;
    reader.array(0, &mut |element| elements.push(element)).ok()?;
    Some(elements)
}

/// Decodes a string into memory that is wiped. `None` if the text, which has been checked, is not a
/// string.
pub fn string(text: &str) -> Option<Zeroizing<String>> {
    let mut reader = Reader { text, at: 0, inner_names: Names::Any };
    // With room for all of it, so that it never moves.
    let mut said = Zeroizing::new(String::with_capacity(text.len()));
    reader.string(&mut |piece| said.push_str(piece)).ok()?;
    Some(said)
}

/// Writes a string, in quotation marks.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\u{8}' => json.push_str("\\b"),
            '\t' => json.push_str("\\t"),
            '\n' => json.push_str("\\n"),
            '\u{c}' => json.push_str("\\f"),
            '\r' => json.push_str("\\r"),
            // RFC 8259 §7: these must be escaped.
            '\0'..='\u{1f}' => json.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => json.push(character),
        }
    }
    json.push('"');
    json
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    inner_names: Names,
}

/// Which names the members of an object may have that stands inside another one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    Unique,
    Any,
}

impl<'t> Reader<'t> {
    fn value(&mut self, depth: usize) -> Result<(), Fault> {
        self.skip_space();
        match self.peek() {
            Some(b'{') => self.object(depth, &mut |_, _| {}),
            Some(b'[') => self.array(depth, &mut |_| {}),
            Some(b'"') => self.string(&mut |_| {}),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            Some(_) => Err(NO_JSON),
            None => Err(CUT),
        }
    }

    fn object(&mut self, depth: usize, take: &mut dyn FnMut(String, &'t str)) -> Result<(), Fault> {
        let unique = depth == 0 || self.inner_names == Names::Unique;
        let depth = deeper(depth)?;
        self.at += 1;
        let mut names = HashSet::new();
        self.skip_space();
        if self.take(b'}') {
            return Ok(());
        }
        loop {
            self.skip_space();
            let mut name = String::new();
            self.string(&mut |piece| name.push_str(piece))?;
            self.skip_space();
            self.expect(b':')?;
            self.skip_space();
            let start = self.at;
            self.value(depth)?;
            if unique && !names.insert(name.clone()) {
                return Err("an object has two members of the same name");
            }
            take(name, &self.text[start..self.at]);
            self.skip_space();
            if self.take(b'}') {
                return Ok(());
            }
            self.expect(b',')?;
        }
    }

    fn array(&mut self, depth: usize, take: &mut dyn FnMut(&'t str)) -> Result<(), Fault> {
        let depth = deeper(depth)?;
        self.at += 1;
        self.skip_space();
        if self.take(b']') {
            return Ok(());
        }
        loop {
            self.skip_space();
            let start = self.at;
            self.value(depth)?;
            take(&self.text[start..self.at]);
            self.skip_space();
            if self.take(b']') {
                return Ok(());
            }
            self.expect(b',')?;
        }
    }

    /// Reads a string, and hands on what it says, piece by piece: it may be a secret, of which no
    /// copy is made here.
    fn string(&mut self, take: &mut dyn FnMut(&str)) -> Result<(), Fault> {
        self.expect(b'"')?;
        let mut start = self.at;
        loop {
            match self.peek() {
                Some(b'"') => {
                    take(&self.text[start..self.at]);
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => {
                    take(&self.text[start..self.at]);
                    self.at += 1;
                    take(self.escape()?.encode_utf8(&mut [0; 4]));
                    start = self.at;
                }
                Some(0..=0x1f) => return Err("a string holds a control character"),
                Some(_) => self.at += 1,
                None => return Err(CUT),
            }
        }
    }

    /// The character that is escaped here, behind the backslash (RFC 8259 §7).
    fn escape(&mut self) -> Result<char, Fault> {
        let escaped = self.peek().ok_or(CUT)?;
        self.at += 1;
        Ok(match escaped {
            b'"' | b'\\' | b'/' => char::from(escaped),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.code_unit()?;
                let is_half = (0xd800..0xdc00).contains(&first);
                let code = if is_half && self.take(b'\\') && self.take(b'u') {
                    let second = self.code_unit()?;
                    let second = second.checked_sub(0xdc00).filter(|low| *low < 0x400).ok_or(BAD_ESCAPE)?;
                    0x10000 + ((first - 0xd800) << 10) + second
                } else {
                    first
                };
                char::from_u32(code).ok_or(BAD_ESCAPE)?
            }
            _ => return Err(BAD_ESCAPE),
        })
    }

    fn code_unit(&mut self) -> Result<u32, Fault> {
        let digits = self.text.get(self.at..self.at + 4).ok_or(BAD_ESCAPE)?;
        self.at += 4;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(BAD_ESCAPE);
        }
        u32::from_str_radix(digits, 16).map_err(|_| BAD_ESCAPE)
    }

    fn number(&mut self) -> Result<(), Fault> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _ = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        if self.at - start > MAX_NUMBER_LEN { Err("a number is too long") } else { Ok(()) }
    }

    fn digits(&mut self) -> Result<(), Fault> {
        let rest = &self.text.as_bytes()[self.at..];
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        if count == 0 { Err(NO_JSON) } else { Ok(()) }
    }

    fn word(&mut self, word: &str) -> Result<(), Fault> {
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return Err(NO_JSON);
        }
        self.at += word.len();
        Ok(())
    }

    fn end(&mut self) -> Result<(), Fault> {
        self.skip_space();
        if self.at == self.text.len() { Ok(()) } else { Err("something follows the JSON") }
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn expect(&mut self, byte: u8) -> Result<(), Fault> {
        match self.peek() {
            _ if self.take(byte) => Ok(()),
            Some(_) => Err(NO_JSON),
            None => Err(CUT),
        }
    }
}

fn deeper(depth: usize) -> Result<usize, Fault> {
    if depth == MAX_DEPTH { Err("arrays and objects stand too deep in each other") } else { Ok(depth + 1) }
}

const NO_JSON: Fault = "it is no JSON";
const CUT: Fault = "the JSON ends too early";
const BAD_ESCAPE: Fault = "a string holds an escape that means nothing";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_json_is() {
        for good in [
            "0",
            "-0",
            "12",
            "-1.5e+10",
            "1E5",
            "\"\"",
            "\"\\u00e9\\n\"",
            "\"\\ud83d\\ude00\"",
            "\"é\"",
            "\"\\\"\\\\\\/\\b\\f\\r\\t\"",
            "true",
            "false",
            "null",
            "[]",
            " [ 1 , 2 ] ",
            "{}",
            "{\"a\":{\"b\":[{}]},\"c\":1}",
            "\t\r\n{ \"a\" : 1 }\n",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
            assert!(serde_json::from_str::<serde_json::Value>(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn what_json_is_not() {
        for bad in [
            "",
            " ",
            "01",
            "+1",
            ".5",
            "1.",
            "1e",
            "-",
            "0x1",
            "NaN",
            "Infinity",
            "tru",
            "True",
            "'a'",
            "\"",
            "\"\\",
            "\"\\é\"",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\ud800\"",
            "\"\\udc00\\ud800\"",
            "\"\\ud800\\n\"",
            "\"\\ud800\\u0041\"",
            "\"\\u+123\"",
            "\"\\u12é\"",
            "\"\n\"",
            "[",
            "[1",
            "[1,",
            "[1,]",
            "[,1]",
            "[1 2]",
            "{",
            "{\"a\"",
            "{\"a\":",
            "{\"a\":1",
            "{\"a\":1,",
            "{\"a\":1,}",
            "{a:1}",
            "{1:1}",
            "{\"a\" 1}",
            "1 2",
            "{} {}",
            "\u{feff}1",
            "\u{a0}1",
            "[1]]",
            "//\n1",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn more_than_json_asks_for() {
        assert!(check("{\"a\":1,\"a\":1}").is_err());
        assert!(check("[{\"a\":1,\"\\u0061\":2}]").is_err(), "the same name in other characters");
        assert!(check("{\"a\":{\"a\":1}}").is_ok());
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(check(&nested(MAX_DEPTH - 1)).is_ok());
        assert!(check(&nested(MAX_DEPTH)).is_err());
        assert!(check(&nested(50_000)).is_err());
        assert!(check(&"9".repeat(MAX_NUMBER_LEN)).is_ok());
        assert!(check(&"9".repeat(MAX_NUMBER_LEN + 1)).is_err());
    }

    #[test]
    fn members() {
        let object = Object::parse(" {\"\\u0061\": [1, 2] ,\"t\":\"x\\ty\",\"n\":1.5,\"o\":\"1\"} ").ok().unwrap();
        assert_eq!(object.get("a"), Some("[1, 2]"));
        assert_eq!(object.get("b"), None);
        assert_eq!(object.text("t"), Ok(Some("x\ty".to_owned())));
        assert!(object.text("n").is_err());
        assert_eq!(object.time("n"), Ok(Some(1.5)));
        for text in ["{\"n\":-1}", "{\"n\":1e300}", "{\"n\":1e999}", "{\"n\":\"1\"}", "{\"n\":null}"] {
            assert!(Object::parse(text).ok().unwrap().time("n").is_err(), "{text}");
        }
        assert!(Object::parse("[]").is_err());
        assert!(Object::parse("{}x").is_err());
    }

    #[test]
    fn strings_are_read_as_serde_reads_them() {
        for text in ["\"\"", "\"a\\u00e9\\n\\\\\\\"\\/\"", "\"\\ud83d\\ude00é\"", "\"\\b\\f\\r\\t\\u0000\""] {
            assert_eq!(*string(text).unwrap(), serde_json::from_str::<String>(text).unwrap(), "{text}");
        }
        assert!(string("1").is_none());
        assert_eq!(elements("[ 1 , {\"a\":[2]},\"x\" ]"), Some(vec!["1", "{\"a\":[2]}", "\"x\""]));
        assert_eq!(elements("[]"), Some(Vec::new()));
        assert_eq!(elements("{}"), None);
    }

    #[test]
    fn strings_are_written_as_serde_writes_them() {
        let controls: String = (0..0x80).filter_map(char::from_u32).collect();
        for text in ["", "kid é \u{1f600}", "\"\\/\u{2028}", &controls] {
            assert_eq!(quoted(text), serde_json::Value::from(text).to_string(), "{text:?}");
            assert_eq!(string(&quoted(text)).unwrap().as_str(), text);
        }
    }

    #[test]
    fn a_name_that_stands_twice_inside_spoils_the_outermost_object_only_where_it_is_read() {
        let text = "{\"keys\":[{\"a\":1,\"a\":2},{\"b\":1}]}";
        assert!(Object::parse(text).is_err());
        let outer = Object::parse_outermost(text).ok().unwrap();
        let keys = elements(outer.get("keys").unwrap()).unwrap();
        assert!(Object::parse(keys[0]).is_err());
        assert!(Object::parse(keys[1]).is_ok());
        assert!(Object::parse_outermost("{\"keys\":[],\"keys\":[]}").is_err());
    }
}
