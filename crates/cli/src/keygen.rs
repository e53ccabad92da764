//! `ironlatch keygen`.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use ironlatch::recipes::files::Identity;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::Result;
use crate::failure::{Exit, Failure};
use crate::key_files::{KeyFile, create, taken};
use crate::passphrase::PassphraseOptions;
use crate::ssh;
use crate::streams::{self, DASH};

/// Make a key pair for encrypted files
///
/// Prints the public key, to which others encrypt with `ironlatch encrypt -r`. Only the owner can
/// read the key file, which also works with `age` and `rage`.
#[derive(clap::Args)]
#[command(after_help = "\
Anyone with the key file can read everything that is encrypted to the key; without it, nobody can. Keep a copy in a safe
place.

Examples:
  ironlatch keygen -o key.txt
  ironlatch keygen --pq -o key.txt                 safe from quantum computers too; its public key is long
  ironlatch keygen --ssh -o id_ed25519             an SSH key, with id_ed25519.pub; `ironlatch ssh` uses it
  ironlatch keygen --public key.txt                prints the public key of key.txt
  ironlatch keygen --encrypt -o key.age            asks for a passphrase; `ironlatch decrypt -i key.age` does too")]
pub(crate) struct Arguments {
    /// Where to write the key; an existing file is never replaced. The default is standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Make a key that also resists future quantum computers. Its public key has 1959 characters,
    /// and `age` before 1.3 does not support it
    #[arg(long, alias = "post-quantum", conflicts_with = "public")]
    pq: bool,
    /// Make an SSH key instead, with its public half in FILE.pub: ed25519 if nothing else is said
    #[arg(long, value_name = "KIND", num_args = 0..=1, require_equals = true, default_missing_value = "ed25519")]
    #[arg(conflicts_with_all = ["pq", "public"], requires = "output")]
    ssh: Option<ssh::Kind>,
    /// The comment of an SSH key, mostly whose it is
    #[arg(long, value_name = "TEXT", default_value = "", requires = "ssh")]
    comment: String,
    /// Make no key: print the public keys of the private keys in FILE
    #[arg(short, long, value_name = "FILE", conflicts_with = "output")]
    public: Option<PathBuf>,
    /// Encrypt the key file itself, under a passphrase that you are asked for
    #[arg(short, long, conflicts_with = "public")]
    encrypt: bool,
    #[command(flatten)]
    passphrase: PassphraseOptions,
    /// Print a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    if let Some(path) = &arguments.public {
        let identities = KeyFile::load(path)?.open(|| arguments.passphrase.get_of_key(path, false))?;
        let keys: Vec<_> = identities.iter().map(public_key).collect();
        let text = if arguments.json { json!({ "public_keys": keys }).to_string() } else { keys.join("\n") };
        return streams::print(format!("{text}\n"));
    }
    let encrypted = arguments.encrypt || arguments.passphrase.given();
    if let (Some(kind), Some(output)) = (arguments.ssh, &arguments.output) {
        if output.as_os_str() == DASH {
            return Err(Failure::new(Exit::Usage, "an SSH key goes to two files: give the name of the first with -o"));
        }
        let ask = || if encrypted { arguments.passphrase.get(true, false).map(Some) } else { Ok(None) };
        return ssh::generate(kind, output, &arguments.comment, ask, arguments.json);
    }
    // Checks before asking for anything.
    let output = arguments.output.as_deref().filter(|output| output.as_os_str() != DASH);
    let file = output.map(create).transpose()?;
    let identity = if arguments.pq { Identity::generate_post_quantum()? } else { Identity::generate() };
    let mut contents = Zeroizing::new(Vec::with_capacity(LONGEST_FILE));
    if encrypted {
        identity.write_encrypted_file(arguments.passphrase.get(true, false)?.expose(), &mut *contents)?;
    } else {
        identity.write_file(&mut *contents)?;
    }
    match (file, output) {
        (Some(mut file), Some(path)) => {
            file.write_all(&contents).map_err(|error| Failure::io("write to", path.display(), &error))?;
            file.commit().map_err(taken)?;
            print(&identity, arguments.json, &json!({ "file": path.to_string_lossy() }))
        }
        _ if arguments.json && encrypted => {
            print(&identity, true, &json!({ "key_file": String::from_utf8_lossy(&contents) }))
        }
        _ if arguments.json => {
            let secret = identity.to_text();
            print(&identity, true, &json!({ "secret_key": secret.as_ref().map(|secret| secret.expose()) }))
        }
        _ => {
            if !streams::stdout()?.is_terminal() {
                eprintln!("Public key: {}", public_key(&identity));
            }
            streams::print(&*contents)
        }
    }
}

/// The limit on a key file's length, in bytes.
const LONGEST_FILE: usize = 8192;

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
