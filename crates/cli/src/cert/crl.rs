//! `ironlatch cert ca crl`: the revocation list of an authority.

use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use ironlatch::inspect::words::hex;
use ironlatch::oid;
use ironlatch::recipes::fs::{Access, Existing, FileLock, NewFile};
use ironlatch::x509::building::positive_integer;
use ironlatch::x509::issuing::{Authority, NewlyRevoked, Reason};
use ironlatch::x509::{CertificateList, Time};
use serde_json::{Value, json};

use super::failed;
use super::making::{AuthorityOptions, tell, write};
use super::reading::{self, Item};
use super::self_signed::validity;
use crate::Result;
use crate::failure::{Exit, Failure};
use crate::streams::{DASH, Source};

/// Make or renew the revocation list (CRL) of an authority, and revoke certificates
///
/// A list is good for --days, and has to be renewed before: those who ask for one take no old one.
/// It is renewed in its place, with everything that is in it and the next number.
#[derive(clap::Args)]
#[command(after_help = "\
What is revoked stays in the list. Verifiers have to get it: give it to them as a file, or publish it where
`ironlatch cert ca issue --crl-uri` says that it is.

Examples:
  ironlatch cert ca crl --ca root.pem --new root.crl
  ironlatch cert ca crl --ca root.pem --revoke dev.pem --reason key-compromise root.crl
  ironlatch cert ca crl --ca root.pem root.crl
  ironlatch cert verify --roots root.pem --crl root.crl dev.pem")]
pub(super) struct Arguments {
    /// The file of the list, in PEM or DER; a new list is in DER if the name ends in .der
    #[arg(value_name = "FILE")]
    list: PathBuf,
    #[command(flatten)]
    ca: AuthorityOptions,
    /// Make the authority's first list; FILE must not exist
    #[arg(long)]
    new: bool,
    /// Revoke the certificate in FILE, once or more: the first one if there are several
    #[arg(long, value_name = "FILE")]
    revoke: Vec<PathBuf>,
    /// Revoke the certificate with this serial number in hexadecimal, once or more
    #[arg(long, value_name = "HEX", value_parser = serial)]
    serial: Vec<Serial>,
    /// Why they are revoked
    #[arg(long, value_name = "REASON", default_value = "unspecified", value_parser = reasons())]
    reason: Reason,
    /// The number of days that the list is good for
    #[arg(long, value_name = "N", default_value_t = 30)]
    days: u32,
    /// Print a JSON object
    #[arg(long)]
    pub(super) json: bool,
}

/// The octets of a serial number's INTEGER.
type Serial = std::sync::Arc<[u8]>;

/// Reads a serial number as `cert show` and other programs write it.
fn serial(text: &str) -> Result<Serial, String> {
    let digits: String = text.chars().filter(|symbol| *symbol != ':').collect();
    let padded = if digits.len().is_multiple_of(2) { digits } else { format!("0{digits}") };
    let pairs = padded.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok().filter(|pair| pair.bytes().all(|digit| digit.is_ascii_hexdigit()));
        pair.and_then(|pair| u8::from_str_radix(pair, 16).ok())
    });
    let octets: Option<Vec<u8>> = pairs.collect();
    let octets = octets.filter(|octets| !octets.is_empty() && octets.len() <= 64);
    octets.map(|octets| positive_integer(&octets).into()).ok_or_else(|| "expected a number in hexadecimal".into())
}

fn reasons() -> impl TypedValueParser<Value = Reason> {
    PossibleValuesParser::new(Reason::ALL.map(Reason::name)).try_map(|name| name.parse::<Reason>())
}

