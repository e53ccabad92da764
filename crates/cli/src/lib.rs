//! The `ironlatch` command, as a library so that the Python wheel can include it.
//!
//! Each file is one subcommand. They share `failure` for error messages, `streams` for standard
//! input and output, `passphrase` for asking, `progress` for long work, `signals` for ending
//! early.

mod cert;
mod cms;
mod codes;
mod completions;
mod decrypt;
mod encrypt;
mod failure;
mod findings;
mod hash;
mod http;
mod inspect;
mod key_files;
mod keygen;
mod keyring;
mod man;
mod passphrase;
mod password;
mod pin;
mod progress;
mod random;
mod recipient;
mod requests;
mod rotate;
mod secret;
mod server_keys;
mod sign;
mod signals;
mod signing_keys;
mod span;
mod ssh;
mod streams;
mod tokens;
mod verify;
mod webhooks;

use std::ffi::OsString;

use clap::{CommandFactory, Parser, Subcommand};

use failure::{Exit, Failure};

pub use passphrase::CostOptions;
pub use rotate::{Arguments as RotateArguments, Bar, Outcome, Rotator};

/// Encrypt files, make keys and secrets, store passwords, hash.
#[derive(Parser)]
#[command(name = "ironlatch", version, max_term_width = 100, after_help = AFTER_HELP, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Exit codes:
  0    done
  1    a failure, such as a file that cannot be read or written
  2    the command line is wrong
  3    the data did not verify: wrong key or passphrase, damaged file, differing checksum
  130  interrupted
  141  the reader of the output stopped reading

`ironlatch <command> --help` shows a command's options with examples.
Secrets are never taken from the command line, where every user of the machine could see them.";

#[derive(Subcommand)]
enum Command {
    Encrypt(encrypt::Arguments),
    Decrypt(decrypt::Arguments),
    Keygen(keygen::Arguments),
    Keyring(keyring::Arguments),
    Recipient(recipient::Arguments),
    Password(password::Arguments),
    Secret(secret::Arguments),
    Codes(codes::Arguments),
    Sign(sign::Arguments),
    Verify(verify::Arguments),
    Ssh(ssh::Arguments),
    Pin(pin::Arguments),
    Cert(cert::Arguments),
    Cms(cms::Arguments),
    Rotate(rotate::Arguments),
    Hash(hash::Arguments),
    Inspect(inspect::Arguments),
    Random(random::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
}

/// Runs the command with these arguments (the first is the program's name) and returns its exit
/// code.
///
/// `rotator` does the work of `ironlatch rotate`; without one the subcommand is refused.
pub fn run(arguments: impl IntoIterator<Item = OsString>, rotator: Option<Rotator<'_>>) -> u8 {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version arrive as errors too, to be printed on standard output with code 0.
            let code = if error.use_stderr() { Exit::Usage } else { Exit::Done };
            // If not even this can be printed, nobody can be told.
            let _ = error.print();
            return code as u8;
        }
    };
    if matches!(
        arguments.command,
        Command::Encrypt(_)
            | Command::Decrypt(_)
            | Command::Keygen(_)
            | Command::Cert(_)
            | Command::Cms(_)
            | Command::Keyring(_)
            | Command::Secret(_)
            | Command::Sign(_)
            | Command::Ssh(_)
            | Command::Verify(_)
    ) {
        signals::clean_up_when_interrupted();
    }
    streams::warn_in_json(arguments.command.json());
    let result = match &arguments.command {
        Command::Encrypt(arguments) => encrypt::run(arguments),
        Command::Decrypt(arguments) => decrypt::run(arguments),
        Command::Keygen(arguments) => keygen::run(arguments),
        Command::Keyring(arguments) => keyring::run(arguments),
        Command::Recipient(arguments) => recipient::run(arguments),
        Command::Password(arguments) => password::run(arguments),
        Command::Secret(arguments) => secret::run(arguments),
        Command::Codes(arguments) => codes::run(arguments),
        Command::Sign(arguments) => sign::run(arguments),
        Command::Verify(arguments) => verify::run(arguments),
        Command::Ssh(arguments) => ssh::run(arguments),
        Command::Pin(arguments) => pin::run(arguments),
        Command::Cert(arguments) => cert::run(arguments),
        Command::Cms(arguments) => cms::run(arguments),
        Command::Rotate(arguments) => rotate::run(arguments, rotator),
        Command::Hash(arguments) => hash::run(arguments),
        Command::Random(arguments) => random::run(arguments),
        Command::Inspect(arguments) => inspect::run(arguments),
        Command::Man(arguments) => man::run(arguments),
        Command::Completions(arguments) => completions::run(arguments, Arguments::command()),
    };
    match result {
        Ok(()) => Exit::Done as u8,
        Err(failure) => failure.report(arguments.command.json()),
    }
}

impl Command {
    /// Whether a program reads the output.
    fn json(&self) -> bool {
        match self {
            Self::Encrypt(arguments) => arguments.json,
            Self::Decrypt(arguments) => arguments.json,
            Self::Keygen(arguments) => arguments.json,
            Self::Keyring(arguments) => arguments.json(),
            Self::Recipient(arguments) => arguments.json,
            Self::Password(arguments) => arguments.json(),
            Self::Secret(arguments) => arguments.json(),
            Self::Codes(arguments) => arguments.json(),
            Self::Sign(arguments) => arguments.json(),
            Self::Verify(arguments) => arguments.json(),
            Self::Ssh(arguments) => arguments.json(),
            Self::Pin(arguments) => arguments.json,
            Self::Cert(arguments) => arguments.json(),
            Self::Cms(arguments) => arguments.json(),
            Self::Rotate(arguments) => arguments.json,
            Self::Hash(arguments) => arguments.json,
            Self::Random(arguments) => arguments.json(),
            Self::Inspect(arguments) => arguments.json,
            Self::Man(_) | Self::Completions(_) => false,
        }
    }
}

/// The result of a subcommand.
type Result<T = (), E = Failure> = core::result::Result<T, E>;
