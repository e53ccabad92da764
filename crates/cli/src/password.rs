//! `ironlatch password`: hashes of passwords, and how hard a password is to guess.

use std::path::{Path, PathBuf};

use ironlatch::kdf::argon2::Cost;
use ironlatch::recipes::Error;
use ironlatch::recipes::passwords::strength::{Strength, strength};
use ironlatch::recipes::passwords::{DEFAULT_COST, Hasher, Stored};
use ironlatch::secret::SecretBytes;
use serde_json::{Value, json};

use crate::Result;
use crate::failure::{Exit, Failure};
use crate::passphrase::PasswordOptions;
use crate::streams::{self, DASH, Source};

/// Hash a password for storing, verify one, or estimate how hard it is to guess
#[derive(clap::Args)]
#[command(after_help = "\
The password is asked for, unless --password-file or --password-fd gives it.

Examples:
  ironlatch password hash > admin.hash
  ironlatch password verify admin.hash
  ironlatch password strength --about ada@example.com
  ironlatch password hash --memory 64 --iterations 3 --password-file pw.txt --json
  ironlatch password hash --pepper 2026=pepper.key         a key that is stored apart from the hashes")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    job: Job,
}

#[derive(clap::Subcommand)]
enum Job {
    /// Print the Argon2id hash of a password, for storing
    Hash {
        #[command(flatten)]
        password: PasswordOptions,
        #[command(flatten)]
        cost: CostOptions,
        #[command(flatten)]
        peppers: PepperOptions,
        /// Print a JSON object
        #[arg(long)]
        json: bool,
    },
    /// Check a password against a stored hash: Argon2, bcrypt, scrypt, PBKDF2, as Django, passlib
    /// and Werkzeug write them
    Verify {
        /// The file with the hash; - for standard input
        #[arg(value_name = "HASH-FILE", default_value = DASH)]
        hash: PathBuf,
        #[command(flatten)]
        password: PasswordOptions,
        #[command(flatten)]
        peppers: PepperOptions,
        /// Print a JSON object
        #[arg(long)]
        json: bool,
    },
    /// Estimate the number of guesses that a password withstands
    Strength {
        #[command(flatten)]
        password: PasswordOptions,
        #[command(flatten)]
        cost: CostOptions,
        /// A word that someone who knows the user would try first, such as a name; can be given
        /// several times
        #[arg(long, value_name = "WORD")]
        about: Vec<String>,
        /// Print a JSON object
        #[arg(long)]
        json: bool,
    },
}

#[derive(clap::Args)]
struct CostOptions {
    /// The memory of a hash in MiB
    #[arg(long, value_name = "MIB", default_value_t = DEFAULT_COST.memory_cost / 1024)]
    memory: u32,
    /// The passes over the memory
    #[arg(long, value_name = "N", default_value_t = DEFAULT_COST.iterations)]
    iterations: u32,
    /// The lanes of the memory
    #[arg(long, value_name = "N", default_value_t = DEFAULT_COST.lanes)]
    lanes: u32,
}

impl CostOptions {
    fn hasher(&self) -> Result<Hasher> {
        let memory_cost = self.memory.saturating_mul(1024);
        Hasher::new(Cost { iterations: self.iterations, lanes: self.lanes, memory_cost })
            .map_err(|error| Failure::new(Exit::Usage, error.to_string()))
    }
}

#[derive(clap::Args)]
struct PepperOptions {
    /// A pepper: its name, which each hash holds, and its key file; can be given several times, the
    /// first is for new hashes
    #[arg(long, value_name = "NAME=FILE", value_parser = pepper)]
    pepper: Vec<(String, PathBuf)>,
}

impl PepperOptions {
    fn add_to(&self, mut hasher: Hasher) -> Result<Hasher> {
        for (name, path) in &self.pepper {
            let key = streams::secret_of(path, true)?;
            let added = hasher.with_pepper(name, key.expose());
            hasher = added.map_err(|error| Failure::new(Exit::Usage, format!("{}: {error}", path.display())))?;
        }
        Ok(hasher)
    }
}

fn pepper(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, file)) => Ok((name.into(), file.into())),
        None => Err("a pepper is NAME=FILE, such as 2026=pepper.key".into()),
    }
}

