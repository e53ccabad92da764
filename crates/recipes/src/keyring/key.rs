//! A key as its users hold it.

use core::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::contents::Entry;
use super::observe::EventKind;
use super::version::{State, Version};
use super::version_id::VersionId;
use super::{KeyDescription, Keyring, Kind, fault};
use crate::error::KeyringFault;
use crate::signing;
use crate::{Error, Result};
use ironlatch_core::Error as CoreError;

/// One key of a [`Keyring`]. It sees every change of the ring: a rotation changes nothing for who
/// holds it.
///
/// `Debug` shows its name and kind alone.
#[derive(Clone)]
pub struct Key {
    ring: Keyring,
    name: Arc<str>,
    kind: Kind,
}

impl Key {
    pub(super) fn new(ring: Keyring, entry: &Entry) -> Self {
        Self { ring, name: entry.name.as_str().into(), kind: entry.kind }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The kind of the key.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The ring that it is in.
    #[must_use]
    pub fn keyring(&self) -> &Keyring {
        &self.ring
    }

    /// The public facts about it.
    ///
    /// # Errors
    /// [`Error::Keyring`] if the key is no longer in the ring.
    pub fn describe(&self) -> Result<KeyDescription> {
        Ok(self.entry()?.describe())
    }

    /// [`Keyring::generation`]: as long as it stays the same, so do the versions.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.ring.generation()
    }

    /// The version that makes.
    ///
    /// # Errors
    /// [`Error::Keyring`] if the key is no longer in the ring.
    pub fn primary(&self) -> Result<Arc<Version>> {
        let entry = self.entry()?;
        let primary = entry.versions.iter().find(|version| version.state == State::Primary);
        primary.cloned().ok_or(Error::Core(CoreError::Internal("a key has no primary version")))
    }

    /// The version that made something, by the id in front of it.
    ///
    /// # Errors
    /// [`Error::Keyring`]: [`UnknownKey`](KeyringFault::UnknownKey) if the key has no such version,
    /// [`KeyDisabled`](KeyringFault::KeyDisabled) and [`KeyDestroyed`](KeyringFault::KeyDestroyed)
    /// if it must not be used.
    pub fn version(&self, id: VersionId) -> Result<Arc<Version>> {
        let version = self.look_up(id)?;
        self.note_use(&version);
        Ok(version)
    }

    /// The version like [`version`](Self::version), for a use that may not come: what is only tried
    /// is not told as used.
    pub(super) fn look_up(&self, id: VersionId) -> Result<Arc<Version>> {
        let find = |entry: &Entry| entry.versions.iter().find(|version| version.id == id).cloned();
        let mut found = find(&*self.entry()?);
        if found.is_none() {
            self.ring.look_now();
            found = find(&*self.entry()?);
        }
        let version = found.ok_or_else(|| self.unknown(id))?;
        version.material().map(drop).inspect_err(|_| {
            let what = match version.state {
                State::Disabled => EventKind::DisabledVersion,
                _ => EventKind::DestroyedVersion,
            };
            self.ring.observers().tell_refusal(what, &self.name, version.id);
        })?;
        Ok(version)
    }

    /// Whether the key has a version with this id, in whatever state. Asking is no use of it, and
    /// nothing is told to observers.
    ///
    /// # Errors
    /// [`Error::Keyring`] if the key is no longer in the ring.
    pub fn has_version(&self, id: VersionId) -> Result<bool> {
        let has = |entry: &Entry| entry.versions.iter().any(|version| version.id == id);
        if has(&*self.entry()?) {
            return Ok(true);
        }
        self.ring.look_now();
        Ok(has(&*self.entry()?))
    }

    /// The versions that open, the primary one first, then the others with the youngest first.
    ///
    /// # Errors
    /// [`Error::Keyring`] if the key is no longer in the ring.
    pub fn usable(&self) -> Result<Vec<Arc<Version>>> {
        let entry = self.entry()?;
        let mut versions: Vec<_> =
            entry.versions.iter().rev().filter(|version| version.state.is_usable()).cloned().collect();
        versions.sort_by_key(|version| version.state != State::Primary);
        Ok(versions)
    }

    pub(super) fn expect(&self, kinds: &[Kind]) -> Result<()> {
        if kinds.contains(&self.kind) {
            return Ok(());
        }
        let names: Vec<_> = kinds.iter().map(|kind| kind.name()).collect();
        Err(Error::Core(CoreError::WrongType(
            format!("the key {:?} is of the kind {}, and this takes {}", self.name, self.kind, names.join(" or "))
                .into(),
        )))
    }

    pub(super) fn entry(&self) -> Result<Arc<Entry>> {
        self.ring.contents().entry(&self.name).map(Arc::clone)
    }

    /// Tells of the first use of a version that is not primary.
    pub(super) fn note_use(&self, version: &Version) {
        if version.state == State::Active && !version.shared.told.swap(true, Ordering::Relaxed) {
            self.ring.observers().tell(EventKind::OldVersionUsed, Some(&self.name), Some(version.id), 1);
        }
    }

    fn unknown(&self, id: VersionId) -> Error {
        self.ring.observers().tell_refusal(EventKind::UnknownVersion, &self.name, id);
        let contents = self.ring.contents();
        let other = contents.keys.values().find(|entry| entry.versions.iter().any(|version| version.id == id));
        let why = match other {
            Some(other) => format!("it belongs to the key {:?} of this keyring", other.name),
            None => {
                "what was made under it belongs to another keyring, or to a newer state of this one: reload it".into()
            }
        };
        fault(KeyringFault::UnknownKey, format!("the key {:?} has no version {id}: {why}", self.name))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({:?}, {})", self.name, self.kind)
    }
}

impl Version {
    /// Its name among keys for signing.
    pub(super) fn name(&self) -> String {
        self.label.clone().unwrap_or_else(|| self.id.to_string())
    }

    pub(super) fn signing_key(&self) -> Result<signing::Key> {
        let id = self.name();
        let material = self.material()?.bytes().expose();
        match self.kind {
            Kind::Ed25519 | Kind::TinkEd25519 => {
                let key = ironlatch_core::asymmetric::ed25519::PrivateKey::from_bytes(material)?;
                signing::Key::from_private(ironlatch_core::keys::PrivateKey::Ed25519(key), Some(&id))
            }
            _ => signing::Key::from_secret(material, Some(&id)),
        }
    }
}
