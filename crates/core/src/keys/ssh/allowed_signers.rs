//! Files that say whose signatures count (`ssh-keygen(1)`, ALLOWED SIGNERS).

use super::certificate::CertificateType;
use super::line::{Identity, Line, end_of_options};
use super::public::SshPublicKey;
use super::sshsig::FileSignature;
use crate::error::{Allowed, Parameter};
use crate::{Error, Result};

/// The most lines of a file that are read.
pub const MAX_SIGNER_LINES: usize = 100_000;

/// A list of signers: the principals, mostly mail addresses, and the keys or authorities that sign
/// for them.
#[derive(Debug, Clone)]
pub struct AllowedSigners {
    signers: Vec<Signer>,
}

/// One line of the list.
#[derive(Debug, Clone)]
pub struct Signer {
    principals: String,
    key: SshPublicKey,
    is_authority: bool,
    namespaces: Option<String>,
    valid_after: Option<i64>,
    valid_before: Option<i64>,
}

/// A time as a file has it: the parts of the local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalTime {
    /// The year.
    pub year: u32,
    /// The month, from 1.
    pub month: u32,
    /// The day of the month, from 1.
    pub day: u32,
    /// The hour.
    pub hour: u32,
    /// The minute.
    pub minute: u32,
    /// The second.
    pub second: u32,
}

impl AllowedSigners {
    /// Reads a file: a signer a line, its principals, options, and key. `zone` gives the Unix time
    /// of a local time, for times without a `Z`.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] with the line's number if one is malformed.
    pub fn parse(text: &[u8], zone: &dyn Fn(LocalTime) -> Option<i64>) -> Result<Self> {
        let mut signers = Vec::new();
        for (number, line) in text.split(|byte| *byte == b'\n').enumerate() {
            if number == MAX_SIGNER_LINES {
                let allowed = Allowed::AtMost(MAX_SIGNER_LINES as u64);
                return Err(Error::OutOfRange { what: Parameter::Lines, got: number as u64 + 1, allowed });
            }
            let line = line.trim_ascii();
            if line.is_empty() || line.starts_with(b"#") {
                continue;
            }
            let at = |error: Error| Error::value(format!("line {} of the allowed signers: {error}", number + 1));
            signers.push(Signer::parse(line, zone).map_err(at)?);
        }
        Ok(Self { signers })
    }

    /// The signers, in the order of the file.
    #[must_use]
    pub fn signers(&self) -> &[Signer] {
        &self.signers
    }

    /// Verifies that a principal of the list has signed a message for the purpose `namespace`, at
    /// the Unix time `now`.
    ///
    /// # Errors
    /// [`Error::BadSignature`] if the signature is not one of the message, [`Error::SignatureRefused`]
    /// with the reason if it does not count, [`Error::Io`] if the message cannot be read.
    pub fn verify(
        &self,
        signature: &FileSignature,
        principal: &str,
        namespace: &str,
        message: &mut dyn std::io::Read,
        now: i64,
    ) -> Result<()> {
        signature.verify(namespace, message)?;
        let mut reason = None;
        for signer in &self.signers {
            if !matches(&signer.principals, principal) {
                continue;
            }
            match signer.accepts(signature, Some(principal), namespace, now) {
                Ok(()) => return Ok(()),
                Err(why) => reason = reason.max(Some(why)),
            }
        }
        let why = reason.unwrap_or(Why::Principal).text(principal, namespace);
        Err(Error::SignatureRefused(format!("the signature matches, but does not count: {why}").into()))
    }

    /// The principals, as the lines have them, that the signer of this signature may be, at the Unix
    /// time `now`. The signature itself is not verified.
    #[must_use]
    pub fn find_principals(&self, signature: &FileSignature, now: i64) -> Vec<&str> {
        let counts = |signer: &&Signer| signer.accepts(signature, None, signature.namespace(), now).is_ok();
        self.signers.iter().filter(counts).map(|signer| &*signer.principals).collect()
    }
}

