//! Encrypted private keys, PKCS#8 and traditional.
#![no_main]

use ironlatch::asymmetric::rsa::Checks;
use ironlatch::keys::{PrivateKey, pem};
use ironlatch_fuzz::asks_for_work;
use libfuzzer_sys::fuzz_target;

const LIMIT: u64 = 3000;

fuzz_target!(|data: &[u8]| {
    let decoded: Vec<_> = pem::blocks(data).map_while(Result::ok).flat_map(|block| block.decode()).collect();
    if asks_for_work(data, LIMIT) || decoded.iter().any(|der| asks_for_work(der, LIMIT)) {
        return;
    }
    for password in [None, Some(&b"password"[..]), Some(b"")] {
        let keys = [
            PrivateKey::from_der(data, password, Checks::Skipped),
            PrivateKey::from_pem(data, password, Checks::Skipped),
        ];
        keys.into_iter().flatten().for_each(|key| ironlatch_fuzz::exercise_private(&key));
    }
});
