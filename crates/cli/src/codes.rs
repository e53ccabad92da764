//! `ironlatch codes`: recovery codes that are stored only as digests.

use std::path::{Path, PathBuf};

use ironlatch::recipes::secrets::RecoveryCodes;
use ironlatch::recipes::show_once::{Codes, ServerKey};
use serde_json::{Value, json};

use crate::Result;
use crate::failure::{Exit, Failure};
use crate::server_keys::{self, SecretOptions, ServerKeyOptions};
use crate::streams::{self, DASH, Source};

/// Make recovery codes for an owner with the digests to store, and look codes up
///
/// `ironlatch random codes` makes codes without digests, for storing in another way.
#[derive(clap::Args)]
#[command(after_help = "\
`ironlatch secret server-key` makes the server key. The code is asked for, unless --secret-file or --secret-fd gives it.

Examples:
  ironlatch codes new --purpose login --owner 17 -k server.key --csv > codes.csv
  ironlatch codes digest --purpose login --owner 17 -k server.key
  ironlatch codes check --purpose login --owner 17 -k server.key digests.txt")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    job: Job,
}

#[derive(clap::Subcommand)]
enum Job {
    /// Make codes: each is shown once, with the digest to store
    New {
        #[command(flatten)]
        place: Place,
        /// The number of codes
        #[arg(short, long, value_name = "N", default_value_t = RecoveryCodes::COUNT)]
        count: usize,
        /// Print lines of CSV with a header
        #[arg(long, conflicts_with = "json")]
        csv: bool,
        /// Print a JSON object
        #[arg(long)]
        json: bool,
    },
    /// Print the digest to look for, one for each server key
    Digest {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        secret: SecretOptions,
        /// Print a JSON object
        #[arg(long)]
        json: bool,
    },
    /// Look a code up among stored digests; the database must make sure that no code is used twice
    Check {
        /// The file with the digests, one a line; - for standard input
        #[arg(value_name = "DIGESTS-FILE", default_value = DASH)]
        digests: PathBuf,
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        secret: SecretOptions,
        /// Print a JSON object
        #[arg(long)]
        json: bool,
    },
}

/// The codes meant: whose they are, and what they are for.
#[derive(clap::Args)]
struct Place {
    /// The purpose of the codes, such as login
    #[arg(long)]
    purpose: String,
    /// The owner: something that never changes, such as an account number
    #[arg(long)]
    owner: String,
    #[command(flatten)]
    server_keys: ServerKeyOptions,
}

impl Place {
    fn codes(&self) -> Result<Codes> {
        let keys = self.server_keys.load()?;
        let keys: Vec<&ServerKey> = keys.iter().collect();
        Codes::new(&self.purpose, &keys).map_err(|error| Failure::new(Exit::Usage, error.to_string()))
    }

    fn owner(&self) -> &[u8] {
        self.owner.as_bytes()
    }
}

impl Arguments {
    pub(crate) fn json(&self) -> bool {
        match &self.job {
            Job::New { json, .. } | Job::Digest { json, .. } | Job::Check { json, .. } => *json,
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    match &arguments.job {
        Job::New { place, count, csv, json } => new(place, *count, *csv, *json),
        Job::Digest { place, secret, json } => {
            let codes = place.codes()?;
            let digests = codes.digests(server_keys::text(&secret.get("Code", false)?)?, place.owner())?;
            let digests: Vec<String> = digests.iter().map(ToString::to_string).collect();
            print(*json, &json!({ "digests": digests }), || digests.join("\n") + "\n")
        }
        Job::Check { digests, place, secret, json } => check(digests, place, secret, *json),
    }
}

fn new(place: &Place, count: usize, csv: bool, json: bool) -> Result {
    let codes = place.codes()?;
    let usage = |error: ironlatch::recipes::Error| Failure::new(Exit::Usage, error.to_string());
    let made = codes.generate(count).map_err(usage)?;
    let mut pairs = Vec::with_capacity(made.len());
    for code in made.expose() {
        pairs.push((code, codes.digest(code, place.owner()).map_err(usage)?.to_string()));
    }
    let list: Vec<Value> = pairs.iter().map(|(code, digest)| json!({ "code": code, "digest": digest })).collect();
    let object = json!({ "purpose": place.purpose, "owner": place.owner, "codes": list });
    print(json, &object, || {
        // Neither a code nor a digest has a character that CSV would quote.
        let (heading, between) = if csv { ("code,digest\n", ",") } else { ("", "  ") };
        pairs.iter().fold(heading.to_owned(), |text, (code, digest)| text + code + between + digest + "\n")
    })
}

fn check(digests: &Path, place: &Place, secret: &SecretOptions, json: bool) -> Result {
    let codes = place.codes()?;
    let source = Source::open(digests)?;
    secret.check_apart_from(&source)?;
    let stored = server_keys::read_digests(source)?;
    let candidates = codes.digests(server_keys::text(&secret.get("Code", false)?)?, place.owner())?;
    let found = server_keys::find("code", &candidates, &stored)?.to_string();
    print(json, &json!({ "verified": true, "digest": found }), || format!("the code is stored as {found}\n"))
}

fn print(json: bool, object: &Value, text: impl FnOnce() -> String) -> Result {
    streams::print(if json { format!("{object}\n") } else { text() })
}
