//! Signatures: PKCS#1 v1.5 (RFC 8017 §8.2) and PSS (§8.1).

use ironlatch_engine::{EngineError, rand};
use zeroize::Zeroizing;

use super::{PrivateKey, PublicKey, checks, digest_info, mgf1};
use crate::asymmetric::message::digest_len;
use crate::constant_time::bytes_eq;
use crate::error::{Allowed, Input};
use crate::hash::{self, Hash, HashAlgorithm, hmac::MAX_DIGEST};
use crate::secret::wipes_stack;
use crate::{Error, Output, Result, owned};

/// How a digest becomes a number as large as the modulus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignaturePadding {
    /// RSASSA-PKCS1-v1_5. For compatibility.
    Pkcs1v15,
    /// RSASSA-PSS.
    Pss {
        /// The hash function of the mask.
        mgf1_hash: HashAlgorithm,
        /// The length of the salt.
        salt_length: SaltLength,
    },
}

impl SignaturePadding {
    /// Whether keys sign with it: whether its hash function is one for RSA.
    #[must_use]
    pub fn is_supported(self) -> bool {
        match self {
            Self::Pkcs1v15 => true,
            Self::Pss { mgf1_hash, .. } => digest_info::check_hash(mgf1_hash).is_ok(),
        }
    }
}

/// The length of the random part of a PSS signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaltLength {
    /// This many bytes.
    Bytes(usize),
    /// The length of the digest. The usual choice.
    Digest,
    /// The longest salt that fits, when signing. A verifier accepts any length, as for
    /// [`Auto`](Self::Auto), because signers differ in what fits.
    Max,
    /// Whatever the signature has. For verification only.
    Auto,
}

/// A message to sign.
#[derive(Debug, Clone, Copy)]
pub enum Message<'a> {
    /// The message itself, to be hashed.
    Whole(HashAlgorithm, &'a [u8]),
    /// The digest of the message.
    Digest(HashAlgorithm, &'a [u8]),
    /// Bytes that are padded as they are, without the name of a hash function. For PKCS#1 v1.5
    /// only.
    Raw(&'a [u8]),
}

/// The bytes between a signature's block type and its contents, and those before and after them
/// (RFC 8017 §9.2).
const PKCS1_OVERHEAD: usize = 11;

impl PrivateKey {
    /// Signs. Returns the signature, [`Self::size`] bytes.
    ///
    /// # Errors
    /// As [`sign_into`](Self::sign_into).
    pub fn sign(&self, padding: SignaturePadding, message: Message<'_>) -> Result<Vec<u8>> {
        owned(self.size(), |out| self.sign_into(padding, message, out))
    }

    /// Signs into `out`. The signature is as long as the modulus: [`Self::size`].
    ///
    /// # Errors
    /// [`KeySize`](Error::KeySize) if the key is too small for the padding,
    /// [`Length`](Error::Length) if digest or salt is too long for the key or a digest has another
    /// length than its hash function's, [`InvalidValue`](Error::InvalidValue) if `padding` leaves
    /// the salt's length open; [`Unsupported`](Error::Unsupported) if the hash function is not one
    /// for RSA; [`WrongType`](Error::WrongType) for raw bytes under PSS.
    ///
    /// # Panics
    /// If `out` has another length than the signature.
    #[wipes_stack(deep)]
    pub fn sign_into<'a>(
        &self,
        padding: SignaturePadding,
        message: Message<'_>,
        out: Output<'a>,
    ) -> Result<&'a mut [u8]> {
        assert_eq!(out.len(), self.size(), "the output has another length than the signature");
        let mut encoded = Zeroizing::new(vec![0; self.size()]);
        match padding {
            SignaturePadding::Pkcs1v15 => encode_pkcs1(&pkcs1_contents(message)?, &mut encoded)?,
            SignaturePadding::Pss { mgf1_hash, salt_length } => {
                let pss = Pss::new(self.bits(), message, mgf1_hash)?;
                let salt_length = match salt_length {
                    SaltLength::Bytes(len) if len <= pss.max_salt => len,
                    SaltLength::Digest if pss.hash.digest_size() <= pss.max_salt => pss.hash.digest_size(),
                    SaltLength::Max => pss.max_salt,
                    SaltLength::Bytes(len) => return Err(salt_too_long(len, pss.max_salt)),
                    SaltLength::Digest => return Err(salt_too_long(pss.hash.digest_size(), pss.max_salt)),
                    SaltLength::Auto => {
                        return Err(Error::value("PSS salt length can only be set to Auto when verifying"));
                    }
                };
                pss.encode(salt_length, &mut encoded);
            }
        }
        Ok(self.engine.apply(&encoded, out)?)
    }
}

