//! `ironlatch sign token` and `ironlatch verify token`: timed tokens, signed or encrypted,
//! depending on the key.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use ironlatch::Error as CoreError;
use ironlatch::recipes::Error;
use ironlatch::recipes::signing::KeySet;
use ironlatch::recipes::signing::token::{Data, EncryptedTokens, EncryptionKey, SignedTokens, Validity, Verified};
use ironlatch::secret::SecretBytes;
use ironlatch::text;
use serde_json::{Value, json};

use crate::Result;
use crate::failure::{Exit, Failure};
use crate::passphrase::PassphraseOptions;
use crate::requests::ReplayOptions;
use crate::signing_keys;
use crate::span::span;
use crate::streams::{self, DASH, Source};

/// Make a token that carries data and expires
///
/// With a signing key anyone can read the data but nobody can change it; with a key for encrypted
/// tokens nobody can read it either.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  echo '{\"user\":42}' | ironlatch sign token -k signing.jwk --purpose password-reset
  ironlatch sign token -k signing.jwk --purpose invite --valid-for 7d data.json
  ironlatch sign token -k encrypting.jwk --purpose session --bytes state.bin")]
pub(crate) struct SignArguments {
    #[command(flatten)]
    common: Common,
    /// The data, as JSON; - for standard input
    #[arg(value_name = "DATA-FILE", default_value = DASH)]
    data: PathBuf,
    /// Take the data as bytes, not as JSON
    #[arg(long)]
    bytes: bool,
    /// How long the token is valid: seconds, or a number with s, m, h or d
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = span)]
    valid_for: u64,
    /// Print a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// Print the data of a token, if it is genuine and has not expired
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  ironlatch verify token -k signing.jwk --purpose password-reset token.txt
  ironlatch verify token -k signing.jwk --purpose invite --max-age 1d --json < token.txt")]
