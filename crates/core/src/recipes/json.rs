//! JSON (RFC 8259), read strictly and without turning it into values: what is signed or decides about a connection has to
//! mean the same to everybody.
//!
//! Refused are names that occur twice in an object, of which some readers take the first and some the last (RFC 7515 §4,
//! RFC 8725 §2.4); half surrogate pairs; nesting deeper than [`MAX_DEPTH`]; numbers longer than [`MAX_NUMBER_LEN`].

use std::collections::HashSet;

/// How deep arrays and objects may stand in each other.
pub(super) const MAX_DEPTH: usize = 32;

/// The longest number in characters.
pub(super) const MAX_NUMBER_LEN: usize = 1000;

/// Why a text is refused.
pub(super) type Fault = &'static str;

/// The members of an object: their names, and their values as they are written.
pub(super) struct Object<'t> {
    members: Vec<(String, &'t str)>,
}

impl<'t> Object<'t> {
    /// Reads a text that is one object.
    pub(super) fn parse(text: &'t str) -> Result<Self, Fault> {
        let mut reader = Reader { text, at: 0 };
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
    pub(super) fn get(&self, name: &str) -> Option<&'t str> {
        self.members.iter().find(|(own, _)| own == name).map(|(_, value)| *value)
    }

    /// The value of a member that is a string if it is there.
    pub(super) fn text(&self, name: &'static str) -> Result<Option<String>, String> {
        let Some(value) = self.get(name) else { return Ok(None) };
        match serde_json::from_str(value) {
            Ok(text) => Ok(Some(text)),
            Err(_) => Err(format!("its member {name:?} is no string")),
        }
    }

    /// The value of a member that is a time if it is there: seconds since 1970, a fraction allowed (RFC 7519 §2).
    pub(super) fn time(&self, name: &'static str) -> Result<Option<f64>, String> {
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
pub(super) fn check(text: &str) -> Result<(), Fault> {
    let mut reader = Reader { text, at: 0 };
    // Inside an object it stands one level deeper.
    reader.value(1)?;
    reader.end()
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn value(&mut self, depth: usize) -> Result<(), Fault> {
        self.skip_space();
        match self.peek() {
            Some(b'{') => self.object(depth, &mut |_, _| {}),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(drop),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            Some(_) => Err(NO_JSON),
            None => Err(CUT),
        }
    }

    fn object(&mut self, depth: usize, take: &mut dyn FnMut(String, &'t str)) -> Result<(), Fault> {
        let depth = deeper(depth)?;
        self.at += 1;
        let mut names = HashSet::new();
        self.skip_space();
        if self.take(b'}') {
            return Ok(());
        }
        loop {
            self.skip_space();
            let name = self.string()?;
            self.skip_space();
            self.expect(b':')?;
            self.skip_space();
            let start = self.at;
            self.value(depth)?;
            if !names.insert(name.clone()) {
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

    fn array(&mut self, depth: usize) -> Result<(), Fault> {
        let depth = deeper(depth)?;
        self.at += 1;
        self.skip_space();
        if self.take(b']') {
            return Ok(());
        }
        loop {
            self.value(depth)?;
            self.skip_space();
            if self.take(b']') {
                return Ok(());
            }
            self.expect(b',')?;
        }
    }

    /// Reads a string, and gives what it says.
    fn string(&mut self) -> Result<String, Fault> {
        let start = self.at;
        self.expect(b'"')?;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.at += 2,
                Some(0..=0x1f) => return Err("a string holds a control character"),
                Some(_) => self.at += 1,
                None => return Err(CUT),
            }
        }
        self.at += 1;
        // An escaped character may have several bytes: then it is no escape.
        let quoted = self.text.get(start..self.at).ok_or(BAD_ESCAPE)?;
        serde_json::from_str(quoted).map_err(|_| BAD_ESCAPE)
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
}
