//! `ironlatch secret`: API keys that are stored as digests, secrets that are stored encrypted, and
//! the server key for both.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use ironlatch::Error as CoreError;
use ironlatch::recipes::Error;
use ironlatch::recipes::fs::{Access, Existing, NewFile};
use ironlatch::recipes::show_once::{ApiKey, ApiKeys, SecretSealer, ServerKey};
use ironlatch::secret::SecretBytes;
use serde_json::{Value, json};

use crate::Result;
use crate::failure::{Exit, Failure};
use crate::server_keys::{self, SecretOptions, ServerKeyOptions};
use crate::streams::{self, DASH, Source};

/// Make API keys that are stored only as digests, and seal secrets that must be shown again
#[derive(clap::Args)]
#[command(after_help = "\
If your service only compares, store a digest (new, digest, verify). If it needs the secret itself, seal it.
The secret is asked for, unless --secret-file or --secret-fd gives it.

Examples:
  ironlatch secret server-key -o server.key
  ironlatch secret new --prefix acme_live -k server.key --json
  ironlatch secret check --secret-file typed.txt
  ironlatch secret digest -k server.key --secret-file typed.txt
  sqlite3 service.db 'select digest from api_key' | ironlatch secret verify -k server.key
  ironlatch secret seal -k server.key --purpose webhook --owner 17 > sealed.txt")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    job: Job,
}

#[derive(clap::Subcommand)]
enum Job {
    /// Make a server key, on which digests and sealed secrets depend
    ServerKey {
        /// Where to write the key; an existing file is never replaced. The default is standard
        /// output
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Print a JSON object
        #[arg(long)]
        json: bool,
    },
    /// Make an API key: the key to show once, the digest to store, and the hint to show in lists
    New {
        /// The beginning of the key: the service's name and the environment, such as acme_live
        #[arg(short, long)]
        prefix: String,
        #[command(flatten)]
        server_keys: ServerKeyOptions,
        /// Print a JSON object
        #[arg(long)]
        json: bool,
    },
    /// Check that an API key is well-formed, and show its prefix, without a server key
    Check {
        #[command(flatten)]
        secret: SecretOptions,
        /// Print a JSON object
        #[arg(long)]
        json: bool,
    },
    /// Print the digest to look for, one for each server key
    Digest {
        #[command(flatten)]
        secret: SecretOptions,
        #[command(flatten)]
        server_keys: ServerKeyOptions,
        /// Print a JSON object
        #[arg(long)]
        json: bool,
    },
    /// Look an API key up among stored digests
    Verify {
        /// The file with the digests, one a line; - for standard input
        #[arg(value_name = "DIGESTS-FILE", default_value = DASH)]
        digests: PathBuf,
        #[command(flatten)]
        secret: SecretOptions,
        #[command(flatten)]
        server_keys: ServerKeyOptions,
        /// Print a JSON object
        #[arg(long)]
        json: bool,
    },
    /// Encrypt a secret that has to be shown again, for one owner
    Seal {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        secret: SecretOptions,
        #[command(flatten)]
        server_keys: ServerKeyOptions,
        /// Print a JSON object
        #[arg(long)]
        json: bool,
    },
    /// Print a sealed secret
    Open {
        /// The file with the sealed secret; - for standard input
        #[arg(value_name = "SEALED-FILE", default_value = DASH)]
        sealed: PathBuf,
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        server_keys: ServerKeyOptions,
        /// Print a JSON object
        #[arg(long)]
        json: bool,
    },
}

/// The place that a sealed secret is bound to.
#[derive(clap::Args)]
struct Place {
    /// The purpose of the secret, such as webhook
    #[arg(long)]
    purpose: String,
    /// The owner: something that never changes, such as an account number
    #[arg(long)]
    owner: String,
}

impl Place {
    fn sealer(&self, keys: &[ServerKey]) -> Result<SecretSealer> {
        Ok(SecretSealer::new(&self.purpose, &keys.iter().collect::<Vec<_>>())?)
    }
}

