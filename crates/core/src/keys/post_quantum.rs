//! Post-quantum keys: ML-KEM (RFC 9935), ML-DSA (RFC 9881) and SLH-DSA (RFC 9909). Private ones of the first two are read
//! and written as their seed, of the last as the key's bytes.

use asn1::ObjectIdentifier;
use zeroize::Zeroizing;

use super::der::{self, AlgorithmIdentifier};
use super::raw::{BareAlgorithm, check_parameters};
use super::{PrivateKey, PublicKey, oid, pkcs8};
use crate::asymmetric::{ml_dsa, ml_kem, slh_dsa};
use crate::{Error, Result};

/// The private key of a `PrivateKeyInfo`. `None` if the algorithm is no such one.
pub(super) fn private_from_pkcs8(algorithm: &AlgorithmIdentifier<'_>, key: &[u8]) -> Option<Result<PrivateKey>> {
    let make: &dyn Fn(&[u8]) -> Result<PrivateKey> = match Algorithm::from_oid(&algorithm.oid)? {
        Algorithm::MlKem(set) => &move |key| ml_kem::PrivateKey::from_seed(set, seed(key)?).map(PrivateKey::MlKem),
        Algorithm::MlDsa(set) => &move |key| ml_dsa::PrivateKey::from_seed(set, seed(key)?).map(PrivateKey::MlDsa),
        Algorithm::SlhDsa(set) => &move |key| slh_dsa::PrivateKey::from_bytes(set, key).map(PrivateKey::SlhDsa),
    };
    Some(check_parameters(algorithm).and_then(|()| make(key)))
}

/// The public key of a `SubjectPublicKeyInfo`. `None` if the algorithm is no such one.
pub(super) fn public_from_spki(algorithm: &AlgorithmIdentifier<'_>, key: &[u8]) -> Option<Result<PublicKey>> {
    let make: &dyn Fn(&[u8]) -> Result<PublicKey> = match Algorithm::from_oid(&algorithm.oid)? {
        Algorithm::MlKem(set) => &move |key| ml_kem::PublicKey::from_bytes(set, key).map(PublicKey::MlKem),
        Algorithm::MlDsa(set) => &move |key| ml_dsa::PublicKey::from_bytes(set, key).map(PublicKey::MlDsa),
        Algorithm::SlhDsa(set) => &move |key| slh_dsa::PublicKey::from_bytes(set, key).map(PublicKey::SlhDsa),
    };
    Some(check_parameters(algorithm).and_then(|()| make(key)))
}

/// Writes a `PrivateKeyInfo` of a seed.
pub(super) fn seed_to_pkcs8(oid: ObjectIdentifier, seed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    pkcs8::info(&BareAlgorithm { oid }, &der::secret_tagged_octets(SEED_TAG, seed)?)
}

/// Writes a `PrivateKeyInfo` of an SLH-DSA key, whose bytes stand in it as they are (RFC 9909 §6).
pub(super) fn slh_dsa_to_pkcs8(key: &slh_dsa::PrivateKey) -> Result<Zeroizing<Vec<u8>>> {
    pkcs8::info(&BareAlgorithm { oid: slh_dsa_oid(key.parameters()) }, key.expose())
}

pub(super) fn ml_kem_oid(set: ml_kem::ParameterSet) -> ObjectIdentifier {
    match set {
        ml_kem::ParameterSet::MlKem512 => oid::ML_KEM_512,
        ml_kem::ParameterSet::MlKem768 => oid::ML_KEM_768,
        ml_kem::ParameterSet::MlKem1024 => oid::ML_KEM_1024,
    }
}

pub(super) fn ml_dsa_oid(set: ml_dsa::ParameterSet) -> ObjectIdentifier {
    match set {
        ml_dsa::ParameterSet::MlDsa44 => oid::ML_DSA_44,
        ml_dsa::ParameterSet::MlDsa65 => oid::ML_DSA_65,
        ml_dsa::ParameterSet::MlDsa87 => oid::ML_DSA_87,
    }
}

pub(super) fn slh_dsa_oid(set: slh_dsa::ParameterSet) -> ObjectIdentifier {
    let place = slh_dsa::ParameterSet::ALL.iter().position(|known| *known == set);
    oid::SLH_DSA[place.unwrap_or_default()].clone()
}

enum Algorithm {
    MlKem(ml_kem::ParameterSet),
    MlDsa(ml_dsa::ParameterSet),
    SlhDsa(slh_dsa::ParameterSet),
}

impl Algorithm {
    fn from_oid(oid: &ObjectIdentifier) -> Option<Self> {
        Some(match *oid {
            oid::ML_KEM_512 => Self::MlKem(ml_kem::ParameterSet::MlKem512),
            oid::ML_KEM_768 => Self::MlKem(ml_kem::ParameterSet::MlKem768),
            oid::ML_KEM_1024 => Self::MlKem(ml_kem::ParameterSet::MlKem1024),
            oid::ML_DSA_44 => Self::MlDsa(ml_dsa::ParameterSet::MlDsa44),
            oid::ML_DSA_65 => Self::MlDsa(ml_dsa::ParameterSet::MlDsa65),
            oid::ML_DSA_87 => Self::MlDsa(ml_dsa::ParameterSet::MlDsa87),
            _ => {
                let place = oid::SLH_DSA.iter().position(|known| known == oid)?;
                Self::SlhDsa(slh_dsa::ParameterSet::ALL[place])
            }
        })
    }
}

/// The first alternative of the private keys' CHOICE: `seed [0] OCTET STRING` (RFC 9935 §6, RFC 9881 §6).
const SEED_TAG: u32 = 0;

/// The seed in the octets of a private key. The other alternatives, which hold the expanded key, are refused.
fn seed(key: &[u8]) -> Result<&[u8]> {
    let tlv: asn1::Tlv<'_> = der::parse(key)?;
    if tlv.tag() == der::OCTET_STRING || tlv.tag() == der::SEQUENCE {
        return Err(Error::value(
            "the key file holds the expanded private key; only the form that holds the seed alone is supported",
        ));
    }
    Ok(der::parse::<asn1::Implicit<&[u8], SEED_TAG>>(key)?.into_inner())
}
