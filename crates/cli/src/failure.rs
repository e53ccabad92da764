//! Failures as the command reports them: what happened, the likely cause, what to do.

use anstyle::{AnsiColor, Style};
use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

use ironlatch::Error as CoreError;
use ironlatch::error::words;
use ironlatch::recipes::Error;
use ironlatch::recipes::error::{KeyringFault, Refusal, WrongKey};
use ironlatch::x509::rfc4514::printable;

/// The colour of a failure.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();

/// The command's exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    Done = 0,
    Failure = 1,
    Usage = 2,
    NotVerified = 3,
    Interrupted = 130,
    ClosedPipe = 141,
}

impl Exit {
    /// Finds the code among these; any other code is a failure.
    pub(crate) fn from_code(code: u8) -> Self {
        [Self::Usage, Self::NotVerified, Self::Interrupted]
            .into_iter()
            .find(|exit| *exit as u8 == code)
            .unwrap_or(Self::Failure)
    }
}

/// The reason why a subcommand failed.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    what: String,
    hint: Option<String>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, what: impl Into<String>) -> Self {
        Self { exit, what: what.into(), hint: None }
    }

    /// Adds advice for the user.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Reports that reading or writing `name` failed.
    pub(crate) fn io(doing: &str, name: impl Display, error: &io::Error) -> Self {
        let exit = match error.kind() {
            ErrorKind::BrokenPipe => Exit::ClosedPipe,
            ErrorKind::Interrupted => Exit::Interrupted,
            _ => Exit::Failure,
        };
        let failure = Self::new(exit, format!("cannot {doing} {name}: {}", words(error)));
        match error.kind() {
            ErrorKind::NotFound => failure.hint("check the spelling, and the directory you are in"),
            ErrorKind::PermissionDenied => failure.hint("check who owns it, and its permissions (ls -l)"),
            ErrorKind::IsADirectory => failure.hint("give a file; to take a whole directory, pipe it through tar"),
            ErrorKind::StorageFull => failure.hint("free some space, or write elsewhere"),
            _ => failure,
        }
    }

    /// Reports failed work on `name`. The name is put before the error's text, unless that names a
    /// file.
    pub(crate) fn of(name: &str, error: impl Into<Error>) -> Self {
        let error = error.into();
        let message = error.to_string();
        let named = || if name.is_empty() { message.clone() } else { format!("{name}: {message}") };
        match &error {
            Error::WrongKey { reason, .. } => Self::new(Exit::NotVerified, named()).hint(match reason {
                WrongKey::Passphrase | WrongKey::SshPassphrase => {
                    "try again: mind capitals, the keyboard's layout, and spaces at the ends"
                }
                WrongKey::PassphraseNeeded | WrongKey::KeyFilePassphraseNeeded | WrongKey::Locked => {
                    "leave -i out to be asked for the passphrase, or give it with --passphrase-file"
                }
                _ => "give the file that holds the private key with -i",
            }),
            Error::Damaged(_) => {
                Self::new(Exit::NotVerified, named()).hint("get the file again from its source, or from a backup")
            }
            Error::UnusableHash(_) => Self::new(Exit::Failure, named()),
            Error::Core(CoreError::Io { source, .. }) => {
                let hint = match source.kind() {
                    ErrorKind::AlreadyExists => "--force replaces it, -o writes elsewhere",
                    ErrorKind::PermissionDenied => "check who owns the file and its directory (ls -ld)",
                    ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "free some space, or write elsewhere with -o",
                    ErrorKind::FileTooLarge => {
                        "the file system or a limit (ulimit -f) allows no file as large: write elsewhere with -o"
                    }
                    _ => return error.into(),
                };
                Self::new(Exit::Failure, message).hint(hint)
            }
            _ => error.into(),
        }
    }

    /// Prints the failure on standard error, and returns its exit code.
    pub(crate) fn report(&self, json: bool) -> u8 {
        let text = if json {
            let error = serde_json::json!({ "error": self.what, "hint": self.hint, "exit_code": self.exit as u8 });
            format!("{error}\n")
        } else {
            let hint = self.hint.as_ref().map(|hint| format!("  {}\n", harmless(hint))).unwrap_or_default();
            format!("{ERROR}ironlatch:{ERROR:#} {}\n{hint}", harmless(&self.what))
        };
        // A reader that stops reading, as `head` does, needs no message.
        if self.exit != Exit::ClosedPipe {
            // If standard error is closed too, nobody can be told.
            let _ = anstream::stderr().write_all(text.as_bytes());
        }
        self.exit as u8
    }
}

/// Text for a terminal: names of files in it, and what stands in files, may be a stranger's.
fn harmless(text: &str) -> String {
    text.split('\n').map(printable).collect::<Vec<_>>().join("\n")
}

impl From<CoreError> for Failure {
    fn from(error: CoreError) -> Self {
        Error::from(error).into()
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let exit = match &error {
            Error::Core(CoreError::Io { source, .. }) => match source.kind() {
                ErrorKind::BrokenPipe => Exit::ClosedPipe,
                ErrorKind::Interrupted => Exit::Interrupted,
                _ => Exit::Failure,
            },
            // The store failed.
            Error::Refused { reason: Refusal::Unchecked, .. } => Exit::Failure,
            Error::WrongKey { .. } | Error::Damaged(_) | Error::Refused { .. } => Exit::NotVerified,
            Error::MalformedSecret(_) | Error::UnusableRecord(_) => Exit::NotVerified,
            Error::Keyring { fault: KeyringFault::WrongKey | KeyringFault::Damaged, .. } => Exit::NotVerified,
            _ => Exit::Failure,
        };
        Self::new(exit, error.to_string())
    }
}
