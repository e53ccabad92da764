//! RSA (RFC 8017): keys, signatures, encryption.
//!
//! ```
//! use ironlatch::asymmetric::rsa::{Checks, PrivateKey};
//!
//! let key = PrivateKey::generate(2048, 65537)?;
//! let again = PrivateKey::from_components(&key.components(), Checks::Full)?;
//! assert_eq!(again.public_key(), key.public_key());
//! # Ok::<(), ironlatch::Error>(())
//! ```

mod checks;
mod components;
mod generate;
mod keys;

pub use checks::Checks;
pub use components::{PrivateComponents, PublicComponents};
pub use keys::{PrivateKey, PublicKey};
