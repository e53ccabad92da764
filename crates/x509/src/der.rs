//! The parts of DER (ITU-T X.690) that the structures of this crate share.

use core::ops::{Deref, Range};
use ironlatch_core::oid::ObjectIdentifier;

use asn1::{
    Asn1Readable, Asn1Writable, ParseError, ParseErrorKind, ParseResult, SimpleAsn1Readable, SimpleAsn1Writable, Tag,
    Tlv, WriteBuf, WriteError, WriteResult, Writer,
};

use crate::error::{At, Error, Kind, Result};

pub use crate::values::{BmpString, Ia5String, Integer, Natural, PrintableString, Sequence, Utf8String, VisibleText};

/// A `SEQUENCE OF`, read into memory or to be written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct List<T>(pub Vec<T>);

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> IntoIterator for List<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<T> From<Vec<T>> for List<T> {
    fn from(items: Vec<T>) -> Self {
        Self(items)
    }
}

#[doc(hidden)]
impl<'a, T: Asn1Readable<'a>> SimpleAsn1Readable<'a> for List<T> {
    const TAG: Tag = SEQUENCE;

    fn parse_data(data: &'a [u8]) -> ParseResult<Self> {
        asn1::parse(data, |parser| {
            let mut items = Vec::new();
            while !parser.is_empty() {
                items.push(parser.read_element()?);
            }
            Ok(Self(items))
        })
    }
}

#[doc(hidden)]
impl<T: Asn1Writable<Error = WriteError>> SimpleAsn1Writable for List<T> {
    type Error = WriteError;
    const TAG: Tag = SEQUENCE;

    fn write_data(&self, dest: &mut WriteBuf) -> WriteResult {
        let mut writer = Writer::new(dest);
        self.0.iter().try_for_each(|item| writer.write_element(item))
    }

    fn data_length(&self) -> Option<usize> {
        self.0.iter().map(Asn1Writable::encoded_length).sum()
    }
}

/// One element of any type, held as its DER.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Raw<'a>(&'a [u8]);

impl<'a> Raw<'a> {
    /// Takes `der` for one element.
    ///
    /// # Errors
    /// [`Error::Malformed`] if it is none, or there is more.
    pub fn new(der: &'a [u8]) -> Result<Self> {
        asn1::parse_single::<Tlv<'a>>(der)?;
        Ok(Self(der))
    }

    /// Takes `der`, which is known to be one element.
    pub(crate) const fn from_static(der: &'static [u8]) -> Self {
        Self(der)
    }

    /// The element with its tag and length.
    #[must_use]
    pub fn as_der(&self) -> &'a [u8] {
        self.0
    }

    /// The octets of the element without its tag and length.
    #[must_use]
    pub fn contents(&self) -> &'a [u8] {
        asn1::strip_tlv(self.0).map_or(&[], |(element, _)| element.data())
    }

    /// The octet of the element's tag, for tags that fit into one.
    #[must_use]
    pub fn tag(&self) -> Option<u8> {
        asn1::strip_tlv(self.0).ok().and_then(|(element, _)| element.tag().as_u8())
    }
}

#[doc(hidden)]
impl<'a> From<Tlv<'a>> for Raw<'a> {
    fn from(element: Tlv<'a>) -> Self {
        Self(element.full_data())
    }
}

