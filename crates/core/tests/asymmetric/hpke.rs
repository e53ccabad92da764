//! HPKE against the vectors of RFC 9180 and of draft-ietf-hpke-pq, and by misuse.

use ironlatch::asymmetric::ec::{self, Curve};
use ironlatch::asymmetric::ml_kem::{self, ParameterSet};
use ironlatch::asymmetric::{x448, x25519};
use ironlatch::hash::{HashAlgorithm, digest_into};
use ironlatch::hpke::{Aead, HybridPrivateKey, HybridPublicKey, Kdf, Kem, PrivateKey, PublicKey, Suite};
use ironlatch::symmetric::aead::Aad;
use ironlatch::{Error, Result};

const KEMS: [Kem; 9] = [
    Kem::X25519,
    Kem::P256,
    Kem::P384,
    Kem::P521,
    Kem::X448,
    Kem::MlKem768,
    Kem::MlKem1024,
    Kem::MlKem768X25519,
    Kem::MlKem1024P384,
];
const KDFS: [Kdf; 5] = [Kdf::HkdfSha256, Kdf::HkdfSha384, Kdf::HkdfSha512, Kdf::Shake128, Kdf::Shake256];
const AEADS: [Aead; 3] = [Aead::Aes128Gcm, Aead::Aes256Gcm, Aead::ChaCha20Poly1305];
const SUITE: Suite = Suite { kem: Kem::X25519, kdf: Kdf::HkdfSha256, aead: Aead::Aes128Gcm };

fn seal(suite: Suite, key: &PublicKey, info: &[u8], aad: &[u8], message: &[u8]) -> Result<Vec<u8>> {
    let mut sealed = vec![0; suite.sealed_len(message.len())?];
    suite.seal_into(key, info, Aad(aad), message, sealed.as_mut_slice().into())?;
    Ok(sealed)
}

fn open(suite: Suite, key: &PrivateKey, info: &[u8], aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>> {
    let mut opened = vec![0; suite.opened_len(sealed.len())?];
    suite.open_into(key, info, Aad(aad), sealed, opened.as_mut_slice().into())?;
    Ok(opened)
}

fn generate(kem: Kem) -> PrivateKey {
    let ec = |curve| ec::PrivateKey::generate(curve).unwrap();
    let ml_kem = |parameters| ml_kem::PrivateKey::generate(parameters).unwrap();
    match kem {
        Kem::X25519 => x25519::PrivateKey::generate().into(),
        Kem::P256 => ec(Curve::Secp256r1).into(),
        Kem::P384 => ec(Curve::Secp384r1).into(),
        Kem::P521 => ec(Curve::Secp521r1).into(),
        Kem::X448 => x448::PrivateKey::generate().into(),
        Kem::MlKem768 => ml_kem(ParameterSet::MlKem768).into(),
        Kem::MlKem1024 => ml_kem(ParameterSet::MlKem1024).into(),
        Kem::MlKem768X25519 => {
            let (ml_kem, x25519) = (ml_kem(ParameterSet::MlKem768), x25519::PrivateKey::generate());
            HybridPrivateKey::ml_kem_768_x25519(ml_kem, x25519).unwrap().into()
        }
        Kem::MlKem1024P384 => {
            let (ml_kem, p384) = (ml_kem(ParameterSet::MlKem1024), ec(Curve::Secp384r1));
            HybridPrivateKey::ml_kem_1024_p384(ml_kem, p384).unwrap().into()
        }
        _ => panic!("{kem:?} has no test"),
    }
}

/// The private key of a vector: for a hybrid a seed that SHAKE256 makes long enough for both keys.
fn private_key(kem: Kem, bytes: &[u8]) -> PrivateKey {
    let ec = |curve, scalar: &[u8]| ec::PrivateKey::from_bytes(curve, scalar).unwrap();
    let ml_kem = |parameters, seed: &[u8]| ml_kem::PrivateKey::from_bytes(parameters, seed).unwrap();
    let expand = |digest_size| {
        let mut expanded = vec![0; digest_size];
        digest_into(HashAlgorithm::Shake256 { digest_size }, bytes, expanded.as_mut_slice().into());
        expanded
    };
    match kem {
        Kem::X25519 => x25519::PrivateKey::from_bytes(bytes).unwrap().into(),
        Kem::P256 => ec(Curve::Secp256r1, bytes).into(),
        Kem::P384 => ec(Curve::Secp384r1, bytes).into(),
        Kem::P521 => ec(Curve::Secp521r1, bytes).into(),
        Kem::X448 => x448::PrivateKey::from_bytes(bytes).unwrap().into(),
        Kem::MlKem768 => ml_kem(ParameterSet::MlKem768, bytes).into(),
        Kem::MlKem1024 => ml_kem(ParameterSet::MlKem1024, bytes).into(),
        Kem::MlKem768X25519 => {
            let seeds = expand(96);
            let x25519 = x25519::PrivateKey::from_bytes(&seeds[64..]).unwrap();
            HybridPrivateKey::ml_kem_768_x25519(ml_kem(ParameterSet::MlKem768, &seeds[..64]), x25519).unwrap().into()
        }
        Kem::MlKem1024P384 => {
            let seeds = expand(112);
            let p384 = ec(Curve::Secp384r1, &seeds[64..]);
            HybridPrivateKey::ml_kem_1024_p384(ml_kem(ParameterSet::MlKem1024, &seeds[..64]), p384).unwrap().into()
        }
        _ => panic!("{kem:?} has no test"),
    }
}

#[test]
fn vectors() {
    let kdf_names = ["HKDF_SHA256", "HKDF_SHA384", "HKDF_SHA512", "SHAKE128", "SHAKE256"];
    let aead_names = ["AES_128_GCM", "AES_256_GCM", "CHACHA20_POLY1305"];
    let mut seen = Vec::new();
    for line in include_str!("../../../../tests/data/hpke.txt")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let fields: Vec<&str> = line.split(' ').collect();
        let kem = KEMS.into_iter().find(|kem| kem.name() == fields[0]).unwrap();
        let kdf = KDFS[kdf_names.iter().position(|name| *name == fields[1]).unwrap()];
        let aead = AEADS[aead_names.iter().position(|name| *name == fields[2]).unwrap()];
        let [key, enc, info, aad, ciphertext, plaintext] =
            [3, 4, 5, 6, 7, 8].map(|index| hex::decode(fields[index]).unwrap());
        let suite = Suite { kem, kdf, aead };
        let opened = open(suite, &private_key(kem, &key), &info, &aad, &[enc, ciphertext].concat());
        assert_eq!(opened, Ok(plaintext), "{suite:?}");
        seen.push(kem);
    }
    assert!(seen.len() >= 31, "{} vectors", seen.len());
    assert!(KEMS.iter().all(|kem| *kem == Kem::P384 || seen.contains(kem)), "{seen:?}");
}

