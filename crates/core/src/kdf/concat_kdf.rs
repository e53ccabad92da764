//! One-step key derivation of NIST SP 800-56C §4, known as ConcatKDF: derives keys from the
//! result of a key exchange.

use crate::hash::{HashAlgorithm, digest_into};
use core::fmt;

use zeroize::Zeroizing;

use super::{Kdf, check_len, check_reach, fill_by_counter};
use crate::hash::hmac::Hmac;
use crate::secret::wipes_stack;
use crate::{Error, Output, Result};

/// The length in bytes of the counter that goes into each block.
pub(super) const COUNTER_LEN: usize = 4;

/// ConcatKDF with a hash function (§4.1, option 1).
#[derive(Debug, Clone)]
pub struct ConcatKdfHash {
    algorithm: HashAlgorithm,
    length: usize,
    other_info: Vec<u8>,
}

impl ConcatKdfHash {
    /// ConcatKDF that gives `length` bytes; `other_info` says what the key is for.
    ///
    /// # Errors
    /// [`Error::Length`] for more than 2³² - 1 digests, and for digests of no length.
    pub fn new(algorithm: HashAlgorithm, length: usize, other_info: &[u8]) -> Result<Self> {
        check_reach(length, algorithm.digest_size())?;
        Ok(Self { algorithm, length, other_info: other_info.into() })
    }
}

impl Kdf for ConcatKdfHash {
    fn length(&self) -> usize {
        self.length
    }

    #[wipes_stack]
    fn derive_into<'a>(&self, key_material: &[u8], out: Output<'a>) -> Result<&'a mut [u8]> {
        check_len(self, &out);
        let mut message = message(key_material, &self.other_info);
        Ok(fill_by_counter(out, self.algorithm.digest_size(), |counter, out| {
            message[..COUNTER_LEN].copy_from_slice(&counter.to_be_bytes());
            digest_into(self.algorithm, &message, out)
        }))
    }
}

/// ConcatKDF with HMAC (§4.1, option 2).
#[derive(Clone)]
pub struct ConcatKdfHmac {
    algorithm: HashAlgorithm,
    length: usize,
    salt: Zeroizing<Vec<u8>>,
    other_info: Vec<u8>,
}

impl ConcatKdfHmac {
    /// ConcatKDF that gives `length` bytes; `other_info` says what the key is for. An empty salt
    /// counts as none.
    ///
    /// # Errors
    /// [`Error::WrongType`] for a hash function without blocks, SHA-3 and SHAKE;
    /// [`Error::Length`] for more than 2³² - 1 digests.
    pub fn new(algorithm: HashAlgorithm, length: usize, salt: &[u8], other_info: &[u8]) -> Result<Self> {
        // Without a salt it is a block of zeros. HMAC pads its key with zeros, so an empty one is
        // the same.
        if algorithm.block_size().is_none() {
            return Err(Error::WrongType(format!("{} is unsupported for ConcatKDF", algorithm.name()).into()));
        }
        check_reach(length, algorithm.digest_size())?;
        Ok(Self { algorithm, length, salt: Zeroizing::new(salt.into()), other_info: other_info.into() })
    }
}

impl Kdf for ConcatKdfHmac {
    fn length(&self) -> usize {
        self.length
    }

    #[wipes_stack]
    fn derive_into<'a>(&self, key_material: &[u8], out: Output<'a>) -> Result<&'a mut [u8]> {
        check_len(self, &out);
        let mut message = message(key_material, &self.other_info);
        let mut mac = Hmac::new(self.algorithm, &self.salt)?;
        Ok(fill_by_counter(out, self.algorithm.digest_size(), |counter, out| {
            message[..COUNTER_LEN].copy_from_slice(&counter.to_be_bytes());
            mac.update(&message);
            mac.finalize_into_reset(out)
        }))
    }
}

impl fmt::Debug for ConcatKdfHmac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A salt need not be secret, but in some protocols it is.
        let mut shown = f.debug_struct("ConcatKdfHmac");
        shown.field("algorithm", &self.algorithm).field("length", &self.length).finish_non_exhaustive()
    }
}

/// The input of a hash: a counter, still zero, the secret, and the information.
fn message(key_material: &[u8], other_info: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut message = Zeroizing::new(Vec::with_capacity(COUNTER_LEN + key_material.len() + other_info.len()));
    message.extend_from_slice(&[0; COUNTER_LEN]);
    message.extend_from_slice(key_material);
    message.extend_from_slice(other_info);
    message
}
