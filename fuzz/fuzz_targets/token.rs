//! Timed tokens: noise is refused, by headers and claims too, where the signature is right; and
//! what is made is read.
#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ironlatch::recipes::signing::token::{Data, EncryptedTokens, EncryptionKey, SignedTokens, Validity};
use ironlatch::recipes::signing::{Key, KeySet};
use libfuzzer_sys::fuzz_target;

const NOW: f64 = 1_700_000_000.5;

fuzz_target!(|text: &str| {
    let key = Key::from_secret(&[7; 32], Some("k")).unwrap();
    let signed = SignedTokens::new(key.clone(), "test").unwrap();
    let secret = EncryptionKey::from_bytes(&[9; 64], Some("k")).unwrap();
    let encrypted = EncryptedTokens::new(vec![secret], "test").unwrap();
    let validity = Validity { max_age: Some(60.0), now: NOW };
    assert!(signed.verify(text, validity).is_err() && encrypted.decrypt(text, validity).is_err(), "noise is a token");

    // A header and claims of somebody's own, rightly signed.
    let (header, claims) = text.split_once('\n').unwrap_or((text, ""));
    let body = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let token = format!("{body}.{}", URL_SAFE_NO_PAD.encode(key.sign(body.as_bytes()).unwrap()));
    if let Ok(verified) = signed.verify(&token, validity) {
        assert!(header.contains("test+jwt") || header.contains('\\'));
        assert_eq!(verified.claims, claims);
        assert!(verified.remember_until.is_none_or(|until| until as f64 >= NOW), "it has ended");
    }
    for data in [Data::Json(text.into()), Data::Bytes(text.into())] {
        // Not everything is JSON.
        let Ok(token) = signed.sign(&data, 60, NOW) else { continue };
        let read = signed.verify(&token, validity).expect("what is made is read");
        let token = encrypted.encrypt(&data, 60, NOW).unwrap_or_default();
        // The encrypted one is a third longer, and may be too long.
        if !token.is_empty() {
            assert_eq!(encrypted.decrypt(&token, validity).expect("what is made is read").data, read.data);
        }
        match (read.data, data) {
            (Some(Data::Json(read)), Data::Json(given)) => assert_eq!(read, given.trim()),
            (read, given) => assert_eq!(read, Some(given)),
        }
    }
    if let Ok(keys) = KeySet::parse(text.as_bytes()) {
        let again = KeySet::parse(keys.to_json().unwrap().expose().as_bytes()).expect("what was written can be read");
        let (again, keys) = (again.current().unwrap(), keys.current().unwrap());
        assert_eq!(again.iter().map(Key::id).collect::<Vec<_>>(), keys.iter().map(Key::id).collect::<Vec<_>>());
    }
    let _ = EncryptionKey::parse_all(text.as_bytes());
});
