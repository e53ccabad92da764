//! Hybrid public key encryption (RFC 9180): a message to the owner of a private key, in base mode
//! and in one call.
//!
//! ```
//! use ironlatch::asymmetric::x25519;
//! use ironlatch::hpke::{Aead, Kdf, Kem, PrivateKey, Suite};
//! use ironlatch::symmetric::aead::Aad;
//!
//! let suite = Suite { kem: Kem::X25519, kdf: Kdf::HkdfSha256, aead: Aead::Aes128Gcm };
//! let key = PrivateKey::from(x25519::PrivateKey::generate());
//!
//! let sealed = suite.seal(&key.public_key(), b"myapp v1", Aad(b""), b"message")?;
//! assert_eq!(suite.open(&key, b"myapp v1", Aad(b""), &sealed)?, b"message");
//! # Ok::<(), ironlatch::Error>(())
//! ```

mod kdf;
mod kem;
mod keys;
mod kinds;

use crate::symmetric::aead::{self, Aad, AesGcm, ChaCha20Poly1305, Nonce, TAG_LEN};
use zeroize::Zeroizing;

use crate::secret::wipes_stack;
use crate::{Error, Output, Result, owned};

pub use kdf::Kdf;
pub use keys::{HybridPrivateKey, HybridPublicKey, PrivateKey, PublicKey};
pub use kinds::Kem;

const NONCE_LEN: usize = 12;

/// A cipher (RFC 9180 §7.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Aead {
    /// AES-128-GCM.
    Aes128Gcm,
    /// AES-256-GCM.
    Aes256Gcm,
    /// ChaCha20-Poly1305.
    ChaCha20Poly1305,
}

impl Aead {
    fn id(self) -> u16 {
        match self {
            Self::Aes128Gcm => 1,
            Self::Aes256Gcm => 2,
            Self::ChaCha20Poly1305 => 3,
        }
    }

    fn key_len(self) -> usize {
        match self {
            Self::Aes128Gcm => 16,
            Self::Aes256Gcm | Self::ChaCha20Poly1305 => 32,
        }
    }
}

/// Which algorithms are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Suite {
    /// How the two sides come to share a secret.
    pub kem: Kem,
    /// How keys are made from it.
    pub kdf: Kdf,
    /// The AEAD that encrypts under them.
    pub aead: Aead,
}

impl Suite {
    /// The length in bytes of a sealed message: the encapsulated key, the ciphertext and its tag.
    ///
    /// # Errors
    /// [`Error::TooLong`] if no memory can be that long.
    pub fn sealed_len(self, plaintext_len: usize) -> Result<usize> {
        let overhead = self.kem.enc_len() + TAG_LEN;
        plaintext_len.checked_add(overhead).ok_or_else(|| Error::TooLong("the message is too long".into()))
    }

    /// The length in bytes of the message in a sealed one.
    ///
    /// # Errors
    /// [`Error::InvalidTag`] if it is shorter than an empty one.
    pub fn opened_len(self, sealed_len: usize) -> Result<usize> {
        sealed_len.checked_sub(self.kem.enc_len() + TAG_LEN).ok_or(Error::InvalidTag)
    }

    /// Encrypts `plaintext` to `recipient` (§6.1). Returns the sealed message. `info` and `aad` are
    /// as in [`seal_into`](Self::seal_into).
    ///
    /// # Errors
    /// As [`seal_into`](Self::seal_into).
    pub fn seal(self, recipient: &PublicKey, info: &[u8], aad: Aad<'_>, plaintext: &[u8]) -> Result<Vec<u8>> {
        owned(self.sealed_len(plaintext.len())?, |out| self.seal_into(recipient, info, aad, plaintext, out))
    }

    /// Decrypts `sealed`. Returns the message.
    ///
    /// # Errors
    /// As [`open_into`](Self::open_into).
    pub fn open(self, recipient: &PrivateKey, info: &[u8], aad: Aad<'_>, sealed: &[u8]) -> Result<Vec<u8>> {
        self.check_private_key(recipient)?;
        owned(self.opened_len(sealed.len())?, |out| self.open_into(recipient, info, aad, sealed, out))
    }

