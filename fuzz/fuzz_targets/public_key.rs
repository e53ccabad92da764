//! Public keys and parameters of every format, and what is done with them.
#![no_main]

use ironlatch::keys::{Parameters, PublicKey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for key in [PublicKey::from_der(data), PublicKey::from_pem(data)].into_iter().flatten() {
        ironlatch_fuzz::exercise_public(&key);
    }
    let _ = Parameters::from_der(data);
    let _ = Parameters::from_pem(data);
});
