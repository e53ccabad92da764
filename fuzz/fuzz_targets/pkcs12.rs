//! PKCS #12 files, and BER.
#![no_main]

use ironlatch::cms::ber;
use ironlatch::cms::pkcs12::{Contents, KeyAndCertificates};
use ironlatch_fuzz::asks_for_work;
use libfuzzer_sys::fuzz_target;

const LIMIT: u64 = 3000;

fuzz_target!(|data: &[u8]| {
    if let Ok((der, rest)) = ber::to_der(data) {
        assert!(rest.len() < data.len());
        let (again, none) = ber::to_der(der.as_slice()).expect("what was made is read");
        assert!(none.is_empty() && !again.is_rewritten());
    }
    if asks_for_work(data, LIMIT) {
        return;
    }
    for password in [None, Some(&b"password"[..])] {
        let all = Contents::read(data, password);
        let first = KeyAndCertificates::read(data, password);
        if let Ok(all) = &all {
            let first = first.expect("where all is read, so is the first");
            let certificates = usize::from(first.certificate.is_some()) + first.others.len();
            assert_eq!(certificates, all.certificates.len());
            assert_eq!(first.key.is_some(), !all.keys.is_empty());
            all.keys.iter().for_each(|key| assert!(all.chain(key).len() <= all.certificates.len()));
        }
    }
});
