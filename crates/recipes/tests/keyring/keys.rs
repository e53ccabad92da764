//! Keyrings in memory: names, versions, states, what is derived, messages, and what is counted and
//! told.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::thread;

use crate::known_key::{derived, with_known_key};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ironlatch::Error as CoreError;
use ironlatch::recipes::Error;
use ironlatch::recipes::error::KeyringFault;
use ironlatch::recipes::keyring::{
    Action, ChangeNote, Event, EventKind, Format, Keyring, Kind, MAX_HISTORY, MAX_NAME_LEN, Operation, Prefix,
    Protection, State, VersionId,
};
use ironlatch::recipes::sealing::{Sealer, XAes256Gcm};
use ironlatch::recipes::signing::token::{Data, EncryptedTokens, SignedTokens, Validity};
use ironlatch::recipes::signing::webhook::{MAX_PAIR_SIGNATURES, MAX_SIGNATURES, Signer, Verifier};

fn is(result: Result<impl std::fmt::Debug, Error>, fault: KeyringFault) -> String {
    match result {
        Err(Error::Keyring { fault: own, message }) if own == fault => message.into_owned(),
        other => panic!("{other:?}, not {fault:?}"),
    }
}

fn with_key(kind: Kind) -> (Keyring, VersionId) {
    let ring = Keyring::new();
    let id = ring.create_key("customers", kind).unwrap();
    (ring, id)
}

fn states(ring: &Keyring) -> Vec<(u32, State)> {
    ring.describe()[0].versions.iter().map(|version| (version.number, version.state)).collect()
}

#[test]
fn a_key_outlives_its_rotation() {
    let (ring, first) = with_key(Kind::General);
    let key = ring.key("customers").unwrap();
    let old = key.encrypt(b"hello", b"to Ada").unwrap();
    assert_eq!(key.version_of(&old), Some(first));
    assert!(!key.needs_update(&old).unwrap());
    let second = ring.rotate("customers").unwrap();
    assert_ne!(first, second);
    assert!(key.needs_update(&old).unwrap());
    assert_eq!(*key.decrypt(&old, b"to Ada").unwrap(), b"hello");
    let new = key.encrypt(b"hello", b"to Ada").unwrap();
    assert_eq!(key.version_of(&new), Some(second));
    assert_eq!(states(&ring), [(1, State::Active), (2, State::Primary)]);
    let usable: Vec<_> = key.usable().unwrap().iter().map(|version| version.number()).collect();
    assert_eq!(usable, [2, 1]);
}

#[test]
fn every_state_and_every_step_between_them() {
    let (ring, first) = with_key(Kind::General);
    let key = ring.key("customers").unwrap();
    let made = key.encrypt(b"x", b"").unwrap();
    assert!(is(ring.disable("customers", first), KeyringFault::NotAllowed).contains("rotate"));
    assert!(is(ring.destroy("customers", first), KeyringFault::NotAllowed).contains("disable it first"));
    is(ring.promote("customers", first), KeyringFault::NotAllowed);
    is(ring.enable("customers", first), KeyringFault::NotAllowed);

    let second = ring.add_version("customers").unwrap();
    assert_eq!(states(&ring), [(1, State::Primary), (2, State::Active)]);
    assert_eq!(key.primary().unwrap().id(), first);
    ring.promote("customers", second).unwrap();
    assert_eq!(states(&ring), [(1, State::Active), (2, State::Primary)]);
    is(ring.destroy("customers", first), KeyringFault::NotAllowed);
    ring.disable("customers", first).unwrap();
    is(ring.disable("customers", first), KeyringFault::NotAllowed);
    is(ring.promote("customers", first), KeyringFault::NotAllowed);
    assert!(is(key.decrypt(&made, b""), KeyringFault::KeyDisabled).contains("disabled on 20"));
    assert_eq!(key.usable().unwrap().len(), 1);

    ring.enable("customers", first).unwrap();
    assert_eq!(*key.decrypt(&made, b"").unwrap(), b"x");
    ring.disable("customers", first).unwrap();
    ring.destroy("customers", first).unwrap();
    assert!(is(key.decrypt(&made, b""), KeyringFault::KeyDestroyed).contains("destroyed on 20"));
    is(ring.enable("customers", first), KeyringFault::KeyDestroyed);
    is(ring.promote("customers", first), KeyringFault::KeyDestroyed);
    is(ring.disable("customers", first), KeyringFault::KeyDestroyed);
    is(ring.destroy("customers", first), KeyringFault::KeyDestroyed);
    assert_eq!(states(&ring), [(1, State::Destroyed), (2, State::Primary)]);
    let third = ring.rotate("customers").unwrap();
    assert_eq!(ring.describe()[0].versions[2].id, third);
    assert_eq!(ring.describe()[0].versions[2].number, 3, "numbers are not used twice");
}

