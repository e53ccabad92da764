//! CRLs: the entries by iteration, by index and by serial number are the same ones.
#![no_main]

use ironlatch::x509::CertificateList;
use ironlatch::x509::extensions::Place;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for list in [CertificateList::from_der(data), CertificateList::from_pem(data)].into_iter().flatten() {
        for extension in list.extensions().iter() {
            let _ = extension.parse(Place::Crl);
        }
        let mut sound = 0;
        for (index, entry) in list.entries().enumerate() {
            let Ok(entry) = entry else { break };
            for extension in entry.extensions().iter() {
                let _ = extension.parse(Place::CrlEntry);
            }
            if list.len().is_ok() {
                assert_eq!(list.get(index), Ok(Some(entry)));
            }
            if let Ok(found) = list.find(entry.serial()) {
                let found = found.expect("an entry is found by its serial number");
                assert!(found.serial() == entry.serial() && found.offset() <= entry.offset());
            }
            sound += 1;
        }
        if let Ok(len) = list.len() {
            assert!(sound <= len);
        }
        assert!(!format!("{list:?}").contains(char::is_control), "a control character comes through");
    }
});
