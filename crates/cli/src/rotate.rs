//! `ironlatch rotate`: re-encrypts a table of a database. The database drivers are Python's, so the
//! Python package, which includes this command, does the work.

use std::path::PathBuf;
use std::sync::Mutex;

use crate::failure::{Exit, Failure};
use crate::passphrase::CostOptions;
use crate::progress::Progress;
use crate::{Result, streams};

/// Re-encrypt a table's columns to the current key, while others read and write it
#[derive(clap::Args)]
#[command(after_help = "\
The plan is a file in TOML that names the keyring, the table, its key and its columns; docs/rotation.md has one.
Never put a password in the URL: use the database's own ways, ~/.pgpass, PGPASSFILE, PGPASSWORD or PGSERVICE.

It can be killed at any moment and run again: values that are already under the current key are left alone.

Examples:
  ironlatch rotate codes.toml --dry-run
  ironlatch rotate codes.toml --database postgresql://rotator@db.internal/shop
  ironlatch rotate codes.toml --passphrase-file /run/secrets/keyring --json
  ironlatch rotate codes.toml --provider shop.keys:vault
  ironlatch rotate codes.toml --status")]
pub struct Arguments {
    /// The plan: which columns of which table, and their keys
    pub plan: PathBuf,
    /// The database, as postgresql://user@host/name or sqlite:///path, without a password. The
    /// default is the plan's
    #[arg(short, long, value_name = "URL")]
    pub database: Option<String>,
    /// The keyring's file. The default is the plan's
    #[arg(short, long, value_name = "FILE")]
    pub keyring: Option<PathBuf>,
    /// Take the keyring's passphrase from FILE, without its final newline
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase_fd")]
    pub passphrase_file: Option<PathBuf>,
    /// Take the keyring's passphrase from the open file descriptor N, without its final newline
    #[arg(long, value_name = "N")]
    pub passphrase_fd: Option<u32>,
    /// The cost that the keyring's passphrase may have.
    #[command(flatten)]
    pub cost: CostOptions,
    /// The keyring is under the key of the local provider in FILE
    #[arg(long, value_name = "FILE", conflicts_with_all = ["passphrase_file", "passphrase_fd"])]
    pub provider_key: Option<PathBuf>,
    /// The keyring is under the key provider that this Python function makes. The module is also
    /// searched for in the current directory
    #[arg(long, value_name = "MODULE:FUNCTION", conflicts_with_all = ["passphrase_file", "passphrase_fd", "provider_key"])]
    pub provider: Option<String>,
    /// The keyring is under a key of the keyring in FILE, which the passphrase or provider opens
    #[arg(long, value_name = "FILE", requires = "under_key")]
    pub under: Option<PathBuf>,
    /// The name of that key
    #[arg(long, value_name = "NAME", requires = "under")]
    pub under_key: Option<String>,
    /// Count the values under each version of the key, by how they begin, and do nothing else
    #[arg(long, conflicts_with_all = ["dry_run", "examine", "stop_on_error"])]
    pub status: bool,
    /// Open every value, report what would be done, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Open every value and check every blind index, even if the key is current
    #[arg(long)]
    pub examine: bool,
    /// Stop at the first value that does not open
    #[arg(long)]
    pub stop_on_error: bool,
    /// Rows in a batch, which is one transaction
    #[arg(long, value_name = "ROWS", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub batch: u32,
    /// Wait after each batch, to leave the database more room for others
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0, value_parser = seconds)]
    pub pause: f64,
    /// Keep trying for this long if the database is down or locked
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0, value_parser = seconds)]
    pub patience: f64,
    /// Print a JSON object
    #[arg(long)]
    pub json: bool,
}

/// The result of a rotation.
pub struct Outcome {
    /// The text for standard output.
    pub text: String,
    /// The failure, and advice for the user.
    pub trouble: Option<(String, Option<String>)>,
    /// The exit code.
    pub exit: u8,
}

/// Does the work of `ironlatch rotate`, and reports its progress to the bar.
pub type Rotator<'r> = &'r dyn Fn(&Arguments, Bar) -> Outcome;

pub(crate) fn run(arguments: &Arguments, rotator: Option<Rotator<'_>>) -> Result {
    let Some(rotator) = rotator else {
        return Err(Failure::new(
            Exit::Failure,
            "this ironlatch was built without Python, which has the database drivers",
        )
        .hint("`pip install ironlatch psycopg[binary]`, then `python -m ironlatch rotate …`"));
    };
    let outcome = rotator(arguments, Bar { quiet: arguments.json, shown: Mutex::new(None) });
    streams::print(outcome.text)?;
    match outcome.trouble {
        None => Ok(()),
        Some((what, hint)) => {
            let failure = Failure::new(Exit::from_code(outcome.exit), what);
            Err(match hint {
                Some(hint) => failure.hint(hint),
                None => failure,
            })
        }
    }
}

/// The progress bar on the terminal, one for each round through the table.
pub struct Bar {
    quiet: bool,
    shown: Mutex<Option<(u32, Progress)>>,
}

impl Bar {
    /// Reports that `done` rows of `total` are done in this round; rounds count from 1.
    pub fn show(&self, round: u32, done: u64, total: Option<u64>) {
        let mut shown = self.shown.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if shown.as_ref().is_none_or(|(before, _)| *before != round) {
            let what = if round == 1 { "rows" } else { "looking again" };
            *shown = Some((round, Progress::of_rows(what, total, self.quiet)));
        }
        if let Some((_, progress)) = shown.as_mut() {
            progress.reach(done);
        }
    }
}

fn seconds(text: &str) -> core::result::Result<f64, String> {
    let seconds = text.parse::<f64>().ok().filter(|seconds| (0.0..=1e9).contains(seconds));
    seconds.ok_or_else(|| "a number of seconds, such as 0.1 or 60".to_owned())
}
