//! Functions that the targets share.

use ironlatch::Output;
use ironlatch::asymmetric::Message;
use ironlatch::asymmetric::rsa::{self, Checks, EncryptionPadding, SignaturePadding};
use ironlatch::hash::HashAlgorithm;
use ironlatch::keys::format::{Encoding, Encryption, PrivateFormat, PublicFormat};
use ironlatch::keys::ssh::PrivateKeyFile;
use ironlatch::keys::{PrivateKey, PublicKey};

pub const ENCODINGS: [Encoding; 6] =
    [Encoding::Pem, Encoding::Der, Encoding::OpenSsh, Encoding::Raw, Encoding::X962, Encoding::Smime];

/// A key that was read is written in every way, read again, and used: nothing panics, and what
/// comes back is the same.
pub fn exercise_private(key: &PrivateKey) {
    use PrivateFormat::*;
    for format in [Pkcs8, TraditionalOpenSsl, Raw, OpenSsh, Pkcs12] {
        for encoding in ENCODINGS {
            let Ok(written) = key.to_bytes(encoding, format, Encryption::None) else { continue };
            let read = match encoding {
                Encoding::Pem if format == OpenSsh => {
                    PrivateKeyFile::from_pem(&written).and_then(|file| file.decrypt(None, Checks::Skipped))
                }
                Encoding::Pem => PrivateKey::from_pem(&written, None, Checks::Skipped),
                Encoding::Der => PrivateKey::from_der(&written, None, Checks::Skipped),
                _ => continue,
            };
            let read = read.expect("what was written can be read");
            let again = read.to_bytes(encoding, format, Encryption::None).expect("and written again");
            // Each file of OpenSSH's has check numbers of its own.
            assert!(format == OpenSsh || *written == *again, "written differently the second time");
        }
    }
    exercise_public(&key.public_key());
    let message = Message::Whole(HashAlgorithm::Sha256, b"message");
    let rsa_message = rsa::Message::Whole(HashAlgorithm::Sha256, b"message");
    match (key, key.public_key()) {
        (PrivateKey::Rsa(key), PublicKey::Rsa(public)) if key.bits() <= 2048 => {
            let mut signature = vec![0; key.size()];
            if key.sign(SignaturePadding::Pkcs1v15, rsa_message, Output::from(&mut signature[..])).is_ok() {
                public.verify(SignaturePadding::Pkcs1v15, rsa_message, &signature).expect("a signature is valid");
            }
            let _ = key.decrypt(EncryptionPadding::Pkcs1v15, &signature);
        }
        (PrivateKey::Dsa(key), PublicKey::Dsa(public)) if key.bits() <= 2048 => {
            if let Ok(signature) = key.sign(message) {
                // Parameters that are none (p not prime, g of another order) sign, and nothing
                // verifies.
                let _ = public.verify(message, &signature);
            }
        }
        (PrivateKey::Ec(key), PublicKey::Ec(public)) => {
            let signature = key.sign(message).expect("a valid key signs");
            public.verify(message, &signature).expect("a signature is valid");
            let _ = key.exchange(&public).expect("its own point is a point");
        }
        (PrivateKey::Ed25519(key), PublicKey::Ed25519(public)) => {
            let mut signature = [0; 64];
            key.sign(b"message", Output::from(&mut signature[..])).expect("any key signs");
            public.verify(b"message", &signature).expect("a signature is valid");
        }
        (PrivateKey::X25519(key), PublicKey::X25519(public)) => {
            let _ = key.exchange(&public);
        }
        _ => {}
    }
}

/// Like [`exercise_private`].
pub fn exercise_public(key: &PublicKey) {
    use PublicFormat::*;
    for format in [SubjectPublicKeyInfo, Pkcs1, OpenSsh, Raw, CompressedPoint, UncompressedPoint] {
        for encoding in ENCODINGS {
            let Ok(written) = key.to_bytes(encoding, format) else { continue };
            let read = match encoding {
                Encoding::Pem => PublicKey::from_pem(&written),
                Encoding::Der => PublicKey::from_der(&written),
                _ => continue,
            };
            let again =
                read.expect("what was written can be read").to_bytes(encoding, format).expect("and written again");
            assert_eq!(written, again, "written differently the second time");
        }
    }
    let message = Message::Whole(HashAlgorithm::Sha256, b"message");
    let rsa_message = rsa::Message::Whole(HashAlgorithm::Sha256, b"message");
    match key {
        PublicKey::Rsa(key) if key.bits() <= 4096 => {
            let _ = key.verify(SignaturePadding::Pkcs1v15, rsa_message, &vec![1; key.size()]);
            let mut out = vec![0; key.size()];
            let _ = key.encrypt(EncryptionPadding::Pkcs1v15, b"m", Output::from(&mut out[..]));
        }
        PublicKey::Dsa(key) if key.bits() <= 4096 => {
            let _ = key.verify(message, &[0x30, 6, 2, 1, 1, 2, 1, 1]);
        }
        PublicKey::Ec(key) => assert!(key.verify(message, &[0x30, 6, 2, 1, 1, 2, 1, 1]).is_err()),
        PublicKey::Ed25519(key) => {
            let _ = key.verify(b"message", &[0; 64]);
        }
        _ => {}
    }
}

/// Whether `der` has, anywhere, what may be a DER integer above `limit`: an iteration count that
/// would be honoured.
///
/// Honest files ask for seconds of work, and so a fuzzer that tries them would do nothing else.
pub fn asks_for_work(der: &[u8], limit: u64) -> bool {
    (0..der.len()).any(|at| match der[at..] {
        [2, len @ 1..=8, ref rest @ ..] if rest.len() >= usize::from(len) => {
            rest[..usize::from(len)].iter().fold(0, |value, &byte| value << 8 | u64::from(byte)) > limit
        }
        _ => false,
    })
}