#[test]
fn what_is_not_there() {
    let (ring, id) = with_key(Kind::General);
    ring.create_key("orders", Kind::General).unwrap();
    let (customers, orders) = (ring.key("customers").unwrap(), ring.key("orders").unwrap());
    assert!(is(ring.key("Customers"), KeyringFault::UnknownKey).contains("\"Customers\""));
    is(ring.rotate("x"), KeyringFault::UnknownKey);
    is(ring.disable("orders", id), KeyringFault::UnknownKey);
    let message = is(orders.decrypt(&customers.encrypt(b"x", b"").unwrap(), b""), KeyringFault::UnknownKey);
    assert!(message.contains("\"customers\""), "{message}");
    let (elsewhere, _) = with_key(Kind::General);
    let foreign = elsewhere.key("customers").unwrap().encrypt(b"x", b"").unwrap();
    assert!(is(customers.decrypt(&foreign, b""), KeyringFault::UnknownKey).contains("another keyring"));
    assert!(is(ring.create_key("orders", Kind::General), KeyringFault::NotAllowed).contains("already"));
    for name in ["", "a b", "é", "-a", "a\n", &"a".repeat(MAX_NAME_LEN + 1)] {
        assert!(
            matches!(ring.create_key(name, Kind::General), Err(Error::Core(CoreError::InvalidValue(_)))),
            "{name:?}"
        );
    }
    assert!(ring.create_key(&"a".repeat(MAX_NAME_LEN), Kind::General).is_ok());
}

#[test]
fn an_edit_is_whole_or_nothing() {
    let (ring, _) = with_key(Kind::General);
    let generation = ring.generation();
    let remark = ChangeNote { actor: Some("ada".into()), note: Some("yearly".into()) };
    let failed = ring.edit(remark.clone(), |draft| {
        draft.rotate("customers")?;
        draft.create_key("orders", Kind::Fernet)?;
        draft.rotate("nobody")
    });
    is(failed, KeyringFault::UnknownKey);
    assert_eq!((ring.generation(), states(&ring).len(), ring.describe().len()), (generation, 1, 1));
    assert_eq!(ring.history().len(), 1);
    ring.edit(remark, |draft| {
        draft.rotate("customers")?;
        draft.create_key("orders", Kind::Fernet)
    })
    .unwrap();
    assert!(ring.generation() > generation);
    let history = ring.history();
    let told: Vec<_> =
        history.iter().map(|change| (change.action, change.key.as_deref(), change.actor.as_deref())).collect();
    assert_eq!(
        told,
        [
            (Action::Created, Some("customers"), None),
            (Action::Rotated, Some("customers"), Some("ada")),
            (Action::Created, Some("orders"), Some("ada")),
        ]
    );
    assert_eq!(history[1].note.as_deref(), Some("yearly"));
    assert_eq!(history[1].version, Some(ring.describe()[0].versions[1].id));
    let long = ChangeNote { actor: Some("a".repeat(MAX_NAME_LEN + 1)), note: None };
    let control = ChangeNote { actor: None, note: Some("a\u{1b}[2J".into()) };
    for remark in [long, control] {
        assert!(matches!(
            ring.edit(remark, |draft| draft.rotate("customers")),
            Err(Error::Core(CoreError::InvalidValue(_)))
        ));
    }
}

