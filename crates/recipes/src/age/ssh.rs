//! SSH keys: `ssh-ed25519` and `ssh-rsa`, which people already have (the age tool's SSH recipient
//! types).
//!
//! There is no chapter on them in the specification; `age` and `rage` agree on them. Unlike the
//! other recipients these are not anonymous: a file shows 32 bits of the hash of each public key.

use core::fmt;
use core::str::FromStr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::header::{Stanza, decode_array, encode, malformed};
use super::{FileKey, derive, unwrap, wrap};
use crate::error::WrongKey;
use crate::{Error, Result};
use ironlatch_core::asymmetric::rsa::{self, Checks, EncryptionPadding};
use ironlatch_core::asymmetric::x25519;
use ironlatch_core::hash::{HashAlgorithm, digest_into};
use ironlatch_core::keys::ssh::{Line, PrivateKeyFile};
use ironlatch_core::keys::{PrivateKey, PublicKey, ssh};
use ironlatch_core::{Error as CoreError, Output};

const ED25519: &str = "ssh-ed25519";
const RSA: &str = "ssh-rsa";

const ED25519_INFO: &[u8] = b"age-encryption.org/v1/ssh-ed25519";
const OAEP: EncryptionPadding<'static> = EncryptionPadding::Oaep {
    hash: HashAlgorithm::Sha256,
    mgf1_hash: HashAlgorithm::Sha256,
    label: b"age-encryption.org/v1/ssh-rsa",
};

/// The shortest RSA modulus in bits that files are encrypted to.
const MIN_RSA_BITS: usize = 2048;

/// The length in bytes of what a stanza says about its key.
const TAG_LEN: usize = 4;

/// A public key of SSH's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The key as SSH encodes it.
    blob: Vec<u8>,
    key: Public,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Public {
    /// The point of the Ed25519 key, as X25519 takes it.
    Ed25519(x25519::PublicKey),
    Rsa(rsa::PublicKey),
}

impl Recipient {
    fn new(key: &PublicKey) -> Result<Self> {
        let public = match key {
            PublicKey::Ed25519(key) => Public::Ed25519(key.to_x25519()?),
            PublicKey::Rsa(key) => Public::Rsa(key.clone()),
            _ => return Err(other_type()),
        };
        Ok(Self { blob: key.to_openssh_blob()?, key: public })
    }

    pub(super) fn kind(&self) -> &'static str {
        match self.key {
            Public::Ed25519(_) => ED25519,
            Public::Rsa(_) => RSA,
        }
    }

    pub(super) fn wrap(&self, file_key: &FileKey) -> Result<Stanza> {
        match &self.key {
            Public::Ed25519(key) => {
                let ephemeral = x25519::PrivateKey::generate();
                let share = *ephemeral.public_key().as_bytes();
                let shared = exchange(&ephemeral, key, &self.blob);
                let shared = shared.ok_or_else(|| Error::value("the public key is a point of small order"))?;
                let key = derive(&shared[..], &[share, *key.as_bytes()].concat(), ED25519_INFO)?;
                let arguments = [&tag(&self.blob)[..], &encode(&share)];
                Ok(Stanza::of(ED25519, arguments, wrap(&key[..], file_key)?))
            }
            Public::Rsa(key) => {
                if key.bits() < MIN_RSA_BITS {
                    return Err(too_short(key.bits()));
                }
                let mut body = vec![0; key.size()];
                key.encrypt_into(OAEP, file_key.expose(), Output::from(&mut body[..]))?;
                Ok(Stanza::of(RSA, [&tag(&self.blob)], body))
            }
        }
    }
}

/// Whether this is the line of a public key of SSH's, of whatever type.
pub(super) fn is_line(text: &str) -> bool {
    let kind = text.split_ascii_whitespace().next().unwrap_or_default();
    ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"].iter().any(|prefix| kind.starts_with(prefix))
        || Line::parse_authorized(text.as_bytes()).is_ok()
}

/// `ssh-ed25519 AAAA… comment`, as in `id_ed25519.pub`, also behind options as in
/// `authorized_keys`.
impl FromStr for Recipient {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let line = Line::parse_authorized(text.as_bytes())?;
        if ![ED25519, RSA].contains(&line.kind()) {
            return Err(other_type());
        }
        let recipient = Self::new(line.key()?.key())?;
        match &recipient.key {
            Public::Rsa(key) if key.bits() < MIN_RSA_BITS => Err(too_short(key.bits())),
            _ => Ok(recipient),
        }
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind(), STANDARD.encode(&self.blob))
    }
}

/// Whether this is the text of a private key's file.
pub(super) fn is_key_file(text: &str) -> bool {
    text.contains("PRIVATE KEY-----")
}

/// A private key of SSH's.
#[derive(Debug, Clone)]
pub struct Identity {
    recipient: Recipient,
    key: Private,
}

#[derive(Debug, Clone)]
enum Private {
    Ed25519(x25519::PrivateKey),
    Rsa(rsa::PrivateKey),
    /// Encrypted under a passphrase.
    Locked(Arc<PrivateKeyFile>),
}

impl Identity {
    /// Reads a private key's file: OpenSSH's own format, or PEM (PKCS #1, PKCS #8) without a
    /// passphrase.
    pub(super) fn parse(text: &[u8]) -> Result<Self> {
        let opens = |label: &str| text.windows(label.len()).any(|window| window == label.as_bytes());
        if !opens(ssh::LABEL) {
            return match PrivateKey::from_pem(text, None, Checks::Full) {
                Ok(key) => Self::new(&key),
                Err(CoreError::PasswordRequired) => Err(Error::value(
                    "the private key is encrypted in an old format; `ssh-keygen -p -f FILE` brings it to the present one",
                )),
                Err(error) => Err(error.into()),
            };
        }
        let file = PrivateKeyFile::from_pem(text)?;
        if file.is_encrypted() {
            Ok(Self { recipient: Recipient::new(file.public_key()?.key())?, key: Private::Locked(Arc::new(file)) })
        } else {
            Self::new(&file.decrypt(None, Checks::Full)?)
        }
    }

