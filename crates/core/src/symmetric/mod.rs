//! Ciphers, their paddings, authenticated encryption, and what else is made of ciphers.

mod block;
mod cfb;
mod kinds;
mod modes;
mod scratch;
mod xts;

pub mod aead;
pub mod chacha20;
pub mod cipher;
pub mod cmac;
pub mod gcm;
pub mod key_wrap;
pub mod padding;
pub mod poly1305;
