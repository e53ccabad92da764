//! The block ciphers and modes that there are, and which of them go together.

pub use ironlatch_engine::cipher::Direction;

/// A block cipher; the key's length selects the variant. All but AES and SM4 are for old data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BlockCipher {
    /// AES (FIPS 197) with keys of 16, 24 or 32 bytes; in XTS of 32 or 64.
    Aes,
    /// Blowfish with keys of 4 to 56 bytes.
    Blowfish,
    /// Camellia (RFC 3713) with keys of 16, 24 or 32 bytes.
    Camellia,
    /// CAST-128 (RFC 2144) with keys of 5 to 16 bytes.
    Cast5,
    /// DES (FIPS 46-3) with keys of 8 bytes, in CBC only: broken.
    Des,
    /// IDEA with keys of 16 bytes.
    Idea,
    /// RC2 (RFC 2268) with keys of 16 bytes, in CBC only.
    Rc2,
    /// SEED (RFC 4269) with keys of 16 bytes.
    Seed,
    /// SM4 (GB/T 32907) with keys of 16 bytes.
    Sm4,
    /// Triple DES (SP 800-67) with keys of 24 bytes.
    TripleDes,
}

impl BlockCipher {
    /// The length of a block in bytes.
    #[must_use]
    pub fn block_len(self) -> usize {
        match self {
            Self::Aes | Self::Camellia | Self::Seed | Self::Sm4 => 16,
            Self::Blowfish | Self::Cast5 | Self::Des | Self::Idea | Self::Rc2 | Self::TripleDes => 8,
        }
    }
}

/// A mode of operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mode {
    /// Cipher block chaining; takes whole blocks and an initialization vector of one block.
    Cbc,
    /// Cipher feedback of whole blocks.
    Cfb,
    /// Cipher feedback of single bytes: a block's work for each of them.
    Cfb8,
    /// Counter mode; the nonce is the first counter block.
    Ctr,
    /// Each block by itself: equal blocks stay equal.
    Ecb,
    /// Galois/Counter Mode, which authenticates, with nonces of 8 to 128 bytes: see
    /// [`gcm`](super::gcm).
    Gcm,
    /// Output feedback.
    Ofb,
    /// For storage in sectors: each call works on a whole data unit under the same tweak of 16
    /// bytes.
    Xts,
}

/// Whether there is such a cipher in such a mode.
#[must_use]
pub fn supported(cipher: BlockCipher, key_len: usize, mode: Mode) -> bool {
    use BlockCipher::*;
    use Mode::*;
    let key_fits = match cipher {
        Aes if mode == Xts => matches!(key_len, 32 | 64),
        Aes | Camellia => matches!(key_len, 16 | 24 | 32),
        Blowfish => (4..=56).contains(&key_len),
        Cast5 => (5..=16).contains(&key_len),
        Des => key_len == 8,
        Idea | Rc2 | Seed | Sm4 => key_len == 16,
        TripleDes => key_len == 24,
    };
    key_fits
        && match mode {
            Cbc => true,
            Cfb | Ecb | Ofb => !matches!(cipher, Des | Rc2),
            Cfb8 => matches!(cipher, Aes | TripleDes),
            Ctr | Gcm => matches!(cipher, Aes | Sm4),
            Xts => cipher == Aes,
        }
}
