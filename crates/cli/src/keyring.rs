//! `ironlatch keyring`: named keys with versions, in a file.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ironlatch::inspect;
use ironlatch::kdf::argon2::Cost;
use ironlatch::recipes::fs::{Access, Existing, NewFile};
use ironlatch::recipes::keyring::{
    Change, ChangeNote, Draft, Format, KeyDescription, Keyring, Kind, LocalProvider, Protection, UnverifiedKeyring,
    VersionId,
};
use ironlatch::secret::SecretBytes;
use serde_json::{Value, json};

use crate::Result;
use crate::failure::{Exit, Failure};
use crate::passphrase::{self, CostOptions, PassphraseOptions};
use crate::streams::{self, DASH, Source};

/// Keep named keys with versions in a file, and change them while services run
#[derive(clap::Args)]
#[command(after_help = "\
A keyring is protected by a passphrase, which is asked for, by the key of a local provider (--provider-key), or by a key
of another keyring (--under, --under-key). A VERSION is a number or an id. Services that have the keyring open see a
change within two seconds.

Examples:
  ironlatch keyring new app.keyring
  ironlatch keyring create app.keyring customers
  ironlatch keyring rotate app.keyring customers --actor ada --note yearly
  ironlatch keyring list app.keyring
  ironlatch keyring disable app.keyring customers 1
  ironlatch keyring import app.keyring tokens old-fernet-keys.txt
  ironlatch keyring export app.keyring shared --format tink -o keyset.json")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    job: Job,
}

#[derive(clap::Subcommand)]
enum Job {
    /// Make an empty keyring in a new file
    New {
        #[command(flatten)]
        ring: Ring,
    },
    /// Make the key of a local provider, for --provider-key
    ProviderKey {
        /// Where to write the key; an existing file is never replaced
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// Print a JSON object
        #[arg(long)]
        json: bool,
    },
    /// Show the keys and their versions. Needs no passphrase and verifies nothing: `check` does
    /// that
    List {
        /// The keyring
        file: PathBuf,
        /// Print a JSON object
        #[arg(long)]
        json: bool,
    },
    /// Show the history of the keyring. Needs no passphrase and verifies nothing: `check` does that
    History {
        /// The keyring
        file: PathBuf,
        /// Print a JSON array
        #[arg(long)]
        json: bool,
    },
    /// Open the keyring, and check that it is intact
    Check {
        #[command(flatten)]
        ring: Ring,
    },
    /// Create a key
    Create {
        #[command(flatten)]
        ring: Ring,
        /// The key's name
        name: String,
        /// Its use: general, or for other programs aes-gcm, xaes-256-gcm, chacha20-poly1305,
        /// xchacha20-poly1305, aes-siv, hmac-sha256, ed25519, tink-hmac-sha256, tink-ed25519 or
        /// fernet
        #[arg(long, default_value = "general")]
        kind: String,
        #[command(flatten)]
        remark: RemarkOptions,
    },
    /// Make a new primary version; the old ones still open their data
    Rotate {
        #[command(flatten)]
        ring: Ring,
        /// The key's name
        name: String,
        #[command(flatten)]
        remark: RemarkOptions,
    },
    /// Make a new version that is not primary yet, to promote once every server has it
    Add {
        #[command(flatten)]
        ring: Ring,
        /// The key's name
        name: String,
        #[command(flatten)]
        remark: RemarkOptions,
    },
    /// Make an active version the primary one
    Promote(OneVersion),
    /// Take an active version out of use until it is enabled again
    Disable(OneVersion),
    /// Make a disabled version active again
    Enable(OneVersion),
    /// Wipe the key of a disabled version for good: all data under it is lost
    Destroy(OneVersion),
    /// Import keys from another program into a key, which is created if needed
    Import {
        #[command(flatten)]
        ring: Ring,
        /// The key's name
        name: String,
        /// The file with Fernet keys, JSON Web Keys or a cleartext JSON keyset of Tink; - for
        /// standard input
        #[arg(default_value = DASH)]
        source: PathBuf,
        /// fernet, jwk or tink; detected from the text by default
        #[arg(long)]
        format: Option<String>,
        #[command(flatten)]
        remark: RemarkOptions,
    },
    /// Write a key for another program; the output is as secret as the key
    Export {
        #[command(flatten)]
        ring: Ring,
        /// The key's name
        name: String,
        /// fernet, jwk or tink
        #[arg(long)]
        format: String,
        /// Where to write it; an existing file is never replaced. The default is standard output
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        #[command(flatten)]
        remark: RemarkOptions,
    },
    /// Put the keyring under another passphrase, provider or key
    Rewrap {
        #[command(flatten)]
        ring: Ring,
        #[command(flatten)]
        new: NewProtection,
        #[command(flatten)]
        remark: RemarkOptions,
    },
}

