//! Memory for secrets: wiped when dropped, never printed, compared in constant time.

use core::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::Result;

/// Bytes that are secret: a key, a password, a seed.
///
/// They are wiped when dropped, compared in constant time, and shown by `Debug` as their length alone.
pub struct SecretBytes {
    bytes: Zeroizing<Box<[u8]>>,
}

impl SecretBytes {
    /// A copy of `bytes`. The caller still owns, and should wipe, the original.
    #[must_use]
    pub fn copy_from(bytes: &[u8]) -> Self {
        Self { bytes: Zeroizing::new(bytes.into()) }
    }

    /// `len` bytes, zero at first, that `fill` writes.
    ///
    /// # Errors
    /// Whatever `fill` reports.
    pub fn new_with(len: usize, fill: impl FnOnce(&mut [u8]) -> Result<()>) -> Result<Self> {
        let mut bytes = Zeroizing::new(vec![0; len].into_boxed_slice());
        fill(&mut bytes)?;
        Ok(Self { bytes })
    }

    /// The secret itself. What is copied out of here is the caller's to wipe.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.bytes
    }

    /// The length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether there are no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}

impl PartialEq for SecretBytes {
    fn eq(&self, other: &Self) -> bool {
        self.expose().ct_eq(other.expose()).into()
    }
}

impl Eq for SecretBytes {}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretBytes(<{} bytes>)", self.len())
    }
}
