//! Whatever a person hands to `ironlatch inspect`.
#![no_main]

use ironlatch::inspect::{Fact, MAX_FINDINGS, inspect};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let found = inspect(data, Some(data.len() as u64));
    assert!(found.len() <= MAX_FINDINGS);
    for finding in found {
        assert!(finding.notes.iter().chain([&finding.title]).all(|text| harmless(text)), "{finding:?}");
        assert!(finding.facts.iter().all(|(_, fact)| says_no_harm(fact)), "{finding:?}");
    }
});

/// Whether a terminal shows the text as it is.
fn harmless(text: &String) -> bool {
    !text.contains(char::is_control)
}

fn says_no_harm(fact: &Fact) -> bool {
    match fact {
        Fact::Text(text) => harmless(text),
        Fact::List(items) => items.iter().all(harmless),
        Fact::Extensions(extensions) => extensions.iter().all(|extension| extension.says.iter().all(harmless)),
        Fact::Groups(groups) => groups.iter().flatten().all(|(_, fact)| says_no_harm(fact)),
        Fact::Number(_) | Fact::Flag(_) => true,
    }
}
