//! Tokens that are encrypted: JWE in its compact form (RFC 7516 §3.1), `dir` with A256CBC-HS512
//! (RFC 7518 §4.5, §5.2.5).
//!
//! That is AES-256-CBC under a random initialization vector of 128 bits, with HMAC-SHA-512 over
//! header, vector and ciphertext. However many tokens a key makes, a vector that came twice would
//! tell no more than that two tokens begin alike; GCM would lose its key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ironlatch_core::symmetric::cipher::{BlockCipher, CipherContext, Direction, Mode};
use zeroize::Zeroizing;

use super::claims::Rules;
use super::encryption_key::{EncryptionKey, EncryptionKeys};
use super::header::{self, Header};
use super::{Data, Purpose, Validity, Verified, malformed, not_authentic, quoted};
use crate::signing::replay::check_leeway;
use crate::signing::source::check_names;
use crate::{Error, Result};
use ironlatch_core::constant_time::bytes_eq;
use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::hash::hmac::Hmac;
use ironlatch_core::secret::wipes_stack;
use ironlatch_core::symmetric::padding::Scheme;
use ironlatch_core::{Error as CoreError, Output, random};

/// `enc`
const ENCRYPTION: &str = EncryptionKey::ALGORITHM;
const IV_LEN: usize = 16;
const BLOCK_LEN: usize = 16;
const TAG_LEN: usize = 32;

/// Makes and opens encrypted tokens for one purpose. Nobody without the key can read or change one.
#[derive(Debug, Clone)]
pub struct EncryptedTokens {
    keys: EncryptionKeys,
    purpose: Purpose,
    rules: Rules,
}

