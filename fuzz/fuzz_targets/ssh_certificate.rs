//! OpenSSH certificates: what is read is written the same, and a signature of our own holds.
#![no_main]

use ironlatch::asymmetric::ed25519;
use ironlatch::keys::PrivateKey;
use ironlatch::keys::ssh::{Certificate, Identity, Line};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let read = match Line::read(data).map(|line| line.identity()) {
        Ok(Ok(Identity::Certificate(certificate))) => *certificate,
        _ => match Certificate::from_blob(data) {
            Ok(certificate) => certificate,
            Err(_) => return,
        },
    };
    let _ = (read.verify_signature(), read.signature_key());
    let line = Line::parse(&read.to_line()).expect("what is written is read");
    assert_eq!(line.blob(), read.blob());
    let authority = PrivateKey::Ed25519(ed25519::PrivateKey::from_array(&[7; 32]));
    if let Ok(made) = Certificate::sign(read.key(), read.terms().clone(), read.nonce(), &authority) {
        assert_eq!((made.terms(), made.key()), (read.terms(), read.key()));
        made.verify_signature().expect("its own signature holds");
    }
});
