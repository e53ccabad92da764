//! Host names and whom a certificate is for (RFC 5280 §4.2.1.6, RFC 6125 §6.4).

use core::net::IpAddr;

use crate::error::{Error, Result};
use crate::general_names::{GeneralName, address};
use crate::rfc4514::printable;

/// A host name in letters, digits and hyphens. Those of other scripts are in their form for DNS
/// (`xn--…`).
#[derive(Debug, Clone, Copy)]
pub struct DnsName<'a>(&'a str);

impl<'a> DnsName<'a> {
    /// The name, if it is one (RFC 1034 §3.5, RFC 1123 §2.1).
    #[must_use]
    pub fn new(name: &'a str) -> Option<Self> {
        Self::checked(name, false)
    }

    /// The name, whose labels may have underscores, as those of some hosts in private networks
    /// have.
    #[must_use]
    pub fn with_underscores(name: &'a str) -> Option<Self> {
        Self::checked(name, true)
    }

    fn checked(name: &'a str, underscores: bool) -> Option<Self> {
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' && underscores;
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(letter)
        };
        (name.len() <= 253 && name.split('.').all(label)).then_some(Self(name))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &'a str {
        self.0
    }

    /// The name without its first label, if it has more than one.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.0.split_once('.').map(|(_, parent)| Self(parent))
    }

    /// Whether this is `other`, or a name under it.
    pub(super) fn is_within(&self, other: &DnsName<'_>) -> bool {
        self.0.len() >= other.0.len()
            && self.0.rsplit('.').zip(other.0.rsplit('.')).all(|(one, other)| one.eq_ignore_ascii_case(other))
    }
}

/// Host names do not tell upper case from lower case.
impl PartialEq<DnsName<'_>> for DnsName<'_> {
    fn eq(&self, other: &DnsName<'_>) -> bool {
        self.0.eq_ignore_ascii_case(other.0)
    }
}

/// A statement about hosts in a certificate: one name, or all names with one label more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DnsPattern<'a> {
    /// One name.
    Exact(DnsName<'a>),
    /// All names with one label more than this one: `*.example.com`.
    Wildcard(DnsName<'a>),
}

impl<'a> DnsPattern<'a> {
    /// The pattern, if it is one. A star stands for the whole first label, and nowhere else.
    #[must_use]
    pub fn new(pattern: &'a str) -> Option<Self> {
        match pattern.strip_prefix("*.") {
            Some(rest) => DnsName::new(rest).map(Self::Wildcard),
            None => DnsName::new(pattern).map(Self::Exact),
        }
    }

    /// The pattern, whose labels may have underscores.
    #[must_use]
    pub fn with_underscores(pattern: &'a str) -> Option<Self> {
        match pattern.strip_prefix("*.") {
            Some(rest) => DnsName::with_underscores(rest).map(Self::Wildcard),
            None => DnsName::with_underscores(pattern).map(Self::Exact),
        }
    }

    /// Whether `name` is among the names.
    #[must_use]
    pub fn matches(&self, name: &DnsName<'_>) -> bool {
        match self {
            Self::Exact(exact) => exact == name,
            Self::Wildcard(rest) => name.parent().is_some_and(|parent| *rest == parent),
        }
    }
}

/// Whom a certificate has to be for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A host by its name.
    Dns(String),
    /// A host by its address.
    Ip(IpAddr),
}

impl Subject {
    /// The host with this name.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if it is no host name.
    pub fn dns(name: &str) -> Result<Self> {
        match DnsName::new(name) {
            Some(_) => Ok(Self::Dns(name.to_owned())),
            None => Err(Error::value("invalid domain name")),
        }
    }

    /// The host with this name, whose labels may have underscores.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if it is no host name, with what to do about one in another script.
    pub fn host(name: &str) -> Result<Self> {
        if DnsName::with_underscores(name).is_some() {
            return Ok(Self::Dns(name.to_owned()));
        }
        let name = printable(name);
        Err(Error::value(if name.is_ascii() {
            format!("{name} is not a host name: expected labels of letters, digits, hyphens and underscores")
        } else {
            format!("{name} is not in the form that DNS has: encode it first (IDNA 2008), as xn--bcher-kva.example")
        }))
    }

    /// The host with the address in these octets.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] unless there are 4 or 16.
    pub fn ip(octets: &[u8]) -> Result<Self> {
        address(octets).map(Self::Ip).ok_or(Error::value("invalid IP address"))
    }

    /// Whether one of a certificate's names is the subject's. A common name is none of them.
    #[must_use]
    pub fn matches(&self, names: &[GeneralName<'_>]) -> bool {
        names.iter().any(|name| match (self, name) {
            (Self::Dns(subject), GeneralName::DnsName(pattern)) => {
                let subject = DnsName::with_underscores(subject);
                let pattern = DnsPattern::with_underscores(pattern.0);
                pattern.zip(subject).is_some_and(|(pattern, subject)| pattern.matches(&subject))
            }
            (Self::Ip(subject), GeneralName::IpAddress(octets)) => address(octets) == Some(*subject),
            _ => false,
        })
    }
}
