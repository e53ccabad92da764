//! Changes of a keyring, all of which are made or none.

use std::sync::Arc;

use super::contents::{Contents, Entry, unknown_key, unknown_version};
use super::history::{Action, Change, MAX_HISTORY};
use super::version::{Material, Prefix, State, Version};
use super::version_id::VersionId;
use super::{Kind, MAX_KEYS, MAX_VERSIONS, check_name, check_text, fault, not_allowed};
use crate::error::KeyringFault;
use crate::{Error, Result};
use ironlatch_core::Error as CoreError;
use ironlatch_core::secret::{SecretBytes, wipes_stack};

/// The author and reason of a change, for the keyring's history. Nobody checks it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeNote {
    /// The author, at most [`MAX_NAME_LEN`](super::MAX_NAME_LEN) bytes.
    pub actor: Option<String>,
    /// Why, at most [`MAX_NAME_LEN`](super::MAX_NAME_LEN) bytes.
    pub note: Option<String>,
}

/// A keyring about to be changed: see [`Keyring::edit`](super::Keyring::edit).
#[derive(Debug)]
pub struct Draft {
    contents: Contents,
    remark: ChangeNote,
    now: u64,
    changes: Vec<Change>,
}

/// A version that comes from elsewhere.
pub(super) struct Imported {
    pub(super) material: SecretBytes,
    /// Its id there, if it has to stay.
    pub(super) id: Option<VersionId>,
    pub(super) state: State,
    pub(super) prefix: Prefix,
    pub(super) label: Option<String>,
}

impl Draft {
    pub(super) fn new(contents: &Contents, remark: ChangeNote, now: u64) -> Result<Self> {
        for (what, text) in [("actor", &remark.actor), ("note", &remark.note)] {
            text.as_ref().map_or(Ok(()), |text| check_text(what, text))?;
        }
        Ok(Self { contents: contents.clone(), remark, now, changes: Vec::new() })
    }

    /// A new key with one version, the primary.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] if the name is not 1 to 128 letters, digits and characters of
    /// `-_./:@`; [`Error::Keyring`] if there is a key of this name, or as many keys or versions as
    /// there can be.
    #[wipes_stack(deep)]
    pub fn create_key(&mut self, name: &str, kind: Kind) -> Result<VersionId> {
        self.add_entry(name, kind)?;
        let id = self.insert(name, fresh(kind, State::Primary)?)?;
        self.note(Action::Created, name, id);
        Ok(id)
    }

    /// A new primary version. The one before becomes active.
    ///
    /// # Errors
    /// [`Error::Keyring`] if there is no such key, or as many versions as there can be.
    #[wipes_stack(deep)]
    pub fn rotate(&mut self, name: &str) -> Result<VersionId> {
        let kind = self.entry(name)?.kind;
        self.step_down(name)?;
        let id = self.insert(name, fresh(kind, State::Primary)?)?;
        self.note(Action::Rotated, name, id);
        Ok(id)
    }

    /// A new version that is active and not yet primary: once every server has it,
    /// [`promote`](Self::promote) it. Then none meets an id that it does not know.
    ///
    /// # Errors
    /// As [`rotate`](Self::rotate).
    #[wipes_stack(deep)]
    pub fn add_version(&mut self, name: &str) -> Result<VersionId> {
        let kind = self.entry(name)?.kind;
        let id = self.insert(name, fresh(kind, State::Active)?)?;
        self.note(Action::Added, name, id);
        Ok(id)
    }

    /// Makes an active version the primary. The one before becomes active.
    ///
    /// # Errors
    /// [`Error::Keyring`] if there is no such key or version, or it is not active.
    pub fn promote(&mut self, name: &str, id: VersionId) -> Result<()> {
        match self.version(name, id)?.state {
            State::Active => {
                self.step_down(name)?;
                self.set_state(name, id, State::Primary, Action::Promoted)
            }
            State::Primary => Err(not_allowed(format!("version {id} of {name:?} is the primary one already"))),
            State::Disabled => Err(not_allowed(format!("version {id} of {name:?} is disabled: enable it first"))),
            State::Destroyed => Err(gone(name, id)),
        }
    }

