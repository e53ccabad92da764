//! Post-quantum keys: ML-KEM (RFC 9935), ML-DSA (RFC 9881) and SLH-DSA (RFC 9909). Private ones of
//! the first two are read and written as their seed, of the last as the key's bytes.

use zeroize::Zeroizing;

use super::der::{self, AlgorithmIdentifier};
use super::forms::{PrivateForms, PublicForms};
use super::jwk::Members;
use super::raw::{BareAlgorithm, check_parameters};
use crate::asymmetric::rsa::Checks;
use crate::asymmetric::{ml_dsa, ml_kem, slh_dsa};
use crate::oid::{self, ObjectIdentifier};
use crate::{Error, Result};

/// The algorithms of a type of key, one for each parameter set.
trait ParameterSets: Copy + PartialEq + 'static {
    const ALGORITHMS: &'static [(Self, ObjectIdentifier)];

    fn from_oid(oid: &ObjectIdentifier) -> Option<Self> {
        Self::ALGORITHMS.iter().find(|(_, known)| known == oid).map(|(set, _)| *set)
    }

    /// # Panics
    /// Never: a test holds that each table has all parameter sets.
    fn algorithm(self) -> BareAlgorithm {
        let entry = Self::ALGORITHMS.iter().find(|(set, _)| *set == self);
        BareAlgorithm { oid: entry.map(|(_, oid)| oid.clone()).expect("every parameter set has an algorithm") }
    }
}

impl ParameterSets for ml_kem::ParameterSet {
    const ALGORITHMS: &'static [(Self, ObjectIdentifier)] =
        &[(Self::MlKem512, oid::ML_KEM_512), (Self::MlKem768, oid::ML_KEM_768), (Self::MlKem1024, oid::ML_KEM_1024)];
}

impl ParameterSets for ml_dsa::ParameterSet {
    const ALGORITHMS: &'static [(Self, ObjectIdentifier)] =
        &[(Self::MlDsa44, oid::ML_DSA_44), (Self::MlDsa65, oid::ML_DSA_65), (Self::MlDsa87, oid::ML_DSA_87)];
}

impl ParameterSets for slh_dsa::ParameterSet {
    const ALGORITHMS: &'static [(Self, ObjectIdentifier)] = &[
        (Self::Sha2_128s, oid::SLH_DSA_SHA2_128S),
        (Self::Sha2_128f, oid::SLH_DSA_SHA2_128F),
        (Self::Sha2_192s, oid::SLH_DSA_SHA2_192S),
        (Self::Sha2_192f, oid::SLH_DSA_SHA2_192F),
        (Self::Sha2_256s, oid::SLH_DSA_SHA2_256S),
        (Self::Sha2_256f, oid::SLH_DSA_SHA2_256F),
        (Self::Shake128s, oid::SLH_DSA_SHAKE_128S),
        (Self::Shake128f, oid::SLH_DSA_SHAKE_128F),
        (Self::Shake192s, oid::SLH_DSA_SHAKE_192S),
        (Self::Shake192f, oid::SLH_DSA_SHAKE_192F),
        (Self::Shake256s, oid::SLH_DSA_SHAKE_256S),
        (Self::Shake256f, oid::SLH_DSA_SHAKE_256F),
    ];
}

