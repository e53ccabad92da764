//! Secrets that are shown once, and those that can be shown again.

use std::collections::HashSet;

use ironlatch::Error as CoreError;
use ironlatch::recipes::Error;
use ironlatch::recipes::show_once::{ApiKey, ApiKeys, Codes, Digest, MAX_SECRET_LEN, SecretSealer, ServerKey};

/// Computed from the description in `docs/show-once.md` by Python's `hmac` and `zlib`.
mod fixed {
    pub(super) const SERVER_KEY: &str =
        "ironlatch_server_key_000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2eVyeL";
    pub(super) const ID: &str = "a803e69f";
    pub(super) const API_KEY: &str = "acme_live_0123456789abcdefghijABCDEFGHIJKL02QS26";
    pub(super) const API_KEY_DIGEST: &str = "so1.a803e69f.sJE3qKYFAbIiIiHLeaqbaZ9fb5vtrZMyFoFXTeXR2Y8";
    pub(super) const CODE: &str = "7k3m-x9qd-t4wp-bn6h";
    pub(super) const CODE_DIGEST: &str = "so1.a803e69f.GWYFEYdKjLmwsjYIHR8kwSj1T9yZAbw_OTMUSggtIW4";
}

fn fixed_key() -> ServerKey {
    ServerKey::from_text(fixed::SERVER_KEY).unwrap()
}

fn new_key() -> ServerKey {
    ServerKey::generate().unwrap()
}

fn is_malformed<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::MalformedSecret(message)) => message.into_owned(),
        other => panic!("{other:?}"),
    }
}

fn is_unusable<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::UnusableRecord(message)) => message.into_owned(),
        other => panic!("{other:?}"),
    }
}

fn is_invalid<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::Core(CoreError::InvalidValue(message))) => message.into_owned(),
        other => panic!("{other:?}"),
    }
}

/// `text` with another letter or digit at each place in turn.
fn changed(text: &str) -> impl Iterator<Item = String> {
    (0..text.len()).flat_map(move |at| {
        let other = |c: char| format!("{}{c}{}", &text[..at], &text[at + 1..]);
        let there = text.as_bytes()[at] as char;
        ['a', 'Z', '7'].into_iter().filter(move |c| *c != there).map(other).collect::<Vec<_>>()
    })
}

#[test]
fn what_is_written_down_is_what_is_computed() {
    let key = fixed_key();
    assert_eq!(key.to_text().expose(), fixed::SERVER_KEY);
    assert_eq!(key.id(), fixed::ID);
    let keys = [&key];
    let api_keys = ApiKeys::new("acme_live", &keys).unwrap();
    assert_eq!(api_keys.digests(fixed::API_KEY).unwrap()[0].to_string(), fixed::API_KEY_DIGEST);
    let codes = Codes::new("login", &keys).unwrap();
    assert_eq!(codes.digest(fixed::CODE, b"ada").unwrap().to_string(), fixed::CODE_DIGEST);
}

#[test]
fn api_keys_are_found_by_their_digest_alone() {
    let api_keys = ApiKeys::new("acme_live", &[&new_key()]).unwrap();
    let keys: Vec<ApiKey> = (0..100).map(|_| api_keys.generate()).collect();
    let table: HashSet<Digest> = keys.iter().map(|key| api_keys.digest(key)).collect();
    assert_eq!(table.len(), keys.len());
    for key in &keys {
        assert!(key.expose().starts_with("acme_live_"));
        assert_eq!(key.expose().len(), "acme_live_".len() + 38);
        assert!(key.expose().starts_with(key.hint()));
        assert_eq!(key.hint().len(), "acme_live_".len() + 4);
        let candidates = api_keys.digests(&format!("  {}\r\n", key.expose())).unwrap();
        assert!(table.contains(&candidates[0]));
        let stored = candidates[0].to_string();
        assert_eq!(stored.len(), Digest::TEXT_LEN);
        assert_eq!(stored.parse::<Digest>().unwrap(), candidates[0]);
        assert!(api_keys.verify(key.expose(), &stored).unwrap());
        assert!(!api_keys.needs_update(&stored).unwrap());
    }
    assert!(!api_keys.verify(keys[0].expose(), &api_keys.digest(&keys[1]).to_string()).unwrap());
    assert!(!table.contains(&api_keys.digest(&api_keys.generate())));
}

