//! JSON Web Keys by the examples of the RFCs, and hostile ones.

use ironlatch::keys::PrivateKey;
use ironlatch::keys::jwk::{Jwk, Key, parse_set};

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
    assert!(Jwk::parse(r#"{"a":"#.repeat(100_000).as_bytes()).is_err());
}
