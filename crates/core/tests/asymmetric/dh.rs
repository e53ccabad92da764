//! Diffie-Hellman: vectors of RFC 5114, well-known groups, and what is refused, in little time.

use std::time::{Duration, Instant};

use hex_literal::hex;
use ironlatch::Error;
use ironlatch::asymmetric::dh::{
    MAX_BITS, ParameterComponents, Parameters, PrivateComponents, PrivateKey, PublicComponents, PublicKey,
};
use ironlatch::asymmetric::rsa::Checks;
use ironlatch::keys;

// RFC 5114 §2.1 and appendix A.1: the group of 1024 bits with a subgroup of 160 bits.
static P: [u8; 128] = hex!(
    "b10b8f96a080e01dde92de5eae5d54ec52c99fbcfb06a3c69a6a9dca52d23b616073e28675a23d189838ef1e2ee652c013ec"
    "b4aea906112324975c3cd49b83bfaccbdd7d90c4bd7098488e9c219a73724effd6fae5644738faa31a4ff55bccc0a151af5f"
    "0dc8b4bd45bf37df365c1a65e68cfda76d4da708df1fb2bc2e4a4371"
);
static G: [u8; 128] = hex!(
    "a4d1cbd5c3fd34126765a442efb99905f8104dd258ac507fd6406cff14266d31266fea1e5c41564b777e690f5504f2131602"
    "17b4b01b886a5e91547f9e2749f4d7fbd7d3b9a92ee1909d0d2263f80a76a6a24c087a091f531dbf0a0169b6a28ad662a4d1"
    "8e73afa32d779d5918d08bc8858f4dcef97c2a24855e6eeb22b3b2e5"
);
static Q: [u8; 20] = hex!("f518aa8781a8df278aba4e7d64b7cb9d49462353");
static X_A: [u8; 20] = hex!("b9a3b3ae8fefc1a2930496507086f8455d48943e");
static Y_A: [u8; 128] = hex!(
    "2a853b3d92197501b9015b2deb3ed84f5e021dcc3e52f109d3273d2b7521281cbabe0e76ff5727fa8acce26956ba9a1fca26"
    "f20228d8693feb10841d84a7360054ece5a7f5b7a61ad3dfb3c60d2e43106d8727da37df9cce95b478755d06bcea8f9d4596"
    "5f75a5f3d1df3701165fc9e50c4279ceb07f989540ae96d5d88ed776"
);
static X_B: [u8; 20] = hex!("9392c9f9eb6a7a6a9022f7d83e7223c6835bbdda");
static Y_B: [u8; 128] = hex!(
    "717a6cb053371ff4a3b932941c1e5663f861a1d6ad34ae66576dfb98f6c6cbf9ddd5a56c7833f6bcfdff095582ad868e440e"
    "8d09fd769e3ceccdc3d3b1e4cfa057776caaf9739b6a9fee8e7411f8d6dac09d6a4edb46cc2b5d5203090eae6126311e53fd"
    "2c14b574e6a3109a3da1be41bdceaa186f5ce06716a2b6a07b3c33fe"
);
static Z: [u8; 128] = hex!(
    "5c804f454d30d9c4df85271f93528c91df6b48ab5f80b3b59caac1b28f8acba9cd3e39f3cb614525d9521d2e644c53b807b8"
    "10f340062f257d7d6fbfe8d5e8f072e9b6e9afda9413eafb2e8b0699b1fb5a0caceddeaead7e9cfbb36ae2b420835bd83a19"
    "fb0b5e96bf8fa4d09e345525167ecd9155416f46f408ed31b63c6e6d"
);

// RFC 7919 appendix A.1: ffdhe2048.
static FFDHE2048: [u8; 256] = hex!(
    "ffffffffffffffffadf85458a2bb4a9aafdc5620273d3cf1d8b9c583ce2d3695a9e13641146433fbcc939dce249b3ef97d2f"
    "e363630c75d8f681b202aec4617ad3df1ed5d5fd65612433f51f5f066ed0856365553ded1af3b557135e7f57c935984f0c70"
    "e0e68b77e2a689daf3efe8721df158a136ade73530acca4f483a797abc0ab182b324fb61d108a94bb2c8e3fbb96adab760d7"
    "f4681d4f42a3de394df4ae56ede76372bb190b07a7c8ee0a6d709e02fce1cdf7e2ecc03404cd28342f619172fe9ce98583ff"
    "8e4f1232eef28183c3fe3b1b4c6fad733bb5fcbc2ec22005c58ef1837d1683b2c6f34a26c1b2effa886b423861285c97ffff"
    "ffffffffffff"
);

fn group() -> ParameterComponents {
    ParameterComponents { p: P.to_vec(), g: G.to_vec(), q: Some(Q.to_vec()) }
}

