//! `ironlatch sign request` and `ironlatch verify request`: HTTP Message Signatures (RFC 9421).

use std::path::{Path, PathBuf};

use ironlatch::recipes::Error;
use ironlatch::recipes::signing::request::{RequestSigner, RequestVerifier};
use ironlatch::recipes::signing::{FileReplayStore, KeySet, ReplayStore};
use serde_json::{Map, Value, json};

use crate::Result;
use crate::failure::{Exit, Failure};
use crate::http::RequestOptions;
use crate::passphrase::PassphraseOptions;
use crate::signing_keys;
use crate::span::span;
use crate::streams::{self, DASH};

/// Print the header lines that sign an HTTP request (RFC 9421)
///
/// The signature covers method, host, path, query, body and how it is read, the time, and a name
/// that is used once.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  ironlatch sign request -k signing.jwk request.http                 a whole request, as HTTP/1.1 has it
  ironlatch sign request -k signing.jwk -u https://api.example.com/pay -H 'Content-Type: application/json' -b body.json > headers.txt
  curl -H 'Content-Type: application/json' -H @headers.txt --data-binary @body.json https://api.example.com/pay")]
pub(crate) struct SignArguments {
    #[command(flatten)]
    request: RequestOptions,
    /// The key, or several of which the first signs: see ironlatch sign keygen
    #[arg(short, long, value_name = "KEY-FILE")]
    key: PathBuf,
    #[command(flatten)]
    passphrase: PassphraseOptions,
    /// The purpose of the signature: a verifier for another purpose refuses it
    #[arg(short, long, value_name = "NAME")]
    purpose: Option<String>,
    /// Also sign this header field, which the request must have; can be given several times
    #[arg(long, value_name = "NAME")]
    cover: Vec<String>,
    /// How long the signature is valid: seconds, or a number with s, m, h or d
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = span)]
    valid_for: u64,
    /// Print a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// Check that one of the keys signed an HTTP request, recently and for this server (RFC 9421)
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  ironlatch verify request -k keys.jwk --authority api.example.com request.http
  ironlatch verify request -k keys.jwk --authority api.example.com --replay-file seen request.http    each one once
  ironlatch verify request -k keys.jwk -u https://api.example.com/pay -X POST -H @headers.txt -b body.json --json")]
pub(crate) struct VerifyArguments {
    #[command(flatten)]
    request: RequestOptions,
    /// The keys of those who may sign
    #[arg(short, long, value_name = "KEY-FILE")]
    key: PathBuf,
    #[command(flatten)]
    passphrase: PassphraseOptions,
    /// The required purpose of the signature; without it, only signatures that name no purpose are
    /// accepted
    #[arg(short, long, value_name = "NAME")]
    purpose: Option<String>,
    /// Require that this header field is signed too; can be given several times
    #[arg(long, value_name = "NAME")]
    require: Vec<String>,
    /// A name of this server, as in requests: api.example.com, localhost:8080; others are refused.
    /// With --url the default is the URL's
    #[arg(long, value_name = "HOST", required_unless_present = "url")]
    authority: Vec<String>,
    /// The maximum age of the signature: seconds, or a number with s, m, h or d
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = span)]
    max_age: u64,
    /// How far the two clocks may differ
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = span)]
    leeway: u64,
    #[command(flatten)]
    replay: ReplayOptions,
    /// Print a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// The place where a command remembers what it accepted.
#[derive(clap::Args)]
pub(crate) struct ReplayOptions {
    /// Accept each one once: this file remembers what was accepted, and is created if it does not
    /// exist
    #[arg(long, value_name = "FILE")]
    replay_file: Option<PathBuf>,
}

impl ReplayOptions {
    pub(crate) fn store(&self) -> Option<FileReplayStore> {
        self.replay_file.as_ref().map(FileReplayStore::new)
    }
}

pub(crate) fn sign(arguments: &SignArguments) -> Result {
    let usage = |error: Error| Failure::new(Exit::Usage, error.to_string());
    let mut signer =
        RequestSigner::new(keys(&arguments.key, &arguments.passphrase, &arguments.request)?).map_err(|error| {
            Failure::new(Exit::Failure, format!("{}: {error}", arguments.key.display()))
                .hint("give the private key, not the public half")
        })?;
    if let Some(purpose) = &arguments.purpose {
        signer = signer.with_purpose(purpose).map_err(usage)?;
    }
    signer = signer
        .with_components(&arguments.cover)
        .and_then(|signer| signer.with_validity(arguments.valid_for))
        .map_err(usage)?;
    let message = arguments.request.read()?;
    let signed = signer.sign(&message.request()?)?;
    let fields = signed.to_list();
    streams::print(if arguments.json {
        let object: Map<String, Value> = fields.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        format!("{}\n", Value::from(object))
    } else {
        fields.iter().map(|(name, value)| format!("{name}: {value}\n")).collect()
    })
}

pub(crate) fn verify(arguments: &VerifyArguments) -> Result {
    let usage = |error: Error| Failure::new(Exit::Usage, error.to_string());
    // The caller says which server the request is for, because the request itself cannot be trusted
    // with that.
    let own = arguments.request.own_authority()?;
    let authorities: Vec<&str> = arguments.authority.iter().map(String::as_str).chain(own.as_deref()).collect();
    let mut verifier = RequestVerifier::new(&authorities)
        .and_then(|verifier| verifier.with_max_age(arguments.max_age, arguments.leeway))
        .and_then(|verifier| verifier.with_required(&arguments.require))
        .map_err(usage)?;
    if let Some(purpose) = &arguments.purpose {
        verifier = verifier.with_purpose(purpose).map_err(usage)?;
    }
    let keys = keys(&arguments.key, &arguments.passphrase, &arguments.request)?;
    let message = arguments.request.read()?;
    let store = arguments.replay.store();
    let store = store.as_ref().map(|store| store as &dyn ReplayStore);
    let verified = verifier.verify(&message.request()?, &keys, store)?;
    streams::print(if arguments.json {
        let object = json!({
            "verified": true,
            "key_id": verified.key_id,
            "created": verified.created,
            "expires": verified.expires,
            "nonce": verified.nonce,
            "components": verified.components,
        });
        format!("{object}\n")
    } else {
        format!("the request is right: signed by {}\n", verified.key_id)
    })
}

fn keys(path: &Path, passphrase: &PassphraseOptions, request: &RequestOptions) -> Result<KeySet> {
    if path.as_os_str() == DASH {
        return Err(Failure::new(Exit::Usage, "the key comes from a file; standard input is for the request"));
    }
    signing_keys::load(path, passphrase, request.is_stdin())
}
