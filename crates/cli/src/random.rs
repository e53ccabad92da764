//! `ironlatch random`: keys, tokens, passphrases, recovery codes.

use std::io::{IsTerminal, Write};

use ironlatch::recipes::secrets::{self, Passphrase, RecoveryCodes};
use ironlatch::secret::SecretBytes;
use serde_json::json;

use crate::Result;
use crate::failure::{Exit, Failure};
use crate::streams::{self, STDOUT};

/// Make random bytes, passphrases and recovery codes
#[derive(clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "\
Examples:
  ironlatch random                            32 bytes in hexadecimal
  ironlatch random --bytes 16 --format urlsafe
  ironlatch random --bytes 32 --format raw > key.bin
  ironlatch random passphrase --words 7
  ironlatch random codes --count 8 --json"
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    kind: Option<Kind>,
    #[command(flatten)]
    bytes: Bytes,
}

#[derive(clap::Args)]
struct Bytes {
    /// The number of random bytes
    #[arg(short, long, value_name = "N", default_value_t = secrets::TOKEN_BYTES as u64)]
    bytes: u64,
    /// The format of the output
    #[arg(short, long, value_enum, default_value_t = Format::Hex)]
    format: Format,
    /// Print a JSON object
    #[arg(long)]
    json: bool,
}

#[derive(clap::Subcommand)]
enum Kind {
    /// Random words for a person to remember: 12.9 bits of entropy a word
    Passphrase {
        /// The number of words
        #[arg(short, long, value_name = "N", default_value_t = Passphrase::WORDS)]
        words: usize,
        /// The separator between words
        #[arg(short, long, default_value = " ")]
        separator: String,
        /// Print a JSON object, with the entropy
        #[arg(long)]
        json: bool,
    },
    /// Recovery codes to print, all different, without symbols that look alike: 4.9 bits of entropy
    /// a symbol
    Codes {
        /// The number of codes
        #[arg(short, long, value_name = "N", default_value_t = RecoveryCodes::COUNT)]
        count: usize,
        /// Groups in a code
        #[arg(long, value_name = "N", default_value_t = RecoveryCodes::GROUPS)]
        groups: usize,
        /// Symbols in a group
        #[arg(long, value_name = "N", default_value_t = RecoveryCodes::GROUP_SIZE)]
        group_size: usize,
        /// Print a JSON object, with the entropy
        #[arg(long)]
        json: bool,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Hexadecimal
    Hex,
    /// Base64
    Base64,
    /// Base64 for URLs and file names, without padding
    Urlsafe,
    /// The bytes themselves, without a newline
    Raw,
}

impl Arguments {
    pub(crate) fn json(&self) -> bool {
        match &self.kind {
            Some(Kind::Passphrase { json, .. } | Kind::Codes { json, .. }) => *json,
            None => self.bytes.json,
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    match &arguments.kind {
        None => bytes(&arguments.bytes),
        Some(Kind::Passphrase { words, separator, json }) => {
            let passphrase = Passphrase::generate(*words, separator).map_err(|error| usage(&error))?;
            if *json {
                let entropy = passphrase.entropy_bits();
                print_json(&json!({ "passphrase": passphrase.expose(), "words": words, "entropy_bits": entropy }))
            } else {
                streams::print(format!("{}\n", passphrase.expose()))
            }
        }
        Some(Kind::Codes { count, groups, group_size, json }) => {
            let codes = RecoveryCodes::generate(*count, *groups, *group_size).map_err(|error| usage(&error))?;
            if *json {
                let entropy = codes.entropy_bits();
                print_json(&json!({ "codes": codes.expose().collect::<Vec<_>>(), "entropy_bits": entropy }))
            } else {
                let mut text = codes.expose().collect::<Vec<_>>().join("\n");
                text.push('\n');
                streams::print(text)
            }
        }
    }
}

/// Reports numbers that are out of range as an error in the command line.
fn usage(error: &impl core::fmt::Display) -> Failure {
    Failure::new(Exit::Usage, error.to_string())
}

fn print_json(value: &serde_json::Value) -> Result {
    streams::print(format!("{value}\n"))
}

fn bytes(arguments: &Bytes) -> Result {
    /// The number of bytes made at a time; divisible by three, so that pieces of base64 join.
    const PIECE: u64 = 48 * 1024;
    const LONGEST_JSON: u64 = 1024 * 1024;
    if arguments.json {
        if arguments.format == Format::Raw || arguments.bytes > LONGEST_JSON {
            return Err(Failure::new(Exit::Usage, "JSON holds no raw bytes, and at most 1048576 encoded ones"));
        }
        let value = encode(arguments.format, arguments.bytes)?;
        let value = core::str::from_utf8(value.expose()).unwrap_or_default();
        return print_json(&json!({ "value": value, "bytes": arguments.bytes, "entropy_bits": arguments.bytes * 8 }));
    }
    let mut out = streams::stdout()?;
    if arguments.format == Format::Raw && out.is_terminal() {
        return Err(Failure::new(Exit::Usage, "raw bytes would garble the terminal").hint(
            "send them to a file or a program (ironlatch random --format raw > key.bin), or choose another --format",
        ));
    }
    let mut write = |bytes: &[u8]| out.write_all(bytes).map_err(|error| Failure::io("write to", STDOUT, &error));
    let mut left = arguments.bytes;
    while left > 0 {
        let count = left.min(PIECE);
        write(encode(arguments.format, count)?.expose())?;
        left -= count;
    }
    if arguments.format != Format::Raw {
        write(b"\n")?;
    }
    Ok(())
}

fn encode(format: Format, count: u64) -> Result<SecretBytes> {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let text = match format {
        Format::Raw => return Ok(SecretBytes::generate(count)?),
        Format::Hex => secrets::token_hex(count),
        Format::Base64 => secrets::token_base64(count),
        Format::Urlsafe => secrets::token_urlsafe(count),
    };
    let text = zeroize::Zeroizing::new(text);
    Ok(SecretBytes::copy_from(text.as_bytes()))
}