#[test]
fn what_is_derived() {
    let (ring, _) = with_key(Kind::General);
    let version = ring.key("customers").unwrap().primary().unwrap();
    let derive =
        |purpose: &str, context: &[&[u8]], len| version.derive(purpose, context, len).unwrap().expose().to_vec();
    let all = [
        derive("field", &[], 32),
        derive("field", &[b""], 32),
        derive("field", &[b"a", b"b"], 32),
        derive("field", &[b"ab"], 32),
        derive("field", &[b"b", b"a"], 32),
        derive("fiel", &[b"d"], 32),
        derive("field", &[b"ab"], 64)[..32].to_vec(),
    ];
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
    assert_eq!(derive("field", &[b"ab"], 32), all[3]);
    ring.rotate("customers").unwrap();
    let rotated = ring.key("customers").unwrap().primary().unwrap();
    assert_ne!(rotated.derive("field", &[b"ab"], 32).unwrap().expose(), all[3]);
    assert!(matches!(version.derive("field", &[], 8161), Err(Error::Core(CoreError::Length { got: 8161, .. }))));
    let (other, _) = with_key(Kind::Fernet);
    let fernet = other.key("customers").unwrap().primary().unwrap();
    assert!(matches!(fernet.derive("field", &[], 32), Err(Error::Core(CoreError::WrongType(_)))));
}

#[test]
fn callers_do_not_get_the_keys_of_the_library() {
    let (material, ring) = with_known_key();
    let key = ring.key("customers").unwrap();
    let version = key.primary().unwrap();
    let own = |purpose, len| derived(&material, "ironlatch keyring 1", purpose, &[], len);
    for (purpose, len) in [("message", 32), ("field", 32), ("field, deterministic", 64), ("blind index", 32)] {
        let callers = version.derive(purpose, &[], len).unwrap();
        assert_eq!(callers.expose(), derived(&material, "ironlatch keyring derived 1", purpose, &[], len));
        assert_ne!(callers.expose(), own(purpose, len));
        is(version.derive_as_before(purpose, &[], len), KeyringFault::NotAllowed);
    }
    // The message key is the documented one.
    let message = key.encrypt(b"x", b"data").unwrap();
    let sealer = Sealer::<XAes256Gcm>::new(&own("message", 32)).unwrap();
    let mut opened = [0];
    sealer.open_into(&message[5..], b"data", (&mut opened[..]).into()).unwrap();
    // Keys that callers derived before are still available.
    let before = version.derive_as_before("exports", &[b"a"], 16).unwrap();
    assert_eq!(before.expose(), derived(&material, "ironlatch keyring 1", "exports", &[b"a"], 16));
    assert_ne!(before.expose(), version.derive("exports", &[b"a"], 16).unwrap().expose());
    let counted: Vec<_> = ring.usage().into_iter().map(|use_| (use_.purpose, use_.operation)).collect();
    assert!(counted.contains(&("exports".into(), Operation::Derive)));
}

#[test]
fn a_message_is_no_data_key_of_a_keyring() {
    let (outer, _) = with_key(Kind::General);
    let key = outer.key("customers").unwrap();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("inner");
    let protection = Protection::key(key.clone()).unwrap();
    Keyring::create(&path, &protection).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let member = |name: &str| {
        let at = text.find(&format!("\"{name}\":\"")).unwrap() + name.len() + 4;
        &text[at..at + text[at..].find('"').unwrap()]
    };
    let wrapped = STANDARD.decode(member("wrapped")).unwrap();
    let bound = [b"ironlatch keyring file 1\0data key\0", member("id").as_bytes()].concat();
    // Who may have messages opened has no keyring's file opened, and who may have them made makes
    // none.
    is(key.decrypt(&wrapped, &bound), KeyringFault::NotAllowed);
    is(key.encrypt(&[0; 32], &bound), KeyringFault::NotAllowed);
    is(key.encrypt(&[0; 32], b"ironlatch keyring file"), KeyringFault::NotAllowed);
    assert!(matches!(key.decrypt(&wrapped, b""), Err(Error::Core(CoreError::InvalidTag))));
    Keyring::open(&path, &protection).unwrap();
    key.decrypt(&key.encrypt(b"x", b"ironlatch keyring").unwrap(), b"ironlatch keyring").unwrap();
}

