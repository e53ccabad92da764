//! `Content-Digest` (RFC 9530): the hash of a message's body, for a signature to cover.

use super::structured_fields::{BareItem, Dictionary, Item, Member};
use crate::error::Refusal;
use crate::{Error, Result};
use ironlatch_core::constant_time::bytes_eq;
use ironlatch_core::hash::{HashAlgorithm, digest_into};

/// The hash functions that RFC 9530 §5 allows against an adversary.
const ALGORITHMS: [(&str, HashAlgorithm); 2] = [("sha-256", HashAlgorithm::Sha256), ("sha-512", HashAlgorithm::Sha512)];

/// The field's value for a body: its SHA-256.
#[must_use]
pub fn content_digest(body: &[u8]) -> String {
    let (name, algorithm) = ALGORITHMS[0];
    format!("{name}={}", BareItem::Bytes(hash(algorithm, body)))
}

/// Checks a body against the field's value: every hash in it that is known here.
///
/// # Errors
/// [`Error::Refused`] if the body is another one, if no hash in the value is known here, or if it
/// is malformed.
pub fn check_content_digest(value: &[u8], body: &[u8]) -> Result<()> {
    let mut checked = false;
    for (name, member) in &Dictionary::parse(value)?.0 {
        let Some((_, algorithm)) = ALGORITHMS.iter().find(|(known, _)| known == name) else { continue };
        let Member::Item(Item { value: BareItem::Bytes(expected), .. }) = member else {
            return Err(Error::refused(Refusal::Malformed, "a hash in Content-Digest is not bytes"));
        };
        if !bytes_eq(&hash(*algorithm, body), expected) {
            return Err(Error::refused(
                Refusal::NotAuthentic,
                "the body is not the one that was signed: it was changed on its way, or read in another form than it came",
            ));
        }
        checked = true;
    }
    if checked {
        return Ok(());
    }
    Err(Error::refused(Refusal::Insufficient, "Content-Digest has no hash that is safe: it must be sha-256 or sha-512"))
}

fn hash(algorithm: HashAlgorithm, body: &[u8]) -> Vec<u8> {
    let mut sum = vec![0; algorithm.digest_size()];
    digest_into(algorithm, body, (&mut sum[..]).into());
    sum
}
