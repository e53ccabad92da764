//! Safe, thin wrappers over AWS-LC, and the few system calls that keep secrets in memory and state right across forks.
//!
//! One file wraps one C family. No C type stands in a public signature, every handle frees and wipes what it owns
//! when it is dropped, and each `unsafe` block says why it is sound. Nothing else in Ironlatch calls C.
#![allow(unsafe_code)] // The one crate whose purpose is to call C; every block carries its SAFETY comment.

mod curve448;
mod error;
mod output;
mod pkey;
mod sha512;

pub mod aead;
pub mod aes;
pub mod argon2;
pub mod bignum;
pub mod chacha20;
pub mod cipher;
pub mod ct;
pub mod digest;
pub mod dsa;
pub mod ec;
pub mod ed25519;
pub mod ed448;
pub mod fork;
pub mod hmac;
pub mod key_wrap;
pub mod lanes;
pub mod memory;
pub mod ml_dsa;
pub mod ml_kem;
pub mod pbkdf2;
pub mod poly1305;
pub mod rand;
pub mod rsa;
pub mod scrypt;
pub mod secp256k1;
pub mod sm4;
pub mod stack;
pub mod terminal;
pub mod version;
pub mod x25519;
pub mod x448;

pub use error::EngineError;
pub use output::{Output, Writer};