/// The forms of keys with parameter sets: how the octets of a `PrivateKeyInfo` are read and
/// written, the bytes that the key is alone, and what more a type has.
macro_rules! keys_with_sets {
    ($($module:ident {
        read: $read:expr, write: $write:expr,
        private: { $($private:tt)* } public: { $($public:tt)* }
    })*) => {$(
        impl PrivateForms for $module::PrivateKey {
            type Public = $module::PublicKey;

            fn from_pkcs8(algorithm: &AlgorithmIdentifier<'_>, key: &[u8], _: Checks) -> Option<Result<Self>> {
                let set = $module::ParameterSet::from_oid(&algorithm.oid)?;
                Some(check_parameters(algorithm).and_then(|()| $read(set, key)))
            }

            fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>> {
                $write(&self.parameters().algorithm(), &self.private_bytes()[..])
            }

            fn public_half(&self) -> Self::Public {
                self.public_key()
            }

            fn to_raw(&self) -> Option<Zeroizing<Vec<u8>>> {
                Some(Zeroizing::new(self.private_bytes().to_vec()))
            }

            $($private)*
        }

        impl PublicForms for $module::PublicKey {
            fn from_spki(algorithm: &AlgorithmIdentifier<'_>, key: &[u8]) -> Option<Result<Self>> {
                let set = $module::ParameterSet::from_oid(&algorithm.oid)?;
                Some(check_parameters(algorithm).and_then(|()| Self::from_bytes(set, key)))
            }

            fn to_spki(&self) -> Result<Vec<u8>> {
                der::subject_public_key_info(&self.parameters().algorithm(), self.as_bytes())
            }

            fn description(&self) -> String {
                self.parameters().name().into()
            }

            fn to_raw(&self) -> Option<Vec<u8>> {
                Some(self.as_bytes().to_vec())
            }

            $($public)*
        }
    )*};
}

keys_with_sets! {
    ml_kem {
        read: |set, key| ml_kem::PrivateKey::from_bytes(set, seed(key)?), write: write_seed,
        private: {}
        public: {}
    }
    ml_dsa {
        read: |set, key| ml_dsa::PrivateKey::from_bytes(set, seed(key)?), write: write_seed,
        private: {
            /// RFC 9964 §3.
            fn add_to_jwk(&self, members: &mut Members) {
                members.bytes("priv", self.private_bytes());
            }
        }
        public: {
            /// RFC 9964 §3.
            fn to_jwk(&self) -> Option<Members> {
                let mut members = Members::default();
                members.plain("kty", "AKP").plain("alg", self.parameters().name()).bytes("pub", self.as_bytes());
                Some(members)
            }

            fn jwk_algorithm(&self) -> Option<&'static str> {
                Some(self.parameters().name())
            }
        }
    }
    slh_dsa {
        read: slh_dsa::PrivateKey::from_bytes, write: write_bytes,
        private: {}
        public: {}
    }
}

fn write_seed(algorithm: &BareAlgorithm, seed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    der::private_key_info(algorithm, &der::secret_tagged_octets(SEED_TAG, seed)?)
}

/// Writes the bytes as they are (RFC 9909 §6).
fn write_bytes(algorithm: &BareAlgorithm, bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    der::private_key_info(algorithm, bytes)
}

/// The first alternative of the private keys' CHOICE: `seed [0] OCTET STRING` (RFC 9935 §6, RFC
/// 9881 §6).
const SEED_TAG: u32 = 0;

/// The seed in the octets of a private key. The other alternatives, which hold the expanded key,
/// are refused.
fn seed(key: &[u8]) -> Result<&[u8]> {
    let tlv: asn1::Tlv<'_> = der::parse(key)?;
    if tlv.tag() == der::OCTET_STRING || tlv.tag() == der::SEQUENCE {
        return Err(Error::value(
            "the key file holds the expanded private key; only the form that holds the seed alone is supported",
        ));
    }
    Ok(der::parse::<asn1::Implicit<&[u8], SEED_TAG>>(key)?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_set_has_an_algorithm_of_its_own() {
        fn check<S: ParameterSets + core::fmt::Debug>(all: &[S]) {
            assert_eq!(S::ALGORITHMS.len(), all.len());
            for set in all {
                assert_eq!(S::from_oid(&set.algorithm().oid), Some(*set));
            }
        }
        check(&[ml_kem::ParameterSet::MlKem512, ml_kem::ParameterSet::MlKem768, ml_kem::ParameterSet::MlKem1024]);
        check(&[ml_dsa::ParameterSet::MlDsa44, ml_dsa::ParameterSet::MlDsa65, ml_dsa::ParameterSet::MlDsa87]);
        check(&slh_dsa::ParameterSet::ALL);
    }
}
