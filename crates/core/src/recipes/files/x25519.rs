//! Key pairs: `age1…` and `AGE-SECRET-KEY-1…` (age §"The X25519 recipient type").

use core::fmt;
use core::str::FromStr;

use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Hrp};
use zeroize::Zeroizing;

use super::header::{Stanza, decode_array, encode, malformed};
use super::{FileKey, derive, unwrap, wrap};
use crate::asymmetric::x25519::{KEY_LEN, PrivateKey, PublicKey};
use crate::secret::SecretText;
use crate::{Error, Result};

const KIND: &str = "X25519";
const INFO: &[u8] = b"age-encryption.org/v1/X25519";
const RECIPIENT_PREFIX: &str = "age";
const IDENTITY_PREFIX: &str = "age-secret-key-";

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
        Ok(Stanza { arguments: vec![KIND.into(), encode(&share)], body: wrap(&key[..], file_key)? })
    }
}

impl FromStr for Recipient {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = |why| Error::value(format!("not a public key of age: {why}"));
        let point = decode(text, RECIPIENT_PREFIX).map_err(|why| {
            // The text itself is not repeated: it may be a private key in the wrong place.
            if text.to_ascii_lowercase().starts_with(IDENTITY_PREFIX) {
                return wrong("it is a private key; its public key begins with age1");
            }
            wrong(why)
        })?;
        Ok(Self { key: PublicKey::from_bytes(&point[..])? })
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        bech32::encode_lower_to_fmt::<Bech32, _>(f, Hrp::parse_unchecked(RECIPIENT_PREFIX), self.key.as_bytes())
            .map_err(|_| fmt::Error)
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
        let mut text = String::with_capacity(96);
        let prefix = Hrp::parse_unchecked(IDENTITY_PREFIX);
        bech32::encode_upper_to_fmt::<Bech32, _>(&mut text, prefix, self.key.expose())
            .expect("a key is short enough for bech32");
        SecretText::new(text)
    }

    pub(super) fn unwrap(&self, stanzas: &[Stanza]) -> Result<Option<FileKey>> {
        for stanza in stanzas {
            let (KIND, arguments) = stanza.split() else { continue };
            let [share] = arguments else {
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
        let scalar =
            decode(text, IDENTITY_PREFIX).map_err(|why| Error::value(format!("not a private key of age: {why}")))?;
        Ok(Self { key: PrivateKey::from_bytes(&scalar[..])? })
    }
}

/// 32 bytes in bech32 with this prefix, or why they are not.
fn decode(text: &str, prefix: &str) -> Result<Zeroizing<[u8; KEY_LEN]>, &'static str> {
    let decoded = CheckedHrpstring::new::<Bech32>(text).map_err(|_| "it was mistyped, or is not whole")?;
    if decoded.hrp() != Hrp::parse_unchecked(prefix) {
        return Err("it begins with another word");
    }
    let mut bytes = Zeroizing::new([0; KEY_LEN]);
    let mut source = decoded.byte_iter();
    for byte in bytes.iter_mut() {
        *byte = source.next().ok_or("it is too short")?;
    }
    if source.next().is_some() {
        return Err("it is too long");
    }
    // The bits left over in the last symbol must be zero, so that a key has one spelling only.
    if decoded.fe32_iter().last().is_some_and(|symbol| symbol.to_u8() & 0b1111 != 0) {
        return Err("it was mistyped");
    }
    Ok(bytes)
}