#[test]
fn what_is_signed_as_a_message_is_nothing_else() {
    for kind in [Kind::HmacSha256, Kind::Ed25519] {
        let (ring, id) = with_key(kind);
        let key = ring.key("customers").unwrap();
        let keys = key.signing_keys().unwrap();
        let tokens = SignedTokens::new(keys.clone(), "session").unwrap();
        let token = tokens.sign(&Data::Json("{}".into()), 3600, 1e9).unwrap();
        let (signed, _) = token.rsplit_once('.').unwrap();
        // Who has a message signed has no token.
        let signature = key.sign(signed.as_bytes()).unwrap();
        assert_eq!((signature[0], &signature[1..5]), (2, &id.to_bytes()[..]));
        key.verify(signed.as_bytes(), &signature).unwrap();
        let forged = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(&signature[5..]));
        assert!(tokens.verify(&forged, Validity { max_age: None, now: 1e9 }).is_err());
        assert!(keys.signer().unwrap().verify(signed.as_bytes(), &signature[5..]).is_err());
        // And who has a token has no signature of a message.
        let bare = keys.signer().unwrap().sign(b"x").unwrap();
        for form in [1, 2] {
            let made = [&[form][..], &id.to_bytes(), &bare].concat();
            let refused = key.verify(b"x", &made);
            assert!(
                matches!(refused, Err(Error::Core(CoreError::BadSignature) | Error::NotVerified(_))),
                "{kind} {form}"
            );
        }
        // What was signed before is verified by who says so, and by nobody else.
        let before = [&[1][..], &id.to_bytes(), &bare].concat();
        key.verify_as_before(b"x", &before).unwrap();
        assert!(key.verify_as_before(b"y", &before).is_err());
        assert!(key.verify_as_before(signed.as_bytes(), &signature).is_err());
        assert!(key.needs_update(&before).unwrap() && !key.needs_update(&signature).unwrap());
        assert_eq!((key.version_of(&before), key.version_of(&signature)), (Some(id), Some(id)));
        for at in 0..signature.len() {
            let mut changed = signature.clone();
            changed[at] ^= 1;
            assert!(key.verify(signed.as_bytes(), &changed).is_err(), "{kind} at {at}");
            assert!(key.verify(signed.as_bytes(), &signature[..at]).is_err(), "{kind} cut to {at}");
        }
    }
    for kind in [Kind::TinkHmacSha256, Kind::TinkEd25519] {
        let (ring, _) = with_key(kind);
        let key = ring.key("customers").unwrap();
        key.verify(b"x", &key.sign(b"x").unwrap()).unwrap();
        assert!(matches!(key.signing_keys(), Err(Error::Core(CoreError::WrongType(_)))));
        assert!(matches!(key.keyring().export("customers", Format::Jwk), Err(Error::Core(CoreError::WrongType(_)))));
    }
}

#[test]
fn messages_of_every_kind() {
    for kind in Kind::all() {
        let (ring, id) = with_key(kind);
        assert_eq!(kind.name().parse::<Kind>().unwrap(), kind);
        let key = ring.key("customers").unwrap();
        let Ok(encrypted) = key.encrypt(b"a message", b"data") else {
            assert!(kind.name().ends_with("hmac-sha256") || kind.name().ends_with("ed25519") || kind == Kind::Fernet);
            assert!(matches!(key.decrypt(b"", b""), Err(Error::Core(CoreError::WrongType(_)))));
            continue;
        };
        assert_eq!((encrypted[0], &encrypted[1..5]), (1, &id.to_bytes()[..]));
        assert_eq!(*key.decrypt(&encrypted, b"data").unwrap(), b"a message");
        assert_eq!(key.decrypt(&encrypted, b"other"), Err(Error::Core(CoreError::InvalidTag)));
        for at in 5..encrypted.len() {
            let mut changed = encrypted.clone();
            changed[at] ^= 1;
            assert_eq!(key.decrypt(&changed, b"data"), Err(Error::Core(CoreError::InvalidTag)), "{kind} at {at}");
            assert_eq!(
                key.decrypt(&encrypted[..at], b"data"),
                Err(Error::Core(CoreError::InvalidTag)),
                "{kind} cut to {at}"
            );
        }
        for at in 0..5 {
            assert_eq!(key.decrypt(&encrypted[..at], b"data"), Err(Error::Core(CoreError::InvalidTag)));
        }
        let again = key.encrypt(b"a message", b"data").unwrap();
        assert_eq!(encrypted == again, kind == Kind::AesSiv, "{kind}");
        assert_eq!(ring.describe()[0].versions[0].prefix, Prefix::Id);
    }
}