fn ffdhe2048() -> ParameterComponents {
    ParameterComponents { p: FFDHE2048.to_vec(), g: vec![2], q: None }
}

fn public(y: &[u8]) -> PublicKey {
    PublicKey::from_components(&PublicComponents { parameters: group(), y: y.to_vec() }).unwrap()
}

fn private(y: &[u8], x: &[u8]) -> PrivateKey {
    let public = PublicComponents { parameters: group(), y: y.to_vec() };
    PrivateKey::from_components(&PrivateComponents { public, x: x.to_vec().into() }).unwrap()
}

#[allow(clippy::needless_pass_by_value)] // A reference at each of many calls would say nothing.
fn is_refused<T: std::fmt::Debug>(result: Result<T, Error>) {
    assert!(result.as_ref().is_err_and(Error::is_wrong_value), "{result:?}");
}

#[test]
fn rfc_5114_vector() {
    assert_eq!(**private(&Y_A, &X_A).exchange(&public(&Y_B)).unwrap(), Z);
    assert_eq!(**private(&Y_B, &X_B).exchange(&public(&Y_A)).unwrap(), Z);
    let computed = PrivateKey::from_private_number(&group(), &X_A).unwrap();
    assert_eq!(computed.public_key(), public(&Y_A));
}

#[test]
fn both_sides_agree() {
    for parameters in
        [Parameters::generate(2, 512), Parameters::generate(5, 513), Parameters::from_components(&ffdhe2048())]
    {
        let parameters = parameters.unwrap();
        let (alice, bob) = (parameters.generate_private_key().unwrap(), parameters.generate_private_key().unwrap());
        let secret = alice.exchange(&bob.public_key()).unwrap();
        assert_eq!(secret, bob.exchange(&alice.public_key()).unwrap());
        assert_eq!(secret.len(), parameters.bits().div_ceil(8));
        assert_ne!(alice.public_key(), bob.public_key());
        assert_eq!(Parameters::from_components(&parameters.components()).unwrap(), parameters);
    }
}

#[test]
fn well_known_groups_have_an_order_and_short_private_numbers() {
    let parameters = Parameters::from_components(&ffdhe2048()).unwrap();
    let mut half = FFDHE2048.to_vec();
    half.iter_mut().fold(0, |carry, byte| {
        let next = *byte << 7;
        *byte = *byte >> 1 | carry;
        next
    });
    assert_eq!(parameters.components().q, Some(half.clone()));
    let with_order = ParameterComponents { q: Some(half), ..ffdhe2048() };
    assert_eq!(Parameters::from_components(&with_order).unwrap(), parameters);
    let lengths: Vec<_> = (0..8).map(|_| parameters.generate_private_key().unwrap().components().x.len()).collect();
    assert!(
        lengths.iter().all(|&len| len <= 225usize.div_ceil(8)) && lengths.iter().any(|&len| len > 26),
        "{lengths:?}"
    );
    // Another generator is another group, and is checked like any other.
    let other = Parameters::from_components(&ParameterComponents { g: vec![4], ..ffdhe2048() }).unwrap();
    assert_eq!(other.components().q, None);
    is_refused(
        parameters.generate_private_key().unwrap().exchange(&other.generate_private_key().unwrap().public_key()),
    );
}

#[test]
fn what_is_no_group_is_refused_in_little_time() {
    let start = Instant::now();
    let changed = |change: &dyn Fn(&mut ParameterComponents)| {
        let mut components = group();
        change(&mut components);
        is_refused(Parameters::from_components(&components));
    };
    changed(&|group| group.p = vec![]);
    changed(&|group| group.p[127] ^= 1);
    changed(&|group| group.p[127] ^= 2);
    changed(&|group| group.p = vec![0xff; MAX_BITS / 8]);
    changed(&|group| group.p = vec![0xff; MAX_BITS / 8 + 1]);
    changed(&|group| group.p = vec![0xff; 1 << 20]);
    changed(&|group| group.g = vec![]);
    changed(&|group| group.g = vec![1]);
    changed(&|group| group.g = vec![2]);
    changed(&|group| group.g = group.p.clone());
    changed(&|group| group.g = vec![0xff; 1 << 20]);
    changed(&|group| group.q = None);
    changed(&|group| group.q = Some(vec![]));
    changed(&|group| group.q = Some(vec![1]));
    changed(&|group| group.q = Some(vec![2]));
    changed(&|group| group.q = Some(group.p.clone()));
    changed(&|group| group.q = Some(vec![0xff; 1 << 20]));
    for (generator, bits) in [(2, 0), (2, 511), (3, 512), (0, 512), (2, MAX_BITS + 1), (2, usize::MAX)] {
        is_refused(Parameters::generate(generator, bits));
    }
    for huge in [vec![0xff; MAX_BITS / 8 + 1], vec![0xff; 1 << 20]] {
        is_refused(PublicKey::from_components(&PublicComponents { parameters: group(), y: huge.clone() }));
        is_refused(PrivateKey::from_private_number(&group(), &huge));
    }
    // Under a second as a rule; a hang would be hours.
    assert!(start.elapsed() < Duration::from_secs(60));
}

