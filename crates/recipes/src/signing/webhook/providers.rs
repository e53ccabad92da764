//! Senders with headers of their own: GitHub, Stripe, Slack. All three sign with HMAC-SHA-256 and
//! write it in hexadecimal.

use super::headers::{self, Headers};
use super::secret::code;
use super::{MAX_SIGNATURES, Verified, check_age, check_count, malformed, wrong_signature};
use crate::signing::FOREVER;
use crate::{Error, Result};
use ironlatch_core::constant_time::bytes_eq;
use ironlatch_core::hash::{HashAlgorithm, digest_into};
use ironlatch_core::secret::SecretBytes;

pub(super) struct Provider {
    kind: Kind,
    secrets: Vec<SecretBytes>,
}

#[derive(Clone, Copy)]
enum Kind {
    GitHub,
    Stripe,
    Slack,
}

impl Kind {
    /// The secret without what an editor or a clipboard put behind it. Stripe's and Slack's have no
    /// spaces in them; GitHub's is what somebody entered on one line.
    fn plain(self, secret: &[u8]) -> &[u8] {
        match self {
            Self::GitHub => {
                let line = secret.strip_suffix(b"\n").unwrap_or(secret);
                line.strip_suffix(b"\r").unwrap_or(line)
            }
            Self::Stripe | Self::Slack => secret.trim_ascii(),
        }
    }
}

const GITHUB_SIGNATURE: &str = "X-Hub-Signature-256";
const STRIPE_SIGNATURE: &str = "Stripe-Signature";
const SLACK_SIGNATURE: &str = "X-Slack-Signature";
const SLACK_TIMESTAMP: &str = "X-Slack-Request-Timestamp";

impl Provider {
    pub(super) fn github(secrets: &[&[u8]]) -> Result<Self> {
        Self::new(Kind::GitHub, secrets)
    }

    pub(super) fn stripe(secrets: &[&[u8]]) -> Result<Self> {
        Self::new(Kind::Stripe, secrets)
    }

    pub(super) fn slack(secrets: &[&[u8]]) -> Result<Self> {
        Self::new(Kind::Slack, secrets)
    }

    fn new(kind: Kind, secrets: &[&[u8]]) -> Result<Self> {
        check_count(secrets.len())?;
        let secrets: Vec<&[u8]> = secrets.iter().map(|secret| kind.plain(secret)).collect();
        if secrets.iter().any(|secret| secret.is_empty()) {
            return Err(Error::value("a secret is empty: anybody could sign with it"));
        }
        Ok(Self { kind, secrets: secrets.into_iter().map(SecretBytes::copy_from).collect() })
    }

    pub(super) fn name(&self) -> &'static str {
        match self.kind {
            Kind::GitHub => "GitHub",
            Kind::Stripe => "Stripe",
            Kind::Slack => "Slack",
        }
    }

    pub(super) fn verify(&self, headers: &Headers<'_>, body: &[u8], now: f64, tolerance: u64) -> Result<Verified> {
        match self.kind {
            Kind::GitHub => {
                let header = headers.required(GITHUB_SIGNATURE)?;
                let signature = prefixed(GITHUB_SIGNATURE, header, "sha256=")?;
                let id = self.find(&[signature], &[body])?;
                Ok(Verified { id, timestamp: None, remember_until: FOREVER })
            }
            Kind::Stripe => {
                let (time, signatures) = stripe_header(headers.required(STRIPE_SIGNATURE)?)?;
                let timestamp = headers::timestamp(STRIPE_SIGNATURE, time)?;
                let remember_until = check_age(timestamp, now, tolerance)?;
                let id = self.find(&signatures, &[time.as_bytes(), b".", body])?;
                Ok(Verified { id, timestamp: Some(timestamp), remember_until })
            }
            Kind::Slack => {
                let time = headers.required(SLACK_TIMESTAMP)?;
                let timestamp = headers::timestamp(SLACK_TIMESTAMP, time)?;
                let signature = prefixed(SLACK_SIGNATURE, headers.required(SLACK_SIGNATURE)?, "v0=")?;
                let remember_until = check_age(timestamp, now, tolerance)?;
                let id = self.find(&[signature], &[b"v0:", time.as_bytes(), b":", body])?;
                Ok(Verified { id, timestamp: Some(timestamp), remember_until })
            }
        }
    }

    /// The name of the message if one of the signatures is by one of the secrets. It is made of the
    /// right signature, so that other headers around it make no other message of it.
    fn find(&self, signatures: &[[u8; 32]], pieces: &[&[u8]]) -> Result<String> {
        if signatures.is_empty() {
            return Err(wrong_signature());
        }
        let mut found = None;
        for secret in &self.secrets {
            let expected = code(secret.expose(), pieces)?;
            for signature in signatures {
                if bytes_eq(&expected, signature) {
                    found = Some(expected);
                }
            }
        }
        let signature = found.ok_or_else(wrong_signature)?;
        let mut name = [0; 32];
        digest_into(HashAlgorithm::Sha256, &signature, name.as_mut_slice().into());
        Ok(format!("sha256:{}", hex::encode(name)))
    }
}

/// `t=1700000000,v1=5257a8…,v1=…`: a time, and signatures of which those of other versions are
/// passed over.
fn stripe_header(text: &str) -> Result<(&str, Vec<[u8; 32]>)> {
    let mut time = None;
    let mut signatures = Vec::new();
    for item in text.split(',') {
        match item.trim().split_once('=') {
            Some(("t", value)) if time.is_none() => time = Some(value),
            Some(("t", _)) => return Err(malformed(format!("the {STRIPE_SIGNATURE} header holds more than one time"))),
            Some(("v1", value)) => signatures.extend(signature(value)),
            _ => {}
        }
    }
    let time = time.ok_or_else(|| malformed(format!("the {STRIPE_SIGNATURE} header holds no time (t=…)")))?;
    if signatures.len() > MAX_SIGNATURES {
        return Err(malformed(format!("the {STRIPE_SIGNATURE} header holds more than {MAX_SIGNATURES} signatures")));
    }
    Ok((time, signatures))
}

fn prefixed(name: &str, text: &str, prefix: &str) -> Result<[u8; 32]> {
    text.strip_prefix(prefix).and_then(signature).ok_or_else(|| {
        malformed(format!("the {name} header is not of the form {prefix}… with 64 hexadecimal digits behind it"))
    })
}

fn signature(text: &str) -> Option<[u8; 32]> {
    let mut signature = [0; 32];
    hex::decode_to_slice(text, &mut signature).ok().map(|()| signature)
}
