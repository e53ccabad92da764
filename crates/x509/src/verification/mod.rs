//! Verifying a certificate: building a path from it to a trusted one, and holding each certificate
//! of the path to the rules (RFC 5280 §6, with what the CA/Browser Forum's baseline requirements
//! ask of the public web).
//!
//! ```
//! # fn main() -> ironlatch::x509::Result<()> {
//! use ironlatch::x509::verification::{Policy, Store, Subject, verify};
//! use ironlatch::x509::Certificate;
//!
//! # let pem = include_bytes!("../../../../tests/data/x509/root.pem");
//! let root = Certificate::from_pem(pem)?;
//! let store = Store::new([root.clone()]);
//! let policy = Policy::server(Subject::dns("example.com")?);
//! // A root is no server: the refusal says which rule of which certificate stood against it.
//! let refused = verify(&root, &[], &store, &policy).unwrap_err();
//! println!("{refused}");
//! # Ok(())
//! # }
//! ```
//!
//! Work is bounded whatever is handed in: [`MAX_SIGNATURES`] signatures are verified, those of CRLs
//! and OCSP responses among them, [`MAX_NAME_CHECKS`] names compared with constraints,
//! [`MAX_POLICIES`] certificate policies and their mappings looked at, and a path is no longer than
//! the policy's depth and the two ends.

mod algorithms;
mod certificate_policies;
mod constraints;
mod extensions;
mod hosts;
mod mailbox;
mod path;
mod policy;
mod refusal;
mod revocation;
mod store;
mod subject;
mod system;

pub use certificate_policies::{MAX_POLICIES, PolicyRequirements};
pub(crate) use constraints::check_name;
pub use extensions::{Check, Context, Criticality, ExtensionPolicy, Validator};
pub use hosts::{DnsName, DnsPattern};
pub use path::{Chain, MAX_NAME_CHECKS, Source, verify};
pub use policy::{DEFAULT_MAX_CHAIN_DEPTH, MINIMUM_RSA_BITS, Policy};
pub use refusal::{Refused, RefusedPath, Rule};
pub use revocation::{MAX_SIGNATURES, Revocation, RevocationStatus, Unusable};
pub use store::Store;
pub use subject::Subject;
pub use system::SystemRoots;