/// A keyring and the way to open it.
#[derive(clap::Args)]
struct Ring {
    /// The keyring
    file: PathBuf,
    #[command(flatten)]
    passphrase: PassphraseOptions,
    #[command(flatten)]
    cost: CostOptions,
    /// The keyring is under the key of the local provider in FILE
    #[arg(long, value_name = "FILE")]
    provider_key: Option<PathBuf>,
    /// The keyring is under a key of the keyring in FILE, which the passphrase or provider opens
    #[arg(long, value_name = "FILE", requires = "under_key")]
    under: Option<PathBuf>,
    /// The name of that key
    #[arg(long, value_name = "NAME", requires = "under")]
    under_key: Option<String>,
    /// Print a JSON object
    #[arg(long)]
    json: bool,
}

/// The new protection of a keyring.
#[derive(clap::Args)]
struct NewProtection {
    /// Take the new passphrase from FILE; otherwise it is asked for
    #[arg(long, value_name = "FILE", conflicts_with = "new_passphrase_fd")]
    new_passphrase_file: Option<PathBuf>,
    /// Take the new passphrase from the open file descriptor N
    #[arg(long, value_name = "N")]
    new_passphrase_fd: Option<u32>,
    /// Passes over the memory, for the new passphrase
    #[arg(long, value_name = "N", default_value_t = Protection::DEFAULT_COST.iterations)]
    new_iterations: u32,
    /// Lanes of the memory, for the new passphrase
    #[arg(long, value_name = "N", default_value_t = Protection::DEFAULT_COST.lanes)]
    new_lanes: u32,
    /// Memory in KiB, for the new passphrase
    #[arg(long, value_name = "KIB", default_value_t = Protection::DEFAULT_COST.memory_cost)]
    new_memory_cost: u32,
    /// Put it under the key of the local provider in FILE
    #[arg(long, value_name = "FILE")]
    new_provider_key: Option<PathBuf>,
    /// Put it under a key of the keyring in FILE, which the new passphrase or provider opens
    #[arg(long, value_name = "FILE", requires = "new_under_key")]
    new_under: Option<PathBuf>,
    /// The name of that key
    #[arg(long, value_name = "NAME", requires = "new_under")]
    new_under_key: Option<String>,
}

#[derive(clap::Args)]
struct OneVersion {
    #[command(flatten)]
    ring: Ring,
    /// The key's name
    name: String,
    /// The version's number or id
    version: String,
    #[command(flatten)]
    remark: RemarkOptions,
}

/// The note for the history.
#[derive(clap::Args)]
struct RemarkOptions {
    /// The author of the change, for the history
    #[arg(long)]
    actor: Option<String>,
    /// The reason, for the history
    #[arg(long)]
    note: Option<String>,
}

