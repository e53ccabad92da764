//! `ironlatch cms`: messages that are encrypted to certificates or signed with them.

mod decrypt;
mod encrypt;
mod sign;
mod verify;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use ironlatch::cms::Error;
use ironlatch::keys::PrivateKey;
use ironlatch::recipes::files::name_files;
use ironlatch::x509::Certificate;

use crate::Result;
use crate::cert::{making, reading};
use crate::failure::{Exit, Failure};
use crate::passphrase::PassphraseOptions;
use crate::streams::{DASH, STDOUT};

/// Encrypt, decrypt, sign and verify messages with certificates (CMS, PKCS #7, S/MIME's signatures)
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  ironlatch cms encrypt -r ada.pem -r bob.pem report.pdf
  ironlatch cms decrypt -c ada.pem -k ada.key report.pdf.p7m
  ironlatch cms sign -c ada.pem -k ada.key report.pdf
  ironlatch cms verify --content report.pdf --roots root.pem --purpose email report.pdf.p7s")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    job: Job,
}

#[derive(clap::Subcommand)]
enum Job {
    Encrypt(encrypt::Arguments),
    Decrypt(decrypt::Arguments),
    Sign(sign::Arguments),
    Verify(verify::Arguments),
}

impl Arguments {
    pub(crate) fn json(&self) -> bool {
        match &self.job {
            Job::Encrypt(arguments) => arguments.json,
            Job::Decrypt(arguments) => arguments.json,
            Job::Sign(arguments) => arguments.json,
            Job::Verify(arguments) => arguments.json,
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    match &arguments.job {
        Job::Encrypt(arguments) => encrypt::run(arguments),
        Job::Decrypt(arguments) => decrypt::run(arguments),
        Job::Sign(arguments) => sign::run(arguments),
        Job::Verify(arguments) => verify::run(arguments),
    }
}

/// The key and the certificate of the one who decrypts or signs.
#[derive(clap::Args)]
struct OwnOptions {
    /// Your certificate, in PEM or DER; others after it are those that issued it
    #[arg(short, long, value_name = "FILE")]
    certificate: PathBuf,
    /// Its private key, in PEM or DER
    #[arg(short, long, value_name = "FILE")]
    key: PathBuf,
    #[command(flatten)]
    passphrase: PassphraseOptions,
}

impl OwnOptions {
    /// Reads the certificate, those after it, and the key.
    fn load(&self, stdin_is_data: bool) -> Result<(Certificate, Vec<Certificate>, PrivateKey)> {
        let mut certificates = reading::certificates(&self.certificate)?.into_iter();
        let Some(certificate) = certificates.next() else {
            return Err(Failure::new(Exit::Failure, format!("{}: no certificate", self.certificate.display())));
        };
        let key = making::load(&self.key, |path| self.passphrase.get_of_key(path, stdin_is_data))?;
        Ok((certificate, certificates.collect(), key))
    }
}

/// Turns a failure of work on a message into one that names the file it is about.
fn failed(error: Error, source: &str, target: &Path) -> Failure {
    let target = if target.as_os_str() == DASH { STDOUT.into() } else { target.to_string_lossy() };
    match error {
        Error::Core(error) => Failure::of(source, name_files(error.into(), source, target)),
        Error::NotDecrypted => {
            Failure::new(Exit::NotVerified, format!("{source}: {error}")).hint("get the message again from its sender")
        }
        Error::NotVerified { .. } => Failure::new(Exit::NotVerified, format!("{source}: refused: {error}")),
        error => Failure::new(Exit::Failure, format!("{source}: {error}")),
    }
}

/// The name of a result: that of the input with another ending.
fn with_ending(input: &Path, ending: &str) -> PathBuf {
    if input.as_os_str() == DASH {
        return DASH.into();
    }
    let mut name = OsString::from(input);
    name.push(ending);
    name.into()
}
