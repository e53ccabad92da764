//! RSA (RFC 8017): keys, signatures, encryption.
//!
//! ```
//! use ironlatch::asymmetric::rsa::{Message, PrivateKey, SaltLength, SignaturePadding};
//! use ironlatch::hash::HashAlgorithm::Sha256;
//!
//! let key = PrivateKey::generate(2048, 65537)?;
//! let padding = SignaturePadding::Pss { mgf1_hash: Sha256, salt_length: SaltLength::Digest };
//! let signature = key.sign(padding, Message::Whole(Sha256, b"to be signed"))?;
//!
//! key.public_key().verify(padding, Message::Whole(Sha256, b"to be signed"), &signature)?;
//! let other = Message::Whole(Sha256, b"something else");
//! assert!(key.public_key().verify(padding, other, &signature).is_err());
//! # Ok::<(), ironlatch::Error>(())
//! ```

mod checks;
mod components;
mod digest_info;
mod encrypt;
mod generate;
mod implicit_rejection;
mod keys;
mod mgf1;
mod recover;
mod sign;

pub use checks::Checks;
pub use components::{PrivateComponents, PublicComponents};
pub use encrypt::EncryptionPadding;
pub use keys::{PrivateKey, PublicKey};
pub use recover::{crt_coefficient, crt_exponent, prime_factors, private_exponent};
pub use sign::{Message, SaltLength, SignaturePadding};
