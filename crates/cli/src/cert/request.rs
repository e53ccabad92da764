//! `ironlatch cert request`.

use std::path::PathBuf;

use ironlatch::x509::issuing::{NewRequest, Purpose};
use serde_json::json;

use super::failed;
use super::making::{Files, KeyOptions, NameOptions, purposes};
use crate::Result;

/// Make a request for a certificate (PKCS #10, CSR), and a key for it
///
/// The request goes to an authority; the key stays here. Of a request authorities take the key and
/// the names, and decide the rest themselves.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  ironlatch cert request --name example.com --name www.example.com -o example.csr
  ironlatch cert request --subject 'CN=Ada Lovelace,O=Example' --name ada@example.com --for email -o ada.csr
  ironlatch cert request --key example.key --name example.com > renewal.csr")]
pub(crate) struct Arguments {
    #[command(flatten)]
    names: NameOptions,
    /// A purpose to ask for, once or more; authorities seldom need it
    #[arg(long = "for", value_name = "PURPOSE", value_parser = purposes())]
    purposes: Vec<Purpose>,
    /// Where to write the request; the key goes to the same name with the ending .key. An existing
    /// file is never replaced
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    key: KeyOptions,
    /// Print a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    let subject = arguments.names.subject()?;
    if subject.is_none() && arguments.names.names.is_empty() {
        return Err(super::nameless());
    }
    let files = Files::begin(arguments.output.as_deref(), &arguments.key)?;
    let key = arguments.key.obtain()?;
    let new = NewRequest { subject, names: &arguments.names.names, purposes: &arguments.purposes };
    let request = new.sign(&key.key).map_err(failed)?;
    let names: Vec<String> = arguments.names.names.iter().map(ToString::to_string).collect();
    let facts = [
        ("subject", request.subject().to_string().into()),
        ("names", json!(names)),
        ("key_type", request.key_description().into()),
    ];
    files.finish(&request.to_pem(), Some(&key), &facts, arguments.json)
}