impl Arguments {
    pub(crate) fn json(&self) -> bool {
        match &self.job {
            Job::ServerKey { json, .. }
            | Job::New { json, .. }
            | Job::Check { json, .. }
            | Job::Digest { json, .. }
            | Job::Verify { json, .. }
            | Job::Seal { json, .. }
            | Job::Open { json, .. } => *json,
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    match &arguments.job {
        Job::ServerKey { output, json } => server_key(output.as_deref(), *json),
        Job::New { prefix, server_keys, json } => new(prefix, server_keys, *json),
        Job::Check { secret, json } => {
            let secret = secret.get("API key", false)?;
            let key = ApiKey::parse(server_keys::text(&secret)?)?;
            print(*json, &json!({ "well_formed": true, "prefix": key.prefix(), "hint": key.hint() }), || {
                format!("a well-formed API key of {}; only its service can tell whether it is valid\n", key.prefix())
            })
        }
        Job::Digest { secret, server_keys, json } => {
            let (api_keys, key) = parse(secret, &server_keys.load()?)?;
            let digests = api_keys.digests(key.expose())?.iter().map(ToString::to_string).collect::<Vec<_>>();
            print(*json, &json!({ "prefix": key.prefix(), "digests": digests }), || digests.join("\n") + "\n")
        }
        Job::Verify { digests, secret, server_keys, json } => verify(digests, secret, server_keys, *json),
        Job::Seal { place, secret, server_keys, json } => {
            let sealer = place.sealer(&server_keys.load()?)?;
            let sealed = sealer.seal(secret.get("Secret", true)?.expose(), place.owner.as_bytes())?;
            print(*json, &json!({ "sealed": sealed }), || format!("{sealed}\n"))
        }
        Job::Open { sealed, place, server_keys, json } => open(sealed, place, server_keys, *json),
    }
}

fn server_key(output: Option<&Path>, json: bool) -> Result {
    let key = ServerKey::generate()?;
    let text = key.to_text();
    let Some(path) = output.filter(|output| output.as_os_str() != DASH) else {
        return print(json, &json!({ "server_key": text.expose(), "id": key.id() }), || format!("{}\n", text.expose()));
    };
    let file = NewFile::create(path, Existing::Keep, Access::Owner, None);
    let mut file = file.map_err(|error| match error {
        Error::Core(CoreError::Io { ref source, .. }) if source.kind() == ErrorKind::AlreadyExists => {
            Failure::new(Exit::Failure, error.to_string()).hint(
                "without its server key every stored digest is worthless: choose another name, or move the old file",
            )
        }
        error => Failure::of("", error),
    })?;
    writeln!(file, "{}", text.expose()).map_err(|error| Failure::io("write", path.display(), &error))?;
    file.commit()?;
    print(json, &json!({ "file": path.to_string_lossy(), "id": key.id() }), || {
        format!("server key {}: store it apart from the database, and keep a copy\n", key.id())
    })
}

fn new(prefix: &str, server_keys: &ServerKeyOptions, json: bool) -> Result {
    let keys = server_keys.load()?;
    let api_keys = ApiKeys::new(prefix, &keys.iter().collect::<Vec<_>>());
    let api_keys = api_keys.map_err(|error| Failure::new(Exit::Usage, error.to_string()))?;
    let key = api_keys.generate();
    let digest = api_keys.digest(&key).to_string();
    let object = json!({ "key": key.expose(), "digest": digest, "hint": key.hint() });
    print(json, &object, || format!("key     {}\ndigest  {digest}\nhint    {}\n", key.expose(), key.hint()))
}

/// Reads the API key that was typed, and the keys of its prefix.
fn parse(secret: &SecretOptions, keys: &[ServerKey]) -> Result<(ApiKeys, ApiKey)> {
    let key = ApiKey::parse(server_keys::text(&secret.get("API key", false)?)?)?;
    let api_keys = ApiKeys::new(key.prefix(), &keys.iter().collect::<Vec<_>>())?;
    Ok((api_keys, key))
}

fn verify(digests: &Path, secret: &SecretOptions, server_keys: &ServerKeyOptions, json: bool) -> Result {
    let keys = server_keys.load()?;
    let source = Source::open(digests)?;
    secret.check_apart_from(&source)?;
    let stored = server_keys::read_digests(source)?;
    let (api_keys, key) = parse(secret, &keys)?;
    let found = server_keys::find("API key", &api_keys.digests(key.expose())?, &stored)?.to_string();
    let old = api_keys.needs_update(&found)?;
    let object = json!({ "verified": true, "digest": found, "prefix": key.prefix(), "needs_update": old });
    print(json, &object, || {
        let advice = if old { "; replace its digest: it was made under an old server key" } else { "" };
        format!("the API key is stored as {found}{advice}\n")
    })
}

fn open(sealed: &Path, place: &Place, server_keys: &ServerKeyOptions, json: bool) -> Result {
    let sealer = place.sealer(&server_keys.load()?)?;
    let source = Source::open(sealed)?;
    let name = source.name.clone();
    let stored = SecretBytes::from_read(&mut { source.file }, true).map_err(|error| Failure::of(&name, error))?;
    let stored = server_keys::text(&stored)?.trim();
    let secret = sealer.open(stored, place.owner.as_bytes())?;
    if !json {
        // Prints it exactly as it was sealed: a final newline would be a change.
        return streams::print(secret.expose());
    }
    let text = core::str::from_utf8(secret.expose()).map_err(|_| {
        Failure::new(Exit::Failure, "the secret is not text, so JSON cannot hold it").hint("leave --json out")
    })?;
    streams::print(format!("{}\n", json!({ "secret": text })))
}

fn print(json: bool, object: &Value, text: impl FnOnce() -> String) -> Result {
    streams::print(if json { format!("{object}\n") } else { text() })
}
