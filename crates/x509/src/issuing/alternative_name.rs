//! Alternative names as people write them: hosts, addresses, mailboxes, URIs.

use core::fmt;
use core::net::IpAddr;
use core::str::FromStr;

use crate::der::List;
use crate::error::{Error, Result};
use crate::extensions::ExtensionValue;
use crate::general_names::{GeneralName, Text};
use crate::verification::{DnsName, DnsPattern};

/// A name that a certificate is for.
///
/// ```
/// use ironlatch::x509::issuing::AlternativeName;
///
/// let name: AlternativeName = "*.example.com".parse()?;
/// assert_eq!(name.to_string(), "DNS:*.example.com");
/// let name: AlternativeName = "::1".parse()?;
/// assert_eq!(name.to_string(), "IP:::1");
/// # Ok::<(), ironlatch::x509::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AlternativeName {
    /// A host name, or `*.` and a host name for all names with one label more.
    Dns(String),
    /// An address.
    Ip(IpAddr),
    /// A mailbox: `ada@example.com`.
    Email(String),
    /// A URI.
    Uri(String),
}

impl AlternativeName {
    /// The name that `name` is.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] for a name of another kind, and one that breaks the form of its
    /// kind.
    pub fn from_general_name(name: &GeneralName<'_>) -> Result<Self> {
        match name {
            GeneralName::DnsName(text) => Self::dns(text.0),
            GeneralName::Rfc822Name(text) => Self::email(text.0),
            GeneralName::Uri(text) => Self::uri(text.0),
            GeneralName::IpAddress(_) => {
                let address = name.ip_address();
                address.map(Self::Ip).ok_or_else(|| Error::value(format!("{name} is not an IP address")))
            }
            _ => Err(Error::value(format!("{name}: a name of this kind is not put into certificates here"))),
        }
    }

    fn dns(name: &str) -> Result<Self> {
        let last = name.rsplit('.').next().unwrap_or_default();
        let why = if !name.is_ascii() {
            "write it as DNS has it, with labels such as xn--bcher-kva"
        } else if !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit()) {
            "it looks like an IP address, and is none"
        } else if DnsPattern::new(name).is_none() {
            "expected labels of letters, digits and hyphens with dots between them, perhaps *. before them"
        } else {
            return Ok(Self::Dns(name.into()));
        };
        Err(Error::value(format!("{name:?} is not a host name: {why}")))
    }

    fn email(address: &str) -> Result<Self> {
        let sound = address.rsplit_once('@').is_some_and(|(local, domain)| {
            let printable = |byte: u8| byte.is_ascii_graphic() && byte != b'@';
            !local.is_empty() && local.bytes().all(printable) && DnsName::new(domain).is_some()
        });
        if sound {
            return Ok(Self::Email(address.into()));
        }
        Err(Error::value(format!(
            "{address:?} is not an address of electronic mail: expected one such as ada@example.com"
        )))
    }

    fn uri(text: &str) -> Result<Self> {
        let sound = text.split_once(':').is_some_and(|(scheme, rest)| {
            scheme.starts_with(|first: char| first.is_ascii_alphabetic())
                && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
                && !rest.is_empty()
                && rest.bytes().all(|byte| byte.is_ascii_graphic())
        });
        if sound {
            return Ok(Self::Uri(text.into()));
        }
        Err(Error::value(format!("{text:?} is not a URI: expected one such as spiffe://example.com/service")))
    }

    /// The text of the name, without its kind.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Dns(text) | Self::Email(text) | Self::Uri(text) => text.clone(),
            Self::Ip(address) => address.to_string(),
        }
    }
}

/// Reads a name, and finds out its kind: an IP address, `scheme://…` for a URI, an `@` for a
/// mailbox, otherwise a host. `DNS:`, `IP:`, `email:` or `URI:` before it say which it is.
impl FromStr for AlternativeName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let prefixed = text.split_once(':').map(|(prefix, rest)| (prefix.to_ascii_lowercase(), rest));
        if let Some((prefix, rest)) = prefixed {
            match prefix.as_str() {
                "dns" => return Self::dns(rest),
                "email" | "mailto" => return Self::email(rest),
                "uri" => return Self::uri(rest),
                "ip" => {
                    let address = rest.parse().map(Self::Ip);
                    return address.map_err(|_| Error::value(format!("{rest:?} is not an IP address")));
                }
                _ => {}
            }
        }
        if let Ok(address) = text.parse() {
            return Ok(Self::Ip(address));
        }
        if text.contains("://") {
            return Self::uri(text);
        }
        if text.contains('@') { Self::email(text) } else { Self::dns(text) }
    }
}

impl fmt::Display for AlternativeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Self::Dns(_) => "DNS",
            Self::Ip(_) => "IP",
            Self::Email(_) => "email",
            Self::Uri(_) => "URI",
        };
        write!(f, "{kind}:{}", self.text())
    }
}

/// The value of the extension with these names, in DER.
pub(super) fn to_der(names: &[AlternativeName]) -> Result<Vec<u8>> {
    let octets: Vec<Vec<u8>> = names
        .iter()
        .map(|name| match name {
            AlternativeName::Ip(IpAddr::V4(address)) => address.octets().to_vec(),
            AlternativeName::Ip(IpAddr::V6(address)) => address.octets().to_vec(),
            _ => Vec::new(),
        })
        .collect();
    let names = names.iter().zip(&octets).map(|(name, octets)| match name {
        AlternativeName::Dns(text) => GeneralName::DnsName(Text(text)),
        AlternativeName::Ip(_) => GeneralName::IpAddress(octets),
        AlternativeName::Email(text) => GeneralName::Rfc822Name(Text(text)),
        AlternativeName::Uri(text) => GeneralName::Uri(Text(text)),
    });
    ExtensionValue::SubjectAlternativeName(List(names.collect())).to_der()
}
