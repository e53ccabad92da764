//! Whatever a person hands to `ironlatch inspect`.
#![no_main]

use ironlatch::inspect::{Fact, MAX_FINDINGS, inspect};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let found = inspect(data, Some(data.len() as u64));
    assert!(found.len() <= MAX_FINDINGS);
    for finding in found {
        for (_, fact) in &finding.facts {
            if let Fact::Text(text) = fact {
                assert!(!text.contains(char::is_control), "a control character comes through");
            }
        }
    }
});
