//! Keys and certificates under a password: PKCS #12 (RFC 7292, RFC 9579).
//!
//! A file holds bags: keys, certificates and others, in groups of which each may be encrypted. It
//! has an authentication code under the same password, as a rule. [`Contents`] has all that is in a
//! file; [`KeyAndCertificates`] has the one key, its certificate and the others, for the usual
//! file.
//!
//! ```
//! # fn main() -> ironlatch::cms::Result<()> {
//! use ironlatch::cms::pkcs12::{self, KeyAndCertificates, NewCertificate, NewKey, Protection};
//! use ironlatch::keys::PrivateKey;
//! use ironlatch::asymmetric::rsa::Checks;
//! use ironlatch::x509::Certificate;
//!
//! # let pem = include_bytes!("../../../../tests/data/x509/leaf.pem");
//! # let certificate = Certificate::from_pem(pem)?;
//! let protection = Protection::new(b"a long password");
//! let certificate = NewCertificate { name: Some("server"), ..NewCertificate::new(&certificate) };
//! let file = pkcs12::write(&[certificate], None, &protection)?;
//!
//! let read = KeyAndCertificates::read(&file, Some(b"a long password"))?;
//! assert_eq!(read.others[0].name.as_deref(), Some("server"));
//! assert!(KeyAndCertificates::read(&file, Some(b"another")).is_err());
//! # Ok(())
//! # }
//! ```

mod attributes;
mod bags;
mod mac;
mod opening;
mod reading;
mod work;
mod writing;

pub use bags::{CertificateEntry, KeyEntry, Skipped};
pub use reading::{Contents, KeyAndCertificates, MAX_CHAIN};
pub use work::MAX_WORK;
pub use writing::{ITERATIONS, MAC_ITERATIONS, NewCertificate, NewKey, Protection, write};
