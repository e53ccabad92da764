//! The key of one file, which every stanza of its header wraps (age §"File key").

use core::fmt;

use crate::{Error, Result};
use ironlatch_core::random;
use zeroize::Zeroizing;

/// The key of one file, [`FileKey::LEN`] random bytes. Wiped on drop, and not shown by `Debug`.
#[derive(Clone)]
pub struct FileKey(Zeroizing<[u8; FileKey::LEN]>);

impl FileKey {
    /// The length in bytes.
    pub const LEN: usize = 16;

    /// Takes the bytes that a stanza wrapped.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) unless there are
    /// [`FileKey::LEN`] of them.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let mut key = Self::zero();
        if bytes.len() != Self::LEN {
            return Err(Error::value(format!("a file key has {} bytes, not {}", Self::LEN, bytes.len())));
        }
        key.0.copy_from_slice(bytes);
        Ok(key)
    }

    /// Shows the bytes, for a recipient to wrap.
    #[must_use]
    pub fn expose(&self) -> &[u8; Self::LEN] {
        &self.0
    }

    pub(super) fn generate() -> Self {
        let mut key = Self::zero();
        random::fill(key.0.as_mut_slice().into());
        key
    }

    /// Memory for a key.
    pub(super) fn zero() -> Self {
        Self(Zeroizing::new([0; Self::LEN]))
    }

    pub(super) fn as_mut_slice(&mut self) -> &mut [u8] {
        &mut self.0[..]
    }
}

impl fmt::Debug for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileKey(<{} bytes>)", Self::LEN)
    }
}
