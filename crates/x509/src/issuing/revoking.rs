//! The revocation list of an authority: making it, adding to it, and renewing it in time.

use core::str::FromStr;

use ironlatch_core::oid;

use super::authority::Authority;
use super::key;
use crate::building::{CrlContents, NewExtension, RevokedContents, positive_integer};
use crate::certificate::Certificate;
use crate::crl::CertificateList;
use crate::der::Natural;
use crate::error::{At, Error, Result};
use crate::extensions::{AuthorityKeyIdentifier, ExtensionValue, KeyUsage};
use crate::time::Time;

/// The reason of a revocation (RFC 5280 §5.3.1).
///
/// There is none for a hold: what it holds can be good again, and few verifiers know of that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Reason {
    /// It is not told.
    #[default]
    Unspecified,
    /// Somebody else has the private key, or may have it.
    KeyCompromise,
    /// Somebody else has the private key of the authority that the certificate is for.
    CaCompromise,
    /// The subject's name or other things in the certificate are no longer right.
    AffiliationChanged,
    /// Another certificate takes its place.
    Superseded,
    /// It is no longer needed.
    CessationOfOperation,
    /// The subject may no longer do what the certificate allows.
    PrivilegeWithdrawn,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Unspecified,
        Self::KeyCompromise,
        Self::CaCompromise,
        Self::AffiliationChanged,
        Self::Superseded,
        Self::CessationOfOperation,
        Self::PrivilegeWithdrawn,
    ];

    /// The name that [`FromStr`] reads: `unspecified`, `key-compromise`, `superseded` …
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::KeyCompromise => "key-compromise",
            Self::CaCompromise => "ca-compromise",
            Self::AffiliationChanged => "affiliation-changed",
            Self::Superseded => "superseded",
            Self::CessationOfOperation => "cessation-of-operation",
            Self::PrivilegeWithdrawn => "privilege-withdrawn",
        }
    }

    /// The number in the list.
    fn code(self) -> u32 {
        match self {
            Self::Unspecified => 0,
            Self::KeyCompromise => 1,
            Self::CaCompromise => 2,
            Self::AffiliationChanged => 3,
            Self::Superseded => 4,
            Self::CessationOfOperation => 5,
            Self::PrivilegeWithdrawn => 9,
        }
    }
}

impl FromStr for Reason {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|reason| reason.name() == name);
        found.ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            Error::value(format!("{name:?} is not a reason of revocation: the reasons are {names}"))
        })
    }
}

/// A certificate to be revoked now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewlyRevoked<'a> {
    /// The serial number of the certificate as the octets of its INTEGER.
    pub serial: &'a [u8],
    /// Why.
    pub reason: Reason,
}

