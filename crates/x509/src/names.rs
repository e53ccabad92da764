//! Distinguished names: who issued a certificate, and whom it is about (RFC 5280 §4.1.2.4).

use ironlatch_core::oid::{self, ObjectIdentifier};
use std::borrow::Cow;

use asn1::{
    Asn1Readable, Asn1Writable, BMPString, ParseError, ParseErrorKind, ParseResult, PrintableString,
    SimpleAsn1Readable, Tag, Tlv, UniversalString, WriteError, WriteResult, Writer,
};

use crate::der::{Elements, SEQUENCE, SET, check_oid, expect};
use crate::error::{At, DerFault, Error, Fault, Result};

/// A distinguished name in DER, found to be well formed.
///
/// ```
/// use ironlatch::x509::names::{Attribute, Name, StringType, encode};
/// use ironlatch::oid;
///
/// let country = Attribute::new(oid::COUNTRY_NAME, StringType::Printable, "DE")?;
/// let host = Attribute::new(oid::COMMON_NAME, StringType::Utf8, "example.com")?;
/// let der = encode(&[vec![country], vec![host]])?;
/// assert_eq!(Name::from_der(&der)?.to_string(), "CN=example.com,C=DE");
/// # Ok::<(), ironlatch::x509::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Name<'a> {
    der: &'a [u8],
    contents: &'a [u8],
}

impl<'a> Name<'a> {
    /// Reads a name.
    ///
    /// # Errors
    /// [`Error::Malformed`] if it is none.
    pub fn from_der(der: &'a [u8]) -> Result<Self> {
        let tlv: Tlv<'a> = asn1::parse_single(der)?;
        expect(&tlv, SEQUENCE)?;
        Self::check(&tlv)
    }

    /// The name that `tlv` is.
    pub(crate) fn check(tlv: &Tlv<'a>) -> Result<Self> {
        expect(tlv, SEQUENCE)?;
        asn1::parse(tlv.data(), |parser| {
            let mut index = 0;
            while !parser.is_empty() {
                check_part(&parser.read_element()?).map_err(Error::from).at_index(index)?;
                index += 1;
            }
            Ok::<_, Error>(())
        })?;
        Ok(Self { der: tlv.full_data(), contents: tlv.data() })
    }

    /// The name that `tlv`, which was found to be one before, is.
    pub(crate) fn checked(der: &'a [u8]) -> Self {
        let contents = asn1::strip_tlv(der).map_or(&[][..], |(tlv, _)| tlv.data());
        Self { der, contents }
    }

    /// The name in DER.
    #[must_use]
    pub fn as_der(&self) -> &'a [u8] {
        self.der
    }

    /// Whether the name has no part at all, as where the alternative names stand for it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.contents.is_empty()
    }

    /// The parts in the order of the DER: the most general first.
    pub fn parts(&self) -> impl Iterator<Item = RelativeName<'a>> + use<'a> {
        Elements(self.contents).map(|part| RelativeName { contents: part.data() })
    }

    /// The attributes of all parts in their order.
    pub fn attributes(&self) -> impl Iterator<Item = Attribute<'a>> + use<'a> {
        self.parts().flat_map(|part| part.attributes())
    }

    /// The value of the last common name as text, if there is one.
    #[must_use]
    pub fn common_name(&self) -> Option<Cow<'a, str>> {
        self.attributes().filter(|attribute| attribute.oid == oid::COMMON_NAME).last()?.text().ok()
    }
}

impl<'a> Asn1Readable<'a> for Name<'a> {
    fn parse(parser: &mut asn1::Parser<'a>) -> ParseResult<Self> {
        let tlv = parser.read_element()?;
        expect(&tlv, SEQUENCE)?;
        Self::check(&tlv).map_err(parse_error)
    }

    fn can_parse(tag: Tag) -> bool {
        tag == SEQUENCE
    }
}

impl Asn1Writable for Name<'_> {
    type Error = WriteError;

    fn write(&self, writer: &mut Writer<'_>) -> WriteResult {
        writer.write_tlv(SEQUENCE, Some(self.contents.len()), |dest| dest.push_slice(self.contents))
    }

    fn encoded_length(&self) -> Option<usize> {
        Some(self.der.len())
    }
}

impl Asn1Writable for &Name<'_> {
    type Error = WriteError;

    fn write(&self, writer: &mut Writer<'_>) -> WriteResult {
        Name::write(self, writer)
    }

    fn encoded_length(&self) -> Option<usize> {
        Name::encoded_length(self)
    }
}

/// The kind of `error` for readers that cannot pass on more.
pub(crate) fn parse_error(error: Error) -> ParseError {
    ParseError::new(match error {
        Error::Malformed(malformed) => match malformed.fault {
            Fault::Der(fault) => fault.0,
            Fault::Rule(_) => ParseErrorKind::InvalidValue,
        },
        _ => ParseErrorKind::InvalidValue,
    })
}

/// One part of a name: mostly one attribute, seldom several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RelativeName<'a> {
    contents: &'a [u8],
}

impl<'a> RelativeName<'a> {
    /// How many octets the attributes have in DER.
    pub(crate) fn len(&self) -> usize {
        self.contents.len()
    }

