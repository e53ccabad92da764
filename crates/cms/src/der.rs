//! The parts of DER (ITU-T X.690) that the structures of this crate share.

use asn1::{ParseError, ParseErrorKind, SimpleAsn1Readable, Tag, Tlv};
use ironlatch_core::oid::ObjectIdentifier;
use zeroize::Zeroizing;

use crate::error::{Error, Kind, Result};

pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const NULL: &[u8] = &[5, 0];
pub(crate) const UTF8_STRING: u8 = 0x0c;
pub(crate) const BMP_STRING: u8 = 0x1e;
/// The octet of a context-specific tag around a whole element.
pub(crate) const EXPLICIT_0: u8 = 0xa0;
/// The same of a distinguished name among general names.
pub(crate) const EXPLICIT_4: u8 = 0xa4;
/// The octet of a context-specific tag in the place of an octet string's.
pub(crate) const IMPLICIT_0: u8 = 0x80;

/// The octet of a tag that fits into one.
pub(crate) fn tag_octet(tag: Tag) -> Option<u8> {
    tag.as_u8()
}

/// Fails unless `tlv` has the tag.
pub(crate) fn expect(tlv: &Tlv<'_>, tag: u8) -> Result<()> {
    if tag_octet(tlv.tag()) == Some(tag) {
        Ok(())
    } else {
        Err(ParseError::new(ParseErrorKind::UnexpectedTag { actual: tlv.tag() }).into())
    }
}

/// The contents of the one element that `der` is, which has the tag.
pub(crate) fn contents(der: &[u8], tag: u8) -> Result<&[u8]> {
    let element: Tlv<'_> = asn1::parse_single(der)?;
    expect(&element, tag)?;
    Ok(element.data())
}

/// The elements that follow one another in `contents`.
pub(crate) fn elements<'a>(contents: &'a [u8]) -> impl Iterator<Item = Result<Tlv<'a>>> {
    let mut rest = contents;
    core::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        match asn1::strip_tlv(rest) {
            Ok((element, after)) => {
                rest = after;
                Some(Ok(element))
            }
            Err(error) => {
                rest = &[];
                Some(Err(error.into()))
            }
        }
    })
}

/// An element of these contents, in memory that is wiped and that was never moved.
pub(crate) fn element(tag: u8, contents: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let len = contents.iter().map(|part| part.len()).sum();
    let mut der = Zeroizing::new(Vec::with_capacity(len + LONGEST_HEADER));
    push_header(&mut der, tag, len);
    contents.iter().for_each(|part| der.extend_from_slice(part));
    der
}

/// The tag and the length, in a form of any number of octets.
const LONGEST_HEADER: usize = 10;

/// Writes a tag of one octet and a length in its shortest form.
pub(crate) fn push_header(der: &mut Vec<u8>, tag: u8, len: usize) {
    der.push(tag);
    push_length(der, len);
}

pub(crate) fn push_length(der: &mut Vec<u8>, len: usize) {
    if len < 0x80 {
        der.push(len as u8);
        return;
    }
    let octets = len.to_be_bytes();
    let significant = &octets[octets.iter().take_while(|&&octet| octet == 0).count()..];
    der.push(0x80 | significant.len() as u8);
    der.extend_from_slice(significant);
}

pub(crate) fn identifier(oid: &ObjectIdentifier) -> Zeroizing<Vec<u8>> {
    element(6, &[oid.as_octets()])
}

/// A non-negative INTEGER.
pub(crate) fn integer(number: u64) -> Zeroizing<Vec<u8>> {
    let octets = number.to_be_bytes();
    let zeros = octets.iter().take(7).take_while(|&&octet| octet == 0).count();
    let sign: &[u8] = if octets[zeros] & 0x80 == 0 { &[] } else { &[0] };
    element(INTEGER, &[sign, &octets[zeros..]])
}

/// A SET OF in the order of DER (X.690 §11.6).
pub(crate) fn set_of(mut items: Vec<Zeroizing<Vec<u8>>>) -> Zeroizing<Vec<u8>> {
    items.sort_by(|one, other| one.as_slice().cmp(other));
    let parts: Vec<&[u8]> = items.iter().map(|item| item.as_slice()).collect();
    element(SET, &parts)
}

/// The contents of an OCTET STRING.
pub(crate) fn octets<'a>(element: &Tlv<'a>) -> Result<&'a [u8]> {
    expect(element, OCTET_STRING)?;
    Ok(<&[u8]>::parse_data(element.data())?)
}

/// Tells what `data` is, if it is plainly not a container in DER.
pub(crate) fn other_kind(data: &[u8]) -> Option<Kind> {
    if data.is_empty() {
        return Some(Kind::Nothing);
    }
    if data.trim_ascii_start().starts_with(b"-----BEGIN ") {
        return Some(Kind::Pem);
    }
    if data.starts_with(&[0xfe, 0xed, 0xfe, 0xed]) || data.starts_with(&[0xce, 0xce, 0xce, 0xce]) {
        return Some(Kind::JavaKeyStore);
    }
    let outer = contents(data, SEQUENCE).ok()?;
    let tags: Vec<Option<u8>> =
        elements(outer).take(3).map_while(Result::ok).map(|part| tag_octet(part.tag())).collect();
    match tags[..] {
        [Some(6), Some(EXPLICIT_0), ..] => Some(Kind::Cms),
        [Some(SEQUENCE), Some(SEQUENCE), Some(3)] => Some(Kind::Certificate),
        [Some(INTEGER), Some(SEQUENCE), Some(OCTET_STRING)] | [Some(SEQUENCE), Some(OCTET_STRING)] => {
            Some(Kind::PrivateKey)
        }
        [Some(INTEGER), Some(SEQUENCE)] | [Some(INTEGER), Some(SEQUENCE), Some(SEQUENCE)] => Some(Kind::Pkcs12),
        _ => None,
    }
}

/// The error that tells most: if `data` is plainly something else, that, and otherwise `error`.
#[cold]
pub(crate) fn explain(error: Error, data: &[u8], wanted: Kind) -> Error {
    match other_kind(data) {
        Some(found) if found != wanted => Error::WrongKind { wanted, found },
        _ => error,
    }
}
