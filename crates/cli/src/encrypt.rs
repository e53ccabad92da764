//! `ironlatch encrypt`.

use std::ffi::OsString;
use std::fs::File;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use ironlatch::Error as CoreError;
use ironlatch::recipes::Error;
use ironlatch::recipes::files::{self, ArmoredWriter, Recipient};
use ironlatch::recipes::fs::{Access, Existing, NewFile};
use ironlatch::recipes::secrets::Passphrase;
use ironlatch::secret::SecretBytes;
use ironlatch::text;
use serde_json::json;

use crate::Result;
use crate::failure::{Exit, Failure};
use crate::passphrase::{self, PassphraseOptions};
use crate::progress::{Progress, Watched};
use crate::streams::{self, DASH, STDOUT, Source};

/// Encrypt a file under a passphrase or to public keys
///
/// The result is in the age format, which `age` and `rage` read too.
#[derive(clap::Args)]
#[command(after_help = "\
Without -r and -R a passphrase is asked for, twice.

Examples:
  ironlatch encrypt notes.txt                      makes notes.txt.age
  ironlatch encrypt --generate-passphrase notes.txt
  ironlatch encrypt -r age1... -r age1... -o report.age report.pdf
  ironlatch encrypt --armor -r age1... -o - note.txt
  ironlatch encrypt -r 'ssh-ed25519 AAAA...' report.pdf
  ironlatch encrypt -R ~/.ssh/id_ed25519.pub report.pdf
  tar c photos | ironlatch encrypt -R friends.txt -o photos.tar.age
  ironlatch encrypt --passphrase-file /run/secrets/backup < dump.sql > dump.age")]
pub(crate) struct Arguments {
    /// The file; - for standard input
    #[arg(default_value = DASH)]
    input: PathBuf,
    /// Where to write; - for standard output. The default is the input's name with .age, or
    /// standard output for -
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Encrypt to this public key (age1..., ssh-ed25519 ..., ssh-rsa ...); can be given several
    /// times
    // Allows hyphens: a private key, which begins with them, must not be repeated in a message.
    #[arg(short, long, value_name = "KEY", allow_hyphen_values = true)]
    recipient: Vec<String>,
    /// Encrypt to the public keys in FILE, one on each line; can be given several times
    #[arg(short = 'R', long, value_name = "FILE")]
    recipients_file: Vec<PathBuf>,
    #[command(flatten)]
    passphrase: PassphraseOptions,
    /// Make a passphrase of six random words, and show it on the terminal
    #[arg(short, long, conflicts_with_all = ["passphrase_file", "passphrase_fd"])]
    generate_passphrase: bool,
    /// Write the result as text (ASCII armor) that can be pasted into a mail; it is a third larger
    #[arg(short, long)]
    armor: bool,
    /// Replace the output if it exists
    #[arg(short, long)]
    force: bool,
    /// Print what was done as a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    let source = Source::open(&arguments.input)?;
    let target = match &arguments.output {
        Some(output) => output.clone(),
        None if arguments.input.as_os_str() == DASH => DASH.into(),
        None => {
            let mut name = OsString::from(&arguments.input);
            name.push(".age");
            name.into()
        }
    };
    let mut output = Target::create(&target, arguments.force, Access::Usual, &source, arguments.json)?;
    if output.is_terminal() && !arguments.armor {
        return Err(Failure::new(Exit::Usage, "the encrypted bytes would garble the terminal")
            .hint("give a file with -o, pipe the output into a program, or make it text with --armor"));
    }
    let recipients = recipients(arguments, &source)?;
    let progress = Progress::new(&source.name, source.len, arguments.json);
    let name = source.name.clone();
    let mut input = Watched::new(source.file, progress);
    let named = |error| named(error, &name, &target);
    let len = if arguments.armor {
        let mut armored = ArmoredWriter::new(&mut output);
        let len = files::encrypt(&recipients, &mut input, &mut armored).map_err(named)?;
        armored.finish().map_err(|error| Failure::io("write to", target.display(), &error))?;
        len
    } else {
        files::encrypt(&recipients, &mut input, &mut output).map_err(named)?
    };
    drop(input);
    output.commit()?;
    if arguments.json {
        let encrypted = json!({ "input": name, "output": target.to_string_lossy(), "bytes": len });
        streams::print(format!("{encrypted}\n"))?;
    }
    Ok(())
}

