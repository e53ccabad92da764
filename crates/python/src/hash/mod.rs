//! `ironlatch.hazmat.primitives.hashes`, `ironlatch.hazmat.primitives.hmac`.

pub(crate) mod hashes;
pub(crate) mod hmac;
