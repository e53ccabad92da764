//! Values of encrypted columns: noise is refused, what is authentic has one encoding, and what is
//! made is read, singly and in columns.
#![no_main]

use std::sync::LazyLock;

use ironlatch::recipes::fields::{
    BlindIndex, Builder, Decimal, Failing, FieldCipher, Form, Normalization, Offsets, Row, Type, Unbound, Value,
    Values, Variable,
};
use ironlatch::recipes::keyring::{Key, Keyring, Kind};
use ironlatch::symmetric::aead::AesSiv;
use libfuzzer_sys::fuzz_target;

static KEY: LazyLock<Key> = LazyLock::new(|| {
    let ring = Keyring::new();
    ring.create_key("k", Kind::General).unwrap();
    ring.key("k").unwrap()
});

fuzz_target!(|data: &[u8]| {
    let cipher = |kind| FieldCipher::new(KEY.clone(), "t", "c", kind).unwrap();
    let (number, rest) = data.split_first().unwrap_or((&0, &[]));
    let kind = Type::all().nth(usize::from(*number) % Type::all().count()).unwrap();
    let column = cipher(kind);
    assert!(column.decrypt(data, 1).is_err(), "noise is a value");
    let _ = column.needs_update(data);

    // Anything at all, rightly encrypted.
    let version = KEY.primary().unwrap();
    let siv = AesSiv::new(version.derive("field, deterministic", &[b"t", b"c"], 64).unwrap().expose()).unwrap();
    let header = [&[0xc0][..], &version.id().to_bytes()].concat();
    let stored = [&header[..], &siv.encrypt(rest, &[&header]).unwrap()].concat();
    let mut one = Builder::with_capacity(1);
    one.push_bytes(&stored);
    let opened = column.decrypt(&stored, Row::Unbound);
    let columnar = column.decrypt_columnar(&one, &Unbound, Failing::Stops);
    assert_eq!(opened.is_ok(), columnar.is_ok());
    if let (Ok(opened), Ok(columnar)) = (opened, columnar)
        && let Ok(value) = opened.value()
    {
        let mut again = Builder::with_capacity(1);
        if kind != Type::Json || again.push(kind, &value).is_ok() {
            if again.is_empty() {
                again.push(kind, &value).expect("what is read can be written");
            }
            assert_eq!(again.get(0, &mut Default::default()), Some(columnar.get(0)), "a value has two encodings");
        }
        if kind != Type::Json {
            let index = BlindIndex::new(KEY.clone(), "t", "c", kind, 20, Normalization::Exact).unwrap();
            let token = index.token(value.clone());
            assert!(token.is_ok() || matches!(value, Value::Float(_)));
        }
        let moved = column.reencrypt(&stored, Row::Unbound, &cipher(kind).padded(16).unwrap(), 5).unwrap();
        assert_eq!(FieldCipher::version_id(&moved), Ok(version.id()));
        column.decrypt(&moved, 5).expect("what is made is read");
    }

    if let Ok(text) = std::str::from_utf8(data) {
        let texts = cipher(Type::Text);
        let stored = texts.encrypt_text(text, Row::Text("r")).unwrap();
        assert!(texts.decrypt(&stored, Row::Text("r")).unwrap().value().unwrap() == text.into());
        for normalization in [Normalization::Text, Normalization::Digits] {
            let index = BlindIndex::new(KEY.clone(), "t", "c", Type::Text, 64, normalization).unwrap();
            if let Ok(token) = index.token(text) {
                assert_eq!(index.token(format!(" {text}\t").as_str()), Ok(token));
            }
        }
        if let Ok(number) = text.parse::<Decimal>() {
            assert_eq!(number.to_string().parse(), Ok(number));
        }
    }

    // An array as it may come from anywhere.
    let (offsets, bytes) = data.split_at(data.len() / 2);
    let offsets: Vec<i32> =
        offsets.chunks_exact(4).map(|four| i32::from_le_bytes(four.try_into().unwrap()) >> 20).collect();
    if let Ok(values) = Variable::new(Offsets::Narrow(&offsets), bytes, None) {
        let blobs = cipher(Type::Bytes);
        let packed = blobs.encrypt_columnar(&values, &Unbound, Form::Text).unwrap();
        let stored = Variable::new(Offsets::Wide(packed.offsets()), packed.bytes(), None).unwrap();
        let back = blobs.decrypt_columnar(&stored, &Unbound, Failing::Stops).unwrap();
        assert!((0..values.len()).all(|index| values.get(index, &mut Default::default()) == Some(back.get(index))));
    }
});
