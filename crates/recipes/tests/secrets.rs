//! Secret bytes and the secrets that are made for people.

use std::collections::{HashMap, HashSet};
use std::io::Write;

use ironlatch::Error;
use ironlatch::recipes::secrets::{Passphrase, RecoveryCodes, token_hex, token_urlsafe};
use ironlatch::secret::{LONGEST_FILE, SecretBytes};

#[test]
fn generated_secrets_differ_and_do_not_show() {
    let (a, b) = (SecretBytes::generate(32).unwrap(), SecretBytes::generate(32).unwrap());
    assert_eq!(a.len(), 32);
    assert_ne!(a, b);
    assert_eq!(a, SecretBytes::copy_from(a.expose()));
    assert_ne!(a, SecretBytes::copy_from(&a.expose()[..31]));
    assert_eq!(format!("{a:?}"), "SecretBytes(<32 bytes>)");
}

#[test]
fn absurd_lengths_are_an_error() {
    assert!(matches!(SecretBytes::generate(usize::MAX / 2), Err(Error::OutOfMemory(_))));
}

#[test]
fn from_file_reads_all_and_strips_one_line_end() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let read = |strip| SecretBytes::from_file(file.path(), strip).unwrap().expose().to_vec();
    let mut writer = file.as_file();
    assert_eq!(read(true), b"");
    writer.write_all(b"hunter2\r\n\n").unwrap();
    assert_eq!(read(true), b"hunter2\r\n");
    assert_eq!(read(false), b"hunter2\r\n\n");
    writer.write_all(&vec![b'x'; 100_000]).unwrap();
    assert_eq!(read(true).len(), 100_010);
    writer.write_all(&vec![b'x'; LONGEST_FILE - 100_010]).unwrap();
    assert_eq!(read(false).len(), LONGEST_FILE);
    writer.write_all(b"x").unwrap();
    let error = SecretBytes::from_file(file.path(), false).unwrap_err();
    assert!(error.to_string().contains("too long"), "{error}");
}

#[test]
fn files_that_cannot_be_read_say_which() {
    for path in ["/nonexistent/secret", "/"] {
        let error = SecretBytes::from_file(path.as_ref(), false).unwrap_err();
        assert!(matches!(error, Error::Io { .. }) && error.to_string().contains(path), "{error}");
    }
    let endless = SecretBytes::from_file("/dev/zero".as_ref(), false).unwrap_err();
    assert!(endless.to_string().contains("too long"), "{endless}");
}

#[test]
fn from_env_names_what_is_missing() {
    let path = std::env::var("PATH").unwrap();
    assert_eq!(SecretBytes::from_env("PATH").unwrap().expose(), path.as_bytes());
    let error = SecretBytes::from_env("IRONLATCH_NO_SUCH").unwrap_err();
    assert!(error.to_string().contains("IRONLATCH_NO_SUCH"));
    for name in ["", "A=B", "A\0B"] {
        assert!(SecretBytes::from_env(name).is_err());
    }
}

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
    // 100,000 draws from 7,776 words: 12.9 of each on average; a word fails to come with probability e^-12.9.
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
