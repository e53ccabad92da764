//! `ironlatch decrypt`.

use std::io::Read;
use std::path::{Path, PathBuf};

use ironlatch::recipes::files::{Decryptor, Identity};
use ironlatch::recipes::fs::Access;
use ironlatch::secret::SecretBytes;
use serde_json::json;

use crate::Result;
use crate::encrypt::{Target, named};
use crate::failure::{Exit, Failure};
use crate::key_files::KeyFile;
use crate::passphrase::PassphraseOptions;
use crate::progress::{Progress, Watched};
use crate::streams::{self, DASH, Source};

/// Decrypt a file, with its passphrase or a private key
///
/// Reads the age format, as `age` and `rage` write it too, and its ASCII armor. Only the owner can
/// read the new file, and it appears when all of it has been verified.
#[derive(clap::Args)]
#[command(after_help = "\
A passphrase is asked for if the file needs one, and that of an SSH key if the file is encrypted to it. Output to a pipe
is written piece by piece as each is verified: wait for the exit code before you act on it.

Examples:
  ironlatch decrypt notes.txt.age                  makes notes.txt
  ironlatch decrypt -i key.txt -o report.pdf report.age
  ironlatch decrypt -i ~/.ssh/id_ed25519 report.pdf.age
  ironlatch decrypt -i key.txt < photos.tar.age | tar x
  ironlatch decrypt --passphrase-file /run/secrets/backup dump.sql.age")]
pub(crate) struct Arguments {
    /// The file; - for standard input
    #[arg(default_value = DASH)]
    input: PathBuf,
    /// Where to write; - for standard output. The default is the input's name without .age, or
    /// standard output for -
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Decrypt with the private keys in FILE, which may be an SSH key and may be encrypted; can be
    /// given several times
    #[arg(short, long, value_name = "FILE")]
    identity: Vec<PathBuf>,
    #[command(flatten)]
    passphrase: PassphraseOptions,
    /// Replace the output if it exists
    #[arg(short, long)]
    force: bool,
    /// Print what was done as a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    let source = Source::open(&arguments.input)?;
    let target = target(arguments)?;
    let mut output = Target::create(&target, arguments.force, Access::Owner, &source, arguments.json)?;
    let mut key_files = Vec::new();
    for path in &arguments.identity {
        key_files.push((path, KeyFile::load(path)?));
    }
    let name = source.name.clone();
    let named = |error| named(error, &name, &target);
    let progress = Progress::new(&name, source.len, arguments.json);
    let input = source.file.try_clone().map_err(|error| Failure::io("read", &name, &error))?;
    let decryptor = Decryptor::new(Watched::new(input, progress)).map_err(named)?;
    let identities = if decryptor.needs_passphrase() && (key_files.is_empty() || arguments.passphrase.given()) {
        vec![Identity::passphrase(arguments.passphrase.get(false, source.is_stdin())?.expose())]
    } else {
        unlocked(key_files, &decryptor, |path| arguments.passphrase.get_of_key(path, source.is_stdin()))?
    };
    let len = decryptor.decrypt(&identities, &mut output).map_err(named)?;
    output.commit()?;
    if arguments.json {
        let decrypted = json!({ "input": name, "output": target.to_string_lossy(), "bytes": len });
        streams::print(format!("{decrypted}\n"))?;
    }
    Ok(())
}

/// Reads the private keys in the files. Asks for a passphrase only where it helps.
fn unlocked(
    key_files: Vec<(&PathBuf, KeyFile)>,
    decryptor: &Decryptor<impl Read>,
    ask: impl Fn(&Path) -> Result<SecretBytes>,
) -> Result<Vec<Identity>> {
    let mut identities = Vec::new();
    for (path, key_file) in key_files {
        if decryptor.needs_passphrase() && matches!(key_file, KeyFile::Encrypted { .. }) {
            continue;
        }
        for identity in key_file.open(|| ask(path))? {
            identities.push(if identity.is_locked() && decryptor.is_for(&identity) {
                identity.unlock(ask(path)?.expose()).map_err(|error| Failure::of(&path.to_string_lossy(), error))?
            } else {
                identity
            });
        }
    }
    Ok(identities)
}

fn target(arguments: &Arguments) -> Result<PathBuf> {
    if let Some(output) = &arguments.output {
        return Ok(output.clone());
    }
    if arguments.input.as_os_str() == DASH {
        return Ok(DASH.into());
    }
    if arguments.input.extension().is_some_and(|extension| extension == "age") {
        return Ok(arguments.input.with_extension(""));
    }
    Err(Failure::new(Exit::Usage, format!("{} does not end in .age", arguments.input.display()))
        .hint("say with -o where the decrypted file should go"))
}
