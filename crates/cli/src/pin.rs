//! `ironlatch pin`: pins of public keys, pin sets, and checks of a server's certificates.

use std::path::{Path, PathBuf};

use ironlatch::Error as CoreError;
use ironlatch::recipes::Error;
use ironlatch::recipes::pinning::{HostPins, Outcome, Pin, PinSet, Pinnable};
use ironlatch::secret::SecretBytes;
use ironlatch::text;
use ironlatch::x509::{Certificate, Time};
use serde_json::{Value, json};

use crate::Result;
use crate::failure::{Exit, Failure};
use crate::passphrase::PassphraseOptions;
use crate::streams::{self, DASH, Source};

/// Print the pins of keys and certificates, make a pin set, or check a server's certificates
/// against one
#[derive(clap::Args)]
#[command(after_help = "\
A pin is the hash of a public key. A certificate, a request for it, and its private key have the same pin.
This command does not speak TLS: openssl fetches a server's certificates, but does not verify them for you.

Examples:
  ironlatch pin server.pem backup.key
  openssl s_client -connect example.com:443 -showcerts </dev/null 2>/dev/null | ironlatch pin
  ironlatch pin --new-set example.com server.pem backup.key --expires 2027-06-30 > pins.json
  ironlatch pin --check pins.json --host example.com chain.pem")]
pub(crate) struct Arguments {
    /// Certificates, certificate requests, public or private keys in PEM or DER; - for standard
    /// input, the default
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Make a pin set for HOST, from the first key in each FILE and from each --pin
    #[arg(long, value_name = "HOST")]
    new_set: Option<String>,
    /// With --new-set: one more pin, such as that of a backup key that is stored elsewhere
    #[arg(long, value_name = "PIN", requires = "new_set")]
    pin: Vec<Pin>,
    /// With --new-set: pin everything below the host too
    #[arg(long, requires = "new_set")]
    include_subdomains: bool,
    /// With --new-set: stop checking the pins from this day on, such as 2027-06-30
    #[arg(long, value_name = "DATE", requires = "new_set")]
    expires: Option<Time>,
    /// With --new-set: report mismatches, but refuse nothing
    #[arg(long, requires = "new_set")]
    report_only: bool,
    /// With --new-set: allow a set without a backup key
    #[arg(long, requires = "new_set")]
    no_backup: bool,
    /// Check the verified chain in FILE, the server's certificate first, against the pin set in
    /// PINSET
    #[arg(long, value_name = "PINSET", requires = "host", conflicts_with = "new_set")]
    check: Option<PathBuf>,
    /// With --check: the host that the certificates belong to
    #[arg(long, value_name = "HOST", requires = "check")]
    host: Option<String>,
    #[command(flatten)]
    passphrase: PassphraseOptions,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    match (&arguments.new_set, &arguments.check, &arguments.host) {
        (Some(host), ..) => new_set(host, arguments),
        (_, Some(set), Some(host)) => check(set, host, arguments),
        _ => list(arguments),
    }
}

fn list(arguments: &Arguments) -> Result {
    let stdin = [PathBuf::from(DASH)];
    let files = if arguments.files.is_empty() { &stdin } else { &arguments.files[..] };
    let mut entries = Vec::new();
    for file in files {
        for found in read(file, arguments)? {
            let Pinnable { pin, kind, subject, key } = found;
            if arguments.json {
                let file = file.to_string_lossy();
                entries.push(json!({
                    "pin": pin.to_string(), "kind": kind.name(), "subject": subject, "key": key, "file": file,
                }));
            } else {
                let subject = subject.map(|subject| format!(", {subject}")).unwrap_or_default();
                streams::print(format!("{pin}  {}, {key}{subject}\n", kind.name()))?;
            }
        }
    }
    if arguments.json { streams::print(format!("{}\n", Value::from(entries))) } else { Ok(()) }
}

