//! PKCS#1 v1.5 decryption that never says whether the padding was right
//! (draft-irtf-cfrg-rsa-guidance, §7.2; the same results as OpenSSL from 3.2 on).
//!
//! A wrong padding gives a message made from the private key and the ciphertext: to anyone without
//! the key it looks like any other, and the same ciphertext gives the same one each time.

use crate::hash::hmac::{Hmac, hmac_into};
use crate::hash::{HashAlgorithm, digest_into};
use ironlatch_engine::ct;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq, ConstantTimeGreater, ConstantTimeLess};
use zeroize::Zeroizing;

use super::PrivateKey;
use crate::Result;

const HASH: HashAlgorithm = HashAlgorithm::Sha256;
const HASH_LEN: usize = 32;

/// How many candidates for the length of a made-up message are drawn, of 16 bits each. The last
/// that fits is taken; that none fits is next to impossible.
const CANDIDATES: usize = 128;

/// 00, 02 and at least eight bytes of filling.
const LEAST_PADDING: u32 = 10;

/// The message in `block`, the decrypted `ciphertext`; a made-up one if its padding is wrong.
///
/// Both have the length of the modulus, which is at least 11. The time only depends on the length
/// of the result.
pub(super) fn decode(key: &PrivateKey, ciphertext: &[u8], block: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let size = block.len() as u32;
    let derivation_key = derivation_key(key, ciphertext)?;
    let made_up = expand(&derivation_key, b"message", block.len())?;
    let made_up_len = made_up_len(&expand(&derivation_key, b"length", 2 * CANDIDATES)?, size - LEAST_PADDING);

    let mut good = block[0].ct_eq(&0) & block[1].ct_eq(&2);
    let mut separator = 0u32;
    let mut searching = Choice::from(1);
    for (index, byte) in (2u32..).zip(&block[2..]) {
        let is_zero = byte.ct_eq(&0);
        separator.conditional_assign(&index, searching & is_zero);
        searching &= !is_zero;
    }
    good &= !searching & !separator.ct_lt(&LEAST_PADDING);

    let start = u32::conditional_select(&(size - made_up_len), &(separator + 1), good);
    let mut chosen = Zeroizing::new(vec![0; block.len()]);
    for (byte, (real, fake)) in chosen.iter_mut().zip(block.iter().zip(made_up.iter())) {
        *byte = u8::conditional_select(fake, real, good);
    }
    // The length is all that is told.
    Ok(Zeroizing::new(chosen[ct::declassify(start) as usize..].to_vec()))
}

/// HMAC(hash of the private exponent, ciphertext).
fn derivation_key(key: &PrivateKey, ciphertext: &[u8]) -> Result<Zeroizing<[u8; HASH_LEN]>> {
    let d = key.engine.d().to_be_bytes();
    let mut padded = Zeroizing::new(vec![0; key.size()]);
    let start = padded.len() - d.len();
    padded[start..].copy_from_slice(&d);
    let mut d_hash = Zeroizing::new([0; HASH_LEN]);
    digest_into(HASH, &padded, (&mut d_hash[..]).into());
    let mut derived = Zeroizing::new([0; HASH_LEN]);
    hmac_into(HASH, &d_hash[..], ciphertext, (&mut derived[..]).into())?;
    Ok(derived)
}

/// HMAC(key, counter, label, length in bits), block after block.
fn expand(key: &[u8; HASH_LEN], label: &[u8], len: usize) -> Result<Zeroizing<Vec<u8>>> {
    let mut out = Zeroizing::new(vec![0; len.next_multiple_of(HASH_LEN)]);
    for (counter, block) in (0u16..).zip(out.chunks_mut(HASH_LEN)) {
        let mut mac = Hmac::new(HASH, key)?;
        mac.update(&counter.to_be_bytes());
        mac.update(label);
        // At most 2 KiB are asked for, so the bits fit, as they do in the draft.
        mac.update(&((8 * len) as u16).to_be_bytes());
        mac.finalize_into(block.into());
    }
    out.truncate(len);
    Ok(out)
}

/// The last of the candidates, cut to the bits of `limit`, that is less than `limit`.
fn made_up_len(candidates: &[u8], limit: u32) -> u32 {
    let mask = (limit + 1).next_power_of_two() - 1;
    let mut len = 0;
    for candidate in candidates.chunks_exact(2) {
        let candidate = u32::from(u16::from_be_bytes([candidate[0], candidate[1]])) & mask;
        len.conditional_assign(&candidate, limit.ct_gt(&candidate));
    }
    len
}
