//! Fernet keys and tokens; tokens that are made can be opened, and changed ones cannot.
#![no_main]

use ironlatch::recipes::fernet::{Fernet, Token};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = Fernet::new(data);
    let fernet = Fernet::from_raw_key(&[7; 32]).unwrap();
    if let Ok(token) = Token::parse(data) {
        if let Ok(verified) = token.verify(&fernet, None) {
            let _ = verified.decrypt();
        }
    }
    let mut token = fernet.encrypt(data, 1).unwrap().into_bytes();
    let parsed = Token::parse(&token).unwrap();
    let verified = parsed.verify(&fernet, None).unwrap();
    assert_eq!(&verified.decrypt().unwrap()[..], data);
    // All but the bits that base64 leaves over in its last character.
    let at = data.first().map_or(0, |&byte| usize::from(byte)) % (token.len() - 4);
    token[at] = if token[at] == b'A' { b'B' } else { b'A' };
    assert!(Token::parse(&token).and_then(|token| token.verify(&fernet, None).map(drop)).is_err());
});
