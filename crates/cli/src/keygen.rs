//! `ironlatch keygen`.

use std::io::IsTerminal;
use std::path::PathBuf;

use ironlatch::recipes::files::{Access, Existing, Identity, NewFile};
use serde_json::{Value, json};

use crate::Result;
use crate::decrypt::load;
use crate::failure::{Exit, Failure};
use crate::streams::{self, DASH};

/// Make a key pair for encrypted files
///
/// Prints the public key, which others encrypt to with `ironlatch encrypt -r`. The key file can be read by its owner
/// alone, and also serves `age` and `rage`.
#[derive(clap::Args)]
#[command(after_help = "\
Whoever has the key file can read what is encrypted to the key; without it, nobody can. Keep a copy in a safe place.

Examples:
  ironlatch keygen -o key.txt
  ironlatch keygen --pq -o key.txt                 safe from quantum computers too; its public key is long
  ironlatch keygen --public key.txt                prints the public key of key.txt
  ironlatch keygen | ironlatch encrypt -o key.txt.age")]
pub(crate) struct Arguments {
    /// Where to write the key; an existing file is never replaced. By default standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Make a key that is also safe from quantum computers to come. Its public key has 1959 characters, and `age` before
    /// 1.3 does not know it
    #[arg(long, alias = "post-quantum", conflicts_with = "public")]
    pq: bool,
    /// Make no key: print the public keys of the private keys in FILE
    #[arg(short, long, value_name = "FILE", conflicts_with = "output")]
    public: Option<PathBuf>,
    /// Print a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    if let Some(path) = &arguments.public {
        let keys: Vec<_> = load(path)?.iter().map(public_key).collect();
        let text = if arguments.json { json!({ "public_keys": keys }).to_string() } else { keys.join("\n") };
        return streams::print(format!("{text}\n"));
    }
    let identity = if arguments.pq { Identity::generate_post_quantum()? } else { Identity::generate() };
    match arguments.output.as_ref().filter(|output| output.as_os_str() != DASH) {
        Some(path) => {
            let file = NewFile::create(path, Existing::Keep, Access::Owner, None);
            let mut file = file.map_err(|error| match error {
                ironlatch::Error::Io { kind: std::io::ErrorKind::AlreadyExists, message } => {
                    Failure::new(Exit::Failure, message)
                        .hint("what is encrypted to a lost key is lost too: choose another name, or move the old file")
                }
                error => Failure::of("", error),
            })?;
            identity.write_file(&mut file)?;
            file.commit()?;
            print(&identity, arguments.json, &json!({ "file": path.to_string_lossy() }))
        }
        None if arguments.json => {
            let secret = identity.to_text();
            print(&identity, true, &json!({ "secret_key": secret.as_ref().map(|secret| secret.expose()) }))
        }
        None => {
            let mut out = streams::stdout()?;
            if !out.is_terminal() {
                eprintln!("Public key: {}", public_key(&identity));
            }
            identity.write_file(&mut out).map_err(Failure::from)
        }
    }
}

fn print(identity: &Identity, json: bool, more: &Value) -> Result {
    let public_key = public_key(identity);
    if !json {
        return streams::print(format!("{public_key}\n"));
    }
    let mut object = more.clone();
    object["public_key"] = public_key.into();
    streams::print(format!("{object}\n"))
}

fn public_key(identity: &Identity) -> String {
    identity.recipient().map(|recipient| recipient.to_string()).unwrap_or_default()
}
