//! PKCS #7 messages: certificates, and what is encrypted or signed.
#![no_main]

use ironlatch::cms::pkcs7::certificates::{Certificates, write};
use ironlatch::cms::pkcs7::enveloping::Enveloped;
use ironlatch::cms::pkcs7::{from_pem, smime};
use ironlatch::cms::signed_data::SignedData;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(message) = SignedData::read(data) {
        let _ = message.verify_signatures(None, &[]);
        let _ = message.verify_signatures(Some(data), &[]);
    }
    let lines = smime::canonical(data);
    assert_eq!(smime::canonical(&lines), lines);
    let pem = from_pem(data).ok();
    for message in core::iter::once(data).chain(pem.as_ref().map(|message| message.as_slice())) {
        let Ok(found) = Certificates::read(message) else { continue };
        let all: Vec<_> = found.certificates.iter().collect();
        let again = Certificates::read(&write(&all)).expect("what was written is read");
        assert!(again.irregularity.is_none() && again.certificates.len() == all.len());
        for recipient in all {
            if let Ok(message) = Enveloped::read(data, recipient) {
                let _ = message.open(Some(&[7; 16]));
            }
        }
    }
});
