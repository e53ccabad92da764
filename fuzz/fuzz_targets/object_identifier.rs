//! Object identifiers in text.
#![no_main]

use ironlatch::oid::ObjectIdentifier;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(oid) = text.parse::<ObjectIdentifier>() {
        let _ = oid.name();
        let written = oid.to_string();
        assert_eq!(written.parse::<ObjectIdentifier>().as_ref(), Ok(&oid), "{text:?} is written as {written:?}");
    }
});