#[test]
fn there_and_back_in_every_suite() {
    for kem in KEMS {
        let key = generate(kem);
        assert_eq!((key.kem(), key.public_key().kem()), (Some(kem), Some(kem)));
        for (kdf, aead) in KDFS.into_iter().flat_map(|kdf| AEADS.map(|aead| (kdf, aead))) {
            let suite = Suite { kem, kdf, aead };
            let sealed = seal(suite, &key.public_key(), b"info", b"aad", b"message").unwrap();
            assert_eq!(sealed.len(), kem.enc_len() + 7 + 16);
            assert_eq!(open(suite, &key, b"info", b"aad", &sealed).unwrap(), b"message", "{suite:?}");
            assert_eq!(open(suite, &key, b"inf", b"aad", &sealed), Err(Error::InvalidTag));
            assert_eq!(open(suite, &key, b"info", b"", &sealed), Err(Error::InvalidTag));
        }
    }
}

#[test]
fn a_change_anywhere_is_an_invalid_tag() {
    for kem in KEMS {
        let suite = Suite { kem, ..SUITE };
        let key = generate(kem);
        let sealed = seal(suite, &key.public_key(), b"", b"", b"message").unwrap();
        let step = (sealed.len() / 60).max(1);
        for at in (0..sealed.len()).step_by(step).chain([kem.enc_len() - 1, sealed.len() - 1]) {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(open(suite, &key, b"", b"", &changed), Err(Error::InvalidTag), "{kem:?} {at}");
        }
        for len in [0, 1, kem.enc_len() - 1, kem.enc_len(), kem.enc_len() + 15, sealed.len() - 1] {
            assert_eq!(open(suite, &key, b"", b"", &sealed[..len]), Err(Error::InvalidTag), "{kem:?} {len}");
        }
        assert_eq!(open(suite, &generate(kem), b"", b"", &sealed), Err(Error::InvalidTag), "{kem:?}");
    }
}

