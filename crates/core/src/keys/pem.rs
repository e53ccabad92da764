//! PEM, the textual encoding of DER (RFC 7468), with the headers of RFC 1421 that encrypted
//! traditional keys have.
//!
//! This reader exists in addition to the `pem` crate because a private key's text and its decoded
//! form must be wiped. It is as lenient as that crate, and as the tools that write such files
//! require: text around the blocks is skipped, lines may be of any length and end in any way.
//! Between the markers only headers, base64 and white space are allowed.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::PAD;
use base64::engine::simd::Simd;
use zeroize::Zeroizing;

use crate::secret::wipes_stack;
use crate::{Error, Result, text};

/// A block between `-----BEGIN label-----` and `-----END label-----`.
#[derive(Clone, Copy)]
pub struct Block<'a> {
    label: &'a [u8],
    headers: &'a [u8],
    body: &'a [u8],
}

impl<'a> Block<'a> {
    /// The label of the block, `PRIVATE KEY` for example.
    #[must_use]
    pub fn label(&self) -> &'a [u8] {
        self.label
    }

    /// The value of the header called `name`, which is compared exactly.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.split(|&byte| byte == b'\n').find_map(|line| {
            let rest = line.strip_prefix(name.as_bytes())?.strip_prefix(b":")?;
            core::str::from_utf8(rest).ok().map(str::trim)
        })
    }

    /// The contents, decoded into memory that is wiped.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if the body is not base64 with its padding.
    #[wipes_stack(deep)]
    pub fn decode(&self) -> Result<Zeroizing<Vec<u8>>> {
        let mut body = Zeroizing::new(Vec::with_capacity(self.body.len()));
        for piece in self.body.split(u8::is_ascii_whitespace) {
            body.extend_from_slice(piece);
        }
        let decoded = text::secret_of_base64(&*BASE64, &body).or_else(|| self.decode_with_any_space());
        decoded.ok_or_else(|| malformed("the body is not valid base64"))
    }

    /// Takes out the white space of all of Unicode, such as the spaces that do not break in text
    /// that was copied from a page.
    #[cold]
    fn decode_with_any_space(&self) -> Option<Zeroizing<Vec<u8>>> {
        let text = core::str::from_utf8(self.body).ok()?;
        let mut body = Zeroizing::new(Vec::with_capacity(text.len()));
        text.split_whitespace().for_each(|piece| body.extend_from_slice(piece.as_bytes()));
        text::secret_of_base64(&*BASE64, &body)
    }
}

impl core::fmt::Debug for Block<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Block({}, <{} bytes>)", String::from_utf8_lossy(self.label), self.body.len())
    }
}

/// The blocks in `text`, in order.
///
/// The iterator gives [`Error::InvalidValue`] for a block whose end names another label or that has
/// headers without an end, and stops after it. A beginning without any end is no block: it is
/// skipped as text is.
pub fn blocks(text: &[u8]) -> impl Iterator<Item = Result<Block<'_>>> {
    let mut rest = Some(text);
    core::iter::from_fn(move || {
        let (block, after) = next_block(rest.take()?)?;
        rest = block.is_ok().then_some(after);
        Some(block)
    })
}

/// The first block in `text` that `wanted` says yes to.
///
/// # Errors
/// [`Error::InvalidValue`] if there is none: `missing` is the message if there are others.
pub fn find<'a>(text: &'a [u8], mut wanted: impl FnMut(&[u8]) -> bool, missing: &'static str) -> Result<Block<'a>> {
    let mut any = false;
    for block in blocks(text) {
        let block = block?;
        if wanted(block.label) {
            return Ok(block);
        }
        any = true;
    }
    Err(if any { Error::value(missing) } else { no_block(text) })
}

