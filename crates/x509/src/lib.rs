//! X.509 (RFC 5280): certificates, requests for them, lists of revoked ones and OCSP.
//!
//! [`Certificate`] and its kin hold the DER that they were read from, and give borrowed views of
//! its parts: a [`Name`], the [`extensions`], the key. Reading is strict about DER and says nothing
//! about trust. An error says where in the structure the fault is:
//! `tbsCertificate.extensions[3].extnValue`.
//!
//! Use it through the crate `ironlatch`, as `ironlatch::x509`.
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
pub mod time;
mod tolerant;
mod transparency;
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
