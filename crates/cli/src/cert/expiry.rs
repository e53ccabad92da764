//! `ironlatch cert expiry`.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use ironlatch::inspect::days_left;
use ironlatch::inspect::words::name_text;
use ironlatch::x509::{Certificate, Time, rfc4514};
use serde_json::{Value, json};

use super::reading::{self, Item};
use crate::Result;
use crate::failure::{Exit, Failure};
use crate::streams::{self, DASH, Source, WARNING};

/// List when certificates end, the first first, and fail if one ends soon
///
/// Folders are searched with all that is below them; files in them that are no certificates are
/// passed over. The exit code is 3 if a certificate has ended, or ends within --days.
#[derive(clap::Args)]
#[command(after_help = "\
This command speaks no TLS. The certificates of a server come from openssl, through standard input: the last example.

Examples:
  ironlatch cert expiry /etc/letsencrypt/live /etc/ssl/private
  ironlatch cert expiry --days 14 --json server.pem | jq '.certificates[] | select(.due)'
  openssl s_client -connect example.com:443 -showcerts </dev/null 2>/dev/null | ironlatch cert expiry -")]
pub(crate) struct Arguments {
    /// Files in PEM or DER, and folders; - for standard input
    #[arg(default_value = DASH)]
    files: Vec<PathBuf>,
    /// The number of days that a certificate should still have
    #[arg(long, value_name = "N", default_value_t = 30)]
    days: u32,
    /// Print a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// A certificate that was found.
struct Found {
    file: String,
    certificate: Certificate,
    /// The number of whole days that are left, negative if it has ended.
    left: i64,
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    let mut search = Search::default();
    for path in &arguments.files {
        let before = search.found.len();
        if path.as_os_str() != DASH && path.is_dir() {
            search.folder(path);
            if search.found.len() == before {
                search.failed(Failure::new(Exit::Failure, format!("there is no certificate in {}", path.display())));
            }
        } else if let Err(failure) = search.file(path) {
            search.failed(failure);
        }
    }
    let Search { mut found, failure, .. } = search;
    found.sort_by_key(|one| one.certificate.not_after());
    let is_due = |one: &Found| one.left < i64::from(arguments.days) || one.certificate.not_after() < Time::now();
    let due = found.iter().filter(|one| is_due(one)).count();
    if arguments.json {
        let list: Vec<Value> = found.iter().map(|one| to_json(one, is_due(one))).collect();
        streams::print(format!("{}\n", json!({ "days": arguments.days, "due": due, "certificates": list })))?;
    } else {
        let lines: String = found.iter().map(|one| line(one, is_due(one))).collect();
        streams::print_coloured(&lines)?;
    }
    if due > 0 {
        let what = format!("{due} of {} certificates ended, or end within {} days", found.len(), arguments.days);
        return Err(Failure::new(Exit::NotVerified, what));
    }
    failure.map_or(Ok(()), Err)
}

fn to_json(one: &Found, due: bool) -> Value {
    let certificate = &one.certificate;
    let names: Vec<String> =
        certificate.alternative_names().unwrap_or_default().iter().map(ToString::to_string).collect();
    json!({
        "file": one.file,
        "subject": name_text(certificate.subject()),
        "names": names,
        "valid_until": certificate.not_after().to_string(),
        "days_left": one.left,
        "due": due,
    })
}

fn line(one: &Found, due: bool) -> String {
    let until = one.certificate.not_after();
    let when = if until < Time::now() { "ended".into() } else { format!("{} days", one.left) };
    let when = if due { format!("{WARNING}{when:>10}{WARNING:#}") } else { format!("{when:>10}") };
    format!("{when}  {until}  {}  {}\n", rfc4514::printable(&one.file), name_text(one.certificate.subject()))
}

#[derive(Default)]
struct Search {
    found: Vec<Found>,
    /// The files that were read, so that none is read twice under two names.
    seen: HashSet<PathBuf>,
    /// The first failure.
    failure: Option<Failure>,
}

impl Search {
    fn failed(&mut self, failure: Failure) {
        self.failure.get_or_insert(failure);
    }

    /// Reads a file in which there has to be a certificate.
    fn file(&mut self, path: &Path) -> Result {
        let contents = reading::contents(Source::open(path)?)?;
        let mut any = false;
        for item in contents.items() {
            match item {
                Item::Certificate(certificate, _) => {
                    any = true;
                    self.add(&contents.name, certificate);
                }
                Item::Broken { label, error } => {
                    self.failed(Failure::new(Exit::Failure, format!("{}: a damaged {label}: {error}", contents.name)));
                    any = true;
                }
                Item::Request(_) | Item::Crl(_) => {}
            }
        }
        if any { Ok(()) } else { Err(contents.nothing("certificate")) }
    }

    /// Reads all files in a folder and below it. Links to files are followed, those to folders are
    /// not: they can go round in circles.
    fn folder(&mut self, path: &Path) {
        let mut folders = vec![path.to_owned()];
        while let Some(folder) = folders.pop() {
            let listed = fs::read_dir(&folder).and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
            let mut paths: Vec<PathBuf> = match listed {
                Ok(entries) => entries.into_iter().map(|entry| entry.path()).collect(),
                Err(error) => {
                    self.failed(Failure::io("read", folder.display(), &error));
                    continue;
                }
            };
            paths.sort();
            for path in paths {
                match fs::symlink_metadata(&path) {
                    Ok(metadata) if metadata.is_dir() => folders.push(path),
                    _ => self.candidate(&path),
                }
            }
        }
    }

    /// Reads a file that may be anything.
    fn candidate(&mut self, path: &Path) {
        // Of a pipe the reading would never end.
        let Some(metadata) = fs::metadata(path).ok().filter(fs::Metadata::is_file) else { return };
        if metadata.len() > LONGEST_CANDIDATE || !fs::canonicalize(path).is_ok_and(|path| self.seen.insert(path)) {
            return;
        }
        match Source::open(path).and_then(reading::contents) {
            Ok(contents) => {
                for item in contents.items() {
                    match item {
                        Item::Certificate(certificate, _) => self.add(&contents.name, certificate),
                        Item::Broken { label, error } => {
                            let what = format!("{}: a damaged {label}: {error}", contents.name);
                            self.failed(Failure::new(Exit::Failure, what));
                        }
                        Item::Request(_) | Item::Crl(_) => {}
                    }
                }
            }
            Err(failure) => self.failed(failure),
        }
    }

    fn add(&mut self, file: &str, certificate: Certificate) {
        let left = days_left(&certificate);
        self.found.push(Found { file: file.into(), certificate, left });
    }
}

/// Files in folders that are longer are passed over.
const LONGEST_CANDIDATE: u64 = 16 * 1024 * 1024;