#[test]
fn a_typo_is_found_without_the_server() {
    let api_keys = ApiKeys::new("acme_live", &[&new_key()]).unwrap();
    let key = api_keys.generate();
    let stored = api_keys.digest(&key).to_string();
    ApiKey::parse(key.expose()).unwrap();
    for typed in changed(key.expose()) {
        is_malformed(ApiKey::parse(&typed));
        is_malformed(api_keys.digests(&typed));
        assert!(!api_keys.verify(&typed, &stored).unwrap());
    }
    for len in 0..key.expose().len() {
        is_malformed(ApiKey::parse(&key.expose()[..len]));
        is_malformed(ApiKey::parse(&key.expose()[len + 1..]));
    }
    for at in 10..key.expose().len() - 1 {
        // Two neighbours swapped.
        let mut typed = key.expose().to_owned().into_bytes();
        typed.swap(at, at + 1);
        if typed != key.expose().as_bytes() {
            is_malformed(ApiKey::parse(std::str::from_utf8(&typed).unwrap()));
        }
    }
    for typed in [
        "",
        " ",
        "_",
        "acme_live_",
        "hunter2",
        "acme_live_é",
        &"a_b".repeat(100_000),
        "\0",
        &key.expose().to_uppercase(),
    ] {
        is_malformed(ApiKey::parse(typed));
    }
    let message = is_malformed(ApiKey::parse(&key.expose()[..40]));
    assert!(message.contains("mistyped or cut short") && !message.contains(&key.expose()[10..14]), "{message}");
}

#[test]
fn keys_of_another_environment_are_refused_by_name() {
    let key = new_key();
    let keys = [&key];
    let (live, test) = (ApiKeys::new("acme_live", &keys).unwrap(), ApiKeys::new("acme_test", &keys).unwrap());
    let key = test.generate();
    let message = is_malformed(live.digests(key.expose()));
    assert!(message.contains("acme_test_") && message.contains("acme_live_"), "{message}");
    assert!(!live.verify(key.expose(), &test.digest(&key).to_string()).unwrap());
    assert_ne!(live.digest(&key), test.digest(&key));
    assert_eq!(ApiKey::parse(key.expose()).unwrap().prefix(), "acme_test");
    // A server key where an API key should be.
    let message = is_malformed(live.digests(keys[0].to_text().expose()));
    assert!(message.contains("server key"), "{message}");
    is_malformed(ServerKey::from_text(key.expose()));
}

#[test]
fn prefixes_that_would_not_be_found_again() {
    for prefix in ["", "x", "Acme", "acme-live", "acme_", "acme__live", "1acme", "acme live", &"a".repeat(41)] {
        is_invalid(ApiKeys::new(prefix, &[&new_key()]));
    }
}

