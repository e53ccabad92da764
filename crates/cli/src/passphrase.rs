//! Gets a passphrase or password from the terminal, a file or an open descriptor. Never from the
//! command line.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use ironlatch::kdf::argon2::Cost;
use ironlatch::recipes::keyring::Protection;
use ironlatch::recipes::terminal;
use ironlatch::secret::SecretBytes;

use crate::failure::{Exit, Failure};
use crate::{Result, streams};

#[derive(clap::Args)]
pub(crate) struct PassphraseOptions {
    /// Take the passphrase from FILE, without its final newline
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase_fd")]
    passphrase_file: Option<PathBuf>,
    /// Take the passphrase from the open file descriptor N, without its final newline
    #[arg(long, value_name = "N")]
    passphrase_fd: Option<u32>,
}

impl PassphraseOptions {
    /// Whether the command line says where to find the passphrase.
    pub(crate) fn given(&self) -> bool {
        self.passphrase_file.is_some() || self.passphrase_fd.is_some()
    }

    /// Returns the passphrase; asks for it if needed, twice if it is a `new` one. `stdin_is_data`
    /// says that standard input is in use.
    pub(crate) fn get(&self, new: bool, stdin_is_data: bool) -> Result<SecretBytes> {
        self.take("Passphrase: ", new, stdin_is_data)
    }

    /// Returns the passphrase of the private key in the file `key`; asks for it if needed.
    pub(crate) fn get_of_key(&self, key: &Path, stdin_is_data: bool) -> Result<SecretBytes> {
        self.take(&format!("Passphrase of {}: ", key.display()), false, stdin_is_data)
    }

    fn take(&self, prompt: &str, new: bool, stdin_is_data: bool) -> Result<SecretBytes> {
        if self.passphrase_fd == Some(0) && stdin_is_data {
            return Err(Failure::new(Exit::Usage, "standard input cannot hold both the passphrase and the data"));
        }
        take("passphrase", prompt, self.passphrase_file.as_deref(), self.passphrase_fd, new)
    }
}

/// The cost of trying out a keyring's passphrase.
#[derive(clap::Args)]
pub struct CostOptions {
    /// Passes over the memory, for the passphrase of a new keyring; one that asks for much more
    /// work than usual opens only if these three options allow it
    #[arg(long, value_name = "N", default_value_t = Protection::DEFAULT_COST.iterations)]
    pub iterations: u32,
    /// Lanes of the memory
    #[arg(long, value_name = "N", default_value_t = Protection::DEFAULT_COST.lanes)]
    pub lanes: u32,
    /// Memory in KiB
    #[arg(long, value_name = "KIB", default_value_t = Protection::DEFAULT_COST.memory_cost)]
    pub memory_cost: u32,
}

impl CostOptions {
    pub(crate) fn cost(&self) -> Cost {
        Cost { iterations: self.iterations, lanes: self.lanes, memory_cost: self.memory_cost }
    }
}

#[derive(clap::Args)]
pub(crate) struct PasswordOptions {
    /// Take the password from FILE, without its final newline
    #[arg(long, value_name = "FILE", conflicts_with = "password_fd")]
    password_file: Option<PathBuf>,
    /// Take the password from the open file descriptor N, without its final newline
    #[arg(long, value_name = "N")]
    password_fd: Option<u32>,
}

impl PasswordOptions {
    /// Returns the password; asks for it if needed, twice if it is a `new` one.
    pub(crate) fn get(&self, new: bool) -> Result<SecretBytes> {
        take("password", "Password: ", self.password_file.as_deref(), self.password_fd, new)
    }

    /// Whether it comes from standard input.
    pub(crate) fn is_stdin(&self) -> bool {
        self.password_fd == Some(0)
    }
}

/// Reads the secret called `name` from a file, a descriptor or the terminal, which asks twice for a
/// `new` one.
pub(crate) fn take(
    name: &str,
    prompt: &str,
    file: Option<&Path>,
    descriptor: Option<u32>,
    new: bool,
) -> Result<SecretBytes> {
    if let Some(path) = file {
        return streams::secret_of(path, true);
    }
    if let Some(number) = descriptor {
        let opened = File::open(format!("/dev/fd/{number}"));
        let mut file = opened.map_err(|error| Failure::io("read", format!("file descriptor {number}"), &error))?;
        return Ok(SecretBytes::from_read(&mut file, true)?);
    }
    let asked = if new { terminal::ask_twice(prompt, "The same again: ") } else { terminal::ask(prompt) };
    asked.map_err(|error| match &error {
        ironlatch::Error::Io { source, .. } if source.kind() == io::ErrorKind::NotConnected => {
            Failure::new(Exit::Failure, format!("cannot ask for the {name}: {source}"))
                .hint(format!("give it with --{name}-file or --{name}-fd"))
        }
        _ => error.into(),
    })
}

/// Shows something only to the user: on the terminal, or on standard error if there is none.
pub(crate) fn tell(text: &str) -> Result {
    let terminal = OpenOptions::new().write(true).open("/dev/tty");
    let told = match terminal {
        Ok(mut terminal) => terminal.write_all(text.as_bytes()),
        Err(_) => io::stderr().write_all(text.as_bytes()),
    };
    told.map_err(|error| Failure::io("write to", "the terminal", &error))
}
