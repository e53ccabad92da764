//! AES key wrap: what is wrapped can be unwrapped, and nothing else can.
#![no_main]

use ironlatch::Output;
use ironlatch::symmetric::key_wrap::*;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: ([u8; 32], u8, &[u8])| {
    let (key, len, data) = input;
    let key = &key[..[16, 24, 32][usize::from(len) % 3]];
    if data.len() >= OVERHEAD {
        let mut out = vec![0; data.len() - OVERHEAD];
        let _ = unwrap(key, data, Output::from(&mut out[..]));
    }
    let _ = unwrap_with_padding(key, data);
    if check_padded(key, data).is_ok() {
        let mut wrapped = vec![0; padded_len(data.len())];
        wrap_with_padding(key, data, Output::from(&mut wrapped[..])).unwrap();
        assert_eq!(*unwrap_with_padding(key, &wrapped).unwrap(), data);
        wrapped[usize::from(len) % data.len()] ^= 1;
        assert!(unwrap_with_padding(key, &wrapped).is_err());
    }
});
