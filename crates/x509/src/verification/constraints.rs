//! Name constraints (RFC 5280 §4.2.1.10): whether the names of the certificates below are ones that
//! an authority may certify.

use core::net::IpAddr;

use super::hosts::{DnsName, DnsPattern};
use super::mailbox::{Mailbox, is_mailbox};
use super::policy::Policy;
use super::refusal::Rule;
use crate::extensions::{NameConstraints, Subtree};
use crate::general_names::{GeneralName, address};
use crate::names::{Attribute, Name, RelativeName};

/// How a name stands to a constraint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    Within,
    Outside,
    /// The constraint is for names of another kind.
    Unrelated,
}

/// Which side of the constraints is looked at. A wildcard stands for many names: all of them have
/// to be permitted, and none may be excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Permitted,
    Excluded,
}

/// Fails unless `name` is one that the constraints allow. `spend` is called before each comparison,
/// with how much work that is.
pub(super) fn check(
    constraints: &NameConstraints<'_>,
    name: &GeneralName<'_>,
    policy: &Policy,
    mut spend: impl FnMut(usize) -> Result<(), Rule>,
) -> Result<(), Rule> {
    let mut relation = |subtree: &Subtree<'_>, side| {
        spend(match &subtree.base {
            GeneralName::DirectoryName(base) => 1 + base.as_der().len() / OCTETS_OF_ONE_CHECK,
            _ => 1,
        })?;
        relate(&subtree.base, name, side, policy)
    };
    let mut permitted = true;
    for subtree in constraints.permitted.iter().flat_map(|list| list.iter()) {
        match relation(subtree, Side::Permitted)? {
            Relation::Within => {
                permitted = true;
                break;
            }
            Relation::Outside => permitted = false,
            Relation::Unrelated => {}
        }
    }
    if !permitted {
        return Err(Rule::NameNotPermitted { name: name.to_string() });
    }
    for subtree in constraints.excluded.iter().flat_map(|list| list.iter()) {
        if relation(subtree, Side::Excluded)? == Relation::Within {
            return Err(Rule::NameExcluded { name: name.to_string() });
        }
    }
    Ok(())
}

/// Fails unless `name` is one that the constraints allow.
pub(crate) fn check_name(
    constraints: &NameConstraints<'_>,
    name: &GeneralName<'_>,
    policy: &Policy,
) -> Result<(), Rule> {
    check(constraints, name, policy, |_| Ok(()))
}

/// Whether a list of constraints has one for distinguished names.
pub(super) fn has_directory_names(constraints: &NameConstraints<'_>) -> bool {
    let mut all = constraints.permitted.iter().chain(&constraints.excluded).flat_map(|list| list.iter());
    all.any(|subtree| matches!(subtree.base, GeneralName::DirectoryName(_)))
}

fn relate(constraint: &GeneralName<'_>, name: &GeneralName<'_>, side: Side, policy: &Policy) -> Result<Relation, Rule> {
    let malformed_name = || Rule::UnreadableName { name: name.to_string() };
    let malformed = || Rule::MalformedConstraint { constraint: constraint.to_string() };
    let within = match (constraint, name) {
        (GeneralName::DnsName(constraint), GeneralName::DnsName(pattern)) => {
            let (pattern, constraint) = if policy.underscores {
                (DnsPattern::with_underscores(pattern.0), DnsName::with_underscores(constraint.0))
            } else {
                (DnsPattern::new(pattern.0), DnsName::new(constraint.0))
            };
            covers(&constraint.ok_or_else(malformed)?, &pattern.ok_or_else(malformed_name)?, side)
        }
        (GeneralName::IpAddress(network), GeneralName::IpAddress(octets)) => {
            let address = address(octets).ok_or_else(malformed_name)?;
            Network::new(network).ok_or_else(malformed)?.contains(address)
        }
        (GeneralName::Rfc822Name(constraint), GeneralName::Rfc822Name(_)) => {
            is_mailbox_within(Mailbox::of(name).ok_or_else(malformed_name)?, constraint.0).ok_or_else(malformed)?
        }
        // RFC 9598 §6.
        (GeneralName::Rfc822Name(constraint), GeneralName::OtherName(other))
            if policy.international_mailboxes && is_mailbox(other) =>
        {
            is_mailbox_within(Mailbox::of(name).ok_or_else(malformed_name)?, constraint.0).ok_or_else(malformed)?
        }
        (GeneralName::DirectoryName(constraint), GeneralName::DirectoryName(name)) if policy.directory_names => {
            begins_with(name, constraint).ok_or_else(malformed_name)?
        }
        (GeneralName::Uri(constraint), GeneralName::Uri(uri)) if policy.uris => {
            is_host_within(host_of(uri.0).ok_or_else(malformed_name)?, constraint.0).ok_or_else(malformed)?
        }
        (GeneralName::OtherName(_), GeneralName::OtherName(_))
        | (GeneralName::X400Address(_), GeneralName::X400Address(_))
        | (GeneralName::DirectoryName(_), GeneralName::DirectoryName(_))
        | (GeneralName::EdiPartyName(_), GeneralName::EdiPartyName(_))
        | (GeneralName::Uri(_), GeneralName::Uri(_))
        | (GeneralName::RegisteredId(_), GeneralName::RegisteredId(_)) => return Err(Rule::UnsupportedConstraint),
        _ => return Ok(Relation::Unrelated),
    };
    Ok(if within { Relation::Within } else { Relation::Outside })
}

