//! Containers: PKCS #12 (RFC 7292), which holds keys and certificates under a password, and PKCS #7
//! (RFC 2315, RFC 5652), which holds certificates and messages, signed or encrypted.
//!
//! Use it through the crate `ironlatch`, as `ironlatch::cms`. A key in a PKCS #12 file:
//!
//! ```
//! use ironlatch::asymmetric::ed25519;
//! use ironlatch::cms::pkcs12::{self, KeyAndCertificates, NewKey, Protection};
//! use ironlatch::cms::{Error, Password};
//! use ironlatch::keys::PrivateKey;
//!
//! # fn main() -> ironlatch::cms::Result<()> {
//! let key = PrivateKey::from(ed25519::PrivateKey::generate());
//! let info = key.to_pkcs8_der()?;
//! let new = NewKey { info: &info, name: Some("server"), local_key_id: None };
//! let file = pkcs12::write(&[], Some(new), &Protection::new(b"a long password"))?;
//!
//! let read = KeyAndCertificates::read(&file, Some(b"a long password"))?;
//! assert_eq!(read.key.unwrap().name.as_deref(), Some("server"));
//! let refused = KeyAndCertificates::read(&file, Some(b"another")).unwrap_err();
//! assert_eq!(refused, Error::Password(Password::Incorrect));
//! # Ok(())
//! # }
//! ```
//!
//! # Modules
//!
//! | module | holds |
//! |---|---|
//! | [`pkcs12`] | files with keys and certificates: read, written |
//! | [`signed_data`] | signed messages, verified |
//! | [`pkcs7`] | messages signed, encrypted and decrypted; certificates alone; S/MIME |
//! | [`ber`] | BER, as old programs write it, turned into DER |
//! | [`error`] | [`Error`] |
//!
//! Reading takes DER and BER. What a file can demand in work and memory is limited, and the limits
//! are looked at before the work is done:
//! [limits](https://github.com/ironlatch/ironlatch/blob/main/docs/limits.md) lists them.
//!
//! The crate has no features. The manual of the crate `ironlatch` says what holds for all of this.
#![forbid(unsafe_code)]
// The size of `asn1::ParseError` is that crate's choice, and its derives return it.
#![allow(clippy::result_large_err)]

pub mod ber;
mod content;
mod der;
mod digests;
pub mod enveloped_data;
pub mod error;
pub mod pkcs12;
pub mod pkcs7;
pub mod signed_data;
mod signing_certificate;
pub mod timestamp;

pub use error::{Error, Kind, Password, Result, SignatureFault};

/// The example of this crate's `README.md`, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct ReadmePage;
