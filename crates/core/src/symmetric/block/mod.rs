//! Block ciphers that the engine lacks, or has slowly, and the table of them.

mod camellia;
mod key;
mod rustcrypto;
mod seed;
mod sm4;
mod triple_des;

use std::sync::Arc;

use super::kinds::BlockCipher;
use super::modes::{Modes, erase};
use crate::Result;

pub(super) use key::BlockKey;

/// `cipher` under `key`, or `None` if it is one of the engine's, or takes no key of this length.
pub(super) fn keyed(cipher: BlockCipher, key: &[u8]) -> Result<Option<Arc<dyn Modes>>> {
    use rustcrypto::keyed;
    if let (BlockCipher::Seed, Ok(key)) = (cipher, key.try_into()) {
        return Ok(Some(erase(seed::Seed::new(key))));
    }
    if let (BlockCipher::Sm4, Ok(key)) = (cipher, key.try_into())
        && let Some(cipher) = ironlatch_engine::sm4::Sm4::new(key)
    {
        return Ok(Some(erase(cipher)));
    }
    if let (BlockCipher::TripleDes, Ok(key)) = (cipher, key.try_into()) {
        return Ok(Some(erase(triple_des::TripleDes::new(key))));
    }
    Ok(match (cipher, key.len()) {
        (BlockCipher::Blowfish, 4..=56) => Some(keyed::<blowfish::Blowfish, 8>(key)?),
        (BlockCipher::Camellia, _) => camellia::Camellia::new(key).map(erase),
        (BlockCipher::Cast5, 5..=16) => Some(keyed::<cast5::Cast5, 8>(key)?),
        (BlockCipher::Idea, 16) => Some(keyed::<idea::Idea, 8>(key)?),
        (BlockCipher::Sm4, 16) => Some(keyed::<::sm4::Sm4, 16>(key)?),
        _ => None,
    })
}
