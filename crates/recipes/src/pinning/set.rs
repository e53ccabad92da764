//! Which keys each host may have.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use super::host;
use super::pin::Pin;
use super::verdict::{Outcome, Seen, Verdict};
use crate::{Error, Result};
use ironlatch_x509::{Certificate, Time};

/// The pins of one host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPins {
    pub(super) pins: Vec<Pin>,
    pub(super) has_backup: bool,
    pub(super) include_subdomains: bool,
    pub(super) expires: Option<Time>,
    pub(super) report_only: bool,
}

impl HostPins {
    /// Pins of which one is a backup: the pin of a key that is kept elsewhere, for the day on which
    /// the key in use is lost or stolen (RFC 7469 §4.3). Without one, that day locks every client
    /// out.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if there are fewer than two
    /// different pins.
    pub fn new(pins: impl IntoIterator<Item = Pin>) -> Result<Self> {
        let host = Self::without_backup(pins)?;
        if host.pins.len() < 2 {
            return Err(Error::value(
                "a backup pin is missing: add the pin of a second key, which is kept elsewhere and not in use, or say \
                 that there is no backup",
            ));
        }
        Ok(Self { has_backup: true, ..host })
    }

    /// Pins without a backup, where all clients can be given new pins at once.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if there is no pin.
    pub fn without_backup(pins: impl IntoIterator<Item = Pin>) -> Result<Self> {
        let mut distinct: Vec<Pin> = Vec::new();
        for pin in pins {
            if !distinct.contains(&pin) {
                distinct.push(pin);
            }
        }
        if distinct.is_empty() {
            return Err(Error::value("a host without a pin: leave it out, or give its pins"));
        }
        Ok(Self { pins: distinct, has_backup: false, include_subdomains: false, expires: None, report_only: false })
    }

    /// The same pins for everything below the host, where no closer host has pins of its own.
    #[must_use]
    pub fn including_subdomains(self) -> Self {
        Self { include_subdomains: true, ..self }
    }

    /// Pins that are no longer asked for from `time` on, so that a client that is never updated is
    /// not locked out.
    #[must_use]
    pub fn expiring(self, time: Time) -> Self {
        Self { expires: Some(time), ..self }
    }

    /// Pins that are only reported on, never enforced.
    #[must_use]
    pub fn only_reported(self) -> Self {
        Self { report_only: true, ..self }
    }

    /// The pins, each once.
    #[must_use]
    pub fn pins(&self) -> &[Pin] {
        &self.pins
    }

    /// Whether one of the pins is a backup.
    #[must_use]
    pub fn has_backup(&self) -> bool {
        self.has_backup
    }

    /// Whether they are for everything below the host too.
    #[must_use]
    pub fn includes_subdomains(&self) -> bool {
        self.include_subdomains
    }

    /// From when on they are not asked for.
    #[must_use]
    pub fn expires(&self) -> Option<Time> {
        self.expires
    }

    /// Whether they are only reported on.
    #[must_use]
    pub fn is_report_only(&self) -> bool {
        self.report_only
    }
}

/// The pins of any number of hosts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinSet {
    pub(super) hosts: BTreeMap<String, HostPins>,
    pub(super) refuse_others: bool,
}

impl PinSet {
    /// The pins of these hosts. Other hosts are left to the usual verification.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if a host is none, is there
    /// twice, or is an address with subdomains.
    pub fn new<H: AsRef<str>>(hosts: impl IntoIterator<Item = (H, HostPins)>) -> Result<Self> {
        let mut set = Self { hosts: BTreeMap::new(), refuse_others: false };
        for (name, pins) in hosts {
            let name = host::normal(name.as_ref())?;
            if pins.include_subdomains && host::is_address(&name) {
                return Err(Error::value(format!("{name} is an address, and has no subdomains")));
            }
            if set.hosts.insert(name.clone(), pins).is_some() {
                return Err(Error::value(format!("the host {name} is in the set twice")));
            }
        }
        Ok(set)
    }

    /// The same pins, and no connection to any other host.
    #[must_use]
    pub fn refusing_others(self) -> Self {
        Self { refuse_others: true, ..self }
    }

    /// Whether hosts without pins are refused.
    #[must_use]
    pub fn refuses_others(&self) -> bool {
        self.refuse_others
    }

    /// The hosts and their pins.
    pub fn hosts(&self) -> impl Iterator<Item = (&str, &HostPins)> {
        self.hosts.iter().map(|(host, pins)| (&**host, pins))
    }

    /// The pins that hold for `host`: its own, or those of the closest domain above it that
    /// includes its subdomains.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if that is no host.
    pub fn pins_of(&self, host: &str) -> Result<Option<&HostPins>> {
        let host = host::normal(host)?;
        if let Some(own) = self.hosts.get(&host) {
            return Ok(Some(own));
        }
        if host::is_address(&host) {
            return Ok(None);
        }
        let mut rest = &*host;
        while let Some((_, above)) = rest.split_once('.') {
            if let Some(pins) = self.hosts.get(above).filter(|pins| pins.include_subdomains) {
                return Ok(Some(pins));
            }
            rest = above;
        }
        Ok(None)
    }

    /// Checks the chain of certificates of a connection to `host` by the system's clock.
    ///
    /// `chain` is the chain that the TLS library built and *verified*, in DER, the server's
    /// certificate first. If only the server's certificate is known, pass that alone. Never pass
    /// other certificates that the server sent.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if `host` is no host.
    pub fn check(&self, host: &str, chain: &[impl AsRef<[u8]>]) -> Result<Verdict> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        self.check_at(host, chain, i64::try_from(now).unwrap_or(i64::MAX))
    }

    /// Checks as [`check`](Self::check) at `now`, in seconds since 1970.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn check_at(&self, host: &str, chain: &[impl AsRef<[u8]>], now: i64) -> Result<Verdict> {
        let Some(pins) = self.pins_of(host)? else {
            let outcome = if self.refuse_others { Outcome::OtherHost } else { Outcome::NotPinned };
            return Ok(Verdict { host: host.into(), outcome, expected: Vec::new(), seen: Vec::new(), enforced: true });
        };
        let seen: Vec<Seen> = chain.iter().map(|der| see(der.as_ref())).collect();
        let is_seen = |pin: &Pin| seen.iter().any(|seen| seen.pin == Some(*pin));
        let outcome = if pins.expires.is_some_and(|expires| expires.to_unix() <= now) {
            Outcome::Expired
        } else if !pins.pins.iter().any(is_seen) {
            Outcome::Mismatch
        } else if pins.has_backup && pins.pins.iter().all(is_seen) {
            Outcome::NoBackup
        } else {
            Outcome::Matched
        };
        Ok(Verdict { host: host.into(), outcome, expected: pins.pins.clone(), seen, enforced: !pins.report_only })
    }
}

fn see(der: &[u8]) -> Seen {
    match Certificate::from_der(der) {
        Ok(certificate) => Seen {
            pin: Some(Pin::of_certificate(&certificate)),
            subject: certificate.subject().to_string(),
            key: certificate.key_description(),
        },
        Err(_) => Seen { pin: None, subject: "a certificate that cannot be read".into(), key: String::new() },
    }
}
