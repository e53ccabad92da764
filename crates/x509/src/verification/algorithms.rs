//! The kinds of keys and signatures that the public web has.

use ironlatch_core::asymmetric::ml_dsa::ParameterSet;
use ironlatch_core::hash::HashAlgorithm;

use crate::algorithms::{AlgorithmIdentifier, SignatureAlgorithm};
use crate::certificate::Certificate;
use crate::der::Elements;

/// Whether an authority's key is of a kind that the public web has (baseline requirements
/// §7.1.3.1), or ML-DSA.
pub(super) fn is_usual_key(issuer: &Certificate) -> bool {
    let info = asn1::strip_tlv(issuer.public_key_info()).map_or(&[][..], |(info, _)| info.data());
    Elements(info).next().is_some_and(|algorithm| KEY_KINDS.contains(&algorithm.full_data()))
}

/// The algorithm of a signature, if it is one that the public web has (baseline requirements
/// §7.1.3.2), or ML-DSA.
pub(super) fn usual_signature(identifier: &AlgorithmIdentifier<'_>) -> Option<SignatureAlgorithm> {
    use HashAlgorithm::{Sha256, Sha384, Sha512};
    let algorithm = SignatureAlgorithm::from_identifier(identifier).ok()?;
    let usual = match algorithm {
        SignatureAlgorithm::RsaPkcs1(Sha256 | Sha384 | Sha512) => identifier.parameters.is_some(),
        SignatureAlgorithm::RsaPss { hash: hash @ (Sha256 | Sha384 | Sha512), mgf1_hash, salt_length } => {
            mgf1_hash == hash && usize::from(salt_length) == hash.digest_size()
        }
        SignatureAlgorithm::Ecdsa(Sha256 | Sha384 | Sha512) => true,
        SignatureAlgorithm::MlDsa(ParameterSet::MlDsa44 | ParameterSet::MlDsa65 | ParameterSet::MlDsa87) => true,
        _ => false,
    };
    usual.then_some(algorithm)
}

/// rsaEncryption with NULL, the curves P-256, P-384 and P-521 by name, ML-DSA-44, -65 and -87.
const KEY_KINDS: [&[u8]; 7] = [
    &[0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0],
    &[0x30, 19, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7],
    &[0x30, 16, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 5, 0x2b, 0x81, 4, 0, 0x22],
    &[0x30, 16, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 5, 0x2b, 0x81, 4, 0, 0x23],
    &[0x30, 11, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 17],
    &[0x30, 11, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 18],
    &[0x30, 11, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 19],
];
