//! Laws that hold for every value, row and column: what was encrypted comes back as it was, in its
//! own row alone, and what was changed does not.

use ironlatch::recipes::fields::{BlindIndex, DateTime, Decimal, FieldCipher, Normalization, Row, Type, Value};
use ironlatch::recipes::keyring::{Key, Keyring, Kind};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

fn key() -> Key {
    let ring = Keyring::new();
    ring.create_key("customers", Kind::General).unwrap();
    ring.key("customers").unwrap()
}

/// The parts that values of every type are made of.
#[derive(Debug, Clone)]
struct Material {
    bytes: Vec<u8>,
    text: String,
    number: i64,
    digits: String,
    float: f64,
    day: i32,
    time: i64,
    offset: Option<i64>,
    uuid: [u8; 16],
}

prop_compose! {
    fn material()(
        bytes in vec(any::<u8>(), 0..60), text in any::<String>(), number: i64, digits in "-?[0-9]{1,45}(\\.[0-9]{1,9})?(E[+-]?[0-9]{1,4})?",
        float: f64, day in -719_162..2_932_897, time in 0..86_400_000_000_i64, offset in proptest::option::of(-86_399_999_999..86_400_000_000_i64),
        uuid: [u8; 16],
    ) -> Material {
        Material { bytes, text, number, digits, float, day, time, offset, uuid }
    }
}

impl Material {
    fn values<'a>(&'a self, json: &'a str) -> Vec<Value<'a>> {
        let wall = i64::from(self.day) * 86_400_000_000 + self.time;
        vec![
            Value::Bytes(&self.bytes),
            Value::Text(&self.text),
            Value::Int(self.number),
            Value::integer(&self.bytes),
            Value::Decimal(self.digits.parse().unwrap()),
            Value::Float(self.float),
            Value::Bool(self.number > 0),
            Value::Date(self.day),
            Value::Time(self.time),
            Value::DateTime(DateTime { wall, offset: self.offset }),
            Value::Uuid(self.uuid),
            Value::Json(json),
        ]
    }
}

fn rows<'a>(material: &'a Material, parts: &'a [Row<'a>]) -> Vec<Row<'a>> {
    vec![
        Row::Unbound,
        Row::Int(material.number.into()),
        Row::Text(&material.text),
        Row::Bytes(&material.bytes),
        Row::Uuid(material.uuid),
        Row::Parts(parts),
    ]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn values_come_back_in_their_row_alone(material in material(), multiple in 2..40usize, which: Index, place: Index, bit in 0..8u8) {
        let key = key();
        let json = serde_json::json!({ &material.text: [material.number, material.day] }).to_string();
        let parts = [Row::Text(&material.text), Row::Int(material.day.into())];
        let rows = rows(&material, &parts);
        let row = &rows[which.index(rows.len())];
        for value in material.values(&json) {
            let kind = value.kind();
            let cipher = || FieldCipher::new(key.clone(), "customer", "column", kind);
            let mut ciphers = vec![cipher()?, cipher()?.padded(multiple)?];
            if kind != Type::Json {
                ciphers.push(cipher()?.deterministic()?);
            }
            for cipher in ciphers {
                let stored = cipher.encrypt(value.clone(), *row)?;
                prop_assert!(cipher.decrypt(&stored, *row)?.value()? == value);
                prop_assert!(cipher.recognizes(&stored)? && !cipher.needs_update(&stored)?);
                let text = cipher.encrypt_text(value.clone(), *row)?;
                prop_assert!(cipher.decrypt(&text, *row)?.value()? == value);
                let again = cipher.reencrypt(&stored, *row, &cipher, *row)?;
                prop_assert!(cipher.decrypt(&again, *row)?.value()? == value);

                let mut changed = stored.clone();
                changed[place.index(stored.len())] ^= 1 << bit;
                prop_assert!(cipher.decrypt(&changed, *row).is_err());
                prop_assert!(cipher.decrypt(&stored[..place.index(stored.len())], *row).is_err());
                let other = FieldCipher::new(key.clone(), "customer", "columm", kind)?;
                prop_assert!(other.decrypt(&stored, *row).is_err());
                for other in &rows {
                    prop_assert_eq!(cipher.decrypt(&stored, *other).is_ok(), encoded(other) == encoded(row));
                }
            }
        }
    }

    #[test]
    fn decimals_are_their_text(digits in "-?[0-9]{1,45}(\\.[0-9]{1,9})?(E[+-]?[0-9]{1,4})?", coefficient: i64, exponent in -50..50_i64) {
        let decimal: Decimal = digits.parse()?;
        prop_assert!(decimal.to_string().parse::<Decimal>()? == decimal);
        let decimal = Decimal::new(coefficient.into(), exponent)?;
        prop_assert!(decimal.to_string().parse::<Decimal>()? == decimal);
        prop_assert_eq!((decimal.coefficient(), decimal.exponent()), (Some(coefficient.into()), exponent));
    }

    #[test]
    fn an_index_finds_equal_values(text in any::<String>(), other in any::<String>()) {
        let index = BlindIndex::new(key(), "customer", "column", Type::Text, 128, Normalization::Exact)?;
        prop_assert_eq!(index.token(&text[..])?, index.token(&text[..])?);
        prop_assert_eq!(index.token(&text[..])? == index.token(&other[..])?, text == other);
    }
}

fn encoded(row: &Row<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    row.write(&mut bytes).unwrap();
    bytes
}
