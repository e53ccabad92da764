//! `ironlatch cert`: certificates, requests for them, and a small authority for development.

mod ca;
mod crl;
mod expiry;
pub(crate) mod making;
pub(crate) mod reading;
mod request;
mod self_signed;
mod show;
pub(crate) mod verify;

use ironlatch::x509;

use crate::Result;
use crate::failure::{Exit, Failure};

/// Make, show and verify certificates, and run a small authority for development
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  ironlatch cert self-signed -o localhost.pem
  ironlatch cert ca root -o root.pem
  ironlatch cert ca issue --ca root.pem --name dev.example -o dev.pem
  ironlatch cert show dev.pem
  ironlatch cert verify --roots root.pem --host dev.example dev.pem
  ironlatch cert expiry /etc/ssl/private --days 30")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    job: Job,
}

#[derive(clap::Subcommand)]
enum Job {
    Request(request::Arguments),
    SelfSigned(self_signed::Arguments),
    Ca(ca::Arguments),
    Show(show::Arguments),
    Verify(verify::Arguments),
    Expiry(expiry::Arguments),
}

impl Arguments {
    pub(crate) fn json(&self) -> bool {
        match &self.job {
            Job::Request(arguments) => arguments.json,
            Job::SelfSigned(arguments) => arguments.json,
            Job::Ca(arguments) => arguments.json(),
            Job::Show(arguments) => arguments.json,
            Job::Verify(arguments) => arguments.json,
            Job::Expiry(arguments) => arguments.json,
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    match &arguments.job {
        Job::Request(arguments) => request::run(arguments),
        Job::SelfSigned(arguments) => self_signed::run(arguments),
        Job::Ca(arguments) => ca::run(arguments),
        Job::Show(arguments) => show::run(arguments),
        Job::Verify(arguments) => verify::run(arguments),
        Job::Expiry(arguments) => expiry::run(arguments),
    }
}

/// Reports an error of certificates.
fn failed(error: x509::Error) -> Failure {
    match error {
        x509::Error::Core(error) => Failure::of("", error),
        x509::Error::InvalidSignature => Failure::new(Exit::NotVerified, error.to_string()),
        error => Failure::new(Exit::Failure, error.to_string()),
    }
}

/// The failure of a command line that names nobody.
fn nameless() -> Failure {
    Failure::new(Exit::Usage, "a certificate needs a name or a subject")
        .hint("give --name example.com, once or more, or --subject 'CN=Ada Lovelace,O=Example'")
}
