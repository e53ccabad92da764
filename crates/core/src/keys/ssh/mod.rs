//! Keys as OpenSSH writes them: public keys on one line, private keys in `openssh-key-v1` files.
//!
//! ```
//! use ironlatch::asymmetric::{ed25519, rsa::Checks};
//! use ironlatch::keys::{PublicKey, ssh};
//!
//! let line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIgl4HXQLjXkVgJKXTvn4DZ2wuFkKfiDnuOYUDvQCDQt
//! alice@example.org"; let line = ssh::Line::parse(line.as_bytes())?; assert_eq!((line.kind(),
//! line.comment()), ("ssh-ed25519", &b"alice@example.org"[..])); assert!(matches!(line.key()?,
//! PublicKey::Ed25519(_)));
//! # Ok::<(), ironlatch::Error>(())
//! ```

mod encryption;
mod private;
mod public;
mod wire;

pub use encryption::MAX_ROUNDS;
pub use private::{LABEL, PrivateKeyFile};
pub use public::{Line, public_to_blob, public_to_line};

pub(super) use public::{dsa_blob, ec_blob, ed25519_blob, rsa_blob};
