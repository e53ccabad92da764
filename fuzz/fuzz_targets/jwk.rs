//! JSON Web Keys, and sets of them.
#![no_main]

use ironlatch::keys::jwk::{Jwk, Key, parse_set};
use ironlatch_fuzz::{exercise_private, exercise_public};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|json: &[u8]| {
    let set = parse_set(json).map_or_else(|_| Vec::new(), |set| set.keys);
    for jwk in set.into_iter().chain(Jwk::parse(json)) {
        match &jwk.key {
            Key::Private(key) => exercise_private(key),
            Key::Public(key) => exercise_public(key),
            Key::Symmetric(_) => {}
        }
        let written = jwk.to_json().expect("what was read can be written");
        let again = Jwk::parse(written.as_bytes()).expect("and read");
        assert_eq!(again.to_json().unwrap(), written, "written differently the second time");
        assert_eq!(again.thumbprint(), jwk.thumbprint());
        let _ = jwk.public().map(|public| public.to_json());
    }
});
