//! Ciphers and hashes of our own for processors with wide vectors, where AWS-LC has none or slower
//! ones.

pub(crate) mod sha512;

pub mod aes;
pub mod chacha20;
pub mod lanes;
pub mod poly1305;
pub mod sm4;
