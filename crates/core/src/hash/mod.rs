//! Hash functions and the message authentication codes made of them.
//!
//! ```
//! use ironlatch::hash::{HashAlgorithm, digest};
//!
//! assert_eq!(digest(HashAlgorithm::Sha256, b"abc")[..4], [0xba, 0x78, 0x16, 0xbf]);
//! ```

mod software;

pub mod hmac;
pub mod xof;

use ironlatch_engine::digest as engine;

use crate::Output;
use software::Software;

pub use xof::XofHash;

/// A hash function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HashAlgorithm {
    /// MD5 (RFC 1321). Broken: for old formats only.
    Md5,
    /// SHA-1 (FIPS 180-4). Broken as a collision-resistant hash: for old formats, and for HMAC.
    Sha1,
    /// SHA-224 (FIPS 180-4).
    Sha224,
    /// SHA-256 (FIPS 180-4).
    Sha256,
    /// SHA-384 (FIPS 180-4).
    Sha384,
    /// SHA-512 (FIPS 180-4).
    Sha512,
    /// SHA-512/224 (FIPS 180-4).
    Sha512_224,
    /// SHA-512/256 (FIPS 180-4).
    Sha512_256,
    /// SHA3-224 (FIPS 202).
    Sha3_224,
    /// SHA3-256 (FIPS 202).
    Sha3_256,
    /// SHA3-384 (FIPS 202).
    Sha3_384,
    /// SHA3-512 (FIPS 202).
    Sha3_512,
    /// SHAKE128 (FIPS 202), whose result is as long as one asks.
    Shake128 {
        /// The length of the result in bytes.
        digest_size: usize,
    },
    /// SHAKE256 (FIPS 202), whose result is as long as one asks.
    Shake256 {
        /// The length of the result in bytes.
        digest_size: usize,
    },
    /// BLAKE2b with a result of 64 bytes (RFC 7693).
    Blake2b,
    /// BLAKE2s with a result of 32 bytes (RFC 7693).
    Blake2s,
    /// SM3 (GB/T 32905-2016).
    Sm3,
}

impl HashAlgorithm {
    /// The usual name in lower case: `sha256`, `sha3-256`, `sha512-256`, `blake2b` …
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha224 => "sha224",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
            Self::Sha512_224 => "sha512-224",
            Self::Sha512_256 => "sha512-256",
            Self::Sha3_224 => "sha3-224",
            Self::Sha3_256 => "sha3-256",
            Self::Sha3_384 => "sha3-384",
            Self::Sha3_512 => "sha3-512",
            Self::Shake128 { .. } => "shake128",
            Self::Shake256 { .. } => "shake256",
            Self::Blake2b => "blake2b",
            Self::Blake2s => "blake2s",
            Self::Sm3 => "sm3",
        }
    }

    /// The length of the result in bytes.
    #[must_use]
    pub fn digest_size(self) -> usize {
        match self {
            Self::Shake128 { digest_size } | Self::Shake256 { digest_size } => digest_size,
            Self::Blake2b => software::BLAKE2B_LEN,
            Self::Blake2s => software::BLAKE2S_LEN,
            Self::Sm3 => software::SM3_LEN,
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha224 | Self::Sha512_224 | Self::Sha3_224 => 28,
            Self::Sha256 | Self::Sha512_256 | Self::Sha3_256 => 32,
            Self::Sha384 | Self::Sha3_384 => 48,
            Self::Sha512 | Self::Sha3_512 => 64,
        }
    }

    /// The length in bytes of the blocks that the function works on. `None` for the sponges, SHA-3
    /// and SHAKE.
    #[must_use]
    pub fn block_size(self) -> Option<usize> {
        match self {
            Self::Md5 | Self::Sha1 | Self::Sha224 | Self::Sha256 | Self::Blake2s | Self::Sm3 => Some(64),
            Self::Sha384 | Self::Sha512 | Self::Sha512_224 | Self::Sha512_256 | Self::Blake2b => Some(128),
            Self::Sha3_224
            | Self::Sha3_256
            | Self::Sha3_384
            | Self::Sha3_512
            | Self::Shake128 { .. }
            | Self::Shake256 { .. } => None,
        }
    }

    /// Whether the caller chooses the length of the result.
    #[must_use]
    pub fn is_extendable(self) -> bool {
        matches!(self, Self::Shake128 { .. } | Self::Shake256 { .. })
    }

    /// The engine's name for the function, if the engine has it.
    #[must_use]
    pub fn engine(self) -> Option<engine::Algorithm> {
        Some(match self {
            Self::Md5 => engine::Algorithm::Md5,
            Self::Sha1 => engine::Algorithm::Sha1,
            Self::Sha224 => engine::Algorithm::Sha224,
            Self::Sha256 => engine::Algorithm::Sha256,
            Self::Sha384 => engine::Algorithm::Sha384,
            Self::Sha512 => engine::Algorithm::Sha512,
            Self::Sha512_224 => engine::Algorithm::Sha512_224,
            Self::Sha512_256 => engine::Algorithm::Sha512_256,
            Self::Sha3_224 => engine::Algorithm::Sha3_224,
            Self::Sha3_256 => engine::Algorithm::Sha3_256,
            Self::Sha3_384 => engine::Algorithm::Sha3_384,
            Self::Sha3_512 => engine::Algorithm::Sha3_512,
            Self::Shake128 { .. } => engine::Algorithm::Shake128,
            Self::Shake256 { .. } => engine::Algorithm::Shake256,
            Self::Blake2b | Self::Blake2s | Self::Sm3 => return None,
        })
    }
}

