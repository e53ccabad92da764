//! Blind indexes.

use hex_literal::hex;
use ironlatch::Error as CoreError;
use ironlatch::hash::HashAlgorithm;
use ironlatch::hash::hmac::hmac_into;
use ironlatch::recipes::Error;
use ironlatch::recipes::fields::{BlindIndex, Builder, DateTime, FieldCipher, Normalization, Type, Value};
use ironlatch::recipes::keyring::{Keyring, Kind};

fn ring() -> Keyring {
    let ring = Keyring::new();
    ring.create_key("customers", Kind::General).unwrap();
    ring
}

fn index(ring: &Keyring, kind: Type, bits: u32, normalization: Normalization) -> BlindIndex {
    BlindIndex::new(ring.key("customers").unwrap(), "customer", "column", kind, bits, normalization).unwrap()
}

#[test]
fn a_token_is_the_head_of_the_documented_code() {
    let (material, ring) = crate::known_key::with_known_key();
    let key = crate::known_key::derived(&material, "ironlatch keyring 1", "blind index", &[b"customer", b"column"], 32);
    let mut code = [0; 32];
    hmac_into(HashAlgorithm::Sha256, &key, &[&hex!("02 01")[..], b"anna"].concat(), (&mut code[..]).into()).unwrap();
    let whole = index(&ring, Type::Text, 256, Normalization::Text).token("ANNA").unwrap();
    assert_eq!(whole.as_bytes(), code);
    assert_eq!(whole.to_hex(), hex::encode(code));
    assert!(whole.to_int().is_err());
    let head = u64::from_be_bytes(code[..8].try_into().unwrap());
    for bits in [1, 7, 8, 9, 17, 32, 63] {
        let token = index(&ring, Type::Text, bits, Normalization::Text).token("anna").unwrap();
        let number = (head >> (64 - bits)) as i64;
        assert_eq!(token.to_int(), Ok(number), "{bits}");
        let bytes = number.to_be_bytes();
        assert_eq!(token.as_bytes(), &bytes[8 - bits.div_ceil(8) as usize..], "{bits}");
    }
}

