//! API keys, recovery codes, server keys and stored digests: what a person or a database brings.
#![no_main]

use ironlatch::recipes::show_once::{ApiKey, ApiKeys, Codes, Digest, SecretSealer, ServerKey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let server_key = ServerKey::from_bytes(&[7; 32]).unwrap();
    let keys = [&server_key];
    let api_keys = ApiKeys::new("acme_live", &keys).unwrap();
    let codes = Codes::new("login", &keys).unwrap();
    if let Ok(key) = ApiKey::parse(text) {
        assert_eq!(key.expose(), text.trim_ascii(), "there are two ways to write a key");
        assert_eq!(ApiKey::parse(key.expose()).unwrap().prefix(), key.prefix());
        assert!(key.expose().starts_with(key.hint()));
    }
    match api_keys.digests(text) {
        Ok(digests) => assert!(api_keys.verify(text, &digests[0].to_string()).unwrap()),
        Err(_) => assert!(!api_keys.verify(text, &api_keys.digest(&api_keys.generate()).to_string()).unwrap()),
    }
    if let Ok(digests) = codes.digests(text, b"ada") {
        assert!(codes.verify(text, b"ada", &digests[0].to_string()).unwrap());
        assert!(!codes.verify(text, b"grace", &digests[0].to_string()).unwrap());
    }
    if let Ok(key) = ServerKey::from_text(text) {
        assert_eq!(key.to_text().expose(), text.trim_ascii());
    }
    if let Ok(digest) = text.parse::<Digest>() {
        assert_eq!(digest.to_string(), text, "there are two ways to write a digest");
        assert_ne!(codes.verify("7k3m-x9qd-t4wp-bn6h", b"ada", text), Ok(true));
    }
    let notes = SecretSealer::new("notes", &keys).unwrap();
    assert!(notes.open(text, b"ada").is_err(), "noise is a sealed secret");
    let sealed = notes.seal(text.as_bytes(), b"ada").unwrap();
    assert_eq!(notes.open(&sealed, b"ada").unwrap().expose(), text.as_bytes());
});
