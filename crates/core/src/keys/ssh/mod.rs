//! Keys as OpenSSH writes them: public keys on one line, private keys in `openssh-key-v1` files,
//! certificates, and signatures.
//!
//! ```
//! use ironlatch::keys::{PublicKey, ssh};
//!
//! let blob = "AAAAC3NzaC1lZDI1NTE5AAAAIIgl4HXQLjXkVgJKXTvn4DZ2wuFkKfiDnuOYUDvQCDQt";
//! let line = ssh::Line::parse(format!("ssh-ed25519 {blob} alice@example.org").as_bytes())?;
//! assert_eq!((line.kind(), line.comment()), ("ssh-ed25519", &b"alice@example.org"[..]));
//! assert!(matches!(line.key()?.key(), PublicKey::Ed25519(_)));
//! # Ok::<(), ironlatch::Error>(())
//! ```

mod allowed_signers;
mod certificate;
mod encryption;
mod line;
mod ppk;
mod private;
mod public;
mod signature;
mod sshsig;
mod text;
mod wire;

pub use allowed_signers::{AllowedSigners, LocalTime, MAX_SIGNER_LINES, Signer};
pub use certificate::{Certificate, CertificateType, MAX_PRINCIPALS, NONCE_LEN, NamedValue, Terms};
pub use encryption::{DEFAULT_ROUNDS, MAX_OWN_ROUNDS, MAX_ROUNDS};
pub use line::{Identity, Line};
pub use ppk::{DEFAULT_PPK_COST, MAX_PPK_LANES, MAX_PPK_MEMORY_KIB, MAX_PPK_WORK_KIB, PpkFile, PpkVersion};
pub use private::{LABEL, PrivateKeyFile};
pub use public::SshPublicKey;
pub use signature::{Presence, Signature};
pub use sshsig::{FileSignature, MAX_SIGNATURE_TEXT, SIGNATURE_LABEL};
pub use text::fingerprint;

pub(super) use private::private_to_pem;
pub(super) use public::{dsa_blob, ec_blob, ed25519_blob, public_to_line, rsa_blob};
