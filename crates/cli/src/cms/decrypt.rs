//! `ironlatch cms decrypt`.

use std::io::Write;
use std::path::PathBuf;

use ironlatch::cms::enveloped_data::{self, Accepted};
use ironlatch::recipes::fs::Access;
use serde_json::json;
use zeroize::Zeroizing;

use super::{OwnOptions, failed};
use crate::Result;
use crate::encrypt::Target;
use crate::failure::{Exit, Failure};
use crate::progress::{Progress, Watched};
use crate::streams::{self, DASH, STDOUT, Source};

/// Decrypt a message with the private key of a certificate
///
/// Reads DER, BER and PEM. Nothing is given out before all of it has been verified: only the owner
/// can read the new file, and it appears when it is complete.
#[derive(clap::Args)]
#[command(after_help = "\
Output to a pipe is held in memory until all of it has been verified.

Examples:
  ironlatch cms decrypt -c ada.pem -k ada.key report.pdf.p7m          makes report.pdf
  ironlatch cms decrypt -c ada.pem -k ada.key -o report.pdf message.der
  ironlatch cms decrypt -c ada.pem -k ada.key < photos.p7m | tar x")]
pub(crate) struct Arguments {
    /// The file; - for standard input
    #[arg(default_value = DASH)]
    input: PathBuf,
    #[command(flatten)]
    own: OwnOptions,
    /// Where to write; - for standard output. The default is the input's name without .p7m, or
    /// standard output for -
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Decrypt a message without authentication too (EnvelopedData): anyone can have changed it
    #[arg(long)]
    allow_unauthenticated: bool,
    /// Replace the output if it exists
    #[arg(short, long)]
    force: bool,
    /// Print what was done as a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    let source = Source::open(&arguments.input)?;
    let target = target(arguments)?;
    let mut output = Target::create(&target, arguments.force, Access::Owner, &source, arguments.json)?;
    let (certificate, _, key) = arguments.own.load(source.is_stdin())?;
    let accepted =
        if arguments.allow_unauthenticated { Accepted::AlsoUnauthenticated } else { Accepted::Authenticated };
    let Source { file, name, len, .. } = source;
    let input = Watched::new(file, Progress::new(&name, len, arguments.json));
    let named = |error| failed(error, &name, &target);
    let len = if let Target::Stdout(out) = &mut output {
        // Nobody can take back what went into a pipe.
        let mut plain = Zeroizing::new(Vec::with_capacity(len.and_then(|len| len.try_into().ok()).unwrap_or(1 << 16)));
        let len = enveloped_data::decrypt_from(input, &key, &certificate, accepted, &mut *plain).map_err(named)?;
        out.write_all(&plain).map_err(|error| Failure::io("write to", STDOUT, &error))?;
        len
    } else {
        enveloped_data::decrypt_from(input, &key, &certificate, accepted, &mut output).map_err(named)?
    };
    output.commit()?;
    if arguments.json {
        let done = json!({ "input": name, "output": target.to_string_lossy(), "bytes": len });
        streams::print(format!("{done}\n"))?;
    }
    Ok(())
}

fn target(arguments: &Arguments) -> Result<PathBuf> {
    if let Some(output) = &arguments.output {
        return Ok(output.clone());
    }
    if arguments.input.as_os_str() == DASH {
        return Ok(DASH.into());
    }
    if arguments.input.extension().is_some_and(|extension| extension == "p7m") {
        return Ok(arguments.input.with_extension(""));
    }
    Err(Failure::new(Exit::Usage, format!("{} does not end in .p7m", arguments.input.display()))
        .hint("say with -o where the decrypted file should go"))
}
