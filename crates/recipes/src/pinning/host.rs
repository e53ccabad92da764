//! Names of hosts, in the one form in which they are compared.

use std::net::IpAddr;

use crate::{Error, Result};

/// A host in lower case without a final dot, or an address in its shortest form.
///
/// # Errors
/// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if it is no host: empty, not in
/// ASCII, with a port, a path or a wildcard.
pub(super) fn normal(host: &str) -> Result<String> {
    let in_brackets = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let address = in_brackets.map_or_else(|| host.parse(), |inner| inner.parse().map(IpAddr::V6));
    if let Ok(address) = address {
        return Ok(address.to_string());
    }
    let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let refused = |why: &str| Err(Error::value(format!("not the name of a host: {:?} {why}", shown(host))));
    if !name.is_ascii() {
        return refused("is not ASCII; write its xn-- form");
    }
    if name.contains('*') {
        return refused("has a wildcard; pin the domain with its subdomains instead");
    }
    if name.contains([':', '/', '@']) {
        return refused("has more than a name; leave out the scheme, the port and the path");
    }
    let fits = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    if name.len() > 253 || !name.split('.').all(fits) {
        return refused("is empty, too long, or has characters that no host has");
    }
    Ok(name)
}

/// Whether it is an address and no name.
pub(super) fn is_address(host: &str) -> bool {
    host.parse::<IpAddr>().is_ok()
}

/// The beginning of what was given, for a message.
fn shown(host: &str) -> String {
    host.chars().take(80).collect()
}
