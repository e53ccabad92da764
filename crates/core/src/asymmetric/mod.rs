//! Public-key algorithms.

mod message;
mod number;

pub mod dh;
pub mod dsa;
pub mod dss_signature;
pub mod ec;
pub mod ed25519;
pub mod ed448;
pub mod ml_dsa;
pub mod ml_kem;
pub mod rsa;
pub mod slh_dsa;
pub mod x25519;
pub mod x448;

pub use message::Message;
