//! Facts about a keyring that are no secret.

use ironlatch::recipes::keyring as core;
use pyo3::prelude::*;

/// Describes a version of a key, without anything secret.
#[pyclass(frozen, get_all, eq, module = "ironlatch.keyring")]
#[derive(PartialEq, Clone)]
pub(crate) struct VersionInfo {
    /// The identifier that data made under this version begins with: eight hexadecimal digits.
    id: String,
    /// The version's number within its key, counted from 1.
    number: u32,
    /// ``"primary"``, ``"active"``, ``"disabled"`` or ``"destroyed"``.
    state: &'static str,
    /// When the version was made, in seconds since 1970.
    created: u64,
    /// When the version came into its present state, in seconds since 1970.
    since: u64,
    /// ``"id"`` if messages made under this version begin with its identifier, or ``"nothing"``.
    prefix: &'static str,
    /// The label that the version had where it was imported from, or None.
    label: Option<String>,
}

#[pymethods]
impl VersionInfo {
    fn __repr__(&self) -> String {
        format!("VersionInfo({}, {}, {})", self.number, self.id, self.state)
    }
}

impl From<core::VersionDescription> for VersionInfo {
    fn from(version: core::VersionDescription) -> Self {
        let core::VersionDescription { id, number, state, created, since, prefix, label } = version;
        let prefix = match prefix {
            core::Prefix::Id => "id",
            core::Prefix::Nothing => "nothing",
        };
        Self { id: id.to_string(), number, state: state.name(), created, since, prefix, label }
    }
}

/// Describes a key and its versions, without anything secret.
#[pyclass(frozen, get_all, eq, module = "ironlatch.keyring")]
#[derive(PartialEq, Clone)]
pub(crate) struct KeyInfo {
    /// The key's name.
    name: String,
    /// The purpose of the key, such as ``"general"``.
    kind: &'static str,
    /// When the key was made, in seconds since 1970.
    created: u64,
    /// The key's versions, in the order of their numbers.
    versions: Vec<VersionInfo>,
}

#[pymethods]
impl KeyInfo {
    fn __repr__(&self) -> String {
        format!("KeyInfo({:?}, {}, {} versions)", self.name, self.kind, self.versions.len())
    }
}

impl From<core::KeyDescription> for KeyInfo {
    fn from(key: core::KeyDescription) -> Self {
        let core::KeyDescription { name, kind, created, versions } = key;
        Self { name, kind: kind.name(), created, versions: versions.into_iter().map(Into::into).collect() }
    }
}

/// Records one change of a keyring.
#[pyclass(frozen, get_all, eq, module = "ironlatch.keyring")]
#[derive(PartialEq, Clone)]
pub(crate) struct Change {
    /// When the change was made, in seconds since 1970.
    time: u64,
    /// The action, such as ``"created"`` or ``"rotated"``.
    action: &'static str,
    /// The name of the key that was changed, or None for a change of the whole keyring.
    key: Option<String>,
    /// The identifier of the version that was changed, or None.
    version: Option<String>,
    /// The person or program that is said to have made the change, or None.
    actor: Option<String>,
    /// The reason given for the change, or None.
    note: Option<String>,
}

#[pymethods]
impl Change {
    fn __repr__(&self) -> String {
        format!("Change({}, key {:?}, version {:?})", self.action, self.key, self.version)
    }
}

impl From<core::Change> for Change {
    fn from(change: core::Change) -> Self {
        let core::Change { time, action, key, version, actor, note } = change;
        Self { time, action: action.name(), key, version: version.map(|id| id.to_string()), actor, note }
    }
}

/// Counts how often this process used a version of a key for one operation.
#[pyclass(frozen, get_all, eq, module = "ironlatch.keyring")]
#[derive(PartialEq)]
pub(crate) struct Usage {
    /// The key's name.
    key: String,
    /// The version's identifier.
    version: String,
    /// The version's number within its key.
    number: u32,
    /// The use of the key, such as the table and column of a field.
    purpose: String,
    /// The operation with the key, such as ``"encrypt"``.
    operation: &'static str,
    /// The number of uses.
    count: u64,
}

#[pymethods]
impl Usage {
    fn __repr__(&self) -> String {
        let Self { key, version, purpose, operation, count, .. } = self;
        format!("Usage({key:?}, {version}, {purpose:?}, {operation}, {count})")
    }
}

impl From<core::Usage> for Usage {
    fn from(usage: core::Usage) -> Self {
        let core::Usage { key, version, number, purpose, operation, count } = usage;
        Self { key, version: version.to_string(), number, purpose, operation: operation.name(), count }
    }
}

/// Reports something that happened to a keyring. ``str(event)`` is a line for a log.
///
/// Nothing in it is secret.
#[pyclass(frozen, module = "ironlatch.keyring")]
pub(crate) struct Event {
    /// The event, in a word or two.
    #[pyo3(get)]
    what: &'static str,
    /// The name of the key that it happened to, or None.
    #[pyo3(get)]
    key: Option<String>,
    /// The identifier of the version that it happened to, or None.
    #[pyo3(get)]
    version: Option<String>,
    /// The number of times it happened.
    #[pyo3(get)]
    count: u64,
    /// Whether an operator should look at it.
    #[pyo3(get)]
    is_warning: bool,
    text: String,
}

#[pymethods]
impl Event {
    fn __str__(&self) -> &str {
        &self.text
    }

    fn __repr__(&self) -> String {
        format!("Event({})", self.text)
    }
}

impl From<&core::Event> for Event {
    fn from(event: &core::Event) -> Self {
        Self {
            what: event.what.name(),
            key: event.key.clone(),
            version: event.version.map(|id| id.to_string()),
            count: event.count,
            is_warning: event.what.is_warning(),
            text: event.to_string(),
        }
    }
}

/// Holds what a keyring's file shows to a reader without its key. Nothing of it is verified.
#[pyclass(frozen, get_all, module = "ironlatch.keyring")]
pub(crate) struct UnverifiedKeyring {
    /// The keyring's identifier.
    id: String,
    /// The number of times the file was written.
    revision: u64,
    /// The protection of the file, in words.
    protection: String,
    /// The keys, in the order of their names.
    keys: Vec<KeyInfo>,
    /// The changes, the oldest first.
    history: Vec<Change>,
}

#[pymethods]
impl UnverifiedKeyring {
    fn __repr__(&self) -> String {
        format!("UnverifiedKeyring(under {}, {} keys)", self.protection, self.keys.len())
    }
}

impl From<core::UnverifiedKeyring> for UnverifiedKeyring {
    fn from(peek: core::UnverifiedKeyring) -> Self {
        let core::UnverifiedKeyring { id, revision, protection, keys, history } = peek;
        let keys = keys.into_iter().map(Into::into).collect();
        Self { id, revision, protection, keys, history: history.into_iter().map(Into::into).collect() }
    }
}
