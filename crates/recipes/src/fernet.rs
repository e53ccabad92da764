//! Fernet tokens: a message encrypted and authenticated under one key, with the time of its making,
//! as URL-safe text.
//!
//! The [specification](https://github.com/fernet/spec/blob/master/Spec.md): version 0x80, a
//! big-endian timestamp of 8 bytes, an initialization vector of 16, the AES-128-CBC ciphertext with
//! PKCS#7 padding, and an HMAC-SHA256 over all of it, in URL-safe base64. The timestamp is
//! authenticated but not encrypted.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::PAD;
use base64::engine::simd::Simd;
use ironlatch_core::ct;
use ironlatch_core::symmetric::cipher::{BlockCipher, CipherContext, Direction, Mode};
use zeroize::Zeroizing;

use crate::{Error, Result};
use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::hash::hmac::Hmac;
use ironlatch_core::secret::wipes_stack;
use ironlatch_core::symmetric::padding::Scheme;
use ironlatch_core::text::secret_of_base64;
use ironlatch_core::{Error as CoreError, Output, random};

/// A key's length in bytes: 16 to sign with, then 16 to encrypt with.
pub const KEY_LEN: usize = 32;

const VERSION: u8 = 0x80;
/// Version, timestamp and initialization vector.
const HEADER_LEN: usize = 1 + 8 + IV_LEN;
const IV_LEN: usize = 16;
const BLOCK_LEN: usize = 16;
const TAG_LEN: usize = 32;
/// How far ahead of ours the clock of a token's maker may be, in seconds.
const MAX_CLOCK_SKEW: f64 = 60.0;
/// How much is worked on at a time: small enough to stay in the first cache level from one step to
/// the next.
const PIECE_LEN: usize = 12 * 1024;

/// Detects the processor's instructions once.
static BASE64: LazyLock<Simd> = LazyLock::new(|| Simd::url_safe(PAD));

/// Makes and opens tokens under one key, which is wiped when this is dropped.
#[derive(Debug)]
pub struct Fernet {
    /// Keyed, and cloned for each token.
    mac: Hmac,
    /// On the heap, so that moving a `Fernet` leaves no copy behind.
    encryption_key: Box<Zeroizing<[u8; 16]>>,
}

impl Fernet {
    /// A Fernet under a key in URL-safe base64, as [`generate_key`](Self::generate_key) makes it.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] if it is not base64 of 32 bytes.
    #[wipes_stack]
    pub fn new(key: &[u8]) -> Result<Self> {
        let decoded = secret_of_base64(&*BASE64, key).or_else(|| decode_leniently(key));
        match decoded.unwrap_or_default().as_slice().try_into() {
            Ok(key) => Self::from_raw_key(key),
            Err(_) => Err(Error::value(
                "Fernet key must be 32 url-safe base64-encoded bytes; make one with Fernet.generate_key()",
            )),
        }
    }

    /// A Fernet under a raw key.
    ///
    /// # Errors
    /// [`CoreError::Internal`] if there is no memory.
    #[wipes_stack]
    pub fn from_raw_key(key: &[u8; KEY_LEN]) -> Result<Self> {
        let (signing_key, encryption_key) = key.split_at(16);
        let mut own_key = Zeroizing::new([0; 16]);
        own_key.copy_from_slice(encryption_key);
        Ok(Self { mac: Hmac::new(HashAlgorithm::Sha256, signing_key)?, encryption_key: Box::new(own_key) })
    }

    /// A fresh random key: 44 characters of URL-safe base64.
    #[must_use]
    #[wipes_stack]
    pub fn generate_key() -> Zeroizing<String> {
        let key = Zeroizing::new(random::array::<KEY_LEN>());
        Zeroizing::new(BASE64.encode(key.as_slice()))
    }

    /// A token for `data`, made at `time` in seconds since 1970.
    ///
    /// # Errors
    /// [`CoreError::Internal`] if there is no memory.
    pub fn encrypt(&self, data: &[u8], time: u64) -> Result<String> {
        let mut token = vec![0; token_len(data.len())];
        self.encrypt_into(data, time, Output::from(&mut token[..]))?;
        String::from_utf8(token).map_err(|_| Error::Core(CoreError::Internal("base64 is ASCII")))
    }

