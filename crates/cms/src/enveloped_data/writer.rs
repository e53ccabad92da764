//! Writing a message around its content: in DER if the content's length is known, and otherwise in
//! BER.

use std::io::{ErrorKind, Read, Write};

use ironlatch_core::error::IoOperation;
use ironlatch_core::oid;
use zeroize::Zeroizing;

use super::content::{BLOCK, Context, Started};
use super::{CHUNK, fill, kem, writing};
use crate::der::{self, EXPLICIT_0, IMPLICIT_0, OCTET_STRING, SEQUENCE};
use crate::error::{Error, Result};

/// The end of an element that does not say its length first.
const END: [u8; 2] = [0, 0];

/// Encrypts `input`, and writes the message. Returns how much there was.
pub(super) fn write(
    input: &mut impl Read,
    len: Option<u64>,
    infos: Vec<Zeroizing<Vec<u8>>>,
    started: &Started,
    context: &mut Context,
    output: &mut impl Write,
) -> Result<u64> {
    let is_authenticated = started.cipher.is_authenticated();
    let content_type = if is_authenticated { &oid::AUTH_ENVELOPED_DATA } else { &oid::ENVELOPED_DATA };
    let content_type = der::identifier(content_type);
    let before = [der::integer(version(is_authenticated, &infos)), der::set_of(infos)];
    let inner = [der::identifier(&oid::DATA), started.identifier()];

    let mut start = Vec::new();
    match len {
        Some(len) => {
            let encrypted = started.cipher.encrypted_len(len).and_then(|len| usize::try_from(len).ok());
            let encrypted = encrypted.ok_or_else(|| Error::value("the content is longer than a message can hold"))?;
            let tag = if is_authenticated { 2 + started.tag_len } else { 0 };
            // From the inside out, what each element holds.
            let info = lens(&inner) + header_len(encrypted) + encrypted;
            let enveloped = lens(&before) + header_len(info) + info + tag;
            let explicit = header_len(enveloped) + enveloped;
            let whole = content_type.len() + header_len(explicit) + explicit;
            der::push_header(&mut start, SEQUENCE, whole);
            start.extend_from_slice(&content_type);
            der::push_header(&mut start, EXPLICIT_0, explicit);
            der::push_header(&mut start, SEQUENCE, enveloped);
            before.iter().for_each(|part| start.extend_from_slice(part));
            der::push_header(&mut start, SEQUENCE, info);
            inner.iter().for_each(|part| start.extend_from_slice(part));
            der::push_header(&mut start, IMPLICIT_0, encrypted);
        }
        None => {
            start.extend_from_slice(&[SEQUENCE, 0x80]);
            start.extend_from_slice(&content_type);
            start.extend_from_slice(&[EXPLICIT_0, 0x80, SEQUENCE, 0x80]);
            before.iter().for_each(|part| start.extend_from_slice(part));
            start.extend_from_slice(&[SEQUENCE, 0x80]);
            inner.iter().for_each(|part| start.extend_from_slice(part));
            start.extend_from_slice(&[EXPLICIT_0, 0x80]);
        }
    }
    output.write_all(&start).map_err(writing)?;

    let total = content(input, len, is_authenticated, context, output)?;

    let mut end = Vec::new();
    if len.is_none() {
        end.extend_from_slice(&[END, END].concat());
    }
    if is_authenticated {
        end.extend_from_slice(&der::element(OCTET_STRING, &[&context.tag()?]));
    }
    if len.is_none() {
        end.extend_from_slice(&[END, END, END].concat());
    }
    output.write_all(&end).map_err(writing)?;
    Ok(total)
}

fn content(
    input: &mut impl Read,
    len: Option<u64>,
    is_authenticated: bool,
    context: &mut Context,
    output: &mut impl Write,
) -> Result<u64> {
    // The padding makes the last chunk longer by a block at most.
    let mut plain = Zeroizing::new(vec![0; CHUNK + BLOCK]);
    let mut encrypted = vec![0; CHUNK + BLOCK];
    let mut input = input.take(len.unwrap_or(u64::MAX));
    let mut total = 0;
    loop {
        let mut count = fill(&mut input, &mut plain[..CHUNK])?;
        let is_last = count < CHUNK;
        total += count as u64;
        if is_last && !is_authenticated {
            let padding = BLOCK - count % BLOCK;
            plain[count..count + padding].fill(padding as u8);
            count += padding;
        }
        context.update(&plain[..count], &mut encrypted[..count])?;
        if len.is_none() && count > 0 {
            let mut header = Vec::new();
            der::push_header(&mut header, OCTET_STRING, count);
            output.write_all(&header).map_err(writing)?;
        }
        output.write_all(&encrypted[..count]).map_err(writing)?;
        if is_last {
            break;
        }
    }
    match len {
        Some(len) if total < len => {
            let error = std::io::Error::new(ErrorKind::UnexpectedEof, "it is shorter than was said");
            Err(ironlatch_core::Error::io(IoOperation::Read, None, error).into())
        }
        _ => Ok(total),
    }
}

/// RFC 5083 §2.1, RFC 5652 §6.1.
fn version(is_authenticated: bool, infos: &[Zeroizing<Vec<u8>>]) -> u64 {
    if is_authenticated || infos.iter().all(|info| info[0] == SEQUENCE) {
        0
    } else if infos.iter().any(|info| info[0] == kem::TAG) {
        3
    } else {
        2
    }
}

fn lens(parts: &[Zeroizing<Vec<u8>>]) -> usize {
    parts.iter().map(|part| part.len()).sum()
}

fn header_len(len: usize) -> usize {
    let mut header = Vec::new();
    der::push_header(&mut header, SEQUENCE, len);
    header.len()
}