impl Arguments {
    pub(crate) fn json(&self) -> bool {
        match &self.job {
            Job::Hash { json, .. } | Job::Verify { json, .. } | Job::Strength { json, .. } => *json,
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    match &arguments.job {
        Job::Hash { password, cost, peppers, json } => {
            let hash = peppers.add_to(cost.hasher()?)?.hash(password.get(true)?.expose())?;
            print(*json, &json!({ "hash": hash }), || format!("{hash}\n"))
        }
        Job::Verify { hash, password, peppers, json } => verify(hash, password, peppers, *json),
        Job::Strength { password, cost, about, json } => {
            let cost = cost.hasher()?.cost();
            let password = password.get(false)?;
            let about: Vec<&str> = about.iter().map(String::as_str).collect();
            let estimate = strength(text(&password)?, &about, cost);
            let Strength { score, guesses_log10, warning, suggestions, gpu_seconds } = &estimate;
            let object = json!({
                "score": score, "guesses_log10": guesses_log10, "warning": warning, "suggestions": suggestions,
                "gpu_seconds": gpu_seconds,
            });
            print(*json, &object, || describe(&estimate))
        }
    }
}

fn verify(path: &Path, password: &PasswordOptions, peppers: &PepperOptions, json: bool) -> Result {
    let hasher = peppers.add_to(Hasher::default())?;
    let source = Source::open(path)?;
    if source.is_stdin() && password.is_stdin() {
        return Err(Failure::new(Exit::Usage, "standard input cannot hold both the password and the hash"));
    }
    let name = source.name.clone();
    let stored = SecretBytes::from_read(&mut { source.file }, true).map_err(|error| Failure::of(&name, error))?;
    let stored = text(&stored)?.trim();
    // Checks before asking the user for anything.
    let scheme = Stored::parse(stored).map_err(|error| Failure::of(&name, error))?.scheme().name();
    let right = hasher.verify(password.get(false)?.expose(), Some(stored));
    if !right.map_err(|error| match error {
        Error::UnusableHash(_) => Failure::of(&name, error).hint("--pepper NAME=FILE gives a pepper"),
        error => error.into(),
    })? {
        return Err(Failure::new(Exit::NotVerified, "wrong password")
            .hint("try again: mind capitals, the keyboard's layout, and spaces at the ends"));
    }
    let old = hasher.needs_rehash(stored)?;
    print(json, &json!({ "verified": true, "scheme": scheme, "needs_rehash": old }), || {
        let advice = if old { "; hash it again: the stored hash does not use the current scheme" } else { "" };
        format!("the password is right ({scheme}){advice}\n")
    })
}

fn text(bytes: &SecretBytes) -> Result<&str> {
    core::str::from_utf8(bytes.expose()).map_err(|_| Failure::new(Exit::Failure, "that is no text in UTF-8"))
}

fn print(json: bool, object: &Value, text: impl FnOnce() -> String) -> Result {
    streams::print(if json { format!("{object}\n") } else { text() })
}

fn describe(estimate: &Strength) -> String {
    const WORDS: [&str; 5] = ["guessed at once", "very weak", "weak", "good", "strong"];
    let Strength { score, guesses_log10, warning, suggestions, gpu_seconds } = estimate;
    let word = WORDS[usize::from(*score).min(4)];
    let mut lines =
        format!("{word} ({score} of 4): about 10^{guesses_log10:.0} guesses, {} for one GPU\n", span(*gpu_seconds));
    for line in warning.iter().chain(suggestions) {
        lines += &format!("  {line}\n");
    }
    lines
}

/// A time in words.
fn span(seconds: f64) -> String {
    const UNITS: [(f64, &str); 5] =
        [(31_557_600.0, "years"), (86_400.0, "days"), (3600.0, "hours"), (60.0, "minutes"), (1.0, "seconds")];
    match UNITS.iter().find(|(unit, _)| seconds >= 2.0 * unit) {
        Some((unit, "years")) if seconds / unit > 1e6 => "more than a million years".into(),
        Some((unit, name)) => format!("about {:.0} {name}", seconds / unit),
        None => "less than two seconds".into(),
    }
}