    /// A token for `data`, made at `time` in seconds since 1970, into `out` of [`token_len`] bytes.
    ///
    /// # Errors
    /// [`CoreError::Internal`] if there is no memory.
    #[wipes_stack]
    pub fn encrypt_into<'o>(&self, data: &[u8], time: u64, out: Output<'o>) -> Result<&'o mut [u8]> {
        self.encrypt_with(data, time, &random::array(), out)
    }

    /// A token for `data`, made now.
    ///
    /// # Errors
    /// [`CoreError::Internal`] if there is no memory.
    pub fn encrypt_now(&self, data: &[u8]) -> Result<String> {
        let now = std::time::SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs());
        self.encrypt(data, now)
    }

    fn encrypt_with<'o>(&self, data: &[u8], time: u64, iv: &[u8; IV_LEN], out: Output<'o>) -> Result<&'o mut [u8]> {
        let mut cipher =
            CipherContext::new(BlockCipher::Aes, Mode::Cbc, Direction::Encrypt, &**self.encryption_key, iv)?;
        let mut mac = self.mac.clone();
        let mut text = out.writer();
        // The token's bytes that are not yet written as base64, which takes three at a time.
        let mut raw = [0; HEADER_LEN + PIECE_LEN + BLOCK_LEN + TAG_LEN];
        let mut raw_len = HEADER_LEN;
        raw[0] = VERSION;
        raw[1..9].copy_from_slice(&time.to_be_bytes());
        raw[9..HEADER_LEN].copy_from_slice(iv);
        mac.update(&raw[..HEADER_LEN]);

        let (blocks, tail) = data.split_at(data.len() / BLOCK_LEN * BLOCK_LEN);
        for piece in blocks.chunks(PIECE_LEN) {
            mac.update(cipher.update(piece, Output::from(&mut raw[raw_len..raw_len + piece.len()]))?);
            raw_len += piece.len();
            let whole = raw_len / 3 * 3;
            push_base64(&mut text, &raw[..whole])?;
            raw.copy_within(whole..raw_len, 0);
            raw_len -= whole;
        }

        let mut last = Zeroizing::new([0; BLOCK_LEN]);
        last[..tail.len()].copy_from_slice(tail);
        Scheme::Pkcs7.pad(&mut last[..], tail.len());
        mac.update(cipher.update(&last[..], Output::from(&mut raw[raw_len..raw_len + BLOCK_LEN]))?);
        raw_len += BLOCK_LEN;
        mac.finalize_into(Output::from(&mut raw[raw_len..raw_len + TAG_LEN]));
        push_base64(&mut text, &raw[..raw_len + TAG_LEN])?;
        Ok(text.finish())
    }
}

/// The length of a token for `data_len` bytes.
#[must_use]
pub fn token_len(data_len: usize) -> usize {
    (HEADER_LEN + (data_len / BLOCK_LEN + 1) * BLOCK_LEN + TAG_LEN).div_ceil(3) * 4
}

/// Until when a token is taken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Validity {
    /// How old it may be, in seconds.
    pub ttl: f64,
    /// The time now, in seconds since 1970.
    pub now: f64,
}

/// A token taken apart but not yet trusted.
#[derive(Debug)]
pub struct Token {
    raw: Vec<u8>,
}

impl Token {
    /// Takes `text` apart.
    ///
    /// Characters that are not base64 are passed over, as other implementations do: a token with a
    /// line's end behind it is still one. What matters is authenticated.
    ///
    /// # Errors
    /// [`Error::InvalidToken`] if it is no token of this version.
    pub fn parse(text: &[u8]) -> Result<Self> {
        let leniently = || decode_leniently(text).map(|mut raw| core::mem::take(&mut *raw));
        let raw = BASE64.decode(text).ok().or_else(leniently).ok_or(Error::InvalidToken)?;
        let ciphertext_len = raw.len().checked_sub(HEADER_LEN + TAG_LEN).ok_or(Error::InvalidToken)?;
        if raw[0] != VERSION || ciphertext_len == 0 || ciphertext_len % BLOCK_LEN != 0 {
            return Err(Error::InvalidToken);
        }
        Ok(Self { raw })
    }

    /// When it says that it was made, in seconds since 1970. Anybody can have written that.
    #[must_use]
    pub fn claimed_timestamp(&self) -> u64 {
        self.raw[1..9].iter().fold(0, |time, &byte| time << 8 | u64::from(byte))
    }

    /// The length in bytes of the plaintext with its padding, which is 1 to 16 bytes.
    #[must_use]
    pub fn padded_len(&self) -> usize {
        self.raw.len() - HEADER_LEN - TAG_LEN
    }

