//! Keys for signing: makes them (`ironlatch sign keygen`), and reads them for `sign` and `verify`.

use std::io::Write;
use std::path::{Path, PathBuf};

use ironlatch::Error as CoreError;
use ironlatch::recipes::Error;
use ironlatch::recipes::fs::{Access, Existing, NewFile};
use ironlatch::recipes::signing::token::EncryptionKey;
use ironlatch::recipes::signing::{Key, KeySet};
use ironlatch::secret::{SecretBytes, SecretText};
use serde_json::json;

use crate::Result;
use crate::failure::{Exit, Failure};
use crate::passphrase::PassphraseOptions;
use crate::streams::{self, DASH, Source};

/// Make a key that signs requests and tokens, as a JSON Web Key
///
/// The default is a secret that both sides need. With --pair the public half verifies, but cannot
/// sign.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  ironlatch sign keygen -o signing.jwk
  ironlatch sign keygen --pair -o signing.jwk
  ironlatch sign keygen --encrypt -o encrypting.jwk
  ironlatch sign keygen --public signing.jwk > verify.jwk")]
pub(crate) struct Arguments {
    /// Where to write the key; an existing file is never replaced. The default is standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Make a key pair (Ed25519), so that others can verify but not sign
    #[arg(long)]
    pair: bool,
    /// Make a key for encrypted tokens, which nobody else can read
    #[arg(long, conflicts_with_all = ["pair", "id"])]
    encrypt: bool,
    /// The key's name, which signatures carry; the default is its thumbprint
    #[arg(long, value_name = "NAME")]
    id: Option<String>,
    /// Make no key: print the public half of the keys in FILE
    #[arg(short, long, value_name = "FILE", conflicts_with_all = ["output", "pair", "encrypt", "id"])]
    public: Option<PathBuf>,
    #[command(flatten)]
    passphrase: PassphraseOptions,
    /// Print a JSON object about the key: its name, algorithm and file
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    if let Some(path) = &arguments.public {
        let public = load(path, &arguments.passphrase, false)?.public()?;
        let keys = public.current()?;
        let text = if let [key] = &keys[..] { key.to_json()? } else { public.to_json()? };
        return streams::print(format!("{}\n", text.expose()));
    }
    let (text, id, algorithm) = make(arguments)?;
    let Some(path) = arguments.output.as_ref().filter(|output| output.as_os_str() != DASH) else {
        // The JWK is a JSON object already.
        let mut out = streams::stdout()?;
        return write(&mut out, text.expose()).map_err(|error| Failure::io("write to", streams::STDOUT, &error));
    };
    save(path, &text)?;
    let object = json!({ "id": id, "algorithm": algorithm, "file": path.to_string_lossy() });
    streams::print(if arguments.json { format!("{object}\n") } else { format!("{id}\n") })
}

/// Makes a new key, and returns its text, name and algorithm.
fn make(arguments: &Arguments) -> Result<(SecretText, String, &'static str)> {
    if arguments.encrypt {
        let key = EncryptionKey::generate()?;
        return Ok((key.to_json()?, key.id().to_owned(), EncryptionKey::ALGORITHM));
    }
    let mut key = if arguments.pair { Key::generate_pair() } else { Key::generate() };
    if let Some(id) = &arguments.id {
        key = key.with_id(id).map_err(|error| Failure::new(Exit::Usage, error.to_string()))?;
    }
    Ok((key.to_json()?, key.id().to_owned(), key.algorithm().name()))
}

/// Writes a secret's text to a new file that only its owner can read.
pub(crate) fn save(path: &Path, text: &SecretText) -> Result {
    let mut file = NewFile::create(path, Existing::Keep, Access::Owner, None).map_err(|error| match error {
        Error::Core(CoreError::Io { ref source, .. }) if source.kind() == std::io::ErrorKind::AlreadyExists => {
            Failure::new(Exit::Failure, error.to_string()).hint(
                "everyone who trusts a lost key must be told of the new one: choose another name, or move the old file",
            )
        }
        error => Failure::of("", error),
    })?;
    write(&mut file, text.expose()).map_err(|error| Failure::io("write to", path.display(), &error))?;
    Ok(file.commit()?)
}

/// Reads the keys in a file: a JWK, a JWK Set or PEM. Asks for the passphrase only if a PEM key is
/// encrypted.
pub(crate) fn load(path: &Path, passphrase: &PassphraseOptions, stdin_is_data: bool) -> Result<KeySet> {
    let mut source = Source::open(path)?;
    let text = SecretBytes::from_read(&mut source.file, false).map_err(|error| Failure::of(&source.name, error))?;
    match KeySet::parse(text.expose()) {
        Err(Error::Core(CoreError::PasswordRequired)) => {
            let passphrase = passphrase.get_of_key(path, stdin_is_data || source.is_stdin())?;
            Key::parse_encrypted(text.expose(), passphrase.expose()).map(KeySet::from).map_err(|error| {
                Failure::new(Exit::NotVerified, format!("{}: {error}", source.name))
                    .hint("try again: mind capitals, the keyboard's layout, and spaces at the ends")
            })
        }
        keys => {
            let keys = keys.map_err(|error| {
                Failure::new(Exit::Failure, format!("{}: {error}", source.name))
                    .hint("a key file holds a JSON Web Key, a set of them, or PEM: make one with ironlatch sign keygen")
            })?;
            streams::warn_if(source.exposed && !keys.current()?.iter().all(Key::is_public), path);
            Ok(keys)
        }
    }
}

fn write(file: &mut impl Write, text: &str) -> std::io::Result<()> {
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")
}
