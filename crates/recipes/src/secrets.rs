//! Secrets for programs and for people: tokens, passphrases, recovery codes.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ironlatch_core::{Output, random};
use zeroize::Zeroizing;

use crate::{Error, Result};
use ironlatch_core::secret::{SecretText, wipes_stack};

/// How many random bytes a token has unless told otherwise.
pub const TOKEN_BYTES: usize = 32;

/// Fills `out` with random bytes.
#[wipes_stack]
pub fn fill(out: Output<'_>) -> &mut [u8] {
    random::fill(out)
}

/// `len` random bytes in lower-case hexadecimal.
#[must_use]
#[wipes_stack]
pub fn token_hex(len: usize) -> String {
    let mut text = String::with_capacity(2 * len);
    push_hex(&mut text, &random(len));
    text
}

/// `len` random bytes in base64 for URLs and file names, without padding (RFC 4648 §5).
#[must_use]
#[wipes_stack]
pub fn token_urlsafe(len: usize) -> String {
    URL_SAFE_NO_PAD.encode(&*random(len))
}

/// `len` random bytes in base64 (RFC 4648 §4).
#[must_use]
#[wipes_stack]
pub fn token_base64(len: usize) -> String {
    STANDARD.encode(&*random(len))
}

/// Words drawn at random, for a person to remember or to write down.
#[derive(Debug)]
pub struct Passphrase {
    text: SecretText,
    words: usize,
}

impl Passphrase {
    /// Words in a passphrase unless told otherwise: 77 bits, which nobody can guess even at a
    /// trillion tries a second.
    pub const WORDS: usize = 6;

    /// `words` words from the EFF's long list (7,776 words, 12.9 bits each), with `separator`
    /// between them.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if `words` is not from 1 to
    /// 1024.
    #[wipes_stack(deep)]
    pub fn generate(words: usize, separator: &str) -> Result<Self> {
        const LONGEST_WORD: usize = 9;
        if !(1..=1024).contains(&words) {
            return Err(Error::value(format!("a passphrase has 1 to 1024 words, not {words}")));
        }
        let mut text = String::with_capacity(words * (LONGEST_WORD + separator.len()));
        for index in 0..words {
            if index > 0 {
                text.push_str(separator);
            }
            text.push_str(WORD_LIST[draw(WORD_LIST.len())]);
        }
        Ok(Self { text: SecretText::new(text), words })
    }

    /// The passphrase itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.text.expose()
    }

    /// How many words it has.
    #[must_use]
    pub fn words(&self) -> usize {
        self.words
    }

    /// The base-two logarithm of the number of passphrases that it was drawn from.
    #[must_use]
    pub fn entropy_bits(&self) -> f64 {
        bits(WORD_LIST.len(), self.words)
    }
}

/// Codes that let a person back in who has lost everything else: to print, to keep in a drawer, to
/// use once each.
#[derive(Debug)]
pub struct RecoveryCodes {
    codes: Vec<SecretText>,
    symbols: usize,
}

impl RecoveryCodes {
    /// The symbols of a code: digits and small letters, without 0 o, 1 i l, and u, which looks like
    /// v in handwriting.
    pub const ALPHABET: &str = "23456789abcdefghjkmnpqrstvwxyz";
    /// Codes unless told otherwise.
    pub const COUNT: usize = 10;
    /// Groups in a code unless told otherwise.
    pub const GROUPS: usize = 4;
    /// Symbols in a group unless told otherwise: with [`Self::GROUPS`] 78 bits a code, so that even
    /// a plain hash of a code does not give it away.
    pub const GROUP_SIZE: usize = 4;
    /// No code with fewer bits than this is made: a service can count wrong tries, so it need not
    /// be more.
    pub const LEAST_BITS: f64 = 29.0;