    /// Takes an active version out of use, until it is enabled again: what was made under it does
    /// not open meanwhile.
    ///
    /// # Errors
    /// [`Error::Keyring`] if there is no such key or version, or it is not active.
    pub fn disable(&mut self, name: &str, id: VersionId) -> Result<()> {
        match self.version(name, id)?.state {
            State::Active => self.set_state(name, id, State::Disabled, Action::Disabled),
            State::Primary => Err(not_allowed(format!(
                "version {id} of {name:?} is the primary one, under which everything is made: rotate, or promote \
                 another version first"
            ))),
            State::Disabled => Err(not_allowed(format!("version {id} of {name:?} is disabled already"))),
            State::Destroyed => Err(gone(name, id)),
        }
    }

    /// Makes a disabled version active again.
    ///
    /// # Errors
    /// [`Error::Keyring`] if there is no such key or version, or it is not disabled.
    pub fn enable(&mut self, name: &str, id: VersionId) -> Result<()> {
        match self.version(name, id)?.state {
            State::Disabled => self.set_state(name, id, State::Active, Action::Enabled),
            State::Destroyed => Err(gone(name, id)),
            _ => Err(not_allowed(format!("version {id} of {name:?} is not disabled"))),
        }
    }

    /// Wipes the key of a disabled version for good. Everything made under it can no longer be
    /// opened.
    ///
    /// Copies of the keyring's file, backups among them, still have it.
    ///
    /// # Errors
    /// [`Error::Keyring`] if there is no such key or version, or it is not disabled.
    pub fn destroy(&mut self, name: &str, id: VersionId) -> Result<()> {
        match self.version(name, id)?.state {
            State::Disabled => self.set_state(name, id, State::Destroyed, Action::Destroyed),
            State::Destroyed => Err(gone(name, id)),
            _ => Err(not_allowed(format!(
                "version {id} of {name:?} is in use: disable it first, and see for a while that nothing misses it"
            ))),
        }
    }

    /// The id of the version with this number, or with this id in hexadecimal.
    ///
    /// # Errors
    /// [`Error::Keyring`] if there is no such key or version.
    pub fn find(&self, name: &str, version: &str) -> Result<VersionId> {
        self.entry(name)?.find(version)
    }

    /// Puts versions from elsewhere into the key `name`, which is created if there is none. Of a
    /// new key one of them must be primary; of one that is there, the primary stays.
    pub(super) fn insert_all(&mut self, name: &str, kind: Kind, versions: Vec<Imported>) -> Result<Vec<VersionId>> {
        let exists = self.contents.keys.contains_key(name);
        if !exists {
            self.add_entry(name, kind)?;
        }
        let own = self.entry(name)?.kind;
        if own != kind {
            return Err(Error::Core(CoreError::WrongType(
                format!("the key {name:?} is of the kind {own}, and what is imported is {kind}: give it another name")
                    .into(),
            )));
        }
        let mut ids = Vec::with_capacity(versions.len());
        for mut version in versions {
            if exists && version.state == State::Primary {
                version.state = State::Active;
            }
            let same = |known: &Arc<Version>| version.label.is_some() && known.label == version.label;
            if self.entry(name)?.versions.iter().any(same) {
                let label = version.label.unwrap_or_default();
                return Err(not_allowed(format!("the key {name:?} has a version with the name {label:?} already")));
            }
            let id = self.insert(name, version)?;
            self.note(Action::Imported, name, id);
            ids.push(id);
        }
        Ok(ids)
    }

    /// Notes that the key was written out.
    pub(super) fn exported(&mut self, name: &str) -> Result<()> {
        self.entry(name)?;
        self.push(Action::Exported, Some(name), None);
        Ok(())
    }

    /// Notes that the ring's protection was changed.
    pub(super) fn rewrapped(&mut self) {
        self.push(Action::Rewrapped, None, None);
    }

    pub(super) fn entry(&self, name: &str) -> Result<&Arc<Entry>> {
        self.contents.entry(name)
    }

