//! DigestInfo: a digest with the name of its hash function (RFC 8017 §9.2).

use crate::error::Unsupported;
use crate::hash::HashAlgorithm;
use crate::oid::{self, ObjectIdentifier};
use crate::{Error, Result};

/// The hash functions that RSA is used with, and their names there.
///
/// The name of SM3 is that of SM3 with RSA, as OpenSSL writes and expects it.
static NAMES: [(HashAlgorithm, ObjectIdentifier); 13] = [
    (HashAlgorithm::Sha256, oid::SHA256),
    (HashAlgorithm::Sha384, oid::SHA384),
    (HashAlgorithm::Sha512, oid::SHA512),
    (HashAlgorithm::Sha224, oid::SHA224),
    (HashAlgorithm::Sha512_224, oid::SHA512_224),
    (HashAlgorithm::Sha512_256, oid::SHA512_256),
    (HashAlgorithm::Sha3_224, oid::SHA3_224),
    (HashAlgorithm::Sha3_256, oid::SHA3_256),
    (HashAlgorithm::Sha3_384, oid::SHA3_384),
    (HashAlgorithm::Sha3_512, oid::SHA3_512),
    (HashAlgorithm::Sha1, oid::SHA1),
    (HashAlgorithm::Md5, oid::MD5),
    (HashAlgorithm::Sm3, oid::SM3_RSA),
];

#[derive(asn1::Asn1Write)]
struct DigestInfo<'a> {
    algorithm: AlgorithmIdentifier,
    digest: &'a [u8],
}

#[derive(asn1::Asn1Write)]
struct AlgorithmIdentifier {
    oid: ObjectIdentifier,
    parameters: asn1::Null,
}

/// Refuses hash functions that RSA is not used with: those with a result of any length, and those
/// that RFC 8017 and its successors give no name.
pub(super) fn check_hash(hash: HashAlgorithm) -> Result<()> {
    name(hash).map(drop)
}

/// The DER form.
pub(super) fn encode(hash: HashAlgorithm, digest: &[u8]) -> Result<Vec<u8>> {
    let algorithm = AlgorithmIdentifier { oid: name(hash)?.clone(), parameters: () };
    asn1::write_single(&DigestInfo { algorithm, digest }).map_err(|_| Error::Internal("a DigestInfo did not encode"))
}

fn name(hash: HashAlgorithm) -> Result<&'static ObjectIdentifier> {
    let entry = NAMES.iter().find(|(known, _)| *known == hash);
    entry.map(|(_, name)| name).ok_or_else(|| {
        Error::unsupported(
            Unsupported::Hash,
            format!("RSA's PKCS #1 v1.5 signatures have no name for {}: use SHA-2 or SHA-3", hash.name()),
        )
    })
}
