//! General names: the forms in which a certificate names what it is for (RFC 5280 §4.2.1.6).

use core::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Name, malformed, printable};
use ironlatch_core::keys::object_identifier::ObjectIdentifier;
use ironlatch_core::{Error, Result};

/// One name of a certificate's subject.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum GeneralName {
    /// A host, `example.com` or `*.example.com`.
    Dns(String),
    /// An address of the internet.
    Ip(IpAddr),
    /// A mailbox.
    Email(String),
    /// A URI.
    Uri(String),
    /// A distinguished name.
    Directory(Name),
    /// An object identifier.
    RegisteredId(ObjectIdentifier),
    /// A name of a form that is not read here: the number of the form, and its DER.
    Other(u32, Vec<u8>),
}

impl GeneralName {
    /// Reads `GeneralNames`, of which there is at least one.
    pub(super) fn list(der: &[u8]) -> Result<Vec<Self>> {
        let names: asn1::SequenceOf<'_, asn1::Tlv<'_>, 1> =
            asn1::parse_single(der).map_err(|error| malformed("alternative names", error))?;
        names.map(|name| Self::new(&name)).collect()
    }

    fn new(name: &asn1::Tlv<'_>) -> Result<Self> {
        let tag = name.tag();
        let data = name.data();
        if tag.class() != asn1::explicit_tag(0).class() || tag.value() > 8 {
            return Err(Error::value("an alternative name is of none of the forms of RFC 5280"));
        }
        // Forms 0, 3, 4 and 5 are constructed, all others primitive.
        if tag.is_constructed() != matches!(tag.value(), 0 | 3..=5) {
            return Err(Error::value("an alternative name is not in DER"));
        }
        Ok(match tag.value() {
            1 => Self::Email(ascii(data)?),
            2 => Self::Dns(ascii(data)?),
            4 => Self::Directory(Name::new(
                asn1::parse_single(data).map_err(|error| malformed("alternative names", error))?,
            )),
            6 => Self::Uri(ascii(data)?),
            7 => Self::Ip(address(data)?),
            8 => {
                let oid = asn1::ObjectIdentifier::from_der(data);
                Self::RegisteredId(oid.map_err(|error| malformed("alternative names", error))?.into())
            }
            form => Self::Other(form, name.full_data().to_vec()),
        })
    }
}

/// `DNS:example.com`, `IP:192.0.2.1`, `email:…`, `URI:…`, `directory:CN=…`, `OID:…`, `other:#…`.
impl fmt::Display for GeneralName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns(text) => write!(f, "DNS:{}", printable(text)),
            Self::Ip(address) => write!(f, "IP:{address}"),
            Self::Email(text) => write!(f, "email:{}", printable(text)),
            Self::Uri(text) => write!(f, "URI:{}", printable(text)),
            Self::Directory(name) => write!(f, "directory:{name}"),
            Self::RegisteredId(oid) => write!(f, "OID:{oid}"),
            Self::Other(_, der) => write!(f, "other:#{}", hex::encode(der)),
        }
    }
}

/// The text of an IA5String.
fn ascii(data: &[u8]) -> Result<String> {
    let text = core::str::from_utf8(data).ok().filter(|text| text.is_ascii());
    text.map(str::to_owned).ok_or(Error::value("an alternative name has bytes that are not ASCII"))
}

fn address(data: &[u8]) -> Result<IpAddr> {
    if let Ok(four) = <[u8; 4]>::try_from(data) {
        return Ok(Ipv4Addr::from(four).into());
    }
    match <[u8; 16]>::try_from(data) {
        Ok(sixteen) => Ok(Ipv6Addr::from(sixteen).into()),
        Err(_) => Err(Error::value(format!("an IP address among the names has {} bytes, not 4 or 16", data.len()))),
    }
}