#[test]
fn keys_for_signing_and_for_tokens() {
    for kind in [Kind::HmacSha256, Kind::Ed25519] {
        let (ring, first) = with_key(kind);
        let key = ring.key("customers").unwrap();
        let keys = key.signing_keys().unwrap();
        let old = keys.signer().unwrap();
        let signature = old.sign(b"x").unwrap();
        ring.rotate("customers").unwrap();
        assert_ne!(keys.signer().unwrap().id(), first.to_string());
        keys.find(&first.to_string()).unwrap().unwrap().verify(b"x", &signature).unwrap();
        ring.disable("customers", first).unwrap();
        // Neither the set nor what was taken out of it before.
        assert!(keys.find(&first.to_string()).unwrap().is_none());
        assert!(matches!(old.verify(b"x", &signature), Err(Error::NotVerified(_))));
        is(old.sign(b"x"), KeyringFault::KeyDisabled);
        if let Ok(public) = old.public() {
            assert!(matches!(public.verify(b"x", &signature), Err(Error::NotVerified(_))));
        }
        assert!(matches!(key.fernets(), Err(Error::Core(CoreError::WrongType(_)))));
    }
    let (ring, _) = with_key(Kind::Fernet);
    let key = ring.key("customers").unwrap();
    let fernets = key.fernets().unwrap();
    let second = ring.rotate("customers").unwrap();
    assert_eq!(fernets.current().unwrap().len(), 2);
    let first = ring.describe()[0].versions[0].id;
    let used = fernets.current().unwrap();
    assert!(used[1].used(Operation::Decrypt).is_ok());
    ring.disable("customers", first).unwrap();
    assert_eq!(fernets.current().unwrap().len(), 1);
    is(used[1].used(Operation::Decrypt), KeyringFault::KeyDisabled);
    used[0].used(Operation::Encrypt).unwrap();
    let usage: Vec<_> = ring.usage().into_iter().map(|use_| (use_.version, use_.purpose, use_.operation)).collect();
    assert_eq!(usage, [(first, "fernet".into(), Operation::Decrypt), (second, "fernet".into(), Operation::Encrypt)]);
    assert!(matches!(key.signing_keys(), Err(Error::Core(CoreError::WrongType(_)))));
}

#[test]
fn keys_for_encrypted_tokens() {
    let (ring, first) = with_key(Kind::General);
    let key = ring.key("customers").unwrap();
    let tokens = EncryptedTokens::new(key.encryption_keys().unwrap(), "session").unwrap();
    let now = Validity { max_age: None, now: 1e9 };
    let old = tokens.encrypt(&Data::Json("{}".into()), 3600, 1e9).unwrap();
    assert_eq!(tokens.decrypt(&old, now).unwrap().key_id, first.to_string());
    let second = ring.rotate("customers").unwrap();
    let new = tokens.encrypt(&Data::Json("{}".into()), 3600, 1e9).unwrap();
    assert_eq!(tokens.decrypt(&new, now).unwrap().key_id, second.to_string());
    tokens.decrypt(&old, now).unwrap();
    let held = key.encryption_keys().unwrap().current().unwrap();
    ring.disable("customers", first).unwrap();
    assert!(matches!(tokens.decrypt(&old, now), Err(Error::Refused { .. })));
    // What was taken out before is refused too, for making and for opening.
    let held = EncryptedTokens::new(vec![held[1].clone()], "session").unwrap();
    is(held.encrypt(&Data::Json("{}".into()), 3600, 1e9), KeyringFault::KeyDisabled);
    assert!(matches!(held.decrypt(&old, now), Err(Error::Refused { .. })));
    // Nobody can derive such a key.
    is(key.primary().unwrap().derive_as_before("encrypted token", &[], 64), KeyringFault::NotAllowed);
    for kind in Kind::all().filter(|kind| *kind != Kind::General) {
        let key = with_key(kind).0.key("customers").unwrap();
        assert!(matches!(key.encryption_keys(), Err(Error::Core(CoreError::WrongType(_)))), "{kind}");
    }
}

