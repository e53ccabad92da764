//! Ironlatch: cryptography for people.
//!
//! The layers of this crate, from the bottom: [`hash`], [`symmetric`], [`kdf`] and [`asymmetric`] hold algorithms,
//! [`keys`] the formats in which keys travel, [`x509`] certificates, [`recipes`] whole jobs with no choices to get wrong.
//! [`inspect`] tells what a file is. [`secret`] holds the memory that keys live in, [`error`] what can go wrong.
#![forbid(unsafe_code)]

pub mod asymmetric;
pub mod constant_time;
pub mod error;
pub mod fork;
pub mod hash;
pub mod hpke;
pub mod inspect;
mod json;
pub mod kdf;
pub mod keys;
pub mod otp;
mod parallel;
pub mod random;
pub mod recipes;
pub mod secret;
pub mod symmetric;
pub mod text;
pub mod x509;

pub use error::{Error, Result};
pub use ironlatch_engine::version::{api_version as engine_api_version, version as engine_version};
pub use ironlatch_engine::{Output, Writer};

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
