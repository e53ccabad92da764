//! BER (ITU-T X.690 §8) to DER, for what old programs write.
//!
//! Windows, Firefox and `openssl cms -stream` write lengths that are not said in advance, octet
//! strings in pieces, and lengths in longer forms than need be. [`to_der`] writes all that again in
//! the one form of DER, so that there is one reader for what is inside. It looks at tags and
//! lengths alone: the order of sets, defaults that are written out and the forms of values stay as
//! they are.

use asn1::{ParseError, ParseErrorKind};
use ironlatch_core::secret::wipes_stack;
use zeroize::Zeroizing;

use crate::der::push_length;
use crate::error::{Error, Result};

/// How deep elements may stand inside each other.
pub const MAX_DEPTH: usize = 32;

/// Finds the first element of `input`. In DER, if its tags and lengths are not in that form yet,
/// and what follows it.
///
/// # Errors
/// [`Error::Malformed`] if it is no BER, or elements stand in more than [`MAX_DEPTH`] others.
#[wipes_stack(deep)]
pub fn to_der(input: &[u8]) -> Result<(Der<'_>, &[u8])> {
    if let Some(len) = der_len(input) {
        let (element, rest) = input.split_at(len);
        return Ok((Der::AsItWas(element), rest));
    }
    // An element whose length was not said has four octets for it, and grows by two at most: with
    // this much set aside the buffer is never moved, and leaves no copy behind.
    let mut out = Zeroizing::new(Vec::with_capacity(input.len() + input.len() / 2 + 16));
    let rest = convert(input, &mut out, 0)?;
    Ok((Der::Rewritten(out), rest))
}

/// One element in DER.
pub enum Der<'a> {
    /// The input, which was in DER already.
    AsItWas(&'a [u8]),
    /// The result, in memory that is wiped.
    Rewritten(Zeroizing<Vec<u8>>),
}

impl Der<'_> {
    /// The element.
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        match self {
            Self::AsItWas(der) => der,
            Self::Rewritten(der) => der,
        }
    }

    /// Whether the input was in another form.
    #[must_use]
    pub fn is_rewritten(&self) -> bool {
        matches!(self, Self::Rewritten(_))
    }
}

const CONSTRUCTED: u8 = 0x20;
const END_OF_CONTENTS: &[u8] = &[0, 0];

/// A tag and a length.
struct Header<'a> {
    /// The tag's octets.
    tag: &'a [u8],
    /// The length; not said, in the indefinite form.
    len: Option<usize>,
    /// Whether the length is in its shortest form.
    shortest: bool,
}

impl Header<'_> {
    fn is_constructed(&self) -> bool {
        self.tag[0] & CONSTRUCTED != 0
    }

    /// Whether this is a string in pieces: of a universal type whose values are no other elements.
    fn is_string_in_pieces(&self) -> bool {
        // All constructed universal types but EXTERNAL, EMBEDDED PDV, SEQUENCE and SET.
        self.tag.len() == 1 && matches!(self.tag[0], 0x20..=0x3f) && !matches!(self.tag[0], 0x28 | 0x2b | 0x30 | 0x31)
    }
}

fn header(input: &[u8]) -> Result<(Header<'_>, &[u8])> {
    let short = || Error::from(ParseError::new(ParseErrorKind::ShortData { needed: 1 }));
    let invalid = || Error::from(ParseError::new(ParseErrorKind::InvalidLength));
    let mut tag_len = 1;
    if input.first().ok_or_else(short)? & 0x1f == 0x1f {
        // A number of more than five bits; four octets are more than any tag takes up.
        while input.get(tag_len).ok_or_else(short)? & 0x80 != 0 {
            tag_len += 1;
            if tag_len > 4 {
                return Err(ParseError::new(ParseErrorKind::InvalidTag).into());
            }
        }
        tag_len += 1;
    }
    let (tag, rest) = input.split_at(tag_len);
    let (&first, rest) = rest.split_first().ok_or_else(short)?;
    match first {
        0..0x80 => Ok((Header { tag, len: Some(first.into()), shortest: true }, rest)),
        0x80 => Ok((Header { tag, len: None, shortest: false }, rest)),
        _ => {
            let count = usize::from(first & 0x7f);
            let octets = rest.get(..count).ok_or_else(short)?;
            let zeros = octets.iter().take_while(|&&octet| octet == 0).count();
            if count - zeros > size_of::<usize>() {
                return Err(invalid());
            }
            let len = octets[zeros..].iter().fold(0, |len, &octet| len << 8 | usize::from(octet));
            Ok((Header { tag, len: Some(len), shortest: zeros == 0 && len >= 0x80 }, &rest[count..]))
        }
    }
}

