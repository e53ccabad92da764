//! The header: who can open the file, and a code that binds it to the file key (age §"File
//! header").

use std::io::BufRead;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::{FileKey, derive, read_line};
use crate::{Error, Result};
use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::hash::hmac::Hmac;
use ironlatch_core::{Error as CoreError, Output};

const VERSION_LINE: &[u8] = b"age-encryption.org/v1";
const STANZA_PREFIX: &[u8] = b"-> ";
const MAC_PREFIX: &[u8] = b"---";
const MAC_LEN: usize = 32;

/// The kind of a stanza for a passphrase.
pub(super) const PASSPHRASE: &str = "scrypt";

/// Columns of a full line of base64, and the bytes that it holds.
const COLUMNS: usize = 64;
const BYTES_PER_LINE: usize = 48;

/// The longest header that is read, enough for thousands of recipients.
const LONGEST: usize = 1024 * 1024;

/// One recipient's way to the file's key: a line of the header that says for whom it is, and the
/// key in a form that only this recipient can read (age §"Recipient stanza").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stanza {
    /// The kind of the recipient and what it needs to know, as they stand in the file: a header can
    /// hold hundreds of thousands of them, and should not take many times its size in memory.
    line: String,
    /// The file key, wrapped.
    pub(super) body: Vec<u8>,
}

impl Stanza {
    /// Makes a stanza. Use a kind of your own, such as `example.com/token`: those of the age format
    /// have a meaning.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) unless kind and arguments
    /// are words of visible ASCII.
    pub fn new(kind: &str, arguments: &[&str], body: Vec<u8>) -> Result<Self> {
        let line = [&[kind][..], arguments].concat().join(" ");
        match parse_words(line.as_bytes()) {
            Ok(line) if line.split(' ').count() == 1 + arguments.len() => Ok(Self { line, body }),
            _ => Err(Error::value("the kind and the arguments of a stanza must be words of visible ASCII")),
        }
    }

    /// Returns the kind of recipient that it is for: `X25519`, `scrypt`, …
    #[must_use]
    pub fn kind(&self) -> &str {
        self.words().next().unwrap_or_default()
    }

    /// Returns what else stands on its line.
    pub fn arguments(&self) -> impl Iterator<Item = &str> {
        self.words().skip(1)
    }

    /// Returns the wrapped key of the file.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Whether it is for a passphrase.
    pub(super) fn is_for_passphrase(&self) -> bool {
        self.kind() == PASSPHRASE
    }

    /// Makes a stanza of words.
    pub(super) fn of<const N: usize>(kind: &str, arguments: [&str; N], body: Vec<u8>) -> Self {
        Self { line: [&[kind][..], &arguments].concat().join(" "), body }
    }

    /// The arguments, if their number is right.
    pub(super) fn fixed<const N: usize>(&self) -> Option<[&str; N]> {
        let mut words = self.arguments();
        let found = [(); N].map(|()| words.next());
        let fits = words.next().is_none() && found.iter().all(Option::is_some);
        fits.then(|| found.map(Option::unwrap_or_default))
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.line.split(' ')
    }

    fn write(&self, text: &mut Vec<u8>) {
        text.extend_from_slice(STANZA_PREFIX);
        text.extend_from_slice(self.line.as_bytes());
        text.push(b'\n');
        for line in self.body.chunks(BYTES_PER_LINE) {
            text.extend_from_slice(encode(line).as_bytes());
            text.push(b'\n');
        }
        // The last line is a short one, and if need be an empty one.
        if self.body.len().is_multiple_of(BYTES_PER_LINE) {
            text.push(b'\n');
        }
    }
}

/// The bytes of a header.
pub(super) fn write(stanzas: &[Stanza], file_key: &FileKey) -> Result<Vec<u8>> {
    check_stanzas(stanzas)?;
    let mut text = [VERSION_LINE, b"\n"].concat();
    for stanza in stanzas {
        stanza.write(&mut text);
    }
    if text.len() > LONGEST {
        return Err(Error::Core(CoreError::TooLong(
            format!("the header would be longer than {LONGEST} bytes: name fewer recipients").into(),
        )));
    }
    text.extend_from_slice(MAC_PREFIX);
    let mut mac = [0; MAC_LEN];
    code(file_key, &text)?.finalize_into(Output::from(&mut mac[..]));
    text.push(b' ');
    text.extend_from_slice(encode(&mac).as_bytes());
    text.push(b'\n');
    Ok(text)
}

/// A header that was read, not yet verified.
#[derive(Debug)]
pub(super) struct Header {
    stanzas: Vec<Stanza>,
    /// The bytes that the code covers: everything up to and including the three hyphens.
    covered: Vec<u8>,
    mac: [u8; MAC_LEN],
}