    /// The attributes in the order of the DER.
    pub fn attributes(&self) -> impl Iterator<Item = Attribute<'a>> + use<'a> {
        Elements(self.contents).filter_map(|attribute| Attribute::parse(&attribute).ok())
    }

    /// The part with these attributes. `contents` is where its DER goes.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if it does not fit into memory.
    pub fn from_attributes(attributes: &[Attribute<'_>], contents: &'a mut Vec<u8>) -> Result<Self> {
        *contents = asn1::write(|writer| write_part(writer, attributes))?;
        let set = asn1::strip_tlv(contents)?.0;
        Ok(Self { contents: set.data() })
    }
}

impl<'a> SimpleAsn1Readable<'a> for RelativeName<'a> {
    const TAG: Tag = SET;

    fn parse_data(data: &'a [u8]) -> ParseResult<Self> {
        check_attributes(data)?;
        Ok(Self { contents: data })
    }
}

impl asn1::SimpleAsn1Writable for RelativeName<'_> {
    type Error = WriteError;
    const TAG: Tag = SET;

    fn write_data(&self, dest: &mut asn1::WriteBuf) -> WriteResult {
        dest.push_slice(self.contents)
    }

    fn data_length(&self) -> Option<usize> {
        Some(self.contents.len())
    }
}

fn check_part(part: &Tlv<'_>) -> ParseResult<()> {
    expect(part, SET)?;
    check_attributes(part.data())
}

/// Fails unless `data` are attributes in the order that DER has for sets.
fn check_attributes(data: &[u8]) -> ParseResult<()> {
    asn1::parse(data, |parser| {
        let mut last: Option<&[u8]> = None;
        while !parser.is_empty() {
            let attribute: Tlv<'_> = parser.read_element()?;
            if last.is_some_and(|last| attribute.full_data() < last) {
                return Err(ParseError::new(ParseErrorKind::InvalidSetOrdering));
            }
            last = Some(attribute.full_data());
            check_attribute(&attribute)?;
        }
        Ok(())
    })
}

/// Fails unless `attribute` is an identifier and a value. Of the values, the types of fixed width
/// and the one of few characters are looked into; all others are taken as they are, and may turn
/// out to be no text.
fn check_attribute(attribute: &Tlv<'_>) -> ParseResult<()> {
    expect(attribute, SEQUENCE)?;
    asn1::parse(attribute.data(), |parser| {
        check_oid(&parser.read_element()?)?;
        let value: Tlv<'_> = parser.read_element()?;
        let sound = match value.tag().as_u8().and_then(StringType::from_tag) {
            Some(StringType::Printable) => PrintableString::parse_data(value.data()).is_ok(),
            Some(StringType::Universal) => UniversalString::new(value.data()).is_some(),
            Some(StringType::Bmp) => BMPString::new(value.data()).is_some(),
            _ => true,
        };
        if sound { Ok(()) } else { Err(ParseError::new(ParseErrorKind::InvalidValue)) }
    })
}

/// One attribute of a name, such as the country.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Attribute<'a> {
    /// The kind of the attribute.
    pub oid: ObjectIdentifier,
    /// The type of its value: for names that are read, any that DER has.
    tag: Tag,
    /// The value in the octets of its type.
    pub value: Cow<'a, [u8]>,
}

impl<'a> Attribute<'a> {
    /// The attribute whose value is `text`, in the octets that `kind` has for it. What characters
    /// the type allows is not checked.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if `text` has characters that a type of fixed width does not have.
    pub fn new(oid: ObjectIdentifier, kind: StringType, text: &'a str) -> Result<Self> {
        let value = match kind {
            StringType::Bmp => Cow::Owned(text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
            StringType::Universal => {
                Cow::Owned(text.chars().flat_map(|character| u32::from(character).to_be_bytes()).collect())
            }
            _ => Cow::Borrowed(text.as_bytes()),
        };
        Self::from_octets(oid, kind, value)
    }

    /// The attribute whose value has these octets.
    ///
    /// # Errors
    /// None at present.
    pub fn from_octets(oid: ObjectIdentifier, kind: StringType, value: impl Into<Cow<'a, [u8]>>) -> Result<Self> {
        Ok(Self { oid, tag: kind.tag(), value: value.into() })
    }

    fn parse(tlv: &Tlv<'a>) -> ParseResult<Self> {
        asn1::parse(tlv.data(), |parser| {
            let oid = parser.read_element()?;
            let value: Tlv<'a> = parser.read_element()?;
            Ok(Self { oid, tag: value.tag(), value: Cow::Borrowed(value.data()) })
        })
    }

    /// The type of the value.
    ///
    /// # Errors
    /// [`Error::Malformed`] if it is not one that names have.
    pub fn string_type(&self) -> Result<StringType> {
        let number = self.tag.as_u8();
        let number = number.ok_or(Error::value("Long-form tags are not supported in NameAttribute values"))?;
        let kind = StringType::from_tag(number);
        kind.ok_or_else(|| Error::malformed(Fault::Der(DerFault(ParseErrorKind::UnexpectedTag { actual: self.tag }))))
    }

    /// The value as text.
    ///
    /// # Errors
    /// [`Error::Malformed`] for a type that is not text, and for octets that are none in the type.
    pub fn text(&self) -> Result<Cow<'a, str>> {
        let broken = || Error::rule("the value of an attribute is not text of its type");
        match self.string_type()? {
            StringType::Bmp => {
                let unit = |pair: &[u8]| pair.iter().fold(0, |unit, &byte| unit << 8 | u16::from(byte));
                let units = self.value.chunks(2).map(unit);
                let text: Result<String, _> = char::decode_utf16(units).collect();
                text.map(Cow::Owned).map_err(|_| broken())
            }
            StringType::Universal => {
                let number = |four: &[u8]| four.iter().fold(0, |number, &byte| number << 8 | u32::from(byte));
                let text: Option<String> = self.value.chunks(4).map(|four| char::from_u32(number(four))).collect();
                text.map(Cow::Owned).ok_or_else(broken)
            }
            // What T.61 is was never agreed on. Some wrote UTF-8, all others meant Latin-1.
            StringType::T61 => {
                Ok(self.utf8().unwrap_or_else(|| Cow::Owned(self.value.iter().map(|&byte| char::from(byte)).collect())))
            }
            StringType::BitString => Err(broken()),
            _ => self.utf8().ok_or_else(broken),
        }
    }