/// The length of the first element of `input`, if all tags and lengths in it are in DER.
fn der_len(input: &[u8]) -> Option<usize> {
    /// Looks through elements one after another, which must fill `input`.
    fn is_der(mut input: &[u8], depth: usize) -> bool {
        while !input.is_empty() {
            match der_element(input, depth) {
                Some(len) => input = &input[len..],
                None => return false,
            }
        }
        true
    }

    fn der_element(input: &[u8], depth: usize) -> Option<usize> {
        let (header, rest) = header(input).ok()?;
        let contents = rest.get(..header.len?)?;
        let sound = header.shortest
            && !header.is_string_in_pieces()
            && depth < MAX_DEPTH
            && (!header.is_constructed() || is_der(contents, depth + 1));
        sound.then(|| input.len() - rest.len() + contents.len())
    }

    der_element(input, 0)
}

/// Writes the first element of `input` to `out`, and returns what follows it.
fn convert<'a>(input: &'a [u8], out: &mut Zeroizing<Vec<u8>>, depth: usize) -> Result<&'a [u8]> {
    if depth >= MAX_DEPTH {
        return Err(Error::rule("elements stand inside each other too deeply"));
    }
    let (header, rest) = header(input)?;
    if !header.is_constructed() {
        let len = header.len.ok_or_else(|| Error::from(ParseError::new(ParseErrorKind::InvalidLength)))?;
        let (contents, rest) = split(rest, len)?;
        out.extend_from_slice(header.tag);
        push_length(out, len);
        out.extend_from_slice(contents);
        return Ok(rest);
    }
    let start = out.len();
    let in_pieces = header.is_string_in_pieces();
    let item = |input, out: &mut Zeroizing<Vec<u8>>| {
        if in_pieces { piece(input, header.tag, out, depth + 1) } else { convert(input, out, depth + 1) }
    };
    let rest = each(rest, header.len, out, item)?;
    // The header is known now, and goes before what it is of.
    let len = out.len() - start;
    if in_pieces {
        out.push(header.tag[0] & !CONSTRUCTED);
    } else {
        out.extend_from_slice(header.tag);
    }
    push_length(out, len);
    let header_len = out.len() - start - len;
    out[start..].rotate_right(header_len);
    Ok(rest)
}

/// Calls `item` for each element of contents of this length, or of contents that say where they
/// end. Returns what follows them.
fn each<'a>(
    input: &'a [u8],
    len: Option<usize>,
    out: &mut Zeroizing<Vec<u8>>,
    item: impl Fn(&'a [u8], &mut Zeroizing<Vec<u8>>) -> Result<&'a [u8]>,
) -> Result<&'a [u8]> {
    let (mut inside, rest) = match len {
        Some(len) => split(input, len)?,
        None => (input, &[][..]),
    };
    loop {
        match len {
            Some(_) if inside.is_empty() => return Ok(rest),
            None if inside.starts_with(END_OF_CONTENTS) => return Ok(&inside[END_OF_CONTENTS.len()..]),
            _ => inside = item(inside, out)?,
        }
    }
}

/// Writes the contents of a piece of a string, which may be in pieces itself.
fn piece<'a>(input: &'a [u8], tag: &[u8], out: &mut Zeroizing<Vec<u8>>, depth: usize) -> Result<&'a [u8]> {
    if depth >= MAX_DEPTH {
        return Err(Error::rule("elements stand inside each other too deeply"));
    }
    let (header, rest) = header(input)?;
    if header.tag.len() != 1 || header.tag[0] & !CONSTRUCTED != tag[0] & !CONSTRUCTED {
        return Err(Error::rule("a piece of a string is of another type than the string"));
    }
    if header.is_constructed() {
        return each(rest, header.len, out, |input, out| piece(input, tag, out, depth + 1));
    }
    let len = header.len.ok_or_else(|| Error::from(ParseError::new(ParseErrorKind::InvalidLength)))?;
    let (contents, rest) = split(rest, len)?;
    out.extend_from_slice(contents);
    Ok(rest)
}

fn split(input: &[u8], len: usize) -> Result<(&[u8], &[u8])> {
    input
        .split_at_checked(len)
        .ok_or_else(|| ParseError::new(ParseErrorKind::ShortData { needed: len - input.len() }).into())
}
