//! DSA and ECDSA signatures in DER.
#![no_main]

use ironlatch::keys::dss_signature;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|der: &[u8]| {
    if let Ok((r, s)) = dss_signature::decode(der) {
        assert_eq!(dss_signature::encode(r, s).unwrap(), der, "there are two encodings");
    }
});
