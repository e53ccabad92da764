//! Ciphers, their paddings, and authenticated encryption.

pub mod aead;
pub mod cipher;
pub mod cmac;
pub mod padding;