#[doc(hidden)]
impl<'a> Asn1Readable<'a> for Raw<'a> {
    fn parse(parser: &mut asn1::Parser<'a>) -> ParseResult<Self> {
        Ok(Self(parser.read_element::<Tlv<'a>>()?.full_data()))
    }

    fn can_parse(_: Tag) -> bool {
        true
    }
}

#[doc(hidden)]
impl Asn1Writable for Raw<'_> {
    type Error = WriteError;

    fn write(&self, writer: &mut Writer<'_>) -> WriteResult {
        let tlv = asn1::parse_single::<Tlv<'_>>(self.0).map_err(|_| WriteError::AllocationError)?;
        writer.write_element(&tlv)
    }

    fn encoded_length(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

#[doc(hidden)]
impl Asn1Writable for &Raw<'_> {
    type Error = WriteError;

    fn write(&self, writer: &mut Writer<'_>) -> WriteResult {
        Raw::write(self, writer)
    }

    fn encoded_length(&self) -> Option<usize> {
        Raw::encoded_length(self)
    }
}

/// An element with these contents, in DER. `tag` is the octet of a tag that fits into one.
///
/// # Errors
/// [`Error::InvalidValue`] if it does not, or the element does not fit into memory.
pub fn element(tag: u8, contents: &[u8]) -> Result<Vec<u8>> {
    let (tag, _) = Tag::from_bytes(&[tag]).map_err(|_| Error::value("the tag does not fit into one octet"))?;
    let der = asn1::write(|writer| writer.write_tlv(tag, Some(contents.len()), |dest| dest.push_slice(contents)));
    der.map_err(|error: WriteError| error.into())
}

/// The elements in contents that have been found to be elements one after another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Elements<'a>(pub(crate) &'a [u8]);

impl<'a> Iterator for Elements<'a> {
    type Item = Tlv<'a>;

    fn next(&mut self) -> Option<Tlv<'a>> {
        let (element, rest) = asn1::strip_tlv(self.0).ok()?;
        self.0 = rest;
        Some(element)
    }
}

/// Fails unless `tlv` has the tag.
pub(crate) fn expect(tlv: &Tlv<'_>, tag: Tag) -> ParseResult<()> {
    if tlv.tag() == tag { Ok(()) } else { Err(ParseError::new(ParseErrorKind::UnexpectedTag { actual: tlv.tag() })) }
}

/// Fails unless `contents` are elements that `check` says yes to, in the order that DER has for
/// sets.
pub(crate) fn check_set(contents: &[u8], check: impl Fn(&Tlv<'_>) -> Result<()>) -> Result<()> {
    asn1::parse(contents, |parser| {
        let mut index = 0;
        let mut last: Option<&[u8]> = None;
        while !parser.is_empty() {
            let element: Tlv<'_> = parser.read_element().at_index(index)?;
            if last.is_some_and(|last| element.full_data() < last) {
                return Err(ParseError::new(ParseErrorKind::InvalidSetOrdering)).at_index(index);
            }
            check(&element).at_index(index)?;
            last = Some(element.full_data());
            index += 1;
        }
        Ok(())
    })
}

/// Fails unless `element` is an OBJECT IDENTIFIER. Says the same as reading one, without making it.
pub(crate) fn check_oid(element: &Tlv<'_>) -> ParseResult<()> {
    /// Longer arcs may be too large for the type that holds them.
    const SHORT_ARC: usize = 18;
    expect(element, OBJECT_IDENTIFIER)?;
    let octets = element.data();
    if octets.len() > MAX_OID {
        return Err(ParseError::new(ParseErrorKind::OidTooLong));
    }
    let mut in_arc = 0;
    for &octet in octets {
        if in_arc == SHORT_ARC {
            return ObjectIdentifier::parse_data(octets).map(drop);
        }
        if in_arc == 0 && octet == 0x80 {
            return Err(ParseError::new(ParseErrorKind::InvalidValue));
        }
        in_arc = if octet & 0x80 == 0 { 0 } else { in_arc + 1 };
    }
    if in_arc != 0 || octets.is_empty() {
        return Err(ParseError::new(ParseErrorKind::InvalidValue));
    }
    Ok(())
}

/// The most octets that an [`ObjectIdentifier`] holds.
const MAX_OID: usize = 63;

/// Where `part`, a slice of `whole`, stands in it.
pub(crate) fn range(whole: &[u8], part: &[u8]) -> Span {
    let start = part.as_ptr().addr().wrapping_sub(whole.as_ptr().addr());
    // Lengths were checked to fit by `check_size`.
    Span { start: start as u32, end: (start + part.len()) as u32 }
}

/// A place in DER of less than 4 GiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    pub(crate) fn of(self, der: &[u8]) -> &[u8] {
        &der[Range { start: self.start as usize, end: self.end as usize }]
    }

    /// The same, where `der` may be another than the one that it was made of: nothing then.
    pub(crate) fn within(self, der: &[u8]) -> &[u8] {
        der.get(Range { start: self.start as usize, end: self.end as usize }).unwrap_or(&[])
    }
}

