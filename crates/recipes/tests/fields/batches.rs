//! Encrypted columns: whole columns at a time.

use std::collections::HashSet;

use ironlatch::Error as CoreError;
use ironlatch::recipes::Error;
use ironlatch::recipes::error::FieldFault;
use ironlatch::recipes::fields::{
    BatchError, Builder, Chunked, Failing, FieldCipher, Form, Offsets, Packed, Row, Rows, Scratch, Type, Unbound,
    Validity, Value, Values, Variable,
};
use ironlatch::recipes::keyring::{Keyring, Kind};

fn ring() -> Keyring {
    let ring = Keyring::new();
    ring.create_key("customers", Kind::General).unwrap();
    ring
}

fn cipher(ring: &Keyring, kind: Type) -> FieldCipher {
    FieldCipher::new(ring.key("customers").unwrap(), "customer", "column", kind).unwrap()
}

/// More than one share; every seventh is NULL.
const COUNT: usize = 10_000;

fn texts() -> Vec<Option<String>> {
    (0..COUNT).map(|i| (i % 7 != 3).then(|| format!("value {i} {}", "x".repeat(i % 40)))).collect()
}

fn column(texts: &[Option<String>]) -> Builder {
    let mut builder = Builder::with_capacity(texts.len());
    for text in texts {
        match text {
            Some(text) => builder.push(Type::Text, &Value::Text(text)).unwrap(),
            None => builder.push_null(),
        }
    }
    builder
}

/// Returns the encrypted values, with NULL where `like` has one.
fn again(packed: &Packed, like: &[Option<String>]) -> Builder {
    let mut builder = Builder::with_capacity(packed.len());
    for (index, value) in like.iter().enumerate() {
        match value {
            Some(_) => builder.push_bytes(packed.get(index)),
            None => builder.push_null(),
        }
    }
    builder
}

fn rows() -> Vec<i64> {
    (0..COUNT as i64).map(|i| i * 3 - 5000).collect()
}

#[test]
fn a_batch_is_what_single_calls_would_be() {
    let ring = ring();
    let texts = texts();
    let rows = rows();
    let variants = [
        cipher(&ring, Type::Text),
        cipher(&ring, Type::Text).padded(16).unwrap(),
        cipher(&ring, Type::Text).deterministic().unwrap(),
        cipher(&ring, Type::Text).deterministic().unwrap().padded(16).unwrap(),
    ];
    for cipher in &variants {
        for form in [Form::Binary, Form::Text] {
            let stored = cipher.encrypt_columnar(&column(&texts), &rows[..], form).unwrap();
            assert_eq!(stored.len(), COUNT);
            for (index, text) in texts.iter().enumerate() {
                match text {
                    None => assert!(stored.get(index).is_empty()),
                    Some(text) => {
                        assert_eq!(Form::of(stored.get(index)), form);
                        let opened = cipher.decrypt(stored.get(index), rows[index]).unwrap();
                        assert!(opened.value().unwrap() == text.into());
                    }
                }
            }
            let back = cipher.decrypt_columnar(&again(&stored, &texts), &rows[..], Failing::Stops).unwrap();
            for (index, text) in texts.iter().enumerate() {
                assert_eq!(back.get(index), text.as_deref().unwrap_or_default().as_bytes());
            }
            assert_eq!(back.offsets().last(), Some(&(back.bytes().len() as i64)));
            let narrow = back.narrow_offsets().unwrap();
            assert!(narrow.iter().zip(back.offsets()).all(|(narrow, wide)| i64::from(*narrow) == *wide));
        }
    }
}

#[test]
fn what_was_encrypted_singly_opens_in_a_batch() {
    let ring = ring();
    let random = cipher(&ring, Type::Text);
    let fixed = cipher(&ring, Type::Text).deterministic().unwrap();
    let mut stored = Builder::with_capacity(0);
    for i in 0..40 {
        if i == 20 {
            ring.rotate("customers").unwrap();
        }
        let cipher = if i % 3 == 0 { &fixed } else { &random };
        if i % 2 == 0 {
            stored.push_bytes(&cipher.encrypt("value", i).unwrap());
        } else {
            stored.push_bytes(cipher.encrypt_text("value", i).unwrap().as_bytes());
        }
    }
    let rows: Vec<i64> = (0..40).collect();
    let back = random.decrypt_columnar(&stored, &rows[..], Failing::Stops).unwrap();
    assert!((0..40).all(|index| back.get(index) == b"value"));
}

