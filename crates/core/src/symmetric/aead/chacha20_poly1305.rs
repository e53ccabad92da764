//! ChaCha20-Poly1305 (RFC 8439), and the same with a nonce of 24 bytes
//! (draft-irtf-cfrg-xchacha-03).

use core::ops::RangeInclusive;

use ironlatch_engine::{chacha20, poly1305};
use zeroize::{Zeroize, Zeroizing};

use super::{Aad, Aead, Nonce, TAG_LEN, engine, open, rejected};
use crate::constant_time::bytes_eq;
use crate::error::Allowed;
use crate::secret::wipes_stack;
use crate::{Error, Output, Result};

/// The length of a key in bytes.
const KEY_LEN: usize = 32;

/// ChaCha20-Poly1305 (RFC 8439): keys of 32 bytes, nonces of 12.
pub struct ChaCha20Poly1305 {
    /// For long messages, which go through ChaCha20 and Poly1305 one after the other where both
    /// have wide vectors. On the heap, so that a move leaves no copy behind.
    key: Box<Zeroizing<[u8; KEY_LEN]>>,
    library: engine::Key,
}

impl Aead for ChaCha20Poly1305 {
    const KEY_LENS: &'static [usize] = &[KEY_LEN];
    const NONCE_LENS: RangeInclusive<usize> = 12..=12;

    #[wipes_stack]
    fn new(key: &[u8]) -> Result<Self> {
        let key = check_key("ChaCha20-Poly1305", key)?;
        let library = engine::Key::new(engine::Algorithm::ChaCha20Poly1305, key)?;
        Ok(Self { key: Box::new(Zeroizing::new(*key)), library })
    }

    fn encrypt_into<'o>(
        &self,
        Nonce(nonce): Nonce<'_>,
        plaintext: &[u8],
        Aad(aad): Aad<'_>,
        out: Output<'o>,
    ) -> Result<&'o mut [u8]> {
        self.check(Nonce(nonce), plaintext, Aad(aad))?;
        if !wide_for(plaintext) {
            return Ok(self.library.seal(nonce, plaintext, aad, out)?);
        }
        let nonce = nonce_array(nonce);
        let mut mac = begin(&self.key, nonce, aad);
        let mut writer = out.writer();
        for (i, piece) in plaintext.chunks(PIECE).enumerate() {
            let sealed = writer.push_with(piece.len(), |out| {
                Ok::<_, Error>(chacha20::xor(&self.key, nonce, first_block(i), piece, out))
            })?;
            mac.update(sealed);
        }
        writer.push(&end(mac, aad.len(), plaintext.len()));
        Ok(writer.finish())
    }

    fn decrypt_into<'o>(
        &self,
        Nonce(nonce): Nonce<'_>,
        ciphertext: &[u8],
        Aad(aad): Aad<'_>,
        out: Output<'o>,
    ) -> Result<&'o mut [u8]> {
        self.check(Nonce(nonce), ciphertext, Aad(aad))?;
        if !wide_for(ciphertext) {
            return open(&self.library, nonce, ciphertext, aad, out);
        }
        let Some((ciphertext, tag)) = ciphertext.split_last_chunk::<TAG_LEN>() else { return Err(rejected(out)) };
        let nonce = nonce_array(nonce);
        let mut mac = begin(&self.key, nonce, aad);
        let mut writer = out.writer();
        for (i, piece) in ciphertext.chunks(PIECE).enumerate() {
            mac.update(piece);
            writer.push_with(piece.len(), |out| {
                Ok::<_, Error>(chacha20::xor(&self.key, nonce, first_block(i), piece, out))
            })?;
        }
        let opened = writer.finish();
        if bytes_eq(&end(mac, aad.len(), ciphertext.len()), tag) {
            return Ok(opened);
        }
        opened.zeroize();
        Err(Error::InvalidTag)
    }
}

/// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): keys of 32 bytes, nonces of 24, long enough to
/// be drawn at random.
pub struct XChaCha20Poly1305 {
    key: Box<Zeroizing<[u8; KEY_LEN]>>,
}

impl XChaCha20Poly1305 {
    /// The cipher for all messages whose nonces begin with the same 16 bytes, and the nonce that is
    /// left to it.
    fn under(&self, nonce: &[u8]) -> Result<(ChaCha20Poly1305, [u8; 12])> {
        let (head, tail) = nonce.split_first_chunk::<16>().ok_or(Error::Internal("a nonce is too short"))?;
        let mut short = [0; 12];
        short[4..].copy_from_slice(tail);
        Ok((ChaCha20Poly1305::new(&*hchacha20(&self.key, head))?, short))
    }
}

