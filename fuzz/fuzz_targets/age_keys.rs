//! Recipients and identities of encrypted files, in text.
#![no_main]

use ironlatch::recipes::files::{Identity, Recipient, parse_recipients};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(recipient) = text.parse::<Recipient>() {
        assert_eq!(recipient.to_string(), text.trim(), "there are two ways to write a recipient");
    }
    let _ = parse_recipients(text);
    for identity in Identity::parse_file(text).unwrap_or_default() {
        let written = identity.to_text().expect("a key has a text");
        assert_eq!(Identity::parse_file(written.expose()).unwrap().len(), 1);
    }
});
