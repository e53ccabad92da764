//! `ironlatch inspect`.

use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use ironlatch::inspect::{self, ENOUGH, Finding};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::failure::{ERROR, Exit, Failure};
use crate::streams::{self, DASH, Source};
use crate::{Result, findings};

/// Show what a key, token, certificate, password hash or encrypted file is, without its secret
///
/// Nothing is decrypted or verified: the command shows what the file says about itself. It
/// identifies private keys by their public half.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  ironlatch inspect backup.tar.age
  ironlatch inspect ~/.ssh/id_ed25519 server.pem
  pbpaste | ironlatch inspect
  ironlatch inspect --json token.txt | jq -r '.[0].found[0].facts.expires'")]
pub(crate) struct Arguments {
    /// The files; - for standard input
    #[arg(default_value = DASH)]
    files: Vec<PathBuf>,
    /// Print a JSON array with an object for each file
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    let mut reports = Vec::new();
    let mut unknown = None;
    for path in &arguments.files {
        let source = Source::open(path)?;
        let name = source.name.clone();
        let readable = readable_by_others(&source);
        let found = read(source)?;
        if found.is_empty() {
            unknown.get_or_insert(name.clone());
        }
        let warning = (readable && found.iter().any(|found| found.secret))
            .then(|| format!("other users of this machine can read it, and it holds a secret: chmod 600 {name}"));
        if arguments.json {
            let found: Vec<Value> = found.iter().map(findings::to_json).collect();
            reports.push(json!({ "file": name, "found": found, "warning": warning }));
        } else {
            streams::print_coloured(&describe(&name, &found, warning.as_deref()))?;
        }
    }
    if arguments.json {
        streams::print(format!("{}\n", Value::from(reports)))?;
    }
    match unknown {
        None => Ok(()),
        Some(name) => Err(Failure::new(Exit::Failure, format!("{name}: not in any known format"))
            .hint("it may be encrypted data without a header, or not a key or token at all")),
    }
}

fn read(source: Source) -> Result<Vec<Finding>> {
    let Source { file, name, len, .. } = source;
    let mut data = Zeroizing::new(Vec::with_capacity(ENOUGH));
    file.take(ENOUGH as u64).read_to_end(&mut data).map_err(|error| Failure::io("read", &name, &error))?;
    Ok(inspect::inspect(&data, len))
}

fn readable_by_others(source: &Source) -> bool {
    const OTHERS: u32 = 0o044;
    let metadata = source.file.metadata().ok().filter(std::fs::Metadata::is_file);
    !source.is_stdin() && metadata.is_some_and(|metadata| metadata.permissions().mode() & OTHERS != 0)
}

fn describe(name: &str, found: &[Finding], warning: Option<&str>) -> String {
    let mut text = String::new();
    for finding in found {
        findings::write(name, finding, &mut text);
    }
    if let Some(warning) = warning {
        text += &format!("  {ERROR}warning:{ERROR:#} {warning}\n");
    }
    text
}
