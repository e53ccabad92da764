//! Encryption: OAEP (RFC 8017 §7.1) and PKCS#1 v1.5 (§7.2).

use ironlatch_engine::{EngineError, ct, rand};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroizing;

use super::{PrivateKey, PublicKey, checks, digest_info, implicit_rejection, mgf1};
use crate::error::{Allowed, Input, Unsupported};
use crate::hash::{self, HashAlgorithm, hmac::MAX_DIGEST};
use crate::secret::wipes_stack;
use crate::{Error, Output, Result, owned};

/// How a message becomes a number as large as the modulus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncryptionPadding<'a> {
    /// RSAES-PKCS1-v1_5. For compatibility: it tells a receiver of a changed message nothing.
    Pkcs1v15,
    /// RSAES-OAEP.
    Oaep {
        /// The hash function of the label.
        hash: HashAlgorithm,
        /// The hash function of the mask.
        mgf1_hash: HashAlgorithm,
        /// Data that must be the same for decryption; usually empty.
        label: &'a [u8],
    },
}

impl EncryptionPadding<'_> {
    /// Whether keys encrypt with it: whether its hash functions are ones for RSA.
    #[must_use]
    pub fn is_supported(self) -> bool {
        match self {
            Self::Pkcs1v15 => true,
            Self::Oaep { hash, mgf1_hash, .. } => check_hash(hash).is_ok() && check_hash(mgf1_hash).is_ok(),
        }
    }
}

/// The bytes that PKCS#1 v1.5 adds at least.
const PKCS1_OVERHEAD: usize = 11;

impl PublicKey {
    /// Encrypts a short message. Returns the ciphertext, [`Self::size`] bytes.
    ///
    /// # Errors
    /// As [`encrypt_into`](Self::encrypt_into).
    pub fn encrypt(&self, padding: EncryptionPadding<'_>, message: &[u8]) -> Result<Vec<u8>> {
        owned(self.size(), |out| self.encrypt_into(padding, message, out))
    }

    /// Encrypts a short message into `out`. The ciphertext is as long as the modulus,
    /// [`Self::size`].
    ///
    /// # Errors
    /// [`Length`](Error::Length) if the message is too long for the key,
    /// [`KeySize`](Error::KeySize) if the key is too small for the padding;
    /// [`Unsupported`](Error::Unsupported) if a hash function is not one for RSA.
    ///
    /// # Panics
    /// If `out` has another length than the ciphertext.
    #[wipes_stack(deep)]
    pub fn encrypt_into<'a>(
        &self,
        padding: EncryptionPadding<'_>,
        message: &[u8],
        out: Output<'a>,
    ) -> Result<&'a mut [u8]> {
        assert_eq!(out.len(), self.size(), "the output has another length than the ciphertext");
        let mut block = Zeroizing::new(vec![0; self.size()]);
        match padding {
            EncryptionPadding::Pkcs1v15 => encode_pkcs1(message, &mut block)?,
            EncryptionPadding::Oaep { hash, mgf1_hash, label } => {
                Oaep::new(hash, mgf1_hash, label)?.encode(message, &mut block)?;
            }
        }
        self.engine.apply(&block, out).map_err(|error| match error {
            EngineError::InvalidInput => {
                Error::value("this RSA key cannot encrypt: its numbers are not those of a key")
            }
            other => other.into(),
        })
    }
}

impl PrivateKey {
    /// Decrypts a message.
    ///
    /// A ciphertext with a wrong PKCS#1 v1.5 padding decrypts to bytes that look random, always the
    /// same for the same ciphertext: an error would let others decrypt with this key
    /// (Bleichenbacher's attack).
    ///
    /// # Errors
    /// [`InvalidValue`](Error::InvalidValue) if the ciphertext is not as long as the modulus, or
    /// not below it, or if it is not an OAEP ciphertext for this key, label and hash functions;
    /// [`Unsupported`](Error::Unsupported) if a hash function is not one for RSA.
    #[wipes_stack(deep)]
    pub fn decrypt(&self, padding: EncryptionPadding<'_>, ciphertext: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let oaep = match padding {
            EncryptionPadding::Pkcs1v15 => None,
            EncryptionPadding::Oaep { hash, mgf1_hash, label } => Some(Oaep::new(hash, mgf1_hash, label)?),
        };
        if ciphertext.len() != self.size() {
            return Err(Error::Length {
                what: Input::Ciphertext("RSA"),
                got: ciphertext.len(),
                allowed: Allowed::Exactly(self.size() as u64),
            });
        }
        if self.size() < oaep.as_ref().map_or(PKCS1_OVERHEAD, Oaep::overhead) {
            return Err(failed());
        }
        let mut block = Zeroizing::new(vec![0; self.size()]);
        self.engine.apply(ciphertext, (&mut block[..]).into()).map_err(|error| match error {
            EngineError::InvalidInput => failed(),
            other => other.into(),
        })?;
        ct::classify(&block);
        match oaep {
            Some(oaep) => oaep.decode(&mut block),
            None => implicit_rejection::decode(self, ciphertext, &block),
        }
    }
}

