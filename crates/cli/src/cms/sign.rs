//! `ironlatch cms sign`.

use std::io::Write;
use std::path::PathBuf;

use ironlatch::cms::pkcs7::signing::{self, NewSigner};
use ironlatch::cms::{Error, pkcs7};
use ironlatch::hash::{Hash, HashAlgorithm};
use ironlatch::keys::PrivateKey;
use ironlatch::recipes::fs::Access;
use ironlatch::x509::Time;
use ironlatch::x509::building::KeySigner;
use serde_json::json;

use super::{OwnOptions, failed, with_ending};
use crate::Result;
use crate::cert::reading;
use crate::encrypt::Target;
use crate::failure::{Exit, Failure};
use crate::progress::Progress;
use crate::streams::{self, DASH, Source};

/// Sign a file with the private key of a certificate
///
/// Without --attached the signature is a file of its own, and the signed file stays as it is.
/// `openssl cms -verify -binary -inform DER -content FILE` verifies it too.
#[derive(clap::Args)]
#[command(after_help = "\
Keys can be RSA, EC, Ed25519, Ed448 and ML-DSA. The certificates after the first in -c go into the message.

Examples:
  ironlatch cms sign -c ada.pem -k ada.key report.pdf               makes report.pdf.p7s
  ironlatch cms sign -c ada.pem -k ada.key --attached -o report.p7m report.pdf
  ironlatch cms sign -c ada.pem -k ada.key --pem -o - report.pdf")]
pub(crate) struct Arguments {
    /// The file; - for standard input
    #[arg(default_value = DASH)]
    input: PathBuf,
    #[command(flatten)]
    own: OwnOptions,
    /// Put the file itself into the message
    #[arg(long)]
    attached: bool,
    /// Sign with PSS, with an RSA key
    #[arg(long)]
    pss: bool,
    /// Write PEM
    #[arg(long)]
    pem: bool,
    /// Where to write; - for standard output. The default is the input's name with .p7s, with
    /// --attached .p7m, or standard output for -
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the output if it exists
    #[arg(short, long)]
    force: bool,
    /// Print what was done as a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    let source = Source::open(&arguments.input)?;
    let ending = if arguments.attached { ".p7m" } else { ".p7s" };
    let target = arguments.output.clone().unwrap_or_else(|| with_ending(&arguments.input, ending));
    let mut output = Target::create(&target, arguments.force, Access::Usual, &source, arguments.json)?;
    if output.is_terminal() && !arguments.pem {
        return Err(Failure::new(Exit::Usage, "the signature's bytes would garble the terminal")
            .hint("give a file with -o, pipe the output into a program, or make it text with --pem"));
    }
    let (certificate, more, key) = arguments.own.load(source.is_stdin())?;
    let own = certificate.public_key().map_err(|error| Failure::new(Exit::Failure, error.to_string()))?;
    if own.to_spki_der()? != key.public_key().to_spki_der()? {
        let what = format!("{} is not the key of {}", arguments.own.key.display(), arguments.own.certificate.display());
        return Err(Failure::new(Exit::Failure, what));
    }
    let name = source.name.clone();
    let named = |error: Error| failed(error, &name, &target);
    let hash = signing::usual_hash(&key.public_key());
    let signer = NewSigner { certificate: &certificate, key: signer(&key, hash, arguments.pss).map_err(named)?, hash };
    let more: Vec<_> = more.iter().collect();
    let time = Time::now();
    let (signed, len) = if arguments.attached {
        let contents = reading::contents(source)?;
        (signing::sign_attached(&contents.data, &signer, &more, time).map_err(named)?, contents.data.len() as u64)
    } else {
        let mut progress = Progress::new(&name, source.len, arguments.json);
        let (mut context, mut len) = (Hash::new(hash), 0);
        source.read_all(|part| {
            context.update(part);
            len += part.len() as u64;
            progress.advance(part.len());
        })?;
        (signing::sign_hashed(&context.finalize(), &signer, &more, time).map_err(named)?, len)
    };
    let signed = if arguments.pem { pkcs7::to_pem(&signed) } else { signed };
    output.write_all(&signed).map_err(|error| Failure::io("write to", target.display(), &error))?;
    output.commit()?;
    if arguments.json {
        let done = json!({ "input": name, "output": target.to_string_lossy(), "bytes": len });
        streams::print(format!("{done}\n"))?;
    }
    Ok(())
}

fn signer(key: &PrivateKey, hash: HashAlgorithm, pss: bool) -> Result<KeySigner<'_>, Error> {
    if pss {
        return Ok(KeySigner::with_pss(key, hash, hash.digest_size() as u16)?);
    }
    let takes_hash = matches!(key, PrivateKey::Rsa(_) | PrivateKey::Ec(_) | PrivateKey::Dsa(_));
    Ok(KeySigner::new(key, takes_hash.then_some(hash))?)
}
