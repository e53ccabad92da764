//! BER to DER.

use hex_literal::hex;
use ironlatch::cms::ber::{MAX_DEPTH, to_der};

fn der(input: &[u8]) -> Option<Vec<u8>> {
    to_der(input).ok().map(|(der, _)| der.as_slice().to_vec())
}

#[test]
fn der_is_left_alone() {
    for input in [&hex!("3003020101")[..], &hex!("0500"), &hex!("3000"), &hex!("bf8a7f020500"), &hex!("0c0141")] {
        let (der, rest) = to_der(input).unwrap();
        assert!(!der.is_rewritten() && rest.is_empty() && der.as_slice() == input);
    }
    let (der, rest) = to_der(&hex!("0500 0102")).unwrap();
    assert_eq!((der.as_slice(), rest), (&hex!("0500")[..], &hex!("0102")[..]));
}

#[test]
fn other_forms_are_written_anew() {
    for (input, expected) in [
        (&hex!("3080 020101 0000")[..], &hex!("3003 020101")[..]),
        (&hex!("3081 03 020101"), &hex!("3003 020101")),
        (&hex!("3083 000003 020101"), &hex!("3003 020101")),
        (&hex!("2480 0401 61 0402 6263 0000"), &hex!("0403 616263")),
        (&hex!("2407 0401 61 0402 6263"), &hex!("0403 616263")),
        (&hex!("2480 2480 0401 61 0000 2403 0401 62 0000"), &hex!("0402 6162")),
        (&hex!("2480 0000"), &hex!("0400")),
        (&hex!("2c80 0c01 61 0000"), &hex!("0c01 61")),
        (&hex!("a080 2480 0401 61 0000 0000"), &hex!("a003 0401 61")),
        (&hex!("3080 3080 3080 0500 0000 0000 0000"), &hex!("3006 3004 3002 0500")),
        // Those who read a field with an implicit tag know what the pieces are of.
        (&hex!("a080 0401 61 0401 62 0000"), &hex!("a006 0401 61 0401 62")),
    ] {
        assert_eq!(der(input).as_deref(), Some(expected), "{input:02x?}");
        assert!(to_der(expected).is_ok_and(|(der, _)| !der.is_rewritten()));
    }
    let long = [&hex!("2480")[..], &[&hex!("0403 616263")[..]; 100].concat(), &hex!("0000")].concat();
    assert_eq!(der(&long).unwrap(), [&hex!("0482 012c")[..], &b"abc".repeat(100)].concat());
}

#[test]
fn what_is_no_ber_is_refused() {
    for input in [
        &hex!("")[..],
        &hex!("30"),
        &hex!("3003 0201"),
        &hex!("3080 020101"),
        &hex!("3080 020101 00"),
        &hex!("0480 0000"),
        &hex!("2480 020101 0000"),
        &hex!("2403 020101"),
        &hex!("2480 0480 0000 0000"),
        &hex!("1f"),
        &hex!("1fffffffffff01 00"),
        &hex!("3089 010000000000000000"),
        &hex!("30ff"),
    ] {
        assert_eq!(der(input), None, "{input:02x?}");
    }
}

#[test]
fn depth_is_limited() {
    let nested = |depth: usize| [hex!("3080").repeat(depth), hex!("0000").repeat(depth)].concat();
    assert!(to_der(&nested(MAX_DEPTH)).is_ok());
    assert!(to_der(&nested(MAX_DEPTH + 1)).is_err());
    assert!(to_der(&hex!("3080").repeat(1_000_000)).is_err());
    assert!(to_der(&hex!("2480").repeat(1_000_000)).is_err());
    let many = [&hex!("3080")[..], &hex!("3080 0000").repeat(200_000), &hex!("0000")].concat();
    assert_eq!(der(&many).unwrap().len(), 5 + 400_000);
}