    /// The new contents of the keyring, and the changes that led to them.
    pub(super) fn finish(mut self) -> (Contents, Vec<Change>) {
        let history = Arc::make_mut(&mut self.contents.history);
        history.extend_from_slice(&self.changes);
        let surplus = history.len().saturating_sub(MAX_HISTORY);
        history.drain(..surplus);
        (self.contents, self.changes)
    }

    fn version(&self, name: &str, id: VersionId) -> Result<&Arc<Version>> {
        let entry = self.entry(name)?;
        entry.versions.iter().find(|version| version.id == id).ok_or_else(|| unknown_version(name, &id.to_string()))
    }

    fn entry_mut(&mut self, name: &str) -> Result<&mut Entry> {
        match self.contents.keys.get_mut(name) {
            Some(entry) => Ok(Arc::make_mut(entry)),
            None => Err(unknown_key(name)),
        }
    }

    fn add_entry(&mut self, name: &str, kind: Kind) -> Result<()> {
        check_name(name)?;
        if self.contents.keys.contains_key(name) {
            return Err(not_allowed(format!("there is a key {name:?} already: rotate it, or take another name")));
        }
        if self.contents.keys.len() >= MAX_KEYS {
            return Err(not_allowed(format!("the keyring has {MAX_KEYS} keys, and can have no more")));
        }
        let entry = Entry { name: name.into(), kind, created: self.now, versions: Vec::new() };
        self.contents.keys.insert(name.into(), Arc::new(entry));
        Ok(())
    }

    fn insert(&mut self, name: &str, new: Imported) -> Result<VersionId> {
        let taken = |id: VersionId| self.contents.versions().any(|version| version.id == id);
        if self.contents.versions().count() >= MAX_VERSIONS {
            return Err(not_allowed(format!("the keyring has {MAX_VERSIONS} versions, and can have no more")));
        }
        let id = match new.id {
            Some(id) if taken(id) => {
                return Err(not_allowed(format!(
                    "the keyring has a version with the id {id} already: it was imported before, or belongs into a keyring of its own"
                )));
            }
            Some(id) => id,
            None => loop {
                let id = VersionId::random();
                if !taken(id) {
                    break id;
                }
            },
        };
        let now = self.now;
        let entry = self.entry_mut(name)?;
        let number = entry.versions.last().map_or(1, |last| last.number + 1);
        entry.versions.push(Arc::new(Version {
            id,
            number,
            kind: entry.kind,
            state: new.state,
            created: now,
            since: now,
            prefix: new.prefix,
            label: new.label,
            material: Some(Arc::new(Material::new(new.material))),
            shared: Arc::default(),
        }));
        Ok(id)
    }

    /// Makes the primary version active, to make room for another.
    fn step_down(&mut self, name: &str) -> Result<()> {
        let now = self.now;
        for version in &mut self.entry_mut(name)?.versions {
            if version.state == State::Primary {
                *version = Arc::new(version.in_state(State::Active, now));
            }
        }
        Ok(())
    }

    fn set_state(&mut self, name: &str, id: VersionId, state: State, action: Action) -> Result<()> {
        let now = self.now;
        for version in &mut self.entry_mut(name)?.versions {
            if version.id == id {
                *version = Arc::new(version.in_state(state, now));
            }
        }
        self.note(action, name, id);
        Ok(())
    }

    fn note(&mut self, action: Action, name: &str, id: VersionId) {
        self.push(action, Some(name), Some(id));
    }

    fn push(&mut self, action: Action, name: Option<&str>, version: Option<VersionId>) {
        let ChangeNote { actor, note } = self.remark.clone();
        self.changes.push(Change { time: self.now, action, key: name.map(Into::into), version, actor, note });
    }
}

fn gone(name: &str, id: VersionId) -> Error {
    fault(KeyringFault::KeyDestroyed, format!("version {id} of {name:?} is destroyed, and cannot come back"))
}

/// A version under a new random key.
fn fresh(kind: Kind, state: State) -> Result<Imported> {
    let prefix = if kind == Kind::Fernet { Prefix::Nothing } else { Prefix::Id };
    Ok(Imported { material: SecretBytes::generate(kind.key_len())?, id: None, state, prefix, label: None })
}