#[test]
fn no_nonce_occurs_twice_in_a_batch() {
    let ring = ring();
    let texts = vec![Some(String::from("same")); COUNT];
    let stored = cipher(&ring, Type::Text).encrypt_columnar(&column(&texts), &Unbound, Form::Binary).unwrap();
    let nonces: HashSet<_> = (0..COUNT).map(|index| &stored.get(index)[5..29]).collect();
    assert_eq!(nonces.len(), COUNT);
    let prefixes: HashSet<_> = (0..COUNT).map(|index| &stored.get(index)[5..17]).collect();
    assert_eq!(prefixes.len(), COUNT.div_ceil(4096));
}

#[test]
fn a_batch_fails_as_a_whole_at_its_first_bad_value() {
    let ring = ring();
    let cipher = cipher(&ring, Type::Text);
    let texts: Vec<_> = (0..COUNT).map(|i| Some(i.to_string())).collect();
    let rows = rows();
    let packed = cipher.encrypt_columnar(&column(&texts), &rows[..], Form::Binary).unwrap();
    let mut stored = Builder::with_capacity(COUNT);
    for index in 0..COUNT {
        let mut bytes = packed.get(index).to_vec();
        match index {
            9000 => bytes[1] ^= 1,
            5001 => bytes.truncate(20),
            5000 => bytes[30] ^= 1,
            _ => {}
        }
        stored.push_bytes(&bytes);
    }
    let error = cipher.decrypt_columnar(&stored, &rows[..], Failing::Stops).unwrap_err();
    assert!(
        matches!(&error, BatchError { index: Some(5000), error: Error::Field { fault: FieldFault::Tampered, .. } }),
        "{error}"
    );
    assert!(error.to_string().starts_with("value 5000 of the batch"));

    let listed = cipher.decrypt_columnar(&stored, &rows[..], Failing::IsListed).unwrap();
    let indices: Vec<_> = listed.failures().iter().map(|failure| failure.index).collect();
    assert_eq!(indices, [Some(5000), Some(5001), Some(9000)]);
    assert!(listed.get(5000).is_empty() && listed.get(9000).is_empty());
    assert_eq!(listed.get(5002), b"5002");
    assert_eq!(listed.get(9999), b"9999");
    let again =
        cipher.reencrypt_columnar(&stored, &rows[..], &cipher, &rows[..], Form::Text, Failing::IsListed).unwrap();
    assert_eq!(again.failures(), listed.failures());
    assert!(cipher.decrypt(again.get(9999), rows[9999]).is_ok());
}

#[test]
fn a_batch_moves_to_another_column() {
    let ring = ring();
    let from = cipher(&ring, Type::Text).padded(64).unwrap();
    let texts = texts();
    let rows = rows();
    let stored = from.encrypt_columnar(&column(&texts), &Unbound, Form::Text).unwrap();
    let new_id = ring.rotate("customers").unwrap();
    let to = FieldCipher::new(ring.key("customers").unwrap(), "customer", "new", Type::Text).unwrap();
    let moved = from
        .reencrypt_columnar(&again(&stored, &texts), &Unbound, &to, &rows[..], Form::Binary, Failing::Stops)
        .unwrap();
    for (index, text) in texts.iter().enumerate() {
        let Some(text) = text else { continue };
        assert_eq!(FieldCipher::version_id(moved.get(index)), Ok(new_id));
        assert!(to.decrypt(moved.get(index), rows[index]).unwrap().value().unwrap() == text.into());
    }
    let numbers = cipher(&ring, Type::Int);
    let refused =
        from.reencrypt_columnar(&again(&stored, &texts), &Unbound, &numbers, &Unbound, Form::Text, Failing::Stops);
    assert!(matches!(refused, Err(BatchError { index: None, error: Error::Core(CoreError::WrongType(_)) })));
}

#[test]
fn rows_of_every_kind() {
    let ring = ring();
    let cipher = cipher(&ring, Type::Int);
    let rows = [Row::Int(1), Row::Text("two"), Row::Parts(&[Row::Int(3), Row::Uuid([3; 16])])];
    let mut values = Builder::with_capacity(3);
    let mut encoded = Builder::with_capacity(3);
    for row in &rows {
        values.push(Type::Int, &Value::Int(77)).unwrap();
        encoded.push_row(row).unwrap();
    }
    for stored in [
        cipher.encrypt_columnar(&values, &rows[..], Form::Binary).unwrap(),
        cipher.encrypt_columnar(&values, &encoded, Form::Binary).unwrap(),
    ] {
        for (index, row) in rows.iter().enumerate() {
            assert!(cipher.decrypt(stored.get(index), *row).unwrap().value().unwrap() == 77.into());
        }
    }
    let short = cipher.encrypt_columnar(&values, &rows[..2], Form::Binary).unwrap_err();
    assert!(short.to_string().contains("as many rows as values: 3, not 2"), "{short}");
    struct Long;
    impl Rows for Long {
        fn count(&self) -> Option<usize> {
            None
        }
        fn write(&self, index: usize, out: &mut Vec<u8>) -> ironlatch::recipes::Result<()> {
            Row::Text(&"x".repeat(index * 4000)).write(out)
        }
    }
    let long = cipher.encrypt_columnar(&values, &Long, Form::Binary).unwrap_err();
    assert_eq!(long.index, Some(2));
}

