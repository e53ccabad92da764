//! `ironlatch sign webhook`, `ironlatch sign webhook-secret` and `ironlatch verify webhook`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use ironlatch::recipes::signing::webhook::{Secret, Signer, Verifier, new_id};
use ironlatch::secret::SecretBytes;
use serde_json::{Value, json};

use crate::Result;
use crate::failure::{Exit, Failure};
use crate::http;
use crate::requests::ReplayOptions;
use crate::signing_keys;
use crate::span::span;
use crate::streams::{self, DASH};
use crate::tokens::now;

/// Print the headers of a webhook (Standard Webhooks)
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  ironlatch sign webhook-secret -o webhook.secret
  ironlatch sign webhook -s webhook.secret body.json > headers.txt
  curl -H @headers.txt --data-binary @body.json https://example.com/hook")]
pub(crate) struct SignArguments {
    /// The file of the secret: whsec_… or whsk_…; two while the secret is being changed
    #[arg(short, long, value_name = "FILE", required = true)]
    secret: Vec<PathBuf>,
    /// The body, as it is sent; - for standard input
    #[arg(value_name = "BODY-FILE", default_value = DASH)]
    body: PathBuf,
    /// The name of the message, the same for each attempt to deliver it; the default is a fresh
    /// name
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// Print a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// Make a secret for webhooks
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  ironlatch sign webhook-secret -o webhook.secret            both sides need it
  ironlatch sign webhook-secret --pair -o webhook.secret     the sender keeps it,
  ironlatch sign webhook-secret --public webhook.secret      and receivers get this")]
pub(crate) struct SecretArguments {
    /// Where to write it; an existing file is never replaced. The default is standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Make a key pair (Ed25519), so that receivers can verify but not sign
    #[arg(long)]
    pair: bool,
    /// Make no secret: print the public half of the key pair in FILE
    #[arg(short, long, value_name = "FILE", conflicts_with_all = ["output", "pair"])]
    public: Option<PathBuf>,
    /// Print a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// Check a webhook's headers and body: Standard Webhooks, or what GitHub, Stripe or Slack send
#[derive(clap::Args)]
#[command(after_help = "\
Give the headers one by one with -H, or as lines of a file with -H @FILE; additional headers do no harm.

Examples:
  ironlatch verify webhook -s webhook.secret -H @headers.txt body.json
  ironlatch verify webhook --from github -s github.secret -H 'X-Hub-Signature-256: sha256=…' body.json
  ironlatch verify webhook --from stripe -s stripe.secret -H @headers.txt --tolerance 1d body.json")]
pub(crate) struct VerifyArguments {
    /// The file of the secret, without its final newline; several while it is being changed
    #[arg(short, long, value_name = "FILE", required = true)]
    secret: Vec<PathBuf>,
    /// A header, or @FILE for a file of them
    #[arg(short = 'H', long, value_name = "NAME: VALUE", required = true)]
    header: Vec<String>,
    /// The body as it was received; - for standard input
    #[arg(value_name = "BODY-FILE", default_value = DASH)]
    body: PathBuf,
    /// The sender
    #[arg(long, value_enum, default_value_t = From::Standard)]
    from: From,
    /// How far its time may be from now: seconds, or a number with s, m, h or d
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = span)]
    tolerance: u64,
    #[command(flatten)]
    replay: ReplayOptions,
    /// Print a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum From {
    /// Any sender that follows Standard Webhooks
    Standard,
    /// GitHub (X-Hub-Signature-256)
    Github,
    /// Stripe (Stripe-Signature)
    Stripe,
    /// Slack (X-Slack-Signature)
    Slack,
}

pub(crate) fn sign(arguments: &SignArguments) -> Result {
    let secrets = arguments.secret.iter().map(|path| load(path)).collect::<Result<Vec<_>>>()?;
    let signer = Signer::new(secrets)?;
    let id = arguments.id.clone().unwrap_or_else(new_id);
    let signed = signer.sign(&id, now() as u64, &http::read_file(&arguments.body)?);
    let signed = signed.map_err(|error| Failure::new(Exit::Usage, error.to_string()))?;
    let text = if arguments.json {
        let headers: serde_json::Map<String, Value> =
            signed.pairs().map(|(name, value)| (name.to_owned(), Value::from(value))).into_iter().collect();
        format!("{}\n", Value::from(headers))
    } else {
        signed.pairs().iter().fold(String::new(), |mut lines, (name, value)| {
            let _ = writeln!(lines, "{name}: {value}");
            lines
        })
    };
    streams::print(text)
}

pub(crate) fn secret(arguments: &SecretArguments) -> Result {
    if let Some(path) = &arguments.public {
        let public = load(path)?.public()?.to_text();
        return print(arguments.json, &json!({ "public": public.expose() }), public.expose());
    }
    let secret = if arguments.pair { Secret::generate_pair() } else { Secret::generate()? };
    let text = secret.to_text();
    let Some(path) = arguments.output.as_ref().filter(|output| output.as_os_str() != DASH) else {
        return print(arguments.json, &json!({ "secret": text.expose() }), text.expose());
    };
    signing_keys::save(path, &text)?;
    let name = path.display().to_string();
    print(arguments.json, &json!({ "file": name }), &name)
}

pub(crate) fn verify(arguments: &VerifyArguments) -> Result {
    let headers = http::headers(&arguments.header)?;
    let pairs: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let verifier = if matches!(arguments.from, From::Standard) {
        Verifier::standard(arguments.secret.iter().map(|path| load(path)).collect::<Result<Vec<_>>>()?)?
    } else {
        let read = |path: &PathBuf| {
            let (secret, exposed) = read_secret(path)?;
            streams::warn_if(exposed, path);
            Ok(secret)
        };
        let secrets = arguments.secret.iter().map(read).collect::<Result<Vec<_>>>()?;
        let secrets: Vec<&[u8]> = secrets.iter().map(SecretBytes::expose).collect();
        match arguments.from {
            From::Github => Verifier::github(&secrets)?,
            From::Stripe => Verifier::stripe(&secrets)?,
            From::Slack | From::Standard => Verifier::slack(&secrets)?,
        }
    };
    let usage = |error: ironlatch::recipes::Error| Failure::new(Exit::Usage, error.to_string());
    let now = now();
    let mut verified = verifier.with_tolerance(arguments.tolerance).map_err(usage)?.verify(
        &pairs,
        &http::read_file(&arguments.body)?,
        now,
    )?;
    if let Some(store) = arguments.replay.store() {
        verified = verified.only_once(&store, now)?;
    }
    let object = json!({ "verified": true, "id": verified.id, "timestamp": verified.timestamp });
    print(arguments.json, &object, &format!("the webhook is right: {}", verified.id))
}

fn print(json: bool, object: &Value, text: &str) -> Result {
    streams::print(if json { format!("{object}\n") } else { format!("{text}\n") })
}

fn load(path: &Path) -> Result<Secret> {
    let (text, exposed) = read_secret(path)?;
    let text = core::str::from_utf8(text.expose()).unwrap_or_default();
    let secret =
        Secret::parse(text).map_err(|error| Failure::new(Exit::Failure, format!("{}: {error}", path.display())))?;
    streams::warn_if(exposed && !secret.is_public(), path);
    Ok(secret)
}

/// A secret, and whether others can read it.
fn read_secret(path: &Path) -> Result<(SecretBytes, bool)> {
    if path.as_os_str() == DASH {
        return Err(Failure::new(Exit::Usage, "the secret comes from a file; standard input is for the body"));
    }
    Ok(SecretBytes::from_file_with_exposure(path, true)?)
}
