//! The key derivation of PKCS#12 (RFC 7292 appendix B), which PBES1 schemes of that family use for
//! PKCS#8 keys too.
//!
//! It is for old files only: use PBKDF2, scrypt or Argon2 in new ones.

use crate::hash::{HashAlgorithm, digest_into};
use zeroize::Zeroizing;

use crate::error::{Allowed, Parameter};
use crate::secret::wipes_stack;
use crate::{Error, Output, Result};

/// The purpose of the derived bytes (RFC 7292 appendix B.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A cipher's key.
    Key = 1,
    /// A cipher's initialization vector.
    Iv = 2,
    /// A message authentication code's key.
    Mac = 3,
}

/// Fills `out` with bytes derived from `password`, which is UTF-8, over `iterations` rounds of
/// `hash`. No password and an empty one differ: the latter has two zero octets at its end, as all
/// do.
///
/// # Errors
/// [`Error::InvalidValue`] if the password is not UTF-8, `iterations` is 0, or `hash` has no block
/// size.
#[wipes_stack(deep)]
pub fn derive(
    hash: HashAlgorithm,
    password: Option<&[u8]>,
    salt: &[u8],
    purpose: Purpose,
    iterations: u32,
    out: &mut [u8],
) -> Result<()> {
    let block_len = block_len(hash).ok_or_else(|| Error::value("this hash has no block size"))?;
    if iterations == 0 {
        return Err(Error::OutOfRange { what: Parameter::Iterations, got: 0, allowed: Allowed::AtLeast(1) });
    }
    let password = password.map_or(Ok(Zeroizing::default()), bmp_string)?;
    let mut salt_and_password = Zeroizing::new(Vec::with_capacity(
        salt.len().next_multiple_of(block_len) + password.len().next_multiple_of(block_len),
    ));
    for part in [salt, &password] {
        let len = part.len().next_multiple_of(block_len);
        salt_and_password.extend(part.iter().cycle().take(len));
    }

    let mut chain = Zeroizing::new(vec![0; hash.digest_size()]);
    let mut pieces = out.chunks_mut(hash.digest_size()).peekable();
    while let Some(piece) = pieces.next() {
        first_round(hash, purpose, block_len, &salt_and_password, &mut chain);
        let mut next = chain.clone();
        for _ in 1..iterations {
            digest_into(hash, &chain, Output::from(&mut next[..]));
            core::mem::swap(&mut chain, &mut next);
        }
        piece.copy_from_slice(&chain[..piece.len()]);
        if pieces.peek().is_some() {
            for block in salt_and_password.chunks_mut(block_len) {
                add_repeated(block, &chain);
            }
        }
    }
    Ok(())
}

/// The bytes that the hash takes in at a time. Those of SHA-3 are its rate (FIPS 202 §B.2): the
/// standard is older, and other programs have it so.
fn block_len(hash: HashAlgorithm) -> Option<usize> {
    use HashAlgorithm::{Sha3_224, Sha3_256, Sha3_384, Sha3_512};
    match hash {
        Sha3_224 | Sha3_256 | Sha3_384 | Sha3_512 => Some(200 - 2 * hash.digest_size()),
        _ => hash.block_size(),
    }
}

/// The password in UTF-16, most significant octet first, with the two zero octets at its end (RFC
/// 7292 appendix B.1).
fn bmp_string(password: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let password = core::str::from_utf8(password)
        .map_err(|_| Error::value("the password is not UTF-8, which this encryption demands"))?;
    let mut units = Zeroizing::new(Vec::with_capacity(2 * password.len() + 2));
    for unit in password.encode_utf16().chain([0]) {
        units.extend_from_slice(&unit.to_be_bytes());
    }
    Ok(units)
}

fn first_round(hash: HashAlgorithm, purpose: Purpose, block_len: usize, salt_and_password: &[u8], out: &mut [u8]) {
    let mut input = Zeroizing::new(vec![purpose as u8; block_len + salt_and_password.len()]);
    input[block_len..].copy_from_slice(salt_and_password);
    digest_into(hash, &input, Output::from(out));
}

/// `block + repeated + 1` modulo the block's size, where `repeated` is as many copies of `chain` as
/// fill a block.
fn add_repeated(block: &mut [u8], chain: &[u8]) {
    let mut carry = 1;
    for (at, octet) in block.iter_mut().enumerate().rev() {
        let sum = u16::from(*octet) + u16::from(chain[at % chain.len()]) + carry;
        *octet = sum as u8;
        carry = sum >> 8;
    }
}
