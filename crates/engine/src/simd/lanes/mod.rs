//! Many short hashes at once, for signatures that are made of hashes.
//!
//! SLH-DSA (FIPS 205) hashes millions of strings that fit into one block and do not depend on each
//! other. AWS-LC hashes them one by one, and for SHAKE the call costs as much as the hash. Here as
//! many blocks go through the rounds together as a vector has words: with AVX-512 sixteen of
//! SHA-256, eight of SHA-512 and SHAKE256, with AVX2 four of SHAKE256. Without those instructions
//! SHA-2 goes through AWS-LC's compression, which has the processor's own instructions.
//!
//! The time depends on the number of blocks alone: there is no table and no branch on data.

mod keccak;
#[cfg(target_arch = "x86_64")]
mod sha2;

use aws_lc_sys::{SHA256_CTX, SHA512_CTX};

/// The length in bytes of a [`Block`]: the longest of the three functions'.
pub const BLOCK_LEN: usize = 136;

/// A block with its padding: the first 64 bytes count for SHA-256, 128 for SHA-512, all for
/// SHAKE256.
pub type Block = [u8; BLOCK_LEN];

/// A hash function whose first block, if it has one, is the same for all.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// SHA-256 after one block: the chaining value.
    Sha256([u32; 8]),
    /// SHA-512 after one block: the chaining value.
    Sha512([u64; 8]),
    /// SHAKE256, from the start.
    Shake256,
}

impl Function {
    /// SHA-256 after `block`.
    #[must_use]
    pub fn sha256_after(block: &[u8; 64]) -> Self {
        // SAFETY: zeros are a valid value of this structure of integers, SHA256_Init sets all that
        // counts, and the block is as long as the compression reads.
        unsafe {
            let mut context: SHA256_CTX = core::mem::zeroed();
            aws_lc_sys::SHA256_Init(&raw mut context);
            aws_lc_sys::SHA256_Transform(&raw mut context, block.as_ptr());
            Self::Sha256(context.h)
        }
    }

    /// SHA-512 after `block`.
    #[must_use]
    pub fn sha512_after(block: &[u8; 128]) -> Self {
        // SAFETY: as in `sha256_after`.
        unsafe {
            let mut context: SHA512_CTX = core::mem::zeroed();
            aws_lc_sys::SHA512_Init(&raw mut context);
            aws_lc_sys::SHA512_Transform(&raw mut context, block.as_ptr());
            Self::Sha512(context.h)
        }
    }

    /// Hashes each block, and writes the first `len` bytes of its hash into the block itself, from
    /// `at` on.
    ///
    /// # Panics
    /// If `len` is over 32, or does not fit into the block.
    pub fn each(&self, blocks: &mut [Block], at: usize, len: usize) {
        assert!(len <= MAX_LEN && at + len <= BLOCK_LEN, "the hash does not fit into its block");
        let place = at..at + len;
        match self {
            Self::Sha256(start) => {
                #[cfg(target_arch = "x86_64")]
                let blocks = sha2::sha256(start, blocks, &place);
                for block in blocks {
                    let hash = sha256(*start, block);
                    block[place.clone()].copy_from_slice(&hash[..len]);
                }
            }
            Self::Sha512(start) => {
                #[cfg(target_arch = "x86_64")]
                let blocks = sha2::sha512(start, blocks, &place);
                for block in blocks {
                    let hash = sha512(*start, block);
                    block[place.clone()].copy_from_slice(&hash[..len]);
                }
            }
            Self::Shake256 => keccak::shake256(blocks, &place),
        }
    }

    /// The first 32 bytes of the hash of `tail`: padded blocks, one after the other, that follow on
    /// the first one.
    ///
    /// # Panics
    /// For SHAKE256, and if `tail` is no whole number of blocks.
    #[must_use]
    pub fn finish(&self, tail: &[u8]) -> [u8; MAX_LEN] {
        let mut hash = [0; MAX_LEN];
        match self {
            Self::Sha256(start) => {
                let (blocks, rest) = tail.as_chunks::<64>();
                assert!(rest.is_empty(), "a block is cut short");
                let state = blocks.iter().fold(*start, sha256_step);
                write(&state.map(u32::to_be_bytes), &mut hash);
            }
            Self::Sha512(start) => {
                let (blocks, rest) = tail.as_chunks::<128>();
                assert!(rest.is_empty(), "a block is cut short");
                let state = blocks.iter().fold(*start, sha512_step);
                write(&state.map(u64::to_be_bytes), &mut hash);
            }
            Self::Shake256 => panic!("SHAKE256 has no first block to follow on"),
        }
        hash
    }
}

/// The maximum part of a hash that is used, in bytes.
const MAX_LEN: usize = 32;

/// From how many blocks on a vector that is not full is faster than going through them one by one.
#[cfg(target_arch = "x86_64")]
const WORTH_IT: usize = 4;

