//! Public-key algorithms.

mod message;

pub mod dh;
pub mod dsa;
pub mod ec;
pub mod ed25519;
pub mod rsa;
pub mod x25519;

pub use message::Message;
