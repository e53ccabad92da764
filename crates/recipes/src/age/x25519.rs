//! Key pairs: `age1…` and `AGE-SECRET-KEY-1…` (age §"The X25519 recipient type").

use core::fmt;
use core::str::FromStr;

use super::header::{Stanza, decode_array, encode, malformed};
use super::{FileKey, derive, key_text, unwrap, wrap};
use crate::{Error, Result};
use ironlatch_core::asymmetric::x25519::{KEY_LEN, PrivateKey, PublicKey};
use ironlatch_core::secret::SecretText;

const KIND: &str = "X25519";
const INFO: &[u8] = b"age-encryption.org/v1/X25519";
pub(super) const RECIPIENT_PREFIX: &str = "age";
pub(super) const IDENTITY_PREFIX: &str = "age-secret-key-";

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    key: PublicKey,
}

impl Recipient {
    pub(super) fn wrap(&self, file_key: &FileKey) -> Result<Stanza> {
        let ephemeral = PrivateKey::generate();
        let share = *ephemeral.public_key().as_bytes();
        let shared = ephemeral
            .exchange(&self.key)
            .map_err(|_| Error::value("the public key is a point of small order, which no private key has"))?;
        let key = derive(&shared[..], &[share, *self.key.as_bytes()].concat(), INFO)?;
        Ok(Stanza::of(KIND, [&encode(&share)], wrap(&key[..], file_key)?))
    }
}

impl FromStr for Recipient {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = |why| Error::value(format!("not a public key of age: {why}"));
        let point = key_text::decode::<KEY_LEN>(text, RECIPIENT_PREFIX).map_err(wrong)?;
        Ok(Self { key: PublicKey::from_bytes(&point[..])? })
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        key_text::write_public(f, RECIPIENT_PREFIX, self.key.as_bytes())
    }
}

/// A private key.
#[derive(Debug, Clone)]
pub struct Identity {
    key: PrivateKey,
}

impl Identity {
    pub(super) fn generate() -> Self {
        Self { key: PrivateKey::generate() }
    }

    pub(super) fn recipient(&self) -> Recipient {
        Recipient { key: self.key.public_key() }
    }

    pub(super) fn to_text(&self) -> SecretText {
        key_text::private(IDENTITY_PREFIX, self.key.private_bytes())
    }

    pub(super) fn unwrap(&self, stanzas: &[Stanza]) -> Result<Option<FileKey>> {
        for stanza in stanzas {
            if stanza.kind() != KIND {
                continue;
            }
            let Some([share]) = stanza.fixed() else {
                return Err(malformed("an X25519 recipient has the wrong number of arguments"));
            };
            let share = decode_array(share.as_bytes());
            let share: [u8; KEY_LEN] = share.ok_or_else(|| malformed("an X25519 share is not 32 bytes"))?;
            let body = stanza.body.as_slice().try_into();
            let body = body.map_err(|_| malformed("an X25519 recipient has a file key of the wrong length"))?;
            let shared = self.key.exchange(&PublicKey::from_bytes(&share)?);
            let shared = shared.map_err(|_| malformed("an X25519 share is a point of small order"))?;
            let key = derive(&shared[..], &[share, *self.key.public_key().as_bytes()].concat(), INFO)?;
            if let Some(file_key) = unwrap(&key[..], body)? {
                return Ok(Some(file_key));
            }
        }
        Ok(None)
    }
}

impl FromStr for Identity {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let scalar = key_text::decode::<KEY_LEN>(text, IDENTITY_PREFIX)
            .map_err(|why| Error::value(format!("not a private key of age: {why}")))?;
        Ok(Self { key: PrivateKey::from_bytes(&scalar[..])? })
    }
}
