//! Certificates.

mod reading;
