//! PuTTY's keys: a key that was read is written in both versions, and read again.
#![no_main]

use ironlatch::asymmetric::rsa::Checks;
use ironlatch::keys::ssh::{DEFAULT_PPK_COST, PpkFile, PpkVersion};
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
        let Ok(written) = key.to_ppk(b"comment", version, None, DEFAULT_PPK_COST) else { continue };
        let again = PpkFile::parse(&written).expect("what is written is read");
        let again = again.decrypt(None, Checks::Skipped).expect("and holds the key");
        assert_eq!(again.public_key().to_openssh_blob(), key.public_key().to_openssh_blob());
    }
    exercise_private(&key);
});
