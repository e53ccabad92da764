//! One version of a key.

use core::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use super::cipher::Cipher;
use super::usage::Tally;
use super::version_id::VersionId;
use super::{Counter, Kind, MAX_NAME_LEN, Operation, fault, not_allowed};
use crate::error::KeyringFault;
use crate::time::time;
use crate::{Error, Result};
use ironlatch_core::Error as CoreError;
use ironlatch_core::fork;
use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::kdf::Kdf;
use ironlatch_core::kdf::hkdf::HkdfExpand;
use ironlatch_core::secret::{SecretBytes, wipes_stack};

/// The permissions of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// It makes and opens. Each key has exactly one.
    Primary,
    /// It opens what was made under it.
    Active,
    /// It does nothing until it is enabled again.
    Disabled,
    /// Its key is gone for good. Id and dates stay, so that what was made under it is not merely
    /// unknown.
    Destroyed,
}

const STATES: [(State, &str); 4] = [
    (State::Primary, "primary"),
    (State::Active, "active"),
    (State::Disabled, "disabled"),
    (State::Destroyed, "destroyed"),
];

impl State {
    /// Its name: `primary`, `active`, `disabled`, `destroyed`.
    #[must_use]
    pub fn name(self) -> &'static str {
        STATES.iter().find(|(state, _)| *state == self).map_or("", |(_, name)| name)
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        STATES.iter().find(|(_, own)| *own == name).map(|(state, _)| *state)
    }

    /// Whether such a version opens what was made under it.
    #[must_use]
    pub fn is_usable(self) -> bool {
        matches!(self, Self::Primary | Self::Active)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The prefix of messages made under a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Prefix {
    /// A byte 1 and the version's id: what Tink calls `TINK`. All versions that are made here.
    Id,
    /// Nothing: what Tink calls `RAW`. Versions that were imported so.
    Nothing,
}

/// A version of a key as it was when it was looked up: a later change of its state makes another
/// `Version`.
///
/// `Debug` shows its number, id and state alone.
pub struct Version {
    pub(super) id: VersionId,
    pub(super) number: u32,
    pub(super) kind: Kind,
    pub(super) state: State,
    pub(super) created: u64,
    pub(super) since: u64,
    pub(super) prefix: Prefix,
    pub(super) label: Option<String>,
    /// None once it is destroyed.
    pub(super) material: Option<Arc<Material>>,
    pub(super) shared: Arc<Shared>,
}

/// The purposes that the library derives keys for. No caller can derive these: they have a domain
/// of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Own {
    /// Messages.
    Message,
    /// Encrypted columns.
    Field,
    /// Encrypted columns in which equal values are equal.
    FieldDeterministic,
    /// Blind indexes.
    BlindIndex,
    /// Encrypted tokens.
    EncryptedToken,
}

impl Own {
    const ALL: [Self; 5] =
        [Self::Message, Self::Field, Self::FieldDeterministic, Self::BlindIndex, Self::EncryptedToken];

    fn name(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Field => "field",
            Self::FieldDeterministic => "field, deterministic",
            Self::BlindIndex => "blind index",
            Self::EncryptedToken => "encrypted token",
        }
    }
}

/// The first bytes of the derivations of the library, and of those of its callers.
const OWN: &[u8] = b"ironlatch keyring 1\0";
const DERIVED: &[u8] = b"ironlatch keyring derived 1\0";

/// The key itself, with the cipher for messages once there was one.
#[derive(Debug)]
pub(super) struct Material {
    bytes: SecretBytes,
    cipher: OnceLock<Cipher>,
    /// How many messages this process sealed under nonces that are drawn from 96 bits.
    pub(super) drawn: AtomicU64,
}

impl Material {
    pub(super) fn new(bytes: SecretBytes) -> Self {
        Self { bytes, cipher: OnceLock::new(), drawn: AtomicU64::new(0) }
    }

    pub(super) fn bytes(&self) -> &SecretBytes {
        &self.bytes
    }

    /// The number of the message that is about to be sealed, from 0 on.
    pub(super) fn draw(&self) -> u64 {
        self.drawn.fetch_add(1, Ordering::Relaxed)
    }

    pub(super) fn cipher(&self) -> Option<&Cipher> {
        self.cipher.get()
    }

    /// Keeps a cipher for the next time, unless another thread was faster.
    pub(super) fn keep(&self, cipher: Cipher) -> &Cipher {
        // So that no child finds a thread of its parent half way.
        let _hold = fork::hold();
        self.cipher.get_or_init(|| cipher)
    }
}

/// The common part of all states of one version.
#[derive(Debug, Default)]
pub(super) struct Shared {
    pub(super) tally: Tally,
    /// Whether its use while it was not primary has been told.
    pub(super) told: AtomicBool,
}

impl Version {
    /// The id in front of everything that is made under it.
    #[must_use]
    pub fn id(&self) -> VersionId {
        self.id
    }

    /// 1, 2, 3 …, for people.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Its state when it was looked up.
    #[must_use]
    pub fn state(&self) -> State {
        self.state
    }

    /// When it was made, in seconds since 1970.
    #[must_use]
    pub fn created(&self) -> u64 {
        self.created
    }

