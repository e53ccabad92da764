//! Cryptography on AWS-LC without OpenSSL: algorithms, key formats, certificates, and recipes that
//! do a whole job. Keys are wiped from memory when they are dropped.
//!
//! A recipe makes the choices for you. Here a key that can be changed while a service runs encrypts
//! a value for one customer:
//!
//! ```
//! use ironlatch::recipes::keyring::{Keyring, Kind};
//!
//! # fn main() -> ironlatch::recipes::Result<()> {
//! let ring = Keyring::new();
//! ring.create_key("customers", Kind::General)?;
//! let key = ring.key("customers")?;
//! let stored = key.encrypt(b"Ada Lovelace", b"customer 17")?;
//!
//! ring.rotate("customers")?; // New values get a new key, and the old ones stay readable.
//! assert_eq!(*key.decrypt(&stored, b"customer 17")?, b"Ada Lovelace");
//! assert!(key.decrypt(&stored, b"customer 18").is_err());
//! # Ok(())
//! # }
//! ```
//!
//! Below the recipes are the algorithms, for protocols and formats that are given:
//!
//! ```
//! use ironlatch::asymmetric::ed25519::PrivateKey;
//!
//! # fn main() -> ironlatch::Result<()> {
//! let key = PrivateKey::generate();
//! let signature = key.sign(b"meet me at noon")?;
//! key.public_key().verify(b"meet me at noon", &signature)?;
//! assert!(key.public_key().verify(b"meet me at one", &signature).is_err());
//! # Ok(())
//! # }
//! ```
//!
//! # Modules
//!
//! | module | holds |
//! |---|---|
//! | [`recipes`] | whole jobs: files, keyrings, columns, signing, passwords |
//! | [`inspect`] | what a key, token, certificate or file is, without any secret |
//! | [`x509`] | certificates: read, verified, issued |
//! | [`cms`] | PKCS #12 files, signed and encrypted messages |
//! | [`keys`] | PEM, DER, PKCS #8, JWK and SSH keys, of any type |
//! | [`symmetric`], [`hash`], [`kdf`] | AEADs and ciphers, hashes and HMAC, key derivation |
//! | [`asymmetric`], [`hpke`], [`otp`] | public-key algorithms, encryption to them, one-time passwords |
//! | [`secret`], [`random`], [`constant_time`], [`fork`] | what programs need around these |
//! | [`error`], [`oid`], [`text`] | the error type of the algorithms; object identifiers; text |
//!
//! # Features
//!
//! All are on by default. Each adds something, and changes nothing else.
//!
//! - `x509`: [`x509`].
//! - `cms`: [`cms`], with what it needs of `x509`.
//! - `recipes`: [`recipes`] and [`inspect`], with what they need of the others.
//!
//! `ct` is for the project's own test of constant time, and of no use to programs.
//!
//! # Where to go on
//!
//! The [`manual`] says what holds for all modules: keys in memory, errors, features, threads and
//! forks, what is refused, what is not included. [The Rust
//! crate](https://github.com/ironlatch/ironlatch/blob/main/docs/rust.md) shows the style, and the
//! setting that a build should have. This crate holds no code of its own: it gives what the crates
//! below it have.
#![forbid(unsafe_code)]

pub mod manual;

#[cfg(feature = "cms")]
#[doc(inline)]
pub use ironlatch_cms as cms;
#[doc(inline)]
pub use ironlatch_core::{
    Error, Output, Result, Writer, ask_processor, asymmetric, constant_time, engine_api_version, engine_version, error,
    fork, hash, hpke, kdf, keys, oid, otp, random, secret, symmetric, text,
};
#[cfg(feature = "recipes")]
#[doc(inline)]
pub use ironlatch_recipes::inspect;
#[cfg(feature = "x509")]
#[doc(inline)]
pub use ironlatch_x509 as x509;

/// Whole jobs, with no choices to get wrong.
#[cfg(feature = "recipes")]
pub mod recipes {
    #[doc(inline)]
    pub use ironlatch_recipes::{
        Error, Result, age as files, cobblestone, error, fernet, fields, fs, keyring, passwords, pinning, sealing,
        secrets, show_once, signing, terminal,
    };
}

/// The examples of this crate's `README.md`, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct ReadmePage;

/// The examples of `docs/rust.md`, run as tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/rust.md")]
pub struct RustPage;

/// The examples of `docs/keyring.md`, run as tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/keyring.md")]
pub struct KeyringPage;

/// The examples of `docs/show-once.md`, run as tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/show-once.md")]
pub struct ShowOncePage;

/// The examples of `docs/tokens.md`, run as tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/tokens.md")]
pub struct TokensPage;

/// The examples of `docs/webhooks.md`, run as tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/webhooks.md")]
pub struct WebhooksPage;