    fn utf8(&self) -> Option<Cow<'a, str>> {
        match &self.value {
            Cow::Borrowed(value) => core::str::from_utf8(value).ok().map(Cow::Borrowed),
            Cow::Owned(value) => core::str::from_utf8(value).ok().map(|text| Cow::Owned(text.to_owned())),
        }
    }

    fn write(&self, writer: &mut Writer<'_>) -> WriteResult {
        writer.write_tlv(SEQUENCE, None, |dest| {
            let mut writer = Writer::new(dest);
            writer.write_element(&self.oid)?;
            writer.write_tlv(self.tag, Some(self.value.len()), |dest| dest.push_slice(&self.value))
        })
    }
}

/// Writes a name of these parts, the most general first.
///
/// # Errors
/// [`Error::InvalidValue`] if it does not fit into memory.
pub fn encode(parts: &[Vec<Attribute<'_>>]) -> Result<Vec<u8>> {
    let der = asn1::write(|writer| {
        writer.write_tlv(SEQUENCE, None, |dest| {
            parts.iter().try_for_each(|part| write_part(&mut Writer::new(dest), part))
        })
    });
    der.map_err(|error: WriteError| error.into())
}

/// Writes a part with its attributes in the order that DER has for sets.
fn write_part(writer: &mut Writer<'_>, attributes: &[Attribute<'_>]) -> WriteResult {
    let mut encoded = Vec::with_capacity(attributes.len());
    for attribute in attributes {
        encoded.push(asn1::write(|writer| attribute.write(writer))?);
    }
    encoded.sort_unstable();
    writer.write_tlv(SET, Some(encoded.iter().map(Vec::len).sum()), |dest| {
        encoded.iter().try_for_each(|attribute| dest.push_slice(attribute))
    })
}

/// The types of DER that values of attributes have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // Each is named as X.680 names it.
pub enum StringType {
    BitString,
    OctetString,
    Utf8,
    Numeric,
    Printable,
    T61,
    Ia5,
    UtcTime,
    GeneralizedTime,
    Visible,
    Universal,
    Bmp,
}

impl StringType {
    /// The type that the standards have for the values of an attribute, where they do not leave it
    /// at UTF-8.
    #[must_use]
    pub fn usual(oid: &ObjectIdentifier) -> Self {
        match *oid {
            oid::COUNTRY_NAME | oid::JURISDICTION_COUNTRY_NAME | oid::SERIAL_NUMBER | oid::DN_QUALIFIER => {
                Self::Printable
            }
            oid::EMAIL_ADDRESS | oid::DOMAIN_COMPONENT => Self::Ia5,
            _ => Self::Utf8,
        }
    }

    /// The number by which DER names the type.
    #[must_use]
    pub fn number(self) -> u8 {
        TAGS.iter().find(|(kind, _)| *kind == self).map_or(0, |(_, tag)| *tag)
    }

    /// The type of a number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::from_tag(number)
    }

    fn tag(self) -> Tag {
        // A tag of one octet always reads.
        Tag::from_bytes(&[self.number()]).map_or(SEQUENCE, |(tag, _)| tag)
    }

    fn from_tag(number: u8) -> Option<Self> {
        TAGS.iter().find(|(_, tag)| *tag == number).map(|(kind, _)| *kind)
    }
}

/// X.680 §8.6.
const TAGS: [(StringType, u8); 12] = [
    (StringType::BitString, 3),
    (StringType::OctetString, 4),
    (StringType::Utf8, 12),
    (StringType::Numeric, 18),
    (StringType::Printable, 19),
    (StringType::T61, 20),
    (StringType::Ia5, 22),
    (StringType::UtcTime, 23),
    (StringType::GeneralizedTime, 24),
    (StringType::Visible, 26),
    (StringType::Universal, 28),
    (StringType::Bmp, 30),
];
