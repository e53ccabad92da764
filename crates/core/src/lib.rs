//! The algorithms and key formats of Ironlatch, with key material wiped from memory.
//!
//! Use it through the crate `ironlatch`, which gives all of this under the same names.
//!
//! ```
//! use ironlatch::random;
//! use ironlatch::secret::SecretBytes;
//! use ironlatch::symmetric::aead::{Aad, Aead, Nonce, XAes256Gcm};
//!
//! # fn main() -> ironlatch::Result<()> {
//! let key = SecretBytes::generate(32)?;
//! let cipher = XAes256Gcm::new(key.expose())?;
//!
//! // A nonce of 24 bytes can be random, however many messages the key encrypts.
//! let nonce: [u8; 24] = random::array();
//! let sealed = cipher.encrypt(Nonce(&nonce), b"attack at dawn", Aad(b"message 1"))?;
//! assert_eq!(cipher.decrypt(Nonce(&nonce), &sealed, Aad(b"message 1"))?, b"attack at dawn");
//! assert!(cipher.decrypt(Nonce(&nonce), &sealed, Aad(b"message 2")).is_err());
//! # Ok(())
//! # }
//! ```
//!
//! # Modules
//!
//! | module | holds |
//! |---|---|
//! | [`hash`] | hash functions, SHAKE, HMAC |
//! | [`symmetric`] | AEADs, ciphers in their modes, padding, key wrap, CMAC, Poly1305 |
//! | [`kdf`] | Argon2, scrypt, PBKDF2, HKDF and others |
//! | [`asymmetric`] | RSA, elliptic curves, Ed25519 and its kin, DSA, Diffie-Hellman, ML-DSA, ML-KEM, SLH-DSA |
//! | [`hpke`] | messages to the owner of a public key (RFC 9180) |
//! | [`otp`] | one-time passwords: HOTP, TOTP |
//! | [`keys`] | PEM, DER, PKCS #1, PKCS #8, SEC 1, JWK, SSH and PuTTY keys |
//! | [`secret`], [`random`], [`constant_time`] | memory for secrets, random bytes, comparison |
//! | [`fork`] | state that stays right when the process forks |
//! | [`error`] | [`Error`] and what its fields are made of |
//! | [`oid`], [`text`] | object identifiers and their names; text that people's editors wrote |
//! | [`json`], [`parallel`] | for the crates above this one |
//!
//! # Conventions
//!
//! A call such as `encrypt` or `sign` returns its result in a `Vec`. The same call with `_into` at
//! its end writes to an [`Output`], memory of the caller's that may be uninitialised.
//!
//! The crate has no features for users: `ct` is for the project's own test of constant time. The
//! manual of the crate `ironlatch` says what holds for all of this: keys in memory, errors, threads
//! and forks, limits.
#![forbid(unsafe_code)]

// So that `wipes_stack` finds it here too.
extern crate self as ironlatch_core;

pub mod asymmetric;
pub mod constant_time;
mod der;
pub mod error;
pub mod fork;
pub mod hash;
pub mod hpke;
pub mod json;
pub mod kdf;
pub mod keys;
pub mod oid;
pub mod otp;
pub mod parallel;
pub mod random;
pub mod secret;
pub mod symmetric;
pub mod text;

pub use error::{Error, Result};
#[doc(hidden)] // For the crates above this one: what `make ct` may take for public.
pub use ironlatch_engine::ct;
pub use ironlatch_engine::processor::ask as ask_processor;
pub use ironlatch_engine::signals;
pub use ironlatch_engine::version::{api_version as engine_api_version, version as engine_version};
pub use ironlatch_engine::{Output, Writer};

/// Makes the `len` bytes that `fill` writes.
fn owned(len: usize, fill: impl for<'o> FnOnce(Output<'o>) -> Result<&'o mut [u8]>) -> Result<Vec<u8>> {
    let mut made = vec![0; len];
    fill(Output::from(made.as_mut_slice()))?;
    Ok(made)
}

/// The example of this crate's `README.md`, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct ReadmePage;
