//! Key derivation functions.
//!
//! From a password: [`argon2`], [`scrypt`], [`pbkdf2`]. From a secret that is already hard to guess: [`hkdf`].
//!
//! ```
//! use ironlatch::kdf::{Kdf, argon2::{Argon2, Cost, Variant}};
//!
//! let cost = Cost { iterations: 1, lanes: 1, memory_cost: 64 };
//! let kdf = Argon2::new(Variant::Argon2id, b"a salt of its own", 32, cost)?;
//! let key = kdf.derive_secret(b"password")?;
//! assert_eq!(key.len(), 32);
//! # Ok::<(), ironlatch::Error>(())
//! ```

pub mod argon2;
pub mod hkdf;
pub mod pbkdf2;
pub mod scrypt;

use crate::constant_time::bytes_eq;
use crate::secret::SecretBytes;
use crate::{Error, Output, Result};

/// A key derivation function with everything chosen but the secret that goes in.
pub trait Kdf: Send + Sync {
    /// The length of the derived key in bytes.
    fn length(&self) -> usize;

    /// Writes the key that `key_material` gives.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] if the function needs more memory than the system gives.
    ///
    /// # Panics
    /// If `out` is not [`length`](Self::length) bytes long.
    fn derive<'a>(&self, key_material: &[u8], out: Output<'a>) -> Result<&'a mut [u8]>;

    /// The key that `key_material` gives, in memory that is wiped.
    ///
    /// # Errors
    /// As [`derive`](Self::derive).
    fn derive_secret(&self, key_material: &[u8]) -> Result<SecretBytes> {
        SecretBytes::new_with(self.length(), |out| self.derive(key_material, out.into()).map(|_| ()))
    }

    /// Compares the key that `key_material` gives with `expected`, in constant time.
    ///
    /// # Errors
    /// [`Error::KeyMismatch`] if they differ; otherwise as [`derive`](Self::derive).
    fn verify(&self, key_material: &[u8], expected: &[u8]) -> Result<()> {
        let key = self.derive_secret(key_material)?;
        if bytes_eq(key.expose(), expected) { Ok(()) } else { Err(Error::KeyMismatch) }
    }
}

fn check_len(kdf: &impl Kdf, out: &Output<'_>) {
    assert_eq!(out.len(), kdf.length(), "the output has another length than the key");
}
