//! Reading signed mail (RFC 8551 §3.5): `multipart/signed`, where the signature stands after what
//! is signed, and `application/pkcs7-mime`, where it holds it.
//!
//! Of the mail itself two headers are read, and the same two of its parts. A mail of which only a
//! part is signed, as mailing lists make it, has to be taken apart before.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ironlatch_x509::Certificate;
use ironlatch_x509::verification::{Policy, Store};

use super::smime::canonical;
use crate::error::{At, Error, Result, SignatureFault};
use crate::signed_data::{SignedData, Verified};

/// A signed mail that was read. Nothing of it is verified.
#[derive(Debug)]
pub struct SignedMail<'a> {
    message: SignedData,
    /// The signed part, where the message does not hold it.
    part: Option<&'a [u8]>,
}

impl<'a> SignedMail<'a> {
    /// Reads a mail with its header.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if it is no signed mail, or cannot be taken apart, and those of
    /// [`SignedData::read`].
    pub fn read(mail: &'a [u8]) -> Result<Self> {
        let mail = Entity::read(mail);
        match &mail.kind[..] {
            "application/pkcs7-mime" | "application/x-pkcs7-mime" => {
                match mail.parameter("smime-type") {
                    Some(kind) if !kind.eq_ignore_ascii_case("signed-data") => {
                        return Err(Error::value(format!("the mail is not signed: its smime-type is {kind:?}")));
                    }
                    _ => {}
                }
                Ok(Self { message: SignedData::read(&mail.decoded()?)?, part: None })
            }
            "multipart/signed" => {
                let boundary = mail.parameter("boundary").filter(|boundary| !boundary.is_empty());
                let boundary = boundary.ok_or_else(|| Error::value("the mail does not say where its parts end"))?;
                let [part, signature] = parts(mail.body, boundary.as_bytes())?;
                let signature = Entity::read(signature);
                if !matches!(&signature.kind[..], "application/pkcs7-signature" | "application/x-pkcs7-signature") {
                    return Err(Error::value(format!(
                        "the mail is not signed with S/MIME: its second part is {:?}",
                        signature.kind
                    )));
                }
                Ok(Self { message: SignedData::read(&signature.decoded()?).at("signature")?, part: Some(part) })
            }
            other => Err(Error::value(format!("the mail is not signed: it is {other:?}"))),
        }
    }

    /// The signed message that the mail holds.
    #[must_use]
    pub fn message(&self) -> &SignedData {
        &self.message
    }

    /// Verifies every signature, as [`SignedData::verify_signatures`] does. Returns what is signed,
    /// which is itself a part of a mail with a header, and the signatures.
    ///
    /// # Errors
    /// [`Error::NotVerified`].
    pub fn verify_signatures(&self, more: &[Certificate]) -> Result<(Cow<'_, [u8]>, Vec<Verified>)> {
        self.with_content(|content| self.message.verify_signatures(content, more))
    }

    /// Verifies every signature and every signer's certificate, as [`SignedData::verify`] does.
    ///
    /// # Errors
    /// [`Error::NotVerified`].
    pub fn verify(
        &self,
        more: &[Certificate],
        store: &Store,
        policy: &Policy,
    ) -> Result<(Cow<'_, [u8]>, Vec<Verified>)> {
        self.with_content(|content| self.message.verify(content, more, store, policy))
    }

    /// Calls `verify` with what is signed: with the line ends of mail (RFC 8551 §3.1.1), which a
    /// file of the mail may not have, or as it stands, which is how binary data are signed.
    fn with_content(
        &self,
        verify: impl Fn(Option<&[u8]>) -> Result<Vec<Verified>>,
    ) -> Result<(Cow<'_, [u8]>, Vec<Verified>)> {
        let Some(part) = self.part else {
            let verified = verify(None)?;
            return Ok((self.message.content().unwrap_or_default().into(), verified));
        };
        let lines = canonical(part);
        match verify(Some(&lines)) {
            Ok(verified) => Ok((lines, verified)),
            Err(refused @ Error::NotVerified { .. }) if matches!(lines, Cow::Owned(_)) => {
                // Only the right content gets as far as to the chain.
                let is_of_chain =
                    |error: &Error| matches!(error, Error::NotVerified { fault: SignatureFault::Chain(_), .. });
                let verified = verify(Some(part)).map_err(|error| if is_of_chain(&error) { error } else { refused })?;
                Ok((part.into(), verified))
            }
            Err(refused) => Err(refused),
        }
    }
}

