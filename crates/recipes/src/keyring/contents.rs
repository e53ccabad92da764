//! All that is in a keyring at one moment, and what can be told of it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::history::Change;
use super::version::{Prefix, State, Version};
use super::version_id::VersionId;
use super::{Kind, fault};
use crate::error::KeyringFault;
use crate::{Error, Result};

/// All that is in a ring at one moment.
#[derive(Debug, Clone, Default)]
pub(super) struct Contents {
    pub(super) keys: BTreeMap<String, Arc<Entry>>,
    pub(super) history: Arc<Vec<Change>>,
}

/// A key at one moment.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) created: u64,
    /// In the order of their numbers. One is primary.
    pub(super) versions: Vec<Arc<Version>>,
}

/// The public facts about a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyDescription {
    /// Its name.
    pub name: String,
    /// The kind of the key.
    pub kind: Kind,
    /// When it was created, in seconds since 1970.
    pub created: u64,
    /// Its versions, in the order of their numbers.
    pub versions: Vec<VersionDescription>,
}

/// The public facts about a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionDescription {
    /// The id in what is made under it.
    pub id: VersionId,
    /// 1, 2, 3 …
    pub number: u32,
    /// Its state.
    pub state: State,
    /// When it was made, in seconds since 1970.
    pub created: u64,
    /// Since when it is in its state, in seconds since 1970.
    pub since: u64,
    /// The prefix of its messages.
    pub prefix: Prefix,
    /// Its name where it came from.
    pub label: Option<String>,
}

impl Contents {
    /// Takes over counters and keys of versions that are in `before` too.
    pub(super) fn keep_from(&mut self, before: &Self) {
        let known: HashMap<_, _> = before.versions().map(|version| (version.id, version)).collect();
        for version in self.keys.values_mut().flat_map(|entry| &mut Arc::make_mut(entry).versions) {
            if let Some(old) = known.get(&version.id) {
                *version = Arc::new(version.keeping(old));
            }
        }
    }

    pub(super) fn entry(&self, name: &str) -> Result<&Arc<Entry>> {
        self.keys.get(name).ok_or_else(|| unknown_key(name))
    }

    pub(super) fn versions(&self) -> impl Iterator<Item = &Arc<Version>> {
        self.keys.values().flat_map(|entry| &entry.versions)
    }
}

impl Entry {
    /// The id of the version of this number or id.
    pub(super) fn find(&self, version: &str) -> Result<VersionId> {
        let id = version.parse::<VersionId>().ok();
        let number = version.parse::<u32>().ok();
        let by_id = self.versions.iter().find(|own| Some(own.id) == id);
        let found = by_id.or_else(|| self.versions.iter().find(|own| Some(own.number) == number));
        found.map(|version| version.id).ok_or_else(|| unknown_version(&self.name, version))
    }

    pub(super) fn describe(&self) -> KeyDescription {
        let versions = self.versions.iter().map(|version| VersionDescription {
            id: version.id,
            number: version.number,
            state: version.state,
            created: version.created,
            since: version.since,
            prefix: version.prefix,
            label: version.label.clone(),
        });
        KeyDescription { name: self.name.clone(), kind: self.kind, created: self.created, versions: versions.collect() }
    }
}

pub(super) fn unknown_key(name: &str) -> Error {
    fault(KeyringFault::UnknownKey, format!("there is no key {name:?} in the keyring"))
}

pub(super) fn unknown_version(name: &str, version: &str) -> Error {
    fault(KeyringFault::UnknownKey, format!("the key {name:?} has no version {version}"))
}