    /// `count` codes, all different, each of `groups` groups of `group_size` symbols with hyphens
    /// between them.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if `count` is not from 1 to
    /// 1000, if a code would have fewer than [`Self::LEAST_BITS`] bits, or more than 128 symbols.
    #[wipes_stack(deep)]
    pub fn generate(count: usize, groups: usize, group_size: usize) -> Result<Self> {
        if !(1..=1000).contains(&count) {
            return Err(Error::value(format!("1 to 1000 recovery codes can be made at once, not {count}")));
        }
        let symbols = groups.saturating_mul(group_size);
        let entropy = bits(Self::ALPHABET.len(), symbols);
        if entropy < Self::LEAST_BITS || symbols > 128 {
            return Err(Error::value(format!(
                "a recovery code of {groups} groups of {group_size} symbols is too {}; 6 to 128 symbols are allowed",
                if symbols > 128 { "long" } else { "easy to guess" }
            )));
        }
        let mut codes: Vec<SecretText> = Vec::with_capacity(count);
        while codes.len() < count {
            let code = SecretText::new(Self::one(groups, group_size));
            if codes.iter().all(|other| other.expose() != code.expose()) {
                codes.push(code);
            }
        }
        Ok(Self { codes, symbols })
    }

    /// The codes themselves.
    pub fn expose(&self) -> impl ExactSizeIterator<Item = &str> {
        self.codes.iter().map(SecretText::expose)
    }

    /// The code at `index`.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&str> {
        self.codes.get(index).map(SecretText::expose)
    }

    /// How many codes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether there are none; there always are.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// The base-two logarithm of the number of codes that each one was drawn from.
    #[must_use]
    pub fn entropy_bits(&self) -> f64 {
        bits(Self::ALPHABET.len(), self.symbols)
    }

    /// Normalizes typed text to the form of a code: small letters, no spaces, and hyphens only
    /// between `group_size` symbols.
    ///
    /// Compare the result, not what was typed. Text that is no code comes back as some text that no
    /// code equals.
    #[must_use]
    #[wipes_stack(deep)]
    pub fn normalize(typed: &str, group_size: usize) -> String {
        let symbols = typed.chars().filter(|symbol| !symbol.is_whitespace() && !"-‐‑–—".contains(*symbol));
        let mut code = String::with_capacity(2 * typed.len());
        for (index, symbol) in symbols.enumerate() {
            if index > 0 && group_size > 0 && index % group_size == 0 {
                code.push('-');
            }
            code.push(symbol.to_ascii_lowercase());
        }
        code
    }

    fn one(groups: usize, group_size: usize) -> String {
        let alphabet = Self::ALPHABET.as_bytes();
        let mut code = String::with_capacity(groups * (group_size + 1));
        for group in 0..groups {
            if group > 0 {
                code.push('-');
            }
            for _ in 0..group_size {
                code.push(char::from(alphabet[draw(alphabet.len())]));
            }
        }
        code
    }
}

/// The EFF's long list, <https://www.eff.org/dice>: 7,776 words of 3 to 9 letters, none a prefix of
/// another.
const WORD_LIST: &[&str] = &diceware_wordlists::EFF_LONG_WORDLIST;

fn random(len: usize) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(vec![0; len]);
    random::fill(Output::from(&mut bytes[..]));
    bytes
}

/// Appends `bytes` in lower-case hexadecimal to `text`, which has room for them.
pub(super) fn push_hex(text: &mut String, bytes: &[u8]) {
    // Not from a table, whose reads could be timed: 39 is from '9' + 1 to 'a', added above 9.
    let digit = |nibble: u8| char::from(b'0' + nibble + (9u8.wrapping_sub(nibble) >> 7) * 39);
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
    }
}

/// A number below `count`, each as likely as the others.
pub(super) fn draw(count: usize) -> usize {
    let count = count as u64;
    // The largest multiple of `count`: numbers from there on would favour small results.
    let limit = u64::MAX - u64::MAX % count;
    loop {
        let number = u64::from_le_bytes(*Zeroizing::new(random::array()));
        if number < limit {
            return (number % count) as usize;
        }
    }
}

fn bits(choices: usize, draws: usize) -> f64 {
    (choices as f64).log2() * draws as f64
}
