//! Signatures of files, and lists of allowed signers.
#![no_main]

use ironlatch::keys::ssh::{AllowedSigners, FileSignature};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(signature) = FileSignature::parse(data) {
        let again = FileSignature::parse(&signature.to_pem()).expect("what is written is read");
        assert_eq!((again.key(), again.namespace()), (signature.key(), signature.namespace()));
        let _ = signature.verify(signature.namespace(), &mut &b"message"[..]);
        let _ = AllowedSigners::parse(data, &|_| None);
    }
    let Ok(signers) = AllowedSigners::parse(data, &|time| time.in_utc()) else { return };
    if signers.signers().len() > 100 {
        return;
    }
    let Some(signature) = signature() else { return };
    let _ = signers.find_principals(&signature, 0);
    let _ = signers.verify(&signature, "ada@example.org", "file", &mut &b"message"[..], 0);
});

fn signature() -> Option<FileSignature> {
    let key = ironlatch::asymmetric::ed25519::PrivateKey::from_array(&[7; 32]).into();
    FileSignature::sign(&key, "file", &mut &b"message"[..]).ok()
}