/// A mail, or a part of one.
struct Entity<'a> {
    /// The type of its content, in small letters; of text, if it does not say.
    kind: String,
    parameters: Vec<(String, String)>,
    encoding: String,
    body: &'a [u8],
}

impl<'a> Entity<'a> {
    fn read(entity: &'a [u8]) -> Self {
        let mut read = Self { kind: "text/plain".into(), parameters: Vec::new(), encoding: String::new(), body: &[] };
        let mut rest = entity;
        while let Some((line, after)) = next_line(rest).filter(|(line, _)| !line.is_empty()) {
            rest = after;
            let mut field = String::from_utf8_lossy(line).into_owned();
            // A line that begins with white space continues the one before (RFC 5322 §2.2.3).
            while let Some((line, after)) =
                next_line(rest).filter(|(line, _)| line.starts_with(b" ") || line.starts_with(b"\t"))
            {
                rest = after;
                field.push_str(&String::from_utf8_lossy(line));
            }
            let Some((name, value)) = field.split_once(':') else { continue };
            match name.trim_end().to_ascii_lowercase().as_str() {
                "content-type" => (read.kind, read.parameters) = content_type(value),
                "content-transfer-encoding" => read.encoding = value.trim().to_ascii_lowercase(),
                _ => {}
            }
        }
        read.body = next_line(rest).map_or(&[], |(_, body)| body);
        read
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The body, of which the encoding for its way through the mail is undone.
    fn decoded(&self) -> Result<Vec<u8>> {
        match self.encoding.as_str() {
            "base64" => {
                let mut letters = self.body.to_vec();
                letters.retain(|letter| !letter.is_ascii_whitespace());
                STANDARD.decode(&letters).map_err(|_| Error::value("the signature in the mail is not valid base64"))
            }
            "" | "7bit" | "8bit" | "binary" => Ok(self.body.to_vec()),
            other => Err(Error::value(format!("the signature in the mail is encoded as {other:?}, and not as base64"))),
        }
    }
}

/// The first line without its end, and what follows it.
fn next_line(text: &[u8]) -> Option<(&[u8], &[u8])> {
    if text.is_empty() {
        return None;
    }
    let (line, rest) = match text.iter().position(|&octet| octet == b'\n') {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, &text[text.len()..]),
    };
    Some((line.strip_suffix(b"\r").unwrap_or(line), rest))
}

/// A type and its parameters (RFC 2045 §5.1).
fn content_type(value: &str) -> (String, Vec<(String, String)>) {
    let (kind, mut rest) = value.split_once(';').unwrap_or((value, ""));
    let mut parameters = Vec::new();
    while let Some((name, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let mut text = String::new();
        if let Some(quoted) = after.strip_prefix('"') {
            let mut letters = quoted.chars();
            while let Some(letter) = letters.next() {
                match letter {
                    '"' => break,
                    '\\' => text.extend(letters.next()),
                    letter => text.push(letter),
                }
            }
            rest = letters.as_str().split_once(';').map_or("", |(_, rest)| rest);
        } else {
            let (plain, after) = after.split_once(';').unwrap_or((after, ""));
            text.push_str(plain.trim());
            rest = after;
        }
        parameters.push((name.trim().to_ascii_lowercase(), text));
    }
    (kind.trim().to_ascii_lowercase(), parameters)
}

/// The two parts of a signed mail, without the line end that belongs to the line after each (RFC
/// 2046 §5.1.1).
fn parts<'a>(body: &'a [u8], boundary: &[u8]) -> Result<[&'a [u8]; 2]> {
    let wrong = || Error::value("a signed mail has two parts, what is signed and the signature, and this has not");
    let (mut found, mut start, mut rest) = (Vec::new(), None, body);
    while let Some((line, after)) = next_line(rest) {
        let at = body.len() - rest.len();
        rest = after;
        let Some(tail) = line.strip_prefix(b"--").and_then(|line| line.strip_prefix(boundary)) else { continue };
        let (is_last, tail) = tail.strip_prefix(b"--").map_or((false, tail), |tail| (true, tail));
        if !tail.trim_ascii().is_empty() {
            continue;
        }
        if let Some(start) = start {
            // An empty part has no line end of its own.
            let part = &body[start..at.max(start)];
            let part = part.strip_suffix(b"\n").map_or(part, |part| part.strip_suffix(b"\r").unwrap_or(part));
            found.push(part);
        }
        if is_last {
            return found.try_into().map_err(|_| wrong());
        }
        if found.len() == 2 {
            break;
        }
        start = Some(body.len() - after.len());
    }
    Err(wrong())
}