fn new_set(host: &str, arguments: &Arguments) -> Result {
    let mut pins = Vec::new();
    for file in &arguments.files {
        pins.extend(read(file, arguments)?.first().map(|found| found.pin));
    }
    pins.extend(&arguments.pin);
    let new = if arguments.no_backup { HostPins::without_backup(pins) } else { HostPins::new(pins) };
    let mut pins = new.map_err(|error| {
        Failure::new(Exit::Usage, error.to_string())
            .hint("give the file of a second key, or its pin with --pin; --no-backup allows a set without one")
    })?;
    if arguments.include_subdomains {
        pins = pins.including_subdomains();
    }
    if arguments.report_only {
        pins = pins.only_reported();
    }
    if let Some(time) = arguments.expires {
        pins = pins.expiring(time);
    }
    let set = PinSet::new([(host, pins)]).map_err(|error| Failure::new(Exit::Usage, error.to_string()))?;
    streams::print(set.to_json())
}

fn check(set: &Path, host: &str, arguments: &Arguments) -> Result {
    let [chain] = &arguments.files[..] else {
        return Err(Failure::new(Exit::Usage, "--check takes one FILE: the server's certificates, its own first"));
    };
    let mut source = Source::open(set)?;
    let text = contents(&mut source)?;
    let name = &source.name;
    let text = text::decode(text.expose())
        .map_err(|error| Failure::new(Exit::Failure, format!("{name} is not a pin set: {error}")))?;
    let set = PinSet::from_json(text).map_err(|error| failure(name, &error))?;
    let mut source = Source::open(chain)?;
    let chain = contents(&mut source)?;
    let chain = Certificate::all_from_pem(chain.expose()).map_err(|error| failure(&source.name, &error))?;
    let chain: Vec<&[u8]> = chain.iter().map(Certificate::as_der).collect();

    let verdict = set.check(host, &chain).map_err(|error| Failure::new(Exit::Usage, error.to_string()))?;
    if verdict.outcome != Outcome::Matched {
        let hint = match verdict.outcome {
            Outcome::Mismatch => {
                "compare with the pins that the server's owner gives you by another way than this server"
            }
            Outcome::NotPinned | Outcome::OtherHost => "is the host written as in the pin set?",
            _ => "make a new one with --new-set",
        };
        return Err(Failure::new(Exit::NotVerified, verdict.to_string()).hint(hint));
    }
    let seen: Value = verdict
        .seen
        .iter()
        .map(|seen| json!({ "pin": seen.pin.map(|pin| pin.to_string()), "subject": seen.subject, "key": seen.key }))
        .collect();
    let expected: Vec<String> = verdict.expected.iter().map(Pin::to_string).collect();
    if arguments.json {
        let object = json!({ "host": host, "outcome": verdict.outcome.name(), "expected": expected, "seen": seen });
        return streams::print(format!("{object}\n"));
    }
    streams::print(format!("{verdict}\n"))
}

/// Finds what can be pinned in a file; asks for the passphrase only if one is needed.
fn read(file: &Path, arguments: &Arguments) -> Result<Vec<Pinnable>> {
    let mut source = Source::open(file)?;
    let contents = contents(&mut source)?;
    match Pinnable::all(contents.expose(), None) {
        Err(Error::Core(CoreError::PasswordRequired)) => {
            let passphrase = arguments.passphrase.get(false, source.is_stdin())?;
            Pinnable::all(contents.expose(), Some(passphrase.expose())).map_err(|error| {
                Failure::new(Exit::NotVerified, format!("{}: {error}", source.name))
                    .hint("try again: mind capitals, the keyboard's layout, and spaces at the ends")
            })
        }
        found => found.map_err(|error| failure(&source.name, &error)),
    }
}

/// Reads all of a file into memory that is wiped, because it may hold a private key.
fn contents(source: &mut Source) -> Result<SecretBytes> {
    SecretBytes::from_read(&mut source.file, false).map_err(|error| failure(&source.name, &error))
}

/// Reports a failure about the file of this name.
fn failure(name: &str, error: &impl core::fmt::Display) -> Failure {
    Failure::new(Exit::Failure, format!("{name}: {error}"))
}