/// Hashes `data` in one call. Returns the digest.
#[must_use]
pub fn digest(algorithm: HashAlgorithm, data: &[u8]) -> Vec<u8> {
    let mut digest = vec![0; algorithm.digest_size()];
    digest_into(algorithm, data, Output::from(&mut digest[..]));
    digest
}

/// Hashes `data` in one call, into `out`.
///
/// # Panics
/// If `out` is not [`digest_size`](HashAlgorithm::digest_size) bytes long.
pub fn digest_into<'a>(algorithm: HashAlgorithm, data: &[u8], out: Output<'a>) -> &'a mut [u8] {
    assert_eq!(out.len(), algorithm.digest_size(), "the output has another length than the digest");
    match algorithm.engine() {
        Some(algorithm) => engine::digest(algorithm, data, out),
        None => {
            let mut hash = Hash::new(algorithm);
            hash.update(data);
            hash.finalize_into(out)
        }
    }
}

/// A hash in progress. It is wiped when it is dropped.
#[derive(Debug, Clone)]
pub struct Hash {
    algorithm: HashAlgorithm,
    state: State,
}

#[derive(Debug, Clone)]
enum State {
    Engine(engine::Context),
    Software(Box<Software>),
}

impl Hash {
    /// A hash of nothing yet.
    #[must_use]
    pub fn new(algorithm: HashAlgorithm) -> Self {
        let state = match algorithm.engine() {
            Some(algorithm) => State::Engine(engine::Context::new(algorithm)),
            None => State::Software(Box::new(Software::new(algorithm))),
        };
        Self { algorithm, state }
    }

    /// Which function this is.
    #[must_use]
    pub fn algorithm(&self) -> HashAlgorithm {
        self.algorithm
    }

    /// Hashes `data` on.
    pub fn update(&mut self, data: &[u8]) {
        match &mut self.state {
            State::Engine(context) => context.update(data),
            State::Software(state) => state.update(data),
        }
    }

    /// Returns the digest of all that came in.
    #[must_use]
    pub fn finalize(self) -> Vec<u8> {
        let mut digest = vec![0; self.algorithm.digest_size()];
        self.finalize_into(Output::from(&mut digest[..]));
        digest
    }

    /// Writes the digest of all that came in.
    ///
    /// # Panics
    /// If `out` is not [`digest_size`](HashAlgorithm::digest_size) bytes long.
    pub fn finalize_into(self, out: Output<'_>) -> &mut [u8] {
        assert_eq!(out.len(), self.algorithm.digest_size(), "the output has another length than the digest");
        match self.state {
            State::Engine(context) => context.finalize(out),
            State::Software(mut state) => state.finalize(out),
        }
    }
}
