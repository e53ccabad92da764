//! Laws that hold for every keyring, whatever was done to it: its file holds it, and its keys open
//! what they made as long as the version lives.

use ironlatch::kdf::argon2::Cost;
use ironlatch::recipes::keyring::{Format, Keyring, Kind, Protection, State};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

const CHEAP: Cost = Cost { iterations: 1, lanes: 1, memory_cost: 64 };

/// A share of the usual number of cases, for laws of which each case takes long.
fn config(share: u32) -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { cases: (usual.cases / share).max(1), failure_persistence: None, ..usual }
}

/// Something that is done to a keyring, with the version that it is done to.
#[derive(Debug, Clone, Copy)]
enum Step {
    Create(Kind),
    Rotate,
    Add,
    Promote,
    Disable,
    Enable,
    Destroy,
}

fn steps() -> impl Strategy<Value = Vec<(Step, Index, Index)>> {
    use Step::*;
    let kinds: Vec<Kind> = Kind::all().collect();
    let step = prop_oneof![
        2 => select(kinds).prop_map(Create),
        3 => select(vec![Rotate, Add, Promote, Disable, Enable, Destroy]),
    ];
    vec((step, any::<Index>(), any::<Index>()), 1..12)
}

/// Does what is allowed of it.
fn apply(ring: &Keyring, steps: &[(Step, Index, Index)]) {
    for (number, (step, key, version)) in steps.iter().enumerate() {
        let keys = ring.describe();
        if let Step::Create(kind) = step {
            ring.create_key(&format!("key-{number}"), *kind).unwrap();
            continue;
        }
        if keys.is_empty() {
            continue;
        }
        let key = &keys[key.index(keys.len())];
        let id = key.versions[version.index(key.versions.len())].id;
        let _refused = match step {
            Step::Create(_) => unreachable!("it was done above"),
            Step::Rotate => ring.rotate(&key.name).map(drop),
            Step::Add => ring.add_version(&key.name).map(drop),
            Step::Promote => ring.promote(&key.name, id),
            Step::Disable => ring.disable(&key.name, id),
            Step::Enable => ring.enable(&key.name, id),
            Step::Destroy => ring.destroy(&key.name, id),
        };
    }
}

proptest! {
    #![proptest_config(config(16))]

    #[test]
    fn a_file_holds_its_keyring_whatever_was_done(steps in steps(), place: Index, byte: u8) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("app.keyring");
        let protection = Protection::passphrase_at(b"secret", CHEAP)?;
        let ring = Keyring::create(&path, &protection)?;
        apply(&ring, &steps);
        let again = Keyring::open(&path, &protection)?;
        prop_assert_eq!(again.describe(), ring.describe());
        prop_assert_eq!(again.history(), ring.history());
        for key in ring.describe() {
            // There is one primary version, and it is the one that is used.
            prop_assert_eq!(key.versions.iter().filter(|version| version.state == State::Primary).count(), 1);
            let (ours, theirs) = (ring.key(&key.name)?, again.key(&key.name)?);
            if let Ok(made) = ours.encrypt(b"message", b"context") {
                prop_assert_eq!(&**theirs.decrypt(&made, b"context")?, b"message");
                prop_assert!(theirs.decrypt(&made, b"content").is_err());
                let mut changed = made.clone();
                changed[place.index(made.len())] ^= byte.max(1);
                prop_assert!(theirs.decrypt(&changed, b"context").is_err());
            }
            if let Ok(made) = ours.sign(b"message") {
                theirs.verify(b"message", &made)?;
                prop_assert!(theirs.verify(b"massage", &made).is_err());
                let mut changed = made.clone();
                changed[place.index(made.len())] ^= byte.max(1);
                prop_assert!(theirs.verify(b"message", &changed).is_err());
            }
            for format in [Format::Fernet, Format::Jwk, Format::Tink] {
                if let Ok(text) = ring.export(&key.name, format) {
                    let other = Keyring::new();
                    let ids = other.import("key", format, text.expose().as_bytes())?;
                    let usable = |state: State| matches!(state, State::Primary | State::Active);
                    prop_assert!(ids.len() >= key.versions.iter().filter(|version| usable(version.state)).count());
                    let again = other.export("key", format)?;
                    prop_assert_eq!(again.expose(), text.expose());
                }
            }
        }

        let mut file = std::fs::read(&path).unwrap();
        let at = place.index(file.len());
        file[at] ^= byte.max(1);
        std::fs::write(&path, &file).unwrap();
        prop_assert!(Keyring::open(&path, &protection).is_err());
    }

    #[test]
    fn what_a_key_made_opens_while_its_version_lives(kind in select(Kind::all().collect::<Vec<_>>()), steps in steps()) {
        let ring = Keyring::new();
        let id = ring.create_key("key", kind)?;
        let key = ring.key("key")?;
        let (sealed, signed) = (key.encrypt(b"message", b""), key.sign(b"message"));
        apply(&ring, &steps);
        let key_now = ring.describe().into_iter().find(|key| key.name == "key").unwrap();
        let state = key_now.versions.iter().find(|version| version.id == id).map(|version| version.state);
        let lives = matches!(state, Some(State::Primary | State::Active));
        if let Ok(sealed) = sealed {
            prop_assert_eq!(key.decrypt(&sealed, b"").is_ok(), lives, "{:?}", state);
            prop_assert_eq!(key.version_of(&sealed), Some(id));
        }
        if let Ok(signed) = signed {
            prop_assert_eq!(key.verify(b"message", &signed).is_ok(), lives, "{:?}", state);
        }
    }
}