/// Fails for input too long for [`Span`], and for what is plainly no DER.
pub(crate) fn check_input(der: &[u8], wanted: Kind) -> Result<()> {
    if u32::try_from(der.len()).is_err() {
        return Err(Error::value("the input is 4 GiB or longer, which is more than can be read"));
    }
    if der.starts_with(b"-----BEGIN ") {
        return Err(Error::WrongKind { wanted, found: Kind::Pem });
    }
    Ok(())
}

/// The error that tells most: if `der` is a sound object of another kind, that, and otherwise
/// `error`.
#[cold]
pub(crate) fn explain(error: Error, der: &[u8], wanted: Kind) -> Error {
    match outline(der) {
        Some(found) if found != wanted => Error::WrongKind { wanted, found },
        _ => error,
    }
}

/// Tells what `der` is by the tags of its first elements.
fn outline(der: &[u8]) -> Option<Kind> {
    if der.is_empty() {
        return Some(Kind::Nothing);
    }
    // All structures here begin with the octet of a SEQUENCE, which is the digit 0 in text.
    let beginning = &der[..der.len().min(16)];
    if der[0] != b'0' && beginning.iter().all(|octet| octet.is_ascii_graphic() || octet.is_ascii_whitespace()) {
        return Some(Kind::Text);
    }
    let whole: Tlv<'_> = asn1::parse_single(der).ok()?;
    let mut outer = Elements(whole.data());
    let (first, second, third) = (outer.next()?, outer.next(), outer.next());
    let tag = |element: &Option<Tlv<'_>>| element.map(|element| element.tag());
    let sequence = Some(SEQUENCE);
    match (first.tag(), tag(&second), tag(&third)) {
        (SEQUENCE, second, Some(BIT_STRING)) if second == sequence => signed(first.data()),
        (SEQUENCE, Some(BIT_STRING), None) => Some(Kind::PublicKey),
        (INTEGER, second, Some(OCTET_STRING)) if second == sequence => Some(Kind::PrivateKey),
        (OBJECT_IDENTIFIER, Some(_), None) => Some(Kind::Cms),
        (ENUMERATED, _, None) => Some(Kind::OcspResponse),
        _ => None,
    }
}

/// Which of the three signed structures begins with these elements.
fn signed(contents: &[u8]) -> Option<Kind> {
    let tags: Vec<Tag> = Elements(contents).take(5).map(|element| element.tag()).collect();
    let version = asn1::explicit_tag(0);
    match tags[..] {
        [first, INTEGER, ..] if first == version => Some(Kind::Certificate),
        [INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE] => Some(Kind::Certificate),
        [INTEGER, SEQUENCE, SEQUENCE, last] if last == version => Some(Kind::Request),
        [INTEGER, SEQUENCE, SEQUENCE, UTC_TIME | GENERALIZED_TIME, ..]
        | [SEQUENCE, SEQUENCE, UTC_TIME | GENERALIZED_TIME, ..] => Some(Kind::Crl),
        _ => None,
    }
}