impl Arguments {
    pub(crate) fn json(&self) -> bool {
        match &self.job {
            Job::New { ring }
            | Job::Check { ring }
            | Job::Create { ring, .. }
            | Job::Rotate { ring, .. }
            | Job::Add { ring, .. }
            | Job::Import { ring, .. }
            | Job::Export { ring, .. }
            | Job::Rewrap { ring, .. } => ring.json,
            Job::Promote(one) | Job::Disable(one) | Job::Enable(one) | Job::Destroy(one) => one.ring.json,
            Job::ProviderKey { json, .. } | Job::List { json, .. } | Job::History { json, .. } => *json,
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    match &arguments.job {
        Job::New { ring } => {
            let made = Keyring::create(&ring.file, &ring.protection(true, false)?)?;
            let under = made.protection().unwrap_or_default();
            print(ring.json, &json!({ "file": ring.file.to_string_lossy(), "protection": under }), || {
                format!("an empty keyring under {under}: create its first key with `ironlatch keyring create`\n")
            })
        }
        Job::ProviderKey { output, json } => {
            let provider = LocalProvider::create(output)?;
            let name = ironlatch::recipes::keyring::KeyProvider::name(&provider);
            print(*json, &json!({ "file": output.to_string_lossy(), "provider": name }), || {
                format!("the key provider {name}: store its key apart from the keyrings, and keep a copy\n")
            })
        }
        Job::List { file, json } => list(&UnverifiedKeyring::read(file)?, *json),
        Job::History { file, json } => history(&UnverifiedKeyring::read(file)?.history, *json),
        Job::Check { ring } => {
            let opened = ring.open(false)?;
            let keys = opened.describe().len();
            let object = json!({ "whole": true, "keys": keys, "revision": opened.revision(), "protection": opened.protection() });
            print(ring.json, &object, || {
                format!("the keyring is whole: {keys} keys under {}\n", opened.protection().unwrap_or_default())
            })
        }
        Job::Create { ring, name, kind, remark } => {
            let kind: Kind = kind.parse().map_err(|error| usage(&error))?;
            made(ring, name, remark, |draft| draft.create_key(name, kind))
        }
        Job::Rotate { ring, name, remark } => made(ring, name, remark, |draft| draft.rotate(name)),
        Job::Add { ring, name, remark } => made(ring, name, remark, |draft| draft.add_version(name)),
        Job::Promote(one) => changed(one, "primary", Draft::promote),
        Job::Disable(one) => changed(one, "disabled", Draft::disable),
        Job::Enable(one) => changed(one, "active", Draft::enable),
        Job::Destroy(one) => changed(one, "destroyed", Draft::destroy),
        Job::Import { ring, name, source, format, remark } => import(ring, name, source, format.as_deref(), remark),
        Job::Export { ring, name, format, output, remark } => {
            let format: Format = format.parse().map_err(|error| usage(&error))?;
            export(ring, name, format, output.as_deref(), remark)
        }
        Job::Rewrap { ring, new, remark } => {
            let opened = ring.open(false)?;
            opened.rewrap(&new.protection()?, remark.remark())?;
            let under = opened.protection().unwrap_or_default();
            print(ring.json, &json!({ "protection": under }), || {
                format!("the keyring is now under {under}; copies of the old file keep their old protection\n")
            })
        }
    }
}

impl Ring {
    fn open(&self, stdin_is_data: bool) -> Result<Keyring> {
        Ok(Keyring::open(&self.file, &self.protection(false, stdin_is_data)?)?)
    }

    fn protection(&self, new: bool, stdin_is_data: bool) -> Result<Protection> {
        let under = self.under.as_deref().zip(self.under_key.as_deref());
        protection(self.provider_key.as_deref(), under, new, self.cost.cost(), |new| {
            self.passphrase.get(new, stdin_is_data)
        })
    }
}

impl NewProtection {
    fn protection(&self) -> Result<Protection> {
        let under = self.new_under.as_deref().zip(self.new_under_key.as_deref());
        let cost = Cost { iterations: self.new_iterations, lanes: self.new_lanes, memory_cost: self.new_memory_cost };
        protection(self.new_provider_key.as_deref(), under, true, cost, |new| {
            let (file, descriptor) = (self.new_passphrase_file.as_deref(), self.new_passphrase_fd);
            passphrase::take("new-passphrase", "New passphrase: ", file, descriptor, new)
        })
    }
}

impl RemarkOptions {
    fn remark(&self) -> ChangeNote {
        ChangeNote { actor: self.actor.clone(), note: self.note.clone() }
    }
}

/// Resolves the options. The passphrase for an existing keyring is asked for once.
fn protection(
    provider_key: Option<&Path>,
    under: Option<(&Path, &str)>,
    new: bool,
    cost: Cost,
    ask: impl FnOnce(bool) -> Result<SecretBytes>,
) -> Result<Protection> {
    let own = match provider_key {
        Some(path) => Protection::Provider(Arc::new(LocalProvider::open(path)?)),
        None => {
            let passphrase = ask(new && under.is_none())?;
            Protection::passphrase_at(passphrase.expose(), cost).map_err(|error| usage(&error))?
        }
    };
    match under {
        None => Ok(own),
        Some((file, name)) => Ok(Protection::key(Keyring::open(file, &own)?.key(name)?)?),
    }
}

fn made(
    ring: &Ring,
    name: &str,
    remark: &RemarkOptions,
    change: impl FnOnce(&mut Draft) -> ironlatch::recipes::Result<VersionId>,
) -> Result {
    let opened = ring.open(false)?;
    let id = opened.edit(remark.remark(), change)?;
    let version = opened.key(name)?.version(id)?;
    let object =
        json!({ "key": name, "version": id.to_string(), "number": version.number(), "state": version.state().name() });
    print(ring.json, &object, || format!("{name}: version {} ({id}) is {}\n", version.number(), version.state()))
}

fn changed(
    one: &OneVersion,
    state: &str,
    change: fn(&mut Draft, &str, VersionId) -> ironlatch::recipes::Result<()>,
) -> Result {
    let OneVersion { ring, name, version, remark } = one;
    let id = ring.open(false)?.edit(remark.remark(), |draft| {
        let id = draft.find(name, version)?;
        change(draft, name, id).map(|()| id)
    })?;
    print(ring.json, &json!({ "key": name, "version": id.to_string(), "state": state }), || {
        format!("{name}: version {id} is {state}\n")
    })
}

fn import(ring: &Ring, name: &str, source: &Path, format: Option<&str>, remark: &RemarkOptions) -> Result {
    let path = source;
    let source = Source::open(path)?;
    streams::warn_if(source.exposed, path);
    let from = source.name.clone();
    let opened = ring.open(source.is_stdin())?;
    let text = SecretBytes::from_read(&mut { source.file }, false).map_err(|error| Failure::of(&from, error))?;
    let format = match format {
        Some(format) => format.parse().map_err(|error| usage(&error))?,
        None => Format::of(text.expose())
            .map_err(|error| Failure::of(&from, error).hint("give their format with --format: fernet, jwk or tink"))?,
    };
    let ids = opened.edit(remark.remark(), |draft| draft.import(name, format, text.expose()));
    let ids = ids.map_err(|error| Failure::of(&from, error))?;
    let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
    print(ring.json, &json!({ "key": name, "versions": ids }), || {
        format!("{name}: {} imported; remove {from} once it is no longer needed\n", ids.join(", "))
    })
}

fn export(ring: &Ring, name: &str, format: Format, output: Option<&Path>, remark: &RemarkOptions) -> Result {
    let opened = ring.open(false)?;
    let export = || Ok::<_, Failure>(opened.edit(remark.remark(), |draft| draft.export(name, format))?);
    let Some(path) = output.filter(|output| output.as_os_str() != DASH) else {
        return streams::print(export()?.expose());
    };
    // The file exists before anything is noted in the history.
    let mut file = NewFile::create(path, Existing::Keep, Access::Owner, None)?;
    let text = export()?;
    file.write_all(text.expose().as_bytes()).map_err(|error| Failure::io("write", path.display(), &error))?;
    file.commit()?;
    let object = json!({ "key": name, "format": format.name(), "file": path.to_string_lossy() });
    print(ring.json, &object, || format!("{name}: written to {}, as secret as the key\n", path.display()))
}

fn list(peek: &UnverifiedKeyring, json: bool) -> Result {
    let keys: Vec<Value> = peek.keys.iter().map(describe).collect();
    let object = json!({ "id": peek.id, "revision": peek.revision, "protection": peek.protection, "keys": keys, "verified": false });
    print(json, &object, || {
        let mut text = format!("under {}, written {} times\n", peek.protection, peek.revision);
        for key in &peek.keys {
            text += &format!("{}  ({})\n", key.name, key.kind);
            for version in &key.versions {
                let label = version.label.as_ref().map(|label| format!("  {label}")).unwrap_or_default();
                text += &format!(
                    "  {:>3}  {}  {:<9}  since {}{label}\n",
                    version.number,
                    version.id,
                    version.state.name(),
                    inspect::time(version.since)
                );
            }
        }
        text
    })
}

fn describe(key: &KeyDescription) -> Value {
    let versions = key.versions.iter().map(|version| {
        json!({
            "id": version.id.to_string(), "number": version.number, "state": version.state.name(),
            "created": inspect::time(version.created), "since": inspect::time(version.since), "label": version.label,
        })
    });
    let versions: Vec<Value> = versions.collect();
    json!({ "name": key.name, "kind": key.kind.name(), "created": inspect::time(key.created), "versions": versions })
}

fn history(changes: &[Change], json: bool) -> Result {
    let rows = changes.iter().map(|change| {
        json!({
            "time": inspect::time(change.time), "action": change.action.name(), "key": change.key,
            "version": change.version.map(|id| id.to_string()), "actor": change.actor, "note": change.note,
        })
    });
    print(json, &Value::from(rows.collect::<Vec<_>>()), || {
        let line = |change: &Change| {
            let mut line = format!("{}  {}", inspect::time(change.time), change.action);
            for text in [change.key.clone(), change.version.map(|id| id.to_string())].into_iter().flatten() {
                line += &format!("  {text}");
            }
            line += &change.actor.as_ref().map(|actor| format!("  by {actor}")).unwrap_or_default();
            line + &change.note.as_ref().map(|note| format!("  ({note})")).unwrap_or_default() + "\n"
        };
        changes.iter().map(line).collect()
    })
}

fn usage(error: &impl core::fmt::Display) -> Failure {
    Failure::new(Exit::Usage, error.to_string())
}

fn print(json: bool, object: &Value, text: impl FnOnce() -> String) -> Result {
    streams::print(if json { format!("{object}\n") } else { text() })
}
