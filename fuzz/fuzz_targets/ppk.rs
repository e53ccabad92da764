//! PuTTY's keys: a key that was read is written in both versions, and read again.
#![no_main]

use ironlatch::asymmetric::rsa::Checks;
use ironlatch::keys::ssh::{DEFAULT_PPK_COST, PpkFile, PpkVersion, private_to_ppk, public_to_blob};
use ironlatch_fuzz::exercise_private;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(file) = PpkFile::parse(data) else { return };
    let _ = file.public_key();
    if file.is_encrypted() && file.version() == PpkVersion::V3 {
        return; // It may ask for seconds of work.
    }
    let password = file.is_encrypted().then_some(&b"correct horse"[..]);
    let Ok(key) = file.decrypt(password, Checks::Skipped) else { return };
    for version in [PpkVersion::V2, PpkVersion::V3] {
        let Ok(written) = private_to_ppk(&key, b"comment", version, None, DEFAULT_PPK_COST) else { continue };
        let again = PpkFile::parse(&written).expect("what is written is read");
        let again = again.decrypt(None, Checks::Skipped).expect("and holds the key");
        assert_eq!(public_to_blob(&again.public_key()), public_to_blob(&key.public_key()));
    }
    exercise_private(&key);
});
