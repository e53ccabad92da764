//! Whole jobs, with no choices to get wrong: encrypted files, keyrings, columns of databases,
//! signed requests, passwords.
//!
//! Use them through the crate `ironlatch`, which has them as `ironlatch::recipes`, with [`age`]
//! under the name `files`, and `ironlatch::inspect`. A file that one key opens:
//!
//! ```
//! use ironlatch::recipes::files::{Identity, decrypt, encrypt};
//!
//! # fn main() -> ironlatch::recipes::Result<()> {
//! let identity = Identity::generate();
//! let recipient = identity.recipient().expect("an X25519 identity has a recipient");
//! let mut encrypted = Vec::new();
//! encrypt(&[recipient], &mut &b"attack at dawn"[..], &mut encrypted)?;
//!
//! let mut decrypted = Vec::new();
//! decrypt(&[identity], &mut &encrypted[..], &mut decrypted)?;
//! assert_eq!(decrypted, b"attack at dawn");
//! # Ok(())
//! # }
//! ```
//!
//! # Modules
//!
//! | for | module |
//! |---|---|
//! | files under a key or a passphrase, in the age format | [`age`] |
//! | keys with names and versions that can be changed while a service runs | [`keyring`] |
//! | values of database columns, each bound to its row | [`fields`] |
//! | requests, tokens and webhooks that are signed | [`signing`] |
//! | messages under one key | [`sealing`], [`fernet`]; long ones: [`cobblestone`] |
//! | password hashes, and how hard a password is to guess | [`passwords`] |
//! | API keys and recovery codes that a service shows once | [`show_once`] |
//! | random tokens and passphrases | [`secrets`] |
//! | the keys that a TLS server may have | [`pinning`] |
//! | describing a key, token or file without any secret | [`inspect`] |
//! | new files, locks, and asking a person | [`fs`], [`terminal`] |
//!
//! [`Error`] carries a fault of the crates below in its variants `Core` and `X509`.
//!
//! The crate has no features. The manual of the crate `ironlatch` says what holds for all of this,
//! and [which one do I need](https://github.com/ironlatch/ironlatch/blob/main/docs/which-one.md)
//! starts from your job.
#![forbid(unsafe_code)]

pub mod age;
pub mod cobblestone;
pub mod error;
pub mod fernet;
pub mod fields;
pub mod fs;
pub mod inspect;
pub mod keyring;
pub mod passwords;
pub mod pinning;
pub mod sealing;
pub mod secrets;
pub mod show_once;
pub mod signing;
pub mod terminal;
mod time;

pub use error::{Error, Result};

/// The example of this crate's `README.md`, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct ReadmePage;
