//! JSON Web Keys (RFC 7517), where algorithm and key agree with a kind of ours.

use zeroize::Zeroizing;

use super::super::contents::Entry;
use super::super::draft::Imported;
use super::super::version::{Prefix, State, Version};
use super::{Kind, not_there, state_at, youngest_last};
use crate::keyring::MAX_NAME_LEN;
use crate::{Error, Result};
use ironlatch_core::Error as CoreError;
use ironlatch_core::asymmetric::ed25519;
use ironlatch_core::keys::PrivateKey;
use ironlatch_core::keys::jwk::{self, Jwk, Key};
use ironlatch_core::secret::{SecretBytes, SecretText};

pub(super) fn read(text: &[u8]) -> Result<(Kind, Vec<Imported>)> {
    let keys = if jwk::is_set(text) { all_of(jwk::parse_set(text)?)? } else { vec![Jwk::parse(text)?] };
    let mut kind = None;
    let mut versions = Vec::new();
    for jwk in keys {
        let label = jwk.key_id.clone();
        if let Some(label) = &label
            && !((1..=MAX_NAME_LEN).contains(&label.len()) && label.bytes().all(|byte| byte.is_ascii_graphic()))
        {
            return Err(Error::value(format!(
                "a key's name (kid) must be 1 to {MAX_NAME_LEN} visible ASCII characters without spaces"
            )));
        }
        let (own, prefix, material) = read_key(jwk)?;
        if kind.is_some_and(|kind| kind != own) {
            return Err(Error::Core(CoreError::WrongType(
                "the keys of the set are of several kinds: import them one by one".into(),
            )));
        }
        kind = Some(own);
        versions.push(Imported { material, id: None, state: state_at(versions.len()), prefix, label });
    }
    match kind {
        Some(kind) => Ok((kind, youngest_last(versions))),
        None => Err(Error::value("there is no key in the JWK Set whose type is known")),
    }
}

/// The keys of a set. Those of types that are not known are passed over; a damaged one is not left
/// behind unsaid.
fn all_of(set: jwk::Set) -> Result<Vec<Jwk>> {
    match set.ignored.into_iter().find(|ignored| !matches!(ignored.reason, CoreError::Unsupported { .. })) {
        Some(ignored) => Err(Error::value(format!("the key {} cannot be read: {}", ignored.name(), ignored.reason))),
        None => Ok(set.keys),
    }
}

fn read_key(jwk: Jwk) -> Result<(Kind, Prefix, SecretBytes)> {
    let refuse = |why: String| Err(Error::Core(CoreError::WrongType(why.into())));
    let (algorithm, usage) = (jwk.algorithm.as_deref(), jwk.usage.as_deref());
    let (kind, own_usage, material) = match (jwk.key, algorithm) {
        (Key::Symmetric(secret), Some("HS256")) => (Kind::HmacSha256, "sig", secret),
        (Key::Symmetric(secret), Some("A128GCM" | "A256GCM")) => {
            let expected = if algorithm == Some("A128GCM") { 16 } else { 32 };
            if secret.len() != expected {
                return Err(Error::value(format!(
                    "the key has {} bytes, and its \"alg\" takes {expected}",
                    secret.len()
                )));
            }
            (Kind::AesGcm, "enc", secret)
        }
        (Key::Symmetric(_), None) => {
            return refuse("the key does not say what it is for: its \"alg\" must be HS256, A256GCM or A128GCM".into());
        }
        (Key::Private(PrivateKey::Ed25519(key)), None | Some("EdDSA" | "Ed25519")) => {
            (Kind::Ed25519, "sig", SecretBytes::copy_from(&*key.private_bytes()))
        }
        (Key::Public(_), _) => return refuse("it is a public key: a keyring holds what makes".into()),
        (_, Some(algorithm)) => {
            return refuse(format!(
                "keys for {algorithm:?} are not taken: HS256, EdDSA on Ed25519, A256GCM and A128GCM are"
            ));
        }
        (Key::Private(_), None) => return refuse("private keys of this type are not taken: Ed25519 keys are".into()),
    };
    if usage.is_some_and(|usage| usage != own_usage) {
        return refuse(format!("its \"use\" must be {own_usage:?} for its \"alg\""));
    }
    // A keyring's key does all that its kind does (RFC 7517 §4.3).
    let needed: &[&str] = match kind {
        Kind::Ed25519 => &["sign"],
        Kind::HmacSha256 => &["sign", "verify"],
        _ => &["encrypt", "decrypt"],
    };
    if let Some(operations) = &jwk.operations
        && let Some(missing) = needed.iter().find(|needed| !operations.iter().any(|operation| operation == *needed))
    {
        return refuse(format!("its \"key_ops\" leave out {missing:?}, and a key of a keyring is used for that too"));
    }
    if !kind.takes(material.len()) {
        return Err(Error::value(format!("an HS256 secret has 32 to 1024 bytes, not {}", material.len())));
    }
    let prefix = if kind == Kind::AesGcm { Prefix::Nothing } else { Prefix::Id };
    Ok((kind, prefix, material))
}

pub(super) fn write(entry: &Entry) -> Result<SecretText> {
    if !matches!(entry.kind, Kind::HmacSha256 | Kind::Ed25519 | Kind::AesGcm) {
        return Err(not_there(entry, "JSON Web Key"));
    }
    let mut versions: Vec<_> = entry.versions.iter().rev().filter(|version| version.state.is_usable()).collect();
    versions.sort_by_key(|version| version.state != State::Primary);
    let keys = versions.into_iter().map(|version| Ok(write_key(version)?.to_json()?));
    let keys: Vec<Zeroizing<String>> = keys.collect::<Result<_>>()?;
    // Room for all of it, so that the text never moves.
    let mut text = String::with_capacity(16 + keys.iter().map(|key| key.len() + 1).sum::<usize>());
    text.push_str("{\"keys\":[");
    for (index, key) in keys.iter().enumerate() {
        text.push_str(if index > 0 { "," } else { "" });
        text.push_str(key);
    }
    text.push_str("]}\n");
    Ok(SecretText::new(text))
}

fn write_key(version: &Version) -> Result<Jwk> {
    let bytes = version.material()?.bytes().expose();
    let symmetric = || Key::Symmetric(SecretBytes::copy_from(bytes));
    let (key, algorithm, usage) = match (version.kind, bytes.len()) {
        (Kind::Ed25519, _) => {
            (Key::Private(PrivateKey::Ed25519(ed25519::PrivateKey::from_bytes(bytes)?)), "EdDSA", "sig")
        }
        (Kind::HmacSha256, _) => (symmetric(), "HS256", "sig"),
        (_, 16) => (symmetric(), "A128GCM", "enc"),
        _ => (symmetric(), "A256GCM", "enc"),
    };
    Ok(Jwk {
        key_id: Some(version.name()),
        algorithm: Some(algorithm.into()),
        usage: Some(usage.into()),
        ..Jwk::new(key)
    })
}