#[test]
fn codes_belong_to_their_owner_and_purpose() {
    let key = new_key();
    let keys = [&key];
    let codes = Codes::new("login", &keys).unwrap();
    let made = codes.generate(10).unwrap();
    assert_eq!(made.len(), 10);
    let code = made.get(0).unwrap();
    let stored = codes.digest(code, b"ada").unwrap();
    for typed in [code.to_uppercase(), code.replace('-', ""), format!(" {} ", code.replace('-', " – "))] {
        assert_eq!(codes.digests(&typed, b"ada").unwrap(), [stored]);
    }
    assert!(codes.verify(code, b"ada", &stored.to_string()).unwrap());
    assert!(!codes.verify(code, b"grace", &stored.to_string()).unwrap());
    assert!(!codes.verify(made.get(1).unwrap(), b"ada", &stored.to_string()).unwrap());
    let other_purpose = Codes::new("delete account", &keys).unwrap();
    assert!(!other_purpose.verify(code, b"ada", &stored.to_string()).unwrap());
    // The owner's name and the code cannot run into each other.
    assert_ne!(codes.digest(code, b"ad").unwrap(), stored);
    for (typed, hint) in [
        ("", "no recovery code was given"),
        ("7k3m-x9qd-t4wp-bn6", "16 symbols, not 15"),
        ("7k3m-x9qd-t4wp-bn6hh", "16 symbols, not 17"),
        ("7k3m-x9qd-t4wp-bn6o", "easily mistaken"),
        ("7k3m-x9qd-t4wp-bn6!", "'!'"),
        (&"7".repeat(1_000_000), "too long"),
    ] {
        let message = is_malformed(codes.digests(typed, b"ada"));
        assert!(message.contains(hint), "{message}");
        assert!(!codes.verify(typed, b"ada", &stored.to_string()).unwrap());
    }
    is_invalid(codes.digest(code, b""));
    is_invalid(codes.digests(code, &[b'a'; 1025]));
    is_invalid(codes.verify(code, b"", &stored.to_string()));
    is_invalid(Codes::new("", &keys));
    is_invalid(codes.generate(0));
}

#[test]
fn server_keys_are_replaced_while_the_service_runs() {
    let (old, new) = (new_key(), new_key());
    let texts = [old.to_text().expose().to_owned(), new.to_text().expose().to_owned()];
    let before = ApiKeys::new("acme", &[&old]).unwrap();
    let key = before.generate();
    let stored = before.digest(&key).to_string();

    let old = ServerKey::from_text(&texts[0]).unwrap();
    let both = ApiKeys::new("acme", &[&new, &old]).unwrap();
    let candidates = both.digests(key.expose()).unwrap();
    assert_eq!(candidates.len(), 2);
    assert_eq!(candidates[0], both.digest(&key));
    assert_eq!(candidates[1].to_string(), stored);
    assert!(both.verify(key.expose(), &stored).unwrap());
    assert!(both.needs_update(&stored).unwrap());
    let updated = both.digest(&key).to_string();
    assert!(!both.needs_update(&updated).unwrap());

    let after = ApiKeys::new("acme", &[&ServerKey::from_text(&texts[1]).unwrap()]).unwrap();
    assert!(after.verify(key.expose(), &updated).unwrap());
    let message = is_unusable(after.verify(key.expose(), &stored));
    assert!(message.contains(&old.id()), "{message}");
}

#[test]
fn sets_of_server_keys_that_are_mistakes() {
    is_invalid(ApiKeys::new("acme", &[]));
    is_invalid(Codes::new("login", &[&fixed_key(), &fixed_key()]));
    let many: Vec<_> = (0..9).map(|_| new_key()).collect();
    let many: Vec<_> = many.iter().collect();
    is_invalid(SecretSealer::new("notes", &many));
    SecretSealer::new("notes", &many[..8]).unwrap();
}

#[test]
fn server_keys_as_text() {
    let key = new_key();
    let text = key.to_text();
    assert_eq!(ServerKey::from_text(&format!("\n{}\n", text.expose())).unwrap().id(), key.id());
    for typed in changed(text.expose()) {
        is_malformed(ServerKey::from_text(&typed));
    }
    for len in 0..text.expose().len() {
        is_malformed(ServerKey::from_text(&text.expose()[..len]));
    }
    for len in [0, 16, 31, 33, 64] {
        is_invalid(ServerKey::from_bytes(&vec![1; len]));
    }
    assert_eq!(ServerKey::from_bytes(&(0..32).collect::<Vec<u8>>()).unwrap().id(), fixed::ID);
}

