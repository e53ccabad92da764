//! Certificates.

mod building;
mod common;
mod issuing;
mod ocsp;
mod reading;
mod revocation;
mod sct;
mod verification;
