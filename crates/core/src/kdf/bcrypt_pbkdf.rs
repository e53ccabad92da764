//! bcrypt as the pseudorandom function of PBKDF2: how OpenSSH and OpenBSD's `signify` make a key of
//! a passphrase.
//!
//! There is no standard: OpenBSD's `bcrypt_pbkdf(3)` defines it. It differs from PBKDF2 (RFC 8018
//! §5.2) in that the passphrase and the salt are hashed with SHA-512 first, and that the bytes of
//! the blocks are interleaved in the key.

use blowfish::Blowfish;
use zeroize::{Zeroize, Zeroizing};

use super::{Kdf, check_len};
use crate::error::{Allowed, Input, Parameter};
use crate::hash::{Hash, HashAlgorithm};
use crate::secret::wipes_stack;
use crate::{Error, Output, Result};

/// The longest key that is derived, in bytes. OpenSSH takes at most 80.
pub const MAX_LEN: usize = 512;

/// The length in bytes of what one bcrypt gives.
const BLOCK_LEN: usize = 32;
const SHA512_LEN: usize = 64;

/// The text that bcrypt encrypts here, instead of the one that it encrypts for passwords.
const MAGIC: &[u8; BLOCK_LEN] = b"OxychromaticBlowfishSwatDynamite";
/// The number of key expansions, and of encryptions of the text: 2^6 and 64.
const EXPANSIONS: usize = 64;
const ENCRYPTIONS: usize = 64;

/// bcrypt-pbkdf. A round takes some five milliseconds for each 32 bytes of key.
#[derive(Debug, Clone)]
pub struct BcryptPbkdf {
    salt: Vec<u8>,
    length: usize,
    rounds: u32,
}

impl BcryptPbkdf {
    /// bcrypt-pbkdf that gives `length` bytes, from a salt of any length but zero.
    ///
    /// # Errors
    /// [`Error::Length`] if the salt is empty, or the length is 0 or more than [`MAX_LEN`];
    /// [`Error::OutOfRange`] if there are no rounds.
    pub fn new(salt: &[u8], length: usize, rounds: u32) -> Result<Self> {
        if salt.is_empty() {
            return Err(Error::Length { what: Input::Salt, got: 0, allowed: Allowed::AtLeast(1) });
        }
        if rounds == 0 {
            return Err(Error::OutOfRange { what: Parameter::Rounds, got: 0, allowed: Allowed::AtLeast(1) });
        }
        if !(1..=MAX_LEN).contains(&length) {
            let allowed = Allowed::Between(1, MAX_LEN as u64);
            return Err(Error::Length { what: Input::DerivedKey, got: length, allowed });
        }
        Ok(Self { salt: salt.into(), length, rounds })
    }

    /// One block of the key, before the blocks are interleaved.
    fn block(&self, password: &[u8; SHA512_LEN], number: u32) -> Zeroizing<[u8; BLOCK_LEN]> {
        let mut salt = sha512(&[&self.salt, &number.to_be_bytes()]);
        let mut last = bcrypt(password, &salt);
        let mut block = last.clone();
        for _ in 1..self.rounds {
            salt = sha512(&[&last[..]]);
            last = bcrypt(password, &salt);
            block.iter_mut().zip(last.iter()).for_each(|(byte, other)| *byte ^= other);
        }
        block
    }
}

impl Kdf for BcryptPbkdf {
    fn length(&self) -> usize {
        self.length
    }

    #[wipes_stack(deep)]
    fn derive_into<'a>(&self, key_material: &[u8], out: Output<'a>) -> Result<&'a mut [u8]> {
        check_len(self, &out);
        let password = sha512(&[key_material]);
        let blocks = self.length.div_ceil(BLOCK_LEN);
        let mut key = Zeroizing::new(vec![0; self.length]);
        for (index, number) in (0..blocks).zip(1..) {
            let block = self.block(&password, number);
            key.iter_mut().skip(index).step_by(blocks).zip(block.iter()).for_each(|(byte, from)| *byte = *from);
        }
        let mut writer = out.writer();
        writer.push(&key);
        Ok(writer.finish())
    }
}

/// bcrypt with hashes for password and salt, a fixed cost, and a longer text.
fn bcrypt(password: &[u8; SHA512_LEN], salt: &[u8; SHA512_LEN]) -> Zeroizing<[u8; BLOCK_LEN]> {
    let mut state = Blowfish::bc_init_state();
    state.salted_expand_key(salt, password);
    for _ in 0..EXPANSIONS {
        state.bc_expand_key(salt);
        state.bc_expand_key(password);
    }
    let mut block = Zeroizing::new([0; BLOCK_LEN]);
    for (pair, text) in block.chunks_exact_mut(8).zip(MAGIC.chunks_exact(8)) {
        let word = |bytes: &[u8]| u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        let mut words = [word(&text[..4]), word(&text[4..])];
        for _ in 0..ENCRYPTIONS {
            words = state.bc_encrypt(words);
        }
        // In the other order of bytes than they were read.
        pair[..4].copy_from_slice(&words[0].to_le_bytes());
        pair[4..].copy_from_slice(&words[1].to_le_bytes());
        words.zeroize();
    }
    block
}

fn sha512(parts: &[&[u8]]) -> Zeroizing<[u8; SHA512_LEN]> {
    let mut hash = Hash::new(HashAlgorithm::Sha512);
    parts.iter().for_each(|part| hash.update(part));
    let mut digest = Zeroizing::new([0; SHA512_LEN]);
    hash.finalize_into((&mut digest[..]).into());
    digest
}
