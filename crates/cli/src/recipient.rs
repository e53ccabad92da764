//! `ironlatch recipient`.

use std::path::{Path, PathBuf};

use ironlatch::recipes::files::{self, Identity, Recipient};
use ironlatch::secret::SecretBytes;
use ironlatch::text;
use serde_json::json;

use crate::Result;
use crate::failure::{Exit, Failure};
use crate::key_files::KeyFile;
use crate::passphrase::PassphraseOptions;
use crate::streams::{self, DASH, Source};

/// Print the public keys of key files, or check files of public keys
///
/// For a key file, prints the public keys of its private keys. A file of public keys, as for
/// `ironlatch encrypt -R`, is checked, and its keys are printed.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  ironlatch recipient key.txt >> friends.txt
  ironlatch recipient ~/.ssh/id_ed25519
  ironlatch recipient --list friends.txt           one line for each key, with its kind")]
pub(crate) struct Arguments {
    /// Files of private or public keys; - for standard input
    #[arg(value_name = "FILE", default_value = DASH)]
    files: Vec<PathBuf>,
    /// Show the kind of each key, and shorten the long ones
    #[arg(short, long)]
    list: bool,
    #[command(flatten)]
    passphrase: PassphraseOptions,
    /// Print a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    let mut found = Vec::new();
    for path in &arguments.files {
        found.extend(load(path, &arguments.passphrase)?.into_iter().map(|recipient| (path, recipient)));
    }
    let together: Vec<Recipient> = found.iter().map(|(_, recipient)| recipient.clone()).collect();
    let together = files::check_together(&together);
    if arguments.json {
        let recipients = found.iter().map(|(path, recipient)| {
            json!({ "kind": recipient.kind(), "recipient": recipient.to_string(), "file": path.to_string_lossy() })
        });
        let object = json!({ "recipients": recipients.collect::<Vec<_>>(), "together": together.is_ok() });
        return streams::print(format!("{object}\n"));
    }
    let lines = found.iter().map(|(_, recipient)| match arguments.list {
        true => format!("{:<12}  {}\n", recipient.kind(), shortened(&recipient.to_string())),
        false => format!("{recipient}\n"),
    });
    streams::print(lines.collect::<String>())?;
    if let (true, Err(error)) = (arguments.list, together) {
        eprintln!("note: {error}");
    }
    Ok(())
}

/// The public keys in a file, or those of the private keys in it.
fn load(path: &Path, passphrase: &PassphraseOptions) -> Result<Vec<Recipient>> {
    let mut source = Source::open(path)?;
    let contents = SecretBytes::from_read(&mut source.file, false).map_err(|error| Failure::of(&source.name, error))?;
    if KeyFile::is_one(contents.expose()) {
        let keys = KeyFile::parse(&source.name, contents)?;
        streams::warn_if(source.exposed && keys.is_in_clear(), path);
        let identities = keys.open(|| passphrase.get_of_key(path, source.is_stdin()))?;
        return Ok(identities.iter().filter_map(Identity::recipient).collect());
    }
    let found =
        text::decode(contents.expose()).map_err(ironlatch::recipes::Error::from).and_then(files::parse_recipients);
    found.map_err(|error| Failure::new(Exit::Failure, format!("{}: {error}", source.name)))
}

/// Shortens a key that does not fit on a line to its beginning and end.
fn shortened(key: &str) -> String {
    const LONGEST: usize = 100;
    if key.len() <= LONGEST || !key.is_ascii() {
        return key.into();
    }
    format!("{}…{} ({} characters)", &key[..32], &key[key.len() - 8..], key.len())
}
