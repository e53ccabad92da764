//! `ironlatch sign`: requests, tokens and webhooks, and keys for them.

use crate::Result;
use crate::{requests, signing_keys, tokens, webhooks};

/// Sign a request, a token or a webhook, or make keys for it
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  ironlatch sign keygen -o signing.jwk             a secret that both sides share
  ironlatch sign keygen --pair -o signing.jwk      a key pair: others can verify but not sign
  ironlatch sign keygen --public signing.jwk       prints the public half
  ironlatch sign request -k signing.jwk request.http
  echo '{\"user\":42}' | ironlatch sign token -k signing.jwk --purpose password-reset
  ironlatch sign webhook -s webhook.secret body.json")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    job: Job,
}

#[derive(clap::Subcommand)]
enum Job {
    Keygen(signing_keys::Arguments),
    Request(requests::SignArguments),
    Token(tokens::SignArguments),
    Webhook(webhooks::SignArguments),
    WebhookSecret(webhooks::SecretArguments),
}

impl Arguments {
    pub(crate) fn json(&self) -> bool {
        match &self.job {
            Job::Keygen(arguments) => arguments.json,
            Job::Request(arguments) => arguments.json,
            Job::Token(arguments) => arguments.json,
            Job::Webhook(arguments) => arguments.json,
            Job::WebhookSecret(arguments) => arguments.json,
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    match &arguments.job {
        Job::Keygen(arguments) => signing_keys::run(arguments),
        Job::Request(arguments) => requests::sign(arguments),
        Job::Token(arguments) => tokens::sign(arguments),
        Job::Webhook(arguments) => webhooks::sign(arguments),
        Job::WebhookSecret(arguments) => webhooks::secret(arguments),
    }
}
