//! Functions that the targets share.

use ironlatch::asymmetric::Message;
use ironlatch::asymmetric::rsa::{self, Checks, EncryptionPadding, SignaturePadding};
use ironlatch::hash::HashAlgorithm;
use ironlatch::keys::ssh::PrivateKeyFile;
use ironlatch::keys::{PrivateKey, PublicKey};
use zeroize::Zeroizing;

/// A key that was read is written in every way, read again, and used: nothing panics, and what
/// comes back is the same.
pub fn exercise_private(key: &PrivateKey) {
    type Write = fn(&PrivateKey) -> ironlatch::Result<Zeroizing<Vec<u8>>>;
    let ways: [Write; 5] = [
        PrivateKey::to_pkcs8_pem,
        PrivateKey::to_pkcs8_der,
        PrivateKey::to_traditional_pem,
        PrivateKey::to_traditional_der,
        |key| key.to_openssh_pem(b""),
    ];
    for write in ways {
        let Ok(written) = write(key) else { continue };
        let is_openssh = written.starts_with(b"-----BEGIN OPENSSH");
        let read = if is_openssh {
            PrivateKeyFile::from_pem(&written).and_then(|file| file.decrypt(None, Checks::Skipped))
        } else if written.starts_with(b"-----BEGIN ") {
            PrivateKey::from_pem(&written, None, Checks::Skipped)
        } else {
            PrivateKey::from_der(&written, None, Checks::Skipped)
        };
        let read = read.expect("what was written can be read");
        let again = write(&read).expect("and written again");
        // Each file of OpenSSH's has check numbers of its own.
        assert!(is_openssh || *written == *again, "written differently the second time");
    }
    exercise_public(&key.public_key());
    let message = Message::Whole(HashAlgorithm::Sha256, b"message");
    let rsa_message = rsa::Message::Whole(HashAlgorithm::Sha256, b"message");
    match (key, key.public_key()) {
        (PrivateKey::Rsa(key), PublicKey::Rsa(public)) if key.bits() <= 2048 => {
            if let Ok(signature) = key.sign(SignaturePadding::Pkcs1v15, rsa_message) {
                public.verify(SignaturePadding::Pkcs1v15, rsa_message, &signature).expect("a signature is valid");
                let _ = key.decrypt(EncryptionPadding::Pkcs1v15, &signature);
            }
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
            let signature = key.sign(b"message").expect("any key signs");
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
    let ways = [PublicKey::to_spki_pem, PublicKey::to_spki_der, PublicKey::to_pkcs1_pem, PublicKey::to_pkcs1_der];
    for write in ways {
        let Ok(written) = write(key) else { continue };
        let read = if written.starts_with(b"-----BEGIN ") { PublicKey::from_pem } else { PublicKey::from_der };
        let again = write(&read(&written).expect("what was written can be read")).expect("and written again");
        assert_eq!(written, again, "written differently the second time");
    }
    let _ = (key.to_openssh_line(), key.to_sec1_point(true), key.to_bytes());
    let message = Message::Whole(HashAlgorithm::Sha256, b"message");
    let rsa_message = rsa::Message::Whole(HashAlgorithm::Sha256, b"message");
    match key {
        PublicKey::Rsa(key) if key.bits() <= 4096 => {
            let _ = key.verify(SignaturePadding::Pkcs1v15, rsa_message, &vec![1; key.size()]);
            let _ = key.encrypt(EncryptionPadding::Pkcs1v15, b"m");
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
