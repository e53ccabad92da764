//! The trait of block ciphers under a key.

/// A block cipher under a key.
pub(in crate::symmetric) trait BlockKey<const N: usize>: Send + Sync {
    fn encrypt_block(&self, block: &mut [u8; N]);
    fn decrypt_block(&self, block: &mut [u8; N]);

    /// Each block by itself; a cipher that works on several at once does so here.
    fn encrypt_blocks(&self, blocks: &mut [[u8; N]]) {
        blocks.iter_mut().for_each(|block| self.encrypt_block(block));
    }

    /// Like [`encrypt_blocks`](Self::encrypt_blocks).
    fn decrypt_blocks(&self, blocks: &mut [[u8; N]]) {
        blocks.iter_mut().for_each(|block| self.decrypt_block(block));
    }
}
