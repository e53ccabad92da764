//! Files of keyrings, and keys of other programs: what is read of a file is written, and read the
//! same; what is imported is exported, and imported the same.
#![no_main]

use ironlatch::recipes::keyring::{Format, Keyring, UnverifiedKeyring};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = UnverifiedKeyring::parse(data);
    let _ = Format::of(data);
    for format in [Format::Fernet, Format::Jwk, Format::Tink] {
        let ring = Keyring::new();
        if ring.import("key", format, data).is_err() {
            assert!(ring.describe().is_empty() && ring.history().is_empty());
            continue;
        }
        let written = ring.export("key", format).expect("what came in goes out");
        let again = Keyring::new();
        again.import("key", format, written.expose().as_bytes()).expect("what was written is read");
        assert_eq!(again.export("key", format).expect("it goes out again").expose(), written.expose());
    }
});
