//! The names that an authority may certify.

use core::net::IpAddr;
use core::str::FromStr;

use crate::der::List;
use crate::error::{Error, Result};
use crate::extensions::{ExtensionValue, NameConstraints, Subtree};
use crate::general_names::{GeneralName, Text};
use crate::verification::DnsName;

/// A range of names: a domain with everything below it, or a network.
///
/// ```
/// use ironlatch::x509::issuing::NameRange;
///
/// assert_eq!("corp.example".parse(), Ok(NameRange::Domain("corp.example".into())));
/// let network = NameRange::Network { address: [10, 0, 0, 0].into(), prefix: 8 };
/// assert_eq!("10.0.0.0/8".parse(), Ok(network));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameRange {
    /// A domain: its hosts, and its mailboxes and URIs.
    Domain(String),
    /// A network: its addresses.
    Network {
        /// Its first address.
        address: IpAddr,
        /// The number of bits that its addresses share.
        prefix: u8,
    },
}

impl FromStr for NameRange {
    type Err = Error;

    /// Reads a domain, or an address with `/` and a number of bits; without them the address
    /// stands for itself.
    fn from_str(text: &str) -> Result<Self> {
        let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        if let Ok(address) = address.parse::<IpAddr>() {
            let bits = if address.is_ipv4() { 32 } else { 128 };
            let prefix = prefix.map_or(Ok(bits), str::parse).ok().filter(|prefix| *prefix <= bits);
            let prefix = prefix
                .ok_or_else(|| Error::value(format!("{text:?}: a network of this kind has at most {bits} bits")))?;
            if mask(address, prefix) != address {
                return Err(Error::value(format!(
                    "{text:?} has bits after the first {prefix}: did you mean {}/{prefix}?",
                    mask(address, prefix)
                )));
            }
            return Ok(Self::Network { address, prefix });
        }
        let domain = text.strip_prefix("*.").unwrap_or(text);
        let numeric = domain.rsplit('.').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
        if DnsName::new(domain).is_none() || numeric {
            return Err(Error::value(format!(
                "{text:?} is neither a domain such as corp.example nor a network such as 10.0.0.0/8"
            )));
        }
        Ok(Self::Domain(domain.into()))
    }
}

/// The address with all bits but the first `prefix` cleared.
fn mask(address: IpAddr, prefix: u8) -> IpAddr {
    match address {
        IpAddr::V4(address) => IpAddr::V4((address.to_bits() & mask_v4(prefix)).into()),
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() & mask_v6(prefix)).into()),
    }
}

fn mask_v4(prefix: u8) -> u32 {
    u32::MAX.checked_shl(u32::BITS - u32::from(prefix)).unwrap_or(0)
}

fn mask_v6(prefix: u8) -> u128 {
    u128::MAX.checked_shl(u128::BITS - u32::from(prefix)).unwrap_or(0)
}

/// The names that an authority may certify, and those that it may not.
///
/// RFC 5280 constrains each kind of name by itself: an authority that may certify one domain could
/// certify every address. Here what is not permitted is forbidden, as soon as anything is
/// permitted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Constraints {
    /// The names that it may certify. All of them, if there is nothing here.
    pub permitted: Vec<NameRange>,
    /// The names that it may not certify.
    pub excluded: Vec<NameRange>,
}

impl Constraints {
    /// Whether every name is allowed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.permitted.is_empty() && self.excluded.is_empty()
    }

    /// The value of the extension in DER.
    pub(super) fn to_der(&self) -> Result<Vec<u8>> {
        let mut permitted = Texts::of(&self.permitted);
        let mut excluded = Texts::of(&self.excluded);
        if !self.permitted.is_empty() {
            if permitted.domains.is_empty() {
                permitted.domains.push(NOWHERE.into());
            }
            if permitted.networks.is_empty() {
                excluded.networks.extend([vec![0; 8], vec![0; 32]]);
            }
        }
        let value = NameConstraints { permitted: permitted.to_list(), excluded: excluded.to_list() };
        ExtensionValue::NameConstraints(value).to_der()
    }
}

/// A domain that does not exist, and never will (RFC 6761 §6.4). To permit it forbids all others.
const NOWHERE: &str = "invalid";

/// The ranges as the extension has them.
struct Texts {
    domains: Vec<String>,
    /// The domains with a dot before them: everything below them, for mailboxes and URIs.
    below: Vec<String>,
    /// Each an address with a mask after it.
    networks: Vec<Vec<u8>>,
}

impl Texts {
    fn of(ranges: &[NameRange]) -> Self {
        let mut texts = Self { domains: Vec::new(), below: Vec::new(), networks: Vec::new() };
        for range in ranges {
            match range {
                NameRange::Domain(domain) => {
                    texts.domains.push(domain.clone());
                    texts.below.push(format!(".{domain}"));
                }
                NameRange::Network { address, prefix } => texts.networks.push(match address {
                    IpAddr::V4(address) => [address.octets(), mask_v4(*prefix).to_be_bytes()].concat(),
                    IpAddr::V6(address) => [address.octets(), mask_v6(*prefix).to_be_bytes()].concat(),
                }),
            }
        }
        texts
    }

    fn to_list(&self) -> Option<List<Subtree<'_>>> {
        let hosts = self.domains.iter().map(|domain| GeneralName::DnsName(Text(domain)));
        let networks = self.networks.iter().map(|network| GeneralName::IpAddress(network));
        let both = || self.domains.iter().chain(&self.below);
        let mailboxes = both().map(|domain| GeneralName::Rfc822Name(Text(domain)));
        let uris = both().map(|domain| GeneralName::Uri(Text(domain)));
        let list: Vec<Subtree<'_>> = hosts.chain(networks).chain(mailboxes).chain(uris).map(Subtree::from).collect();
        (!list.is_empty()).then_some(List(list))
    }
}
