//! The hash functions that the engine lacks, from Rust crates.

use core::fmt;
use core::hint::black_box;

use blake2::{Blake2b512, Blake2s256};
use ironlatch_engine::processor;
use sm3::digest::FixedOutputReset;
use sm3::{Digest, Sm3};

use super::HashAlgorithm;
use crate::Output;

pub(super) const BLAKE2B_LEN: usize = blake2b_simd::OUTBYTES;
pub(super) const BLAKE2S_LEN: usize = blake2s_simd::OUTBYTES;
pub(super) const SM3_LEN: usize = 32;

/// A hash in progress.
///
/// On the heap, so that moving it leaves no copy behind; and each in a place of its own size: what
/// a smaller state does not use of the place for a larger one is filled with whatever lay on the
/// stack, a padded key say, and would not be wiped.
#[derive(Clone)]
pub(super) enum Software {
    Blake2b(Box<blake2b_simd::State>),
    Blake2s(Box<blake2s_simd::State>),
    /// For processors with slow vectors: nearly twice as fast there, and slower elsewhere.
    ScalarBlake2b(Box<Blake2b512>),
    ScalarBlake2s(Box<Blake2s256>),
    Sm3(Box<Sm3>),
}

impl Software {
    /// # Panics
    /// If the function is one of the engine's.
    pub(super) fn new(algorithm: HashAlgorithm) -> Self {
        Self::with_vectors(algorithm, !processor::has_slow_vectors())
    }

    fn with_vectors(algorithm: HashAlgorithm, vectors: bool) -> Self {
        match (algorithm, vectors) {
            (HashAlgorithm::Blake2b, true) => Self::Blake2b(Box::new(blake2b_simd::State::new())),
            (HashAlgorithm::Blake2s, true) => Self::Blake2s(Box::new(blake2s_simd::State::new())),
            (HashAlgorithm::Blake2b, false) => Self::ScalarBlake2b(Box::default()),
            (HashAlgorithm::Blake2s, false) => Self::ScalarBlake2s(Box::default()),
            (HashAlgorithm::Sm3, _) => Self::Sm3(Box::default()),
            _ => unreachable!("a hash function of the engine"),
        }
    }

    pub(super) fn update(&mut self, data: &[u8]) {
        match self {
            Self::Blake2b(state) => drop(state.update(data)),
            Self::Blake2s(state) => drop(state.update(data)),
            Self::ScalarBlake2b(state) => state.update(data),
            Self::ScalarBlake2s(state) => state.update(data),
            Self::Sm3(state) => state.update(data),
        }
    }

    /// Goes to the state of `other`, which is of the same function. Quicker than `clone_from`,
    /// which makes a copy and wipes the old state where this writes over it.
    pub(super) fn go_to(&mut self, other: &Self) {
        match (self, other) {
            (Self::Blake2b(state), Self::Blake2b(other)) => state.clone_from(other),
            (Self::Blake2s(state), Self::Blake2s(other)) => state.clone_from(other),
            (Self::ScalarBlake2b(state), Self::ScalarBlake2b(other)) => state.clone_from(other),
            (Self::ScalarBlake2s(state), Self::ScalarBlake2s(other)) => state.clone_from(other),
            (Self::Sm3(state), Self::Sm3(other)) => state.clone_from(other),
            (state, other) => *state = other.clone(),
        }
    }

    /// Writes the digest. What comes in after it is not defined.
    pub(super) fn finalize<'a>(&mut self, out: Output<'a>) -> &'a mut [u8] {
        match self {
            Self::Blake2b(state) => out.copy_from(state.finalize().as_bytes()),
            Self::Blake2s(state) => out.copy_from(state.finalize().as_bytes()),
            Self::ScalarBlake2b(state) => digest_of(&mut **state, out),
            Self::ScalarBlake2s(state) => digest_of(&mut **state, out),
            Self::Sm3(state) => digest_of(&mut **state, out),
        }
    }
}

fn digest_of<'a, D: Digest + FixedOutputReset>(state: &mut D, out: Output<'a>) -> &'a mut [u8] {
    out.copy_from(&state.finalize_reset())
}

impl Drop for Software {
    fn drop(&mut self) {
        // These crates of BLAKE2 do not wipe. A fresh state written over the old one does, and
        // `black_box` keeps the write from being optimised away. The others wipe themselves.
        match self {
            Self::Blake2b(state) => {
                **state = blake2b_simd::State::new();
                black_box(state);
            }
            Self::Blake2s(state) => {
                **state = blake2s_simd::State::new();
                black_box(state);
            }
            Self::ScalarBlake2b(_) | Self::ScalarBlake2s(_) | Self::Sm3(_) => {}
        }
    }
}

impl fmt::Debug for Software {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Software(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(mut state: Software, len: usize, pieces: &[&[u8]]) -> Vec<u8> {
        pieces.iter().for_each(|piece| state.update(piece));
        let mut out = vec![0; len];
        state.finalize(out.as_mut_slice().into());
        out
    }

    #[test]
    fn blake2_is_the_same_with_vectors_and_without() {
        let data: Vec<u8> = (0..5000u32).map(|i| (i * i % 251) as u8).collect();
        for algorithm in [HashAlgorithm::Blake2b, HashAlgorithm::Blake2s] {
            let [vectors, scalar] = [true, false].map(|vectors| Software::with_vectors(algorithm, vectors));
            for (first, len) in [(0, 0), (1, 2), (63, 64), (64, 128), (127, 129), (128, 256), (200, 777), (2560, 5000)]
            {
                let pieces = [&data[..first], &data[first..len]];
                let [one, two] =
                    [&vectors, &scalar].map(|state| digest(state.clone(), algorithm.digest_size(), &pieces));
                assert_eq!(one, two, "{algorithm:?}, {first} of {len} bytes");
                // Back to the start, as HMAC goes to the state after its key.
                let mut state = scalar.clone();
                state.update(&data[..first]);
                state.go_to(&scalar);
                assert_eq!(digest(state, algorithm.digest_size(), &pieces), two);
            }
        }
    }
}
