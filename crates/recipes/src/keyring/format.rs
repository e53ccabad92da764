//! The file of a keyring: two lines that anybody can read, and one that is sealed.
//! `docs/keyring.md` writes it down.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::contents::{Contents, Entry, KeyDescription, VersionDescription};
use super::history::{Action, Change, MAX_HISTORY};
use super::provider::MAX_WRAPPED_LEN;
use super::version::{Material, Prefix, State, Version};
use super::wrap::{BEARABLE, CHECK_LEN, SALT_LEN, Wrap, file_keys, is_bearable, stretcher, wrong_key};
use super::{Kind, MAX_KEYS, MAX_NAME_LEN, MAX_VERSIONS, check_name, check_text, fault, not_allowed};
use crate::error::KeyringFault;
use crate::{Error, Result};
use ironlatch_core::Error as CoreError;
use ironlatch_core::json;
use ironlatch_core::kdf::argon2::Cost;
use ironlatch_core::secret::SecretBytes;

/// The longest file in bytes.
pub(super) const MAX_FILE_LEN: usize = 16 * 1024 * 1024;

/// The first bytes of every version of the format.
pub(super) const MAGIC: &str = "ironlatch-keyring ";
const VERSION: &str = "1";

/// The public part of the file. Only [`open`] authenticates it.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) ring_id: [u8; 16],
    pub(super) revision: u64,
    pub(super) wrap: Wrap,
    pub(super) check: [u8; CHECK_LEN],
    pub(super) keys: Vec<KeyDescription>,
    pub(super) history: Vec<Change>,
}

/// A file taken apart.
#[derive(Debug)]
pub(super) struct Parsed<'t> {
    pub(super) header: Header,
    /// The first two lines, which are authenticated with what is sealed.
    associated_data: &'t str,
    sealed: Vec<u8>,
}

/// Takes a file apart, and checks all that can be checked without its key.
pub(super) fn parse(contents: &[u8]) -> Result<Parsed<'_>> {
    if contents.len() > MAX_FILE_LEN {
        return Err(damaged(format!("it is longer than the {MAX_FILE_LEN} bytes that a keyring can have")));
    }
    let Some(rest) = contents.strip_prefix(MAGIC.as_bytes()) else {
        return Err(damaged(if contents.is_empty() { "it is empty" } else { "it is no keyring" }));
    };
    let text = core::str::from_utf8(contents).map_err(|_| damaged("it is no text in UTF-8"))?;
    let version = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if version != VERSION.as_bytes() {
        let newer = (1..=9).contains(&version.len()) && version.iter().all(u8::is_ascii_digit) && version[0] != b'0';
        return Err(damaged(if newer {
            "it is of a version of the format that this library does not know: update the library"
        } else {
            "its first line does not say which version of the format it is"
        }));
    }
    let mut lines = text.split_inclusive('\n').map(|line| line.strip_suffix('\n'));
    let (Some(Some(first)), Some(Some(header)), Some(Some(sealed)), None) =
        (lines.next(), lines.next(), lines.next(), lines.next())
    else {
        return Err(damaged("it has not three whole lines: it was cut short, or something was added"));
    };
    let sealed = STANDARD.decode(sealed).map_err(|_| damaged("its third line is no base64"))?;
    let associated_data = &text[..first.len() + header.len() + 2];
    Ok(Parsed { header: read_header(header)?, associated_data, sealed })
}

/// The keys in a file, under its data key.
pub(super) fn open(parsed: Parsed<'_>, data_key: &SecretBytes) -> Result<Contents> {
    let Parsed { header, associated_data, sealed } = parsed;
    let (sealer, check) = file_keys(data_key)?;
    if !ironlatch_core::constant_time::bytes_eq(&check, &header.check) {
        return Err(wrong_key(format!(
            "{} gave another key than the one that the keyring was sealed under, or the file was changed",
            header.wrap.describe()
        )));
    }
    let changed = || damaged("it was changed since it was written, or cut short: put it back from a backup");
    let len = sealer.opened_len(sealed.len()).map_err(|_| changed())?;
    let secrets = SecretBytes::new_with(len, |secrets| {
        sealer.open_into(&sealed, associated_data.as_bytes(), secrets.into()).map(drop)
    });
    let secrets =
        secrets.map_err(|error| if error == Error::Core(CoreError::InvalidTag) { changed() } else { error })?;
    let mut rest = secrets.expose();
    let mut keys = BTreeMap::new();
    for key in header.keys {
        let versions = key.versions.into_iter().map(|version| read_version(version, key.kind, &mut rest));
        let versions = versions.collect::<Result<Vec<_>>>()?;
        let entry = Entry { name: key.name.clone(), kind: key.kind, created: key.created, versions };
        keys.insert(key.name, Arc::new(entry));
    }
    if !rest.is_empty() {
        return Err(damaged("its keys do not fit its list of versions"));
    }
    Ok(Contents { keys, history: Arc::new(header.history) })
}

