//! Elliptic curves: published vectors, keys in files, and bad input.

use hex_literal::hex;
use ironlatch::Error;
use ironlatch::asymmetric::ec::{Curve, Message, PrivateKey, PublicKey};
use ironlatch::asymmetric::rsa::Checks;
use ironlatch::hash::HashAlgorithm;
use ironlatch::keys::{self, dss_signature};

const MESSAGE: Message<'_> = Message::Whole(HashAlgorithm::Sha256, b"sample");

/// RFC 6979 appendices A.2.3, A.2.5 and A.2.7, the message "sample".
#[test]
fn deterministic_signatures() {
    type Vector<'a> = (Curve, HashAlgorithm, &'a [u8], &'a [u8], &'a [u8]);
    let vectors: [Vector<'_>; 3] = [
        (
            Curve::Secp192r1,
            HashAlgorithm::Sha256,
            &hex!("6fab034934e4c0fc9ae67f5b5659a9d7d1fefd187ee09fd4"),
            &hex!("4b0b8ce98a92866a2820e20aa6b75b56382e0f9bfd5ecb55"),
            &hex!("ccdb006926ea9565cbadc840829d8c384e06de1f1e381b85"),
        ),
        (
            Curve::Secp256r1,
            HashAlgorithm::Sha256,
            &hex!("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"),
            &hex!("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"),
            &hex!("f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"),
        ),
        (
            Curve::Secp521r1,
            HashAlgorithm::Sha512,
            &hex!(
                "00fad06daa62ba3b25d2fb40133da757205de67f5bb0018fee8c86e1b68c7e75caa896eb32f1f47c70855836a6d16fcc1466f6d8"
                "fbec67db89ec0c08b0e996b83538"
            ),
            &hex!(
                "c328fafcbd79dd77850370c46325d987cb525569fb63c5d3bc53950e6d4c5f174e25a1ee9017b5d450606add152b534931d7d4e8"
                "455cc91f9b15bf05ec36e377fa"
            ),
            &hex!(
                "617cce7cf5064806c467f678d3b4080d6f1cc50af26ca209417308281b68af282623eaa63e5b5c0723d8b8c37ff0777b1a20f8cc"
                "b1dccc43997f1ee0e44da4a67a"
            ),
        ),
    ];
    for (curve, hash, scalar, r, s) in vectors {
        let key = PrivateKey::from_bytes(curve, scalar).unwrap();
        let message = Message::Whole(hash, b"sample");
        let signature = key.sign_deterministic(message).unwrap();
        assert_eq!(dss_signature::decode(&signature), Ok((r, s)), "{}", curve.name());
        key.public_key().verify(message, &signature).unwrap();
    }
}

/// The curves' own numbers: the public key of 1 is the generator, that of n - 1 its negative.
#[test]
fn generators() {
    for curve in Curve::ALL {
        let domain = curve.domain();
        let key = PrivateKey::from_bytes(curve, &[1]).unwrap();
        assert_eq!(key.public_key().coordinates(), (domain.gx.clone(), domain.gy.clone()), "{}", curve.name());

        let mut most = domain.n.clone();
        *most.last_mut().unwrap() -= 1;
        let key = PrivateKey::from_bytes(curve, &most).unwrap();
        let (x, y) = key.public_key().coordinates();
        assert_eq!(x, domain.gx);
        assert_ne!(y, domain.gy);
        assert_eq!(key.private_bytes()[..], most[..]);
    }
}

#[test]
fn every_curve_signs_and_agrees() {
    for curve in Curve::ALL {
        let (key, other) = (PrivateKey::generate(curve).unwrap(), PrivateKey::generate(curve).unwrap());
        assert_ne!(key.private_bytes(), other.private_bytes());
        assert_eq!((key.curve(), key.private_bytes().len()), (curve, curve.size()));
        for signature in [key.sign(MESSAGE).unwrap(), key.sign_deterministic(MESSAGE).unwrap()] {
            key.public_key().verify(MESSAGE, &signature).unwrap();
            assert!(matches!(other.public_key().verify(MESSAGE, &signature), Err(Error::BadSignature)));
            let changed = Message::Whole(HashAlgorithm::Sha256, b"simple");
            assert!(matches!(key.public_key().verify(changed, &signature), Err(Error::BadSignature)));
        }
        assert_ne!(key.sign(MESSAGE), key.sign(MESSAGE), "two nonces are one");
        assert_eq!(key.sign_deterministic(MESSAGE), key.sign_deterministic(MESSAGE));
        let shared = key.exchange(&other.public_key()).unwrap();
        assert_eq!(shared, other.exchange(&key.public_key()).unwrap());
        assert_eq!(shared.len(), curve.size());
    }
}

