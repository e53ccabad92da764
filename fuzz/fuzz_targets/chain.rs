//! Paths over certificates of any kind: building them ends, and a chain that is accepted is one.
#![no_main]

use ironlatch::x509::Certificate;
use ironlatch::x509::verification::{ExtensionPolicy, Policy, Store, verify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(certificates) = Certificate::all_from_pem(data) else { return };
    let Some((leaf, others)) = certificates.split_first() else { return };
    let (anchors, intermediates) = others.split_at(others.len() / 2);
    let strict = Policy { time: leaf.not_before(), ..Policy::client() };
    let lax = Policy { leaf: ExtensionPolicy::permit_all(), purpose: None, directory_names: true, ..strict.clone() };
    let store = Store::new(anchors.iter().cloned());
    for policy in [strict, lax] {
        match verify(leaf, intermediates, &store, &policy) {
            Ok(chain) => {
                let links = chain.certificates.windows(2);
                links.for_each(|link| link[0].verify_directly_issued_by(&link[1]).expect("each issued the one before"));
                assert!(chain.certificates.last().is_some_and(|last| store.position(last).is_some()));
            }
            Err(refused) => assert!(!refused.paths().is_empty()),
        }
    }
});
