//! Ironlatch: cryptography for people.
//!
//! This crate holds no code of its own. It gives what the crates below it have, from the bottom:
//! [`hash`], [`symmetric`], [`kdf`] and [`asymmetric`] hold algorithms, [`keys`] the formats in
//! which keys travel, [`x509`] certificates, [`cms`] containers of both, [`recipes`] whole jobs
//! with no choices to get wrong.
//! [`inspect`] tells what a file is. [`secret`] holds the memory that keys live in, [`error`] what
//! can go wrong.
//!
//! # Features
//! All are on by default. Each adds something, and changes nothing else.
//!
//! - `x509`: [`x509`].
//! - `cms`: [`cms`], with what it needs of `x509`.
//! - `recipes`: [`recipes`] and [`inspect`], with what they need of the others.
#![forbid(unsafe_code)]

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