impl Header {
    pub(super) fn read(input: &mut impl BufRead) -> Result<Self> {
        let mut reader = Reader { input, covered: Vec::new() };
        // A file of another kind may have no line end for a long time.
        match read_line(reader.input, VERSION_LINE.len())? {
            Some(line) if line == VERSION_LINE => reader.cover(&line),
            other => return Err(not_age(other.as_deref())),
        }
        let mut stanzas = Vec::new();
        let mac = loop {
            let line = reader.line()?;
            if let Some(words) = line.strip_prefix(STANZA_PREFIX) {
                reader.cover(&line);
                stanzas.push(Stanza { line: parse_words(words)?, body: reader.body()? });
            } else if let Some(mac) = line.strip_prefix(MAC_PREFIX) {
                reader.covered.extend_from_slice(MAC_PREFIX);
                let mac = mac.strip_prefix(b" ").and_then(decode_array);
                break mac.ok_or_else(|| malformed("the line with its code is not well formed"))?;
            } else {
                return Err(malformed("a line is neither a recipient's nor the last"));
            }
        };
        check_stanzas(&stanzas)?;
        Ok(Self { stanzas, covered: reader.covered, mac })
    }

    pub(super) fn stanzas(&self) -> &[Stanza] {
        &self.stanzas
    }

    /// Checks the code.
    pub(super) fn verify(&self, file_key: &FileKey) -> Result<()> {
        code(file_key, &self.covered)?
            .verify(&self.mac)
            .map_err(|_| Error::Damaged("the file's header was changed: its code does not match".into()))
    }
}

fn check_stanzas(stanzas: &[Stanza]) -> Result<()> {
    if stanzas.is_empty() {
        return Err(malformed("it names no recipient"));
    }
    if stanzas.len() > 1 && stanzas.iter().any(Stanza::is_for_passphrase) {
        return Err(malformed("a passphrase stands next to other recipients"));
    }
    Ok(())
}

/// Base64 of exactly `N` bytes, canonical and without padding.
pub(super) fn decode_array<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    STANDARD_NO_PAD.decode(text).ok()?.try_into().ok()
}

/// Base64 without padding.
pub(super) fn encode(bytes: &[u8]) -> String {
    STANDARD_NO_PAD.encode(bytes)
}

/// The file's header is not what it should be.
pub(super) fn malformed(how: &str) -> Error {
    Error::Damaged(format!("the file's header is malformed: {how}").into())
}

struct Reader<'a, R> {
    input: &'a mut R,
    covered: Vec<u8>,
}

impl<R: BufRead> Reader<'_, R> {
    fn line(&mut self) -> Result<Vec<u8>> {
        let left = LONGEST.saturating_sub(self.covered.len());
        let line = read_line(self.input, left)?;
        line.ok_or_else(|| malformed(&format!("it does not end (or is longer than {LONGEST} bytes)")))
    }

    fn cover(&mut self, line: &[u8]) {
        self.covered.extend_from_slice(line);
        self.covered.push(b'\n');
    }

    /// Full lines, then one that is not full.
    fn body(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = self.line()?;
            if line.len() > COLUMNS {
                return Err(malformed("a line is too long"));
            }
            let bytes = STANDARD_NO_PAD.decode(&line);
            body.extend_from_slice(&bytes.map_err(|_| malformed("a line is not canonical base64"))?);
            self.cover(&line);
            if line.len() < COLUMNS {
                return Ok(body);
            }
        }
    }
}

/// One or more words of visible ASCII with one space between them.
fn parse_words(line: &[u8]) -> Result<String> {
    let is_word = |word: &[u8]| !word.is_empty() && word.iter().all(u8::is_ascii_graphic);
    if !line.split(|byte| *byte == b' ').all(is_word) {
        return Err(malformed("a recipient's line is not well formed"));
    }
    Ok(line.iter().copied().map(char::from).collect())
}

fn code(file_key: &FileKey, covered: &[u8]) -> Result<Hmac> {
    let key = derive(file_key.expose(), b"", b"header")?;
    let mut mac = Hmac::new(HashAlgorithm::Sha256, &key[..])?;
    mac.update(covered);
    Ok(mac)
}

/// Why the first line, if there is one, is not that of an age file.
fn not_age(line: Option<&[u8]>) -> Error {
    Error::Damaged(match line {
        Some(line) if line.starts_with(b"age-encryption.org/") => {
            "the file is in a version of the age format that this program does not know".into()
        }
        _ => "this is not an age file: it does not begin with \"age-encryption.org/v1\"".into(),
    })
}
