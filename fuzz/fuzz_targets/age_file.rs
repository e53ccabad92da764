//! Encrypted files in the age format: the header, and decryption with a key.
#![no_main]

use ironlatch::recipes::files::{Decryptor, Identity};
use libfuzzer_sys::fuzz_target;

/// A key made for this. Seeds are encrypted to it.
const KEY: &str = "AGE-SECRET-KEY-12P3HGMH0WMPTHKVJHRXR0SSVK4QZD5M3J2S2AMN8JXSP0YFJWQMQ85S7MQ";

fuzz_target!(init: { Identity::parse_file(KEY).expect("the key is one"); }, |data: &[u8]| {
    let Ok(decryptor) = Decryptor::new(data) else { return };
    let _ = decryptor.needs_passphrase();
    let identities = Identity::parse_file(KEY).unwrap();
    let _ = decryptor.decrypt(&identities, &mut Vec::new());
});