impl Signer {
    fn parse(line: &[u8], zone: &dyn Fn(LocalTime) -> Option<i64>) -> Result<Self> {
        let end = end_of_options(line);
        let principals = core::str::from_utf8(&line[..end]).map_err(|_| Error::value("its principals are not text"))?;
        let key = Line::parse_authorized(line[end..].trim_ascii_start())?;
        let mut signer = Self {
            principals: unquoted(principals).to_owned(),
            key: key.key()?,
            is_authority: false,
            namespaces: None,
            valid_after: None,
            valid_before: None,
        };
        let options = core::str::from_utf8(key.options()).map_err(|_| Error::value("its options are not text"))?;
        for option in split_options(options) {
            let (name, value) = option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
            let value = value.map(unquoted);
            match (&*name.to_ascii_lowercase(), value) {
                ("cert-authority", None) => signer.is_authority = true,
                ("namespaces", Some(value)) => signer.namespaces = Some(value.to_owned()),
                ("valid-after", Some(value)) => signer.valid_after = Some(time_of(value, zone)?),
                ("valid-before", Some(value)) => signer.valid_before = Some(time_of(value, zone)?),
                _ => return Err(Error::value(format!("the option {option:?} is not known"))),
            }
        }
        if let (Some(after), Some(before)) = (signer.valid_after, signer.valid_before)
            && after >= before
        {
            return Err(Error::value("valid-after must be before valid-before"));
        }
        Ok(signer)
    }

    /// The principals: patterns with `*` and `?`, of which those behind `!` are excluded.
    #[must_use]
    pub fn principals(&self) -> &str {
        &self.principals
    }

    /// The key that signs, or that of the authority.
    #[must_use]
    pub fn key(&self) -> &SshPublicKey {
        &self.key
    }

    /// Whether the key is that of an authority, whose certificates count.
    #[must_use]
    pub fn is_authority(&self) -> bool {
        self.is_authority
    }

    /// Whether a signature counts by this line, but for its principals.
    fn accepts(
        &self,
        signature: &FileSignature,
        principal: Option<&str>,
        namespace: &str,
        now: i64,
    ) -> Result<(), Why> {
        match signature.identity() {
            Identity::Key(key) if !self.is_authority && *key == self.key => {}
            Identity::Certificate(certificate) if self.is_authority => {
                let terms = certificate.terms();
                if certificate.signature_key_blob() != self.key.to_blob() {
                    return Err(Why::Key);
                }
                // An authority's word counts for users alone, with a name, in its time.
                let time = u64::try_from(now).unwrap_or(0);
                if certificate.verify_signature().is_err()
                    || terms.certificate_type != CertificateType::User
                    || !(terms.valid_after..terms.valid_before).contains(&time)
                {
                    return Err(Why::Certificate);
                }
                let named = match principal {
                    Some(principal) => terms.principals.iter().any(|name| name == principal.as_bytes()),
                    None => terms
                        .principals
                        .iter()
                        .any(|name| core::str::from_utf8(name).is_ok_and(|name| matches(&self.principals, name))),
                };
                if !named {
                    return Err(Why::CertificatePrincipal);
                }
            }
            _ => return Err(Why::Key),
        }
        if self.namespaces.as_ref().is_some_and(|allowed| !matches(allowed, namespace)) {
            return Err(Why::Namespace);
        }
        if self.valid_after.is_some_and(|after| now < after) {
            return Err(Why::Early);
        }
        // The key still signs in the second that valid-before names.
        if self.valid_before.is_some_and(|before| now > before) {
            return Err(Why::Late);
        }
        Ok(())
    }
}

/// The reasons why a signature does not count by a line, from those that say least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Why {
    Principal,
    Key,
    Certificate,
    CertificatePrincipal,
    Namespace,
    Early,
    Late,
}

