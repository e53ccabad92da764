//! Stored password hashes: PHC strings, crypt's and those of frameworks.
#![no_main]

use ironlatch::recipes::passwords::Stored;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(stored) = Stored::parse(text) {
        let _ = (stored.scheme(), stored.pepper_name());
    }
});
