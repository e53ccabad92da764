//! The wrapped data key as it stands in a keyring's file, and the keys that are derived from it.

use super::fault;
use crate::error::KeyringFault;
use crate::sealing::{Sealer, XAes256Gcm};
use crate::{Error, Result};
use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::kdf::Kdf;
use ironlatch_core::kdf::argon2::{Argon2, Cost, Variant};
use ironlatch_core::kdf::hkdf::HkdfExpand;
use ironlatch_core::secret::SecretBytes;

pub(super) const DATA_KEY_LEN: usize = 32;
pub(super) const SALT_LEN: usize = 16;
/// The length of the value that tells a wrong data key from a changed file.
pub(super) const CHECK_LEN: usize = 16;

/// The wrapped data key as it stands in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wrap {
    Passphrase { salt: [u8; SALT_LEN], cost: Cost, wrapped: Vec<u8> },
    Key { name: String, wrapped: Vec<u8> },
    Provider { name: String, wrapped: Vec<u8> },
}

impl Wrap {
    /// For people, and for `inspect`.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Passphrase { .. } => "a passphrase".into(),
            Self::Key { name, .. } => format!("the key {name:?} of another keyring"),
            Self::Provider { name, .. } => format!("the key provider {name}"),
        }
    }
}

/// Whether a file may ask for this: otherwise the writer of a file could exhaust the machine of its
/// reader.
pub(super) fn is_bearable(cost: Cost) -> bool {
    cost.memory_cost <= MAX_MEMORY_KIB && cost.iterations <= MAX_PASSES && cost.lanes <= MAX_LANES
}

/// The accepted costs, in words.
pub(super) const BEARABLE: &str = "1 GiB of memory, 64 passes and 64 lanes";
const MAX_MEMORY_KIB: u32 = 1024 * 1024;
const MAX_PASSES: u32 = 64;
const MAX_LANES: u32 = 64;

/// The key that encrypts the keys in a file, and the value that tells whether a data key is the
/// right one.
pub(super) fn file_keys(data_key: &SecretBytes) -> Result<(Sealer<XAes256Gcm>, [u8; CHECK_LEN])> {
    let expand = |purpose: &[u8], len| {
        let info = [b"ironlatch keyring file 1", purpose].join(&0);
        HkdfExpand::new(HashAlgorithm::Sha256, len, &info)?.derive(data_key.expose())
    };
    let mut check = [0; CHECK_LEN];
    check.copy_from_slice(expand(b"check", CHECK_LEN)?.expose());
    Ok((Sealer::new(expand(b"seal", DATA_KEY_LEN)?.expose())?, check))
}

pub(super) fn stretcher(salt: &[u8; SALT_LEN], cost: Cost) -> Result<Argon2> {
    Ok(Argon2::new(Variant::Argon2id, salt, DATA_KEY_LEN, cost)?)
}

pub(super) fn wrong_key(message: String) -> Error {
    fault(KeyringFault::WrongKey, message)
}
