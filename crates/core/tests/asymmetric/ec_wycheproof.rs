//! Project Wycheproof's vectors for ECDSA and ECDH, on the curves that we have.

use ironlatch::asymmetric::ec::{Curve, Message, PrivateKey, PublicKey};
use ironlatch::hash::HashAlgorithm;
use ironlatch::keys;
use ironlatch::{Error, Result};
use wycheproof::{EllipticCurve, HashFunction, TestResult, ecdh, ecdsa};

fn curve(curve: EllipticCurve) -> Option<Curve> {
    Some(match curve {
        EllipticCurve::Secp192r1 => Curve::Secp192r1,
        EllipticCurve::Secp224r1 => Curve::Secp224r1,
        EllipticCurve::Secp256r1 => Curve::Secp256r1,
        EllipticCurve::Secp384r1 => Curve::Secp384r1,
        EllipticCurve::Secp521r1 => Curve::Secp521r1,
        EllipticCurve::Secp256k1 => Curve::Secp256k1,
        EllipticCurve::Brainpool256r1 => Curve::BrainpoolP256r1,
        EllipticCurve::Brainpool384r1 => Curve::BrainpoolP384r1,
        EllipticCurve::Brainpool512r1 => Curve::BrainpoolP512r1,
        _ => return None,
    })
}

fn hash(hash: HashFunction) -> HashAlgorithm {
    match hash {
        HashFunction::Sha1 => HashAlgorithm::Sha1,
        HashFunction::Sha2_224 => HashAlgorithm::Sha224,
        HashFunction::Sha2_256 => HashAlgorithm::Sha256,
        HashFunction::Sha2_384 => HashAlgorithm::Sha384,
        HashFunction::Sha2_512 => HashAlgorithm::Sha512,
        HashFunction::Sha2_512_224 => HashAlgorithm::Sha512_224,
        HashFunction::Sha2_512_256 => HashAlgorithm::Sha512_256,
        HashFunction::Sha3_224 => HashAlgorithm::Sha3_224,
        HashFunction::Sha3_256 => HashAlgorithm::Sha3_256,
        HashFunction::Sha3_384 => HashAlgorithm::Sha3_384,
        HashFunction::Sha3_512 => HashAlgorithm::Sha3_512,
        // RFC 8692 §3.
        HashFunction::Shake128 => HashAlgorithm::Shake128 { digest_size: 32 },
        HashFunction::Shake256 => HashAlgorithm::Shake256 { digest_size: 64 },
    }
}

fn public_key(der: &[u8]) -> Result<PublicKey> {
    match keys::PublicKey::from_der(der)? {
        keys::PublicKey::Ec(key) => Ok(key),
        _ => panic!("the vector's key is of another type"),
    }
}

/// Each vector as it stands, those for other curves and other encodings of signatures left out.
#[test]
fn ecdsa() {
    let mut sets = 0;
    for name in ecdsa::TestName::all() {
        for group in ecdsa::TestSet::load(name).unwrap().test_groups {
            if group.test_type != ecdsa::TestGroupTypeId::Ecdsa {
                continue;
            }
            let Some(curve) = curve(group.key.curve) else {
                assert!(matches!(public_key(&group.der), Err(Error::Unsupported { .. })), "{name:?}");
                continue;
            };
            let key = public_key(&group.der).unwrap();
            assert_eq!(key.curve(), curve);
            sets += 1;
            let mut counts = [0, 0];
            for test in group.tests {
                let result = key.verify(Message::Whole(hash(group.hash), &test.msg), &test.sig);
                let valid = test.result == TestResult::Valid;
                match result {
                    Ok(()) => assert!(valid, "{name:?}, tc {}: {}", test.tc_id, test.comment),
                    Err(Error::BadSignature) => {
                        assert!(!valid, "{name:?}, tc {}: {}", test.tc_id, test.comment);
                    }
                    Err(other) => panic!("{name:?}, tc {}: {other}", test.tc_id),
                }
                counts[usize::from(valid)] += 1;
            }
            assert!(counts[0] + counts[1] > 0);
        }
    }
    assert!(sets > 500, "{sets} groups");
}

/// In DER: keys that do not load are those that the vectors call invalid or merely acceptable.
#[test]
fn ecdh_in_subject_public_key_info() {
    let mut count = 0;
    for name in ecdh::TestName::all() {
        for group in ecdh::TestSet::load(name).unwrap().test_groups {
            let (Some(curve), ecdh::EcdhEncoding::Asn1) = (curve(group.curve), group.encoding) else { continue };
            for test in group.tests {
                let context = || format!("{name:?}, tc {}: {}", test.tc_id, test.comment);
                let private = PrivateKey::from_bytes(curve, &test.private_key).unwrap();
                let shared = public_key(&test.public_key).and_then(|public| private.exchange(&public));
                match shared {
                    Ok(shared) => {
                        // Optional in X9.62, and left out by some writers: the numbers of the curve
                        // are all there.
                        let optional = test.comment == "no cofactor";
                        assert!(optional || test.result != TestResult::Invalid, "{}", context());
                        assert_eq!(shared[..], test.shared_secret[..], "{}", context());
                        count += 1;
                    }
                    Err(Error::InvalidValue(_) | Error::Unsupported { .. }) => {
                        assert!(test.result != TestResult::Valid, "{}", context());
                    }
                    Err(other) => panic!("{}: {other}", context()),
                }
            }
        }
    }
    assert!(count > 3000, "{count} agreements");
}

#[test]
fn ecdh_in_points() {
    let mut count = 0;
    for name in ecdh::TestName::all() {
        for group in ecdh::TestSet::load(name).unwrap().test_groups {
            let (Some(curve), ecdh::EcdhEncoding::EcPoint) = (curve(group.curve), group.encoding) else { continue };
            for test in group.tests {
                let context = || format!("{name:?}, tc {}: {}", test.tc_id, test.comment);
                let private = PrivateKey::from_bytes(curve, &test.private_key).unwrap();
                match PublicKey::from_point(curve, &test.public_key) {
                    Ok(public) => {
                        assert!(test.result != TestResult::Invalid, "{}", context());
                        assert_eq!(private.exchange(&public).unwrap()[..], test.shared_secret[..], "{}", context());
                        count += 1;
                    }
                    Err(_) => assert!(test.result == TestResult::Invalid, "{}", context()),
                }
            }
        }
    }
    assert!(count > 500, "{count} agreements");
}
