//! Keys from and for other programs. `tests/data/tink.json` was written by Tink 1.16.1 for Python:
//! the name of a template, a new keyset of it, and what its primitive made of `a message` with the
//! associated data `data`.

use ironlatch::Error as CoreError;
use ironlatch::Output;
use ironlatch::recipes::Error;
use ironlatch::recipes::error::KeyringFault;
use ironlatch::recipes::keyring::{Format, Keyring, Kind, MAX_IMPORT_LEN, Prefix, State};

fn import(format: Format, text: &str) -> Result<Keyring, Error> {
    let ring = Keyring::new();
    ring.import("key", format, text.as_bytes())?;
    Ok(ring)
}

fn is_foreign(result: Result<impl std::fmt::Debug, Error>) -> String {
    match result {
        Err(Error::Core(CoreError::WrongType(message))) => message.into_owned(),
        other => panic!("{other:?}"),
    }
}

fn is_malformed(result: Result<impl std::fmt::Debug, Error>) -> String {
    match result {
        Err(Error::Core(error)) if error.is_wrong_value() => error.to_string(),
        other => panic!("{other:?}"),
    }
}

fn exported(ring: &Keyring, format: Format) -> String {
    ring.export("key", format).unwrap().expose().to_owned()
}

fn tink_vectors() -> Vec<(String, String, Vec<u8>)> {
    let text = include_str!("../../../../tests/data/tink.json");
    let rows: serde_json::Value = serde_json::from_str(text).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| (text(&row[0]), text(&row[1]), hex::decode(text(&row[2])).unwrap())).collect()
}

#[test]
fn what_tink_made_opens() {
    let mut opened = 0;
    for (name, keyset, made) in tink_vectors() {
        assert_eq!(Format::of(keyset.as_bytes()), Ok(Format::Tink));
        if made.is_empty() {
            let message = is_foreign(import(Format::Tink, &keyset));
            let why = match name.as_str() {
                "AES256_EAX" => "\"AesEaxKey\"",
                "AES256_GCM_SIV" => "\"AesGcmSivKey\"",
                "HMAC_128" => "tags of 32 bytes",
                _ => "salts of 12 bytes",
            };
            assert!(message.contains(why), "{name}: {message}");
            continue;
        }
        let ring = import(Format::Tink, &keyset).unwrap();
        let key = ring.key("key").unwrap();
        if matches!(key.kind(), Kind::TinkHmacSha256 | Kind::TinkEd25519) {
            key.verify(b"a message", &made).unwrap();
            assert_eq!(key.sign(b"a message").unwrap(), made, "both are deterministic");
            assert!(matches!(key.verify(b"another", &made), Err(Error::Core(CoreError::BadSignature))));
            let unknown = [&[1, 9, 9, 9, 9], &made[5..]].concat();
            assert!(matches!(key.verify(b"a message", &unknown), Err(Error::Keyring { .. })));
        } else {
            assert_eq!(*key.decrypt(&made, b"data").unwrap(), b"a message", "{name}");
            assert_eq!(key.decrypt(&made, b"date"), Err(Error::Core(CoreError::InvalidTag)));
            let ours = key.encrypt(b"a message", b"data").unwrap();
            assert_eq!((ours.len(), *key.decrypt(&ours, b"data").unwrap() == b"a message"[..]), (made.len(), true));
        }
        let prefix = ring.describe()[0].versions[0].prefix;
        assert_eq!(prefix == Prefix::Nothing, name.ends_with("RAW") || name.ends_with("NO_PREFIX"), "{name}");
        // A rotation here gives the new version a prefix, and both open.
        ring.rotate("key").unwrap();
        if key.kind() != Kind::TinkHmacSha256 && key.kind() != Kind::TinkEd25519 {
            assert_eq!(*key.decrypt(&made, b"data").unwrap(), b"a message", "{name}");
            assert!(key.needs_update(&made).unwrap());
        }
        // What goes out comes in again.
        let text = exported(&ring, Format::Tink);
        let again = import(Format::Tink, &text).unwrap();
        let ids = |ring: &Keyring| -> Vec<_> {
            ring.describe()[0].versions.iter().map(|version| (version.id, version.state, version.prefix)).collect()
        };
        assert_eq!(ids(&again), ids(&ring), "{name}");
        assert_eq!(exported(&again, Format::Tink), text);
        opened += 1;
    }
    assert_eq!(opened, 9);
}

