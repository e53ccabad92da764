//! Sealing, its two AEADs with examples of their standards, and long ChaCha20-Poly1305 against the
//! library's short one.

use hex_literal::hex;
use ironlatch::Error as CoreError;
use ironlatch::Output;
use ironlatch::recipes::Error;
use ironlatch::recipes::sealing::{ExtendedNonce, Sealer, XAes256Gcm, XChaCha20Poly1305};
use ironlatch::symmetric::aead::{Aad, Aead, ChaCha20Poly1305, Nonce};
use ironlatch_engine::aead as library;

/// C2SP's XAES-256-GCM, test vectors: one for each value of the bit that the subkey's doubling
/// carries out.
#[test]
fn xaes_examples() {
    let nonce = b"ABCDEFGHIJKLMNOPQRSTUVWX";
    for (key, aad, expected) in [
        (1, &b""[..], hex!("ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271")),
        (3, b"c2sp.org/XAES-256-GCM", hex!("986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d")),
    ] {
        let mut out = [0; 28];
        let cipher = XAes256Gcm::new(&[key; 32]).unwrap();
        cipher.encrypt_into(Nonce(nonce), b"XAES-256-GCM", Aad(aad), Output::from(&mut out[..])).unwrap();
        assert_eq!(out, expected);
    }
}

/// draft-irtf-cfrg-xchacha-03, appendix A.3.1: the head of the ciphertext and the tag.
#[test]
fn xchacha_example() {
    let key: Vec<u8> = (0x80..0xa0).collect();
    let nonce: Vec<u8> = (0x40..0x58).collect();
    let text = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
    let mut out = vec![0; text.len() + 16];
    let cipher = XChaCha20Poly1305::new(&key).unwrap();
    cipher
        .encrypt_into(Nonce(&nonce), text, Aad(&hex!("50515253c0c1c2c3c4c5c6c7")), Output::from(&mut out[..]))
        .unwrap();
    assert_eq!(out[..16], hex!("bd6d179d3e83d43b9576579493c0e939"));
    assert_eq!(out[text.len()..], hex!("c0875924c1c7987947deafd8780acf49"));
}

#[test]
fn seals_and_opens() {
    fn check<A: ExtendedNonce>() {
        let sealer = Sealer::<A>::new(&[5; 32]).unwrap();
        let seal = |message: &[u8], aad: &[u8]| {
            let mut out = vec![0; sealer.sealed_len(message.len())];
            sealer.seal_into(message, aad, Output::from(&mut out[..])).unwrap();
            out
        };
        for len in [0, 1, 16, 4096, 20_000] {
            let message = vec![7; len];
            let mut sealed = seal(&message, b"aad");
            assert_ne!(sealed, seal(&message, b"aad"), "a nonce came twice");
            let mut out = vec![0; len];
            assert_eq!(sealer.open_into(&sealed, b"aad", Output::from(&mut out[..])).unwrap(), message);
            for (at, aad) in [(0, &b"aad"[..]), (23, b"aad"), (sealed.len() - 1, b"aad"), (0, b"other")] {
                let change = u8::from(aad == b"aad");
                sealed[at] ^= change;
                let mut out = vec![0xff; len];
                assert_eq!(
                    sealer.open_into(&sealed, aad, Output::from(&mut out[..])).err(),
                    Some(Error::Core(CoreError::InvalidTag))
                );
                assert_eq!(out, vec![0; len]);
                sealed[at] ^= change;
            }
        }
        assert_eq!(sealer.opened_len(39), Err(Error::Core(CoreError::InvalidTag)));
        let Err(Error::Core(error)) = Sealer::<A>::new(&[0; 16]) else { panic!("a short key is taken") };
        assert!(error.is_wrong_value(), "{error}");
    }
    check::<XAes256Gcm>();
    check::<XChaCha20Poly1305>();
}

#[test]
fn long_chacha20_poly1305_is_the_librarys() {
    let key = [0xa5; 32];
    let ours = ChaCha20Poly1305::new(&key).unwrap();
    let other = library::Key::new(library::Algorithm::ChaCha20Poly1305, &key).unwrap();
    let data: Vec<u8> = (0..70_000u32).map(|i| (i.wrapping_mul(i) % 253) as u8).collect();
    for len in (4070..4130).chain([16_383, 16_384, 16_385, 32_768, 49_999, 70_000]) {
        let (nonce, text, aad) = (&data[..12], &data[..len], &data[..len % 77]);
        let (mut one, mut two) = (vec![0; len + 16], vec![0; len + 16]);
        ours.encrypt_into(Nonce(nonce), text, Aad(aad), Output::from(&mut one[..])).unwrap();
        other.seal(nonce, text, aad, Output::from(&mut two[..])).unwrap();
        assert_eq!(one, two, "{len} bytes");
        let mut opened = vec![0; len];
        assert_eq!(ours.decrypt_into(Nonce(nonce), &one, Aad(aad), Output::from(&mut opened[..])).unwrap(), text);
        one[len / 2] ^= 1;
        assert_eq!(
            ours.decrypt_into(Nonce(nonce), &one, Aad(aad), Output::from(&mut opened[..])).err(),
            Some(CoreError::InvalidTag)
        );
        assert_eq!(opened, vec![0; len]);
    }
}
