//! Keys for signing: their text, their one algorithm, their bounds.

use ironlatch::Error as CoreError;
use ironlatch::asymmetric::{ec, rsa, x25519};
use ironlatch::keys::PrivateKey;
use ironlatch::recipes::Error;
use ironlatch::recipes::signing::{Algorithm, Key, KeySet};

/// RFC 8037 appendix A.1 to A.4.
const OKP: &str = r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

#[test]
fn rfc_8037_signs_the_example_of_the_rfc() {
    let key = Key::parse(OKP.as_bytes()).unwrap();
    assert_eq!(key.id(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    assert_eq!(key.algorithm(), Algorithm::Ed25519);
    let message = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    let signature = key.sign(message).unwrap();
    assert_eq!(signature[..4], [0x86, 0x0c, 0x98, 0xd2]);
    key.public().unwrap().verify(message, &signature).unwrap();
}

#[test]
fn keys_come_back_from_their_text() {
    for key in [Key::generate(), Key::generate_pair(), Key::generate_pair().public().unwrap()] {
        let again = Key::parse(key.to_json().unwrap().expose().as_bytes()).unwrap();
        assert_eq!((again.id(), again.algorithm(), again.can_sign()), (key.id(), key.algorithm(), key.can_sign()));
        if key.can_sign() {
            again.verify(b"message", &key.sign(b"message").unwrap()).unwrap();
        }
    }
    let named = Key::from_secret(&[7; 32], Some("2026-11")).unwrap();
    assert_eq!(Key::parse(named.to_json().unwrap().expose().as_bytes()).unwrap().id(), "2026-11");
}

#[test]
fn keys_are_read_from_pem() {
    let key = Key::generate_pair();
    let json = key.to_json().unwrap();
    let jwk = ironlatch::keys::jwk::Jwk::parse(json.expose().as_bytes()).unwrap();
    let ironlatch::keys::jwk::Key::Private(private) = jwk.key else { panic!("not private") };
    let pem = private.to_pkcs8_pem().unwrap();
    assert_eq!(Key::parse(&pem).unwrap().id(), key.id());
    let pem = private.public_key().to_spki_pem().unwrap();
    assert!(!Key::parse(&pem).unwrap().can_sign());
    // In a file with both the first counts.
    let private_pem = private.to_pkcs8_pem().unwrap();
    assert!(Key::parse(&[&private_pem[..], &pem].concat()).unwrap().can_sign());
    assert!(!Key::parse(&[&pem[..], &private_pem].concat()).unwrap().can_sign());
    let encrypted = private.to_encrypted_pkcs8_pem(b"password").unwrap();
    assert!(matches!(Key::parse(&encrypted), Err(Error::Core(CoreError::PasswordRequired))));
}

#[test]
fn a_signature_is_of_one_message_and_one_key() {
    for (key, other) in [(Key::generate(), Key::generate()), (Key::generate_pair(), Key::generate_pair())] {
        let signature = key.sign(b"message").unwrap();
        key.verify(b"message", &signature).unwrap();
        assert!(matches!(key.verify(b"massage", &signature), Err(Error::Core(CoreError::BadSignature))));
        assert!(other.verify(b"message", &signature).is_err());
        for index in 0..signature.len() {
            let mut changed = signature.clone();
            changed[index] ^= 1;
            assert!(key.verify(b"message", &changed).is_err());
            assert!(key.verify(b"message", &signature[..index]).is_err());
        }
    }
}

#[test]
fn keys_of_others_verify_and_do_not_sign() {
    let private = ec::PrivateKey::generate(ec::Curve::Secp256r1).unwrap();
    let public = ironlatch::keys::PublicKey::Ec(private.public_key());
    let key = Key::from_public(public.clone(), None, Some("theirs")).unwrap();
    assert_eq!(key.algorithm(), Algorithm::EcdsaP256Sha256);
    assert!(matches!(key.sign(b"message"), Err(Error::Core(CoreError::WrongType(_)))));
    assert!(Key::from_public(public, Some(Algorithm::Ed25519), None).is_err());
    assert!(matches!(Key::from_private(PrivateKey::Ec(private), None), Err(Error::Core(CoreError::WrongType(_)))));

    let rsa = rsa::PrivateKey::generate(2048, 65537).unwrap();
    let public = ironlatch::keys::PublicKey::Rsa(rsa.public_key());
    assert!(matches!(Key::from_public(public.clone(), None, None), Err(Error::Core(CoreError::WrongType(_)))));
    let key = Key::from_public(public, Some(Algorithm::RsaPssSha512), None).unwrap();
    assert!(key.verify(b"message", &[0; 256]).is_err());
}

#[test]
fn what_is_no_key_for_signing_is_refused() {
    let short = r#"{"kty":"oct","k":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg"}"#;
    let error = Key::parse(short.as_bytes()).unwrap_err();
    assert!(error.to_string().contains("at least 32 random bytes; this one has 31"), "{error}");
    for (from, to) in [
        (r#""crv""#, r#""alg":"ES256","crv""#),
        (r#""crv""#, r#""use":"enc","crv""#),
        (r#""crv""#, r#""kid":"","crv""#),
        (r#""crv""#, r#""kid":"two words","crv""#),
        ("nWGx", "nWGy"),
    ] {
        assert!(Key::parse(OKP.replace(from, to).as_bytes()).is_err(), "{to}");
    }
    assert!(Key::parse(OKP.replace("\"crv\"", "\"alg\":\"Ed25519\",\"crv\"").as_bytes()).is_ok());
    let exchange = ironlatch::keys::PublicKey::X25519(x25519::PrivateKey::generate().public_key());
    assert!(matches!(Key::from_public(exchange, None, None), Err(Error::Core(CoreError::WrongType(_)))));
    assert!(matches!(Key::generate().public(), Err(Error::Core(CoreError::WrongType(_)))));
}

#[test]
fn the_first_key_of_a_set_signs_and_all_are_found() {
    let (new, old) = (Key::generate_pair(), Key::generate_pair());
    let keys = KeySet::new(vec![new.clone(), old.clone()]).unwrap();
    let again = KeySet::parse(keys.to_json().unwrap().expose().as_bytes()).unwrap();
    assert_eq!(again.signer().unwrap().id(), new.id());
    assert_eq!(again.find(old.id()).unwrap().unwrap().id(), old.id());
    assert!(again.find("another").unwrap().is_none());
    assert!(again.public().unwrap().current().unwrap().iter().all(|key| !key.can_sign()));
    assert!(KeySet::new(vec![new.clone(), new]).is_err());
    assert!(KeySet::new(Vec::new()).is_err());
    assert_eq!(KeySet::parse(OKP.as_bytes()).unwrap().current().unwrap().len(), 1);
    let mixed = format!(r#"{{"keys":[{{"kty":"OKP","crv":"X25519","x":"{}"}},{OKP}]}}"#, "A".repeat(43));
    assert_eq!(KeySet::parse(mixed.as_bytes()).unwrap().current().unwrap().len(), 1);
    for (text, why) in [
        (r#"{"keys":[]}"#, "holds no key for signing"),
        (r#"{"keys":[{"kty":"oct","k":"AAAA"}]}"#, "at least 32"),
        (r#"{"kty":"oct"}"#, "no member \"k\""),
        ("[]", "must be a JSON object"),
    ] {
        let error = KeySet::parse(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
}

#[test]
fn nothing_secret_is_shown() {
    let key = Key::from_secret(&[0xAB; 32], Some("name")).unwrap();
    assert_eq!(format!("{key:?}"), r#"Key("name", hmac-sha256)"#);
    assert!(!format!("{:?}", KeySet::from(key)).contains("171"));
}