impl EncryptedTokens {
    /// Tokens under keys of which the first encrypts and all open. Tokens for another `purpose` are
    /// refused: it is as for [`SignedTokens`](super::SignedTokens::new).
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] without a key, with two of the same name, or for another
    /// purpose; those of a keyring.
    pub fn new(keys: impl Into<EncryptionKeys>, purpose: &str) -> Result<Self> {
        let keys = keys.into();
        check_names(keys.current()?.iter().map(EncryptionKey::id))?;
        Ok(Self { keys, purpose: Purpose::new(purpose)?, rules: Rules::default() })
    }

    /// With another number of seconds that two clocks may differ.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] for more than [`MAX_LEEWAY`](crate::signing::MAX_LEEWAY).
    pub fn with_leeway(mut self, seconds: u64) -> Result<Self> {
        check_leeway(seconds)?;
        self.rules.leeway = seconds as f64;
        Ok(self)
    }

    /// With a name for whom the tokens are meant (`aud`): it is written into them, and tokens for
    /// others are refused.
    #[must_use]
    pub fn with_audience(mut self, audience: &str) -> Self {
        self.rules.audience = Some(audience.to_owned());
        self
    }

    /// A token with `data` that is valid from `now`, in seconds since 1970, for `valid_for`
    /// seconds.
    ///
    /// # Errors
    /// As [`SignedTokens::sign`](super::SignedTokens::sign).
    #[wipes_stack]
    pub fn encrypt(&self, data: &Data, valid_for: u64, now: f64) -> Result<String> {
        let keys = self.keys.current()?;
        let key = keys.first().ok_or(Error::Core(CoreError::Internal("encrypted tokens without a key")))?;
        let claims = self.rules.write(data, valid_for, now)?;
        let typ = self.purpose.typ();
        let header = header::encode(&[("alg", "dir"), ("enc", ENCRYPTION), ("kid", key.id()), ("typ", &typ)]);
        let iv: [u8; IV_LEN] = random::array();
        let (ciphertext, tag) = seal(key.halves()?, &iv, header.as_bytes(), claims.as_bytes())?;
        key.gate().made();
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        header::check_len(format!("{header}..{}.{}.{}", part(&iv), part(&ciphertext), part(&tag)))
    }

    /// Opens a token that was made under one of the keys, for this purpose, and whose time has come
    /// and has not passed.
    ///
    /// # Errors
    /// As [`SignedTokens::verify`](super::SignedTokens::verify).
    #[wipes_stack]
    pub fn decrypt(&self, token: &str, validity: Validity) -> Result<Verified> {
        let [head, encrypted_key, iv, ciphertext, tag] = header::split(token, "encrypted")?;
        let header = Header::decode(head)?;
        let encryption = header.encryption.as_deref().unwrap_or_default();
        if header.algorithm != "dir" || encryption != ENCRYPTION {
            let said = format!("{} with {}", quoted(&header.algorithm), quoted(encryption));
            return Err(not_authentic(format!(
                "the token is encrypted with {said}, and the key is for dir with {ENCRYPTION}"
            )));
        }
        if !encrypted_key.is_empty() {
            return Err(malformed("the token holds an encrypted key where none belongs"));
        }
        let iv = header::decode("initialization vector", iv)?;
        let ciphertext = header::decode("ciphertext", ciphertext)?;
        let tag = header::decode("tag", tag)?;
        let (key, claims) = self.open(&header, head.as_bytes(), &iv, &ciphertext, &tag)?;
        self.purpose.check(header.typ.as_deref())?;
        self.rules.read(claims, (key.id(), key.own_name()), validity)
    }

    /// The key that opens the token, and the claims.
    fn open(
        &self,
        header: &Header,
        aad: &[u8],
        iv: &[u8],
        ciphertext: &[u8],
        tag: &[u8],
    ) -> Result<(EncryptionKey, Vec<u8>)> {
        let candidates = match &header.key_id {
            Some(id) => vec![self.keys.find(id)?.ok_or_else(|| {
                not_authentic(format!(
                    "the token was encrypted under the key {}, which is not among the keys given",
                    quoted(id)
                ))
            })?],
            // Others leave it out.
            None => self.keys.current()?.to_vec(),
        };
        for key in candidates {
            let halves = key.halves().map_err(|error| not_authentic(error.to_string()))?;
            match open(halves, iv, aad, ciphertext, tag) {
                Ok(claims) => {
                    key.gate().opened();
                    return Ok((key, claims));
                }
                Err(Error::Core(CoreError::InvalidTag)) => {}
                Err(error) => return Err(error),
            }
        }
        Err(not_authentic("the token does not open: it is under another key, or was changed"))
    }
}

/// Ciphertext and tag of A256CBC-HS512 (RFC 7518 §5.2.2.1).
fn seal(
    (mac_key, key): (&[u8], &[u8]),
    iv: &[u8; IV_LEN],
    aad: &[u8],
    message: &[u8],
) -> Result<(Vec<u8>, [u8; TAG_LEN])> {
    let padded_len = (message.len() / BLOCK_LEN + 1) * BLOCK_LEN;
    let mut padded = Zeroizing::new(vec![0; padded_len]);
    padded[..message.len()].copy_from_slice(message);
    let whole = message.len() / BLOCK_LEN * BLOCK_LEN;
    Scheme::Pkcs7.pad(&mut padded[whole..], message.len() - whole);
    let mut ciphertext = vec![0; padded_len];
    CipherContext::new(BlockCipher::Aes, Mode::Cbc, Direction::Encrypt, key, iv)?
        .update(&padded, Output::from(ciphertext.as_mut_slice()))?;
    let tag = tag(mac_key, aad, iv, &ciphertext)?;
    Ok((ciphertext, tag))
}

