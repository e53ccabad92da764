//! The hash functions of signed messages. SHAKE256 goes with Ed448 (RFC 8419 §3.1), and signs
//! nothing in certificates.

use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::oid::{self, ObjectIdentifier};
use ironlatch_x509::algorithms::{hash_from_oid, hash_to_oid};
use zeroize::Zeroizing;

use crate::der::{self, NULL, SEQUENCE};
use crate::error::Result;

/// SHAKE256 as signed messages have it: with 512 bits.
pub(crate) const SHAKE256: HashAlgorithm = HashAlgorithm::Shake256 { digest_size: 64 };

pub(crate) fn from_oid(oid: &ObjectIdentifier) -> ironlatch_x509::Result<HashAlgorithm> {
    if *oid == oid::SHAKE256 || *oid == oid::SHAKE256_LEN { Ok(SHAKE256) } else { hash_from_oid(oid) }
}

/// The `DigestAlgorithmIdentifier` in DER.
pub(crate) fn identifier(hash: HashAlgorithm) -> Result<Zeroizing<Vec<u8>>> {
    if hash == SHAKE256 {
        return Ok(der::element(SEQUENCE, &[&der::identifier(&oid::SHAKE256_LEN), &der::integer(512)]));
    }
    Ok(der::element(SEQUENCE, &[&der::identifier(&hash_to_oid(hash)?), NULL]))
}