/// Both values of s verify on every curve, secp256k1 included, whose library prefers one.
#[test]
fn either_s_verifies() {
    for curve in Curve::ALL {
        let key = PrivateKey::generate(curve).unwrap();
        let signature = key.sign(MESSAGE).unwrap();
        let (r, s) = dss_signature::decode(&signature).unwrap();
        let mut difference = curve.domain().n.clone();
        let mut borrow = 0;
        for (place, digit) in difference.iter_mut().rev().zip(s.iter().rev().chain(std::iter::repeat(&0))) {
            let result = i32::from(*place) - i32::from(*digit) - borrow;
            borrow = i32::from(result < 0);
            *place = (result & 0xff) as u8;
        }
        let start = difference.iter().take_while(|&&byte| byte == 0).count();
        let other = dss_signature::encode(r, &difference[start..]).unwrap();
        key.public_key().verify(MESSAGE, &other).unwrap();
    }
}

#[test]
fn digests_of_any_length() {
    for curve in Curve::ALL {
        let key = PrivateKey::generate(curve).unwrap();
        for hash in [HashAlgorithm::Md5, HashAlgorithm::Sha512, HashAlgorithm::Shake256 { digest_size: 1000 }] {
            let digest = vec![0x5a; hash.digest_size()];
            let message = Message::Digest(hash, &digest);
            key.public_key().verify(message, &key.sign(message).unwrap()).unwrap();
            assert!(matches!(key.sign(Message::Digest(hash, &digest[1..])), Err(Error::Length { .. })));
        }
        // HMAC, which the nonce is made with, takes no function with a result of any length;
        // however long it is.
        for digest_size in [32, usize::MAX] {
            let message = Message::Whole(HashAlgorithm::Shake256 { digest_size }, b"sample");
            assert!(matches!(key.sign_deterministic(message), Err(Error::Unsupported { .. })));
        }
    }
}

#[test]
fn malformed_signatures() {
    for curve in Curve::ALL {
        let key = PrivateKey::generate(curve).unwrap();
        let good = key.sign(MESSAGE).unwrap();
        let n = curve.domain().n.clone();
        let with = |r: &[u8], s: &[u8]| dss_signature::encode(r, s).unwrap();
        let mut bad = vec![vec![], vec![0x30], vec![0; 1000], [&good[..], &[0]].concat()];
        bad.extend([with(&[], &[]), with(&[1], &[]), with(&[], &[1]), with(&n, &[1]), with(&[1], &n)]);
        bad.push(with(&[0xff; 100], &[1]));
        bad.extend((0..good.len()).map(|len| good[..len].to_vec()));
        for signature in bad {
            let result = key.public_key().verify(MESSAGE, &signature);
            assert!(matches!(result, Err(Error::BadSignature)), "{} {signature:x?}", curve.name());
        }
    }
}

#[test]
fn private_numbers_out_of_range() {
    for curve in Curve::ALL {
        let n = curve.domain().n.clone();
        let mut more = n.clone();
        *more.last_mut().unwrap() += 1;
        let huge = vec![1; 100_000];
        for bad in [&[][..], &[0], &[0; 200], &n, &more, &[0xff; 66], &huge] {
            assert!(matches!(PrivateKey::from_bytes(curve, bad), Err(Error::InvalidValue(_))), "{}", curve.name());
        }
        // Leading zeros are no part of a number.
        assert!(PrivateKey::from_bytes(curve, &[&[0; 500][..], &[1]].concat()).is_ok());
    }
}

#[test]
fn points() {
    for curve in Curve::ALL {
        let key = PrivateKey::generate(curve).unwrap().public_key();
        let (long, short) = (key.to_point(false), key.to_point(true));
        assert_eq!((long.len(), short.len()), (1 + 2 * curve.size(), 1 + curve.size()));
        for encoding in [&long, &short] {
            assert_eq!(PublicKey::from_point(curve, encoding).unwrap(), key);
        }
        let (x, y) = key.coordinates();
        assert_eq!(PublicKey::from_coordinates(curve, &x, &y).unwrap(), key);

        let mut off = long.clone();
        *off.last_mut().unwrap() ^= 1;
        let p = curve.domain().p.clone();
        let field_end = [&[4][..], &p, &p].concat();
        let longer = [&long[..], &[0]].concat();
        for bad in [&[][..], &[0], &[4], &off, &longer, &long[..long.len() - 1], &short[1..], &field_end, &[5; 33]] {
            assert!(matches!(PublicKey::from_point(curve, bad), Err(Error::InvalidValue(_))), "{bad:x?}");
        }
        for (x, y) in [(&x[..], &[][..]), (&[], &[]), (&p, &y), (&[1; 200], &y)] {
            assert!(matches!(PublicKey::from_coordinates(curve, x, y), Err(Error::InvalidValue(_))));
        }
    }
}

