//! Encrypted columns: one value at a time.

use hex_literal::hex;
use ironlatch::Error as CoreError;
use ironlatch::recipes::Error;
use ironlatch::recipes::error::{FieldFault, KeyringFault};
use ironlatch::recipes::fields::{
    DETERMINISTIC_OVERHEAD, DateTime, Decimal, FieldCipher, Form, MAX_PADDING, MAX_ROW_LEN, Mode, RANDOM_OVERHEAD, Row,
    Type, Value,
};
use ironlatch::recipes::keyring::{Keyring, Kind};
use ironlatch::symmetric::aead::{Aad, Aead, AesSiv, Nonce, XAes256Gcm};

fn ring() -> Keyring {
    let ring = Keyring::new();
    ring.create_key("customers", Kind::General).unwrap();
    ring
}

fn cipher(ring: &Keyring, kind: Type) -> FieldCipher {
    FieldCipher::new(ring.key("customers").unwrap(), "customer", "column", kind).unwrap()
}

fn fault<T>(result: Result<T, Error>) -> FieldFault {
    match result.err() {
        Some(Error::Field { fault, .. }) => fault,
        other => panic!("not a fault of a field: {other:?}"),
    }
}

fn examples() -> Vec<Value<'static>> {
    let decimals = ["0", "-0.00", "1.0", "1.00", "-12.30", "1E+400", "12345678901234567890123456789012345678"];
    let long = "9".repeat(39);
    let mut values: Vec<Value<'_>> = decimals.iter().map(|text| Value::Decimal(text.parse().unwrap())).collect();
    values.push(Value::Decimal(long.parse().unwrap()));
    values.extend([i64::MIN, -129, -1, 0, 1, 127, 128, i64::MAX].map(Value::Int));
    values.push(Value::integer(&hex!("00 8000000000000000")));
    values.push(Value::integer(&hex!("80 00000000000000000000")));
    values.extend([0.0, -0.0, 1.5, f64::INFINITY, f64::MIN_POSITIVE].map(Value::Float));
    values.extend([true, false].map(Value::Bool));
    values.extend([-719_162, 0, 2_932_896].map(Value::Date));
    values.extend([0, 86_399_999_999].map(Value::Time));
    let offsets = [None, Some(0), Some(3_600_000_000), Some(-86_399_999_999)];
    values.extend(offsets.map(|offset| Value::DateTime(DateTime { wall: 1_700_000_000_123_456, offset })));
    values.push(Value::Uuid(hex!("00112233445566778899aabbccddeeff")));
    values.extend([r#"{"b": [1, 2.50, null], "a": "é"}"#, "null", "0"].map(Value::Json));
    values.extend(["", "é", "a long text of more than sixteen bytes"].map(Value::Text));
    values.extend([&b""[..], b"\0\xff"].map(Value::Bytes));
    values
}

#[test]
fn every_value_comes_back_as_it_was() {
    let ring = ring();
    for value in examples() {
        let plain = cipher(&ring, value.kind());
        let padded = cipher(&ring, value.kind()).padded(32).unwrap();
        let mut ciphers = vec![plain, padded];
        if value.kind() != Type::Json {
            ciphers.push(cipher(&ring, value.kind()).deterministic().unwrap());
            ciphers.push(cipher(&ring, value.kind()).deterministic().unwrap().padded(7).unwrap());
        }
        for cipher in &ciphers {
            let stored = cipher.encrypt(value.clone(), 7).unwrap();
            let text = cipher.encrypt_text(value.clone(), 7).unwrap();
            assert_eq!(text.len(), Form::Text.len(stored.len()));
            // Whatever the padding and mode, each cipher of the column opens it.
            for other in &ciphers {
                assert!(other.decrypt(&stored, 7).unwrap().value().unwrap() == value, "{value:?}");
                assert!(other.decrypt(&text, 7).unwrap().value().unwrap() == value, "{value:?}");
            }
        }
    }
}

#[test]
fn not_a_number_keeps_its_bits() {
    let cipher = cipher(&ring(), Type::Float);
    let nan = f64::from_bits(0xfff8_0000_0000_1234);
    let opened = cipher.decrypt(cipher.encrypt(nan, 1).unwrap(), 1).unwrap();
    let Value::Float(back) = opened.value().unwrap() else { panic!("another type") };
    assert_eq!(back.to_bits(), nan.to_bits());
}

#[test]
fn the_format_is_the_documented_one() {
    let (material, ring) = crate::known_key::with_known_key();
    let version = ring.key("customers").unwrap().primary().unwrap();
    let context: [&[u8]; 2] = [b"customer", b"column"];
    let derived = |purpose, len| crate::known_key::derived(&material, "ironlatch keyring 1", purpose, &context, len);
    let stored = cipher(&ring, Type::Text).encrypt("secret", Row::Text("r1")).unwrap();
    assert_eq!(stored.len(), RANDOM_OVERHEAD + 6);
    assert_eq!(stored[0], 0xc1);
    assert_eq!(stored[1..5], version.id().to_bytes());
    let aead = XAes256Gcm::new(&derived("field", 32)).unwrap();
    let associated = [&stored[..5], &hex!("03 00000002"), b"r1"].concat();
    let mut plain = [0; 7];
    aead.decrypt_into(Nonce(&stored[5..29]), &stored[29..], Aad(&associated), (&mut plain[..]).into()).unwrap();
    assert_eq!(&plain, b"\x02secret");

    let fixed = cipher(&ring, Type::Int).deterministic().unwrap().padded(16).unwrap();
    let stored = fixed.encrypt(-2, Row::Unbound).unwrap();
    assert_eq!(stored.len(), DETERMINISTIC_OVERHEAD + 16);
    assert_eq!(stored[0], 0xc0);
    let siv = AesSiv::new(&derived("field, deterministic", 64)).unwrap();
    let mut plain = [0; 17];
    siv.decrypt_into(&stored[5..], &[&stored[..5]], (&mut plain[..]).into()).unwrap();
    assert_eq!(plain, hex!("83 fffffffffffffffe 80 00000000000000"));
}

#[test]
fn a_value_opens_in_its_place_alone() {
    let ring = ring();
    ring.create_key("others", Kind::General).unwrap();
    let new = |key, table, column| FieldCipher::new(ring.key(key).unwrap(), table, column, Type::Text).unwrap();
    let home = new("customers", "customer", "phone");
    let stored = home.encrypt("secret", 42).unwrap();
    assert!(home.decrypt(&stored, 42).is_ok());
    for row in [Row::Unbound, Row::Int(43), Row::Int(-42), Row::Int(42 + (1 << 64)), Row::Text("42"), Row::Bytes(b"42")]
    {
        assert_eq!(fault(home.decrypt(&stored, row)), FieldFault::Tampered, "{row:?}");
    }
    assert_eq!(fault(home.decrypt(&stored, Row::Parts(&[Row::Int(42)]))), FieldFault::Tampered);
    for elsewhere in [
        new("customers", "customer", "fax"),
        new("customers", "customerp", "hone"),
        new("customers", "phone", "customer"),
    ] {
        assert_eq!(fault(elsewhere.decrypt(&stored, 42)), FieldFault::Tampered, "{elsewhere:?}");
    }
    let other_key = new("others", "customer", "phone").decrypt(&stored, 42).unwrap_err();
    assert!(matches!(other_key, Error::Keyring { fault: KeyringFault::UnknownKey, .. }), "{other_key:?}");
}

#[test]
fn rows_have_one_encoding_each() {
    let rows = [
        Row::Unbound,
        Row::Int(1),
        Row::Int(i128::from(i64::MAX) + 1),
        Row::Text("1"),
        Row::Bytes(b"1"),
        Row::Uuid([1; 16]),
        Row::Parts(&[Row::Int(1)]),
        Row::Parts(&[Row::Int(1), Row::Int(1)]),
        Row::Parts(&[Row::Text("ab"), Row::Text("c")]),
        Row::Parts(&[Row::Text("a"), Row::Text("bc")]),
    ];
    let encoded: std::collections::HashSet<Vec<u8>> = rows
        .iter()
        .map(|row| {
            let mut out = Vec::new();
            row.write(&mut out).unwrap();
            out
        })
        .collect();
    assert_eq!(encoded.len(), rows.len());
    let long = "x".repeat(MAX_ROW_LEN);
    let many = [Row::Int(1); 33];
    for refused in [
        Row::Text(&long),
        Row::Parts(&[]),
        Row::Parts(&many),
        Row::Parts(&[Row::Unbound]),
        Row::Parts(&[Row::Parts(&[Row::Int(1)])]),
    ] {
        assert!(matches!(refused.write(&mut Vec::new()), Err(Error::Core(CoreError::InvalidValue(_)))), "{refused:?}");
    }
}

#[test]
fn a_change_of_any_bit_is_seen() {
    let ring = ring();
    let random = cipher(&ring, Type::Text);
    let fixed = cipher(&ring, Type::Text).deterministic().unwrap();
    for cipher in [&random, &fixed] {
        let stored = cipher.encrypt("secret", 1).unwrap();
        for bit in 0..stored.len() * 8 {
            let mut changed = stored.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            match cipher.decrypt(&changed, 1).unwrap_err() {
                Error::Field { fault: FieldFault::Tampered, .. } if bit >= 40 || bit == 0 => {}
                Error::Field { fault: FieldFault::Malformed, .. } if bit < 8 => {}
                Error::Keyring { fault: KeyringFault::UnknownKey, .. } if (8..40).contains(&bit) => {}
                other => panic!("bit {bit}: {other:?}"),
            }
        }
        for len in 0..stored.len() {
            let shorter = fault(cipher.decrypt(&stored[..len], 1));
            assert!(matches!(shorter, FieldFault::Tampered | FieldFault::Malformed), "{len}");
        }
        assert_eq!(fault(cipher.decrypt([&stored[..], b"\0"].concat(), 1)), FieldFault::Tampered);
    }
}

#[test]
fn what_is_no_stored_value_is_malformed() {
    let cipher = cipher(&ring(), Type::Text);
    let text = cipher.encrypt_text("secret", 1).unwrap();
    let newer = "ilf2.".to_owned() + &text[5..];
    let padded = text.clone() + "=";
    let zero = [[0xc1, 0, 0, 0, 0].as_slice(), &[0; 60]].concat();
    let all: [&[u8]; 11] = [
        b"",
        b"plain text",
        b"\xc1",
        b"\xc1\0\0\0\x01",
        b"ilf1.",
        b"ilf1",
        b"ilf",
        b"\xff123",
        newer.as_bytes(),
        padded.as_bytes(),
        &zero,
    ];
    for bad in all {
        assert_eq!(fault(cipher.decrypt(bad, 1)), FieldFault::Malformed, "{bad:?}");
        assert_eq!(fault(cipher.needs_update(bad)), FieldFault::Malformed, "{bad:?}");
        assert_eq!(fault(FieldCipher::version_id(bad)), FieldFault::Malformed, "{bad:?}");
    }
    let update = |bad: &[u8]| cipher.decrypt(bad, 1).unwrap_err().to_string().contains("newer version of ironlatch");
    assert!(update(newer.as_bytes()) && update(&zero) && !update(b"\xff123") && !update(b"plain text"));
}

#[test]
fn what_begins_with_a_byte_of_ours_is_not_taken_for_ours() {
    let ring = ring();
    let cipher = cipher(&ring, Type::Bytes);
    let other = FieldCipher::new(
        ring.create_key("other", Kind::General).and_then(|_| ring.key("other")).unwrap(),
        "t",
        "c",
        Type::Bytes,
    );
    let of_other = other.unwrap().encrypt(&b"x"[..], 1).unwrap();
    let jpeg = b"\xff\xd8\xff\xe0\0\x10JFIF\0 and so on, as long as an encrypted value is";
    let utf16 = b"\xff\xfeA\0d\0a\0 \0L\0o\0v\0e\0l\0a\0c\0e\0";
    let noise = [b"\xc1\x12\x34\x56\x78".as_slice(), &[7; 60]].concat();
    for (bytes, header) in [
        (&jpeg[..], false),
        (utf16, false),
        (&noise, true),
        (b"ilf1.hello", false),
        (b"ilf1.hello world", false),
        (&of_other, true),
    ] {
        assert_eq!(FieldCipher::has_header(bytes), header, "{bytes:?}");
        assert!(!cipher.recognizes(bytes).unwrap(), "{bytes:?}");
    }
    let stored = cipher.encrypt(&b"x"[..], 1).unwrap();
    let text = cipher.encrypt_text(&b"x"[..], 1).unwrap();
    let later = [b"\xc1\0\0\0\0".as_slice(), &[7; 60]].concat();
    let old = ring.key("customers").unwrap().primary().unwrap().id();
    ring.rotate("customers").unwrap();
    ring.disable("customers", old).unwrap();
    ring.destroy("customers", old).unwrap();
    for ours in [&stored, text.as_bytes(), &stored[..6], &text.as_bytes()[..20], &later, b"ilf2.AAAA"] {
        assert!(FieldCipher::has_header(ours) && cipher.recognizes(ours).unwrap(), "{ours:?}");
    }
}

#[test]
fn types_are_kept_apart() {
    let ring = ring();
    let stored = cipher(&ring, Type::Text).encrypt("12345678", 1).unwrap();
    let error = cipher(&ring, Type::Int).decrypt(&stored, 1).unwrap_err();
    assert_eq!(fault::<()>(Err(error.clone())), FieldFault::WrongType);
    assert!(error.to_string().contains("of type str") && error.to_string().contains("as int"), "{error}");
    let error = cipher(&ring, Type::Int).encrypt("12345678", 1).unwrap_err();
    assert!(
        matches!(error, Error::Core(CoreError::WrongType(_))) && error.to_string().contains("type int, not str"),
        "{error}"
    );
    for kind in Type::all() {
        assert_eq!(Type::from_name(kind.name()), Ok(kind));
    }
    assert!(Type::from_name("string").is_err());
}

#[test]
fn values_out_of_range_are_refused() {
    let ring = ring();
    for value in [
        Value::Date(-719_163),
        Value::Date(2_932_897),
        Value::Time(-1),
        Value::Time(86_400_000_000),
        Value::DateTime(DateTime { wall: i64::MAX, offset: None }),
        Value::DateTime(DateTime { wall: i64::MIN, offset: None }),
        Value::DateTime(DateTime { wall: 0, offset: Some(86_400_000_000) }),
        Value::Json("{"),
        Value::Json(r#"{"a": 1, "a": 2}"#),
    ] {
        let result = cipher(&ring, value.kind()).encrypt(value, 1);
        assert!(matches!(result, Err(Error::Core(CoreError::InvalidValue(_)))), "{result:?}");
    }
    for text in ["", "-", ".", "NaN", "Infinity", "1e", "1e99999999999999999999", "1,5", "0x10", "--1", "1e+-1", "١"] {
        assert!(text.parse::<Decimal>().is_err(), "{text}");
    }
    assert!(Decimal::new(10i128.pow(38), 0).is_err());
    assert_eq!("-12.30".parse(), Decimal::new(-1230, -2));
}

#[test]
fn decimal_numbers_as_text_and_with_a_scale() {
    // What Python's str(Decimal(…)) gives for each.
    for (text, shown) in [
        ("-12.30", "-12.30"),
        ("0", "0"),
        ("-0", "-0"),
        ("0.00", "0.00"),
        ("0e3", "0E+3"),
        ("-0e-6", "-0.000000"),
        ("0e-7", "0E-7"),
        ("100", "100"),
        ("1e2", "1E+2"),
        ("15e2", "1.5E+3"),
        ("-1.50e10", "-1.50E+10"),
        (".1", "0.1"),
        ("123e-3", "0.123"),
        ("123e-8", "0.00000123"),
        ("123e-9", "1.23E-7"),
        ("1e-6", "0.000001"),
        ("1e-7", "1E-7"),
        (
            "12345678901234567890123456789012345678901234567890.5",
            "12345678901234567890123456789012345678901234567890.5",
        ),
        ("9223372036854775807e9223372036854775807", "9.223372036854775807E+9223372036854775825"),
        ("10e-9223372036854775808", "1.0E-9223372036854775807"),
    ] {
        let number: Decimal = text.parse().unwrap();
        assert_eq!(number.to_string(), shown, "{text}");
        assert_eq!(shown.parse(), Ok(number), "{text}");
    }
    let at = |text: &str, exponent| text.parse::<Decimal>().unwrap().coefficient_at(exponent);
    assert_eq!(at("-12.30", -2), Some(-1230));
    assert_eq!(at("-12.30", -1), Some(-123));
    assert_eq!(at("-12.30", 0), None);
    assert_eq!(at("12e3", 3), Some(12));
    assert_eq!(at("12e3", -2), Some(1_200_000));
    assert_eq!(at("0e99999", -2), Some(0));
    assert_eq!(at("1e9223372036854775807", i64::MIN), None);
    assert_eq!(at("1e-9223372036854775808", i64::MAX), None);
    assert_eq!(at("1", -37), Some(10_i128.pow(37)));
    assert_eq!(at("1", -38), None);
    assert_eq!(at(&"9".repeat(39), 0), None);
}

#[test]
fn one_byte_string_a_value() {
    // Longer forms of the same number become the shortest.
    assert_eq!(Value::integer(&hex!("ffffffff ffffffff ffffffff")), Value::Int(-1));
    assert_eq!(Value::integer(&hex!("000000000000000000 7fffffffffffffff")), Value::Int(i64::MAX));
    assert_eq!(Value::integer(b""), Value::Int(0));
    assert_eq!(Value::integer(&hex!("00ff")), Value::Int(255));
    assert_eq!(Value::integer(&hex!("ff00")), Value::Int(-256));
    let cipher = cipher(&ring(), Type::Int).deterministic().unwrap();
    let long = Value::BigInt(hex!("00000000 00000000 00000005").as_slice().to_vec().into());
    assert_eq!(cipher.encrypt(long, 1), cipher.encrypt(5, 1));
}

#[test]
fn padding_hides_lengths() {
    let ring = ring();
    let cipher = cipher(&ring, Type::Text).padded(16).unwrap();
    let len = |value: &str| cipher.encrypt(value, 1).unwrap().len() - RANDOM_OVERHEAD;
    assert_eq!([len(""), len("123456789012345"), len("1234567890123456")], [16, 16, 32]);
    for multiple in [0, 1, MAX_PADDING + 1] {
        assert!(self::cipher(&ring, Type::Text).padded(multiple).is_err());
    }
}

#[test]
fn equal_values_show_in_deterministic_mode_alone() {
    let ring = ring();
    let random = cipher(&ring, Type::Text);
    assert_ne!(random.encrypt("a", 1), random.encrypt("a", 1));
    assert!(random.tokens("a", 1).is_err());
    let fixed = cipher(&ring, Type::Text).deterministic().unwrap();
    assert_eq!(fixed.mode(), Mode::Deterministic);
    assert_eq!(fixed.encrypt("a", Row::Unbound), fixed.encrypt("a", Row::Unbound));
    assert_ne!(fixed.encrypt("a", 1), fixed.encrypt("a", 2));
    assert_ne!(fixed.encrypt("a", 1), fixed.encrypt("b", 1));
    assert!(cipher(&ring, Type::Json).deterministic().is_err());

    let old = fixed.encrypt("a", Row::Unbound).unwrap();
    ring.rotate("customers").unwrap();
    let tokens = fixed.tokens("a", Row::Unbound).unwrap();
    assert_eq!(tokens, [fixed.encrypt("a", Row::Unbound).unwrap(), old]);
}

#[test]
fn a_rotation_changes_nothing_for_callers() {
    let ring = ring();
    let cipher = cipher(&ring, Type::Text);
    let (old, old_text) = (cipher.encrypt("secret", 1).unwrap(), cipher.encrypt_text("secret", 1).unwrap());
    assert!(old.starts_with(&cipher.current_prefix().unwrap()));
    assert!(old_text.starts_with(&cipher.current_text_prefix().unwrap()));
    assert_eq!(cipher.current_text_prefix().unwrap().len(), 11);
    assert_eq!((cipher.needs_update(&old), cipher.needs_update(&old_text)), (Ok(false), Ok(false)));
    let old_id = FieldCipher::version_id(&old).unwrap();

    let new_id = ring.rotate("customers").unwrap();
    assert_eq!((cipher.needs_update(&old), cipher.needs_update(&old_text)), (Ok(true), Ok(true)));
    assert!(!old.starts_with(&cipher.current_prefix().unwrap()));
    assert!(cipher.decrypt(&old, 1).unwrap().value().unwrap() == "secret".into());
    let new = cipher.reencrypt(&old, 1, &cipher, 1).unwrap();
    assert_eq!(FieldCipher::version_id(&new), Ok(new_id));
    let new_text = cipher.reencrypt(&old_text, 1, &cipher, 1).unwrap();
    assert!(new_text.starts_with(cipher.current_text_prefix().unwrap().as_bytes()));
    assert_eq!(cipher.needs_update(&new_text), Ok(false));

    ring.disable("customers", old_id).unwrap();
    let disabled = cipher.decrypt(&old, 1).unwrap_err();
    assert!(matches!(disabled, Error::Keyring { fault: KeyringFault::KeyDisabled, .. }), "{disabled:?}");
    ring.enable("customers", old_id).unwrap();
    assert!(cipher.decrypt(&old, 1).is_ok());
    ring.disable("customers", old_id).unwrap();
    ring.destroy("customers", old_id).unwrap();
    let destroyed = cipher.decrypt(&old, 1).unwrap_err();
    assert!(matches!(destroyed, Error::Keyring { fault: KeyringFault::KeyDestroyed, .. }), "{destroyed:?}");
    assert!(cipher.decrypt(&new, 1).is_ok());
}

#[test]
fn a_value_moves_to_another_column_and_row() {
    let ring = ring();
    let from = cipher(&ring, Type::Text).padded(64).unwrap();
    let to = FieldCipher::new(ring.key("customers").unwrap(), "customer", "new", Type::Text)
        .unwrap()
        .deterministic()
        .unwrap();
    let stored = from.encrypt("secret", Row::Unbound).unwrap();
    assert_eq!(from.needs_update(&stored), Ok(false));
    assert_eq!(to.needs_update(&stored), Ok(true)); // the mode
    let moved = from.reencrypt(&stored, Row::Unbound, &to, 5).unwrap();
    assert_eq!(Ok(moved), to.encrypt("secret", 5));
    let numbers = cipher(&ring, Type::Int);
    assert!(matches!(from.reencrypt(&stored, Row::Unbound, &numbers, 5), Err(Error::Core(CoreError::WrongType(_)))));
}

#[test]
fn what_was_used_is_counted() {
    let ring = ring();
    let cipher = cipher(&ring, Type::Text);
    let stored = cipher.encrypt("secret", 1).unwrap();
    for _ in 0..3 {
        cipher.decrypt(&stored, 1).unwrap();
    }
    cipher.decrypt(&stored, 2).unwrap_err();
    let mut counts: Vec<_> =
        ring.usage().iter().map(|usage| (usage.purpose.clone(), usage.operation.name(), usage.count)).collect();
    counts.sort_unstable();
    let purpose = "field customer.column".to_owned();
    assert_eq!(counts, [(purpose.clone(), "decrypt", 3), (purpose, "encrypt", 1)]);
}

#[test]
fn bad_names_and_keys_are_refused() {
    let ring = ring();
    ring.create_key("signing", Kind::Ed25519).unwrap();
    let new =
        |key, table: &str, column: &str| FieldCipher::new(ring.key(key).unwrap(), table, column, Type::Text).err();
    assert!(matches!(new("customers", "", "c"), Some(Error::Core(CoreError::InvalidValue(_)))));
    assert!(matches!(new("customers", "t", &"c".repeat(1025)), Some(Error::Core(CoreError::InvalidValue(_)))));
    assert!(matches!(new("signing", "t", "c"), Some(Error::Core(CoreError::WrongType(_)))));
}

#[test]
fn nothing_secret_is_shown() {
    let ring = ring();
    let cipher = cipher(&ring, Type::Text);
    let stored = cipher.encrypt("very secret", 1).unwrap();
    let opened = cipher.decrypt(&stored, 1).unwrap();
    let shown = format!("{cipher:?} {opened:?} {:?} {:?}", opened.value().unwrap(), Decimal::new(1234, 0).unwrap());
    assert!(!shown.contains("very") && !shown.contains("1234"), "{shown}");
}
