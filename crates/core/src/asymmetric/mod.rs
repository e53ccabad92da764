//! Public-key algorithms.

mod message;

pub mod dsa;
pub mod rsa;

pub use message::Message;
