//! X.509 (RFC 5280): certificates, requests for them, lists of revoked ones and OCSP.
//!
//! [`Certificate`] and its kin hold the DER that they were read from, and give borrowed views of
//! its parts: a [`Name`], the [`extensions`], the key. Reading is strict about DER and says nothing
//! about trust, which is for [`verification`] to say.
//!
//! Use it through the crate `ironlatch`, as `ironlatch::x509`. A private authority, a certificate
//! of a server, and a client that verifies it:
//!
//! ```
//! use ironlatch::x509::Name;
//! use ironlatch::x509::issuing::{self, Authority, KeyKind, NewAuthority, NewLeaf};
//! use ironlatch::x509::issuing::{Purpose, Validity};
//! use ironlatch::x509::verification::{Policy, Store, Subject, verify};
//!
//! # fn main() -> ironlatch::x509::Result<()> {
//! let subject = issuing::distinguished_name("CN=Example Root")?;
//! let new = NewAuthority::new(Name::from_der(&subject)?, Validity::days(365)?);
//! let root = Authority::root(&new, KeyKind::P256.generate()?)?;
//!
//! let key = KeyKind::P256.generate()?;
//! let chain = root.issue(&NewLeaf {
//!     subject: None,
//!     names: &["server.example".parse()?],
//!     purposes: &[Purpose::Server],
//!     validity: Validity::days(90)?,
//!     public_key_info: &key.public_key().to_spki_der()?,
//!     crl: None,
//! })?;
//!
//! let store = Store::new(root.certificates().to_vec());
//! let server = |name| Ok::<_, ironlatch::x509::Error>(Policy::server(Subject::dns(name)?));
//! assert!(verify(&chain[0], &chain[1..], &store, &server("server.example")?).is_ok());
//! assert!(verify(&chain[0], &chain[1..], &store, &server("another.example")?).is_err());
//! # Ok(())
//! # }
//! ```
//!
//! # Modules
//!
//! | module | holds |
//! |---|---|
//! | [`certificate`], [`request`], [`crl`], [`ocsp`] | the four structures, read |
//! | [`extensions`], [`names`], [`general_names`], [`time`], [`algorithms`], [`sct`] | their parts |
//! | [`rfc4514`] | names as text |
//! | [`verification`] | paths to a trusted certificate: policies, stores, the system's roots, revocation |
//! | [`issuing`] | a private authority, with one sane form of everything |
//! | [`building`] | the same structures with every choice open, signed by any [`Signer`](building::Signer) |
//! | [`der`] | what the structures share |
//! | [`error`] | [`Error`], and where in the structure a fault is |
//!
//! A structure that breaks a rule of DER which old programs break too can be read with
//! [`Tolerant`], which reports each [`Deviation`].
//!
//! The crate has no features. The manual of the crate `ironlatch` says what holds for all of this;
//! [limits](https://github.com/ironlatch/ironlatch/blob/main/docs/limits.md#certificates) lists
//! what a stranger's certificate can cost.
#![forbid(unsafe_code)]
// The size of `asn1::ParseError` is that crate's choice, and its derives return it.
#![allow(clippy::result_large_err)]

pub mod algorithms;
pub mod building;
pub mod certificate;
pub mod crl;
pub mod der;
pub mod error;
pub mod extensions;
pub mod general_names;
pub mod issuing;
pub mod names;
pub mod ocsp;
mod pem;
pub mod request;
pub mod rfc4514;
pub mod sct;
mod serial_index;
pub mod time;
mod tolerant;
mod transparency;
mod values;
pub mod verification;

pub use algorithms::{AlgorithmIdentifier, SignatureAlgorithm};
pub use certificate::Certificate;
pub use crl::{CertificateList, RevokedCertificate};
pub use error::{Error, Kind, Result};
pub use general_names::GeneralName;
pub use ironlatch_core::oid::ObjectIdentifier;
pub use names::Name;
pub use ocsp::{OcspRequest, OcspResponse};
pub use request::CertificateRequest;
pub use time::Time;
pub use tolerant::{Deviation, Tolerant};

/// The example of this crate's `README.md`, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct ReadmePage;