fn covers(constraint: &DnsName<'_>, pattern: &DnsPattern<'_>, side: Side) -> bool {
    match pattern {
        DnsPattern::Exact(name) => name.is_within(constraint),
        DnsPattern::Wildcard(rest) => {
            rest.is_within(constraint) || side == Side::Excluded && pattern.matches(constraint)
        }
    }
}

/// Whether `name` has all parts of `constraint` at its beginning (RFC 5280 §7.1). Nothing if a part
/// is too long to be compared.
fn begins_with(name: &Name<'_>, constraint: &Name<'_>) -> Option<bool> {
    let mut parts = name.parts();
    for part in constraint.parts() {
        let Some(own) = parts.next() else { return Some(false) };
        if own == part {
            continue;
        }
        if own.len() > MAX_PART {
            return None;
        }
        if part.len() > MAX_PART || !same_part(&own, &part) {
            return Some(false);
        }
    }
    Some(true)
}

/// Whether two parts of names mean the same: the same attributes in whatever order and string type,
/// without regard to case and to how many spaces there are.
fn same_part(one: &RelativeName<'_>, other: &RelativeName<'_>) -> bool {
    let attributes = |part: &RelativeName<'_>| {
        let mut attributes: Vec<_> =
            part.attributes().map(|attribute| (attribute.oid.clone(), plain(&attribute))).collect();
        attributes.sort_unstable_by(|one, other| (one.0.as_octets(), &one.1).cmp(&(other.0.as_octets(), &other.1)));
        attributes
    };
    attributes(one) == attributes(other)
}

/// The value of an attribute in the form in which values are compared. What is no text is its own
/// octets, which no text has: they begin with a byte that UTF-8 has nowhere.
fn plain(attribute: &Attribute<'_>) -> Vec<u8> {
    match attribute.text() {
        Ok(text) => text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ").into_bytes(),
        Err(_) => [&[0xff][..], &attribute.value].concat(),
    }
}

/// The most octets of a part of a name that is compared otherwise than as its DER.
const MAX_PART: usize = 4096;

/// The length of a distinguished name that costs as much to compare as another name.
const OCTETS_OF_ONE_CHECK: usize = 64;

/// The host of a URI with an authority (RFC 3986 §3.2), if it is a host name: a constraint has
/// nothing to say of others.
fn host_of(uri: &str) -> Option<DnsName<'_>> {
    let (_, rest) = uri.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => host,
        _ => host,
    };
    let numeric = host.rsplit('.').next()?.bytes().all(|digit| digit.is_ascii_digit());
    DnsName::new(host).filter(|_| !numeric)
}

/// Whether it is the host, or below the domain with a dot before it, that a constraint is. Nothing
/// if the constraint is neither.
fn is_host_within(host: DnsName<'_>, constraint: &str) -> Option<bool> {
    if let Some(domain) = constraint.strip_prefix('.') {
        let domain = DnsName::new(domain)?;
        return Some(host.is_within(&domain) && host != domain);
    }
    Some(host == DnsName::new(constraint)?)
}

/// Whether it is the one mailbox, at the host, or below the domain with a dot before it, that a
/// constraint is. Nothing if the constraint is none of these.
fn is_mailbox_within(mailbox: Mailbox<'_>, constraint: &str) -> Option<bool> {
    match Mailbox::new(constraint) {
        Some(only) => Some(mailbox == only),
        None => is_host_within(mailbox.domain, constraint),
    }
}

/// An address and how many of its first bits count.
struct Network {
    address: IpAddr,
    prefix: u32,
}

impl Network {
    /// From an address and a mask after it, whose set bits are all at its beginning.
    fn new(octets: &[u8]) -> Option<Self> {
        let (base, mask) = octets.split_at_checked(octets.len() / 2)?;
        let (bits, ones) = match address(mask)? {
            IpAddr::V4(mask) => (mask.to_bits().count_ones(), mask.to_bits().leading_ones()),
            IpAddr::V6(mask) => (mask.to_bits().count_ones(), mask.to_bits().leading_ones()),
        };
        (bits == ones).then_some(Self { address: address(base)?, prefix: ones })
    }

    fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                (base.to_bits() ^ address.to_bits()).leading_zeros() >= self.prefix
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                (base.to_bits() ^ address.to_bits()).leading_zeros() >= self.prefix
            }
            _ => false,
        }
    }
}
