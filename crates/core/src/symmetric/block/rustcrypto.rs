//! The block ciphers of RustCrypto's crates.

use std::sync::Arc;

use cipher::array::ArraySize;
use cipher::{BlockCipherDecrypt, BlockCipherEncrypt, BlockSizeUser, KeyInit};

use super::BlockKey;
use crate::symmetric::modes::{Modes, erase};
use crate::{Error, Result};

/// The cipher `C`, whose blocks have `N` bytes, under `key`.
pub(super) fn keyed<C, const N: usize>(key: &[u8]) -> Result<Arc<dyn Modes>>
where
    C: KeyInit + BlockCipherEncrypt + BlockCipherDecrypt + Send + Sync + 'static,
    C::BlockSize: ArraySize<ArrayType<u8> = [u8; N]>,
{
    let cipher =
        C::new_from_slice(key).map_err(|_| Error::Internal("a cipher refuses a key of a length that it takes"))?;
    Ok(erase(Adapter(cipher)))
}

struct Adapter<C>(C);

impl<C, const N: usize> BlockKey<N> for Adapter<C>
where
    C: BlockSizeUser + BlockCipherEncrypt + BlockCipherDecrypt + Send + Sync,
    C::BlockSize: ArraySize<ArrayType<u8> = [u8; N]>,
{
    fn encrypt_block(&self, block: &mut [u8; N]) {
        self.0.encrypt_block(block.into());
    }

    fn decrypt_block(&self, block: &mut [u8; N]) {
        self.0.decrypt_block(block.into());
    }
}
