//! Certificates of one's own: a small private authority for development and for the services of one
//! house, what it issues, and certificates that sign themselves.
//!
//! Everything here has one sane form. Keys are of a handful of kinds ([`KeyKind`]), serial numbers
//! are random, each certificate says what it is for, and nothing is issued that would not verify:
//! an [`Authority`] holds each new certificate to the rules of
//! [`verification`](crate::verification) before it returns it, with its own name constraints and
//! its own end.
//!
//! ```
//! # fn main() -> ironlatch::x509::Result<()> {
//! use ironlatch::x509::Name;
//! use ironlatch::x509::issuing::distinguished_name;
//! use ironlatch::x509::issuing::{
//!     Authority, KeyKind, NewAuthority, NewLeaf, NewlyRevoked, Purpose, Reason, Validity,
//! };
//!
//! let subject = distinguished_name("CN=Example Development Root")?;
//! let new = NewAuthority::new(Name::from_der(&subject)?, Validity::days(3650)?);
//! let root = Authority::root(&new, KeyKind::P256.generate()?)?;
//!
//! let key = KeyKind::P256.generate()?;
//! let names = ["localhost".parse()?, "127.0.0.1".parse()?];
//! let leaf = NewLeaf {
//!     subject: None,
//!     names: &names,
//!     purposes: &[Purpose::Server],
//!     validity: Validity::days(90)?,
//!     public_key_info: &key.public_key().to_spki_der()?,
//!     crl: None,
//! };
//! let chain = root.issue(&leaf)?;
//! assert_eq!(chain[0].subject().to_string(), "CN=localhost");
//!
//! let revoked = NewlyRevoked { serial: chain[0].serial(), reason: Reason::KeyCompromise };
//! let list = root.revocation_list(None, &[revoked], Validity::days(30)?.not_after)?;
//! assert!(list.find(chain[0].serial())?.is_some());
//! # Ok(())
//! # }
//! ```

mod alternative_name;
mod authority;
mod constraints;
mod key;
mod leaf;
mod request;
mod revoking;
mod subject;

pub use alternative_name::AlternativeName;
pub use authority::{Authority, NewAuthority};
pub use constraints::{Constraints, NameRange};
pub use key::KeyKind;
pub use leaf::{NewLeaf, Purpose, Validity};
pub use request::{Answer, NewRequest, Terms};
pub use revoking::{NewlyRevoked, Reason};
pub use subject::distinguished_name;
