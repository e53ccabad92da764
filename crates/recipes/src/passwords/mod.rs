//! Passwords, stored so that a stolen table does not give them away.
//!
//! [`Hasher`] makes Argon2id hashes as PHC strings, and verifies what other programs left behind:
//! bcrypt, scrypt and PBKDF2 as Django, passlib and Werkzeug write them. [`strength`] estimates how
//! hard a password is to guess.
//!
//! ```
//! use ironlatch::recipes::passwords::Hasher;
//!
//! let hasher = Hasher::default();
//! let stored = hasher.hash(b"correct horse battery staple")?;
//! assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
//! assert!(hasher.verify(b"correct horse battery staple", Some(&stored))?);
//! assert!(!hasher.verify(b"Tr0ub4dor&3", Some(&stored))?);
//! # Ok::<(), ironlatch::recipes::Error>(())
//! ```

mod calibrate;
mod stored;
pub mod strength;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use zeroize::Zeroizing;

use crate::{Error, Result};
use ironlatch_core::kdf::argon2::Cost;
use ironlatch_core::random;
use ironlatch_core::secret::{SecretBytes, wipes_stack};

pub use calibrate::calibrate;
pub use stored::{Scheme, Stored};

/// The default cost of a hash: the first of the parameters that OWASP's password storage cheat
/// sheet names for servers with memory to share, 19 MiB and two passes.
pub const DEFAULT_COST: Cost = Cost { iterations: 2, lanes: 1, memory_cost: 19 * 1024 };

/// The longest password in bytes. Longer ones are refused: they cost time, and nobody types them.
pub const MAX_PASSWORD_LEN: usize = 4096;

/// The longest name of a pepper in bytes (the Argon2 PHC string's `keyid`).
pub const MAX_PEPPER_NAME_LEN: usize = 8;

/// The shortest key of a pepper in bytes.
pub const MIN_PEPPER_LEN: usize = 16;

const SALT_LEN: usize = 16;
const HASH_LEN: usize = 32;

/// Hashes passwords at one cost, and verifies hashes of any cost and of many origins.
#[derive(Debug)]
pub struct Hasher {
    cost: Cost,
    /// The first is the one for new hashes.
    peppers: Vec<Pepper>,
}

/// A key that goes into the hash and is kept apart from the table of hashes.
#[derive(Debug)]
struct Pepper {
    name: String,
    key: SecretBytes,
}

/// The result of checking a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is the wrong one, or there is no such user.
    Wrong,
    /// It is right, and the stored hash is up to date.
    Right,
    /// It is right; store this hash in place of the old one.
    RightWithNewHash(String),
}

impl Default for Hasher {
    fn default() -> Self {
        Self { cost: DEFAULT_COST, peppers: Vec::new() }
    }
}

impl Hasher {
    /// A hasher at a cost of one's own; [`calibrate`] finds one for a machine.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) for a cost that Argon2 does
    /// not take, or that [`verify`](Self::verify) would refuse.
    pub fn new(cost: Cost) -> Result<Self> {
        stored::check_cost(cost)?;
        Ok(Self { cost, peppers: Vec::new() })
    }

    /// With a pepper: a secret `key` of at least [`MIN_PEPPER_LEN`] bytes that the hash depends on,
    /// kept apart from the hashes. Its `name` stands in each hash. The first pepper is used for new
    /// hashes; further ones still verify, so that peppers can be changed.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if the name is empty, taken
    /// or over [`MAX_PEPPER_NAME_LEN`] bytes, or the key too short.
    #[wipes_stack(deep)]
    pub fn with_pepper(mut self, name: &str, key: &[u8]) -> Result<Self> {
        if name.is_empty() || name.len() > MAX_PEPPER_NAME_LEN {
            let len = name.len();
            return Err(Error::value(format!(
                "a pepper's name must be 1 to 8 bytes long, not {len}: it is in each hash"
            )));
        }
        if self.peppers.iter().any(|pepper| pepper.name == name) {
            return Err(Error::value(format!("there are two peppers of the name {name:?}")));
        }
        if key.len() < MIN_PEPPER_LEN {
            let len = key.len();
            return Err(Error::value(format!(
                "a pepper must be at least 16 bytes long, not {len}; 32 random bytes are best"
            )));
        }
        self.peppers.push(Pepper { name: name.to_owned(), key: SecretBytes::copy_from(key) });
        Ok(self)
    }

    /// The cost of a new hash.
    #[must_use]
    pub fn cost(&self) -> Cost {
        self.cost
    }

