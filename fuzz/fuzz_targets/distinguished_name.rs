//! Distinguished names as text: what is read is written by escaping each value, and read as the
//! same again.
#![no_main]

use ironlatch::x509::rfc4514;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(parts) = rfc4514::parse(text, |_| None) else { return };
    let written: Vec<String> = parts
        .iter()
        .rev()
        .map(|part| {
            let attributes = part.iter().map(|(oid, value)| format!("{oid}={}", rfc4514::escape(value)));
            attributes.collect::<Vec<_>>().join("+")
        })
        .collect();
    assert_eq!(rfc4514::parse(&written.join(","), |_| None), Ok(parts));
});