    /// Checks that the token was made under the key of `fernet`, and that it is neither too old nor
    /// from the future.
    ///
    /// # Errors
    /// [`Error::InvalidToken`], whatever the cause.
    #[wipes_stack]
    pub fn verify<'t>(&'t self, fernet: &'t Fernet, validity: Option<Validity>) -> Result<Verified<'t>> {
        let (message, tag) = self.raw.split_at(self.raw.len() - TAG_LEN);
        let mut mac = fernet.mac.clone();
        mac.update(message);
        mac.verify(tag).map_err(|_| Error::InvalidToken)?;
        let (header, ciphertext) = message.split_at(HEADER_LEN);
        let (_, iv) = header.split_at(9);
        let timestamp = self.claimed_timestamp();
        if let Some(Validity { ttl, now }) = validity {
            let made = timestamp as f64;
            if made + ttl < now || now + MAX_CLOCK_SKEW < made {
                return Err(Error::InvalidToken);
            }
        }
        Ok(Verified { key: &fernet.encryption_key, timestamp, iv, ciphertext })
    }
}

/// A token that was made under this key.
#[derive(Debug)]
pub struct Verified<'t> {
    key: &'t Zeroizing<[u8; 16]>,
    timestamp: u64,
    iv: &'t [u8],
    ciphertext: &'t [u8],
}

impl Verified<'_> {
    /// When the token was made, in seconds since 1970, by the clock of its maker.
    #[must_use]
    pub fn timestamp(&self) -> u64 {
        self.timestamp
    }

    /// The length of the data, found in the padding of the last block.
    ///
    /// # Errors
    /// [`Error::InvalidToken`] if the padding is not valid.
    pub fn data_len(&self) -> Result<usize> {
        let (_, pad_from) = self.last_block()?;
        Ok(self.ciphertext.len() - BLOCK_LEN + pad_from)
    }

    /// Decrypts the data.
    ///
    /// # Errors
    /// [`Error::InvalidToken`] if the padding is not valid.
    pub fn decrypt(&self) -> Result<Vec<u8>> {
        let mut data = vec![0; self.data_len()?];
        self.decrypt_into(Output::from(&mut data[..]))?;
        Ok(data)
    }

    /// Decrypts into `out` of [`data_len`](Self::data_len) bytes.
    ///
    /// # Errors
    /// [`Error::InvalidToken`] if the padding is not valid.
    #[wipes_stack]
    pub fn decrypt_into<'o>(&self, out: Output<'o>) -> Result<&'o mut [u8]> {
        let (last, pad_from) = self.last_block()?;
        let whole = &self.ciphertext[..self.ciphertext.len() - BLOCK_LEN];
        let mut cipher = CipherContext::new(BlockCipher::Aes, Mode::Cbc, Direction::Decrypt, &**self.key, self.iv)?;
        let mut data = out.writer();
        data.push_with(whole.len(), |out| cipher.update(whole, out))?;
        data.push(&last[..pad_from]);
        Ok(data.finish())
    }

    /// The last block of the plaintext, and how much of it is data.
    fn last_block(&self) -> Result<(Zeroizing<[u8; BLOCK_LEN]>, usize)> {
        let (before, last) = self.ciphertext.split_at(self.ciphertext.len() - BLOCK_LEN);
        let previous = if before.is_empty() { self.iv } else { &before[before.len() - BLOCK_LEN..] };
        let mut cipher = CipherContext::new(BlockCipher::Aes, Mode::Cbc, Direction::Decrypt, &**self.key, previous)?;
        let mut block = Zeroizing::new([0; BLOCK_LEN]);
        cipher.update(last, Output::from(&mut block[..]))?;
        let data_len = Scheme::Pkcs7.unpadded_len(&block[..]).map_err(|_| Error::InvalidToken)?;
        Ok((block, data_len))
    }
}

fn push_base64(text: &mut ironlatch_core::Writer<'_>, raw: &[u8]) -> Result<()> {
    ct::declassify_bytes(raw);
    text.push_with(raw.len().div_ceil(3) * 4, |out| {
        let out = out.zeroed();
        match BASE64.encode_slice(raw, out) {
            Ok(_) => Ok(out),
            Err(_) => Err(Error::Core(CoreError::Internal("base64 does not fit its own length"))),
        }
    })?;
    Ok(())
}

