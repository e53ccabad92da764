//! `ironlatch.hazmat.primitives.ciphers`, `.ciphers.aead` and `.padding`.

pub(crate) mod aead;
pub(crate) mod ciphers;
pub(crate) mod padding;