/// Opens the output of [`seal`] (RFC 7518 §5.2.2.2). Every fault is [`CoreError::InvalidTag`].
fn open((mac_key, key): (&[u8], &[u8]), iv: &[u8], aad: &[u8], ciphertext: &[u8], expected: &[u8]) -> Result<Vec<u8>> {
    let iv: &[u8; IV_LEN] = iv.try_into().map_err(|_| Error::Core(CoreError::InvalidTag))?;
    if ciphertext.is_empty() || !ciphertext.len().is_multiple_of(BLOCK_LEN) {
        return Err(Error::Core(CoreError::InvalidTag));
    }
    if !bytes_eq(&tag(mac_key, aad, iv, ciphertext)?, expected) {
        return Err(Error::Core(CoreError::InvalidTag));
    }
    let mut message = Zeroizing::new(vec![0; ciphertext.len()]);
    CipherContext::new(BlockCipher::Aes, Mode::Cbc, Direction::Decrypt, key, iv)?
        .update(ciphertext, Output::from(message.as_mut_slice()))?;
    let last = message.len() - BLOCK_LEN;
    let kept = Scheme::Pkcs7.unpadded_len(&message[last..]).map_err(|_| Error::Core(CoreError::InvalidTag))?;
    Ok(message[..last + kept].to_vec())
}

fn tag(mac_key: &[u8], aad: &[u8], iv: &[u8], ciphertext: &[u8]) -> Result<[u8; TAG_LEN]> {
    let mut mac = Hmac::new(HashAlgorithm::Sha512, mac_key)?;
    let aad_bits = (aad.len() as u64) * 8;
    for piece in [aad, iv, ciphertext, &aad_bits.to_be_bytes()] {
        mac.update(piece);
    }
    let mut code = Zeroizing::new([0; 64]);
    mac.finalize_into(Output::from(code.as_mut_slice()));
    let mut tag = [0; TAG_LEN];
    tag.copy_from_slice(&code[..TAG_LEN]);
    Ok(tag)
}

#[cfg(test)]
mod tests {
    use hex_literal::hex;

    use super::*;

    const IV: [u8; IV_LEN] = hex!("1af38c2dc2b96ffdd86694092341bc04");
    const AAD: &[u8] = b"The second principle of Auguste Kerckhoffs";
    const MESSAGE: &[u8] =
        b"A cipher system must not be required to be secret, and it must be able to fall into the hands of the \
        enemy without inconvenience";

    fn key() -> [u8; 64] {
        core::array::from_fn(|i| i as u8)
    }

    /// RFC 7518 appendix B.3.
    #[test]
    fn the_standards_vector() {
        let key = key();
        let (ciphertext, tag) = seal(key.split_at(32), &IV, AAD, MESSAGE).unwrap();
        let expected = hex!(
            "4affaaadb78c31c5da4b1b590d10ffbd3dd8d5d302423526912da037ecbcc7bd822c301dd67c373bccb584ad3e9279c2
             e6d12a1374b77f077553df829410446b36ebd97066296ae6427ea75c2e0846a11a09ccf5370dc80bfecbad28c73f09b3
             a3b75e662a2594410ae496b2e2e6609e31e6e02cc837f053d21f37ff4f51950bbe2638d09dd7a4930930806d0703b1f6"
        );
        assert_eq!(ciphertext, expected);
        assert_eq!(tag, hex!("4dd3b4c088a7f45c216839645b2012bf2e6269a8c56a816dbc1b267761955bc5"));
        assert_eq!(open(key.split_at(32), &IV, AAD, &ciphertext, &tag).unwrap(), MESSAGE);
    }

    #[test]
    fn every_length_and_every_fault() {
        let key = key();
        for len in 0..50 {
            let (ciphertext, tag) = seal(key.split_at(32), &IV, AAD, &MESSAGE[..len]).unwrap();
            assert_eq!(open(key.split_at(32), &IV, AAD, &ciphertext, &tag).unwrap(), &MESSAGE[..len]);
            let refused = |iv: &[u8], ciphertext: &[u8], tag: &[u8]| {
                assert_eq!(open(key.split_at(32), iv, AAD, ciphertext, tag), Err(Error::Core(CoreError::InvalidTag)));
            };
            refused(&IV[1..], &ciphertext, &tag);
            refused(&IV, &ciphertext[1..], &tag);
            refused(&IV, &[], &tag);
            refused(&IV, &ciphertext, &tag[..31]);
            refused(&IV, &ciphertext, &[]);
        }
    }
}
