//! Encrypted messages from Rust. `tests/python/test_cms_encryption.py` has more, and `openssl`.

use std::io::{self, Cursor, ErrorKind, Read, Seek, SeekFrom};

use ironlatch::asymmetric::ec::{self, Curve};
use ironlatch::asymmetric::x25519;
use ironlatch::cms::Error;
use ironlatch::cms::enveloped_data::{Accepted, ContentCipher, decrypt, decrypt_from, encrypt, encrypt_from};
use ironlatch::keys::PrivateKey;
use ironlatch::oid;
use ironlatch::x509::Certificate;
use ironlatch::x509::building::{CertificateContents, KeySigner, random_serial};
use ironlatch::x509::names::{Attribute, Name, StringType, encode};

const CIPHERS: [ContentCipher; 3] = [ContentCipher::Aes128Gcm, ContentCipher::Aes256Gcm, ContentCipher::Aes256Cbc];

fn person(key: PrivateKey) -> (PrivateKey, Certificate) {
    let issuer = PrivateKey::Ec(ec::PrivateKey::generate(Curve::Secp256r1).unwrap());
    let name = encode(&[vec![Attribute::new(oid::COMMON_NAME, StringType::Utf8, "x").unwrap()]]).unwrap();
    let contents = CertificateContents {
        serial: &random_serial(),
        issuer: Name::from_der(&name).unwrap(),
        not_before: "2026-01-01".parse().unwrap(),
        not_after: "2046-01-01".parse().unwrap(),
        subject: Name::from_der(&name).unwrap(),
        public_key_info: &key.public_key().to_spki_der().unwrap(),
        extensions: &[],
    };
    let certificate = contents.sign(&KeySigner::new(&issuer, None).unwrap()).unwrap();
    (key, certificate)
}

/// Gives three octets at a time, and knows no places.
struct Pipe<'a>(&'a [u8]);

impl Read for Pipe<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = buffer.len().min(3);
        self.0.read(&mut buffer[..count])
    }
}

impl Seek for Pipe<'_> {
    fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
        Err(ErrorKind::NotSeekable.into())
    }
}

#[test]
fn content_of_every_length_in_pieces_and_whole() {
    let (key, certificate) = person(PrivateKey::X25519(x25519::PrivateKey::generate()));
    let chunk = 64 * 1024;
    for cipher in CIPHERS {
        for len in [0, 1, 15, 16, 17, chunk - 1, chunk, chunk + 1, 2 * chunk, 3 * chunk + 5] {
            let content: Vec<u8> = (0..len).map(|index| index as u8).collect();
            for said in [Some(len as u64), None] {
                let mut sealed = Vec::new();
                let count = encrypt_from(&mut Pipe(&content), said, &[&certificate], cipher, &mut sealed).unwrap();
                assert_eq!(count, len as u64);
                let accepted = Accepted::AlsoUnauthenticated;
                assert_eq!(*decrypt(&sealed, &key, &certificate, accepted).unwrap(), content);
                let mut read = Vec::new();
                let count = decrypt_from(Pipe(&sealed), &key, &certificate, accepted, &mut read).unwrap();
                assert_eq!((count, &read), (len as u64, &content));
                // What is in front of a message in a file is not part of it.
                let mut file = Cursor::new([b"before", &sealed[..]].concat());
                file.set_position(6);
                read.clear();
                decrypt_from(file, &key, &certificate, accepted, &mut read).unwrap();
                assert_eq!(read, content);
            }
        }
    }
}

#[test]
fn an_input_is_as_long_as_was_said() {
    let (_, certificate) = person(PrivateKey::X25519(x25519::PrivateKey::generate()));
    let cipher = ContentCipher::Aes256Gcm;
    let short = encrypt_from(&mut &b"four"[..], Some(5), &[&certificate], cipher, &mut Vec::new());
    assert!(matches!(short, Err(Error::Core(ironlatch::Error::Io { .. }))));
    assert!(
        encrypt_from(&mut &b""[..], Some(u64::MAX), &[&certificate], ContentCipher::Aes256Cbc, &mut Vec::new())
            .is_err()
    );
    // A file that grows is read to where it was to end.
    assert_eq!(encrypt_from(&mut &b"four"[..], Some(3), &[&certificate], cipher, &mut Vec::new()).unwrap(), 3);
}

#[test]
fn a_message_that_was_changed_is_not_decrypted() {
    let (key, certificate) = person(PrivateKey::Ec(ec::PrivateKey::generate(Curve::Secp384r1).unwrap()));
    let mut sealed = encrypt(&[7; 200_000], &[&certificate], ContentCipher::Aes256Gcm).unwrap();
    for place in [sealed.len() - 1, sealed.len() - 20, sealed.len() - 150_000] {
        sealed[place] ^= 1;
        let changed = decrypt(&sealed, &key, &certificate, Accepted::Authenticated);
        assert_eq!(changed.unwrap_err(), Error::NotDecrypted);
        sealed[place] ^= 1;
    }
    assert!(decrypt(&sealed, &key, &certificate, Accepted::Authenticated).is_ok());
    let unauthenticated = encrypt(b"x", &[&certificate], ContentCipher::Aes128Cbc).unwrap();
    let refused = decrypt(&unauthenticated, &key, &certificate, Accepted::Authenticated);
    assert!(matches!(refused, Err(Error::InvalidValue(_))));
}