/// Decodes base64, URL-safe or not. `None` if its length is wrong.
///
/// Characters outside the alphabet are passed over, and so is all that follows the padding.
fn decode_leniently(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut clean = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut pads = 0;
    for &byte in text {
        let standard_as_url_safe = match byte {
            b'+' => b'-',
            b'/' => b'_',
            b'=' if clean.len() % 4 >= 2 => {
                pads += 1;
                if clean.len() % 4 + pads >= 4 {
                    break;
                }
                continue;
            }
            byte if byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' => byte,
            _ => continue,
        };
        pads = 0;
        clean.push(standard_as_url_safe);
    }
    if clean.len() % 4 != 0 && clean.len() % 4 + pads < 4 {
        return None;
    }
    let whole_len = clean.len().next_multiple_of(4);
    clean.resize(whole_len, b'=');
    secret_of_base64(&*BASE64_LENIENT, &clean)
}

/// Takes bits that are left over in the last character.
static BASE64_LENIENT: LazyLock<Simd> = LazyLock::new(|| Simd::url_safe(PAD.with_decode_allow_trailing_bits(true)));

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &[u8] = b"cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
    /// The specification's own token, for "hello" at 499162800.
    const TOKEN: &str =
        "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==";
    const NOW: u64 = 499_162_800;

    fn open(token: &str, validity: Option<Validity>) -> Result<Vec<u8>> {
        let fernet = Fernet::new(KEY)?;
        let token = Token::parse(token.as_bytes())?;
        token.verify(&fernet, validity)?.decrypt()
    }

    #[test]
    fn the_specifications_token() {
        let fernet = Fernet::new(KEY).unwrap();
        let mut token = vec![0; token_len(5)];
        let iv = core::array::from_fn(|i| i as u8);
        fernet.encrypt_with(b"hello", NOW, &iv, Output::from(&mut token[..])).unwrap();
        assert_eq!(token, TOKEN.as_bytes());
        assert_eq!(open(TOKEN, Some(Validity { ttl: 60.0, now: NOW as f64 })).unwrap(), b"hello");
    }

    #[test]
    fn every_length_around_the_seams() {
        let fernet = Fernet::new(KEY).unwrap();
        for len in (0..100).chain(PIECE_LEN - 20..PIECE_LEN + 20).chain([2 * PIECE_LEN, 5 * PIECE_LEN + 7]) {
            let data: Vec<u8> = (0..len).map(|i| i as u8).collect();
            let token = fernet.encrypt_now(&data).unwrap();
            assert_eq!(token.len(), token_len(len));
            assert_eq!(open(&token, None).unwrap(), data);
        }
    }

    #[test]
    fn validity_has_two_ends() {
        let at = |ttl, now| open(TOKEN, Some(Validity { ttl, now }));
        let made = NOW as f64;
        assert!(at(10.0, made + 10.0).is_ok());
        assert_eq!(at(10.0, made + 11.0), Err(Error::InvalidToken));
        assert!(at(10.0, made - 60.0).is_ok());
        assert_eq!(at(10.0, made - 61.0), Err(Error::InvalidToken));
        assert_eq!(at(-1.0, made), Err(Error::InvalidToken));
    }

    #[test]
    fn every_changed_or_missing_character_is_refused() {
        // The last character before the padding has bits that mean nothing.
        for at in 0..TOKEN.len() - 3 {
            let mut changed = TOKEN.as_bytes().to_vec();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(open(std::str::from_utf8(&changed).unwrap(), None), Err(Error::InvalidToken), "at {at}");
            assert_eq!(open(&TOKEN[..at], None), Err(Error::InvalidToken), "cut to {at}");
        }
    }

    #[test]
    fn what_others_take_is_taken() {
        assert_eq!(open(&format!("{TOKEN}\n"), None).unwrap(), b"hello");
        assert_eq!(open(&TOKEN.replace('_', "/").replace('-', "+"), None).unwrap(), b"hello");
        assert_eq!(open(&format!("{}\r\n{}", &TOKEN[..40], &TOKEN[40..]), None).unwrap(), b"hello");
        assert_eq!(open(&format!("{TOKEN}AAAA"), None).unwrap(), b"hello");
    }

    #[test]
    fn keys() {
        assert_eq!(Fernet::generate_key().len(), 44);
        assert!(Fernet::new(Fernet::generate_key().as_bytes()).is_ok());
        for key in [&b""[..], b"abc", b"YWJj", &KEY[..43], &[0xff; 44]] {
            assert!(matches!(Fernet::new(key), Err(Error::Core(CoreError::InvalidValue(_)))));
        }
    }
}
