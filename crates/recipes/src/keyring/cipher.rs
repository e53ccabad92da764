//! The algorithms of messages, each under the key of a version.

use crate::sealing::{ExtendedNonce, Sealer, XAes256Gcm, XChaCha20Poly1305};
use crate::{Error, Result};
use ironlatch_core::symmetric::aead::{Aad, Aead, AesGcm, AesSiv, ChaCha20Poly1305, Nonce};
use ironlatch_core::{Error as CoreError, Output, random};

const GCM_NONCE_LEN: usize = 12;

/// The algorithm of messages, keyed.
#[derive(Debug)]
pub(super) enum Cipher {
    AesGcm(AesGcm),
    XAes256Gcm(Sealer<XAes256Gcm>),
    ChaCha20Poly1305(ChaCha20Poly1305),
    XChaCha20Poly1305(Sealer<XChaCha20Poly1305>),
    AesSiv(AesSiv),
}

impl Cipher {
    /// How many bytes longer than the message what is sealed is.
    pub(super) fn overhead(&self) -> usize {
        match self {
            Self::AesGcm(_) | Self::ChaCha20Poly1305(_) => GCM_NONCE_LEN + 16,
            Self::XAes256Gcm(sealer) => sealer.sealed_len(0),
            Self::XChaCha20Poly1305(sealer) => sealer.sealed_len(0),
            Self::AesSiv(_) => 16,
        }
    }

    pub(super) fn seal(&self, message: &[u8], aad: &[u8], out: Output<'_>) -> Result<()> {
        match self {
            Self::AesGcm(cipher) => seal_with_nonce(cipher, message, aad, out),
            Self::ChaCha20Poly1305(cipher) => seal_with_nonce(cipher, message, aad, out),
            Self::XAes256Gcm(sealer) => sealer.seal_into(message, aad, out).map(drop),
            Self::XChaCha20Poly1305(sealer) => sealer.seal_into(message, aad, out).map(drop),
            Self::AesSiv(cipher) => Ok(cipher.encrypt_into(message, &[aad], out).map(drop)?),
        }
    }

    pub(super) fn open(&self, sealed: &[u8], aad: &[u8], out: Output<'_>) -> Result<()> {
        match self {
            Self::AesGcm(cipher) => open_with_nonce(cipher, sealed, aad, out),
            Self::ChaCha20Poly1305(cipher) => open_with_nonce(cipher, sealed, aad, out),
            Self::XAes256Gcm(sealer) => open_sealed(sealer, sealed, aad, out),
            Self::XChaCha20Poly1305(sealer) => open_sealed(sealer, sealed, aad, out),
            Self::AesSiv(cipher) => Ok(cipher.decrypt_into(sealed, &[aad], out).map(drop)?),
        }
    }
}

fn seal_with_nonce(cipher: &impl Aead, message: &[u8], aad: &[u8], out: Output<'_>) -> Result<()> {
    let nonce: [u8; GCM_NONCE_LEN] = random::array();
    let mut writer = out.writer();
    writer.push(&nonce);
    writer.push_with(writer.remaining(), |out| cipher.encrypt_into(Nonce(&nonce), message, Aad(aad), out))?;
    let _ = writer.finish();
    Ok(())
}

fn open_with_nonce(cipher: &impl Aead, sealed: &[u8], aad: &[u8], out: Output<'_>) -> Result<()> {
    let (nonce, ciphertext) = sealed.split_first_chunk::<GCM_NONCE_LEN>().ok_or(Error::Core(CoreError::InvalidTag))?;
    Ok(cipher.decrypt_into(Nonce(nonce), ciphertext, Aad(aad), out).map(drop)?)
}

fn open_sealed<A: ExtendedNonce>(sealer: &Sealer<A>, sealed: &[u8], aad: &[u8], out: Output<'_>) -> Result<()> {
    sealer.open_into(sealed, aad, out).map(drop)
}
