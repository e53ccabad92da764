//! The texts in which public keys and certificates stand: one line (OpenSSH's `sshd(8)`,
//! `AUTHORIZED_KEYS FILE FORMAT`), or a block of RFC 4716.

use super::certificate::Certificate;
use super::public::{self, SshPublicKey};
use super::text::decode;
use super::wire::{Reader, invalid};
use crate::{Result, keys::pem};

/// A public key or certificate as it stands in `id_ed25519.pub` and, behind options, in
/// `authorized_keys`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    options: Vec<u8>,
    kind: String,
    blob: Vec<u8>,
    comment: Vec<u8>,
}

/// A key or a certificate.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Identity {
    /// A public key.
    Key(SshPublicKey),
    /// A certificate.
    Certificate(Box<Certificate>),
}

impl Identity {
    /// Reads an encoded key or certificate.
    ///
    /// # Errors
    /// Those of [`Line::identity`].
    pub fn from_blob(blob: &[u8]) -> Result<Self> {
        if public::certified(Reader::new(blob).name()?).is_some() {
            Certificate::from_blob(blob).map(|found| Self::Certificate(Box::new(found)))
        } else {
            SshPublicKey::from_blob(blob).map(Self::Key)
        }
    }

    /// The key, or the one in the certificate.
    #[must_use]
    pub fn key(&self) -> &SshPublicKey {
        match self {
            Self::Key(key) => key,
            Self::Certificate(certificate) => certificate.key(),
        }
    }

    /// The encoded key or certificate.
    #[must_use]
    pub fn to_blob(&self) -> Vec<u8> {
        match self {
            Self::Key(key) => key.to_blob(),
            Self::Certificate(certificate) => certificate.blob().to_vec(),
        }
    }
}

impl Line {
    /// Reads the line: the type, the key in base64, and a comment if there is one.
    ///
    /// # Errors
    /// [`Error::InvalidValue`](crate::Error::InvalidValue) if it is none, or names another type
    /// than the key.
    pub fn parse(line: &[u8]) -> Result<Self> {
        let (kind, rest) = word(line);
        let (text, comment) = word(rest);
        let kind = core::str::from_utf8(kind).map_err(|_| invalid("its type is not text"))?;
        if text.is_empty() {
            return Err(invalid("a public key is a type and the key itself, with a space between"));
        }
        let blob = decode(text)?;
        if Reader::new(&blob).string()? != kind.as_bytes() {
            return Err(invalid("it is of another type than it says"));
        }
        Ok(Self { options: Vec::new(), kind: kind.to_owned(), blob, comment: comment.to_vec() })
    }

    /// Reads a line of `authorized_keys`, which may have options before the type.
    ///
    /// # Errors
    /// Those of [`parse`](Self::parse).
    pub fn parse_authorized(line: &[u8]) -> Result<Self> {
        let line = line.trim_ascii();
        let error = match Self::parse(line) {
            Ok(parsed) => return Ok(parsed),
            Err(error) => error,
        };
        let end = end_of_options(line);
        match Self::parse(line[end..].trim_ascii_start()) {
            Ok(parsed) => Ok(Self { options: line[..end].to_vec(), ..parsed }),
            Err(_) => Err(error),
        }
    }

    /// Reads a text that holds one key, in any form that programs write: a line as in
    /// [`parse_authorized`](Self::parse_authorized), with a byte order mark or space before it or
    /// other lines behind it, or a block of RFC 4716.
    ///
    /// # Errors
    /// [`Error::Unsupported`](crate::Error::Unsupported) if it is of a type that is not known, and
    /// those of [`parse`](Self::parse).
    pub fn read(text: &[u8]) -> Result<Self> {
        let text = text.strip_prefix(MARK).unwrap_or(text).trim_ascii_start();
        if text.starts_with(BEGIN_RFC4716) {
            return Self::parse_rfc4716(text);
        }
        let end = text.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(text.len());
        let line = text[..end].trim_ascii_end();
        let (kind, rest) = word(line);
        let is_known = |kind: &[u8]| core::str::from_utf8(kind).is_ok_and(public::is_known);
        if is_known(kind) {
            return Self::parse(line);
        }
        let after_options = &line[end_of_options(line)..];
        if is_known(word(after_options.trim_ascii_start()).0) {
            return Self::parse_authorized(line);
        }
        if text.starts_with(pem::BEGIN) {
            return Err(public::unsupported_text(
                "this is PEM, and not a line of SSH's: load_pem_public_key or, for private keys, \
                 load_pem_private_key or load_ssh_private_key read it",
            ));
        }
        if rest.is_empty() {
            return Err(invalid("a public key is a type and the key itself, with a space between"));
        }
        Err(public::unsupported(&String::from_utf8_lossy(kind)))
    }

