//! Signed mail, whose signed part is found again in the mail.
#![no_main]

use ironlatch::cms::pkcs7::mail::SignedMail;
use ironlatch::cms::pkcs7::smime::canonical;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(mail) = SignedMail::read(data) else { return };
    let Ok((content, verified)) = mail.verify_signatures(&[]) else { return };
    assert!(!verified.is_empty(), "a mail is signed by someone");
    if mail.message().content().is_none() && !content.is_empty() {
        let mail = canonical(data);
        let part = canonical(&content);
        assert!(mail.windows(part.len()).any(|window| window == &part[..]), "what is signed stands in the mail");
    }
});