fn sha256(start: [u32; 8], block: &Block) -> [u8; MAX_LEN] {
    let mut hash = [0; MAX_LEN];
    let (block, _) = block.as_chunks::<64>();
    write(&sha256_step(start, &block[0]).map(u32::to_be_bytes), &mut hash);
    hash
}

fn sha512(start: [u64; 8], block: &Block) -> [u8; MAX_LEN] {
    let mut hash = [0; MAX_LEN];
    let (block, _) = block.as_chunks::<128>();
    write(&sha512_step(start, &block[0]).map(u64::to_be_bytes), &mut hash);
    hash
}

fn sha256_step(mut state: [u32; 8], block: &[u8; 64]) -> [u32; 8] {
    // SAFETY: the state has eight words, and one block of 64 bytes is read.
    unsafe { aws_lc_sys::SHA256_TransformBlocks(state.as_mut_ptr(), block.as_ptr(), 1) };
    state
}

fn sha512_step(state: [u64; 8], block: &[u8; 128]) -> [u64; 8] {
    // SAFETY: zeros are a valid value of this structure of integers; the compression uses and
    // changes `h` alone, and reads a block of 128 bytes.
    unsafe {
        let mut context: SHA512_CTX = core::mem::zeroed();
        context.h = state;
        aws_lc_sys::SHA512_Transform(&raw mut context, block.as_ptr());
        context.h
    }
}

fn write<const N: usize>(words: &[[u8; N]; 8], hash: &mut [u8; MAX_LEN]) {
    for (bytes, word) in hash.chunks_exact_mut(N).zip(words) {
        bytes.copy_from_slice(word);
    }
}

/// Overwrites what a vector was loaded from.
fn wipe<T>(memory: &mut T) {
    // SAFETY: callers pass arrays of integers, for which zeros are valid.
    unsafe { aws_lc_sys::OPENSSL_cleanse((&raw mut *memory).cast(), size_of::<T>()) };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::awslc::digest::{Algorithm, digest};

    /// Padded blocks of the messages of `len` bytes that begin with their own number.
    fn blocks(count: usize, len: usize, pad: impl Fn(&mut Block)) -> (Vec<Vec<u8>>, Vec<Block>) {
        let messages: Vec<Vec<u8>> =
            (0..count).map(|number| (0..len).map(|at| (number * 7 + at * 13) as u8).collect()).collect();
        let padded = messages.iter().map(|message| {
            let mut block = [0; BLOCK_LEN];
            block[..len].copy_from_slice(message);
            pad(&mut block);
            block
        });
        (messages.clone(), padded.collect())
    }

    fn check(function: Function, first: &[u8], algorithm: Algorithm, len: usize, pad: impl Fn(&mut Block)) {
        for count in (0..20).chain([31, 32, 33, 100]) {
            let (messages, mut padded) = blocks(count, len, &pad);
            function.each(&mut padded, 3, 32);
            for (message, block) in messages.iter().zip(&padded) {
                let mut expected = vec![0; if algorithm.is_extendable() { 32 } else { algorithm.output_len() }];
                digest(algorithm, &[first, message].concat(), (&mut expected[..]).into());
                assert_eq!(block[3..35], expected[..32]);
                assert_eq!(block[..3], message[..3]);
                assert_eq!(block[35..len], message[35..]);
            }
        }
    }

    #[test]
    fn sha256_agrees_with_the_library() {
        let first = [9; 64];
        check(Function::sha256_after(&first), &first, Algorithm::Sha256, 54, |block| {
            block[54] = 0x80;
            block[56..64].copy_from_slice(&(8 * 118_u64).to_be_bytes());
        });
    }

    #[test]
    fn sha512_agrees_with_the_library() {
        let first = [9; 128];
        check(Function::sha512_after(&first), &first, Algorithm::Sha512, 86, |block| {
            block[86] = 0x80;
            block[120..128].copy_from_slice(&(8 * 214_u64).to_be_bytes());
        });
    }

    #[test]
    fn shake256_agrees_with_the_library() {
        check(Function::Shake256, b"", Algorithm::Shake256, 128, |block| {
            block[128] = 0x1f;
            block[135] |= 0x80;
        });
    }

    #[test]
    fn a_hash_of_several_blocks() {
        let first = [5; 64];
        let mut tail = [0; 128];
        tail[..80].fill(0x61);
        tail[80] = 0x80;
        tail[120..].copy_from_slice(&(8 * 144_u64).to_be_bytes());
        let mut expected = [0; 32];
        digest(Algorithm::Sha256, &[&first[..], &[0x61; 80]].concat(), (&mut expected[..]).into());
        assert_eq!(Function::sha256_after(&first).finish(&tail), expected);
    }

    #[test]
    #[should_panic(expected = "does not fit")]
    fn a_place_past_the_end_is_refused() {
        Function::Shake256.each(&mut [[0; BLOCK_LEN]], BLOCK_LEN - 31, 32);
    }
}
