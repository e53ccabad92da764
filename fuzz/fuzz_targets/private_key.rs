//! Private keys that are not encrypted, of every format, and what is done with them.
#![no_main]

use ironlatch::asymmetric::rsa::Checks;
use ironlatch::keys::PrivateKey;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for checks in [Checks::Full, Checks::Skipped] {
        if let Ok(key) = PrivateKey::from_der(data, None, checks) {
            ironlatch_fuzz::exercise_private(&key);
        }
        if let Ok(key) = PrivateKey::from_pem(data, None, checks) {
            ironlatch_fuzz::exercise_private(&key);
        }
    }
});
