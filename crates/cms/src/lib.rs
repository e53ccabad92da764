//! Containers: PKCS #12 (RFC 7292), which holds keys and certificates under a password, and PKCS #7
//! (RFC 2315, RFC 5652), which holds certificates and messages, signed or encrypted.
//!
//! Reading takes DER and, as old programs write it, BER: see [`ber`]. What a file can demand in
//! work and memory is limited, and the limits are looked at before the work is done.
//!
//! Use it through the crate `ironlatch`, as `ironlatch::cms`.
#![forbid(unsafe_code)]
// The size of `asn1::ParseError` is that crate's choice, and its derives return it.
#![allow(clippy::result_large_err)]

pub mod ber;
mod content;
mod der;
pub mod error;
pub mod pkcs12;
pub mod pkcs7;
pub mod signed_data;

pub use error::{Error, Kind, Password, Result, SignatureFault};