impl PublicKey {
    /// Verifies a signature.
    ///
    /// # Errors
    /// [`BadSignature`](Error::BadSignature) if it does not match, and those of
    /// [`PrivateKey::sign`].
    pub fn verify(&self, padding: SignaturePadding, message: Message<'_>, signature: &[u8]) -> Result<()> {
        match padding {
            SignaturePadding::Pkcs1v15 => {
                let contents = pkcs1_contents(message)?;
                let mut expected = vec![0; self.size()];
                encode_pkcs1(&contents, &mut expected).map_err(|_| invalid())?;
                if bytes_eq(&self.open(signature)?, &expected) { Ok(()) } else { Err(invalid()) }
            }
            SignaturePadding::Pss { mgf1_hash, salt_length } => {
                let pss = Pss::new(self.bits(), message, mgf1_hash)?;
                let salt_length = match salt_length {
                    SaltLength::Bytes(len) => Some(len),
                    SaltLength::Digest => Some(pss.hash.digest_size()),
                    SaltLength::Max | SaltLength::Auto => None,
                };
                if salt_length.is_some_and(|len| len > pss.max_salt) {
                    return Err(invalid());
                }
                if pss.matches(salt_length, &mut self.open(signature)?) { Ok(()) } else { Err(invalid()) }
            }
        }
    }

    /// Returns the contents of a PKCS#1 v1.5 signature: the digest if `hash` names the function,
    /// the whole contents otherwise.
    ///
    /// # Errors
    /// [`BadSignature`](Error::BadSignature) if the signature is malformed or has another hash
    /// function; [`Unsupported`](Error::Unsupported) if `hash` is not one for RSA.
    pub fn recover(&self, hash: Option<HashAlgorithm>, signature: &[u8]) -> Result<Vec<u8>> {
        if let Some(hash) = hash {
            digest_info::check_hash(hash)?;
        }
        let block = self.open(signature)?;
        let contents = decode_pkcs1(&block).ok_or_else(invalid)?;
        let Some(hash) = hash else { return Ok(contents.to_vec()) };
        let digest = &contents[contents.len().saturating_sub(hash.digest_size())..];
        // Compared with an encoding of our own, so that no other form of DER passes.
        if digest.len() == hash.digest_size() && digest_info::encode(hash, digest)? == contents {
            Ok(digest.to_vec())
        } else {
            Err(invalid())
        }
    }

    /// The padded block in a signature.
    fn open(&self, signature: &[u8]) -> Result<Vec<u8>> {
        let mut block = vec![0; self.size()];
        self.engine.apply(signature, (&mut block[..]).into()).map_err(|error| match error {
            EngineError::InvalidInput => invalid(),
            other => other.into(),
        })?;
        Ok(block)
    }
}

/// Returns the bytes that PKCS#1 v1.5 pads for this message.
fn pkcs1_contents(message: Message<'_>) -> Result<Vec<u8>> {
    if let Message::Raw(bytes) = message {
        return Ok(bytes.to_vec());
    }
    let mut memory = [0; MAX_DIGEST];
    let (hash, digest) = digest_of(message, &mut memory)?;
    digest_info::encode(hash, digest)
}

/// The message's hash function and digest; where it has to be computed, it goes to `memory`.
fn digest_of<'a>(message: Message<'a>, memory: &'a mut [u8; MAX_DIGEST]) -> Result<(HashAlgorithm, &'a [u8])> {
    match message {
        Message::Whole(algorithm, data) => {
            digest_info::check_hash(algorithm)?;
            let memory = &mut memory[..algorithm.digest_size()];
            Ok((algorithm, hash::digest_into(algorithm, data, memory.into())))
        }
        Message::Digest(algorithm, digest) => {
            digest_info::check_hash(algorithm)?;
            if digest.len() != algorithm.digest_size() {
                return Err(digest_len(algorithm, digest));
            }
            Ok((algorithm, digest))
        }
        Message::Raw(_) => Err(Error::WrongType("Expected instance of hashes.HashAlgorithm.".into())),
    }
}

/// EMSA-PKCS1-v1_5 (RFC 8017 §9.2): 00 01 FF … FF 00 contents.
fn encode_pkcs1(contents: &[u8], block: &mut [u8]) -> Result<()> {
    if contents.len() + PKCS1_OVERHEAD > block.len() {
        return Err(checks::no_room(Input::Digest, contents.len(), block.len(), PKCS1_OVERHEAD));
    }
    let (head, tail) = block.split_at_mut(block.len() - contents.len());
    head.fill(0xff);
    head[0] = 0;
    head[1] = 1;
    head[head.len() - 1] = 0;
    tail.copy_from_slice(contents);
    Ok(())
}

