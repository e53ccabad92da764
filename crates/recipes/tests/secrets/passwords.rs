//! Stored passwords: what stands in them, whose they may be, and what a login does.

use ironlatch::kdf::argon2::Cost;
use ironlatch::recipes::Error;
use ironlatch::recipes::passwords::{DEFAULT_COST, Hasher, MAX_PASSWORD_LEN, Stored, Verdict};

const FAST: Cost = Cost { iterations: 1, lanes: 1, memory_cost: 64 };

#[test]
fn every_hash_has_its_own_salt_and_names_its_cost() {
    let hasher = Hasher::new(FAST).unwrap();
    let (a, b) = (hasher.hash(b"password").unwrap(), hasher.hash(b"password").unwrap());
    assert_ne!(a, b);
    assert!(a.starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
    assert!(hasher.verify(b"password", Some(&a)).unwrap());
    assert!(!hasher.verify(b"passwore", Some(&a)).unwrap());
    assert!(!hasher.verify(b"password", None).unwrap());
}

/// Of the test vectors of jBCrypt, with which implementations are checked.
#[test]
fn bcrypt_vectors() {
    for (password, stored) in [
        ("a", "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe"),
        ("abc", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i"),
    ] {
        assert_eq!(Hasher::default().verify(password.as_bytes(), Some(stored)), Ok(true), "{password}");
        assert_eq!(Hasher::default().verify(b"b", Some(stored)), Ok(false));
    }
}

#[test]
fn a_login_replaces_what_is_old() {
    let (old, new) = (Hasher::new(Cost { iterations: 2, ..FAST }).unwrap(), Hasher::new(FAST).unwrap());
    let stored = old.hash(b"password").unwrap();
    let Ok(Verdict::RightWithNewHash(stored)) = new.verify_and_update(b"password", Some(&stored)) else { panic!() };
    assert_eq!(new.verify_and_update(b"password", Some(&stored)), Ok(Verdict::Right));
    assert_eq!(new.verify_and_update(b"passwore", Some(&stored)), Ok(Verdict::Wrong));
    assert_eq!(new.verify_and_update(b"password", None), Ok(Verdict::Wrong));
}

#[test]
fn an_account_with_an_empty_password_keeps_its_hash() {
    let stored = "$2b$04$NuGCcohDGeUF0wlL33Dj7u2LrI0jUCfmrM3/gQV/STs094L.3WIXe";
    assert_eq!(Hasher::default().verify(b"", Some(stored)), Ok(false));
    assert!(Hasher::default().hash(b"").is_err());
    assert!(Hasher::default().hash(&[b'x'; MAX_PASSWORD_LEN + 1]).is_err());
}

#[test]
fn peppers_are_named_and_not_shown() {
    let hasher = Hasher::new(FAST).unwrap().with_pepper("a", &[7; 32]).unwrap();
    let stored = hasher.hash(b"password").unwrap();
    assert_eq!(Stored::parse(&stored).unwrap().pepper_name(), Some("a"));
    let other = Hasher::new(FAST).unwrap().with_pepper("b", &[7; 32]).unwrap();
    assert!(matches!(other.verify(b"password", Some(&stored)), Err(Error::UnusableHash(_))));
    assert!(other.needs_rehash(&stored).unwrap());
    assert!(!format!("{hasher:?}").contains("7, 7"));
    assert!(other.with_pepper("b", &[8; 32]).is_err());
}

#[test]
fn the_default_cost_is_verified_and_an_absurd_one_is_not_made() {
    assert!(Hasher::new(DEFAULT_COST).is_ok());
    for cost in [
        Cost { memory_cost: u32::MAX, ..DEFAULT_COST },
        Cost { iterations: u32::MAX, ..DEFAULT_COST },
        Cost { lanes: u32::MAX, ..DEFAULT_COST },
        Cost { memory_cost: 0, ..DEFAULT_COST },
    ] {
        let Err(Error::Core(error)) = Hasher::new(cost) else { panic!("{cost:?}") };
        assert!(error.is_wrong_value(), "{cost:?}: {error}");
    }
}
