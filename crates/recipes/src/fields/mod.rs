//! Values encrypted in the columns of a database, each bound to its place, and found again.
//!
//! A [`FieldCipher`] encrypts the values of one column under a key of a [keyring](super::keyring).
//! What is stored opens in the same table, column and row alone, says under which version of the
//! key it was made, and keeps its type. A [`BlindIndex`] finds rows by a value that the database
//! does not know.
//!
//! ```
//! use ironlatch::recipes::fields::{BlindIndex, FieldCipher, Normalization, Type};
//! use ironlatch::recipes::keyring::{Keyring, Kind};
//!
//! let ring = Keyring::new();
//! ring.create_key("customers", Kind::General)?;
//! let phones = FieldCipher::new(ring.key("customers")?, "customer", "phone", Type::Text)?;
//! let stored = phones.encrypt("+44 20 7946 0018", 42)?; // for the row whose primary key is 42
//! let bits = BlindIndex::bits_for_rows(1_000_000);
//! let (key, rule) = (ring.key("customers")?, Normalization::Digits);
//! let index = BlindIndex::new(key, "customer", "phone", Type::Text, bits, rule)?;
//! let token = index.token_beside("+44 20 7946 0018", &stored)?.to_int()?; // in its own column
//!
//! ring.rotate("customers")?;
//! assert!(phones.needs_update(&stored)?);
//! assert!(phones.decrypt(&stored, 42)?.value()? == "+44 20 7946 0018".into());
//! assert!(phones.decrypt(&stored, 43).is_err());
//! let found = index.tokens("(+44) 20-7946-0018")?; // WHERE token IN (…)
//! assert!(found.iter().any(|candidate| candidate.to_int() == Ok(token)));
//! # Ok::<(), ironlatch::recipes::Error>(())
//! ```
//!
//! # What is stored
//! | | byte | version | nonce | ciphertext | tag |
//! |---|---|---|---|---|---|
//! | [random](Mode::Random) | `c1` | 4 | 24 | 1 and the value's length | 16 |
//! | [deterministic](Mode::Deterministic) | `c0` | 4 | | 1 and the value's length, after the tag | 16 |
//!
//! What is encrypted is a byte for the [`Type`], whose highest bit says that there is padding, the
//! value's canonical bytes (the table in `value/canonical.rs`), and the padding: `80` and zeros up
//! to the multiple. The keys are derived from a [version](super::keyring::Version::derive) with
//! table and column as the context: 32 bytes for the purpose `field` are the key of XAES-256-GCM
//! (C2SP), 64 for `field, deterministic` that of AES-SIV (RFC 5297), 32 for `blind index` that of
//! HMAC-SHA-256 (RFC 2104). Associated data are the first 5 bytes and the encoded [`Row`]. A token
//! is made of the first bits of the HMAC of the type's byte, a byte for the [`Normalization`] (0,
//! 1, 2 in their order) and the normalized value.
//!
//! The text form is `ilf1.` and base64 for URLs without padding (RFC 4648 §5) of all that. No
//! version has the id 0: a later format begins with `c0` or `c1` and four zeros, or with another
//! digit in the text form.

mod batch;
mod blind_index;
mod cache;
mod chunked;
mod cipher;
mod columns;
mod limits;
mod normalize;
mod plain;
mod row;
mod sealing;
mod stored;
mod value;

pub use batch::{BatchError, Failing, Packed};
pub use blind_index::{BlindIndex, Leak, MAX_BITS, MAX_INT_BITS, Token};
pub use chunked::Chunked;
pub use cipher::{FieldCipher, Opened};
pub use columns::{Builder, Offsets, Rows, Scratch, Unbound, Validity, Values, Variable};
pub use limits::{MAX_PADDING, MAX_VALUE_LEN};
pub use normalize::Normalization;
pub use row::{MAX_ROW_LEN, Row};
pub use stored::{DETERMINISTIC_OVERHEAD, Form, HEADER_LEN, Mode, RANDOM_OVERHEAD, TEXT_PREFIX, to_text};
pub use value::{DAY, DAYS, DateTime, Decimal, Type, Value};

use std::borrow::Cow;

use crate::error::FieldFault;
use crate::{Error, Result};

/// The longest name of a table or column in bytes.
pub const MAX_NAME_LEN: usize = 1024;

fn check_name(what: &str, name: &str) -> Result<()> {
    match name.len() {
        1..=MAX_NAME_LEN => Ok(()),
        len => Err(Error::value(format!("the name of the {what} must have 1 to {MAX_NAME_LEN} bytes, not {len}"))),
    }
}

fn fault(fault: FieldFault, message: impl Into<Cow<'static, str>>) -> Error {
    Error::Field { fault, message: message.into() }
}

/// For what is authentic and still cannot be read.
fn unknown() -> Error {
    fault(
        FieldFault::Malformed,
        "the value is authentic, but in a form that this version of ironlatch does not know: update it",
    )
}