/// Turns a failure of work on a file into one that names the file it is about.
pub(crate) fn named(error: Error, source: &str, target: &Path) -> Failure {
    let target = if target.as_os_str() == DASH { STDOUT.into() } else { target.to_string_lossy() };
    match error {
        Error::Core(CoreError::Io { .. }) => Failure::of("", files::name_files(error, source, target)),
        other => Failure::of(source, other),
    }
}

fn recipients(arguments: &Arguments, source: &Source) -> Result<Vec<Recipient>> {
    let mut recipients = Vec::new();
    for text in &arguments.recipient {
        let recipient = text.trim().parse::<Recipient>().map_err(|error| {
            Failure::new(Exit::Usage, format!("-r: {error}"))
                .hint("a public key begins with age1, ssh-ed25519 or ssh-rsa; `ironlatch keygen` makes one, -R reads them from a file")
        })?;
        recipients.push(recipient);
    }
    for path in &arguments.recipients_file {
        let contents = SecretBytes::from_file(path, false)?;
        let found = text::decode(contents.expose()).map_err(Error::from).and_then(files::parse_recipients);
        let found = found.map_err(|error| Failure::new(Exit::Failure, format!("{}: {error}", path.display())))?;
        recipients.extend(found);
    }
    if !recipients.is_empty() {
        if arguments.passphrase.given() || arguments.generate_passphrase {
            return Err(Failure::new(
                Exit::Usage,
                "a file can be encrypted under a passphrase or to keys, but not both",
            ));
        }
        return Ok(recipients);
    }
    let passphrase = if arguments.generate_passphrase {
        let phrase = Passphrase::generate(Passphrase::WORDS, " ")?;
        // Writes to the terminal, if there is one: standard error may go to a log.
        let text = format!("Passphrase (write it down, it is shown once): {}\n", phrase.expose());
        passphrase::tell(&text)?;
        SecretBytes::copy_from(phrase.expose().as_bytes())
    } else {
        arguments.passphrase.get(true, source.is_stdin())?
    };
    let recipient = Recipient::passphrase(passphrase.expose());
    Ok(vec![recipient.map_err(|error| {
        Failure::new(Exit::Failure, error.to_string()).hint("--generate-passphrase makes a good one")
    })?])
}

/// The destination: a new file that appears when it is complete, or standard output as it comes.
pub(crate) enum Target {
    File(Box<NewFile>),
    Stdout(File),
}

impl Target {
    pub(crate) fn create(path: &Path, force: bool, access: Access, source: &Source, json: bool) -> Result<Self> {
        if path.as_os_str() == DASH {
            if json {
                return Err(Failure::new(Exit::Usage, "--json prints to standard output, which the result also uses")
                    .hint("give a file with -o"));
            }
            return Ok(Self::Stdout(streams::stdout()?));
        }
        let existing = if force { Existing::Replace } else { Existing::Keep };
        let metadata = source.file.metadata().ok();
        let file = NewFile::create(path, existing, access, metadata.as_ref());
        Ok(Self::File(Box::new(file.map_err(|error| Failure::of("", error))?)))
    }

    pub(crate) fn is_terminal(&self) -> bool {
        matches!(self, Self::Stdout(out) if out.is_terminal())
    }

    pub(crate) fn commit(self) -> Result {
        match self {
            Self::File(file) => file.commit().map_err(|error| Failure::of("", error)),
            Self::Stdout(_) => Ok(()),
        }
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::File(file) => file.write(bytes),
            Self::Stdout(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