    /// Since when it is in its state, in seconds since 1970.
    #[must_use]
    pub fn since(&self) -> u64 {
        self.since
    }

    /// The prefix of messages that are made under it.
    #[must_use]
    pub fn prefix(&self) -> Prefix {
        self.prefix
    }

    /// The name that it had where it was imported from: the `kid` of a JWK.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        self.label.as_deref()
    }

    /// A key of `len` bytes for one purpose and context, which says nothing about any other, nor
    /// about the keys that the library derives for itself.
    ///
    /// It is HKDF-Expand with SHA-256 (RFC 5869 §2.3) over `ironlatch keyring derived 1`, a zero
    /// byte, `len` in 8 bytes, big-endian, and of the purpose and each part of the context the
    /// length in 8 bytes and the bytes.
    ///
    /// # Errors
    /// [`CoreError::WrongType`] if the key is not of the kind [`General`](Kind::General);
    /// [`CoreError::Length`] for more than 8160 bytes; an error of a version that is not
    /// [usable](State::is_usable).
    #[wipes_stack]
    pub fn derive(&self, purpose: &str, context: &[&[u8]], len: usize) -> Result<SecretBytes> {
        let derived = self.expand(DERIVED, purpose, context, len)?;
        self.count_derivation(purpose);
        Ok(derived)
    }

    /// Returns the key that [`derive`](Self::derive) returned before callers' keys were separated
    /// from the library's own: for data that was made under such keys, until it is made under
    /// others.
    ///
    /// # Errors
    /// As [`derive`](Self::derive), and [`Error::Keyring`] for the library's own purposes:
    /// `message`, `field` and so on.
    #[wipes_stack]
    pub fn derive_as_before(&self, purpose: &str, context: &[&[u8]], len: usize) -> Result<SecretBytes> {
        if Own::ALL.iter().any(|own| own.name() == purpose) {
            return Err(not_allowed(format!(
                "the purpose {purpose:?} is the library's own: a key that is derived for it would open what the library makes"
            )));
        }
        let derived = self.expand(OWN, purpose, context, len)?;
        self.count_derivation(purpose);
        Ok(derived)
    }

    /// A key for a purpose of the library's own. Its user counts what it does with it.
    pub(crate) fn derive_own(&self, purpose: Own, context: &[&[u8]], len: usize) -> Result<SecretBytes> {
        self.expand(OWN, purpose.name(), context, len)
    }

    fn expand(&self, domain: &[u8], purpose: &str, context: &[&[u8]], len: usize) -> Result<SecretBytes> {
        if self.kind != Kind::General {
            return Err(Error::Core(CoreError::WrongType(
                format!("only keys of the kind \"general\" are derived from, and this one is for {}", self.kind).into(),
            )));
        }
        let mut info = domain.to_vec();
        info.extend((len as u64).to_be_bytes());
        for part in [purpose.as_bytes()].iter().chain(context) {
            info.extend((part.len() as u64).to_be_bytes());
            info.extend_from_slice(part);
        }
        Ok(HkdfExpand::new(HashAlgorithm::Sha256, len, &info)?.derive(self.material()?.bytes().expose())?)
    }

    fn count_derivation(&self, purpose: &str) {
        let purpose = if purpose.len() <= MAX_NAME_LEN { purpose } else { "(a long purpose)" };
        self.counter(purpose).add(Operation::Derive, 1);
    }

    /// Returns the counter of this version's uses for `purpose`. Keep it with the derived key:
    /// finding it takes a lock.
    #[must_use]
    pub fn counter(&self, purpose: &str) -> Counter {
        self.shared.tally.counter(purpose)
    }

    /// Its key, if it may be used.
    pub(super) fn material(&self) -> Result<&Material> {
        let Self { id, number, since, .. } = self;
        match (self.state, &self.material) {
            (State::Primary | State::Active, Some(material)) => Ok(material),
            (State::Disabled, _) => Err(fault(
                KeyringFault::KeyDisabled,
                format!(
                    "version {number} ({id}) of the key was disabled on {}: enable it again to use it",
                    time(*since)
                ),
            )),
            _ => Err(fault(
                KeyringFault::KeyDestroyed,
                format!(
                    "version {number} ({id}) of the key was destroyed on {}: what was made under it is lost, unless a \
                     backup of the keyring still has it",
                    time(*since)
                ),
            )),
        }
    }

    /// The same version with the counters of one that was read before, and with its key, which has
    /// been prepared already.
    pub(super) fn keeping(&self, before: &Self) -> Self {
        let material = match (&self.material, &before.material) {
            (Some(new), Some(old)) if new.bytes() == old.bytes() => Some(Arc::clone(old)),
            (new, _) => new.clone(),
        };
        Self { label: self.label.clone(), material, shared: Arc::clone(&before.shared), ..*self }
    }

    /// The same version in another state, from `now` on.
    pub(super) fn in_state(&self, state: State, now: u64) -> Self {
        Self {
            state,
            since: now,
            label: self.label.clone(),
            material: self.material.clone().filter(|_| state != State::Destroyed),
            shared: Arc::clone(&self.shared),
            ..*self
        }
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Version({}, {}, {})", self.number, self.id, self.state)
    }
}
