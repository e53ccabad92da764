//! SM4 (GB/T 32907), by the engine's fast code where the processor has what it needs.

use ironlatch_engine::sm4::{BLOCK_LEN, Sm4};

use super::BlockKey;

impl BlockKey<BLOCK_LEN> for Sm4 {
    fn encrypt_block(&self, block: &mut [u8; BLOCK_LEN]) {
        self.encrypt(core::array::from_mut(block));
    }

    fn decrypt_block(&self, block: &mut [u8; BLOCK_LEN]) {
        self.decrypt(core::array::from_mut(block));
    }

    fn encrypt_blocks(&self, blocks: &mut [[u8; BLOCK_LEN]]) {
        self.encrypt(blocks);
    }

    fn decrypt_blocks(&self, blocks: &mut [[u8; BLOCK_LEN]]) {
        self.decrypt(blocks);
    }
}