#[test]
fn secrets_for_webhooks() {
    for (kind, most) in [(Kind::HmacSha256, MAX_SIGNATURES), (Kind::Ed25519, MAX_PAIR_SIGNATURES)] {
        let (ring, first) = with_key(kind);
        let key = ring.key("customers").unwrap();
        let secrets = key.webhook_secrets().unwrap();
        let (signer, verifier) = (Signer::new(secrets.clone()).unwrap(), Verifier::standard(secrets.clone()).unwrap());
        let with_first = Signer::new(secrets.current().unwrap().to_vec()).unwrap();
        let old = with_first.sign("msg_1", 1_000, b"x").unwrap();
        let second = ring.rotate("customers").unwrap();
        // Receivers may have either, and a webhook that is signed with both is no use of the old
        // one.
        let both = signer.sign("msg_2", 1_000, b"x").unwrap();
        assert_eq!(both.signature.split(' ').count(), 2);
        verifier.verify(&both.pairs(), b"x", 1e3).unwrap();
        let with_second = Verifier::standard(vec![secrets.current().unwrap()[0].clone()]).unwrap();
        with_second.verify(&both.pairs(), b"x", 1e3).unwrap();
        assert!(with_second.verify(&old.pairs(), b"x", 1e3).is_err());
        let verified = |version| {
            let usage = ring.usage().into_iter();
            let counts = usage.filter(|use_| use_.version == version && use_.operation == Operation::Verify);
            counts.map(|use_| (use_.purpose, use_.count)).collect::<Vec<_>>()
        };
        assert_eq!((verified(first), verified(second)), (vec![], vec![("webhooks".into(), 2)]));
        verifier.verify(&old.pairs(), b"x", 1e3).unwrap();
        assert_eq!(verified(first), [("webhooks".into(), 1)]);
        ring.disable("customers", first).unwrap();
        assert!(matches!(verifier.verify(&old.pairs(), b"x", 1e3), Err(Error::Refused { .. })));
        is(with_first.sign("msg_1", 1_000, b"x"), KeyringFault::KeyDisabled);
        assert_eq!(signer.sign("msg_3", 1_000, b"x").unwrap().signature.split(' ').count(), 1);
        // However many versions there are.
        for _ in 0..=most {
            ring.rotate("customers").unwrap();
        }
        let many = signer.sign("msg_4", 1_000, b"x").unwrap();
        assert_eq!(many.signature.split(' ').count(), most);
        verifier.verify(&many.pairs(), b"x", 1e3).unwrap();
    }
    for kind in Kind::all().filter(|kind| ![Kind::HmacSha256, Kind::Ed25519].contains(kind)) {
        let key = with_key(kind).0.key("customers").unwrap();
        assert!(matches!(key.webhook_secrets(), Err(Error::Core(CoreError::WrongType(_)))), "{kind}");
    }
}

#[test]
fn what_is_only_tried_is_not_told_as_used() {
    let (ring, _) = with_key(Kind::HmacSha256);
    let told: Arc<Mutex<Vec<EventKind>>> = Arc::default();
    let sink = Arc::clone(&told);
    ring.on_event(move |event| sink.lock().unwrap().push(event.what));
    let key = ring.key("customers").unwrap();
    let secrets = key.webhook_secrets().unwrap();
    let with_first = Signer::new(secrets.current().unwrap().to_vec()).unwrap();
    ring.rotate("customers").unwrap();
    let with_second = Signer::new(vec![secrets.current().unwrap()[0].clone()]).unwrap();
    let verifier = Verifier::standard(secrets).unwrap();
    let used = || told.lock().unwrap().iter().filter(|what| **what == EventKind::OldVersionUsed).count();
    verifier.verify(&with_second.sign("msg_1", 1_000, b"x").unwrap().pairs(), b"x", 1e3).unwrap();
    assert_eq!(used(), 0);
    verifier.verify(&with_first.sign("msg_1", 1_000, b"x").unwrap().pairs(), b"x", 1e3).unwrap();
    assert_eq!(used(), 1);
}

