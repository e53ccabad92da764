//! The kinds of keys.

use core::fmt;
use core::str::FromStr;

use crate::{Error, Result};

/// The kind of a key. It belongs to the key: all its versions are of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Kind {
    /// Everything of this library: messages with XAES-256-GCM, encrypted columns, and whatever else
    /// is derived. The choice for new keys.
    General,
    /// Messages with AES-GCM, as Tink writes them: for data that is shared with Tink. Nonces of 12
    /// bytes are drawn at random, so one version should make at most 2³² messages.
    AesGcm,
    /// Messages with XAES-256-GCM, as Tink writes them.
    XAes256Gcm,
    /// Messages with ChaCha20-Poly1305, as Tink writes them, with the limit of
    /// [`AesGcm`](Self::AesGcm).
    ChaCha20Poly1305,
    /// Messages with XChaCha20-Poly1305, as Tink writes them.
    XChaCha20Poly1305,
    /// Messages with AES-SIV (RFC 5297), as Tink writes them: equal messages give equal
    /// ciphertexts, which shows that they are equal.
    AesSiv,
    /// Signing with HMAC-SHA-256: tokens, requests, and messages of this library.
    HmacSha256,
    /// Signing with Ed25519: tokens, requests, and messages of this library.
    Ed25519,
    /// Tink's codes: HMAC-SHA-256 of a message without a prefix. Someone who gets a message signed
    /// could make it a token, so such a key signs nothing else.
    TinkHmacSha256,
    /// Signatures of Tink's: Ed25519 of a message as it stands, and nothing else.
    TinkEd25519,
    /// Fernet tokens.
    Fernet,
}

/// Each kind with its name and the lengths in bytes of its keys, the one of new keys first.
const KINDS: [(Kind, &str, &[usize]); 11] = [
    (Kind::General, "general", &[32]),
    (Kind::AesGcm, "aes-gcm", &[32, 16]),
    (Kind::XAes256Gcm, "xaes-256-gcm", &[32]),
    (Kind::ChaCha20Poly1305, "chacha20-poly1305", &[32]),
    (Kind::XChaCha20Poly1305, "xchacha20-poly1305", &[32]),
    (Kind::AesSiv, "aes-siv", &[64]),
    (Kind::HmacSha256, "hmac-sha256", &[32]),
    (Kind::Ed25519, "ed25519", &[32]),
    (Kind::TinkHmacSha256, "tink-hmac-sha256", &[32]),
    (Kind::TinkEd25519, "tink-ed25519", &[32]),
    (Kind::Fernet, "fernet", &[32]),
];

/// The longest key in bytes: HMAC secrets from elsewhere have any length up to this.
pub(super) const MAX_KEY_LEN: usize = 1024;

impl Kind {
    /// Its name: `general`, `aes-gcm` …
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// All kinds.
    pub fn all() -> impl Iterator<Item = Self> {
        KINDS.iter().map(|(kind, ..)| *kind)
    }

    /// The length in bytes of a new key.
    #[must_use]
    pub fn key_len(self) -> usize {
        self.row().2[0]
    }

    /// Whether a key can have this many bytes.
    pub(super) fn takes(self, len: usize) -> bool {
        match self {
            Self::HmacSha256 | Self::TinkHmacSha256 => (self.key_len()..=MAX_KEY_LEN).contains(&len),
            _ => self.row().2.contains(&len),
        }
    }

    /// Whether such a key encrypts messages.
    pub(super) fn encrypts(self) -> bool {
        !self.signs() && self != Self::Fernet
    }

    /// Whether such a key signs messages.
    pub(super) fn signs(self) -> bool {
        self.is_tinks() || matches!(self, Self::HmacSha256 | Self::Ed25519)
    }

    /// Whether such a key signs messages as they stand, as Tink does.
    pub(super) fn is_tinks(self) -> bool {
        matches!(self, Self::TinkHmacSha256 | Self::TinkEd25519)
    }

    fn row(self) -> &'static (Self, &'static str, &'static [usize]) {
        KINDS.iter().find(|(kind, ..)| *kind == self).unwrap_or(&KINDS[0])
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Kind {
    type Err = Error;

    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) with the names that there
    /// are.
    fn from_str(name: &str) -> Result<Self> {
        KINDS.iter().find(|(_, own, _)| *own == name).map(|(kind, ..)| *kind).ok_or_else(|| {
            let names: Vec<_> = Self::all().map(Self::name).collect();
            Error::value(format!("there is no kind of keys with this name; there are {}", names.join(", ")))
        })
    }
}
