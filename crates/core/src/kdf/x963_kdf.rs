//! The key derivation of ANSI X9.63 (SEC 1 §3.6.1): keys from the result of a key exchange.

use crate::hash::{HashAlgorithm, digest_into};
use zeroize::Zeroizing;

use super::concat_kdf::COUNTER_LEN;
use super::{Kdf, check_len, check_reach, fill_by_counter};
use crate::secret::wipes_stack;
use crate::{Output, Result};

/// The X9.63 key derivation function.
#[derive(Debug, Clone)]
pub struct X963Kdf {
    algorithm: HashAlgorithm,
    length: usize,
    shared_info: Vec<u8>,
}

impl X963Kdf {
    /// X9.63 that gives `length` bytes; `shared_info` says what the key is for.
    ///
    /// # Errors
    /// [`Error::Length`](crate::Error::Length) for more than 2³² - 1 digests, and for
    /// digests of no length.
    pub fn new(algorithm: HashAlgorithm, length: usize, shared_info: &[u8]) -> Result<Self> {
        check_reach(length, algorithm.digest_size())?;
        Ok(Self { algorithm, length, shared_info: shared_info.into() })
    }
}

impl Kdf for X963Kdf {
    fn length(&self) -> usize {
        self.length
    }

    #[wipes_stack]
    fn derive_into<'a>(&self, key_material: &[u8], out: Output<'a>) -> Result<&'a mut [u8]> {
        check_len(self, &out);
        let counter_at = key_material.len()..key_material.len() + COUNTER_LEN;
        let mut message = Zeroizing::new(Vec::with_capacity(counter_at.end + self.shared_info.len()));
        message.extend_from_slice(key_material);
        message.extend_from_slice(&[0; COUNTER_LEN]);
        message.extend_from_slice(&self.shared_info);
        Ok(fill_by_counter(out, self.algorithm.digest_size(), |counter, out| {
            message[counter_at.clone()].copy_from_slice(&counter.to_be_bytes());
            digest_into(self.algorithm, &message, out)
        }))
    }
}
