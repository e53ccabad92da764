//! Poly1305, a one-time authenticator (RFC 8439 §2.5).
//!
//! A key must serve one message and no other: two tags under one key give the key away.

use ironlatch_engine::poly1305 as engine;

use crate::constant_time::bytes_eq;
use crate::error::Allowed;
use crate::error::Mac;
use crate::secret::wipes_stack;
use crate::{Error, Result};

pub use engine::{KEY_LEN, TAG_LEN};

/// The tag of one message, in progress. It is wiped when it is dropped.
#[derive(Debug)]
pub struct Poly1305(engine::Context);

impl Poly1305 {
    /// The tag of nothing yet, under a key of [`KEY_LEN`] bytes.
    ///
    /// # Errors
    /// [`Error::KeySize`] if the key's length is another.
    #[wipes_stack]
    pub fn new(key: &[u8]) -> Result<Self> {
        let key = key.try_into().map_err(|_| Error::KeySize {
            algorithm: "Poly1305",
            got: key.len() * 8,
            allowed: Allowed::Exactly(256),
        })?;
        Ok(Self(engine::Context::new(key)))
    }

    /// Takes `data` in.
    pub fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    /// The tag of all that came in.
    #[must_use]
    pub fn finalize(self) -> [u8; TAG_LEN] {
        self.0.finalize()
    }

    /// Compares the tag of all that came in with `expected`, in constant time.
    ///
    /// # Errors
    /// [`Error::BadMac`] if they differ.
    pub fn verify(self, expected: &[u8]) -> Result<()> {
        if bytes_eq(&self.finalize(), expected) { Ok(()) } else { Err(Error::BadMac(Mac::Poly1305)) }
    }
}