#[test]
fn keysets_that_are_not_taken() {
    let vectors = tink_vectors();
    let good = &vectors[1].1;
    let without_id = good.replace("\"keyId\":", "\"keyID\":");
    for bad in [
        "",
        "{}",
        "[]",
        "{\"primaryKeyId\":1}",
        "{\"primaryKeyId\":1,\"key\":[]}",
        "{\"primaryKeyId\":1,\"key\":[1]}",
        &without_id,
        &good.replace("ENABLED", "DISABLED"),
        &good.replace("ENABLED", "UNKNOWN_STATUS"),
        &good.replace("\"value\":\"", "\"value\":\"AAAA"),
        &good.replace("\"value\":\"", "\"value\":\"*"),
        &good.replace("\"key\":[", "\"key\":[],\"key\":["),
        &good[..good.len() - 1],
    ] {
        is_malformed(import(Format::Tink, bad));
    }
    assert!(is_foreign(import(Format::Tink, &good.replace("\"TINK\"", "\"CRUNCHY\""))).contains("CRUNCHY"));
    let encrypted = "{\"encryptedKeyset\":\"AAAA\",\"keysetInfo\":{\"primaryKeyId\":1}}";
    assert!(is_foreign(import(Format::Tink, encrypted)).contains("cleartext"));
    let two = |first: &str, second: &str| {
        let keys = |text: &str| text[text.find("\"key\":[").unwrap() + 7..text.rfind(']').unwrap()].to_owned();
        let end = first.rfind(']').unwrap();
        format!("{},{}{}", &first[..end], keys(second), &first[end..])
    };
    assert!(import(Format::Tink, &two(good, &vectors[2].1)).is_ok());
    assert!(is_foreign(import(Format::Tink, &two(good, &vectors[3].1))).contains("several types"));
    assert!(matches!(
        import(Format::Tink, &two(good, good)),
        Err(Error::Core(CoreError::InvalidValue(_)) | Error::Keyring { fault: KeyringFault::NotAllowed, .. })
    ));
    assert!(is_malformed(import(Format::Tink, &" ".repeat(MAX_IMPORT_LEN + 1))).contains("too long"));
}

#[test]
fn every_changed_byte_of_a_keyset_is_survived() {
    for (_, keyset, _) in tink_vectors().into_iter().take(4) {
        for at in 0..keyset.len() {
            let mut bytes = keyset.clone().into_bytes();
            bytes[at] ^= 1;
            let ring = Keyring::new();
            if ring.import("key", Format::Tink, &bytes).is_err() {
                assert_eq!((ring.describe().len(), ring.history().len()), (0, 0), "nothing is left of it");
            }
            assert!(ring.import("key", Format::Tink, &keyset.as_bytes()[..at]).is_err() || at == keyset.len());
        }
    }
}