/// `der` as a PEM block, in memory that is wiped: lines of 64 characters, each ended by a line
/// feed.
///
/// `headers` are written as they stand, one a line, and followed by an empty line.
#[must_use]
#[wipes_stack(deep)]
pub fn encode(label: &str, headers: &[String], der: &[u8]) -> Zeroizing<Vec<u8>> {
    let headers_len = headers.iter().map(|header| header.len() + 1).sum::<usize>() + usize::from(!headers.is_empty());
    let markers_len = BEGIN.len() + END.len() + 2 * (label.len() + DASHES.len() + 1);
    let body_len = der.len().div_ceil(3) * 4 + der.len().div_ceil(BYTES_A_LINE);
    let mut text = Zeroizing::new(Vec::with_capacity(markers_len + headers_len + body_len));
    for piece in [BEGIN, label.as_bytes(), DASHES, b"\n"] {
        text.extend_from_slice(piece);
    }
    for header in headers {
        text.extend_from_slice(header.as_bytes());
        text.push(b'\n');
    }
    if !headers.is_empty() {
        text.push(b'\n');
    }
    for bytes in der.chunks(BYTES_A_LINE) {
        let start = text.len();
        text.resize(start + bytes.len().div_ceil(3) * 4, 0);
        let written = BASE64.encode_slice(bytes, &mut text[start..]);
        debug_assert_eq!(written, Ok(text.len() - start), "base64 with padding has a fixed length");
        text.push(b'\n');
    }
    for piece in [END, label.as_bytes(), DASHES, b"\n"] {
        text.extend_from_slice(piece);
    }
    text
}

/// Decodes base64 with its padding and without white space.
pub(super) fn secret_of_base64(letters: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    text::secret_of_base64(&*BASE64, letters)
}

/// Encodes as base64 with its padding, on one line.
pub(super) fn secret_to_base64(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut letters = Zeroizing::new(vec![0; bytes.len().div_ceil(3) * 4]);
    let written = BASE64.encode_slice(bytes, &mut letters);
    debug_assert_eq!(written, Ok(letters.len()), "base64 with padding has a fixed length");
    letters
}

static BASE64: LazyLock<Simd> = LazyLock::new(|| Simd::standard(PAD));

pub(super) const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";
/// The number of bytes that make 64 characters.
const BYTES_A_LINE: usize = 48;

/// The first block of `text`, and the text after it.
fn next_block(text: &[u8]) -> Option<(Result<Block<'_>>, &[u8])> {
    let (_, rest) = split_once(text, BEGIN)?;
    let (label, rest) = split_once(rest, DASHES)?;
    let (inside, rest) = split_once(rest, END)?;
    let (end_label, rest) = split_once(rest, DASHES)?;
    let block = if label == end_label {
        split_headers(inside).map(|(headers, body)| Block { label, headers, body })
    } else {
        Err(malformed("a BEGIN line and the END line after it name different labels"))
    };
    Some((block, rest))
}

/// Splits what stands between the markers at the empty line that ends the headers, if there are
/// any.
fn split_headers(inside: &[u8]) -> Result<(&[u8], &[u8])> {
    let start = inside.trim_ascii_start();
    let first_line = start.split(|&byte| byte == b'\n').next().unwrap_or_default();
    if !first_line.contains(&b':') {
        return Ok((&[], start.trim_ascii_end()));
    }
    let mut end = 0;
    for line in start.split_inclusive(|&byte| byte == b'\n') {
        if line.trim_ascii().is_empty() {
            return Ok((&start[..end], start[end..].trim_ascii()));
        }
        end += line.len();
    }
    Err(malformed("no empty line ends the headers"))
}

/// Splits at the first `marker`.
pub(super) fn split_once<'a>(text: &'a [u8], marker: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let mut from = 0;
    loop {
        // A dash starts every marker, and few other things.
        let at = from + text[from..].iter().position(|&byte| byte == marker[0])?;
        if text[at..].starts_with(marker) {
            return Some((&text[..at], &text[at + marker.len()..]));
        }
        from = at + 1;
    }
}

/// Explains why a `text` has no block: the likeliest slips are named.
fn no_block(text: &[u8]) -> Error {
    /// The beginnings of the types of SSH's public keys.
    const SSH_TYPES: [&str; 3] = ["ssh-", "ecdsa-sha2-", "sk-"];
    /// The tag of the SEQUENCE that every key in DER is.
    const SEQUENCE: u8 = 0x30;
    if split_once(text, BEGIN).is_some() {
        return Error::Truncated { what: "PEM block" };
    }
    malformed(if text.first() == Some(&SEQUENCE) {
        "it has no BEGIN and END lines; this looks like DER, and the call reads PEM"
    } else if SSH_TYPES.iter().any(|kind| text.trim_ascii_start().starts_with(kind.as_bytes())) {
        "it has no BEGIN and END lines; this is a public key of SSH's, which load_ssh_public_key reads"
    } else {
        "it has no BEGIN and END lines"
    })
}

fn malformed(what: &str) -> Error {
    Error::value(format!("Unable to load PEM file: {what}"))
}