impl Aead for XChaCha20Poly1305 {
    const KEY_LENS: &'static [usize] = &[KEY_LEN];
    const NONCE_LENS: RangeInclusive<usize> = 24..=24;

    #[wipes_stack]
    fn new(key: &[u8]) -> Result<Self> {
        Ok(Self { key: Box::new(Zeroizing::new(*check_key("XChaCha20-Poly1305", key)?)) })
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
        let (cipher, nonce) = self.under(nonce)?;
        cipher.encrypt_into(Nonce(&nonce), plaintext, Aad(aad), out)
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
        let (cipher, nonce) = self.under(nonce)?;
        cipher.decrypt_into(Nonce(&nonce), ciphertext, Aad(aad), out)
    }
}

/// From this length on the two wide passes are quicker than AWS-LC's one.
const WORTH_IT: usize = 4096;

/// How much is encrypted before it is authenticated, so that it is still in the cache. Whole
/// blocks.
const PIECE: usize = 16 * 1024;

fn wide_for(data: &[u8]) -> bool {
    data.len() >= WORTH_IT && poly1305::is_wide()
}

/// The block counter of piece `i`; block 0 is the authenticator's key.
fn first_block(i: usize) -> u32 {
    1 + (i * (PIECE / chacha20::BLOCK_LEN)) as u32
}

/// RFC 8439 §2.6 and §2.8, up to the ciphertext.
fn begin(key: &[u8; KEY_LEN], nonce: &[u8; 12], aad: &[u8]) -> poly1305::Context {
    let mut one_time_key = Zeroizing::new([0; poly1305::KEY_LEN]);
    chacha20::xor(key, nonce, 0, &[0; poly1305::KEY_LEN], Output::from(&mut one_time_key[..]));
    let mut mac = poly1305::Context::new(&one_time_key);
    mac.update(aad);
    mac.update(padding(aad.len()));
    mac
}

/// The tag, from the end of the ciphertext on.
fn end(mut mac: poly1305::Context, aad_len: usize, text_len: usize) -> [u8; TAG_LEN] {
    mac.update(padding(text_len));
    mac.update(&(aad_len as u64).to_le_bytes());
    mac.update(&(text_len as u64).to_le_bytes());
    mac.finalize()
}

/// Zeros up to the next multiple of 16.
fn padding(len: usize) -> &'static [u8] {
    &[0; 16][..len.wrapping_neg() % 16]
}

/// HChaCha20 (draft §2.2): the first and the last row of ChaCha20's state after its rounds. The key
/// stream is their sum with the state before, so that is subtracted again.
fn hchacha20(key: &[u8; KEY_LEN], input: &[u8; 16]) -> Zeroizing<[u8; KEY_LEN]> {
    let mut stream = Zeroizing::new([0; chacha20::BLOCK_LEN]);
    let word = |bytes: &[u8], i: usize| {
        u32::from_le_bytes([bytes[4 * i], bytes[4 * i + 1], bytes[4 * i + 2], bytes[4 * i + 3]])
    };
    let nonce = nonce_array(&input[4..]);
    chacha20::xor(key, nonce, word(input, 0), &[0; chacha20::BLOCK_LEN], Output::from(&mut stream[..]));
    let mut derived = Zeroizing::new([0; KEY_LEN]);
    for (i, out) in derived.as_chunks_mut::<4>().0.iter_mut().enumerate() {
        let (after, before) = match i {
            0..4 => (word(&*stream, i), word(b"expand 32-byte k", i)),
            _ => (word(&*stream, i + 8), word(input, i - 4)),
        };
        *out = after.wrapping_sub(before).to_le_bytes();
    }
    derived
}

fn check_key<'k>(algorithm: &'static str, key: &'k [u8]) -> Result<&'k [u8; KEY_LEN]> {
    let allowed = Allowed::Exactly(256);
    key.try_into().map_err(|_| Error::KeySize { algorithm, got: key.len() * 8, allowed })
}

/// A nonce whose length was checked.
fn nonce_array(nonce: &[u8]) -> &[u8; 12] {
    let Some(nonce) = nonce.first_chunk() else { unreachable!("the nonce was checked") };
    nonce
}

macro_rules! redacted {
    ($($name:ident)*) => {$(
        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(concat!(stringify!($name), "(<redacted>)"))
            }
        }
    )*};
}

redacted!(ChaCha20Poly1305 XChaCha20Poly1305);
