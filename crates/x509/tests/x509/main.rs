//! Certificates.

mod building;
mod certificate_policies;
mod common;
mod issuing;
mod laws;
mod names;
mod ocsp;
mod parts;
mod reading;
mod revocation;
mod sct;
mod verification;
