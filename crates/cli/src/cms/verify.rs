//! `ironlatch cms verify`.

use std::io::Write;
use std::path::PathBuf;

use ironlatch::cms::signed_data::{SignedData, Verified};
use ironlatch::inspect::words::{hex, name_text};
use ironlatch::oid::ObjectIdentifier;
use ironlatch::recipes::fs::Access;
use ironlatch::x509::Time;
use ironlatch::x509::verification::{Policy, Store};
use serde_json::{Value, json};

use super::failed;
use crate::Result;
use crate::cert::reading;
use crate::cert::verify::{purposes, roots};
use crate::encrypt::Target;
use crate::failure::{Exit, Failure};
use crate::streams::{self, DASH, Source};

/// Verify the signatures of a message and their signers' certificates, and say why one is refused
///
/// Reads DER, BER and PEM. Every signature has to be valid, and every signer trusted. Nothing is
/// fetched from the network. The exit code is 3 if the message is refused.
#[derive(clap::Args)]
#[command(after_help = "\
Without --purpose a signer's certificate may be for anything. A signer's time is the signer's own word.

Examples:
  ironlatch cms verify --content report.pdf --roots root.pem --purpose email report.pdf.p7s
  ironlatch cms verify --roots root.pem -o report.pdf report.p7m")]
pub(crate) struct Arguments {
    /// The message; - for standard input
    #[arg(default_value = DASH)]
    input: PathBuf,
    /// The file that was signed, if the message does not hold it
    #[arg(long, value_name = "FILE")]
    content: Option<PathBuf>,
    /// A file with certificates to trust, once or more; the default is what the system trusts
    #[arg(long, value_name = "FILE")]
    roots: Vec<PathBuf>,
    /// A file with more certificates of signers and authorities, once or more
    #[arg(long, value_name = "FILE")]
    intermediates: Vec<PathBuf>,
    /// The purpose that a signer's certificate has to be for
    #[arg(long, value_name = "PURPOSE", value_parser = purposes())]
    purpose: Option<ObjectIdentifier>,
    /// When certificates have to be valid, such as 2027-06-30 or 2027-06-30T12:00:00Z; the default
    /// is now
    #[arg(long, value_name = "TIME")]
    at: Option<Time>,
    /// Ask no more than RFC 5280 does, as private authorities need it: any algorithm, fewer
    /// extensions
    #[arg(long)]
    lenient: bool,
    /// Accept a signer's certificate that is itself among --roots without asking more of it
    #[arg(long, requires = "roots")]
    trusted_leaf: bool,
    /// Write what was signed to FILE once it is verified; - for standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the output if it exists
    #[arg(short, long, requires = "output")]
    force: bool,
    /// Print a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    let source = Source::open(&arguments.input)?;
    if arguments.content.as_deref() == Some(&arguments.input) {
        return Err(Failure::new(Exit::Usage, "the message and what was signed are two files"));
    }
    let mut output = match &arguments.output {
        Some(target) => {
            let output = Target::create(target, arguments.force, Access::Owner, &source, arguments.json)?;
            Some((target, output))
        }
        None => None,
    };
    let store = Store::new(roots(&arguments.roots)?);
    let mut more = Vec::new();
    for path in &arguments.intermediates {
        more.extend(reading::certificates(path)?);
    }
    let content = match &arguments.content {
        Some(path) => Some(reading::contents(Source::open(path)?)?),
        None => None,
    };
    let message = reading::contents(source)?;
    let named = |error| failed(error, &message.name, &arguments.input);
    let signed = SignedData::read(&message.data).map_err(named)?;
    let given = content.as_ref().map(|content| &content.data[..]);
    let verified = signed.verify(given, &more, &store, &arguments.policy()).map_err(named)?;
    if let Some((target, mut output)) = output.take() {
        let content = signed.content().or(given).unwrap_or_default();
        output.write_all(content).map_err(|error| Failure::io("write to", target.display(), &error))?;
        output.commit()?;
        if target.as_os_str() == DASH {
            return Ok(());
        }
    }
    if arguments.json {
        let signers: Vec<Value> = verified.iter().map(signer_json).collect();
        return streams::print(format!("{}\n", json!({ "verified": true, "signers": signers })));
    }
    streams::print(verified.iter().map(signer_text).collect::<String>())
}

impl Arguments {
    fn policy(&self) -> Policy {
        let mut policy = Policy::purpose(self.purpose.clone());
        if let Some(time) = self.at {
            policy.time = time;
        }
        policy.trusted_leaf = self.trusted_leaf;
        if self.lenient { policy.lenient() } else { policy }
    }
}

fn signer_json(signer: &Verified) -> Value {
    let chain: Vec<String> = signer.chain.iter().map(|certificate| name_text(certificate.subject())).collect();
    json!({
        "subject": name_text(signer.certificate.subject()),
        "serial": hex(signer.certificate.serial()),
        "signing_time": signer.signing_time.map(|time| time.to_string()),
        "chain": chain,
    })
}

fn signer_text(signer: &Verified) -> String {
    let time = signer.signing_time.map(|time| format!(", who says that it was at {time}")).unwrap_or_default();
    let mut text = format!("verified: signed by {}{time}\n", name_text(signer.certificate.subject()));
    for (depth, certificate) in signer.chain.iter().enumerate().skip(1) {
        text += &format!("{:width$}issued by {}\n", "", name_text(certificate.subject()), width = 2 * depth);
    }
    text
}
