//! Ciphers and message authentication codes.

mod ciphers;
mod cmac;
mod key_wrap;
mod laws;
mod poly1305;
mod wycheproof;
