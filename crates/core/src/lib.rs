//! The algorithms and key formats of Ironlatch.
//!
//! From the bottom: [`hash`], [`symmetric`], [`kdf`] and [`asymmetric`] hold algorithms, [`keys`]
//! the formats in which keys travel. [`secret`] holds the memory that keys live in, [`error`] what
//! can go wrong.
//!
//! Use it through the crate `ironlatch`, which gives all of this under the same names. [`json`] and
//! [`parallel`] are for the crates above this one.
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
