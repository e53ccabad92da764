//! JSON Web Keys by the examples of the RFCs, and hostile ones.

use ironlatch::Error;
use ironlatch::asymmetric::ml_dsa;
use ironlatch::keys::jwk::{Jwk, Key, parse_public_set, parse_set};
use ironlatch::keys::{PrivateKey, PublicKey};

/// RFC 8037 appendix A.1 and A.3.
const ED25519: &str = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}"#;

#[test]
fn the_example_of_rfc_8037() {
    let jwk = Jwk::parse(ED25519.as_bytes()).unwrap();
    assert!(matches!(jwk.key, Key::Private(PrivateKey::Ed25519(_))));
    assert_eq!(jwk.to_json().unwrap().as_str(), ED25519);
    assert_eq!(jwk.thumbprint().unwrap(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    assert!(!jwk.public().unwrap().to_json().unwrap().contains("\"d\""));
    assert!(!format!("{jwk:?}").contains("nWGx"));
}

/// RFC 9964, "The all zeros ML-DSA-44 JSON Web Key": its seed is zero, its name the thumbprint.
#[test]
fn the_example_of_rfc_9964() {
    let key = ml_dsa::PrivateKey::from_bytes(ml_dsa::ParameterSet::MlDsa44, &[0; ml_dsa::SEED_LEN]).unwrap();
    let jwk = Jwk::new(Key::Private(PrivateKey::MlDsa(key)));
    assert_eq!(jwk.thumbprint().unwrap(), "T4xl70S7MT6Zeq6r9V9fPJGVn76wfnXJ21-gyo0Gu6o");
    let json = jwk.to_json().unwrap();
    assert!(json.starts_with(r#"{"kty":"AKP","alg":"ML-DSA-44","pub":"unH59k4Ru"#));
    assert!(json.ends_with(r#"DZgbTP07e7gEWzw4MFRrndjbDQ","priv":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#));
    let again = Jwk::parse(json.as_bytes()).unwrap();
    assert_eq!((again.algorithm.as_deref(), again.to_json().unwrap()), (Some("ML-DSA-44"), json));
}

/// RFC 8037 appendix A.7 (the key of RFC 7748 §6.2).
#[test]
fn the_x448_example_of_rfc_8037() {
    let json = r#"{"kty":"OKP","crv":"X448","x":"PreoKbDNIPW8_AtZm2_sz22kYnEHvbDU80W0MCfYuXL8PjT7QjKhPKcG3LV67D2uB73BxnvzNgk"}"#;
    let jwk = Jwk::parse(json.as_bytes()).unwrap();
    assert!(matches!(jwk.key, Key::Public(PublicKey::X448(_))));
    assert_eq!(jwk.to_json().unwrap().as_str(), json);
}

#[test]
fn what_is_said_about_a_key_is_escaped() {
    let mut jwk = Jwk::parse(ED25519.as_bytes()).unwrap();
    jwk.key_id = Some("\",\"d\":\"x\n".into());
    let again = Jwk::parse(jwk.to_json().unwrap().as_bytes()).unwrap();
    assert_eq!(again.key_id, jwk.key_id);
    assert_eq!(again.thumbprint(), jwk.thumbprint());
}

#[test]
fn no_prefix_of_a_key_is_one() {
    for len in 0..ED25519.len() {
        assert!(Jwk::parse(&ED25519.as_bytes()[..len]).is_err());
        assert!(parse_set(&ED25519.as_bytes()[..len]).is_err());
    }
    assert!(Jwk::parse("[".repeat(1_000_000).as_bytes()).is_err());
    assert!(parse_set("[".repeat(1_000_000).as_bytes()).is_err());
    assert!(parse_set(br#"{"keys":[{"kty":"oct"}"#).is_err());
    assert!(Jwk::parse(r#"{"a":"#.repeat(100_000).as_bytes()).is_err());
}

#[test]
fn escaped_characters_are_read() {
    let escaped = ED25519.replace("nWGx", "\\u006eWGx").replace("\"crv\"", "\"\\u0063rv\"");
    assert_eq!(Jwk::parse(escaped.as_bytes()).unwrap().to_json().unwrap().as_str(), ED25519);
}

#[test]
fn a_key_of_no_use_is_ignored_and_the_others_are_read() {
    let text = format!(
        r#"{{"keys":[{ED25519},{{"kty":"oct","k":"AA","k":"AA"}},{{"kty":"future","kid":"f"}},7,{{"kty":"oct","k":"AA"}}]}}"#
    );
    let set = parse_set(text.as_bytes()).unwrap();
    assert_eq!((set.keys.len(), set.ignored.len()), (2, 3));
    let kinds: Vec<_> = set.ignored.iter().map(|ignored| (ignored.index, ignored.key_id.as_deref())).collect();
    assert_eq!(kinds, [(1, None), (2, Some("f")), (3, None)]);
    assert!(matches!(set.ignored[1].reason, Error::Unsupported { .. }));
    let public = parse_public_set(text.as_bytes(), 5).unwrap();
    assert!(public.keys.is_empty());
    assert!(matches!(public.ignored[0].reason, Error::WrongType(_)));
    assert!(parse_public_set(text.as_bytes(), 4).is_err());
}
