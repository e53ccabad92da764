//! Laws that hold for every token, key and webhook: what was signed verifies, and what was changed
//! does not.

use ironlatch::recipes::Result;
use ironlatch::recipes::signing::token::{Data, EncryptedTokens, EncryptionKey, SignedTokens, Validity, Verified};
use ironlatch::recipes::signing::webhook::{Secret, Signer, Verifier};
use ironlatch::recipes::signing::{Key, KeySet};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

const NOW: f64 = 1_700_000_000.0;

/// A share of the usual number of cases, for laws of which each case takes long.
fn config(share: u32) -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { cases: (usual.cases / share).max(1), failure_persistence: None, ..usual }
}

fn data() -> impl Strategy<Value = Data> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    let json = leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Into::into),
            proptest::collection::hash_map(any::<String>(), inner, 0..4)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    });
    prop_oneof![vec(any::<u8>(), 0..100).prop_map(Data::Bytes), json.prop_map(|json| Data::Json(json.to_string()))]
}

fn key() -> impl Strategy<Value = Key> {
    (any::<bool>(), "[a-z0-9]{1,12}", vec(any::<u8>(), 32..64)).prop_map(|(pair, id, secret)| {
        if pair { Key::generate_pair().with_id(&id).unwrap() } else { Key::from_secret(&secret, Some(&id)).unwrap() }
    })
}

/// `token` with another letter at one place.
fn changed(token: &str, place: Index) -> String {
    let at = place.index(token.len());
    let letter = if token.as_bytes()[at] == b'A' { "B" } else { "A" };
    format!("{}{letter}{}", &token[..at], &token[at + 1..])
}

proptest! {
    #![proptest_config(config(2))]

    #[test]
    fn tokens_say_what_was_put_in_until_they_end(
        data in data(), key in key(), valid_for in 1..1_000_000_u64, later in 0..2_000_000_u64, place: Index
    ) {
        let signed = SignedTokens::new(key, "test")?;
        let encrypted = EncryptedTokens::new(vec![EncryptionKey::generate()?], "test")?;
        let tokens = [signed.sign(&data, valid_for, NOW)?, encrypted.encrypt(&data, valid_for, NOW)?];
        let open = |at: usize, token: &str, now: f64| -> Result<Verified> {
            let validity = Validity { max_age: None, now };
            if at == 0 { signed.verify(token, validity) } else { encrypted.decrypt(token, validity) }
        };
        for (at, token) in tokens.iter().enumerate() {
            let verified = open(at, token, NOW)?;
            prop_assert_eq!(verified.data.as_ref(), Some(&data));
            let alive = later < valid_for + 10;
            prop_assert_eq!(open(at, token, NOW + later as f64).is_ok(), alive, "{} of {}", later, valid_for);
            prop_assert!(open(at, &changed(token, place), NOW).is_err());
            prop_assert!(open(at, &token[..place.index(token.len())], NOW).is_err());
            prop_assert!(open(1 - at, token, NOW).is_err());
        }
    }

    #[test]
    fn keys_are_read_as_they_were_written(key in key(), message in vec(any::<u8>(), 0..100), place: Index, bit in 0..8u8) {
        let text = key.to_json()?;
        let read = Key::parse(text.expose().as_bytes())?;
        prop_assert_eq!((read.id(), read.algorithm()), (key.id(), key.algorithm()));
        let again = read.to_json()?;
        prop_assert_eq!(again.expose(), text.expose());
        let mut signature = key.sign(&message)?;
        read.verify(&message, &signature)?;
        prop_assert!(read.verify(&[&message[..], b"!"].concat(), &signature).is_err());
        if let Ok(public) = key.public() {
            public.verify(&message, &signature)?;
            prop_assert!(public.sign(&message).is_err());
        }
        let set = KeySet::from(key).to_json()?;
        let again = KeySet::parse(set.expose().as_bytes())?.to_json()?;
        prop_assert_eq!(again.expose(), set.expose());
        signature[place.index(message.len().max(1)) % 32] ^= 1 << bit;
        prop_assert!(read.verify(&message, &signature).is_err());
    }

    #[test]
    fn webhooks_verify_and_changed_ones_do_not(
        pair: bool, secret in vec(any::<u8>(), 24..64), id in "[!#-\\-/-~][!-\\-/-~]{0,30}", time in 0..4_000_000_000_u64,
        body in vec(any::<u8>(), 0..200), place: Index,
    ) {
        let secret = || -> Result<Secret> { if pair { Ok(Secret::generate_pair()) } else { Secret::from_shared(&secret) } };
        let secret = secret()?;
        let verifying = if pair { secret.public()? } else { Secret::parse(secret.to_text().expose())? };
        let signed = Signer::new(vec![secret])?.sign(&id, time, &body)?;
        let verifier = Verifier::standard(vec![verifying])?;
        let now = time as f64;
        let verified = verifier.verify(&signed.pairs(), &body, now)?;
        prop_assert_eq!((verified.id, verified.timestamp), (id, Some(time)));
        prop_assert!(verifier.verify(&signed.pairs(), &[&body[..], b"!"].concat(), now).is_err());
        for header in 0..3 {
            let mut pairs = signed.pairs();
            let value = changed(pairs[header].1, place);
            pairs[header].1 = &value;
            prop_assert!(verifier.verify(&pairs, &body, now).is_err(), "{}", value);
        }
    }
}
