//! Cleartext JSON keysets of Tink: <https://developers.google.com/tink/wire-format>.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use zeroize::{Zeroize, Zeroizing};

use super::super::contents::Entry;
use super::super::draft::Imported;
use super::super::version::{Prefix, State, Version};
use super::super::version_id::VersionId;
use super::protobuf::{Message, push_bytes, push_field};
use super::{Kind, not_there};
use crate::{Error, Result};
use ironlatch_core::Error as CoreError;
use ironlatch_core::asymmetric::ed25519;
use ironlatch_core::json;
use ironlatch_core::secret::{SecretBytes, SecretText};

/// The types of keys that agree with a kind of ours: the end of the type's name, and the field of
/// the key's bytes.
const TYPES: [(Kind, &str, u8); 7] = [
    (Kind::AesGcm, "AesGcmKey", 3),
    (Kind::XAes256Gcm, "XAesGcmKey", 3),
    (Kind::ChaCha20Poly1305, "ChaCha20Poly1305Key", 2),
    (Kind::XChaCha20Poly1305, "XChaCha20Poly1305Key", 3),
    (Kind::AesSiv, "AesSivKey", 2),
    (Kind::TinkHmacSha256, "HmacKey", 3),
    (Kind::TinkEd25519, "Ed25519PrivateKey", 2),
];
const TYPE_PREFIX: &str = "type.googleapis.com/google.crypto.tink.";

/// The field of the parameters, of those that have such.
const PARAMS: u8 = 2;
/// `XAesGcmParams.salt_size`: the one that agrees with XAES-256-GCM of C2SP.
const SALT_LEN: u64 = 12;
/// `HmacParams.hash` for SHA-256, and `tag_size`.
const SHA256: u64 = 3;
const TAG_LEN: u64 = 32;
/// `Ed25519PrivateKey.public_key`, and in it `key_value`.
const PUBLIC_KEY: u8 = 3;
const PUBLIC_KEY_VALUE: u8 = 2;

pub(super) fn read(text: &[u8]) -> Result<(Kind, Vec<Imported>)> {
    let text = core::str::from_utf8(text).map_err(|_| malformed("it is no text"))?;
    json::check(text).map_err(malformed)?;
    let mut keyset: Value = serde_json::from_str(text).map_err(|_| malformed("it is no JSON"))?;
    let read = read_keyset(&keyset);
    wipe(&mut keyset);
    read
}

fn read_keyset(keyset: &Value) -> Result<(Kind, Vec<Imported>)> {
    if keyset.get("encryptedKeyset").is_some() {
        return Err(Error::Core(CoreError::WrongType(
            "the keyset is encrypted: have Tink write it in cleartext first".into(),
        )));
    }
    let primary = keyset.get("primaryKeyId").and_then(Value::as_u64).ok_or_else(|| malformed("primaryKeyId"))?;
    let keys = keyset.get("key").and_then(Value::as_array).ok_or_else(|| malformed("key"))?;
    let mut kind = None;
    let mut versions = Vec::new();
    for key in keys {
        let key = key.as_object().ok_or_else(|| malformed("key"))?;
        let id = key.get("keyId").and_then(Value::as_u64).and_then(|id| u32::try_from(id).ok());
        let id = id.and_then(VersionId::new).ok_or_else(|| malformed("keyId"))?;
        let state = match text_of(key, "status")? {
            "ENABLED" if u64::from(id.get()) == primary => State::Primary,
            "ENABLED" => State::Active,
            "DISABLED" => State::Disabled,
            "DESTROYED" => continue,
            _ => return Err(malformed("status")),
        };
        let prefix = match text_of(key, "outputPrefixType")? {
            "TINK" => Prefix::Id,
            "RAW" => Prefix::Nothing,
            other => return Err(foreign(format!("the output prefix {other:?} is not taken: TINK and RAW are"))),
        };
        let (own, material) = read_key(key)?;
        if kind.is_some_and(|kind| kind != own) {
            return Err(foreign("the keys of the keyset are of several types: a key of a keyring is of one".into()));
        }
        kind = Some(own);
        versions.push(Imported { material, id: Some(id), state, prefix, label: None });
    }
    match kind {
        Some(kind) if versions.iter().filter(|version| version.state == State::Primary).count() == 1 => {
            Ok((kind, versions))
        }
        _ => Err(malformed("not exactly one of its keys is enabled and primary")),
    }
}

fn read_key(key: &Map<String, Value>) -> Result<(Kind, SecretBytes)> {
    let data = key.get("keyData").and_then(Value::as_object).ok_or_else(|| malformed("keyData"))?;
    let url = text_of(data, "typeUrl")?;
    let name = url.strip_prefix(TYPE_PREFIX).unwrap_or(url);
    let known = TYPES.iter().find(|(_, own, _)| *own == name);
    let (kind, name, field) = *known.ok_or_else(|| {
        let names: Vec<_> = TYPES.iter().map(|(_, name, _)| *name).collect();
        foreign(format!("keys of the type {name:?} are not taken: {} are", names.join(", ")))
    })?;
    let value = Zeroizing::new(STANDARD.decode(text_of(data, "value")?).map_err(|_| malformed("value"))?);
    let message = Message::parse(&value).ok_or_else(|| malformed("value"))?;
    if message.number(1) != Some(0) {
        return Err(foreign(format!("the {name} is of a version that is not known")));
    }
    let material = message.bytes(field.into()).ok_or_else(|| malformed("value"))?;
    check_rest(kind, &message, material)?;
    if !kind.takes(material.len()) {
        return Err(foreign(format!("a {name} of {} bytes is not taken", material.len())));
    }
    Ok((kind, SecretBytes::copy_from(material)))
}

