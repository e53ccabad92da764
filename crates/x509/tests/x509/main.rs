//! Certificates.

mod building;
mod common;
mod reader;
mod reading;
