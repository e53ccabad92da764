//! Arithmetic of edwards448 and curve448 (RFC 7748 §4.2), for [`ed448`] and [`x448`].
//!
//! AWS-LC has neither, and the crates that have them work in a general Montgomery form, several
//! times slower than OpenSSL. So the field is fiat-crypto's, generated with a proof for this prime,
//! and what stands on it is here: points with complete formulas, a table of the base point, and
//! scalars. Nothing branches on, or is addressed by, what is secret; functions with `public` in the
//! name are for what is not.

mod edwards;
mod field;
mod scalar;

pub mod ed448;
pub mod x448;