#[test]
fn numbers_that_are_not_elements_give_no_secret() {
    let key = private(&Y_A, &X_A);
    let mut last = P.to_vec();
    last[127] -= 1;
    for y in [&[][..], &[1], &last, &P, &[2], &[0xff; 130]] {
        is_refused(key.exchange(&public(y)));
    }
    for x in [&[][..], &Q] {
        is_refused(private(&Y_A, x).exchange(&public(&Y_B)));
    }
}

#[test]
fn every_format_gives_the_key_back() {
    let small = Parameters::generate(2, 512).unwrap();
    let keys = [private(&Y_A, &X_A), small.generate_private_key().unwrap()];
    for key in keys {
        let wrapped = keys::PrivateKey::Dh(key.clone());
        let password = Some(&b"pw"[..]);
        let (plain, encrypted) = (wrapped.to_pkcs8_pem().unwrap(), wrapped.to_encrypted_pkcs8_pem(b"pw").unwrap());
        for (pem, password) in [(&plain[..], None), (&encrypted, password)] {
            let read = keys::PrivateKey::from_pem(pem, password, Checks::Full).unwrap();
            let keys::PrivateKey::Dh(read) = read else { panic!("another type of key") };
            assert_eq!(read.components().x, key.components().x);
            assert_eq!(read.public_key(), key.public_key());
        }
        assert!(matches!(wrapped.to_traditional_pem(), Err(Error::NoSuchFormat { .. })));
        assert!(matches!(wrapped.to_openssh_pem(b""), Err(Error::NoSuchFormat { .. })));
        let der = wrapped.public_key().to_spki_der().unwrap();
        let keys::PublicKey::Dh(read) = keys::PublicKey::from_der(&der).unwrap() else { panic!("another type of key") };
        assert_eq!(read, key.public_key());
        let error = wrapped.public_key().to_openssh_line().unwrap_err();
        assert_eq!(error.to_string(), format!("OpenSSH has no keys of this kind: {}", wrapped.description()));

        let parameters = keys::Parameters::Dh(key.parameters().clone());
        let pem = parameters.to_pem().unwrap();
        let has_order = key.parameters().components().q.is_some();
        assert_eq!(pem.starts_with(b"-----BEGIN X9.42 DH PARAMETERS-----"), has_order);
        let keys::Parameters::Dh(read) = keys::Parameters::from_pem(&pem).unwrap() else { panic!("other parameters") };
        assert_eq!(read, *key.parameters());
        let der = parameters.to_der().unwrap();
        assert!(keys::Parameters::from_der(&der).is_ok());
        for at in 0..der.len() {
            assert!(keys::Parameters::from_der(&der[..at]).is_err());
        }
    }
}

/// PKCS #3 has a length of private numbers where X9.42 has the order. A label tells them apart,
/// without one the size does.
#[test]
fn the_third_number_is_a_length_or_an_order() {
    let small = Parameters::generate(2, 512).unwrap();
    let der = keys::Parameters::Dh(small.clone()).to_der().unwrap();
    let mut with_length = der.clone();
    with_length[1] += 4;
    with_length.extend_from_slice(&[2, 2, 1, 0xfe]);
    let block = |label: &str| pem::encode(&pem::Pem::new(label, with_length.clone()));
    let keys::Parameters::Dh(read) = keys::Parameters::from_pem(block("DH PARAMETERS").as_bytes()).unwrap() else {
        panic!("other parameters");
    };
    assert_eq!(read, small);
    is_refused(keys::Parameters::from_pem(block("X9.42 DH PARAMETERS").as_bytes()));
    let keys::Parameters::Dh(read) = keys::Parameters::from_der(&with_length).unwrap() else {
        panic!("other parameters");
    };
    assert_eq!(read, small);
    // Three bytes are too many for a length.
    let mut with_order = der;
    with_order[1] += 5;
    with_order.extend_from_slice(&[2, 3, 1, 0, 1]);
    is_refused(keys::Parameters::from_der(&with_order));
}

#[test]
fn secrets_are_not_shown() {
    let key = private(&Y_A, &X_A);
    for text in [format!("{key:?}"), format!("{:?}", key.components()), format!("{:?}", keys::PrivateKey::Dh(key))] {
        assert!(!text.contains(&hex::encode(X_A)) && !text.contains(&format!("{X_A:?}")), "{text}");
    }
}