#[test]
fn equal_values_have_equal_tokens() {
    let ring = ring();
    let same = |kind, normalization, values: &[Value<'_>]| {
        let index = index(&ring, kind, 128, normalization);
        let tokens: Vec<_> = values.iter().map(|value| index.token(value.clone()).unwrap()).collect();
        tokens.windows(2).all(|pair| pair[0] == pair[1])
    };
    use Normalization::{Digits, Exact, Text};
    let text = |texts: &[&'static str]| texts.iter().map(|text| Value::Text(text)).collect::<Vec<_>>();
    assert!(same(Type::Text, Text, &text(&["Straße  5", " STRASSE 5 ", "strasse\u{a0}5", "ｓｔｒａｓｓｅ\t5"])));
    assert!(same(Type::Text, Text, &text(&["ΣΊΣΥΦΟΣ", "σίσυφος", "ΣΊΣΥΦΟΣ"])));
    assert!(!same(Type::Text, Text, &text(&["a b", "ab"])));
    assert!(!same(Type::Text, Exact, &text(&["a", "A"])));
    assert!(same(Type::Text, Digits, &text(&["+44 (20) 7946-0018", "442079460018", "４４ 2079460018"])));
    assert!(!same(Type::Text, Digits, &text(&["12", "21"])));
    let decimals = |texts: &[&str]| texts.iter().map(|text| Value::Decimal(text.parse().unwrap())).collect::<Vec<_>>();
    assert!(same(Type::Decimal, Exact, &decimals(&["1200", "1.2E3", "1200.00", "120E+1"])));
    assert!(same(Type::Decimal, Exact, &decimals(&["0", "-0.00", "0E+99"])));
    assert!(!same(Type::Decimal, Exact, &decimals(&["1", "-1"])));
    assert!(!same(Type::Decimal, Exact, &decimals(&["1", "10"])));
    assert!(same(Type::Float, Exact, &[Value::Float(0.0), Value::Float(-0.0)]));
    let at = |wall, offset| Value::DateTime(DateTime { wall, offset });
    assert!(same(Type::DateTime, Exact, &[at(3_600_000_000, Some(3_600_000_000)), at(0, Some(0))]));
    assert!(!same(Type::DateTime, Exact, &[at(0, None), at(0, Some(0))]));
}

#[test]
fn tokens_of_other_columns_types_and_normalizations_differ() {
    let ring = ring();
    let key = || ring.key("customers").unwrap();
    let new =
        |table, column, kind, normalization| BlindIndex::new(key(), table, column, kind, 128, normalization).unwrap();
    let home = new("t", "c", Type::Text, Normalization::Exact).token("1").unwrap();
    assert_ne!(home, new("t", "d", Type::Text, Normalization::Exact).token("1").unwrap());
    assert_ne!(home, new("tc", "c", Type::Text, Normalization::Exact).token("1").unwrap());
    assert_ne!(home, new("t", "c", Type::Text, Normalization::Text).token("1").unwrap());
    assert_ne!(home, new("t", "c", Type::Bytes, Normalization::Exact).token(&b"1"[..]).unwrap());
}

#[test]
fn both_keys_find_while_one_replaces_the_other() {
    let ring = ring();
    let index = index(&ring, Type::Int, 20, Normalization::Exact);
    let old = index.token(5).unwrap();
    let old_id = ring.key("customers").unwrap().primary().unwrap().id();
    ring.rotate("customers").unwrap();
    let new = index.token(5).unwrap();
    assert_eq!(index.tokens(5).unwrap(), [new, old]);
    ring.disable("customers", old_id).unwrap();
    assert_eq!(index.tokens(5).unwrap(), [new]);
}

#[test]
fn a_token_is_under_the_version_of_the_value_that_it_is_stored_with() {
    let ring = ring();
    let index = index(&ring, Type::Int, 20, Normalization::Exact);
    let cipher = FieldCipher::new(ring.key("customers").unwrap(), "t", "other", Type::Int).unwrap();
    let (old, stored) = (index.token(5).unwrap(), cipher.encrypt(5, 1).unwrap());
    let old_id = ring.key("customers").unwrap().primary().unwrap().id();
    ring.rotate("customers").unwrap();
    let text = cipher.encrypt_text(6, 1).unwrap();
    assert_eq!(index.token_beside(5, &stored), Ok(old));
    assert_eq!(index.token_beside(6, &text), index.token(6));
    let column = |values: [Option<i64>; 4]| {
        let mut builder = Builder::with_capacity(4);
        for value in values {
            match value {
                Some(value) => builder.push(Type::Int, &value.into()).unwrap(),
                None => builder.push_null(),
            }
        }
        builder
    };
    let mut beside = Builder::with_capacity(4);
    beside.push_bytes(&stored);
    beside.push_bytes(text.as_bytes());
    beside.push_null();
    beside.push_bytes(&stored);
    let made = index.token_columnar_beside(&column([Some(5), Some(6), None, Some(5)]), &beside).unwrap();
    assert_eq!(made.get(0), old.as_bytes());
    assert_eq!(made.get(1), index.token(6).unwrap().as_bytes());
    assert!(made.get(2).is_empty());
    assert_eq!(made.get(3), old.as_bytes());
    let missing = index.token_columnar_beside(&column([Some(5), Some(6), Some(7), Some(5)]), &beside).unwrap_err();
    assert_eq!((missing.index, matches!(missing.error, Error::Core(CoreError::InvalidValue(_)))), (Some(2), true));
    assert!(index.token_columnar_beside(&column([None; 4]), &Builder::with_capacity(0)).is_err());
    assert!(matches!(index.token_beside(5, b"plain"), Err(Error::Field { .. })));
    ring.disable("customers", old_id).unwrap();
    assert!(matches!(index.token_beside(5, &stored), Err(Error::Keyring { .. })));
}

#[test]
fn columns_of_tokens() {
    let ring = ring();
    let index = index(&ring, Type::Text, 17, Normalization::Text);
    let mut values = Builder::with_capacity(3);
    values.push(Type::Text, &"One".into()).unwrap();
    values.push_null();
    values.push(Type::Text, &"two".into()).unwrap();
    let tokens = index.token_columnar(&values).unwrap();
    assert_eq!(tokens.get(0), index.token("one").unwrap().as_bytes());
    assert!(tokens.get(1).is_empty());
    assert_eq!(tokens.get(2), index.token("two").unwrap().as_bytes());
}

#[test]
fn what_cannot_be_looked_up_is_refused() {
    let ring = ring();
    let key = || ring.key("customers").unwrap();
    for (kind, bits, normalization) in [
        (Type::Json, 20, Normalization::Exact),
        (Type::Int, 20, Normalization::Text),
        (Type::Bytes, 20, Normalization::Digits),
        (Type::Text, 0, Normalization::Exact),
        (Type::Text, 257, Normalization::Exact),
    ] {
        let result = BlindIndex::new(key(), "t", "c", kind, bits, normalization);
        assert!(matches!(result, Err(Error::Core(CoreError::InvalidValue(_)))), "{result:?}");
    }
    assert!(matches!(
        index(&ring, Type::Float, 20, Normalization::Exact).token(f64::NAN),
        Err(Error::Core(CoreError::InvalidValue(_)))
    ));
    assert!(matches!(
        index(&ring, Type::Text, 20, Normalization::Digits).token("none"),
        Err(Error::Core(CoreError::InvalidValue(_)))
    ));
    assert!(matches!(
        index(&ring, Type::Text, 20, Normalization::Exact).token(5),
        Err(Error::Core(CoreError::WrongType(_)))
    ));
    for normalization in [Normalization::Exact, Normalization::Text, Normalization::Digits] {
        assert_eq!(Normalization::from_name(normalization.name()), Ok(normalization));
    }
    assert!(Normalization::from_name("lower").is_err());
}

#[test]
fn bits_follow_the_size_of_the_table() {
    let bits: Vec<_> = [0, 1, 8, 1000, 1_000_000, 1_000_000_000, u64::MAX].map(BlindIndex::bits_for_rows).into();
    assert_eq!(bits, [1, 1, 1, 7, 17, 27, 61]);
    for rows in [1000, 1_000_000, 1_000_000_000] {
        let index = index(&ring(), Type::Int, BlindIndex::bits_for_rows(rows), Normalization::Exact);
        let leak = index.leak(rows);
        assert!((3.9..8.0).contains(&leak.other_rows()), "{leak:?}");
        assert!(!leak.is_exact());
    }
    let exact = index(&ring(), Type::Int, 128, Normalization::Exact).leak(1_000_000);
    assert!(exact.is_exact() && exact.other_rows() < 1e-30 && exact.noticed_from() == 2);
    let short = index(&ring(), Type::Int, 17, Normalization::Exact).leak(1_000_000).to_string();
    assert!(short.contains("17 bits in 1000000 rows") && short.contains("About 7.6 rows"), "{short}");
}

/// The tokens of different values are spread as chance would spread them.
#[test]
fn tokens_are_shared_as_often_as_the_leak_says() {
    let index = index(&ring(), Type::Int, 10, Normalization::Exact);
    let mut counts = vec![0_u32; 1024];
    (0..8192).for_each(|value| counts[index.token(value).unwrap().to_int().unwrap() as usize] += 1);
    let others: f64 = counts.iter().map(|count| f64::from(count * count.saturating_sub(1))).sum::<f64>() / 8192.0;
    assert!((others - index.leak(8192).other_rows()).abs() < 1.0, "{others}");
}
