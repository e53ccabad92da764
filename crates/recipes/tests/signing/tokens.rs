//! Signed and encrypted tokens: round trips, and what is refused. The standards' vectors stand with
//! the code.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ironlatch::Error as CoreError;
use ironlatch::recipes::Error;
use ironlatch::recipes::error::Refusal;
use ironlatch::recipes::signing::token::{
    Data, EncryptedTokens, EncryptionKey, MAX_LEN, SignedTokens, Validity, Verified,
};
use ironlatch::recipes::signing::{FOREVER, Key, KeySet, MAX_LEEWAY, MemoryReplayStore, ReplayStore};

const NOW: f64 = 1_700_000_000.5;

fn at(now: f64) -> Validity {
    Validity { max_age: None, now }
}

fn json(text: &str) -> Data {
    Data::Json(text.into())
}

fn refused<T: core::fmt::Debug>(result: Result<T, Error>) -> Refusal {
    match result {
        Err(Error::Refused { reason, .. }) => reason,
        other => panic!("not refused: {other:?}"),
    }
}

/// A token with this header and these claims under `key`, as somebody else might make it.
fn foreign(key: &Key, header: &str, claims: &str) -> String {
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = key.sign(signed.as_bytes()).unwrap();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// Both kinds of tokens under one face.
enum Tokens {
    Signed(SignedTokens),
    Encrypted(EncryptedTokens),
}

impl Tokens {
    fn all() -> [Self; 3] {
        [
            Self::Signed(SignedTokens::new(Key::generate(), "test").unwrap()),
            Self::Signed(SignedTokens::new(Key::generate_pair(), "test").unwrap()),
            Self::Encrypted(EncryptedTokens::new(vec![EncryptionKey::generate().unwrap()], "test").unwrap()),
        ]
    }

    fn make(&self, data: &Data, valid_for: u64, now: f64) -> Result<String, Error> {
        match self {
            Self::Signed(tokens) => tokens.sign(data, valid_for, now),
            Self::Encrypted(tokens) => tokens.encrypt(data, valid_for, now),
        }
    }

    fn open(&self, token: &str, validity: Validity) -> Result<Verified, Error> {
        match self {
            Self::Signed(tokens) => tokens.verify(token, validity),
            Self::Encrypted(tokens) => tokens.decrypt(token, validity),
        }
    }
}

#[test]
fn what_goes_in_comes_out() {
    let long = format!("\"{}\"", "x".repeat(40_000));
    for tokens in Tokens::all() {
        for data in [
            json("null"),
            json("{\"user\":42,\"roles\":[\"a\",\"ü\"]}"),
            json("12345678901234567890123"),
            json(&long),
            Data::Bytes(vec![]),
            Data::Bytes((0..=255).collect()),
        ] {
            let token = tokens.make(&data, 60, NOW).unwrap();
            let verified = tokens.open(&token, at(NOW)).unwrap();
            assert_eq!(verified.data, Some(data));
            assert_eq!(verified.issued_at, Some(1_700_000_000.0));
            assert_eq!(verified.expires_at, Some(1_700_000_060.0));
            assert_eq!(verified.remember_until, Some(1_700_000_360));
            assert_eq!(verified.id.unwrap().len(), 22);
        }
    }
}

#[test]
fn every_character_counts() {
    for tokens in Tokens::all() {
        let token = tokens.make(&json("{\"user\":42}"), 60, NOW).unwrap();
        for at_ in 0..token.len() {
            for to in ["A", "B", ".", "=", "é", "-"] {
                let changed = format!("{}{to}{}", &token[..at_], &token[at_ + 1..]);
                if changed != token {
                    refused(tokens.open(&changed, at(NOW)));
                }
            }
            refused(tokens.open(&token[..at_], at(NOW)));
            refused(tokens.open(&token[at_ + 1..], at(NOW)));
        }
        for suffix in ["A", "=", ".", " ", "\n"] {
            refused(tokens.open(&format!("{token}{suffix}"), at(NOW)));
        }
    }
}

#[test]
fn times() {
    for tokens in Tokens::all() {
        let token = tokens.make(&json("1"), 60, NOW).unwrap();
        let open = |now, max_age| tokens.open(&token, Validity { max_age, now });
        let made = NOW.floor();
        assert!(open(made - 10.0, None).is_ok());
        assert_eq!(refused(open(made - 11.0, None)), Refusal::NotYetValid);
        assert!(open(made + 69.9, None).is_ok());
        assert_eq!(refused(open(made + 70.0, None)), Refusal::Expired);
        assert!(open(made + 30.0, Some(20.0)).is_ok());
        assert_eq!(refused(open(made + 31.0, Some(20.0))), Refusal::Expired);
        assert_eq!(refused(open(made + 80.0, Some(500.0))), Refusal::Expired, "max_age does not make it last longer");
        for (now, max_age) in [(f64::NAN, None), (f64::INFINITY, None), (NOW, Some(f64::NAN)), (NOW, Some(-1.0))] {
            assert!(matches!(open(now, max_age), Err(Error::Core(CoreError::InvalidValue(_)))));
        }
        assert!(tokens.make(&json("1"), 0, NOW).is_err());
        assert!(tokens.make(&json("1"), u64::MAX, NOW).is_err());
    }
    let strict = SignedTokens::new(Key::generate(), "test").unwrap().with_leeway(0).unwrap();
    let token = strict.sign(&json("1"), 60, NOW).unwrap();
    assert_eq!(refused(strict.verify(&token, at(NOW + 60.0))), Refusal::Expired);
}

#[test]
fn other_purposes_keys_and_kinds_are_refused() {
    let (key, other) = (Key::generate(), Key::generate_pair());
    let login = SignedTokens::new(key.clone(), "login").unwrap();
    let reset = SignedTokens::new(key, "reset").unwrap();
    let token = login.sign(&json("1"), 60, NOW).unwrap();
    assert_eq!(refused(reset.verify(&token, at(NOW))), Refusal::Insufficient);
    let strangers = SignedTokens::new(other.clone(), "login").unwrap();
    assert_eq!(refused(strangers.verify(&token, at(NOW))), Refusal::NotAuthentic);

    let secret = EncryptionKey::generate().unwrap();
    let sealed = EncryptedTokens::new(vec![secret.clone()], "login").unwrap();
    let resealed = EncryptedTokens::new(vec![secret], "reset").unwrap();
    let ciphertext = sealed.encrypt(&json("1"), 60, NOW).unwrap();
    assert_eq!(refused(resealed.decrypt(&ciphertext, at(NOW))), Refusal::Insufficient);
    assert_eq!(refused(login.verify(&ciphertext, at(NOW))), Refusal::Malformed);
    assert_eq!(refused(sealed.decrypt(&token, at(NOW))), Refusal::Malformed);

    // The public half verifies and does not sign.
    let pair = SignedTokens::new(other.clone(), "login").unwrap();
    let public = SignedTokens::new(other.public().unwrap(), "login").unwrap();
    assert!(public.verify(&pair.sign(&json("1"), 60, NOW).unwrap(), at(NOW)).is_ok());
    assert!(matches!(public.sign(&json("1"), 60, NOW), Err(Error::Core(CoreError::WrongType(_)))));
}

#[test]
fn keys_follow_each_other() {
    let (old, new) = (Key::generate(), Key::generate_pair());
    let before = SignedTokens::new(old.clone(), "t").unwrap();
    let after = SignedTokens::new(KeySet::new(vec![new.clone(), old.clone()]).unwrap(), "t").unwrap();
    let token = before.sign(&json("1"), 60, NOW).unwrap();
    assert_eq!(after.verify(&token, at(NOW)).unwrap().key_id, old.id());
    let token = after.sign(&json("1"), 60, NOW).unwrap();
    assert_eq!(after.verify(&token, at(NOW)).unwrap().key_id, new.id());
    assert_eq!(refused(before.verify(&token, at(NOW))), Refusal::NotAuthentic);

    let (old, new) = (EncryptionKey::generate().unwrap(), EncryptionKey::generate().unwrap());
    let before = EncryptedTokens::new(vec![old.clone()], "t").unwrap();
    let after = EncryptedTokens::new(vec![new.clone(), old.clone()], "t").unwrap();
    let token = before.encrypt(&json("1"), 60, NOW).unwrap();
    assert_eq!(after.decrypt(&token, at(NOW)).unwrap().key_id, old.id());
    let token = after.encrypt(&json("1"), 60, NOW).unwrap();
    assert_eq!(refused(before.decrypt(&token, at(NOW))), Refusal::NotAuthentic);
    assert!(EncryptedTokens::new(vec![], "t").is_err());
    assert!(EncryptedTokens::new(vec![old.clone(), old], "t").is_err());
}

#[test]
fn the_key_fixes_the_algorithm() {
    let secret = Key::from_secret(&[7; 32], Some("k")).unwrap();
    let pair = Key::generate_pair();
    let claims = "{\"exp\":1700000060,\"data\":1}";
    let tokens = SignedTokens::new(secret.clone(), "t").unwrap();
    let open = |header: &str| tokens.verify(&foreign(&secret, header, claims), at(NOW));
    assert!(open("{\"alg\":\"HS256\",\"typ\":\"t+jwt\"}").is_ok());
    for algorithm in ["none", "None", "HS512", "hs256", "EdDSA", "RS256", ""] {
        let header = format!("{{\"alg\":\"{algorithm}\",\"kid\":\"k\",\"typ\":\"t+jwt\"}}");
        assert_eq!(refused(open(&header)), Refusal::NotAuthentic, "{algorithm}");
    }
    let unsigned = format!(
        "{}.{}.",
        URL_SAFE_NO_PAD.encode("{\"alg\":\"none\",\"typ\":\"t+jwt\"}"),
        URL_SAFE_NO_PAD.encode(claims)
    );
    assert_eq!(refused(tokens.verify(&unsigned, at(NOW))), Refusal::NotAuthentic);

    // A public key, which everybody knows, is not taken for the secret of an HMAC.
    let public = pair.public().unwrap();
    let confused = Key::from_secret(public.to_json().unwrap().expose().as_bytes(), Some(pair.id())).unwrap();
    let header = format!("{{\"alg\":\"HS256\",\"kid\":\"{}\",\"typ\":\"t+jwt\"}}", pair.id());
    let verifier = SignedTokens::new(public, "t").unwrap();
    assert_eq!(refused(verifier.verify(&foreign(&confused, &header, claims), at(NOW))), Refusal::NotAuthentic);
}

#[test]
fn headers_and_claims_are_read_strictly() {
    let key = Key::from_secret(&[7; 32], Some("k")).unwrap();
    let tokens = SignedTokens::new(key.clone(), "t").unwrap();
    let good_header = "{\"alg\":\"HS256\",\"typ\":\"t+jwt\",\"jku\":\"https://evil.example\"}";
    let good_claims = "{\"exp\":1700000060,\"data\":1}";
    let open = |header: &str, claims: &str| tokens.verify(&foreign(&key, header, claims), at(NOW));
    assert!(open(good_header, good_claims).is_ok());
    for header in [
        "",
        "[]",
        "{}",
        "{\"alg\":\"HS256\",\"alg\":\"HS256\",\"typ\":\"t+jwt\"}",
        "{\"alg\":\"HS256\",\"typ\":\"t+jwt\",\"crit\":[\"b64\"],\"b64\":false}",
        "{\"alg\":\"HS256\",\"typ\":\"t+jwt\",\"zip\":\"DEF\"}",
        "{\"alg\":\"HS256\",\"typ\":\"t+jwt\",\"kid\":1}",
        "{\"alg\":[\"HS256\"],\"typ\":\"t+jwt\"}",
        "{\"alg\":\"HS256\",\"typ\":\"t+jwt\"} ,",
    ] {
        assert_eq!(refused(open(header, good_claims)), Refusal::Malformed, "{header}");
    }
    for header in
        ["{\"alg\":\"HS256\"}", "{\"alg\":\"HS256\",\"typ\":\"JWT\"}", "{\"alg\":\"HS256\",\"typ\":\"T+JWT\"}"]
    {
        assert_eq!(refused(open(header, good_claims)), Refusal::Insufficient, "{header}");
    }
    for claims in [
        "",
        "1",
        "{\"exp\":1700000060,\"exp\":1700000061}",
        "{\"exp\":\"1700000060\"}",
        "{\"exp\":-1}",
        "{\"exp\":null}",
        "{\"exp\":1e400}",
        "{\"exp\":1700000060,\"nbf\":[]}",
        "{\"exp\":1700000060,\"data\":1,\"bin\":\"\"}",
        "{\"exp\":1700000060,\"bin\":\"A\"}",
        "{\"exp\":1700000060,\"bin\":1}",
        "{\"exp\":1700000060,\"jti\":1}",
        "{\"exp\":1700000060,\"data\":{\"a\":1,\"a\":2}}",
        "{\"exp\":1700000060,\"data\":NaN}",
    ] {
        assert_eq!(refused(open(good_header, claims)), Refusal::Malformed, "{claims}");
    }
    let deep = format!("{{\"exp\":1700000060,\"data\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(refused(open(good_header, &deep)), Refusal::Malformed);
    assert_eq!(refused(open(good_header, "{\"exp\":1700000060,\"nbf\":1700000050}")), Refusal::NotYetValid);
    assert_eq!(open(good_header, "{\"exp\":1700000000.5}").unwrap().data, None, "a token of others");
}

#[test]
fn a_token_without_an_end_needs_max_age() {
    let key = Key::generate();
    let tokens = SignedTokens::new(key.clone(), "t").unwrap();
    let header = format!("{{\"alg\":\"HS256\",\"kid\":\"{}\",\"typ\":\"t+jwt\"}}", key.id());
    let open = |claims: &str, max_age| tokens.verify(&foreign(&key, &header, claims), Validity { max_age, now: NOW });
    assert_eq!(refused(open("{\"iat\":1700000000}", None)), Refusal::Insufficient);
    assert!(open("{\"iat\":1700000000}", Some(10.0)).is_ok());
    assert_eq!(refused(open("{\"exp\":1700000060}", Some(10.0))), Refusal::Insufficient);
}

#[test]
fn audiences() {
    let key = Key::generate();
    let open_to_all = SignedTokens::new(key.clone(), "t").unwrap();
    let shop = SignedTokens::new(key.clone(), "t").unwrap().with_audience("shop");
    let bank = SignedTokens::new(key.clone(), "t").unwrap().with_audience("bank");
    let token = shop.sign(&json("1"), 60, NOW).unwrap();
    assert!(shop.verify(&token, at(NOW)).is_ok());
    assert_eq!(refused(bank.verify(&token, at(NOW))), Refusal::Insufficient);
    assert_eq!(refused(open_to_all.verify(&token, at(NOW))), Refusal::Insufficient);
    assert_eq!(refused(shop.verify(&open_to_all.sign(&json("1"), 60, NOW).unwrap(), at(NOW))), Refusal::Insufficient);
    let header = "{\"alg\":\"HS256\",\"typ\":\"t+jwt\"}";
    let both = foreign(&key, header, "{\"exp\":1700000060,\"aud\":[\"bank\",\"shop\"]}");
    assert!(shop.verify(&both, at(NOW)).is_ok());
    let odd = foreign(&key, header, "{\"exp\":1700000060,\"aud\":1}");
    assert_eq!(refused(shop.verify(&odd, at(NOW))), Refusal::Malformed);
}

#[test]
fn too_long_is_neither_made_nor_read() {
    for tokens in Tokens::all() {
        let data = Data::Bytes(vec![0; MAX_LEN]);
        assert!(matches!(tokens.make(&data, 60, NOW), Err(Error::Core(CoreError::TooLong(_)))));
        assert_eq!(refused(tokens.open(&"a.".repeat(MAX_LEN), at(NOW))), Refusal::Malformed);
        assert_eq!(refused(tokens.open("", at(NOW))), Refusal::Malformed);
        assert!(matches!(
            tokens.make(&json("{\"a\":1,\"a\":1}"), 60, NOW),
            Err(Error::Core(CoreError::InvalidValue(_)))
        ));
    }
    for purpose in ["", "Login", "a b", "a+jwt", "ä", &"a".repeat(65)] {
        assert!(SignedTokens::new(Key::generate(), purpose).is_err(), "{purpose}");
    }
}

#[test]
fn encryption_keys() {
    let key = EncryptionKey::generate().unwrap();
    let json = key.to_json().unwrap();
    let again = EncryptionKey::parse(json.expose().as_bytes()).unwrap();
    assert_eq!(again.id(), key.id());
    assert!(!format!("{key:?}").contains("\"k\""));
    let sealed = EncryptedTokens::new(vec![key], "t").unwrap().encrypt(&Data::Json("1".into()), 60, NOW).unwrap();
    assert!(EncryptedTokens::new(vec![again], "t").unwrap().decrypt(&sealed, at(NOW)).is_ok());
    assert!(EncryptionKey::from_bytes(&[1; 63], None).is_err());
    assert!(EncryptionKey::from_bytes(&[1; 64], Some("two words")).is_err());
    assert!(matches!(
        EncryptionKey::parse(Key::generate().to_json().unwrap().expose().as_bytes()),
        Err(Error::Core(CoreError::WrongType(_)))
    ));
    assert!(matches!(Key::parse(json.expose().as_bytes()), Err(Error::Core(CoreError::WrongType(_)))));
    let set = format!("{{\"keys\":[{},{}]}}", Key::generate().to_json().unwrap().expose(), json.expose());
    assert_eq!(EncryptionKey::parse_all(set.as_bytes()).unwrap().len(), 1);
    assert!(EncryptionKey::parse_all(b"{\"keys\":[]}").is_err());
}

#[test]
fn once_only() {
    let store = MemoryReplayStore::default();
    for tokens in Tokens::all() {
        let open = |token: &str| tokens.open(token, at(NOW)).and_then(|verified| verified.only_once(&store, NOW));
        let token = tokens.make(&json("1"), 60, NOW).unwrap();
        assert!(open(&token).is_ok());
        assert_eq!(refused(open(&token)), Refusal::Replayed);
        assert!(open(&tokens.make(&json("1"), 60, NOW).unwrap()).is_ok());
    }
    let key = Key::generate();
    let nameless = foreign(&key, "{\"alg\":\"HS256\",\"typ\":\"t+jwt\"}", "{\"exp\":1700000060}");
    let verified = SignedTokens::new(key, "t").unwrap().verify(&nameless, at(NOW)).unwrap();
    assert_eq!(refused(verified.only_once(&store, NOW)), Refusal::Insufficient);
}

#[test]
fn a_token_is_used_once_whatever_age_is_asked_for() {
    for tokens in Tokens::all() {
        let store = MemoryReplayStore::default();
        let token = tokens.make(&json("1"), 1000, NOW).unwrap();
        let open = |max_age, now| {
            let verified = tokens.open(&token, Validity { max_age, now });
            verified.and_then(|verified| verified.only_once(&store, now))
        };
        open(Some(10.0), NOW + 5.0).unwrap();
        for later in [6.0, 60.0, 999.0] {
            // The store forgets what it may.
            store.remember("another", FOREVER, (NOW + later) as u64).unwrap();
            assert_eq!(refused(open(None, NOW + later)), Refusal::Replayed);
        }
    }
    let key = Key::generate();
    for leeway in [MAX_LEEWAY + 1, u64::MAX] {
        assert!(SignedTokens::new(key.clone(), "t").unwrap().with_leeway(leeway).is_err());
        assert!(
            EncryptedTokens::new(vec![EncryptionKey::generate().unwrap()], "t").unwrap().with_leeway(leeway).is_err()
        );
    }
    // Without an end of its own there is no time after which nobody takes it.
    let endless = foreign(&key, "{\"alg\":\"HS256\",\"typ\":\"t+jwt\"}", "{\"iat\":1700000000,\"jti\":\"1\"}");
    let tokens = SignedTokens::new(key.clone(), "t").unwrap();
    let verified = tokens.verify(&endless, Validity { max_age: Some(60.0), now: NOW }).unwrap();
    assert_eq!(verified.remember_until, None);
    assert_eq!(refused(verified.only_once(&MemoryReplayStore::default(), NOW)), Refusal::Insufficient);
    let far = foreign(&key, "{\"alg\":\"HS256\",\"typ\":\"t+jwt\"}", "{\"exp\":9007199254740991,\"jti\":\"1\"}");
    assert_eq!(tokens.verify(&far, at(NOW)).unwrap().remember_until, Some(FOREVER));
}
