//! AES-GCM-SIV (RFC 8452): fast, and safe but for the equality of messages when a nonce repeats.

use core::ops::RangeInclusive;

use ironlatch_engine::aes::{BLOCK_LEN, Block, Key};
use ironlatch_engine::{Output, aead as engine};
use polyval::Polyval;
use polyval::universal_hash::UniversalHash;
use zeroize::Zeroizing;

use super::{Aad, Aead, Nonce, TAG_LEN, check_aes_key, open, rejected};
use crate::constant_time::bytes_eq;
use crate::secret::wipes_stack;
use crate::{Error, Result};

/// AES-GCM-SIV with keys of 16, 24 or 32 bytes, nonces of 12, and tags of 16.
///
/// RFC 8452 names keys of 16 and 32 bytes; those of 24 follow the same rules.
#[derive(Debug)]
pub struct AesGcmSiv {
    cipher: Cipher,
}

#[derive(Debug)]
enum Cipher {
    Engine(engine::Key),
    /// AWS-LC has no code for keys of 24 bytes.
    Aes192(Key),
}

const NONCE_LEN: usize = 12;

impl Aead for AesGcmSiv {
    const KEY_LENS: &'static [usize] = &[16, 24, 32];
    const NONCE_LENS: RangeInclusive<usize> = NONCE_LEN..=NONCE_LEN;

    #[wipes_stack]
    fn new(key: &[u8]) -> Result<Self> {
        check_aes_key("AES-GCM-SIV", key)?;
        let cipher = match key.len() {
            16 => Cipher::Engine(engine::Key::new(engine::Algorithm::Aes128GcmSiv, key)?),
            24 => Cipher::Aes192(Key::new(key)?),
            _ => Cipher::Engine(engine::Key::new(engine::Algorithm::Aes256GcmSiv, key)?),
        };
        Ok(Self { cipher })
    }

    #[wipes_stack]
    fn encrypt_into<'o>(
        &self,
        Nonce(nonce): Nonce<'_>,
        plaintext: &[u8],
        Aad(aad): Aad<'_>,
        out: Output<'o>,
    ) -> Result<&'o mut [u8]> {
        self.check(Nonce(nonce), plaintext, Aad(aad))?;
        match &self.cipher {
            Cipher::Engine(key) => Ok(key.seal(nonce, plaintext, aad, out)?),
            Cipher::Aes192(key) => {
                let keys = MessageKeys::derive(key, nonce)?;
                let tag = keys.tag(nonce, plaintext, aad);
                let mut writer = out.writer();
                keys.mask(&tag, plaintext, |piece| writer.push(piece));
                writer.push(&tag);
                Ok(writer.finish())
            }
        }
    }

    #[wipes_stack]
    fn decrypt_into<'o>(
        &self,
        Nonce(nonce): Nonce<'_>,
        ciphertext: &[u8],
        Aad(aad): Aad<'_>,
        out: Output<'o>,
    ) -> Result<&'o mut [u8]> {
        self.check(Nonce(nonce), ciphertext, Aad(aad))?;
        match &self.cipher {
            Cipher::Engine(key) => open(key, nonce, ciphertext, aad, out),
            Cipher::Aes192(key) => {
                let Some((ciphertext, tag)) = ciphertext.split_last_chunk::<TAG_LEN>() else {
                    return Err(rejected(out));
                };
                let keys = MessageKeys::derive(key, nonce)?;
                let mut writer = out.writer();
                keys.mask(tag, ciphertext, |piece| writer.push(piece));
                let plaintext = writer.finish();
                if bytes_eq(&keys.tag(nonce, plaintext, aad), tag) {
                    Ok(plaintext)
                } else {
                    plaintext.fill(0);
                    Err(Error::InvalidTag)
                }
            }
        }
    }
}

/// The keys of one message (RFC 8452 §4), for AES-192.
struct MessageKeys {
    authentication: Zeroizing<Block>,
    encryption: Key,
}

impl MessageKeys {
    fn derive(key: &Key, nonce: &[u8]) -> Result<Self> {
        let mut bytes = Zeroizing::new([0; 16 + 24]);
        for (number, half) in bytes.chunks_exact_mut(8).enumerate() {
            let mut block = [0; BLOCK_LEN];
            block[0] = number as u8;
            block[4..].copy_from_slice(nonce);
            half.copy_from_slice(&key.encrypt(&block)[..8]);
        }
        let mut authentication = Zeroizing::new([0; BLOCK_LEN]);
        authentication.copy_from_slice(&bytes[..16]);
        Ok(Self { authentication, encryption: Key::new(&bytes[16..])? })
    }

    fn tag(&self, nonce: &[u8], plaintext: &[u8], aad: &[u8]) -> [u8; TAG_LEN] {
        let mut hash = Polyval::new((&*self.authentication).into());
        hash.update_padded(aad);
        hash.update_padded(plaintext);
        let mut lengths = [0; BLOCK_LEN];
        lengths[..8].copy_from_slice(&(8 * aad.len() as u64).to_le_bytes());
        lengths[8..].copy_from_slice(&(8 * plaintext.len() as u64).to_le_bytes());
        hash.update(&[lengths.into()]);
        let mut sum: Block = hash.finalize().into();
        sum.iter_mut().zip(nonce).for_each(|(byte, nonce)| *byte ^= nonce);
        sum[15] &= 0x7f;
        self.encryption.encrypt(&sum)
    }

    /// Counter mode with a little-endian counter of 32 bits in front (§4, "AES-CTR").
    fn mask(&self, tag: &[u8; TAG_LEN], input: &[u8], mut give: impl FnMut(&[u8])) {
        let mut counter = *tag;
        counter[15] |= 0x80;
        let mut number = u32::from_le_bytes([counter[0], counter[1], counter[2], counter[3]]);
        for piece in input.chunks(BLOCK_LEN) {
            counter[..4].copy_from_slice(&number.to_le_bytes());
            let mut stream = Zeroizing::new(self.encryption.encrypt(&counter));
            stream.iter_mut().zip(piece).for_each(|(byte, input)| *byte ^= input);
            give(&stream[..piece.len()]);
            number = number.wrapping_add(1);
        }
    }
}
