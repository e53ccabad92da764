//! `ironlatch.hazmat.primitives.ciphers`, `.ciphers.aead`, `.cmac` and `.padding`.

pub(crate) mod aead;
pub(crate) mod ciphers;
pub(crate) mod cmac;
pub(crate) mod padding;