pub(crate) struct VerifyArguments {
    #[command(flatten)]
    common: Common,
    /// The token; - for standard input
    #[arg(value_name = "TOKEN-FILE", default_value = DASH)]
    token: PathBuf,
    /// The maximum age of the token, whatever it says itself: seconds, or a number with s, m, h or
    /// d
    #[arg(long, value_name = "TIME", value_parser = span)]
    max_age: Option<u64>,
    #[command(flatten)]
    replay: ReplayOptions,
    /// Print a JSON object: data, claims and the key's name
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
struct Common {
    /// The key, or several of which the first makes tokens and all verify: see ironlatch sign
    /// keygen
    #[arg(short, long, value_name = "KEY-FILE")]
    key: PathBuf,
    #[command(flatten)]
    passphrase: PassphraseOptions,
    /// The purpose of the token, such as password-reset: tokens for anything else are refused
    #[arg(short, long, value_name = "NAME")]
    purpose: String,
    /// The audience of the token, such as a service's name
    #[arg(long, value_name = "NAME")]
    audience: Option<String>,
}

/// The kind of token that the key makes.
enum Tokens {
    Signed(SignedTokens),
    Encrypted(EncryptedTokens),
}

impl Common {
    fn tokens(&self, input: &Path) -> Result<Tokens> {
        let usage = |error: Error| Failure::new(Exit::Usage, error.to_string());
        let tokens = match load(&self.key, &self.passphrase, input)? {
            Keys::Signing(keys) => {
                let tokens = SignedTokens::new(keys, &self.purpose).map_err(usage)?;
                Tokens::Signed(match &self.audience {
                    Some(audience) => tokens.with_audience(audience),
                    None => tokens,
                })
            }
            Keys::Encryption(keys) => {
                let tokens = EncryptedTokens::new(keys, &self.purpose).map_err(usage)?;
                Tokens::Encrypted(match &self.audience {
                    Some(audience) => tokens.with_audience(audience),
                    None => tokens,
                })
            }
        };
        Ok(tokens)
    }
}

pub(crate) fn sign(arguments: &SignArguments) -> Result {
    let tokens = arguments.common.tokens(&arguments.data)?;
    let (Source { name, .. }, data) = read(&arguments.data)?;
    let data = if arguments.bytes {
        Data::Bytes(data.expose().to_vec())
    } else {
        let text = text::decode(data.expose())
            .map_err(|error| Failure::new(Exit::Failure, format!("{name}: {error}")).hint(NO_JSON))?;
        Data::Json(text.trim().to_owned())
    };
    let made = match &tokens {
        Tokens::Signed(tokens) => tokens.sign(&data, arguments.valid_for, now()),
        Tokens::Encrypted(tokens) => tokens.encrypt(&data, arguments.valid_for, now()),
    };
    let token = made.map_err(|error| {
        let failure = Failure::new(Exit::Failure, error.to_string());
        match error {
            Error::Core(error) if error.is_wrong_value() => failure.hint(NO_JSON),
            Error::Core(CoreError::WrongType(_)) => failure.hint("give the private key, not the public half"),
            _ => failure,
        }
    })?;
    streams::print(if arguments.json { format!("{}\n", json!({ "token": token })) } else { format!("{token}\n") })
}

const NO_JSON: &str = "text is JSON in quotes: '\"hello\"'; --bytes takes any file as it is";

pub(crate) fn verify(arguments: &VerifyArguments) -> Result {
    let tokens = arguments.common.tokens(&arguments.token)?;
    let (_, text) = read(&arguments.token)?;
    let text = String::from_utf8_lossy(text::without_mark(text.expose()));
    let validity = Validity { max_age: arguments.max_age.map(|age| age as f64), now: now() };
    let mut verified = match &tokens {
        Tokens::Signed(tokens) => tokens.verify(text.trim(), validity)?,
        Tokens::Encrypted(tokens) => tokens.decrypt(text.trim(), validity)?,
    };
    if let Some(store) = arguments.replay.store() {
        verified = verified.only_once(&store, validity.now)?;
    }
    if arguments.json { streams::print(format!("{}\n", describe(&verified)?)) } else { show(&verified) }
}

fn describe(verified: &Verified) -> Result<Value> {
    let bad = |_| Failure::new(Exit::Failure, "the token's claims cannot be printed as JSON");
    let claims: Value = serde_json::from_str(&verified.claims).map_err(bad)?;
    Ok(json!({ "data": claims.get("data"), "bin": claims.get("bin"), "claims": claims, "key_id": verified.key_id }))
}

fn show(verified: &Verified) -> Result {
    match &verified.data {
        Some(Data::Json(text)) => streams::print(format!("{text}\n")),
        Some(Data::Bytes(bytes)) => streams::print(bytes),
        None => streams::print(format!("{}\n", verified.claims)),
    }
}

enum Keys {
    Signing(KeySet),
    Encryption(Vec<EncryptionKey>),
}

/// Reads the keys of a file, for their purpose.
fn load(path: &Path, passphrase: &PassphraseOptions, input: &Path) -> Result<Keys> {
    if path.as_os_str() == DASH {
        return Err(Failure::new(Exit::Usage, "the key comes from a file; standard input is for data and tokens"));
    }
    let (source, text) = read(path)?;
    match EncryptionKey::parse_all(text.expose()) {
        Ok(keys) => {
            streams::warn_if(source.exposed, path);
            Ok(Keys::Encryption(keys))
        }
        Err(_) => signing_keys::load(path, passphrase, input.as_os_str() == DASH).map(Keys::Signing),
    }
}

fn read(path: &Path) -> Result<(Source, SecretBytes)> {
    let mut source = Source::open(path)?;
    let text = SecretBytes::from_read(&mut source.file, false).map_err(|error| Failure::of(&source.name, error))?;
    Ok((source, text))
}

pub(crate) fn now() -> f64 {
    SystemTime::UNIX_EPOCH.elapsed().map_or(0.0, |since| since.as_secs_f64())
}
