//! Elliptic curves, ECDSA and ECDH: the EC family.

mod curve;
mod key;

pub use curve::{Curve, Domain};
pub use key::{PrivateKey, PublicKey, base_multiple};
