//! Shared by `secret` and `codes`: server keys, typed secrets, lists of stored digests.

use std::io::Read;
use std::path::{Path, PathBuf};

use ironlatch::recipes::Error;
use ironlatch::recipes::show_once::{Digest, ServerKey};
use ironlatch::secret::SecretBytes;

use crate::failure::{Exit, Failure};
use crate::passphrase;
use crate::streams::Source;
use crate::{Result, streams};

#[derive(clap::Args)]
pub(crate) struct ServerKeyOptions {
    /// The file of the server key; if given several times, the first is the current one
    #[arg(short = 'k', long = "server-key", value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

impl ServerKeyOptions {
    pub(crate) fn load(&self) -> Result<Vec<ServerKey>> {
        self.files.iter().map(|path| load(path)).collect()
    }
}

fn load(path: &Path) -> Result<ServerKey> {
    let (key, exposed) = ServerKey::from_file_with_exposure(path).map_err(|error| match error {
        // The failure for something that did not verify.
        Error::MalformedSecret(message) => Failure::new(Exit::Failure, message),
        error => error.into(),
    })?;
    streams::warn_if(exposed, path);
    Ok(key)
}

#[derive(clap::Args)]
pub(crate) struct SecretOptions {
    /// Take the secret from FILE, without its final newline; otherwise it is asked for
    #[arg(long, value_name = "FILE", conflicts_with = "secret_fd")]
    secret_file: Option<PathBuf>,
    /// Take the secret from the open file descriptor N, without the newline at its end
    #[arg(long, value_name = "N")]
    secret_fd: Option<u32>,
}

impl SecretOptions {
    /// Returns the secret, called `what` when asking the user for it; asks twice for a `new` one.
    pub(crate) fn get(&self, what: &str, new: bool) -> Result<SecretBytes> {
        passphrase::take("secret", &format!("{what}: "), self.secret_file.as_deref(), self.secret_fd, new)
    }

    /// Refuses to read both the secret and `source` from standard input.
    pub(crate) fn check_apart_from(&self, source: &Source) -> Result {
        if source.is_stdin() && self.secret_fd == Some(0) {
            return Err(Failure::new(Exit::Usage, "standard input cannot hold both the secret and the stored digests"));
        }
        Ok(())
    }
}

/// Returns the typed secret as text.
pub(crate) fn text(secret: &SecretBytes) -> Result<&str> {
    core::str::from_utf8(secret.expose()).map_err(|_| Failure::new(Exit::NotVerified, "that is no text in UTF-8"))
}

/// The limit on stored digests that are read: a million and a half of them.
const LONGEST_LIST: u64 = 100 * 1024 * 1024;

/// Reads the digests in `source`, one a line.
pub(crate) fn read_digests(source: Source) -> Result<Vec<Digest>> {
    let Source { file, name, .. } = source;
    let mut text = String::new();
    file.take(LONGEST_LIST + 1).read_to_string(&mut text).map_err(|error| Failure::io("read", &name, &error))?;
    if text.len() as u64 > LONGEST_LIST {
        return Err(Failure::new(Exit::Failure, format!("{name} is longer than 100 MiB"))
            .hint("look the digest up in the database: `digest` prints what to look for"));
    }
    let lines = text.trim_start_matches('\u{feff}').lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let digests: Vec<Digest> = lines
        .map(|(index, line)| {
            let digest = line.trim().parse();
            digest.map_err(|error: Error| Failure::new(Exit::Failure, format!("{name}, line {}: {error}", index + 1)))
        })
        .collect::<Result<_>>()?;
    if digests.is_empty() {
        return Err(Failure::new(Exit::Failure, format!("there is no digest in {name}")));
    }
    Ok(digests)
}

/// Finds the first of the `candidates` that is stored.
pub(crate) fn find(what: &str, candidates: &[Digest], stored: &[Digest]) -> Result<Digest> {
    if let Some(found) = candidates.iter().find(|candidate| stored.contains(candidate)) {
        return Ok(*found);
    }
    let failure = Failure::new(Exit::NotVerified, format!("the {what} is not among the {} stored", stored.len()));
    let known = |digest: &Digest| candidates.iter().any(|candidate| candidate.key_id() == digest.key_id());
    Err(match stored.iter().find(|digest| !known(digest)) {
        Some(digest) => failure.hint(format!(
            "some were made under the server key {}, which was not given: add it with -k after the current one",
            digest.key_id()
        )),
        None => failure,
    })
}
