//! The host or the mailbox that a certificate is for (RFC 5280 §4.2.1.6, RFC 6125 §6.4).

use core::net::IpAddr;

use super::hosts::{DnsName, DnsPattern};
use super::mailbox::Mailbox;
use crate::error::{Error, Result};
use crate::general_names::{GeneralName, address};
use crate::rfc4514::printable;

/// Whom a certificate has to be for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A host by its name.
    Dns(String),
    /// A host by its address.
    Ip(IpAddr),
    /// An address of electronic mail.
    Mailbox(String),
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

    /// The owner of an address of electronic mail. The part before the `@` may be beyond ASCII
    /// (RFC 9598), and is compared as it is.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if it is no address.
    pub fn mailbox(address: &str) -> Result<Self> {
        if Mailbox::international(address).is_some() {
            return Ok(Self::Mailbox(address.to_owned()));
        }
        let address = printable(address);
        Err(Error::value(format!(
            "{address} is not an address of electronic mail: expected one such as alice@example.com, without a \
display name, and with the domain in the form that DNS has (xn--bcher-kva.example)"
        )))
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
            (Self::Mailbox(subject), GeneralName::Rfc822Name(_) | GeneralName::OtherName(_)) => {
                Mailbox::of(name).is_some_and(|mailbox| Some(mailbox) == Mailbox::international(subject))
            }
            _ => false,
        })
    }
}