    /// The Argon2id hash of `password` as a PHC string, over a random salt of 16 bytes. Text is
    /// brought into Unicode's normal form C first, as keyboards differ in how they compose letters
    /// (RFC 8265 §4).
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if the password is empty or
    /// longer than [`MAX_PASSWORD_LEN`] bytes,
    /// [`CoreError::OutOfMemory`](ironlatch_core::Error::OutOfMemory) if there is less memory than
    /// the hash costs.
    #[wipes_stack(deep)]
    pub fn hash(&self, password: &[u8]) -> Result<String> {
        if password.is_empty() {
            return Err(Error::value("the password is empty"));
        }
        if password.len() > MAX_PASSWORD_LEN {
            let len = password.len();
            return Err(Error::value(format!("the password must be at most {MAX_PASSWORD_LEN} bytes long, not {len}")));
        }
        let salt = random::array::<SALT_LEN>();
        let pepper = self.peppers.first();
        let stored = Stored::argon2id(self.cost, &salt, HASH_LEN, pepper.map(|pepper| pepper.name.as_str()));
        stored.phc_string(&normalized(password), pepper.map(|pepper| pepper.key.expose()))
    }

    /// Whether `password` is the one of the `stored` hash. For a user who does not exist give
    /// `None`. A user without a password, for whom an empty text or one that begins with `!` is
    /// stored (as Django does), has no right one. Both take the time of a wrong password, and so do
    /// the errors, so that nobody learns from the time who exists and whose hash is of which kind.
    ///
    /// # Errors
    /// [`Error::UnusableHash`] if the stored string is of no known form, names a pepper that this
    /// hasher does not have, or costs more than any honest hash.
    /// [`CoreError::OutOfMemory`](ironlatch_core::Error::OutOfMemory).
    #[wipes_stack(deep)]
    pub fn verify(&self, password: &[u8], stored: Option<&str>) -> Result<bool> {
        // Where there is no hash to be verified, the way is the same with one that no password has.
        let usable = match stored.filter(|stored| !stored::says_no_password(stored)) {
            None => Err(None),
            Some(stored) => {
                Stored::parse(stored).and_then(|stored| self.check_pepper(&stored).map(|()| stored)).map_err(Some)
            }
        };
        let (known, stored) = match usable {
            Ok(stored) => (Ok(true), stored),
            Err(fault) => {
                let pepper = self.peppers.first().map(|pepper| pepper.name.as_str());
                (fault.map_or(Ok(false), Err), Stored::argon2id(self.cost, &[0; SALT_LEN], HASH_LEN, pepper))
            }
        };
        if password.len() > MAX_PASSWORD_LEN {
            return known.map(|_| false);
        }
        let (pepper, normalized) = (self.pepper_of(&stored), normalized(password));
        // Other programs hash the text as it was typed.
        let right =
            stored.verify(&normalized, pepper)? || (*normalized != password && stored.verify(password, pepper)?);
        Ok(known? && right)
    }

    /// Whether a hash is not what [`hash`](Self::hash) would make now: another scheme, another
    /// cost, another pepper. The next login is the chance to replace it.
    ///
    /// # Errors
    /// [`Error::UnusableHash`] as for [`verify`](Self::verify), but for a pepper that is not known.
    pub fn needs_rehash(&self, stored: &str) -> Result<bool> {
        let stored = Stored::parse(stored)?;
        Ok(!stored.is_argon2id(self.cost, SALT_LEN, HASH_LEN)
            || stored.pepper_name() != self.peppers.first().map(|pepper| pepper.name.as_str()))
    }

    /// [`verify`](Self::verify), and a new hash if the password is right and the old one [needs
    /// it](Self::needs_rehash): all that a login does.
    ///
    /// # Errors
    /// As [`verify`](Self::verify) and [`hash`](Self::hash).
    #[wipes_stack(deep)]
    pub fn verify_and_update(&self, password: &[u8], stored: Option<&str>) -> Result<Verdict> {
        match stored {
            Some(stored) if self.verify(password, Some(stored))? => {
                // An empty password, which others may have taken, verifies but gets no new hash.
                if self.needs_rehash(stored)? && !password.is_empty() {
                    self.hash(password).map(Verdict::RightWithNewHash)
                } else {
                    Ok(Verdict::Right)
                }
            }
            Some(_) => Ok(Verdict::Wrong),
            None => self.verify(password, None).map(|_| Verdict::Wrong),
        }
    }

    fn pepper_of(&self, stored: &Stored) -> Option<&[u8]> {
        let name = stored.pepper_name()?;
        self.peppers.iter().find(|pepper| pepper.name == name).map(|pepper| pepper.key.expose())
    }

    fn check_pepper(&self, stored: &Stored) -> Result<()> {
        match stored.pepper_name() {
            Some(name) if self.pepper_of(stored).is_none() => Err(Error::UnusableHash(
                format!("the hash was made with the pepper {name:?}, which was not given: add it to the peppers")
                    .into(),
            )),
            _ => Ok(()),
        }
    }
}

/// The password, in normal form C if it is text.
fn normalized(password: &[u8]) -> Zeroizing<Vec<u8>> {
    match core::str::from_utf8(password) {
        Ok(text) if is_nfc_quick(text.chars()) != IsNormalized::Yes => {
            // Composing makes text three times as long at most (UAX #15 §9): no copy is left behind
            // by growing.
            let mut composed = String::with_capacity(3 * text.len());
            composed.extend(text.nfc());
            Zeroizing::new(composed.into_bytes())
        }
        _ => Zeroizing::new(password.to_vec()),
    }
}