/// The contents that [`encode_pkcs1`] put into `block`.
fn decode_pkcs1(block: &[u8]) -> Option<&[u8]> {
    let padded = block.strip_prefix(&[0, 1])?;
    let filling = padded.iter().take_while(|&&byte| byte == 0xff).count();
    if filling + 3 < PKCS1_OVERHEAD {
        return None;
    }
    padded[filling..].strip_prefix(&[0])
}

/// EMSA-PSS (RFC 8017 §9.1), in the standard's words: `db` is the masked part, `h` the hash at the
/// end.
struct Pss {
    hash: HashAlgorithm,
    mgf1_hash: HashAlgorithm,
    digest: [u8; MAX_DIGEST],
    /// The bits that the encoded message may have: one less than the modulus.
    bits: usize,
    max_salt: usize,
}

impl Pss {
    fn new(modulus_bits: usize, message: Message<'_>, mgf1_hash: HashAlgorithm) -> Result<Self> {
        let mut memory = [0; MAX_DIGEST];
        let (hash, digest) = digest_of(message, &mut memory)?;
        digest_info::check_hash(mgf1_hash)?;
        let mut copy = [0; MAX_DIGEST];
        copy[..digest.len()].copy_from_slice(digest);
        let bits = modulus_bits - 1;
        let room = bits.div_ceil(8).saturating_sub(2);
        let max_salt = room.checked_sub(hash.digest_size()).ok_or_else(|| Error::Length {
            what: Input::Digest,
            got: hash.digest_size(),
            allowed: Allowed::AtMost(room as u64),
        })?;
        Ok(Self { hash, mgf1_hash, digest: copy, bits, max_salt })
    }

    /// Fills `block`, which is as long as the modulus.
    fn encode(&self, salt_length: usize, block: &mut [u8]) {
        let block = self.encoded_part(block);
        let (db, h) = self.split(block);
        let (padding, salt) = db.split_at_mut(db.len() - salt_length);
        padding.fill(0);
        padding[padding.len() - 1] = 1;
        rand::fill(salt.into());
        self.hash_with_salt(salt, h);
        mgf1::mask(self.mgf1_hash, h, db);
        db[0] &= self.top_mask();
        block[block.len() - 1] = 0xbc;
    }

    /// Whether `block`, which is as long as the modulus, encodes the digest with a salt of the
    /// given length, or any.
    fn matches(&self, salt_length: Option<usize>, block: &mut [u8]) -> bool {
        let part_len = self.bits.div_ceil(8);
        let lead = block.len() - part_len;
        if block[..lead].iter().any(|&byte| byte != 0) {
            return false;
        }
        let block = self.encoded_part(block);
        if block[block.len() - 1] != 0xbc || block[0] & !self.top_mask() != 0 {
            return false;
        }
        let (db, h) = self.split(block);
        mgf1::mask(self.mgf1_hash, h, db);
        db[0] &= self.top_mask();
        let Some(one) = db.iter().position(|&byte| byte != 0).filter(|&index| db[index] == 1) else { return false };
        let salt = &db[one + 1..];
        if salt_length.is_some_and(|len| len != salt.len()) {
            return false;
        }
        let mut expected = [0; MAX_DIGEST];
        let expected = &mut expected[..self.hash.digest_size()];
        self.hash_with_salt(salt, expected);
        bytes_eq(expected, h)
    }

    /// H = hash(00 00 00 00 00 00 00 00 digest salt).
    fn hash_with_salt(&self, salt: &[u8], out: &mut [u8]) {
        let mut hash = Hash::new(self.hash);
        hash.update(&[0; 8]);
        hash.update(&self.digest[..self.hash.digest_size()]);
        hash.update(salt);
        hash.finalize_into(out.into());
    }

    /// The end of `block` that holds the encoded message. It is all of it unless the modulus has
    /// one bit more than whole bytes.
    fn encoded_part<'a>(&self, block: &'a mut [u8]) -> &'a mut [u8] {
        let start = block.len() - self.bits.div_ceil(8);
        &mut block[start..]
    }

    fn split<'a>(&self, encoded: &'a mut [u8]) -> (&'a mut [u8], &'a mut [u8]) {
        let end = encoded.len() - 1;
        encoded[..end].split_at_mut(end - self.hash.digest_size())
    }

    /// The bits of the first byte that are in use.
    fn top_mask(&self) -> u8 {
        0xff >> (8 * self.bits.div_ceil(8) - self.bits)
    }
}

fn salt_too_long(got: usize, most: usize) -> Error {
    Error::Length { what: Input::SignatureSalt, got, allowed: Allowed::AtMost(most as u64) }
}

fn invalid() -> Error {
    Error::BadSignature
}