/// A file of these keys.
pub(super) fn write(
    contents: &Contents,
    ring_id: &[u8; 16],
    revision: u64,
    wrap: &Wrap,
    data_key: &SecretBytes,
) -> Result<Vec<u8>> {
    let (sealer, check) = file_keys(data_key)?;
    let mut text = format!("{MAGIC}{VERSION}\n");
    push_header(&mut text, contents, ring_id, revision, wrap, &check);
    text.push('\n');
    let versions = || contents.versions().filter_map(|version| version.material.as_ref().map(|key| (version.id, key)));
    // Room for all of it, so that the keys never move.
    let len = versions().map(|(_, key)| 6 + key.bytes().len()).sum();
    let mut secrets = Zeroizing::new(Vec::with_capacity(len));
    for (id, key) in versions() {
        secrets.extend(id.to_bytes());
        secrets.extend((key.bytes().len() as u16).to_be_bytes());
        secrets.extend_from_slice(key.bytes().expose());
    }
    let sealed = sealer.seal(&secrets, text.as_bytes())?;
    STANDARD.encode_string(&sealed, &mut text);
    text.push('\n');
    if text.len() > MAX_FILE_LEN {
        return Err(not_allowed(format!("the keyring would be longer than the {MAX_FILE_LEN} bytes that it can have")));
    }
    Ok(text.into_bytes())
}

fn read_version(version: VersionDescription, kind: Kind, rest: &mut &[u8]) -> Result<Arc<Version>> {
    let misfit = || damaged("its keys do not fit its list of versions");
    let VersionDescription { id, number, state, created, since, prefix, label } = version;
    let material = if state == State::Destroyed {
        None
    } else {
        let after = rest.strip_prefix(&id.to_bytes()).ok_or_else(misfit)?;
        let (len, after) = after.split_first_chunk().ok_or_else(misfit)?;
        let (key, after) = after.split_at_checked(u16::from_be_bytes(*len).into()).ok_or_else(misfit)?;
        if !kind.takes(key.len()) {
            return Err(misfit());
        }
        *rest = after;
        Some(Arc::new(Material::new(SecretBytes::copy_from(key))))
    };
    Ok(Arc::new(Version { id, number, kind, state, created, since, prefix, label, material, shared: Arc::default() }))
}

