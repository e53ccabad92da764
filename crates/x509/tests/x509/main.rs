//! Certificates.

mod reader;
mod reading;
