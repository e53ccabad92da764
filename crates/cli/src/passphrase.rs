//! Where a passphrase comes from: the terminal, a file, an open descriptor. Never the command line.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;

use ironlatch::secret::SecretBytes;

use crate::Result;
use crate::failure::{Exit, Failure};
use crate::streams::Source;

#[derive(clap::Args)]
pub(crate) struct PassphraseOptions {
    /// Take the passphrase from FILE, without the newline at its end
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase_fd")]
    passphrase_file: Option<PathBuf>,
    /// Take the passphrase from the open file descriptor N, without the newline at its end
    #[arg(long, value_name = "N")]
    passphrase_fd: Option<u32>,
}

impl PassphraseOptions {
    /// Whether the command line says where the passphrase is.
    pub(crate) fn given(&self) -> bool {
        self.passphrase_file.is_some() || self.passphrase_fd.is_some()
    }

    /// The passphrase; asked for if need be, twice if it is a `new` one.
    pub(crate) fn get(&self, new: bool, source: &Source) -> Result<SecretBytes> {
        if let Some(path) = &self.passphrase_file {
            return Ok(SecretBytes::from_file(path, true)?);
        }
        if let Some(number) = self.passphrase_fd {
            if number == 0 && source.is_stdin() {
                return Err(Failure::new(Exit::Usage, "standard input cannot hold both the passphrase and the data"));
            }
            let path = format!("/dev/fd/{number}");
            let opened = File::open(path);
            let mut file = opened.map_err(|error| Failure::io("read", format!("file descriptor {number}"), &error))?;
            return Ok(SecretBytes::from_read(&mut file, true)?);
        }
        let asked = if new {
            SecretBytes::from_prompt_twice("Passphrase: ", "The same again: ")
        } else {
            SecretBytes::from_prompt("Passphrase: ")
        };
        asked.map_err(|error| match &error {
            ironlatch::Error::Io { kind: io::ErrorKind::NotConnected, message } => {
                Failure::new(Exit::Failure, format!("cannot ask for the passphrase: {message}"))
                    .hint("give it with --passphrase-file or --passphrase-fd")
            }
            _ => error.into(),
        })
    }
}

/// Shows something to the person alone: on the terminal, or on standard error where there is none.
pub(crate) fn tell(text: &str) -> Result {
    let terminal = OpenOptions::new().write(true).open("/dev/tty");
    let told = match terminal {
        Ok(mut terminal) => terminal.write_all(text.as_bytes()),
        Err(_) => io::stderr().write_all(text.as_bytes()),
    };
    told.map_err(|error| Failure::io("write to", "the terminal", &error))
}
