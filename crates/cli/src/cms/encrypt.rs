//! `ironlatch cms encrypt`.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use ironlatch::cms::enveloped_data::{self, ContentCipher};
use ironlatch::recipes::fs::Access;
use ironlatch::x509::Certificate;
use serde_json::json;

use super::{failed, with_ending};
use crate::Result;
use crate::cert::reading;
use crate::encrypt::Target;
use crate::failure::{Exit, Failure};
use crate::progress::{Progress, Watched};
use crate::streams::{self, DASH, Source};

/// Encrypt a file to the keys of certificates
///
/// The result is in DER, which `openssl cms -decrypt -inform DER` reads too. Keys can be RSA, EC,
/// X25519, X448 and ML-KEM. The certificates are not verified: `ironlatch cert verify` does that.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  ironlatch cms encrypt -r ada.pem report.pdf             makes report.pdf.p7m
  ironlatch cms encrypt -r ada.pem -r bob.pem -o r.p7m report.pdf
  tar c photos | ironlatch cms encrypt -r ada.pem -o photos.p7m
  ironlatch cms encrypt --cipher AES-256-CBC -r ada.pem report.pdf    for old mail programs")]
pub(crate) struct Arguments {
    /// The file; - for standard input
    #[arg(default_value = DASH)]
    input: PathBuf,
    /// Encrypt to the first certificate in FILE, in PEM or DER; can be given several times
    #[arg(short, long, value_name = "FILE", required = true)]
    recipient: Vec<PathBuf>,
    /// Where to write; - for standard output. The default is the input's name with .p7m, or
    /// standard output for -
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The cipher; those in CBC mode are not authenticated, and are for receivers that know no
    /// other
    #[arg(long, value_name = "CIPHER", default_value = "AES-256-GCM", value_parser = ciphers())]
    cipher: ContentCipher,
    /// Replace the output if it exists
    #[arg(short, long)]
    force: bool,
    /// Print what was done as a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

fn ciphers() -> impl TypedValueParser<Value = ContentCipher> {
    PossibleValuesParser::new(ContentCipher::ALL.map(ContentCipher::name)).map(|name| {
        let found = ContentCipher::ALL.into_iter().find(|cipher| cipher.name() == name);
        found.unwrap_or(ContentCipher::Aes256Gcm)
    })
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    let source = Source::open(&arguments.input)?;
    let target = arguments.output.clone().unwrap_or_else(|| with_ending(&arguments.input, ".p7m"));
    let mut output = Target::create(&target, arguments.force, Access::Usual, &source, arguments.json)?;
    if output.is_terminal() {
        return Err(Failure::new(Exit::Usage, "the encrypted bytes would garble the terminal")
            .hint("give a file with -o, or pipe the output into a program"));
    }
    let mut recipients = Vec::new();
    for path in &arguments.recipient {
        recipients.extend(reading::certificates(path)?.into_iter().next());
    }
    let recipients: Vec<&Certificate> = recipients.iter().collect();
    let Source { file, name, len, .. } = source;
    let mut input = Watched::new(file, Progress::new(&name, len, arguments.json));
    let len = enveloped_data::encrypt_from(&mut input, len, &recipients, arguments.cipher, &mut output)
        .map_err(|error| failed(error, &name, &target))?;
    drop(input);
    output.commit()?;
    if arguments.json {
        let done = json!({ "input": name, "output": target.to_string_lossy(), "bytes": len });
        streams::print(format!("{done}\n"))?;
    }
    Ok(())
}
