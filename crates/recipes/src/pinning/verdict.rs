//! The result of a check of pins.

use core::fmt;

use super::pin::Pin;

/// The result of checking a connection, and the reasons. Its text explains them to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The host of the connection.
    pub host: String,
    /// The outcome.
    pub outcome: Outcome,
    /// The pins of the host.
    pub expected: Vec<Pin>,
    /// The certificates of the chain, the server's first.
    pub seen: Vec<Seen>,
    /// Whether a mismatch refuses the connection, or is only reported.
    pub enforced: bool,
}

/// The outcome of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The host has no pins.
    NotPinned,
    /// A key of the chain is pinned.
    Matched,
    /// A key of the chain is pinned, and all other pins are in the chain too, so that none is a
    /// backup.
    NoBackup,
    /// The pins have expired, and were not asked for.
    Expired,
    /// No key of the chain is pinned.
    Mismatch,
    /// The host has no pins, and hosts without are refused.
    OtherHost,
}

impl Outcome {
    /// `not pinned`, `matched`, `no backup`, `expired`, `mismatch`, `other host`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotPinned => "not pinned",
            Self::Matched => "matched",
            Self::NoBackup => "no backup",
            Self::Expired => "expired",
            Self::Mismatch => "mismatch",
            Self::OtherHost => "other host",
        }
    }
}

/// A certificate of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Seen {
    /// The pin of its key; none if the certificate cannot be read.
    pub pin: Option<Pin>,
    /// Whom it is about.
    pub subject: String,
    /// The kind of its key.
    pub key: String,
}

impl Verdict {
    /// Whether the connection must not be used.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        match self.outcome {
            Outcome::Mismatch => self.enforced,
            Outcome::OtherHost => true,
            Outcome::NotPinned | Outcome::Matched | Outcome::NoBackup | Outcome::Expired => false,
        }
    }

    /// Whether somebody should look at it, refused or not.
    #[must_use]
    pub fn is_notable(&self) -> bool {
        !matches!(self.outcome, Outcome::NotPinned | Outcome::Matched)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = &self.host;
        match self.outcome {
            Outcome::NotPinned => write!(f, "{host} has no pins"),
            Outcome::Matched => write!(f, "{host} has a key that is pinned"),
            Outcome::NoBackup => write!(
                f,
                "{host} has a key that is pinned, but all its pins are in the present chain: add the pin of a key that is \
                 not in use as a backup"
            ),
            Outcome::Expired => {
                write!(f, "the pins of {host} have expired and were not asked for: renew them, or take them out")
            }
            Outcome::Mismatch => self.explain_mismatch(f),
            Outcome::OtherHost => write!(f, "{host} has no pins, and this pin set refuses hosts without"),
        }
    }
}

impl Verdict {
    fn explain_mismatch(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reported = if self.enforced { "" } else { " (only reported)" };
        write!(
            f,
            "no key in the certificates of {} is pinned{reported}: either somebody reads along, or the server has a new \
             key; expected one of {}; seen",
            self.host,
            self.expected.iter().map(Pin::to_string).collect::<Vec<_>>().join(", ")
        )?;
        if self.seen.is_empty() {
            return f.write_str(" none");
        }
        for (at, seen) in self.seen.iter().enumerate() {
            let separator = if at == 0 { " " } else { ", " };
            match &seen.pin {
                Some(pin) => write!(f, "{separator}{pin} ({})", seen.subject)?,
                None => write!(f, "{separator}{}", seen.subject)?,
            }
        }
        Ok(())
    }
}
