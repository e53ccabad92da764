//! Hashes, key derivation, and what is made of them.

mod hash;
mod kdf;
mod otp;
