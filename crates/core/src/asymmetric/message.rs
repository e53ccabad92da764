//! The messages that DSA and ECDSA sign: digests, of which they take the leftmost bits.

use crate::error::{Allowed, Input};
use crate::hash::{self, HashAlgorithm};
use crate::{Error, Result};

/// A message to sign.
#[derive(Debug, Clone, Copy)]
pub enum Message<'a> {
    /// The message itself, to be hashed.
    Whole(HashAlgorithm, &'a [u8]),
    /// The digest of the message.
    Digest(HashAlgorithm, &'a [u8]),
}

/// More than any group's order has. Hash functions with results of any length give no more.
const MAX_LEN: usize = 128;

impl Message<'_> {
    /// The hash function.
    #[must_use]
    pub fn algorithm(self) -> HashAlgorithm {
        match self {
            Self::Whole(algorithm, _) | Self::Digest(algorithm, _) => algorithm,
        }
    }

    /// The digest, or as much of it as any group has use for.
    ///
    /// # Errors
    /// [`Error::Length`] if a digest has another length than its hash function's.
    pub(crate) fn digest(self) -> Result<Vec<u8>> {
        match self {
            Self::Whole(algorithm, data) => {
                let algorithm = shortened(algorithm);
                let mut digest = vec![0; algorithm.digest_size()];
                hash::digest_into(algorithm, data, (&mut digest[..]).into());
                Ok(digest)
            }
            Self::Digest(algorithm, digest) if digest.len() == algorithm.digest_size() => Ok(digest.to_vec()),
            Self::Digest(algorithm, digest) => Err(digest_len(algorithm, digest)),
        }
    }
}

/// The same function with a result of at most [`MAX_LEN`] bytes: a shorter result of SHAKE begins a
/// longer one.
fn shortened(algorithm: HashAlgorithm) -> HashAlgorithm {
    match algorithm {
        HashAlgorithm::Shake128 { digest_size } => HashAlgorithm::Shake128 { digest_size: digest_size.min(MAX_LEN) },
        HashAlgorithm::Shake256 { digest_size } => HashAlgorithm::Shake256 { digest_size: digest_size.min(MAX_LEN) },
        other => other,
    }
}

/// Says that a digest has another length than those of its hash function.
pub(super) fn digest_len(algorithm: HashAlgorithm, digest: &[u8]) -> Error {
    Error::Length { what: Input::Digest, got: digest.len(), allowed: Allowed::Exactly(algorithm.digest_size() as u64) }
}