    /// Encrypts `plaintext` to `recipient` (§6.1), into `out` of [`sealed_len`](Self::sealed_len)
    /// bytes. Who opens it has to know `info`, which says what the message is for, and `aad`; both
    /// may be empty.
    ///
    /// # Errors
    /// [`Error::WrongType`] if the key is not one for the suite's KEM, [`Error::InvalidValue`] if
    /// it is a point of small order, [`Error::Length`] if `info` is longer than the KDF takes,
    /// [`Error::TooLong`]
    /// for more than 2³¹ - 1 bytes.
    ///
    /// # Panics
    /// If `out` is of another length.
    #[wipes_stack(deep)]
    pub fn seal_into<'o>(
        self,
        recipient: &PublicKey,
        info: &[u8],
        aad: Aad<'_>,
        plaintext: &[u8],
        out: Output<'o>,
    ) -> Result<&'o mut [u8]> {
        assert_eq!(out.len(), self.sealed_len(plaintext.len())?, "the output has another length than the message");
        let (shared_secret, enc) = recipient.encapsulate(self.kem)?;
        let keys = kdf::Keys::new(self, &shared_secret, info)?;
        let mut writer = out.writer();
        writer.push(&enc);
        let cipher = Cipher::new(self.aead, &keys)?;
        writer.push_with(plaintext.len() + TAG_LEN, |out| cipher.encrypt(Nonce(&keys.nonce), plaintext, aad, out))?;
        Ok(writer.finish())
    }

    /// Decrypts `sealed`, into `out` of [`opened_len`](Self::opened_len) bytes.
    ///
    /// # Errors
    /// [`Error::InvalidTag`] if key, `info` or `aad` is not the one of the encryption, or the
    /// message was changed; `out` then holds nothing of it. [`Error::WrongType`],
    /// [`Error::Length`] and [`Error::TooLong`] as for [`seal_into`](Self::seal_into).
    ///
    /// # Panics
    /// If `out` is of another length.
    #[wipes_stack(deep)]
    pub fn open_into<'o>(
        self,
        recipient: &PrivateKey,
        info: &[u8],
        aad: Aad<'_>,
        sealed: &[u8],
        out: Output<'o>,
    ) -> Result<&'o mut [u8]> {
        self.check_private_key(recipient)?;
        assert_eq!(out.len(), self.opened_len(sealed.len())?, "the output has another length than the message");
        let (enc, ciphertext) = sealed.split_at(self.kem.enc_len());
        let shared_secret = recipient.decapsulate(self.kem, enc)?;
        let keys = kdf::Keys::new(self, &shared_secret, info)?;
        Cipher::new(self.aead, &keys)?.decrypt(Nonce(&keys.nonce), ciphertext, aad, out)
    }

    /// Whether the key is one for the suite's KEM. [`open_into`](Self::open_into) checks it
    /// itself; a caller that is about to set aside memory for the result asks first.
    ///
    /// # Errors
    /// [`Error::WrongType`] if not.
    pub fn check_private_key(self, key: &PrivateKey) -> Result<()> {
        key.check(self.kem)
    }

    /// The name of the suite within derived keys (§5.1).
    fn id(self) -> [u8; 10] {
        let mut id = *b"HPKE\0\0\0\0\0\0";
        for (place, part) in id[4..].chunks_mut(2).zip([self.kem.id(), self.kdf.id(), self.aead.id()]) {
            place.copy_from_slice(&part.to_be_bytes());
        }
        id
    }
}

enum Cipher {
    AesGcm(AesGcm),
    ChaCha20Poly1305(ChaCha20Poly1305),
}

impl Cipher {
    fn new(aead: Aead, keys: &kdf::Keys) -> Result<Self> {
        use aead::Aead as _;
        Ok(match aead {
            Aead::Aes128Gcm | Aead::Aes256Gcm => Self::AesGcm(AesGcm::new(&keys.key)?),
            Aead::ChaCha20Poly1305 => Self::ChaCha20Poly1305(ChaCha20Poly1305::new(&keys.key)?),
        })
    }

    fn encrypt<'o>(&self, nonce: Nonce<'_>, plaintext: &[u8], aad: Aad<'_>, out: Output<'o>) -> Result<&'o mut [u8]> {
        use aead::Aead as _;
        match self {
            Self::AesGcm(cipher) => cipher.encrypt_into(nonce, plaintext, aad, out),
            Self::ChaCha20Poly1305(cipher) => cipher.encrypt_into(nonce, plaintext, aad, out),
        }
    }

    fn decrypt<'o>(&self, nonce: Nonce<'_>, ciphertext: &[u8], aad: Aad<'_>, out: Output<'o>) -> Result<&'o mut [u8]> {
        use aead::Aead as _;
        match self {
            Self::AesGcm(cipher) => cipher.decrypt_into(nonce, ciphertext, aad, out),
            Self::ChaCha20Poly1305(cipher) => cipher.decrypt_into(nonce, ciphertext, aad, out),
        }
    }
}

/// A secret that both sides have.
type SharedSecret = Zeroizing<Vec<u8>>;
