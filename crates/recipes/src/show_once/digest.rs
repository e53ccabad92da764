//! The stored form of a show-once secret.

use core::fmt;
use core::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::server_key::{self, KeyId};
use super::{ServerKey, unusable};
use crate::{Error, Result};
use ironlatch_core::constant_time::bytes_eq;
use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::hash::hmac::Hmac;

/// The keyed hash of a secret, as it is stored and looked up: `so1.`, the server key's id in 8
/// hexadecimal digits, a full stop, and the code in base64 for URLs, 56 characters in all.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest {
    key_id: KeyId,
    code: [u8; Self::CODE_LEN],
}

impl Digest {
    /// The version that this library writes.
    pub const VERSION: &str = "so1";
    /// The length of the text in bytes.
    pub const TEXT_LEN: usize = 56;
    const CODE_LEN: usize = 32;

    /// The id of the server key that it was made under.
    #[must_use]
    pub fn key_id(&self) -> String {
        hex::encode(self.key_id)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", Self::VERSION, hex::encode(self.key_id), URL_SAFE_NO_PAD.encode(self.code))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest(under {})", hex::encode(self.key_id))
    }
}

impl FromStr for Digest {
    type Err = Error;

    /// Reads a stored digest.
    ///
    /// # Errors
    /// [`Error::UnusableRecord`] if it is none, or of a version that this library does not know.
    fn from_str(text: &str) -> Result<Self> {
        let (key_id, code) = server_key::split_record(Self::VERSION, "digest of a show-once secret", text)?;
        let mut bytes = [0; Self::CODE_LEN];
        let decoded = URL_SAFE_NO_PAD.decode_slice(code, &mut bytes);
        if decoded != Ok(Self::CODE_LEN) {
            return Err(unusable("the stored digest is malformed: it was changed or cut short"));
        }
        Ok(Self { key_id, code: bytes })
    }
}

/// Makes digests for one kind and purpose, under each of the server keys.
pub(super) struct Digesters {
    digesters: Vec<(KeyId, Hmac)>,
}

impl Digesters {
    pub(super) fn new(keys: &[&ServerKey], kind: &str, purpose: &str) -> Result<Self> {
        server_key::check_set(keys)?;
        let digesters = keys.iter().map(|key| {
            let mac = Hmac::new(HashAlgorithm::Sha256, key.derive(kind, purpose)?.expose())?;
            Ok((key.raw_id(), mac))
        });
        Ok(Self { digesters: digesters.collect::<Result<_>>()? })
    }

    /// The digest under the first key.
    pub(super) fn current(&self, owner: &[u8], secret: &str) -> Digest {
        let (key_id, mac) = &self.digesters[0];
        digest(*key_id, mac, owner, secret)
    }

    /// The digests under all keys, the first one's first.
    pub(super) fn all(&self, owner: &[u8], secret: &str) -> Vec<Digest> {
        self.digesters.iter().map(|(key_id, mac)| digest(*key_id, mac, owner, secret)).collect()
    }

    /// Whether `stored` is the digest of `secret`, compared in constant time.
    ///
    /// # Errors
    /// [`Error::UnusableRecord`] if it was made under a server key that is not here.
    pub(super) fn verify(&self, owner: &[u8], secret: &str, stored: &Digest) -> Result<bool> {
        let (key_id, mac) = self
            .digesters
            .iter()
            .find(|(key_id, _)| *key_id == stored.key_id)
            .ok_or_else(|| server_key::unknown(stored.key_id))?;
        Ok(bytes_eq(&digest(*key_id, mac, owner, secret).code, &stored.code))
    }

    /// Whether `stored` was made under another key than the first.
    pub(super) fn is_old(&self, stored: &Digest) -> bool {
        self.digesters[0].0 != stored.key_id
    }

    pub(super) fn ids(&self) -> Vec<String> {
        self.digesters.iter().map(|(key_id, _)| hex::encode(key_id)).collect()
    }
}

fn digest(key_id: KeyId, mac: &Hmac, owner: &[u8], secret: &str) -> Digest {
    let mut mac = mac.clone();
    // The length goes first, so that nothing can move from the owner's name to the secret.
    mac.update(&(owner.len() as u64).to_be_bytes());
    mac.update(owner);
    mac.update(secret.as_bytes());
    let mut code = [0; Digest::CODE_LEN];
    mac.finalize_into((&mut code[..]).into());
    Digest { key_id, code }
}
