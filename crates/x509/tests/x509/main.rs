//! Certificates.

mod building;
mod common;
mod ocsp;
mod reading;
mod revocation;
mod sct;
mod verification;