#[test]
fn keys_of_another_kem_are_refused() {
    let keys = KEMS.map(generate);
    for (kem, _) in KEMS.iter().zip(&keys) {
        let suite = Suite { kem: *kem, ..SUITE };
        for (other, key) in KEMS.iter().zip(&keys).filter(|(other, _)| *other != kem) {
            assert!(
                matches!(seal(suite, &key.public_key(), b"", b"", b""), Err(Error::WrongType(_))),
                "{kem:?} {other:?}"
            );
            assert!(matches!(open(suite, key, b"", b"", &[0; 2000]), Err(Error::WrongType(_))), "{kem:?} {other:?}");
        }
    }
    for key in [
        PrivateKey::from(ec::PrivateKey::generate(Curve::Secp256k1).unwrap()),
        ml_kem::PrivateKey::generate(ParameterSet::MlKem512).unwrap().into(),
    ] {
        assert_eq!(key.kem(), None);
        for kem in KEMS {
            let suite = Suite { kem, ..SUITE };
            assert!(matches!(seal(suite, &key.public_key(), b"", b"", b""), Err(Error::WrongType(_))));
        }
    }
}

#[test]
fn hybrids_are_of_the_right_pair() {
    let ml_kem = |parameters| ml_kem::PrivateKey::generate(parameters).unwrap();
    let (small, large) = (ml_kem(ParameterSet::MlKem768), ml_kem(ParameterSet::MlKem1024));
    let [p256, p384] = [Curve::Secp256r1, Curve::Secp384r1].map(|curve| ec::PrivateKey::generate(curve).unwrap());
    let x25519 = x25519::PrivateKey::generate();
    assert!(matches!(HybridPrivateKey::ml_kem_768_x25519(large.clone(), x25519.clone()), Err(Error::WrongType(_))));
    assert!(matches!(HybridPrivateKey::ml_kem_1024_p384(small.clone(), p384.clone()), Err(Error::WrongType(_))));
    assert!(matches!(HybridPrivateKey::ml_kem_1024_p384(large.clone(), p256.clone()), Err(Error::WrongType(_))));
    let public = HybridPublicKey::ml_kem_768_x25519(large.public_key(), x25519.public_key());
    assert!(matches!(public, Err(Error::WrongType(_))));
    let public = HybridPublicKey::ml_kem_1024_p384(large.public_key(), p256.public_key());
    assert!(matches!(public, Err(Error::WrongType(_))));
    assert!(HybridPublicKey::ml_kem_1024_p384(large.public_key(), p384.public_key()).is_ok());
}

#[test]
fn points_that_give_nothing_away() {
    let key = generate(Kem::X25519);
    let ones: [u8; 32] = core::array::from_fn(|index| u8::from(index == 0));
    for point in [[0; 32], ones] {
        let small = PublicKey::from(x25519::PublicKey::from_bytes(&point).unwrap());
        assert!(matches!(seal(SUITE, &small, b"", b"", b""), Err(Error::InvalidValue(_))));
        assert_eq!(open(SUITE, &key, b"", b"", &[&point[..], &[0; 20]].concat()), Err(Error::InvalidTag));
    }
    // A compressed point, one off the curve, infinity.
    let suite = Suite { kem: Kem::P256, ..SUITE };
    let key = generate(Kem::P256);
    let sealed = seal(suite, &key.public_key(), b"", b"", b"").unwrap();
    for first in [0, 2, 3, 6, 7] {
        let mut changed = sealed.clone();
        changed[0] = first;
        assert_eq!(open(suite, &key, b"", b"", &changed), Err(Error::InvalidTag));
    }
    assert_eq!(open(suite, &key, b"", b"", &[0; 100]), Err(Error::InvalidTag));
}

#[test]
fn a_long_info() {
    let long = vec![7; 1 << 16];
    let key = generate(Kem::X25519);
    for kdf in KDFS {
        let suite = Suite { kdf, ..SUITE };
        assert!(seal(suite, &key.public_key(), &long[1..], b"", b"").is_ok());
        let sealed = seal(suite, &key.public_key(), &long, b"", b"m");
        if matches!(kdf, Kdf::Shake128 | Kdf::Shake256) {
            assert!(matches!(sealed, Err(Error::Length { .. })));
            let sealed = seal(suite, &key.public_key(), b"", b"", b"m").unwrap();
            assert!(matches!(open(suite, &key, &long, b"", &sealed), Err(Error::Length { .. })));
        } else {
            assert_eq!(open(suite, &key, &long, b"", &sealed.unwrap()).unwrap(), b"m");
        }
    }
}