pub(super) fn run(arguments: &Arguments) -> Result {
    let path = &arguments.list;
    if path.as_os_str() == DASH {
        return Err(Failure::new(Exit::Usage, "the list needs a file: it is renewed in its place"));
    }
    let until = validity(arguments.days)?.not_after;
    let authority = arguments.ca.load(false)?;
    let mut revoked: Vec<Serial> = arguments.serial.clone();
    for path in &arguments.revoke {
        let certificate = reading::certificates(path)?.swap_remove(0);
        authority.check_issued(&certificate).map_err(|error| {
            Failure::new(Exit::Failure, format!("{}: {error}", path.display()))
                .hint("--serial revokes a certificate of which no more than the serial number is left")
        })?;
        revoked.push(certificate.serial().into());
    }
    // Of two that renew a list at once, the second has to find what the first added.
    let mut lock = path.clone().into_os_string();
    lock.push(".lock");
    let lock = PathBuf::from(lock);
    let lock = FileLock::wait(&lock).map_err(|error| Failure::io("lock", lock.display(), &error))?;
    let done = renew(arguments, &authority, &revoked, until);
    // The lock's file is of no use to anyone; should it stay, the next one takes it.
    let _ = lock.remove();
    done
}

fn renew(arguments: &Arguments, authority: &Authority, revoked: &[Serial], until: Time) -> Result {
    let path = &arguments.list;
    let existing = if arguments.new { Existing::Keep } else { Existing::Replace };
    let previous = if arguments.new { None } else { Some(last(path)?) };
    let mut file = NewFile::create(path, existing, Access::Usual, None).map_err(|error| {
        let failure = Failure::of("", error);
        if arguments.new { failure.hint("leave --new out to renew the list that there is") } else { failure }
    })?;
    let revoked: Vec<NewlyRevoked<'_>> =
        revoked.iter().map(|serial| NewlyRevoked { serial, reason: arguments.reason }).collect();
    let (previous, der) = match &previous {
        Some((list, der)) => (Some(list), *der),
        None => (None, path.extension().is_some_and(|ending| ending == "der")),
    };
    let list = authority.revocation_list(previous, &revoked, until).map_err(failed)?;
    let contents = if der { list.as_der().to_vec() } else { list.to_pem() };
    write(&mut file, path, &contents)?;
    file.commit().map_err(|error| Failure::of("", error))?;
    told(arguments, &list, &revoked)
}

/// The last list, and whether it is in DER.
fn last(path: &Path) -> Result<(CertificateList, bool)> {
    if !path.exists() {
        return Err(Failure::new(Exit::Failure, format!("there is no list in {}", path.display()))
            .hint("--new makes the authority's first list"));
    }
    let contents = reading::contents(Source::open(path)?)?;
    let mut lists = Vec::new();
    for item in contents.items() {
        match item {
            Item::Crl(list) => lists.push(list),
            Item::Broken { label, error } => {
                return Err(Failure::new(Exit::Failure, format!("{}: a damaged {label}: {error}", contents.name)));
            }
            Item::Certificate(..) | Item::Request(_) => {
                return Err(Failure::new(Exit::Failure, format!("{} has more than a list", contents.name)));
            }
        }
    }
    match lists.len() {
        0 => Err(contents.nothing("revocation list")),
        1 => Ok((lists.remove(0), reading::is_der(&contents.data))),
        count => Err(Failure::new(Exit::Failure, format!("{} has {count} lists, and one is renewed", contents.name))),
    }
}

fn told(arguments: &Arguments, list: &CertificateList, revoked: &[NewlyRevoked<'_>]) -> Result {
    let number = list.extensions().get(&oid::CRL_NUMBER).map(|number| hex(number.value.get(2..).unwrap_or_default()));
    let serials: Vec<String> = revoked.iter().map(|new| hex(new.serial)).collect();
    let facts: Vec<(&str, Value)> = vec![
        ("file", arguments.list.to_string_lossy().into()),
        ("issuer", list.issuer().to_string().into()),
        ("number", number.into()),
        ("revoked_now", json!(serials)),
        ("revoked", json!(list.len().map_err(failed)?)),
        ("good_until", list.next_update().map(|next| next.to_string()).into()),
    ];
    tell(&facts, arguments.json)
}
