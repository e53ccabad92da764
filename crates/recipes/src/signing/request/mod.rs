//! Signed HTTP requests: HTTP Message Signatures (RFC 9421) with Content-Digest (RFC 9530).
//!
//! ```
//! use ironlatch::recipes::signing::request::{Request, RequestSigner, RequestVerifier};
//! use ironlatch::recipes::signing::{Key, KeySet, MemoryReplayStore};
//!
//! let key = Key::generate();
//! let request = Request::new("POST", "https://api.example.com/pay?amount=7")?.with_body(b"to Ada");
//! let signed = RequestSigner::new(key.clone())?.sign(&request)?;
//!
//! let mut received = request.clone();
//! let fields = signed.to_list();
//! for (name, value) in &fields {
//!     received = received.header(name, value.as_bytes())?;
//! }
//! let (keys, seen) = (KeySet::from(key), MemoryReplayStore::default());
//! let verifier = RequestVerifier::new(&["api.example.com"])?;
//! verifier.verify(&received, &keys, Some(&seen))?;
//! assert!(verifier.verify(&received, &keys, Some(&seen)).is_err()); // the same once more
//! # Ok::<(), ironlatch::recipes::Error>(())
//! ```
//!
//! [`RequestSigner`] and [`RequestVerifier`] make all choices. Below them, [`Signature`] signs and
//! checks any components of requests and responses as the standard has them, without a policy.

mod authority;
mod component;
mod content_digest;
mod message;
mod signature;
mod signer;
mod target;
mod verifier;

pub mod structured_fields;

pub use authority::{Authority, Scheme};
pub use component::signature_base;
pub use content_digest::{check_content_digest, content_digest};
pub use message::{FieldType, Fields, Message, Request, Response};
pub use signature::Signature;
pub use signer::{RequestSigner, SignedFields};
pub use target::Target;
pub use verifier::{Keys, RequestVerifier, Verified};
