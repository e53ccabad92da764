//! The names of versions in what is made under them.

use core::fmt;
use core::str::FromStr;

use crate::{Error, Result};
use ironlatch_core::random;

/// Which version of a key made something: 4 bytes, never zero, unique in a ring. They stand in
/// front of every ciphertext and tell nothing about the key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VersionId(u32);

impl VersionId {
    /// The length in bytes.
    pub const LEN: usize = 4;

    /// The id of this number, unless it is zero.
    #[must_use]
    pub fn new(id: u32) -> Option<Self> {
        (id != 0).then_some(Self(id))
    }

    /// The id that 4 bytes say, unless they are zero.
    #[must_use]
    pub fn from_bytes(bytes: [u8; Self::LEN]) -> Option<Self> {
        Self::new(u32::from_be_bytes(bytes))
    }

    /// The 4 bytes that stand in a ciphertext.
    #[must_use]
    pub fn to_bytes(self) -> [u8; Self::LEN] {
        self.0.to_be_bytes()
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }

    pub(super) fn random() -> Self {
        loop {
            if let Some(id) = Self::from_bytes(random::array()) {
                return id;
            }
        }
    }
}

impl fmt::Display for VersionId {
    /// Eight hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

impl fmt::Debug for VersionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VersionId({self})")
    }
}

impl FromStr for VersionId {
    type Err = Error;

    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if it is not eight
    /// hexadecimal digits, or zero.
    fn from_str(text: &str) -> Result<Self> {
        let digits = text.len() == 8 && text.bytes().all(|digit| digit.is_ascii_hexdigit());
        let id = u32::from_str_radix(text, 16).ok().filter(|_| digits).and_then(Self::new);
        id.ok_or_else(|| Error::value("the id of a version is eight hexadecimal digits, such as 5f1c09a2"))
    }
}