#[test]
fn stored_digests_that_are_none() {
    let api_keys = ApiKeys::new("acme_live", &[&fixed_key()]).unwrap();
    let stored = fixed::API_KEY_DIGEST;
    assert!(api_keys.verify(fixed::API_KEY, stored).unwrap());
    for text in changed(stored) {
        // Another digest, an unknown key, or no digest at all: never a match.
        assert_ne!(api_keys.verify(fixed::API_KEY, &text), Ok(true), "{text}");
    }
    for len in 0..stored.len() {
        is_unusable(api_keys.verify(fixed::API_KEY, &stored[..len]));
        is_unusable(api_keys.needs_update(&stored[..len]));
    }
    for text in [
        "",
        ".",
        "..",
        "so1..",
        &format!("{stored}A"),
        &format!("{stored}="),
        &stored.replace("a803", "A803"),
        &"so1.".repeat(1_000_000),
    ] {
        is_unusable(text.parse::<Digest>());
    }
    let message = is_unusable(stored.replace("so1", "so2").parse::<Digest>());
    assert!(message.contains("update the library"), "{message}");
    assert_eq!(stored.parse::<Digest>().unwrap().key_id(), fixed::ID);
}

#[test]
fn viewable_secrets_come_back_to_their_owner() {
    let key = new_key();
    let keys = [&key];
    let notes = SecretSealer::new("backup phrase", &keys).unwrap();
    for len in [0, 1, 2, 3, 1000, MAX_SECRET_LEN] {
        let secret = vec![b'x'; len];
        let stored = notes.seal(&secret, b"ada").unwrap();
        assert!(stored.starts_with(&format!("sv1.{}.", keys[0].id())));
        assert_eq!(notes.open(&stored, b"ada").unwrap().expose(), secret);
        assert_ne!(notes.seal(&secret, b"ada").unwrap(), stored);
    }
    let stored = notes.seal(b"graves sandbox exile", b"ada").unwrap();
    is_unusable(notes.open(&stored, b"grace"));
    is_unusable(SecretSealer::new("other", &keys).unwrap().open(&stored, b"ada"));
    let message = is_unusable(SecretSealer::new("backup phrase", &[&new_key()]).unwrap().open(&stored, b"ada"));
    assert!(message.contains(&keys[0].id()), "{message}");
    for text in changed(&stored) {
        is_unusable(notes.open(&text, b"ada"));
    }
    for len in 0..stored.len() {
        is_unusable(notes.open(&stored[..len], b"ada"));
    }
    for text in ["", "so1.a803e69f.AAAA", fixed::API_KEY_DIGEST, &"sv1.a803e69f.".repeat(200_000)] {
        is_unusable(notes.open(text, b"ada"));
        is_unusable(notes.needs_update(text));
    }
    is_invalid(notes.open(&stored, b""));
    is_invalid(notes.seal(b"x", b""));
    assert!(matches!(notes.seal(&vec![0; MAX_SECRET_LEN + 1], b"ada"), Err(Error::Core(CoreError::TooLong(_)))));
}

#[test]
fn viewable_secrets_move_to_a_new_server_key() {
    let old = new_key();
    let old_text = old.to_text();
    let stored = SecretSealer::new("notes", &[&old]).unwrap().seal(b"secret", b"ada").unwrap();
    let both = SecretSealer::new("notes", &[&new_key(), &ServerKey::from_text(old_text.expose()).unwrap()]).unwrap();
    assert!(both.needs_update(&stored).unwrap());
    let updated = both.update(&stored, b"ada").unwrap();
    assert!(!both.needs_update(&updated).unwrap());
    assert_eq!(both.open(&updated, b"ada").unwrap().expose(), b"secret");
    is_unusable(both.update(&stored, b"grace"));
}

#[test]
fn nothing_secret_is_shown_by_debug() {
    let key = fixed_key();
    let keys = [&key];
    let api_keys = ApiKeys::new("acme_live", &keys).unwrap();
    let (codes, notes) = (Codes::new("login", &keys).unwrap(), SecretSealer::new("notes", &keys).unwrap());
    let key = api_keys.parse(fixed::API_KEY).unwrap();
    let shown = format!("{keys:?} {api_keys:?} {key:?} {codes:?} {notes:?} {:?}", api_keys.digest(&key));
    for secret in ["0102", "0123456789", "sJE3", "[1, 2"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert!(shown.contains(fixed::ID));
}
