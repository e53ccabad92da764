//! The hash functions that the engine lacks, from Rust crates.

use core::fmt;
use core::hint::black_box;

use sm3::{Digest, Sm3};

use super::HashAlgorithm;
use crate::Output;

pub(super) const BLAKE2B_LEN: usize = blake2b_simd::OUTBYTES;
pub(super) const BLAKE2S_LEN: usize = blake2s_simd::OUTBYTES;
pub(super) const SM3_LEN: usize = 32;

/// A hash in progress.
///
/// On the heap, so that moving it leaves no copy behind; and each in a place of its own size: what a smaller state does not
/// use of the place for a larger one is filled with whatever lay on the stack, a padded key say, and would not be wiped.
#[derive(Clone)]
pub(super) enum Software {
    Blake2b(Box<blake2b_simd::State>),
    Blake2s(Box<blake2s_simd::State>),
    Sm3(Box<Sm3>),
}

impl Software {
    /// # Panics
    /// If the function is one of the engine's.
    pub(super) fn new(algorithm: HashAlgorithm) -> Self {
        match algorithm {
            HashAlgorithm::Blake2b => Self::Blake2b(Box::new(blake2b_simd::State::new())),
            HashAlgorithm::Blake2s => Self::Blake2s(Box::new(blake2s_simd::State::new())),
            HashAlgorithm::Sm3 => Self::Sm3(Box::new(Sm3::new())),
            _ => unreachable!("a hash function of the engine"),
        }
    }

    pub(super) fn update(&mut self, data: &[u8]) {
        match self {
            Self::Blake2b(state) => drop(state.update(data)),
            Self::Blake2s(state) => drop(state.update(data)),
            Self::Sm3(state) => state.update(data),
        }
    }

    /// Goes to the state of `other`, which is of the same function. Quicker than `clone_from`, which makes a copy and
    /// wipes the old state where this writes over it.
    pub(super) fn go_to(&mut self, other: &Self) {
        match (self, other) {
            (Self::Blake2b(state), Self::Blake2b(other)) => state.clone_from(other),
            (Self::Blake2s(state), Self::Blake2s(other)) => state.clone_from(other),
            (Self::Sm3(state), Self::Sm3(other)) => state.clone_from(other),
            (state, other) => *state = other.clone(),
        }
    }

    /// Writes the digest. What comes in after it is not defined.
    pub(super) fn finalize<'a>(&mut self, out: Output<'a>) -> &'a mut [u8] {
        match self {
            Self::Blake2b(state) => out.copy_from(state.finalize().as_bytes()),
            Self::Blake2s(state) => out.copy_from(state.finalize().as_bytes()),
            Self::Sm3(state) => out.copy_from(&state.finalize_reset()),
        }
    }
}

impl Drop for Software {
    fn drop(&mut self) {
        // The crates of BLAKE2 do not wipe. A fresh state written over the old one does, and `black_box` keeps the
        // write from being optimised away. SM3 wipes itself.
        match self {
            Self::Blake2b(state) => {
                **state = blake2b_simd::State::new();
                black_box(state);
            }
            Self::Blake2s(state) => {
                **state = blake2s_simd::State::new();
                black_box(state);
            }
            Self::Sm3(_) => {}
        }
    }
}

impl fmt::Debug for Software {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Software(..)")
    }
}
