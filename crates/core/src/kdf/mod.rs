//! Key derivation functions.
//!
//! From a password: [`argon2`], [`scrypt`], [`pbkdf2`]. From a secret that is already hard to
//! guess: [`hkdf`], and where a standard asks for them [`concat_kdf`], [`x963_kdf`] and [`kbkdf`].
//!
//! ```
//! use ironlatch::kdf::{Kdf, argon2::{Argon2, Cost, Variant}};
//!
//! let cost = Cost { iterations: 1, lanes: 1, memory_cost: 64 };
//! let kdf = Argon2::new(Variant::Argon2id, b"a salt of its own", 32, cost)?;
//! let key = kdf.derive(b"password")?;
//! assert_eq!(key.len(), 32);
//! # Ok::<(), ironlatch::Error>(())
//! ```

pub mod argon2;
pub mod bcrypt_pbkdf;
pub mod concat_kdf;
pub mod hkdf;
pub mod kbkdf;
pub mod pbkdf2;
pub mod scrypt;
pub mod x963_kdf;

use core::convert::Infallible;

use zeroize::Zeroizing;

use crate::constant_time::bytes_eq;
use crate::error::{Allowed, Input};
use crate::secret::{SecretBytes, wipes_stack};
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
    fn derive_into<'a>(&self, key_material: &[u8], out: Output<'a>) -> Result<&'a mut [u8]>;

    /// The key that `key_material` gives, in memory that is wiped.
    ///
    /// # Errors
    /// As [`derive_into`](Self::derive_into).
    #[wipes_stack]
    fn derive(&self, key_material: &[u8]) -> Result<SecretBytes> {
        SecretBytes::new_with(self.length(), |out| self.derive_into(key_material, out.into()).map(|_| ()))
    }

    /// Compares the key that `key_material` gives with `expected`, in constant time.
    ///
    /// # Errors
    /// [`Error::KeyMismatch`] if they differ; otherwise as [`derive`](Self::derive).
    #[wipes_stack]
    fn verify(&self, key_material: &[u8], expected: &[u8]) -> Result<()> {
        let key = self.derive(key_material)?;
        if bytes_eq(key.expose(), expected) { Ok(()) } else { Err(Error::KeyMismatch) }
    }
}

fn check_len(kdf: &impl Kdf, out: &Output<'_>) {
    assert_eq!(out.len(), kdf.length(), "the output has another length than the key");
}

/// Fills `out` with the blocks of `block_len` bytes that `block` writes for the counters 1, 2, 3 …,
/// the last one cut short.
fn fill_by_counter<'a>(
    out: Output<'a>,
    block_len: usize,
    mut block: impl for<'b> FnMut(u32, Output<'b>) -> &'b mut [u8],
) -> &'a mut [u8] {
    let mut writer = out.writer();
    for counter in 1..=u32::MAX {
        match writer.remaining() {
            0 => break,
            left if left < block_len => {
                let mut last = Zeroizing::new(vec![0; block_len]);
                block(counter, last.as_mut_slice().into());
                writer.push(&last[..left]);
            }
            _ => {
                let Ok(_) = writer.push_with(block_len, |out| Ok::<_, Infallible>(block(counter, out)));
            }
        }
    }
    writer.finish()
}

/// Refuses a `length` above `most`.
fn check_most(length: usize, most: usize) -> Result<()> {
    if length > most {
        return Err(Error::Length { what: Input::DerivedKey, got: length, allowed: Allowed::AtMost(most as u64) });
    }
    Ok(())
}

/// Whether a counter of 4 bytes reaches far enough for `length` bytes in blocks of `block_len`.
fn check_reach(length: usize, block_len: usize) -> Result<()> {
    if block_len == 0 {
        return Err(Error::Length { what: Input::Digest, got: 0, allowed: Allowed::AtLeast(1) });
    }
    let max = block_len.saturating_mul(u32::MAX as usize);
    check_most(length, max)
}