impl Authority {
    /// Issues the revocation list with what `previous` has and `revoked`, good until `next_update`.
    ///
    /// Without `previous` it is the authority's first list. Its number is one more than that of the
    /// last. The list says that it is an hour old, unless the last is younger: other machines'
    /// clocks may be slow.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if this authority may not issue lists, or not now; if a serial
    /// number is in the list already, or zero or negative; if `next_update` is past; if `previous`
    /// is another authority's, or of a kind that is not made here: then it would lose what is in
    /// it. [`Error::InvalidSignature`] if this authority did not sign `previous`.
    pub fn revocation_list(
        &self,
        previous: Option<&CertificateList>,
        revoked: &[NewlyRevoked<'_>],
        next_update: Time,
    ) -> Result<CertificateList> {
        let (own, identifier) = self.own()?;
        if let Some(usage) = own.extensions().get(&oid::KEY_USAGE)
            && !usage.parse_as::<KeyUsage>().at("keyUsage")?.crl_sign
        {
            return Err(Error::value(format!("the authority {} may not issue revocation lists", own.subject())));
        }
        let now = Time::now();
        if next_update <= now {
            return Err(Error::value("a revocation list has to be good for some time: its end is past"));
        }
        let mut this_update = Time::from_unix(now.to_unix() - 3600)?;
        let (mut number, mut entries) = (vec![1], Vec::new());
        if let Some(previous) = previous {
            number = self.number_after(previous, own)?;
            this_update = this_update.max(previous.this_update());
            for entry in previous.entries() {
                entries.extend_from_slice(entry?.as_der());
            }
        }
        for (index, new) in revoked.iter().enumerate() {
            check_serial(new.serial)?;
            let listed = previous.map(|list| list.find(new.serial)).transpose()?.flatten();
            if let Some(listed) = listed {
                return Err(Error::value(format!(
                    "the certificate with the serial number {} was revoked before, at {}",
                    hex::encode(new.serial),
                    listed.revocation_date()
                )));
            }
            if revoked[..index].iter().any(|other| other.serial == new.serial) {
                return Err(Error::value(format!(
                    "the certificate with the serial number {} is to be revoked twice",
                    hex::encode(new.serial)
                )));
            }
            // RFC 5280 §5.3.1: no reason is said by leaving it out.
            let extensions = match new.reason {
                Reason::Unspecified => Vec::new(),
                reason => {
                    vec![NewExtension::new(oid::CRL_REASON, false, &ExtensionValue::CrlReason(reason.code()))?]
                }
            };
            RevokedContents { serial: new.serial, revocation_date: now, extensions: &extensions }
                .write(&mut entries)?;
        }
        let authority = AuthorityKeyIdentifier { key_identifier: Some(&identifier), issuer: None, serial: None };
        let number = Natural::new(&number).ok_or(Error::value("the number of the list is not an INTEGER"))?;
        CrlContents {
            issuer: own.subject(),
            this_update,
            next_update: Some(next_update),
            entries: &entries,
            extensions: &[
                NewExtension::new(
                    oid::AUTHORITY_KEY_IDENTIFIER,
                    false,
                    &ExtensionValue::AuthorityKeyIdentifier(authority),
                )?,
                NewExtension::new(oid::CRL_NUMBER, false, &ExtensionValue::CrlNumber(number))?,
            ],
        }
        .sign(&key::signer(self.key())?)
    }

    /// The number of the list after `previous`, which is found to be this authority's.
    fn number_after(&self, previous: &CertificateList, own: &Certificate) -> Result<Vec<u8>> {
        if previous.issuer() != own.subject() {
            return Err(Error::value(format!(
                "the last list is that of {}, and the authority is {}",
                previous.issuer(),
                own.subject()
            )));
        }
        previous.verify_signature(&own.public_key()?)?;
        if previous.this_update() > Time::now() {
            return Err(Error::value(format!("the last list was issued in the future, at {}", previous.this_update())));
        }
        let mut number = vec![1];
        for extension in previous.extensions().iter() {
            match extension.oid {
                oid::CRL_NUMBER => {
                    let last: Natural<'_> = extension.parse_as().at("cRLNumber")?;
                    number = successor(last.as_bytes());
                }
                oid::AUTHORITY_KEY_IDENTIFIER => {}
                ref other => {
                    let name = other.name().map_or_else(|| other.to_string(), str::to_owned);
                    return Err(Error::value(format!(
                        "the last list has an extension, {name}, that none of the lists made here has"
                    )));
                }
            }
        }
        Ok(number)
    }
}

fn check_serial(serial: &[u8]) -> Result<()> {
    let positive = serial.first().is_some_and(|first| first & 0x80 == 0) && serial.iter().any(|octet| *octet != 0);
    if positive { Ok(()) } else { Err(Error::value("a serial number is a positive number")) }
}

/// The octets of the INTEGER after that of `octets`.
fn successor(octets: &[u8]) -> Vec<u8> {
    let mut next = [&[0], octets].concat();
    for octet in next.iter_mut().rev() {
        *octet = octet.wrapping_add(1);
        if *octet != 0 {
            break;
        }
    }
    positive_integer(&next)
}
