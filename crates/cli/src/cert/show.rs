//! `ironlatch cert show`.

use std::path::PathBuf;

use ironlatch::inspect::{self, Finding};
use serde_json::{Value, json};

use super::reading::{self, Item};
use crate::failure::{Exit, Failure};
use crate::streams::{self, DASH, Source};
use crate::{Result, findings};

/// Show what certificates, requests and revocation lists say
///
/// Nothing is verified: anyone can write any name into a certificate. Only a request's signature is
/// checked, because everything for that is in it.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  ironlatch cert show server.pem
  openssl s_client -connect example.com:443 -showcerts </dev/null 2>/dev/null | ironlatch cert show
  ironlatch cert show --json server.pem | jq -r '.[0].found[0].facts.names[]'
  ironlatch cert show --entries 100 revoked.crl")]
pub(crate) struct Arguments {
    /// Files in PEM or DER, also with several certificates; - for standard input
    #[arg(default_value = DASH)]
    files: Vec<PathBuf>,
    /// The number of entries of a revocation list to show
    #[arg(long, value_name = "N", default_value_t = 10)]
    entries: usize,
    /// Print a JSON array with an object for each file
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    let mut reports = Vec::new();
    let mut failure = None;
    for path in &arguments.files {
        let contents = reading::contents(Source::open(path)?)?;
        let items = contents.items();
        if items.is_empty() {
            failure.get_or_insert_with(|| contents.nothing("certificate, request or revocation list"));
        }
        let mut found = Vec::new();
        for (index, item) in items.iter().enumerate() {
            if let Item::Broken { label, error } = item {
                let what = format!("{}: number {}, a damaged {label}: {error}", contents.name, index + 1);
                failure.get_or_insert_with(|| Failure::new(Exit::Failure, what));
            }
            let described = describe(item, arguments.entries);
            if arguments.json {
                found.push(findings::to_json(&described));
                continue;
            }
            let mut text = String::new();
            findings::write(&contents.name, &described, &mut text);
            if index + 1 < items.len() {
                text.push('\n');
            }
            streams::print_coloured(&text)?;
        }
        reports.push(json!({ "file": contents.name, "found": found }));
    }
    if arguments.json {
        streams::print(format!("{}\n", Value::from(reports)))?;
    }
    failure.map_or(Ok(()), Err)
}

/// Describes an item, as `inspect` does.
fn describe(item: &Item, entries: usize) -> Finding {
    match item {
        Item::Certificate(certificate, None) => inspect::certificate(certificate),
        Item::Certificate(certificate, Some(fault)) => inspect::tolerated(inspect::certificate(certificate), fault),
        Item::Request(request) => inspect::request(request),
        Item::Crl(crl) => inspect::crl(crl, entries),
        Item::Broken { label, error } => inspect::damaged(label, error),
    }
}
