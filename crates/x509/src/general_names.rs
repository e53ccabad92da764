//! General names (RFC 5280 §4.2.1.6): the hosts, addresses and other things that certificates are
//! about.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use ironlatch_core::oid::ObjectIdentifier;

use asn1::{IA5String, ParseError, ParseErrorKind, ParseResult, SimpleAsn1Readable, Tag, Tlv};

use crate::der::{List, Raw, Sequence};
use crate::names::Name;
use crate::rfc4514::printable;

/// A list of general names.
pub type GeneralNames<'a> = List<GeneralName<'a>>;

/// A name of one of nine kinds.
#[derive(Debug, Clone, PartialEq, Eq, Hash, asn1::Asn1Read, asn1::Asn1Write)]
pub enum GeneralName<'a> {
    /// A name of a kind that its identifier tells, such as a user principal name.
    #[implicit(0)]
    OtherName(OtherName<'a>),
    /// An address of electronic mail.
    #[implicit(1)]
    Rfc822Name(Text<'a>),
    /// A host name, or a pattern of host names.
    #[implicit(2)]
    DnsName(Text<'a>),
    /// An X.400 address. It is not looked into.
    #[implicit(3)]
    X400Address(Sequence<'a>),
    /// A distinguished name.
    #[explicit(4)]
    DirectoryName(Name<'a>),
    /// An EDI party name. It is not looked into.
    #[implicit(5)]
    EdiPartyName(Sequence<'a>),
    /// A URI.
    #[implicit(6)]
    Uri(Text<'a>),
    /// An IP address, or in name constraints a network: an address and a mask after it.
    #[implicit(7)]
    IpAddress(&'a [u8]),
    /// An object identifier.
    #[implicit(8)]
    RegisteredId(ObjectIdentifier),
}

/// A name whose kind is in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, asn1::Asn1Read, asn1::Asn1Write)]
pub struct OtherName<'a> {
    /// The kind.
    pub type_id: ObjectIdentifier,
    /// The name in DER.
    #[explicit(0, required)]
    pub value: Raw<'a>,
}

/// The text of an `IA5String`. It should be ASCII, and is UTF-8 in some certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Text<'a>(pub &'a str);

impl<'a> SimpleAsn1Readable<'a> for Text<'a> {
    const TAG: Tag = IA5_STRING;

    fn parse_data(data: &'a [u8]) -> ParseResult<Self> {
        core::str::from_utf8(data).map(Self).map_err(|_| ParseError::new(ParseErrorKind::InvalidValue))
    }
}

impl asn1::SimpleAsn1Writable for Text<'_> {
    type Error = asn1::WriteError;
    const TAG: Tag = IA5_STRING;

    fn write_data(&self, dest: &mut asn1::WriteBuf) -> asn1::WriteResult {
        dest.push_slice(self.0.as_bytes())
    }

    fn data_length(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

impl GeneralName<'_> {
    /// The address, if it is one.
    #[must_use]
    pub fn ip_address(&self) -> Option<IpAddr> {
        match self {
            Self::IpAddress(octets) => address(octets),
            _ => None,
        }
    }
}

pub(crate) fn address(octets: &[u8]) -> Option<IpAddr> {
    if let Ok(four) = <[u8; 4]>::try_from(octets) {
        return Some(Ipv4Addr::from(four).into());
    }
    <[u8; 16]>::try_from(octets).ok().map(|sixteen| Ipv6Addr::from(sixteen).into())
}

/// For people: `DNS:example.com`, with what a terminal would obey made visible.
impl fmt::Display for GeneralName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherName(other) => write!(f, "other:#{}", hex::encode(other.value.as_der())),
            Self::Rfc822Name(text) => write!(f, "email:{}", printable(text.0)),
            Self::DnsName(text) => write!(f, "DNS:{}", printable(text.0)),
            Self::X400Address(_) => f.write_str("X.400 address"),
            Self::DirectoryName(name) => write!(f, "directory:{name}"),
            Self::EdiPartyName(_) => f.write_str("EDI party name"),
            Self::Uri(text) => write!(f, "URI:{}", printable(text.0)),
            Self::IpAddress(octets) => match address(octets) {
                Some(address) => write!(f, "IP:{address}"),
                None => write!(f, "IP:#{}", hex::encode(octets)),
            },
            Self::RegisteredId(oid) => write!(f, "OID:{oid}"),
        }
    }
}

const IA5_STRING: Tag = <IA5String<'_> as SimpleAsn1Readable<'_>>::TAG;

/// Reads a list of general names of which some may be damaged: each by itself.
///
/// # Errors
/// [`Error::Malformed`](crate::Error::Malformed) if it is no list of elements.
pub fn each(der: &[u8]) -> crate::Result<Vec<crate::Result<GeneralName<'_>>>> {
    use crate::error::At;
    let names: List<Raw<'_>> = asn1::parse_single(der)?;
    Ok(names.iter().enumerate().map(|(index, name)| asn1::parse_single(name.as_der()).at_index(index)).collect())
}

/// Reads a list of general names that `der` is, saying at which a fault is.
pub(crate) fn list(der: &[u8]) -> crate::Result<GeneralNames<'_>> {
    use crate::error::At;
    let outer: Tlv<'_> = asn1::parse_single(der)?;
    crate::der::expect(&outer, crate::der::SEQUENCE)?;
    asn1::parse(outer.data(), |parser| {
        let mut names = Vec::new();
        while !parser.is_empty() {
            names.push(parser.read_element().at_index(names.len())?);
        }
        Ok(List(names))
    })
}
