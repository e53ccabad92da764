//! Pin sets in JSON: what is read is written, and read the same; and names of hosts.
#![no_main]

use ironlatch::recipes::pinning::{Pin, PinSet};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(pin) = text.parse::<Pin>() {
        assert_eq!(pin.to_string().parse(), Ok(pin));
    }
    let Ok(set) = PinSet::from_json(text) else { return };
    let written = set.to_json();
    assert_eq!(PinSet::from_json(&written).as_ref(), Ok(&set), "{written}");
    for (host, pins) in set.hosts() {
        assert_eq!(set.pins_of(host), Ok(Some(pins)));
        assert_eq!(set.pins_of(&host.to_uppercase()), Ok(Some(pins)));
        let verdict = set.check_at(host, &[text.as_bytes()], 0).expect("the host is one");
        assert!(
            verdict.is_refused() == (pins.expires().is_none_or(|time| time.to_unix() > 0) && !pins.is_report_only())
        );
        let _ = set.pins_of(&format!("a.{host}"));
    }
});
