//! Text files as editors on Windows write them: with a byte-order mark, or in UTF-16.

use std::fs;

use ironlatch::keys::jwk::Jwk;
use ironlatch::recipes::files::{Identity, Recipient, is_encrypted_key_file, parse_recipients};
use ironlatch::recipes::pinning::PinSet;
use ironlatch::recipes::signing::{Key, KeySet};
use ironlatch::secret::SecretBytes;
use ironlatch::{Error, text};

fn utf16(text: &str, big: bool, mark: bool) -> Vec<u8> {
    let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
    units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

fn marked(text: &str) -> Vec<u8> {
    [b"\xef\xbb\xbf", text.as_bytes()].concat()
}

#[track_caller]
fn says_utf16<T: core::fmt::Debug>(result: Result<T, Error>) {
    let said = result.unwrap_err().to_string();
    assert!(said.contains("UTF-16"), "{said}");
}

#[test]
fn marks_are_no_part_of_a_text() {
    assert_eq!(text::decode(&marked("key")).unwrap(), "key");
    assert_eq!(text::decode(b"").unwrap(), "");
    assert_eq!(text::decode(&marked("")).unwrap(), "");
    assert_eq!(text::decode("ü".as_bytes()).unwrap(), "ü");
    assert!(text::decode(b"\xff").is_err());
    for (big, mark) in [(false, false), (false, true), (true, false), (true, true)] {
        says_utf16(text::decode(&utf16("AGE-SECRET-KEY-1", big, mark)).map(str::to_owned));
    }
}

#[test]
fn keys_with_a_mark_are_read() {
    let identity = Identity::generate();
    let file = identity.to_text().unwrap().expose().to_owned() + "\r\n";
    let read = Identity::parse_file(text::decode(&marked(&file)).unwrap()).unwrap();
    assert_eq!(read[0].recipient().unwrap().to_string(), identity.recipient().unwrap().to_string());
    assert_eq!(Identity::parse_file(&format!("\u{feff}{file}")).unwrap().len(), 1);
    let mut encrypted = Vec::new();
    identity.write_encrypted_file(b"x", &mut encrypted).unwrap();
    let encrypted = [b"\xef\xbb\xbf", &encrypted[..]].concat();
    assert!(is_encrypted_key_file(&encrypted));
    assert_eq!(Identity::parse_encrypted_file(&encrypted, Some(b"x")).unwrap().len(), 1);
    let recipients = format!("\u{feff}{}\r\n", identity.recipient().unwrap());
    assert_eq!(parse_recipients(&recipients).unwrap().len(), 1);

    let key = Key::generate();
    let json = key.to_json().unwrap().expose().to_owned();
    assert!(Jwk::parse(&marked(&json)).is_ok());
    assert_eq!(Key::parse(&marked(&json)).unwrap().id(), key.id());
    let set = KeySet::from(key.clone()).to_json().unwrap().expose().to_owned();
    assert_eq!(KeySet::parse(&marked(&set)).unwrap().signer().unwrap().id(), key.id());
    says_utf16(Jwk::parse(&utf16(&json, false, true)).map(drop));
    let pem = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF\n-----END PRIVATE KEY-----\n";
    assert_eq!(Key::parse(&marked(pem)).unwrap().id(), Key::parse(pem.as_bytes()).unwrap().id());
    assert!(PinSet::from_json("\u{feff}{\"version\":1,\"hosts\":{}}").is_ok());
}

#[test]
fn a_passphrase_in_a_file_is_the_same_with_a_mark() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("passphrase");
    let read = |contents: &[u8], text: bool| {
        fs::write(&path, contents).unwrap();
        SecretBytes::from_file(&path, text)
    };
    assert_eq!(read(b"\xef\xbb\xbfhunter2\r\n", true).unwrap().expose(), b"hunter2");
    assert_eq!(read(b"\xef\xbb\xbfhunter2\r\n", false).unwrap().expose(), b"\xef\xbb\xbfhunter2\r\n");
    assert_eq!(read(b"\xef\xbb\xbf", true).unwrap().expose(), b"");
    for big in [false, true] {
        says_utf16(read(&utf16("hunter2\r\n", big, true), true));
        assert!(read(&utf16("hunter2", big, true), false).is_ok());
    }
    assert_eq!(SecretBytes::from_read(&mut &b"\xef\xbb\xbfhunter2"[..], true).unwrap().expose(), b"hunter2");
}

#[test]
fn keys_of_plugins_are_named_so() {
    for text in
        ["AGE-PLUGIN-YUBIKEY-1QQPSYQYPZZZ", "age-plugin-tpm-1xyz", "AGE-PLUGIN-FIDO2-HMAC-1VE5KGMEJ945X6CTRM2TF76"]
    {
        let said = text.parse::<Identity>().unwrap_err().to_string();
        assert!(said.contains("plugin") && !said.contains("mistyped"), "{said}");
        let said = Identity::parse_file(&format!("# a key\n{text}\n")).unwrap_err().to_string();
        assert!(said.contains("line 2") && said.contains("plugin"), "{said}");
        let said = text.parse::<Recipient>().unwrap_err().to_string();
        assert!(said.contains("private key of an age plugin"), "{said}");
    }
}