#[test]
fn arrays_are_read_as_arrow_has_them() {
    let bytes = b"..abcdef";
    let validity = [0b0110_1000];
    let validity = Validity::new(&validity, 3, 3).unwrap();
    let narrow = [2, 3, 3, 8];
    let values = Variable::new(Offsets::Narrow(&narrow), bytes, Some(validity)).unwrap();
    let get = |index| values.get(index, &mut Scratch::default()).map(<[u8]>::to_vec);
    assert_eq!(values.len(), 3);
    assert_eq!([get(0), get(1), get(2)], [Some(b"a".to_vec()), None, Some(b"bcdef".to_vec())]);
    for bad in [&[][..], &[3, 2], &[-1, 2], &[0, 9]] {
        assert!(Variable::new(Offsets::Narrow(bad), bytes, None).is_err(), "{bad:?}");
    }
    assert!(Variable::new(Offsets::Wide(&[0, i64::MAX]), bytes, None).is_err());
    assert!(Validity::new(&[0], 3, 6).is_err() && Validity::new(&[], 1, usize::MAX).is_err());
    assert!(Validity::new(&[0], 3, 5).is_ok());
}

#[test]
fn empty_batches_and_large_values() {
    let ring = ring();
    let cipher = cipher(&ring, Type::Bytes);
    let none = cipher.encrypt_columnar(&Builder::with_capacity(0), &Unbound, Form::Text).unwrap();
    assert!(none.is_empty() && none.offsets() == [0]);
    let mut values = Builder::with_capacity(4);
    for len in [0, 3_000_000, 1, 2_000_000] {
        values.push(Type::Bytes, &Value::Bytes(&vec![len as u8; len])).unwrap();
    }
    let stored = cipher.encrypt_columnar(&values, &Unbound, Form::Text).unwrap();
    let mut again = Builder::with_capacity(4);
    (0..4).for_each(|index| again.push_bytes(stored.get(index)));
    let back = cipher.decrypt_columnar(&again, &Unbound, Failing::Stops).unwrap();
    assert_eq!(back.get(1), vec![3_000_000_u32 as u8; 3_000_000]);
    assert_eq!(back.get(3).len(), 2_000_000);
}

#[test]
fn columns_in_pieces() {
    // Pieces of all kinds: many small ones next to large ones, and empty ones at the ends and
    // between.
    for lens in [&[][..], &[0], &[0, 0, 5, 0], &[1; 300], &[5000, 1, 1, 1, 0, 1, 7000, 3], &[0, 3, 4000, 2, 0, 0, 9, 0]]
    {
        let mut first = 0;
        let pieces = lens.iter().map(|len| {
            let mut builder = Builder::with_capacity(*len);
            (first..first + len).for_each(|index: usize| match index % 3 {
                0 => builder.push_null(),
                _ => builder.push_bytes(index.to_string().as_bytes()),
            });
            first += len;
            (*len, builder)
        });
        let column = Chunked::new(pieces);
        let total = lens.iter().sum();
        assert_eq!((column.len(), Values::len(&column), column.count()), (total, total, Some(total)));
        assert_eq!(column.is_empty(), total == 0);
        for index in 0..total {
            let expected = (index % 3 != 0).then(|| index.to_string().into_bytes());
            assert_eq!(column.get(index, &mut Scratch::default()), expected.as_deref(), "{index} in {lens:?}");
            let mut row = Vec::new();
            let written = column.write(index, &mut row);
            assert_eq!(written.is_ok(), expected.is_some(), "a row that is null is none");
            assert_eq!(row, expected.unwrap_or_default());
        }
    }
}

#[test]
fn columns_built_in_pieces_fail_at_the_first_bad_value() {
    let make = |bad: &'static [usize]| {
        Chunked::build((0..40).map(|part| (100, part)), move |part: usize| {
            let mut builder = Builder::with_capacity(100);
            for index in 0..100 {
                if bad.contains(&(part * 100 + index)) {
                    return Err(BatchError {
                        index: Some(index),
                        error: Error::Core(CoreError::InvalidValue("bad".into())),
                    });
                }
                builder.push_bytes(&[part as u8, index as u8]);
            }
            Ok(builder)
        })
    };
    assert_eq!(make(&[3999, 1717, 1750]).unwrap_err().index, Some(1717));
    let column = make(&[]).unwrap();
    assert_eq!(column.get(1717, &mut Scratch::default()), Some(&[17, 17][..]));
    assert_eq!(column.len(), 4000);
}