/// EME-PKCS1-v1_5 (RFC 8017 §7.2.1): 00 02, random bytes other than 0, 00, message.
fn encode_pkcs1(message: &[u8], block: &mut [u8]) -> Result<()> {
    if message.len() + PKCS1_OVERHEAD > block.len() {
        return Err(checks::no_room(Input::Message, message.len(), block.len(), PKCS1_OVERHEAD));
    }
    let (head, tail) = block.split_at_mut(block.len() - message.len());
    let filling = head.len() - 1;
    rand::fill((&mut head[2..filling]).into());
    for byte in &mut head[2..filling] {
        while *byte == 0 {
            [*byte] = rand::array();
        }
    }
    head[0] = 0;
    head[1] = 2;
    head[filling] = 0;
    tail.copy_from_slice(message);
    Ok(())
}

/// EME-OAEP (RFC 8017 §7.1.1): 00, masked seed, masked (label's hash, 00 … 00, 01, message).
struct Oaep {
    mgf1_hash: HashAlgorithm,
    len: usize,
    label_hash: [u8; MAX_DIGEST],
}

impl Oaep {
    fn new(hash: HashAlgorithm, mgf1_hash: HashAlgorithm, label: &[u8]) -> Result<Self> {
        check_hash(hash)?;
        check_hash(mgf1_hash)?;
        let mut label_hash = [0; MAX_DIGEST];
        let len = hash.digest_size();
        hash::digest_into(hash, label, (&mut label_hash[..len]).into());
        Ok(Self { mgf1_hash, len, label_hash })
    }

    /// How many bytes it adds.
    fn overhead(&self) -> usize {
        2 * self.len + 2
    }

    fn encode(&self, message: &[u8], block: &mut [u8]) -> Result<()> {
        if message.len() + self.overhead() > block.len() {
            return Err(checks::no_room(Input::Message, message.len(), block.len(), self.overhead()));
        }
        let (first, rest) = block.split_at_mut(1);
        let (seed, data) = rest.split_at_mut(self.len);
        first[0] = 0;
        rand::fill((&mut *seed).into());
        let (head, tail) = data.split_at_mut(data.len() - message.len());
        head.fill(0);
        head[..self.len].copy_from_slice(&self.label_hash[..self.len]);
        head[head.len() - 1] = 1;
        tail.copy_from_slice(message);
        mgf1::mask(self.mgf1_hash, seed, data);
        mgf1::mask(self.mgf1_hash, data, seed);
        Ok(())
    }

    /// The message in `block`, which is as long as [`Self::overhead`] at least. Up to the one
    /// decision at the end the time does not depend on what is in it (RFC 8017 §7.1.2, Manger's
    /// attack).
    fn decode(&self, block: &mut [u8]) -> Result<Zeroizing<Vec<u8>>> {
        let (first, rest) = block.split_at_mut(1);
        let (seed, data) = rest.split_at_mut(self.len);
        mgf1::mask(self.mgf1_hash, data, seed);
        mgf1::mask(self.mgf1_hash, seed, data);
        let (label_hash, data) = data.split_at(self.len);
        let mut good = first[0].ct_eq(&0) & label_hash.ct_eq(&self.label_hash[..self.len]);
        let mut start = 0u32;
        let mut searching = Choice::from(1);
        for (index, byte) in (1u32..).zip(data) {
            let is_one = byte.ct_eq(&1);
            start.conditional_assign(&index, searching & is_one);
            good &= !searching | is_one | byte.ct_eq(&0);
            searching &= !is_one;
        }
        good &= !searching;
        if ct::declassify(good.unwrap_u8()) == 1 {
            Ok(Zeroizing::new(data[ct::declassify(start) as usize..].to_vec()))
        } else {
            Err(failed())
        }
    }
}

/// Refuses MD5, which no OAEP was ever specified with, and what RSA is not used with at all.
fn check_hash(hash: HashAlgorithm) -> Result<()> {
    if hash == HashAlgorithm::Md5 || digest_info::check_hash(hash).is_err() {
        let message = "This combination of padding and hash algorithm is not supported";
        return Err(Error::unsupported(Unsupported::Padding, format!("{message}: OAEP with {}", hash.name())));
    }
    Ok(())
}

fn failed() -> Error {
    Error::value("Decryption failed")
}
