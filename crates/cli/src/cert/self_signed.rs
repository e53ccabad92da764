//! `ironlatch cert self-signed`.

use std::path::PathBuf;

use ironlatch::x509::issuing::{AlternativeName, NewLeaf, Purpose, Validity};

use super::failed;
use super::making::{Files, KeyOptions, NameOptions, facts};
use crate::Result;
use crate::failure::{Exit, Failure};

/// Make a certificate that signs itself, and a key for it, to develop a server with
///
/// Without --name it is for localhost, 127.0.0.1 and ::1. Everyone who connects has to be told to
/// trust this certificate; for more than one server make an authority (`ironlatch cert ca root`).
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  ironlatch cert self-signed -o localhost.pem
  ironlatch cert self-signed --name dev.example --name 10.0.0.7 --days 30 -o dev.pem
  curl --cacert localhost.pem https://localhost:8443/")]
pub(crate) struct Arguments {
    #[command(flatten)]
    names: NameOptions,
    /// The number of days that it is valid
    #[arg(long, value_name = "N", default_value_t = 365)]
    days: u32,
    /// Where to write the certificate; the key goes to the same name with the ending .key. An
    /// existing file is never replaced
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    key: KeyOptions,
    /// Print a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    let local;
    let names = if arguments.names.names.is_empty() {
        local = ["localhost", "127.0.0.1", "::1"].map(str::parse::<AlternativeName>);
        local.into_iter().collect::<Result<Vec<_>, _>>().map_err(failed)?
    } else {
        arguments.names.names.clone()
    };
    let validity = validity(arguments.days)?;
    let files = Files::begin(arguments.output.as_deref(), &arguments.key)?;
    let key = arguments.key.obtain()?;
    let new = NewLeaf {
        subject: arguments.names.subject()?,
        names: &names,
        purposes: &[Purpose::Server],
        validity,
        public_key_info: &key.public_key_info()?,
        crl: None,
    };
    let certificate = new.sign_itself(&key.key).map_err(failed)?;
    files.finish(&certificate.to_pem(), Some(&key), &facts(&certificate)?, arguments.json)
}

/// The time from now on for this number of days.
pub(super) fn validity(days: u32) -> Result<Validity> {
    Validity::days(days).map_err(|error| Failure::new(Exit::Usage, error.to_string()))
}
