//! What can be told of a keyring.

use ironlatch::recipes::keyring as core;
use pyo3::prelude::*;

/// A version of a key: its ``id`` in what is made under it (eight hexadecimal digits), its
/// ``number`` for people, its ``state`` (``primary``, ``active``, ``disabled`` or ``destroyed``),
/// when it was ``created`` and ``since`` when it is in its state, in seconds since 1970, whether
/// its messages begin with its id (``prefix``: ``id`` or ``nothing``), and the ``label`` that it
/// had where it was imported from.
#[pyclass(frozen, get_all, eq, module = "ironlatch.keyring")]
#[derive(PartialEq, Clone)]
pub(crate) struct VersionInfo {
    id: String,
    number: u32,
    state: &'static str,
    created: u64,
    since: u64,
    prefix: &'static str,
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

/// A key: its ``name``, its ``kind``, when it was ``created`` in seconds since 1970, and its
/// ``versions``.
#[pyclass(frozen, get_all, eq, module = "ironlatch.keyring")]
#[derive(PartialEq, Clone)]
pub(crate) struct KeyInfo {
    name: String,
    kind: &'static str,
    created: u64,
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

/// A change of a keyring: the ``time`` in seconds since 1970, the ``action``, the ``key`` and
/// ``version`` that it was about, and who said to have made it (``actor``) and why (``note``).
#[pyclass(frozen, get_all, eq, module = "ironlatch.keyring")]
#[derive(PartialEq, Clone)]
pub(crate) struct Change {
    time: u64,
    action: &'static str,
    key: Option<String>,
    version: Option<String>,
    actor: Option<String>,
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

/// How often (``count``) a ``version`` of a ``key``, with its ``number``, was used for an
/// ``operation`` and a ``purpose`` in this process.
#[pyclass(frozen, get_all, eq, module = "ironlatch.keyring")]
#[derive(PartialEq)]
pub(crate) struct Usage {
    key: String,
    version: String,
    number: u32,
    purpose: String,
    operation: &'static str,
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

/// Something that happened to a keyring: ``what`` in a word or two, to which ``key`` and
/// ``version``, how often (``count``), and whether an operator should look at it (``is_warning``).
/// ``str()`` gives a line for a log. Nothing in it is secret.
#[pyclass(frozen, module = "ironlatch.keyring")]
pub(crate) struct Event {
    #[pyo3(get)]
    what: &'static str,
    #[pyo3(get)]
    key: Option<String>,
    #[pyo3(get)]
    version: Option<String>,
    #[pyo3(get)]
    count: u64,
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

/// What anybody who can read a keyring's file sees of it. Nothing of it is verified.
#[pyclass(frozen, get_all, module = "ironlatch.keyring")]
pub(crate) struct Peek {
    id: String,
    revision: u64,
    protection: String,
    keys: Vec<KeyInfo>,
    history: Vec<Change>,
}

#[pymethods]
impl Peek {
    fn __repr__(&self) -> String {
        format!("Peek(under {}, {} keys)", self.protection, self.keys.len())
    }
}

impl From<core::Peek> for Peek {
    fn from(peek: core::Peek) -> Self {
        let core::Peek { id, revision, protection, keys, history } = peek;
        let keys = keys.into_iter().map(Into::into).collect();
        Self { id, revision, protection, keys, history: history.into_iter().map(Into::into).collect() }
    }
}
