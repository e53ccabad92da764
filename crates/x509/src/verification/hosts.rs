//! Host names and the patterns of them in certificates (RFC 5280 §4.2.1.6, RFC 6125 §6.4).

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