pub(crate) const SEQUENCE: Tag = <asn1::Sequence<'_> as SimpleAsn1Readable<'_>>::TAG;
pub(crate) const SET: Tag = <asn1::Set<'_> as SimpleAsn1Readable<'_>>::TAG;
pub(crate) const INTEGER: Tag = <asn1::BigInt<'_> as SimpleAsn1Readable<'_>>::TAG;
pub(crate) const BIT_STRING: Tag = <asn1::BitString<'_> as SimpleAsn1Readable<'_>>::TAG;
pub(crate) const OCTET_STRING: Tag = <&[u8] as SimpleAsn1Readable<'_>>::TAG;
pub(crate) const BOOLEAN: Tag = <bool as SimpleAsn1Readable<'_>>::TAG;
pub(crate) const OBJECT_IDENTIFIER: Tag = <ObjectIdentifier as SimpleAsn1Readable<'_>>::TAG;
const ENUMERATED: Tag = <asn1::Enumerated as SimpleAsn1Readable<'_>>::TAG;
pub(crate) const UTC_TIME: Tag = <asn1::UtcTime as SimpleAsn1Readable<'_>>::TAG;
pub(crate) const GENERALIZED_TIME: Tag = <asn1::X509GeneralizedTime as SimpleAsn1Readable<'_>>::TAG;

/// A BIT STRING of named bits, of which bit 0 is the first: as many as any standard here has names
/// for, and no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct NamedBits(u16);

impl NamedBits {
    /// Whether a bit is set.
    #[must_use]
    pub fn has(self, bit: u32) -> bool {
        self.0.checked_shl(bit).unwrap_or(0) & 0x8000 != 0
    }

    /// The same bits with one set besides.
    #[must_use]
    pub fn with(self, bit: u32) -> Self {
        Self(self.0 | 0x8000_u16.checked_shr(bit).unwrap_or(0))
    }

    /// Whether none is set.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl FromIterator<u32> for NamedBits {
    fn from_iter<I: IntoIterator<Item = u32>>(bits: I) -> Self {
        bits.into_iter().fold(Self::default(), Self::with)
    }
}

#[doc(hidden)]
impl<'a> SimpleAsn1Readable<'a> for NamedBits {
    const TAG: Tag = BIT_STRING;

    fn parse_data(data: &'a [u8]) -> ParseResult<Self> {
        let bits = asn1::BitString::parse_data(data)?;
        Ok((0..16).filter(|&bit| bits.has_bit_set(bit as usize)).collect())
    }
}

/// Writes no zeros at the end, like DER has it.
#[doc(hidden)]
impl SimpleAsn1Writable for NamedBits {
    type Error = WriteError;
    const TAG: Tag = BIT_STRING;

    fn write_data(&self, dest: &mut WriteBuf) -> WriteResult {
        let octets = self.0.to_be_bytes();
        let len = octets.iter().rposition(|&octet| octet != 0).map_or(0, |last| last + 1);
        let unused = octets[..len].last().map_or(0, |last| last.trailing_zeros() as u8);
        dest.push_byte(unused)?;
        dest.push_slice(&octets[..len])
    }

    fn data_length(&self) -> Option<usize> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn object_identifiers_are_checked_like_they_are_read() {
        let check = |octets: &[u8]| {
            let der = [&[6, octets.len() as u8], octets].concat();
            let element = asn1::parse_single(&der).unwrap();
            assert_eq!(check_oid(&element), ObjectIdentifier::parse_data(octets).map(drop), "{octets:?}");
        };
        let octets = [0, 1, 0x7f, 0x80, 0x81, 0xff];
        check(&[]);
        for a in octets {
            check(&[a]);
            for b in octets {
                check(&[a, b]);
                octets.iter().for_each(|&c| check(&[a, b, c]));
            }
        }
        for len in 17..=21 {
            for first in [0x81, 0x83, 0x84, 0xff] {
                let mut arc = vec![0xff; len];
                arc[0] = first;
                arc[len - 1] = 1;
                check(&arc);
                arc[len - 1] = 0xff;
                check(&arc);
            }
        }
        check(&[1; 63]);
        check(&[1; 64]);
    }
}