impl Why {
    fn text(self, principal: &str, namespace: &str) -> String {
        match self {
            Self::Principal => format!("no line of the allowed signers is for {principal:?}"),
            Self::Key => format!("{principal:?} is among the allowed signers with other keys"),
            Self::Certificate => {
                "the certificate of its key is not signed by its authority, not valid at this time, or not one of a user".to_owned()
            }
            Self::CertificatePrincipal => format!("the certificate of its key is not for {principal:?}"),
            Self::Namespace => format!("{principal:?} may not sign for {namespace:?}"),
            Self::Early => format!("the key of {principal:?} was not valid yet at this time"),
            Self::Late => format!("the key of {principal:?} was no longer valid at this time"),
        }
    }
}

/// The options in a list, which are separated by commas outside quotation marks.
fn split_options(options: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    let separates = move |letter: char| {
        quoted ^= letter == '"';
        letter == ',' && !quoted
    };
    options.split(separates).filter(|option| !option.is_empty())
}

fn unquoted(value: &str) -> &str {
    value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value)
}

/// Reads `YYYYMMDD`, `YYYYMMDDHHMM` or `YYYYMMDDHHMMSS`, followed by `Z` for UTC.
fn time_of(text: &str, zone: &dyn Fn(LocalTime) -> Option<i64>) -> Result<i64> {
    let wrong =
        || Error::value(format!("{text:?} is no time: write YYYYMMDD, YYYYMMDDHHMM or YYYYMMDDHHMMSS, and Z for UTC"));
    let (digits, is_utc) = text.strip_suffix('Z').map_or((text, false), |digits| (digits, true));
    if !matches!(digits.len(), 8 | 12 | 14) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let number = |start: usize, end: usize| digits.get(start..end).map_or(Ok(0), str::parse).map_err(|_| wrong());
    let time = LocalTime {
        year: number(0, 4)?,
        month: number(4, 6)?,
        day: number(6, 8)?,
        hour: number(8, 10)?,
        minute: number(10, 12)?,
        second: number(12, 14)?,
    };
    let unix = time.in_utc().ok_or_else(wrong)?;
    if is_utc { Ok(unix) } else { zone(time).ok_or_else(wrong) }
}

impl LocalTime {
    /// The Unix time, if this is a time in UTC. `None` if there is no such time.
    #[must_use]
    pub fn in_utc(self) -> Option<i64> {
        let Self { year, month, day, hour, minute, second } = self;
        let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            2 if is_leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            _ => return None,
        };
        if !(1..=days).contains(&day) || hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        // Days since 1970-01-01, of years that begin in March so that the leap day is the last.
        let (year, month) = if month > 2 { (year, month - 3) } else { (year.checked_sub(1)?, month + 9) };
        let whole = i64::from(year) * 365 + i64::from(year / 4) - i64::from(year / 100) + i64::from(year / 400);
        let since = whole + i64::from((153 * month + 2) / 5) + i64::from(day) - 1 - 719_468;
        Some(since * 86_400 + i64::from(hour * 3600 + minute * 60 + second))
    }
}

/// Whether `text` matches a list of patterns, which are separated by commas: one of them, and none
/// of those behind `!`.
fn matches(patterns: &str, text: &str) -> bool {
    let mut found = false;
    for pattern in patterns.split(',') {
        match pattern.strip_prefix('!') {
            Some(pattern) if matches_one(pattern.as_bytes(), text.as_bytes()) => return false,
            Some(_) => {}
            None => found |= matches_one(pattern.as_bytes(), text.as_bytes()),
        }
    }
    found
}

/// Whether `text` matches a pattern, in which `*` stands for any text and `?` for any byte. The time
/// is the product of both lengths at most.
fn matches_one(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut from) = (0, 0);
    // Where the last star stands, and how much of the text it stands for.
    let mut star = None;
    while from < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(byte) if *byte == b'?' || *byte == text[from] => {
                at += 1;
                from += 1;
            }
            _ => {
                let Some((place, taken)) = star else { return false };
                star = Some((place, taken + 1));
                at = place + 1;
                from = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}