/// The parameters of a key and whatever else it says.
fn check_rest(kind: Kind, message: &Message<'_>, material: &[u8]) -> Result<()> {
    let inner = |field: u8| message.bytes(field.into()).and_then(Message::parse).ok_or_else(|| malformed("value"));
    let agrees = match kind {
        Kind::XAes256Gcm => {
            let size = inner(PARAMS)?.number(1);
            if size != Some(SALT_LEN) {
                return Err(foreign("XAesGcmKeys are taken with salts of 12 bytes, nonces of 192 bits in all".into()));
            }
            message.has_only(&[1, 2, 3])
        }
        Kind::TinkHmacSha256 => {
            let params = inner(PARAMS)?;
            if params.number(1) != Some(SHA256) || params.number(2) != Some(TAG_LEN) {
                return Err(foreign("HmacKeys are taken with SHA-256 and tags of 32 bytes".into()));
            }
            message.has_only(&[1, 2, 3])
        }
        Kind::TinkEd25519 => {
            let public = inner(PUBLIC_KEY)?;
            let own = ed25519::PrivateKey::from_bytes(material).map_err(|_| malformed("value"))?.public_key();
            public.bytes(PUBLIC_KEY_VALUE.into()) == Some(own.as_bytes()) && message.has_only(&[1, 2, 3])
        }
        Kind::AesGcm | Kind::XChaCha20Poly1305 => message.has_only(&[1, 3]),
        _ => message.has_only(&[1, 2]),
    };
    if agrees { Ok(()) } else { Err(malformed("value")) }
}

pub(super) fn write(entry: &Entry) -> Result<SecretText> {
    let Some((_, name, field)) = TYPES.iter().find(|(kind, ..)| *kind == entry.kind) else {
        return Err(not_there(entry, "Tink"));
    };
    let material_type = if entry.kind == Kind::TinkEd25519 { "ASYMMETRIC_PRIVATE" } else { "SYMMETRIC" };
    let there: Vec<_> = entry.versions.iter().filter(|version| version.state != State::Destroyed).collect();
    let primary = there.iter().find(|version| version.state == State::Primary).map_or(0, |version| version.id.get());
    // Room for all of it, so that the text never moves: a key's bytes twice in base64, and the
    // words around them.
    let lens = there.iter().filter_map(|version| version.material.as_ref()).map(|key| 3 * key.bytes().len() + 512);
    let mut text = String::with_capacity(64 + lens.sum::<usize>());
    text.push_str(&format!("{{\"primaryKeyId\":{primary},\"key\":["));
    for (index, version) in there.into_iter().enumerate() {
        let status = if version.state == State::Disabled { "DISABLED" } else { "ENABLED" };
        let prefix = if version.prefix == Prefix::Id { "TINK" } else { "RAW" };
        let comma = if index > 0 { "," } else { "" };
        text.push_str(&format!("{comma}{{\"keyData\":{{\"typeUrl\":\"{TYPE_PREFIX}{name}\",\"value\":\""));
        STANDARD.encode_string(&*write_key(version, *field)?, &mut text);
        text.push_str(&format!(
            "\",\"keyMaterialType\":\"{material_type}\"}},\"status\":\"{status}\",\"keyId\":{},\"outputPrefixType\":\"{prefix}\"}}",
            version.id.get()
        ));
    }
    text.push_str("]}\n");
    Ok(SecretText::new(text))
}

fn write_key(version: &Version, field: u8) -> Result<Zeroizing<Vec<u8>>> {
    let material =
        version.material.as_ref().ok_or(Error::Core(CoreError::Internal("a version without a key")))?.bytes().expose();
    let mut params = Zeroizing::new(Vec::new());
    match version.kind {
        Kind::XAes256Gcm => push_field(&mut params, 1, SALT_LEN),
        Kind::TinkHmacSha256 => {
            push_field(&mut params, 1, SHA256);
            push_field(&mut params, 2, TAG_LEN);
        }
        _ => {}
    }
    let mut message = Zeroizing::new(Vec::with_capacity(material.len() + 64));
    if !params.is_empty() {
        push_bytes(&mut message, PARAMS, &params);
    }
    push_bytes(&mut message, field, material);
    if version.kind == Kind::TinkEd25519 {
        let mut public = Zeroizing::new(Vec::new());
        push_bytes(&mut public, PUBLIC_KEY_VALUE, ed25519::PrivateKey::from_bytes(material)?.public_key().as_bytes());
        push_bytes(&mut message, PUBLIC_KEY, &public);
    }
    Ok(message)
}

fn text_of<'v>(object: &'v Map<String, Value>, name: &'static str) -> Result<&'v str> {
    object.get(name).and_then(Value::as_str).ok_or_else(|| malformed(name))
}

/// Wipes every text in a value whose depth is bounded.
fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(values) => values.iter_mut().for_each(wipe),
        Value::Object(members) => members.values_mut().for_each(wipe),
        _ => {}
    }
}

fn malformed(what: &'static str) -> Error {
    Error::value(format!("this is no keyset that Tink wrote: {what} is missing or wrong"))
}

fn foreign(why: String) -> Error {
    Error::Core(CoreError::WrongType(why.into()))
}