fn push_header(
    text: &mut String,
    contents: &Contents,
    ring_id: &[u8; 16],
    revision: u64,
    wrap: &Wrap,
    check: &[u8; CHECK_LEN],
) {
    let quoted = |text: &str| Value::from(text).to_string();
    let optional =
        |name: &str, text: Option<&str>| text.map_or(String::new(), |text| format!(",\"{name}\":{}", quoted(text)));
    let id = hex::encode(ring_id);
    text.push_str(&format!("{{\"id\":\"{id}\",\"revision\":{revision},\"protection\":"));
    text.push_str(&match wrap {
        Wrap::Passphrase { salt, cost: Cost { iterations, lanes, memory_cost }, wrapped } => format!(
            "{{\"type\":\"passphrase\",\"salt\":\"{}\",\"memory\":{memory_cost},\"iterations\":{iterations},\"lanes\":{lanes},\
             \"wrapped\":\"{}\"}}",
            STANDARD.encode(salt),
            STANDARD.encode(wrapped)
        ),
        Wrap::Key { name, wrapped } => {
            format!("{{\"type\":\"key\",\"name\":{},\"wrapped\":\"{}\"}}", quoted(name), STANDARD.encode(wrapped))
        }
        Wrap::Provider { name, wrapped } => {
            format!("{{\"type\":\"provider\",\"name\":{},\"wrapped\":\"{}\"}}", quoted(name), STANDARD.encode(wrapped))
        }
    });
    text.push_str(&format!(",\"check\":\"{}\",\"keys\":[", hex::encode(check)));
    for (index, key) in contents.keys.values().enumerate() {
        let Entry { name, kind, created, versions } = &**key;
        let comma = if index > 0 { "," } else { "" };
        text.push_str(&format!(
            "{comma}{{\"name\":{},\"kind\":\"{kind}\",\"created\":{created},\"versions\":[",
            quoted(name)
        ));
        for (index, version) in versions.iter().enumerate() {
            let Version { id, number, state, created, since, prefix, label, .. } = &**version;
            let comma = if index > 0 { "," } else { "" };
            let prefix = if *prefix == Prefix::Nothing { ",\"prefix\":\"nothing\"" } else { "" };
            text.push_str(&format!(
                "{comma}{{\"id\":\"{id}\",\"number\":{number},\"state\":\"{state}\",\"created\":{created},\"since\":{since}{prefix}{}}}",
                optional("label", label.as_deref())
            ));
        }
        text.push_str("]}");
    }
    text.push_str("],\"history\":[");
    for (index, change) in contents.history.iter().enumerate() {
        let Change { time, action, key, version, actor, note } = change;
        let comma = if index > 0 { "," } else { "" };
        let version = version.map(|id| id.to_string());
        text.push_str(&format!(
            "{comma}{{\"time\":{time},\"action\":\"{action}\"{}{}{}{}}}",
            optional("key", key.as_deref()),
            optional("version", version.as_deref()),
            optional("actor", actor.as_deref()),
            optional("note", note.as_deref()),
        ));
    }
    text.push_str("]}");
}

fn read_header(text: &str) -> Result<Header> {
    json::check(text).map_err(|fault| damaged(format!("its second line is not what it should be: {fault}")))?;
    let value = serde_json::from_str(text).map_err(|_| malformed("JSON"))?;
    let header = Members(as_object(&value)?);
    let ring_id = header.hex("id")?;
    let check = header.hex("check")?;
    let wrap = read_wrap(&Members(as_object(header.get("protection")?)?))?;
    let keys = header.array("keys")?.iter().map(read_key).collect::<Result<Vec<_>>>()?;
    let history = header.array("history")?;
    let total: usize = keys.iter().map(|key| key.versions.len()).sum();
    if keys.len() > MAX_KEYS || total > MAX_VERSIONS || history.len() > MAX_HISTORY {
        return Err(damaged("it has more keys, versions or history than a keyring can have"));
    }
    let mut ids = HashSet::new();
    let unique = keys.iter().flat_map(|key| &key.versions).all(|version| ids.insert(version.id));
    let ordered = keys.is_sorted_by(|a, b| a.name < b.name);
    if !unique || !ordered {
        return Err(damaged("its list of keys and versions is not in order"));
    }
    let history = history.iter().map(read_change).collect::<Result<_>>()?;
    Ok(Header { ring_id, revision: header.number("revision")?, wrap, check, keys, history })
}

fn read_wrap(members: &Members<'_>) -> Result<Wrap> {
    let wrapped = STANDARD.decode(members.text("wrapped")?).map_err(|_| malformed("wrapped"))?;
    if wrapped.len() > MAX_WRAPPED_LEN {
        return Err(malformed("wrapped"));
    }
    match members.text("type")? {
        "passphrase" => {
            let salt = STANDARD.decode(members.text("salt")?).ok();
            let salt: Option<[u8; SALT_LEN]> = salt.and_then(|salt| salt.try_into().ok());
            let number = |name| Ok::<_, Error>(u32::try_from(members.number(name)?).unwrap_or(u32::MAX));
            let cost =
                Cost { iterations: number("iterations")?, lanes: number("lanes")?, memory_cost: number("memory")? };
            if !is_bearable(cost) {
                return Err(damaged(format!(
                    "it asks for more work on the passphrase than {BEARABLE}: it looks as if it was made to do harm"
                )));
            }
            let salt = salt.ok_or_else(|| malformed("salt"))?;
            stretcher(&salt, cost).map_err(|_| malformed("protection"))?;
            Ok(Wrap::Passphrase { salt, cost, wrapped })
        }
        "key" => Ok(Wrap::Key { name: members.name("name")?, wrapped }),
        "provider" => {
            let name = members.text("name")?;
            check_text("name", name).map_err(|_| malformed("name"))?;
            Ok(Wrap::Provider { name: name.into(), wrapped })
        }
        _ => Err(damaged("it is under something that this library does not know: update the library")),
    }
}

