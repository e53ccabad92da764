//! Recipients and identities of encrypted files, in text.
#![no_main]

use ironlatch::recipes::files::{Identity, Recipient, parse_recipients};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(recipient) = text.parse::<Recipient>() {
        // A line of SSH's may have a comment behind the key.
        let comment = matches!(recipient, Recipient::Ssh(_));
        let written = recipient.to_string();
        assert!(written == text.trim() || comment, "there are two ways to write a recipient");
        assert_eq!(written.parse::<Recipient>().expect("what was written can be read").to_string(), written);
    }
    let _ = parse_recipients(text);
    for identity in Identity::parse_file(text).unwrap_or_default() {
        if let Some(written) = identity.to_text() {
            assert_eq!(Identity::parse_file(written.expose()).unwrap().len(), 1);
        }
    }
});
