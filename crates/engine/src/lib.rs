//! The engine of Ironlatch: everything that takes C or `unsafe` code, behind safe functions.
//!
//! - `awslc/`: thin wrappers over AWS-LC, one file for each C family. `secp256k1.rs` is the same
//!   for libsecp256k1.
//! - `simd/`, `kdf/`, `curve448/`: arithmetic of our own where AWS-LC has none or a slower one, one
//!   file for each algorithm. The head of the file says why it is there.
//! - `system/`: the memory that secrets live in, the wiping of stacks, what holds across forks,
//!   signals that are put off, what the processor is.
//!
//! No C type stands in a public signature, every handle frees and wipes what it owns when it is
//! dropped, and each `unsafe` block says why it is sound. Nothing else in Ironlatch calls C.
//!
//! [`Output`] is the memory that results are written to. [`ct`] marks what is secret for `make ct`.
#![allow(unsafe_code)] // The one crate whose purpose is to call C; every block carries its SAFETY comment.

mod awslc;
mod curve448;
mod error;
mod kdf;
mod opaque;
mod output;
mod simd;
mod system;

pub mod ct;
pub mod secp256k1;

pub use awslc::{
    aead, bignum, cipher, digest, dsa, ec, ed25519, hmac, key_wrap, ml_dsa, ml_kem, rand, rsa, version, x25519,
};
pub use curve448::{ed448, x448};
pub use error::EngineError;
pub use kdf::{argon2, pbkdf2, scrypt};
pub use opaque::opaque;
pub use output::{Output, Writer};
pub use simd::{aes, chacha20, lanes, poly1305, sm4};
pub use system::{fork, memory, processor, signals, stack};
