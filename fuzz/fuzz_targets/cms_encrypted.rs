//! Encrypted messages: whatever is read from a stream is read from memory, and the reverse.
#![no_main]

use std::io::{self, Cursor, ErrorKind, Read, Seek, SeekFrom};
use std::sync::LazyLock;

use ironlatch::asymmetric::ec::{self, Curve};
use ironlatch::asymmetric::ml_kem::{self, ParameterSet};
use ironlatch::asymmetric::x25519;
use ironlatch::cms::enveloped_data::{Accepted, ContentCipher, decrypt, decrypt_from, encrypt};
use ironlatch::keys::PrivateKey;
use ironlatch::oid;
use ironlatch::x509::Certificate;
use ironlatch::x509::building::{CertificateContents, KeySigner};
use ironlatch::x509::names::{Attribute, Name, StringType, encode};
use libfuzzer_sys::fuzz_target;

/// Keys that are always the same, so that a message that was found stays one.
static PEOPLE: LazyLock<Vec<(PrivateKey, Certificate)>> = LazyLock::new(|| {
    let keys = [
        PrivateKey::Ec(ec::PrivateKey::from_bytes(Curve::Secp256r1, &[7; 32]).expect("a key")),
        PrivateKey::X25519(x25519::PrivateKey::from_bytes(&[7; 32]).expect("a key")),
        PrivateKey::MlKem(ml_kem::PrivateKey::from_bytes(ParameterSet::MlKem512, &[7; 64]).expect("a key")),
    ];
    let issuer = keys[0].clone();
    let person = |(number, key): (usize, PrivateKey)| {
        let name = Attribute::new(oid::COMMON_NAME, StringType::Utf8, "x").expect("a name");
        let name = encode(&[vec![name]]).expect("a name");
        let contents = CertificateContents {
            serial: &[number as u8 + 1],
            issuer: Name::from_der(&name).expect("a name"),
            not_before: "2026-01-01".parse().expect("a time"),
            not_after: "2046-01-01".parse().expect("a time"),
            subject: Name::from_der(&name).expect("a name"),
            public_key_info: &key.public_key().to_spki_der().expect("a key"),
            extensions: &[],
        };
        let certificate = contents.sign(&KeySigner::new(&issuer, None).expect("a signer")).expect("a certificate");
        (key, certificate)
    };
    keys.into_iter().enumerate().map(person).collect()
});

/// An input that cannot be read twice.
struct Pipe<'a>(&'a [u8]);

impl Read for Pipe<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = buffer.len().min(5);
        self.0.read(&mut buffer[..count])
    }
}

impl Seek for Pipe<'_> {
    fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
        Err(ErrorKind::NotSeekable.into())
    }
}

fuzz_target!(|data: &[u8]| {
    let accepted = Accepted::AlsoUnauthenticated;
    for (key, certificate) in &*PEOPLE {
        let whole = decrypt(data, key, certificate, accepted);
        let (mut from_file, mut from_pipe) = (Vec::new(), Vec::new());
        let file = decrypt_from(Cursor::new(data), key, certificate, accepted, &mut from_file);
        assert_eq!(whole.as_ref().err(), file.as_ref().err());
        let pipe = decrypt_from(Pipe(data), key, certificate, accepted, &mut from_pipe);
        if let Ok(whole) = &whole {
            assert_eq!(**whole, from_file);
            if pipe.is_ok() {
                assert_eq!(from_file, from_pipe);
            }
        } else {
            assert!(pipe.is_err());
        }
        let sealed = encrypt(data, &[certificate], ContentCipher::Aes128Gcm).expect("data of any kind");
        assert_eq!(*decrypt(&sealed, key, certificate, Accepted::Authenticated).expect("it was not changed"), data);
    }
});
