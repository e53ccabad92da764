//! Certificates.

mod building;
mod common;
mod ocsp;
mod reading;
mod sct;
mod verification;
