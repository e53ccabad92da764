//! RSA keys: made, taken apart, put together, refused.

use ironlatch::Error;
use ironlatch::asymmetric::rsa::{Checks, PrivateComponents, PrivateKey, PublicComponents, PublicKey};
use ironlatch::error::{Allowed, Parameter};

#[test]
fn generated_keys_have_the_size_asked_for_and_pass_the_checks() {
    for bits in [1024, 1025, 1031, 1536, 2048] {
        for e in [3, 65537] {
            let key = PrivateKey::generate(bits, e).unwrap();
            assert_eq!(key.bits(), bits);
            let again = PrivateKey::from_components(&key.components(), Checks::Full).unwrap();
            assert_eq!(again.public_key(), key.public_key());
            assert_eq!(PublicKey::from_components(&key.components().public).unwrap(), key.public_key());
        }
    }
}

#[test]
fn sizes_and_exponents_that_are_not_made() {
    for bits in [1023, 0, 16 * 1024 + 1] {
        let size = Error::KeySize { algorithm: "RSA", got: bits, allowed: Allowed::Between(1024, 16 * 1024) };
        assert_eq!(PrivateKey::generate(bits, 65537).err(), Some(size));
    }
    for e in [1, 5, 65535] {
        let allowed = Allowed::OneOf(&[3, 65537]);
        let exponent = Error::OutOfRange { what: Parameter::PublicExponent, got: e, allowed };
        assert_eq!(exponent.to_string(), format!("the public exponent must be 3 or 65537, not {e}"));
        assert_eq!(PrivateKey::generate(2048, e).err(), Some(exponent));
    }
}

#[test]
fn a_change_in_any_number_is_refused() {
    let good = PrivateKey::generate(1024, 65537).unwrap().components();
    let other = PrivateKey::generate(1024, 65537).unwrap().components();
    let swaps: [fn(&mut PrivateComponents, &PrivateComponents); 8] = [
        |key, other| key.public.n.clone_from(&other.public.n),
        |key, _| key.public.e = vec![3],
        |key, other| key.d.clone_from(&other.d),
        |key, other| key.p.clone_from(&other.p),
        |key, other| key.q.clone_from(&other.q),
        |key, other| key.dmp1.clone_from(&other.dmp1),
        |key, other| key.dmq1.clone_from(&other.dmq1),
        |key, other| key.iqmp.clone_from(&other.iqmp),
    ];
    for (index, swap) in swaps.iter().enumerate() {
        let mut bad = good.clone();
        swap(&mut bad, &other);
        assert!(PrivateKey::from_components(&bad, Checks::Full).is_err(), "number {index} went through");
    }
    assert!(PrivateKey::from_components(&good, Checks::Full).is_ok());
}

#[test]
fn absurd_public_keys_are_refused_at_once() {
    let key = |n: Vec<u8>, e: Vec<u8>| PublicKey::from_components(&PublicComponents { n, e });
    let odd = |len: usize| vec![0xff; len];
    assert!(key(odd(256), vec![1, 0, 1]).is_ok());
    assert!(key(odd(1 << 20), vec![1, 0, 1]).is_err());
    assert!(key(odd(256), odd(1 << 20)).is_err());
    assert!(key(odd(512), odd(9)).is_err());
    assert!(key(odd(512), odd(8)).is_ok());
    assert!(key(odd(256), odd(255)).is_ok());
    for e in [vec![], vec![0], vec![1], vec![2], vec![1, 0, 0], odd(256)] {
        assert!(key(odd(256), e).is_err());
    }
    assert!(key(vec![], vec![3]).is_err());
}

#[test]
fn debug_shows_no_secret() {
    let key = PrivateKey::generate(1024, 65537).unwrap();
    let shown = format!("{key:?} {:?}", key.components());
    assert!(shown.contains("1024 bits"));
    assert!(!shown.contains(&format!("{:?}", key.components().d)));
}

#[test]
#[ignore = "a measurement"]
#[allow(clippy::print_stdout)] // It is there to print.
fn time_to_load() {
    for bits in [2048, 3072, 4096] {
        let components = PrivateKey::generate(bits, 65537).unwrap().components();
        for checks in [Checks::Skipped, Checks::Full] {
            let start = std::time::Instant::now();
            for _ in 0..100 {
                PrivateKey::from_components(&components, checks).unwrap();
            }
            println!("{bits} {checks:?}: {:?}", start.elapsed() / 100);
        }
    }
}
