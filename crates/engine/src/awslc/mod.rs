//! Bindings to AWS-LC: one file wraps one C family.

mod pkey;

pub mod aead;
pub mod bignum;
pub mod cipher;
pub mod digest;
pub mod dsa;
pub mod ec;
pub mod ed25519;
pub mod hmac;
pub mod key_wrap;
pub mod ml_dsa;
pub mod ml_kem;
pub mod rand;
pub mod rsa;
pub mod version;
pub mod x25519;