    fn new(key: &PrivateKey) -> Result<Self> {
        let recipient = Recipient::new(&key.public_key())?;
        let key = match key {
            PrivateKey::Ed25519(key) => Private::Ed25519(key.to_x25519()),
            PrivateKey::Rsa(key) => Private::Rsa(key.clone()),
            _ => return Err(other_type()),
        };
        Ok(Self { recipient, key })
    }

    pub(super) fn recipient(&self) -> &Recipient {
        &self.recipient
    }

    pub(super) fn is_locked(&self) -> bool {
        matches!(self.key, Private::Locked(_))
    }

    /// The key itself, of one that is locked.
    pub(super) fn unlock(&self, passphrase: &[u8], max_rounds: u32) -> Result<Self> {
        match &self.key {
            Private::Locked(file) => match file.decrypt_within(max_rounds, Some(passphrase), Checks::Full) {
                Ok(key) => Self::new(&key),
                // A wrong passphrase shows in one of two ways, and none at all counts as wrong too.
                Err(CoreError::InvalidTag | CoreError::IncorrectPassword | CoreError::PasswordRequired) => {
                    Err(wrong_passphrase())
                }
                Err(error) => Err(error.into()),
            },
            _ => Ok(self.clone()),
        }
    }

    /// Whether a stanza says that it is for this key.
    pub(super) fn is_named(&self, stanzas: &[Stanza]) -> bool {
        let kind = self.recipient.kind();
        let tag = tag(&self.recipient.blob);
        stanzas.iter().any(|stanza| stanza.kind() == kind && stanza.arguments().next() == Some(&tag[..]))
    }

    pub(super) fn unwrap(&self, stanzas: &[Stanza]) -> Result<Option<FileKey>> {
        let tag = tag(&self.recipient.blob);
        for stanza in stanzas {
            let found = match (&self.key, stanza.kind()) {
                (Private::Ed25519(key), ED25519) => self.unwrap_ed25519(key, stanza, &tag)?,
                (Private::Rsa(key), RSA) => unwrap_rsa(key, stanza, &tag)?,
                _ => None,
            };
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    fn unwrap_ed25519(&self, key: &x25519::PrivateKey, stanza: &Stanza, expected: &str) -> Result<Option<FileKey>> {
        let Some([tag, share]) = stanza.fixed() else {
            return Err(malformed("an ssh-ed25519 recipient has the wrong number of arguments"));
        };
        let share = decode_array(share.as_bytes());
        let share: [u8; x25519::KEY_LEN] = share.ok_or_else(|| malformed("an ssh-ed25519 share is not 32 bytes"))?;
        let body = stanza.body.as_slice().try_into();
        let body = body.map_err(|_| malformed("an ssh-ed25519 recipient has a file key of the wrong length"))?;
        if tag != expected {
            return Ok(None);
        }
        let shared = exchange(key, &x25519::PublicKey::from_bytes(&share)?, &self.recipient.blob);
        let shared = shared.ok_or_else(|| malformed("an ssh-ed25519 share is a point of small order"))?;
        let salt = [share, *key.public_key().as_bytes()].concat();
        unwrap(&derive(&shared[..], &salt, ED25519_INFO)?[..], body)
    }
}

fn unwrap_rsa(key: &rsa::PrivateKey, stanza: &Stanza, expected: &str) -> Result<Option<FileKey>> {
    let Some([tag]) = stanza.fixed() else {
        return Err(malformed("an ssh-rsa recipient has the wrong number of arguments"));
    };
    if tag != expected {
        return Ok(None);
    }
    // What does not decrypt is for another key, whose tag happens to be the same, or was changed.
    let Ok(plaintext) = key.decrypt(OAEP, &stanza.body) else { return Ok(None) };
    FileKey::from_bytes(&plaintext)
        .map(Some)
        .map_err(|_| malformed("an ssh-rsa recipient has a file key of the wrong length"))
}

/// The shared secret, bound to the SSH key: multiplied by a number that depends on it, so that a
/// holder of the same point in another role is of no use. `None` for points of small order.
fn exchange(private: &x25519::PrivateKey, public: &x25519::PublicKey, blob: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let tweak = derive(b"", blob, ED25519_INFO).ok()?;
    let tweak = x25519::PrivateKey::from_bytes(&tweak[..]).ok()?;
    let shared = private.exchange(public).ok()?;
    tweak.exchange(&x25519::PublicKey::from_bytes(&shared[..]).ok()?).ok()
}

/// The tag by which a stanza identifies its key.
fn tag(blob: &[u8]) -> String {
    let mut hashed = [0; 32];
    digest_into(HashAlgorithm::Sha256, blob, Output::from(&mut hashed[..]));
    encode(&hashed[..TAG_LEN])
}

fn other_type() -> Error {
    Error::value("of the SSH keys, only those of type ssh-ed25519 and ssh-rsa can encrypt files")
}

fn too_short(bits: usize) -> Error {
    Error::value(format!("the RSA key has {bits} bits, and files are encrypted to {MIN_RSA_BITS} or more only"))
}

fn wrong_passphrase() -> Error {
    Error::wrong_key(WrongKey::SshPassphrase)
}
