//! `ironlatch verify`: requests, tokens and webhooks.

use std::path::PathBuf;

use serde_json::json;

use crate::Result;
use crate::passphrase::PassphraseOptions;
use crate::{requests, signing_keys, streams, tokens, webhooks};

/// Verify a signed request, token or webhook
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  ironlatch verify request -k keys.jwk --authority api.example.com --replay-file seen request.http
  ironlatch verify token -k signing.jwk --purpose password-reset token.txt
  ironlatch verify webhook -s webhook.secret -H @headers.txt body.json
  ironlatch verify keys keys.jwk")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    job: Job,
}

#[derive(clap::Subcommand)]
enum Job {
    /// List the keys of a file
    Keys {
        /// A JSON Web Key, a set of them, or PEM; - for standard input
        #[arg(value_name = "KEY-FILE")]
        file: PathBuf,
        #[command(flatten)]
        passphrase: PassphraseOptions,
        /// Print a JSON object
        #[arg(long)]
        json: bool,
    },
    Request(requests::VerifyArguments),
    Token(tokens::VerifyArguments),
    Webhook(webhooks::VerifyArguments),
}

impl Arguments {
    pub(crate) fn json(&self) -> bool {
        match &self.job {
            Job::Keys { json, .. } => *json,
            Job::Request(arguments) => arguments.json,
            Job::Token(arguments) => arguments.json,
            Job::Webhook(arguments) => arguments.json,
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    match &arguments.job {
        Job::Keys { file, passphrase, json } => {
            let keys = signing_keys::load(file, passphrase, false)?.current()?;
            let object = keys
                .iter()
                .map(|key| json!({ "id": key.id(), "algorithm": key.algorithm().name(), "signs": key.can_sign() }));
            let lines = keys.iter().map(|key| {
                let what = if key.can_sign() { "signs and verifies" } else { "verifies" };
                format!("{}  {}  {what}\n", key.id(), key.algorithm().name())
            });
            let text =
                if *json { format!("{}\n", json!({ "keys": object.collect::<Vec<_>>() })) } else { lines.collect() };
            streams::print(text)
        }
        Job::Request(arguments) => requests::verify(arguments),
        Job::Token(arguments) => tokens::verify(arguments),
        Job::Webhook(arguments) => webhooks::verify(arguments),
    }
}