#[test]
fn fernet_keys() {
    let (new, old) = ("cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    let text = format!("# the current one first\n{new}\n\n {old} \r\n");
    assert_eq!(Format::of(text.as_bytes()), Ok(Format::Fernet));
    let ring = import(Format::Fernet, &text).unwrap();
    let key = ring.key("key").unwrap();
    let states: Vec<_> = ring.describe()[0].versions.iter().map(|version| version.state).collect();
    assert_eq!(states, [State::Active, State::Primary]);
    let token = b"gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==";
    let token = ironlatch::recipes::fernet::Token::parse(token).unwrap();
    let fernets = key.fernets().unwrap().current().unwrap();
    let verified = token.verify(fernets[0].fernet(), None).unwrap();
    let mut data = [0; 5];
    verified.decrypt_into(Output::from(&mut data[..])).unwrap();
    assert_eq!(&data, b"hello");
    assert_eq!(exported(&ring, Format::Fernet), format!("{new}\n{old}\n"));
    for bad in [
        "",
        "# nothing",
        "abc",
        &new[..43],
        &format!("{new}="),
        &new.replace('_', "/"),
        &format!("{old}\n{}", &new[1..]),
    ] {
        let message = is_malformed(import(Format::Fernet, bad));
        assert!(bad.len() < 9 || !message.contains(&bad[..8]), "{message}");
    }
    // Into a key that is there: its primary version stays.
    let primary = key.primary().unwrap().id();
    let ids = ring.import("key", Format::Fernet, old.as_bytes()).unwrap();
    assert_eq!((key.primary().unwrap().id(), key.usable().unwrap().len()), (primary, 3));
    ring.promote("key", ids[0]).unwrap();
    assert!(exported(&ring, Format::Fernet).starts_with(old));
}

#[test]
fn json_web_keys() {
    let secret = "\"k\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\"";
    let hmac = format!("{{\"kty\":\"oct\",\"alg\":\"HS256\",\"kid\":\"first\",\"use\":\"sig\",{secret}}}");
    assert_eq!(Format::of(hmac.as_bytes()), Ok(Format::Jwk));
    let ring = import(Format::Jwk, &hmac).unwrap();
    let key = ring.key("key").unwrap();
    assert_eq!((key.kind(), key.signing_keys().unwrap().signer().unwrap().id()), (Kind::HmacSha256, "first"));
    assert!(matches!(
        ring.import("key", Format::Jwk, hmac.as_bytes()),
        Err(Error::Keyring { fault: KeyringFault::NotAllowed, .. })
    ));
    ring.rotate("key").unwrap();
    let text = exported(&ring, Format::Jwk);
    let again = import(Format::Jwk, &text).unwrap();
    let keys = again.key("key").unwrap().signing_keys().unwrap();
    assert!(keys.find("first").unwrap().is_some());
    assert_eq!(keys.signer().unwrap().id(), key.signing_keys().unwrap().signer().unwrap().id());

    // RFC 8037, appendix A.1.
    let okp = "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\",\
               \"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}";
    assert_eq!(import(Format::Jwk, okp).unwrap().key("key").unwrap().kind(), Kind::Ed25519);
    let gcm = format!("{{\"kty\":\"oct\",\"alg\":\"A256GCM\",{secret}}}");
    let ring = import(Format::Jwk, &gcm).unwrap();
    let message = ring.key("key").unwrap().encrypt(b"x", b"").unwrap();
    assert_eq!(message.len(), 12 + 1 + 16, "without a prefix, as others write it");
    let set = format!("{{\"keys\":[{gcm},{hmac}]}}");
    assert!(is_foreign(import(Format::Jwk, &set)).contains("several kinds"));
    for (bad, why) in [
        (format!("{{\"kty\":\"oct\",{secret}}}"), "\"alg\""),
        (format!("{{\"kty\":\"oct\",\"alg\":\"HS512\",\"k\":\"{}\"}}", "A".repeat(86)), "HS512"),
        (format!("{{\"kty\":\"oct\",\"alg\":\"HS256\",\"key_ops\":[\"sign\"],{secret}}}"), "key_ops"),
        (format!("{{\"kty\":\"oct\",\"alg\":\"A256GCM\",\"key_ops\":[\"decrypt\"],{secret}}}"), "key_ops"),
        (okp.replace("\"crv\"", "\"key_ops\":[\"verify\"],\"crv\""), "key_ops"),
        (format!("{{\"kty\":\"oct\",\"alg\":\"HS256\",\"use\":\"enc\",{secret}}}"), "use"),
        (okp.replace("\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\",", ""), "public key"),
    ] {
        assert!(is_foreign(import(Format::Jwk, &bad)).contains(why), "{bad}");
    }
    is_malformed(import(Format::Jwk, &format!("{{\"kty\":\"oct\",\"alg\":\"A128GCM\",{secret}}}")));
    for (other, taken) in [("{\"kty\":\"future\"}", true), ("{\"kty\":\"oct\"}", false), ("7", false)] {
        let set = format!("{{\"keys\":[{hmac},{other}]}}");
        assert_eq!(import(Format::Jwk, &set).is_ok(), taken, "no damaged key is left behind unsaid: {other}");
    }
    is_malformed(import(Format::Jwk, "{\"kty\":\"oct\",\"alg\":\"HS256\",\"k\":\"AAEC\"}"));
    is_malformed(import(Format::Jwk, &hmac.replace("first", "the first")));
    is_malformed(import(Format::Jwk, "{\"keys\":[]}"));
}

#[test]
fn kinds_that_do_not_exist_elsewhere() {
    let ring = Keyring::new();
    ring.create_key("key", Kind::General).unwrap();
    for format in [Format::Fernet, Format::Jwk, Format::Tink] {
        assert!(is_foreign(ring.export("key", format)).contains("general"));
        assert_eq!(format.name().parse::<Format>(), Ok(format));
    }
    assert_eq!(ring.history().len(), 1, "what did not go out is not noted");
    let text = b"cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
    assert!(is_foreign(ring.import("key", Format::Fernet, text)).contains("another name"));
    ring.import("tokens", Format::Fernet, text).unwrap();
    ring.export("tokens", Format::Fernet).unwrap();
    let actions: Vec<_> = ring.history().iter().map(|change| change.action.name()).collect();
    assert_eq!(actions, ["created", "imported", "exported"]);
    assert!("pem".parse::<Format>().is_err());
    assert!(Format::of(b"-----BEGIN").is_err());
}
