//! Elliptic curves over prime fields (SEC 1, SP 800-186, RFC 5639): keys, ECDSA signatures, ECDH
//! agreement.
//!
//! ```
//! use ironlatch::asymmetric::ec::{Curve, Message, PrivateKey};
//! use ironlatch::hash::HashAlgorithm::Sha256;
//!
//! let key = PrivateKey::generate(Curve::Secp256r1)?;
//! let signature = key.sign(Message::Whole(Sha256, b"to be signed"))?;
//!
//! key.public_key().verify(Message::Whole(Sha256, b"to be signed"), &signature)?;
//! assert!(key.public_key().verify(Message::Whole(Sha256, b"other"), &signature).is_err());
//!
//! let other = PrivateKey::generate(Curve::Secp256r1)?;
//! assert_eq!(key.exchange(&other.public_key())?, other.exchange(&key.public_key())?);
//! # Ok::<(), ironlatch::Error>(())
//! ```

mod deterministic;
mod ecdsa;
mod keys;
mod signing;

pub use super::Message;
pub use ironlatch_engine::ec::{Curve, Domain};
pub use keys::{PrivateKey, PublicKey};
