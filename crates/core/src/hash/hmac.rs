//! HMAC (RFC 2104, FIPS 198-1).
//!
//! ```
//! use ironlatch::hash::{HashAlgorithm, hmac::Hmac};
//!
//! let mut mac = Hmac::new(HashAlgorithm::Sha256, b"key")?;
//! mac.update(b"message");
//! assert!(mac.verify(b"not the code").is_err());
//! # Ok::<(), ironlatch::Error>(())
//! ```

use ironlatch_engine::hmac as engine;
use zeroize::Zeroizing;

use super::{Hash, HashAlgorithm, digest};
use crate::constant_time::bytes_eq;
use crate::error::Unsupported;
use crate::{Error, Output, Result};

/// The longest block of the hash functions that the engine lacks.
const MAX_SOFTWARE_BLOCK: usize = 128;

/// The longest digest of all that HMAC is made of.
pub(crate) const MAX_DIGEST: usize = 64;

/// The code of `data` under `key`, in one call.
///
/// # Errors
/// As [`Hmac::new`].
///
/// # Panics
/// If `out` is not as long as the digest.
pub fn hmac<'a>(algorithm: HashAlgorithm, key: &[u8], data: &[u8], out: Output<'a>) -> Result<&'a mut [u8]> {
    check(algorithm)?;
    match algorithm.engine() {
        Some(algorithm) => Ok(engine::hmac(algorithm, key, data, out)?),
        None => {
            let mut mac = Hmac::new(algorithm, key)?;
            mac.update(data);
            Ok(mac.finalize(out))
        }
    }
}

/// A message authentication code in progress. It is wiped when it is dropped.
#[derive(Debug, Clone)]
pub struct Hmac {
    algorithm: HashAlgorithm,
    state: State,
}

#[derive(Debug, Clone)]
enum State {
    Engine(engine::Context),
    Software { inner: Hash, outer: Hash },
}

impl Hmac {
    /// The code of nothing yet, under a key of any length.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for an extendable-output function.
    pub fn new(algorithm: HashAlgorithm, key: &[u8]) -> Result<Self> {
        check(algorithm)?;
        let state = match algorithm.engine() {
            Some(algorithm) => State::Engine(engine::Context::new(algorithm, key)?),
            None => software(algorithm, key),
        };
        Ok(Self { algorithm, state })
    }

    /// Which hash function it is made of.
    #[must_use]
    pub fn algorithm(&self) -> HashAlgorithm {
        self.algorithm
    }

    /// Takes `data` in.
    pub fn update(&mut self, data: &[u8]) {
        match &mut self.state {
            State::Engine(context) => context.update(data),
            State::Software { inner, .. } => inner.update(data),
        }
    }

    /// Writes the code of all that came in.
    ///
    /// # Panics
    /// If `out` is not as long as the digest.
    pub fn finalize(self, out: Output<'_>) -> &mut [u8] {
        match self.state {
            State::Engine(context) => context.finalize(out),
            State::Software { inner, mut outer } => {
                let mut digest = Zeroizing::new([0; MAX_DIGEST]);
                let digest = &mut digest[..self.algorithm.digest_size()];
                inner.finalize(digest.into());
                outer.update(digest);
                outer.finalize(out)
            }
        }
    }

    /// Compares the code of all that came in with `expected`, in constant time.
    ///
    /// # Errors
    /// [`Error::InvalidSignature`] if they differ.
    pub fn verify(self, expected: &[u8]) -> Result<()> {
        let mut code = Zeroizing::new([0; MAX_DIGEST]);
        let code = &mut code[..self.algorithm.digest_size()];
        self.finalize((&mut *code).into());
        if bytes_eq(code, expected) {
            Ok(())
        } else {
            Err(Error::InvalidSignature("Signature did not match digest.".into()))
        }
    }
}

fn check(algorithm: HashAlgorithm) -> Result<()> {
    if algorithm.is_extendable() {
        return Err(Error::unsupported(Unsupported::Hash, "Digest is not supported for HMAC"));
    }
    Ok(())
}

/// RFC 2104 §2: the padded key, hashed ahead on both sides.
fn software(algorithm: HashAlgorithm, key: &[u8]) -> State {
    let block_size = algorithm.block_size().expect("only the engine's functions have no block size");
    let mut block = Zeroizing::new([0; MAX_SOFTWARE_BLOCK]);
    let block = &mut block[..block_size];
    if key.len() > block_size {
        digest(algorithm, key, (&mut block[..algorithm.digest_size()]).into());
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let mut keyed_with = |pad: u8| {
        block.iter_mut().for_each(|byte| *byte ^= pad);
        let mut hash = Hash::new(algorithm);
        hash.update(block);
        block.iter_mut().for_each(|byte| *byte ^= pad);
        hash
    };
    State::Software { inner: keyed_with(0x36), outer: keyed_with(0x5c) }
}
