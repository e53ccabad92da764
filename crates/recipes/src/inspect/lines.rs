//! Recognizes what one line of text can hold: keys, tokens, password hashes, pins.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use zeroize::Zeroizing;

use super::{Finding, MAX_FINDINGS, keys, shown, tokens};
use crate::age::{Identity, Recipient};
use crate::passwords::{Hasher, Scheme, Stored};
use ironlatch_core::kdf::argon2::Version;

/// Recognizes text line by line. Empty lines, comments and unknown lines are skipped.
pub(super) fn recognise(text: &str) -> Vec<Finding> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.filter_map(line).take(MAX_FINDINGS).collect()
}

/// Each way of reading a line says no to what is another's.
fn line(line: &str) -> Option<Finding> {
    age_key(line)
        .or_else(|| keys::ssh_line(line))
        .or_else(|| tokens::fernet(line))
        .or_else(|| tokens::jose(line))
        .or_else(|| password_hash(line))
        .or_else(|| one_time_password(line))
        .or_else(|| webhook(line))
        .or_else(|| pin(line))
        .or_else(|| raw_key(line))
}

/// A line of a key file, or of a file with recipients.
fn age_key(line: &str) -> Option<Finding> {
    if line.to_ascii_uppercase().starts_with("AGE-SECRET-KEY-") || line.starts_with("AGE-PLUGIN-") {
        let found = Finding::new("age-identity", "a private key that decrypts files").secret();
        return Some(match line.parse::<Identity>() {
            Ok(identity) => {
                found.with_some("recipient", identity.recipient().map(|recipient| shortened(&recipient.to_string())))
            }
            Err(error) => found.note(error.to_string()),
        });
    }
    if line.len() < 60 || !line.to_ascii_lowercase().starts_with("age1") {
        return None;
    }
    let found = Finding::new("age-recipient", "a public key that files are encrypted to");
    Some(match line.parse::<Recipient>() {
        Ok(recipient) => found.with("recipient", shortened(&recipient.to_string())),
        Err(error) => found.note(error.to_string()),
    })
}

/// A password hash, alone on its line or behind a user's name as in a password file.
fn password_hash(line: &str) -> Option<Finding> {
    let (user, text, stored) = match Stored::parse(line) {
        Ok(stored) => (None, line, stored),
        Err(_) => {
            let (user, rest) = line.split_once(':')?;
            let text = rest.split(':').next()?;
            (Some(user), text, Stored::parse(text).ok()?)
        }
    };
    let scheme = stored.scheme();
    let found = Finding::new("password-hash", format!("a password's hash ({})", scheme.name()))
        .with_some("user", user.map(shown))
        .with("function", scheme.name());
    let found = match scheme {
        Scheme::Argon2(_, version, cost) => {
            let found = if version == Version::V10 { found.with("version", "1.0") } else { found };
            found.with("memory_kib", cost.memory_cost).with("iterations", cost.iterations).with("lanes", cost.lanes)
        }
        Scheme::Bcrypt { cost, .. } => found.with("cost", format!("2^{cost}")),
        Scheme::Scrypt { n, r, p } => found.with("cost", format!("n={n}, r={r}, p={p}")),
        Scheme::Pbkdf2 { algorithm, iterations } => {
            found.with("digest", algorithm.name()).with("iterations", iterations)
        }
    };
    let found = found.with_some("pepper", stored.pepper_name().map(shown));
    let old = stored.pepper_name().is_none() && Hasher::default().needs_rehash(text) == Ok(true);
    let old = old.then_some("it is not what is made by default today: verify_and_update replaces it at the next login");
    Some(old.into_iter().fold(found, Finding::note))
}

/// An otpauth URI (the QR code of two-factor apps). Its secret stays unsaid.
fn one_time_password(line: &str) -> Option<Finding> {
    let rest = line.strip_prefix("otpauth://")?;
    let (kind, rest) = rest.split_once('/')?;
    let (label, query) = rest.split_once('?').unwrap_or((rest, ""));
    let parameter = |name: &str| {
        query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .find(|(known, _)| *known == name)
            .map(|(_, v)| shown(v))
    };
    let title = format!("a secret for one-time passwords ({})", shown(&kind.to_uppercase()));
    Some(
        Finding::new("otp-uri", title)
            .secret()
            .with("account", shown(label))
            .with_some("issuer", parameter("issuer"))
            .with_some("algorithm", parameter("algorithm"))
            .with_some("digits", parameter("digits"))
            .with_some("period", parameter("period")),
    )
}

/// Secrets and keys of Standard Webhooks.
fn webhook(line: &str) -> Option<Finding> {
    const PREFIXES: [(&str, &str, bool); 3] = [
        ("whsec_", "a webhook's secret", true),
        ("whsk_", "a webhook's private key (Ed25519)", true),
        ("whpk_", "a webhook's public key (Ed25519)", false),
    ];
    let (prefix, title, secret) = PREFIXES.into_iter().find(|(prefix, ..)| line.starts_with(prefix))?;
    let bytes = Zeroizing::new(STANDARD.decode(&line[prefix.len()..]).ok()?);
    let found = Finding::new("webhook-key", title).with("bytes", bytes.len());
    Some(if secret { found.secret() } else { found })
}

/// A pin of a certificate's key.
fn pin(line: &str) -> Option<Finding> {
    let (name, digest) = line.split_once('/')?;
    let bytes = STANDARD.decode(digest).ok()?;
    (name == "sha256" && bytes.len() == 32)
        .then(|| Finding::new("pin", "the pin of a public key (SHA-256 of its SPKI)"))
}

/// 32 bytes in base64url with padding, as Fernet's keys are written.
fn raw_key(line: &str) -> Option<Finding> {
    const LEN: usize = 44;
    if line.len() != LEN {
        return None;
    }
    let bytes = Zeroizing::new(URL_SAFE.decode(line).ok()?);
    (bytes.len() == 32).then(|| {
        Finding::new("key-bytes", "32 bytes in base64, most likely a secret key (Fernet's keys look like this)")
            .secret()
    })
}

/// The beginning and end of a long key.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 100;
    match text.len() {
        0..=LONGEST => text.to_owned(),
        len => format!("{}…{} ({len} characters)", &text[..24], &text[len - 8..]),
    }
}
