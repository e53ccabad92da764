//! Secrets that are made for people.

use std::collections::{HashMap, HashSet};

use ironlatch::recipes::secrets::{Passphrase, RecoveryCodes, token_hex, token_urlsafe};

#[test]
fn tokens_have_the_stated_form() {
    assert_eq!(token_hex(20).len(), 40);
    assert!(token_hex(64).bytes().all(|digit| b"0123456789abcdef".contains(&digit)));
    assert_eq!(token_urlsafe(32).len(), 43);
    assert!(token_urlsafe(999).bytes().all(|symbol| symbol.is_ascii_alphanumeric() || b"-_".contains(&symbol)));
    assert_eq!(token_hex(0), "");
}

#[test]
fn passphrases_state_their_entropy() {
    let passphrase = Passphrase::generate(6, " ").unwrap();
    let words: Vec<_> = passphrase.expose().split(' ').collect();
    assert_eq!(words.len(), 6);
    assert!(words.iter().all(|word| (3..=9).contains(&word.len())), "{words:?}");
    assert!((passphrase.entropy_bits() - 77.5).abs() < 0.1);
    assert!(!format!("{passphrase:?}").contains(words[0]));
    assert_ne!(passphrase.expose(), Passphrase::generate(6, " ").unwrap().expose());
    assert!(Passphrase::generate(0, " ").is_err());
    assert!(Passphrase::generate(1025, " ").is_err());
}

#[test]
fn every_word_can_be_drawn_and_none_stands_out() {
    let mut seen = HashMap::<String, u32>::new();
    for _ in 0..100 {
        for word in Passphrase::generate(1000, "|").unwrap().expose().split('|') {
            *seen.entry(word.to_owned()).or_default() += 1;
        }
    }
    // 100,000 draws from 7,776 words: 12.9 of each on average; a word fails to come with
    // probability e^-12.9.
    assert!(seen.len() > 7760 && seen.len() <= 7776, "{}", seen.len());
    assert!(seen.values().all(|&count| count < 60));
}

#[test]
fn recovery_codes_are_unique_and_typable() {
    let codes = RecoveryCodes::generate(1000, 4, 4).unwrap();
    let distinct: HashSet<_> = codes.expose().collect();
    assert_eq!(distinct.len(), 1000);
    for code in codes.expose() {
        assert_eq!(code.len(), 19);
        assert_eq!(code.split('-').count(), 4);
        assert!(code.chars().all(|symbol| symbol == '-' || RecoveryCodes::ALPHABET.contains(symbol)));
        assert!(!code.contains(['0', 'o', '1', 'i', 'l', 'u']));
        let typed = format!(" {}\n", code.to_uppercase().replace('-', " – "));
        assert_eq!(RecoveryCodes::normalize(&typed, 4), code);
    }
    assert!((codes.entropy_bits() - 78.5).abs() < 0.1);
}

#[test]
fn weak_or_absurd_recovery_codes_are_refused() {
    for (count, groups, size) in
        [(0, 4, 4), (1001, 4, 4), (1, 1, 5), (1, 0, 4), (1, 4, 0), (1, usize::MAX, 2), (1, 33, 4)]
    {
        assert!(RecoveryCodes::generate(count, groups, size).is_err(), "{count} {groups} {size}");
    }
    assert_eq!(RecoveryCodes::generate(10, 1, 6).unwrap().len(), 10);
}
