//! Timed tokens: data that comes back later, such as the user of a link to reset a password.
//!
//! [`SignedTokens`] anybody can read and nobody can change; [`EncryptedTokens`] nobody else can
//! read either. Underneath they are JSON Web Tokens (RFC 7519) in the compact forms of RFC 7515 and
//! RFC 7516, made and checked by the rules of RFC 8725: the key fixes the algorithm, and a token
//! says which purpose it is for and is refused for any other.
//!
//! ```
//! use ironlatch::recipes::signing::Key;
//! use ironlatch::recipes::signing::token::{Data, SignedTokens, Validity};
//!
//! let tokens = SignedTokens::new(Key::generate(), "password-reset")?;
//! let now = 1_700_000_000.0;
//! let token = tokens.sign(&Data::Json("{\"user\":42}".into()), 3600, now)?;
//! let verified = tokens.verify(&token, Validity { max_age: None, now })?;
//! assert_eq!(verified.data, Some(Data::Json("{\"user\":42}".into())));
//! # Ok::<(), ironlatch::recipes::Error>(())
//! ```

mod claims;
mod encrypted;
mod encryption_key;
mod header;
mod signed;

use core::fmt;

use crate::error::Refusal;
use crate::{Error, Result};

pub use claims::{Data, Validity, Verified};
pub use encrypted::EncryptedTokens;
pub use encryption_key::{EncryptionKey, EncryptionKeys};
pub use signed::SignedTokens;

/// The longest token in bytes. Longer ones are neither made nor read: they fit in no header or
/// address.
pub const MAX_LEN: usize = 64 * 1024;

/// How many seconds the clocks of who makes and who verifies a token may differ, unless told
/// otherwise.
pub const LEEWAY: u64 = 10;

/// The purpose of tokens: 1 to 64 lower-case letters, digits, dots and hyphens.
#[derive(Clone, PartialEq, Eq)]
struct Purpose {
    name: String,
}

impl Purpose {
    fn new(name: &str) -> Result<Self> {
        let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'_');
        if name.is_empty() || name.len() > 64 || !name.bytes().all(good) {
            return Err(Error::value(
                "a purpose is 1 to 64 lower-case letters, digits, dots, hyphens and underscores, such as password-reset",
            ));
        }
        Ok(Self { name: name.to_owned() })
    }

    /// The token's type that says so (RFC 8725 §3.11).
    fn typ(&self) -> String {
        format!("{}+jwt", self.name)
    }

    /// Checks the type of a token whose signature is right.
    fn check(&self, typ: Option<&str>) -> Result<()> {
        match typ {
            Some(typ) if typ.strip_suffix("+jwt") == Some(&self.name) => Ok(()),
            Some(typ) => Err(insufficient(format!("the token is of the type {}, not {:?}", quoted(typ), self.typ()))),
            None => {
                Err(insufficient(format!("the token does not say what it is for: its typ must be {:?}", self.typ())))
            }
        }
    }
}

impl fmt::Debug for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name.fmt(f)
    }
}

/// Text from a token for a message: cut if it is long, without control characters.
fn quoted(text: &str) -> String {
    let short: String = text.chars().take(64).collect();
    format!("{short:?}")
}

fn malformed(message: impl Into<String>) -> Error {
    Error::refused(Refusal::Malformed, message.into())
}

fn not_authentic(message: impl Into<String>) -> Error {
    Error::refused(Refusal::NotAuthentic, message.into())
}

fn insufficient(message: impl Into<String>) -> Error {
    Error::refused(Refusal::Insufficient, message.into())
}
