//! AES key wrap: what is wrapped can be unwrapped, and nothing else can.
#![no_main]

use ironlatch::symmetric::key_wrap::*;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: ([u8; 32], u8, &[u8])| {
    let (key, len, data) = input;
    let key = &key[..[16, 24, 32][usize::from(len) % 3]];
    let _ = unwrap(key, data);
    let _ = unwrap_with_padding(key, data);
    if let Ok(mut wrapped) = wrap_with_padding(key, data) {
        assert_eq!(wrapped.len(), padded_len(data.len()));
        assert_eq!(*unwrap_with_padding(key, &wrapped).unwrap(), data);
        wrapped[usize::from(len) % data.len()] ^= 1;
        assert!(unwrap_with_padding(key, &wrapped).is_err());
    }
});
