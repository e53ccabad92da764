//! Keys that are plain bytes, and points of every curve.
#![no_main]

use ironlatch::asymmetric::ec::{self, Curve};
use ironlatch::asymmetric::{ed25519, x25519};
use ironlatch::keys::{PrivateKey, PublicKey};
use ironlatch_fuzz::{exercise_private, exercise_public};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((&choice, data)) = data.split_first() else { return };
    match choice {
        0 => drop(ed25519::PublicKey::from_bytes(data).map(|key| exercise_public(&PublicKey::Ed25519(key)))),
        1 => drop(ed25519::PrivateKey::from_bytes(data).map(|key| exercise_private(&PrivateKey::Ed25519(key)))),
        2 => drop(x25519::PublicKey::from_bytes(data).map(|key| exercise_public(&PublicKey::X25519(key)))),
        3 => drop(x25519::PrivateKey::from_bytes(data).map(|key| exercise_private(&PrivateKey::X25519(key)))),
        _ => {
            let curve = Curve::ALL[usize::from(choice) % Curve::ALL.len()];
            if let Ok(key) = ec::PublicKey::from_point(curve, data) {
                for compressed in [false, true] {
                    let point = key.to_point(compressed);
                    assert!(ec::PublicKey::from_point(curve, &point).is_ok_and(|again| again == key));
                }
                exercise_public(&PublicKey::Ec(key));
            }
            let (x, y) = data.split_at(data.len() / 2);
            let _ = ec::PublicKey::from_coordinates(curve, x, y);
            if let Ok(key) = ec::PrivateKey::from_bytes(curve, data) {
                exercise_private(&PrivateKey::Ec(key));
            }
        }
    }
});
