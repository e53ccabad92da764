//! `ironlatch.hazmat.primitives.ciphers`, `.ciphers.aead`, `.cmac`, `.keywrap`, `.padding` and
//! `.poly1305`.

pub(crate) mod aead;
pub(crate) mod ciphers;
pub(crate) mod cmac;
pub(crate) mod keywrap;
pub(crate) mod padding;
pub(crate) mod poly1305;
