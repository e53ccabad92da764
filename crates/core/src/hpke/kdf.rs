//! Keys from the shared secret: in two stages with HKDF (RFC 9180 §4 and §5.1), in one with SHAKE
//! (draft-ietf-hpke-hpke §5.1).

use crate::hash::{HashAlgorithm, digest_into};
use zeroize::Zeroizing;

use super::{NONCE_LEN, Suite};
use crate::error::{Allowed, Input};
use crate::hash::hmac::MAX_DIGEST;
use crate::kdf::Kdf as _;
use crate::kdf::hkdf::{HkdfExpand, extract_into};
use crate::{Error, Result};

const VERSION: &[u8] = b"HPKE-v1";
const MODE_BASE: u8 = 0;

/// A key derivation function (RFC 9180 §7.2, draft-ietf-hpke-pq §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kdf {
    /// HKDF with SHA-256.
    HkdfSha256,
    /// HKDF with SHA-384.
    HkdfSha384,
    /// HKDF with SHA-512.
    HkdfSha512,
    /// SHAKE128.
    Shake128,
    /// SHAKE256.
    Shake256,
}

impl Kdf {
    pub(super) fn id(self) -> u16 {
        match self {
            Self::HkdfSha256 => 0x0001,
            Self::HkdfSha384 => 0x0002,
            Self::HkdfSha512 => 0x0003,
            Self::Shake128 => 0x0010,
            Self::Shake256 => 0x0011,
        }
    }
}

/// The key and nonce that encrypt a message.
pub(super) struct Keys {
    pub(super) key: Zeroizing<Vec<u8>>,
    pub(super) nonce: [u8; NONCE_LEN],
}

impl Keys {
    /// The key schedule in base mode.
    ///
    /// # Errors
    /// [`Error::Length`] if `info` is longer than the KDF takes.
    pub(super) fn new(suite: Suite, shared_secret: &[u8], info: &[u8]) -> Result<Self> {
        match suite.kdf {
            Kdf::HkdfSha256 => Self::in_two_stages(HashAlgorithm::Sha256, suite, shared_secret, info),
            Kdf::HkdfSha384 => Self::in_two_stages(HashAlgorithm::Sha384, suite, shared_secret, info),
            Kdf::HkdfSha512 => Self::in_two_stages(HashAlgorithm::Sha512, suite, shared_secret, info),
            Kdf::Shake128 => Self::in_one_stage(
                |digest_size| HashAlgorithm::Shake128 { digest_size },
                32,
                suite,
                shared_secret,
                info,
            ),
            Kdf::Shake256 => Self::in_one_stage(
                |digest_size| HashAlgorithm::Shake256 { digest_size },
                64,
                suite,
                shared_secret,
                info,
            ),
        }
    }

    fn in_two_stages(algorithm: HashAlgorithm, suite: Suite, shared_secret: &[u8], info: &[u8]) -> Result<Self> {
        let hkdf = LabeledHkdf { algorithm, suite_id: &suite.id() };
        let psk_id_hash = hkdf.extract(b"", b"psk_id_hash", b"")?;
        let info_hash = hkdf.extract(b"", b"info_hash", info)?;
        let context = [&[MODE_BASE], &psk_id_hash[..], &info_hash[..]].concat();
        let secret = hkdf.extract(shared_secret, b"secret", b"")?;
        let key = hkdf.expand(&secret, b"key", &context, suite.aead.key_len())?;
        let nonce = hkdf.expand(&secret, b"base_nonce", &context, NONCE_LEN)?;
        Ok(Self { key, nonce: nonce.as_slice().try_into().expect("derived with this length") })
    }

    fn in_one_stage(
        xof: fn(usize) -> HashAlgorithm,
        exporter_len: usize,
        suite: Suite,
        shared_secret: &[u8],
        info: &[u8],
    ) -> Result<Self> {
        if info.len() > usize::from(u16::MAX) {
            let allowed = Allowed::AtMost(u16::MAX.into());
            return Err(Error::Length { what: Input::Info, got: info.len(), allowed });
        }
        let key_len = suite.aead.key_len();
        let mut derived = Zeroizing::new(vec![0; key_len + NONCE_LEN + exporter_len]);
        let mut input = Zeroizing::new(Vec::with_capacity(64 + shared_secret.len() + info.len()));
        push_prefixed(&mut input, b"");
        push_prefixed(&mut input, shared_secret);
        input.extend_from_slice(VERSION);
        input.extend_from_slice(&suite.id());
        push_prefixed(&mut input, b"secret");
        input.extend_from_slice(&(derived.len() as u16).to_be_bytes());
        input.push(MODE_BASE);
        push_prefixed(&mut input, b"");
        push_prefixed(&mut input, info);
        digest_into(xof(derived.len()), &input, derived.as_mut_slice().into());
        let nonce = derived[key_len..][..NONCE_LEN].try_into().expect("a slice of this length");
        derived.truncate(key_len);
        Ok(Self { key: derived, nonce })
    }
}

/// Appends `field` after its length in two bytes.
fn push_prefixed(input: &mut Vec<u8>, field: &[u8]) {
    let len = u16::try_from(field.len()).expect("checked, or of a fixed length");
    input.extend_from_slice(&len.to_be_bytes());
    input.extend_from_slice(field);
}

/// HKDF whose inputs name what they are for (RFC 9180 §4).
pub(super) struct LabeledHkdf<'a> {
    pub(super) algorithm: HashAlgorithm,
    pub(super) suite_id: &'a [u8],
}

impl LabeledHkdf<'_> {
    pub(super) fn extract(&self, salt: &[u8], label: &[u8], key_material: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let mut input = Zeroizing::new(Vec::with_capacity(32 + label.len() + key_material.len()));
        for part in [VERSION, self.suite_id, label, key_material] {
            input.extend_from_slice(part);
        }
        let mut key = Zeroizing::new(Vec::with_capacity(MAX_DIGEST));
        key.resize(self.algorithm.digest_size(), 0);
        extract_into(self.algorithm, salt, &input, key.as_mut_slice().into())?;
        Ok(key)
    }

    pub(super) fn expand(&self, key: &[u8], label: &[u8], info: &[u8], len: usize) -> Result<Zeroizing<Vec<u8>>> {
        let info = [&(len as u16).to_be_bytes(), VERSION, self.suite_id, label, info].concat();
        let mut derived = Zeroizing::new(vec![0; len]);
        HkdfExpand::new(self.algorithm, len, &info)?.derive_into(key, derived.as_mut_slice().into())?;
        Ok(derived)
    }
}