#[test]
fn keys_of_different_curves() {
    let keys = Curve::ALL.map(|curve| PrivateKey::generate(curve).unwrap());
    for (at, key) in keys.iter().enumerate() {
        for (other_at, other) in keys.iter().enumerate() {
            assert_eq!(key.exchange(&other.public_key()).is_ok(), at == other_at);
            assert_eq!(key.public_key() == other.public_key(), at == other_at);
        }
    }
}

#[test]
fn debug_shows_no_secret() {
    for curve in Curve::ALL {
        let key = PrivateKey::generate(curve).unwrap();
        assert_eq!(format!("{key:?}"), format!("PrivateKey({}, <redacted>)", curve.name()));
    }
}

#[test]
fn through_files() {
    for curve in Curve::ALL {
        let key = PrivateKey::generate(curve).unwrap();
        let private = keys::PrivateKey::Ec(key.clone());
        for (der, pem) in [
            (private.to_pkcs8_der().unwrap(), private.to_encrypted_pkcs8_pem(b"password").unwrap()),
            (private.to_traditional_der().unwrap(), private.to_encrypted_traditional_pem(b"password").unwrap()),
        ] {
            let read = [
                keys::PrivateKey::from_der(&der, None, Checks::Full).unwrap(),
                keys::PrivateKey::from_pem(&pem, Some(b"password"), Checks::Full).unwrap(),
            ];
            for read in read {
                let keys::PrivateKey::Ec(read) = read else { panic!("another type of key came back") };
                assert_eq!((read.curve(), read.private_bytes()), (curve, key.private_bytes()));
                assert_eq!(read.public_key(), key.public_key());
            }
            for len in 0..der.len() {
                assert!(keys::PrivateKey::from_der(&der[..len], None, Checks::Full).is_err());
            }
        }
        let public = keys::PublicKey::Ec(key.public_key());
        let der = public.to_spki_der().unwrap();
        let Ok(keys::PublicKey::Ec(read)) = keys::PublicKey::from_der(&der) else { panic!("it was not read") };
        assert_eq!(read, key.public_key());
        for len in 0..der.len() {
            assert!(keys::PublicKey::from_der(&der[..len]).is_err());
        }
    }
}

/// A file may carry a curve's numbers in place of its name; it must not get to choose them.
#[test]
fn explicit_parameters() {
    for curve in Curve::ALL {
        let domain = curve.domain();
        let generator = [&[4][..], &domain.gx, &domain.gy].concat();
        let parameters = |base: &[u8], order: &[u8], cofactor: u8| {
            let field = sequence(&[&hex!("06072a8648ce3d0101"), &integer(&domain.p)]);
            let coefficients = sequence(&[&octets(&domain.a), &octets(&domain.b)]);
            sequence(&[&integer(&[1]), &field, &coefficients, &octets(base), &integer(order), &integer(&[cofactor])])
        };
        let key = PrivateKey::generate(curve).unwrap();
        let point = [&[0][..], &key.public_key().to_point(false)].concat();
        let read = |parameters: &[u8]| {
            let algorithm = sequence(&[&hex!("06072a8648ce3d0201"), parameters]);
            keys::PublicKey::from_der(&sequence(&[&algorithm, &tagged(3, &point)]))
        };
        let Ok(keys::PublicKey::Ec(own)) = read(&parameters(&generator, &domain.n, 1)) else { panic!("{curve:?}") };
        assert_eq!(own, key.public_key());
        // The generator, the order and the cofactor, each changed. A generator of one's own forges
        // signatures (CVE-2020-0601).
        let own_generator = PrivateKey::from_bytes(curve, &[7]).unwrap().public_key().to_point(false);
        let mut other_order = domain.n.clone();
        *other_order.last_mut().unwrap() ^= 2;
        let changed = [
            parameters(&own_generator, &domain.n, 1),
            parameters(&generator, &other_order, 1),
            parameters(&generator, &domain.n, 2),
        ];
        for parameters in changed {
            assert!(matches!(read(&parameters), Err(Error::Unsupported { .. })), "{}", curve.name());
        }
    }
}

fn tagged(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = match contents.len() {
        short @ 0..128 => vec![short as u8],
        middle @ 128..256 => vec![0x81, middle as u8],
        long => vec![0x82, (long >> 8) as u8, long as u8],
    };
    [&[tag][..], &length, contents].concat()
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tagged(0x30, &parts.concat())
}

fn octets(contents: &[u8]) -> Vec<u8> {
    tagged(4, contents)
}

fn integer(number: &[u8]) -> Vec<u8> {
    let sign = if number[0] & 0x80 != 0 { &[0][..] } else { &[] };
    tagged(2, &[sign, number].concat())
}
