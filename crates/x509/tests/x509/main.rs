//! Certificates.

mod building;
mod common;
mod ocsp;
mod reader;
mod reading;
mod sct;
mod verification;