fn read_key(value: &Value) -> Result<KeyDescription> {
    let key = Members(as_object(value)?);
    let kind = key
        .text("kind")?
        .parse::<Kind>()
        .map_err(|_| damaged("it has a key of a kind that this library does not know: update the library"))?;
    let versions = key.array("versions")?.iter().map(read_version_line).collect::<Result<Vec<_>>>()?;
    let primaries = versions.iter().filter(|version| version.state == State::Primary).count();
    let ordered = versions.is_sorted_by(|a, b| a.number < b.number);
    if primaries != 1 || !ordered || versions[0].number == 0 {
        return Err(damaged("the versions of a key are not in order, or not exactly one of them is primary"));
    }
    Ok(KeyDescription { name: key.name("name")?, kind, created: key.number("created")?, versions })
}

fn read_version_line(value: &Value) -> Result<VersionDescription> {
    let version = Members(as_object(value)?);
    let label = version.optional("label")?;
    label.map_or(Ok(()), |label| check_text("label", label)).map_err(|_| malformed("label"))?;
    Ok(VersionDescription {
        id: version.text("id")?.parse().map_err(|_| malformed("id"))?,
        number: version.number("number")?.try_into().map_err(|_| malformed("number"))?,
        state: State::from_name(version.text("state")?).ok_or_else(|| malformed("state"))?,
        created: version.number("created")?,
        since: version.number("since")?,
        prefix: match version.optional("prefix")? {
            None => Prefix::Id,
            Some("nothing") => Prefix::Nothing,
            Some(_) => return Err(malformed("prefix")),
        },
        label: label.map(Into::into),
    })
}

fn read_change(value: &Value) -> Result<Change> {
    let change = Members(as_object(value)?);
    let version = change.optional("version")?.map(str::parse).transpose().map_err(|_| malformed("version"))?;
    let text = |name: &'static str| -> Result<Option<String>> {
        let text = change.optional(name)?;
        text.map_or(Ok(()), |text| check_text(name, text)).map_err(|_| malformed(name))?;
        Ok(text.map(Into::into))
    };
    Ok(Change {
        time: change.number("time")?,
        action: Action::from_name(change.text("action")?).ok_or_else(|| malformed("action"))?,
        key: text("key")?,
        version,
        actor: text("actor")?,
        note: text("note")?,
    })
}

/// The members of an object in the header.
struct Members<'v>(&'v Map<String, Value>);

impl<'v> Members<'v> {
    fn get(&self, name: &'static str) -> Result<&'v Value> {
        self.0.get(name).ok_or_else(|| malformed(name))
    }

    fn text(&self, name: &'static str) -> Result<&'v str> {
        self.get(name)?.as_str().ok_or_else(|| malformed(name))
    }

    fn optional(&self, name: &'static str) -> Result<Option<&'v str>> {
        self.0.get(name).map(|value| value.as_str().ok_or_else(|| malformed(name))).transpose()
    }

    fn name(&self, name: &'static str) -> Result<String> {
        let text = self.text(name)?;
        check_name(text).map_err(|_| malformed(name))?;
        debug_assert!(text.len() <= MAX_NAME_LEN);
        Ok(text.into())
    }

    fn number(&self, name: &'static str) -> Result<u64> {
        self.get(name)?.as_u64().ok_or_else(|| malformed(name))
    }

    fn array(&self, name: &'static str) -> Result<&'v [Value]> {
        self.get(name)?.as_array().map(Vec::as_slice).ok_or_else(|| malformed(name))
    }

    fn hex(&self, name: &'static str) -> Result<[u8; 16]> {
        let mut bytes = [0; 16];
        hex::decode_to_slice(self.text(name)?, &mut bytes).map_err(|_| malformed(name))?;
        Ok(bytes)
    }
}

fn as_object(value: &Value) -> Result<&Map<String, Value>> {
    value.as_object().ok_or_else(|| damaged("its second line is not what it should be: something in it is no object"))
}

fn malformed(name: &'static str) -> Error {
    damaged(format!("its second line is not what it should be: {name:?} is missing or wrong"))
}

fn damaged(why: impl Into<String>) -> Error {
    fault(KeyringFault::Damaged, format!("the keyring's file cannot be used: {}", why.into()))
}