    /// RFC 4716 §3.
    fn parse_rfc4716(text: &[u8]) -> Result<Self> {
        let (mut body, mut comment) = (Vec::new(), Vec::new());
        let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).skip(1);
        loop {
            let line = lines.next().ok_or_else(|| invalid("its block of RFC 4716 has no end"))?;
            if line.starts_with(END_RFC4716) {
                break;
            }
            let Some(colon) = line.iter().position(|byte| *byte == b':') else {
                body.extend_from_slice(line);
                continue;
            };
            // A header goes on in the next line after a backslash.
            let mut value = line[colon + 1..].trim_ascii().to_vec();
            while value.last() == Some(&b'\\') {
                value.pop();
                value.extend_from_slice(lines.next().ok_or_else(|| invalid("its block of RFC 4716 has no end"))?);
            }
            if line[..colon].eq_ignore_ascii_case(b"comment") {
                let quoted = value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\""));
                comment = quoted.unwrap_or(&value).to_vec();
            }
        }
        let blob = decode(&body)?;
        let kind = Reader::new(&blob).name()?.to_owned();
        Ok(Self { options: Vec::new(), kind, blob, comment })
    }

    /// The options before the type in `authorized_keys`, `restrict,command="…"` for example: often
    /// none.
    #[must_use]
    pub fn options(&self) -> &[u8] {
        &self.options
    }

    /// The type of the key, `ssh-ed25519` for example.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The encoded key.
    #[must_use]
    pub fn blob(&self) -> &[u8] {
        &self.blob
    }

    /// The comment after the key: often the owner's mail address. It may be any bytes.
    #[must_use]
    pub fn comment(&self) -> &[u8] {
        &self.comment
    }

    /// The key.
    ///
    /// # Errors
    /// [`Error::InvalidValue`](crate::Error::InvalidValue) if it is malformed,
    /// [`Error::Unsupported`](crate::Error::Unsupported) if its type is not known, or it is a
    /// certificate.
    pub fn key(&self) -> Result<SshPublicKey> {
        SshPublicKey::from_blob(&self.blob)
    }

    /// The key or certificate.
    ///
    /// # Errors
    /// [`Error::InvalidValue`](crate::Error::InvalidValue) if it is malformed,
    /// [`Error::Unsupported`](crate::Error::Unsupported) if its type is not known.
    pub fn identity(&self) -> Result<Identity> {
        Identity::from_blob(&self.blob)
    }
}

const MARK: &[u8] = b"\xef\xbb\xbf";
const BEGIN_RFC4716: &[u8] = b"---- BEGIN SSH2 PUBLIC KEY";
const END_RFC4716: &[u8] = b"---- END SSH2 PUBLIC KEY";

/// The first word, and what stands behind the spaces after it.
fn word(line: &[u8]) -> (&[u8], &[u8]) {
    let end = line.iter().position(u8::is_ascii_whitespace).unwrap_or(line.len());
    (&line[..end], line[end..].trim_ascii())
}

/// Where the options end: at the first space outside quotation marks.
pub(super) fn end_of_options(line: &[u8]) -> usize {
    let (mut quoted, mut escaped) = (false, false);
    let end = line.iter().position(|byte| {
        let quote = *byte == b'"' && !escaped;
        quoted ^= quote;
        escaped = *byte == b'\\' && quoted;
        !quoted && byte.is_ascii_whitespace()
    });
    end.unwrap_or(line.len())
}