#[test]
fn uses_are_counted_and_told() {
    let (ring, first) = with_key(Kind::General);
    let events: Arc<Mutex<Vec<Event>>> = Arc::default();
    let sink = Arc::clone(&events);
    ring.on_event(move |event| sink.lock().unwrap().push(event.clone()));
    let key = ring.key("customers").unwrap();
    let message = key.encrypt(b"x", b"").unwrap();
    let second = ring.rotate("customers").unwrap();
    for _ in 0..3 {
        key.decrypt(&message, b"").unwrap();
    }
    key.primary().unwrap().counter("field").add(Operation::Index, 1000);
    let usage: Vec<_> =
        ring.usage().into_iter().map(|use_| (use_.version, use_.purpose, use_.operation, use_.count)).collect();
    assert_eq!(
        usage,
        [
            (first, "message".into(), Operation::Encrypt, 1),
            (first, "message".into(), Operation::Decrypt, 3),
            (second, "field".into(), Operation::Index, 1000),
        ]
    );
    ring.disable("customers", first).unwrap();
    for _ in 0..10 {
        is(key.decrypt(&message, b""), KeyringFault::KeyDisabled);
    }
    let told: Vec<_> = events.lock().unwrap().iter().map(|event| (event.what, event.version, event.count)).collect();
    assert_eq!(
        told,
        [
            (EventKind::Changed(Action::Rotated), Some(second), 1),
            (EventKind::OldVersionUsed, Some(first), 1),
            (EventKind::Changed(Action::Disabled), Some(first), 1),
            (EventKind::DisabledVersion, Some(first), 1),
            (EventKind::DisabledVersion, Some(first), 10),
        ]
    );
    assert_eq!(
        events.lock().unwrap()[4].to_string(),
        format!("disabled version: key customers, version {first}, 10 times so far")
    );
    assert_eq!(ring.usage().len(), 3, "a change keeps the counts");
}

#[test]
fn a_callback_may_use_the_ring() {
    let ring = Keyring::new();
    let inner = ring.clone();
    ring.on_event(move |event| {
        if event.what == EventKind::Changed(Action::Created) {
            inner.rotate("customers").unwrap();
        }
    });
    ring.create_key("customers", Kind::General).unwrap();
    assert_eq!(states(&ring).len(), 2);
}

#[test]
fn threads_see_one_ring() {
    let (ring, _) = with_key(Kind::General);
    let key = ring.key("customers").unwrap();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..200 {
                    let message = key.encrypt(b"x", b"").unwrap();
                    assert_eq!(*key.decrypt(&message, b"").unwrap(), b"x");
                }
            });
        }
        for _ in 0..2 {
            scope.spawn(|| (0..50).for_each(|_| assert!(ring.rotate("customers").is_ok())));
        }
    });
    let versions = &ring.describe()[0].versions;
    assert_eq!(versions.len(), 101);
    assert_eq!(versions.iter().map(|version| version.id).collect::<HashSet<_>>().len(), 101);
    assert_eq!(versions.iter().filter(|version| version.state == State::Primary).count(), 1);
}

#[test]
fn the_history_has_an_end() {
    let (ring, _) = with_key(Kind::General);
    let id = ring.add_version("customers").unwrap();
    ring.edit(ChangeNote::default(), |draft| {
        for _ in 0..MAX_HISTORY / 2 {
            draft.disable("customers", id)?;
            draft.enable("customers", id)?;
        }
        Ok(())
    })
    .unwrap();
    let history = ring.history();
    assert_eq!((history.len(), history[0].action), (MAX_HISTORY, Action::Disabled));
}

#[test]
fn ids_as_text() {
    let id = VersionId::new(0x00ab_cdef).unwrap();
    assert_eq!(id.to_string(), "00abcdef");
    assert_eq!("00ABCDEF".parse::<VersionId>().unwrap(), id);
    assert_eq!(VersionId::from_bytes(id.to_bytes()), Some(id));
    assert_eq!(VersionId::new(0), None);
    for text in ["", "0", "00000000", "+0abcdef", "0abcdefg", "0abcdef", "00abcdef0", "é0abcde"] {
        assert!(text.parse::<VersionId>().is_err(), "{text}");
    }
    let (ring, id) = with_key(Kind::General);
    let found = |text: &str| ring.edit(ChangeNote::default(), |draft| draft.find("customers", text));
    assert_eq!(found("1").unwrap(), id);
    assert_eq!(found(&id.to_string()).unwrap(), id);
    is(found("2"), KeyringFault::UnknownKey);
}

#[test]
fn nothing_secret_is_shown() {
    let (ring, id) = with_key(Kind::General);
    let key = ring.key("customers").unwrap();
    let shown = format!("{ring:?} {key:?} {:?} {:?}", key.primary().unwrap(), ring.describe());
    assert!(
        shown.starts_with(&format!("Keyring(customers) Key(\"customers\", general) Version(1, {id}, primary)")),
        "{shown}"
    );
    let (fernets, _) = with_key(Kind::Fernet);
    assert_eq!(format!("{fernets:?}"), "Keyring(customers)");
}
