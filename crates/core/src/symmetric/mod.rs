//! Ciphers, their paddings, authenticated encryption, and what else is made of ciphers.

pub mod aead;
pub mod cipher;
pub mod cmac;
pub mod key_wrap;
pub mod padding;
pub mod poly1305;
