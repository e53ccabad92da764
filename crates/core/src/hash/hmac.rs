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

use crate::hash::digest_into;
use ironlatch_engine::hmac as engine;
use zeroize::Zeroizing;

use super::HashAlgorithm;
use super::software::Software;
use crate::constant_time::bytes_eq;
use crate::error::Mac;
use crate::error::Unsupported;
use crate::secret::{wipes_stack, with_wiped_stack};
use crate::{Error, Output, Result, owned};

/// The longest block of the hash functions that the engine lacks.
const MAX_SOFTWARE_BLOCK: usize = 128;

/// The longest digest of all that HMAC is made of.
pub(crate) const MAX_DIGEST: usize = 64;

/// Returns the code of `data` under `key`, in one call.
///
/// # Errors
/// As [`Hmac::new`].
pub fn hmac(algorithm: HashAlgorithm, key: &[u8], data: &[u8]) -> Result<Vec<u8>> {
    check(algorithm)?;
    owned(algorithm.digest_size(), |out| hmac_into(algorithm, key, data, out))
}

/// Writes the code of `data` under `key`, in one call.
///
/// # Errors
/// As [`Hmac::new`].
///
/// # Panics
/// If `out` is not as long as the digest.
#[wipes_stack]
pub fn hmac_into<'a>(algorithm: HashAlgorithm, key: &[u8], data: &[u8], out: Output<'a>) -> Result<&'a mut [u8]> {
    check(algorithm)?;
    match algorithm.engine() {
        Some(algorithm) => Ok(engine::hmac(algorithm, key, data, out)?),
        None => {
            let mut mac = Hmac::new(algorithm, key)?;
            mac.update(data);
            Ok(mac.finalize_into(out))
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
    Software(Box<Keyed>),
}

impl Hmac {
    /// The code of nothing yet, under a key of any length.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for an extendable-output function.
    #[wipes_stack]
    pub fn new(algorithm: HashAlgorithm, key: &[u8]) -> Result<Self> {
        check(algorithm)?;
        let state = match algorithm.engine() {
            Some(algorithm) => State::Engine(engine::Context::new(algorithm, key)?),
            None => State::Software(Box::new(Keyed::new(algorithm, key))),
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
            State::Software(keyed) => with_wiped_stack(|| keyed.current.update(data)),
        }
    }

    /// Returns the code of all that came in.
    #[must_use]
    pub fn finalize(self) -> Vec<u8> {
        let mut code = vec![0; self.algorithm.digest_size()];
        self.finalize_into(Output::from(&mut code[..]));
        code
    }

    /// Writes the code of all that came in.
    ///
    /// # Panics
    /// If `out` is not as long as the digest.
    pub fn finalize_into(self, out: Output<'_>) -> &mut [u8] {
        match self.state {
            State::Engine(context) => context.finalize(out),
            State::Software(mut keyed) => with_wiped_stack(|| keyed.write_code(out)),
        }
    }

    /// Writes the code of all input so far, and restarts under the same key.
    ///
    /// # Panics
    /// If `out` is not as long as the digest.
    pub fn finalize_into_reset<'a>(&mut self, out: Output<'a>) -> &'a mut [u8] {
        match &mut self.state {
            State::Engine(context) => context.finalize_reset(out),
            State::Software(keyed) => with_wiped_stack(|| {
                let code = keyed.write_code(out);
                keyed.current.go_to(&keyed.inner);
                code
            }),
        }
    }

    /// Compares the code of all that came in with `expected`, in constant time.
    ///
    /// # Errors
    /// [`Error::BadMac`] if they differ.
    pub fn verify(self, expected: &[u8]) -> Result<()> {
        let mut code = Zeroizing::new([0; MAX_DIGEST]);
        let code = &mut code[..self.algorithm.digest_size()];
        self.finalize_into((&mut *code).into());
        if bytes_eq(code, expected) { Ok(()) } else { Err(Error::BadMac(Mac::Hmac)) }
    }
}

pub(crate) fn check(algorithm: HashAlgorithm) -> Result<()> {
    if algorithm.is_extendable() {
        return Err(Error::unsupported(Unsupported::Hash, "Digest is not supported for HMAC"));
    }
    Ok(())
}

/// HMAC over a hash function that the engine lacks (RFC 2104 §2).
#[derive(Debug, Clone)]
struct Keyed {
    /// The padded key hashed ahead, for the inner and for the outer hash.
    inner: Software,
    outer: Software,
    /// The inner hash in progress.
    current: Software,
    digest_size: usize,
}

impl Keyed {
    fn new(algorithm: HashAlgorithm, key: &[u8]) -> Self {
        let block_size = algorithm.block_size().expect("only the engine's functions have no block size");
        let digest_size = algorithm.digest_size();
        let mut block = Zeroizing::new([0; MAX_SOFTWARE_BLOCK]);
        let block = &mut block[..block_size];
        if key.len() > block_size {
            digest_into(algorithm, key, (&mut block[..digest_size]).into());
        } else {
            block[..key.len()].copy_from_slice(key);
        }
        let mut hash_ahead = |pad: u8| {
            block.iter_mut().for_each(|byte| *byte ^= pad);
            let mut hash = Software::new(algorithm);
            hash.update(block);
            block.iter_mut().for_each(|byte| *byte ^= pad);
            hash
        };
        let (inner, outer) = (hash_ahead(0x36), hash_ahead(0x5c));
        Self { current: inner.clone(), inner, outer, digest_size }
    }

    fn write_code<'a>(&mut self, out: Output<'a>) -> &'a mut [u8] {
        let mut digest = Zeroizing::new([0; MAX_DIGEST]);
        let digest = &mut digest[..self.digest_size];
        self.current.finalize((&mut *digest).into());
        self.current.go_to(&self.outer);
        self.current.update(digest);
        self.current.finalize(out)
    }
}
