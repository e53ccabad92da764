//! Laws that hold for every message: what was sealed opens, and what was changed does not.

use ironlatch::Error as CoreError;
use ironlatch::recipes::fernet::{Fernet, Token, token_len};
use ironlatch::recipes::sealing::{ExtendedNonce, Sealer, XAes256Gcm, XChaCha20Poly1305};
use ironlatch::recipes::show_once::{ApiKey, ApiKeys, SecretSealer, ServerKey};
use ironlatch::recipes::{Error, Result};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

/// A share of the usual number of cases, for laws of which each case takes long.
fn config(share: u32) -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { cases: (usual.cases / share).max(1), failure_persistence: None, ..usual }
}

fn check_sealer<A: ExtendedNonce>(
    key: &[u8],
    message: &[u8],
    aad: &[u8],
    place: Index,
    bit: u8,
) -> Result<(), TestCaseError> {
    let sealer = Sealer::<A>::new(key)?;
    let mut sealed = sealer.seal(message, aad)?;
    prop_assert_eq!(sealer.open(&sealed, aad)?, message);
    let at = place.index(sealed.len());
    prop_assert_eq!(sealer.open(&sealed[..at], aad), Err(Error::Core(CoreError::InvalidTag)));
    prop_assert_eq!(sealer.open(&sealed, &[aad, b"!"].concat()), Err(Error::Core(CoreError::InvalidTag)));
    sealed[at] ^= 1 << bit;
    prop_assert_eq!(sealer.open(&sealed, aad), Err(Error::Core(CoreError::InvalidTag)));
    Ok(())
}

fn decrypted(fernet: &Fernet, token: &[u8]) -> Result<(u64, Vec<u8>)> {
    let token = Token::parse(token)?;
    let verified = token.verify(fernet, None)?;
    Ok((verified.timestamp(), verified.decrypt()?))
}

proptest! {
    #![proptest_config(config(1))]

    #[test]
    fn sealers_open_what_they_sealed_and_nothing_else(
        key: [u8; 32], message in vec(any::<u8>(), 0..300), aad in vec(any::<u8>(), 0..40), place: Index, bit in 0..8u8
    ) {
        check_sealer::<XAes256Gcm>(&key, &message, &aad, place, bit)?;
        check_sealer::<XChaCha20Poly1305>(&key, &message, &aad, place, bit)?;
    }

    #[test]
    fn fernet_opens_its_tokens_and_nothing_else(
        key: [u8; 32], time: u64, message in vec(any::<u8>(), 0..300), place: Index, letter in "[A-Za-z0-9_-]", byte: u8
    ) {
        let fernet = Fernet::from_raw_key(&key)?;
        let token = fernet.encrypt(&message, time)?.into_bytes();
        prop_assert_eq!(token.len(), token_len(message.len()));
        prop_assert_eq!(decrypted(&fernet, &token)?, (time, message.clone()));
        prop_assert_eq!(Token::parse(&token)?.claimed_timestamp(), time);

        let at = place.index(token.len());
        prop_assert!(decrypted(&fernet, &token[..at]).is_err() || token[at..].iter().all(|byte| *byte == b'='));
        // What is not base64 is passed over, as the format's other implementations do.
        let mut changed = token.clone();
        changed[at] = letter.as_bytes()[0];
        match decrypted(&fernet, &changed) {
            Ok(read) => prop_assert_eq!(read, (time, message.clone())),
            Err(error) => prop_assert_eq!(error, Error::InvalidToken),
        }
        changed[at] = byte;
        if let Ok(read) = decrypted(&fernet, &changed) {
            prop_assert_eq!(read, (time, message));
        }
        let mut other = key;
        other[place.index(16)] ^= 1;
        prop_assert_eq!(decrypted(&Fernet::from_raw_key(&other)?, &token), Err(Error::InvalidToken));
    }

    #[test]
    fn sealed_secrets_belong_to_their_owner(
        key: [u8; 32], secret in vec(any::<u8>(), 1..100), owner in vec(any::<u8>(), 1..30), place: Index, letter in "[A-Za-z0-9._-]"
    ) {
        let key = ServerKey::from_bytes(&key)?;
        let again = ServerKey::from_text(key.to_text().expose())?;
        prop_assert_eq!(again.id(), key.id());
        let sealer = SecretSealer::new("webhook", &[&key])?;
        let stored = sealer.seal(&secret, &owner)?;
        let opened = SecretSealer::new("webhook", &[&again])?.open(&stored, &owner)?;
        prop_assert_eq!(opened.expose(), &secret[..]);
        prop_assert!(sealer.open(&stored, &[&owner[..], b"!"].concat()).is_err());
        prop_assert!(SecretSealer::new("other", &[&key])?.open(&stored, &owner).is_err());
        let mut changed = stored.clone().into_bytes();
        changed[place.index(stored.len())] = letter.as_bytes()[0];
        let changed = String::from_utf8(changed).unwrap();
        prop_assert!(changed == stored || sealer.open(&changed, &owner).is_err());
    }

    #[test]
    fn api_keys_are_told_from_others(key: [u8; 32], prefix in "[a-z][a-z0-9]{1,8}(_[a-z0-9]{1,8})?", noise in "\\PC{0,60}") {
        let key = ServerKey::from_bytes(&key)?;
        let keys = ApiKeys::new(&prefix, &[&key])?;
        let (made, other) = (keys.generate(), keys.generate());
        let stored = keys.digest(&made).to_string();
        let parsed = ApiKey::parse(made.expose())?;
        prop_assert_eq!(parsed.prefix(), &prefix);
        prop_assert!(keys.verify(made.expose(), &stored)?);
        prop_assert!(!keys.verify(other.expose(), &stored)?);
        prop_assert!(!keys.verify(&noise, &stored)?);
        let long = format!("{prefix}_{noise}");
        prop_assert!(!keys.verify(&long, &stored)?);
    }
}
