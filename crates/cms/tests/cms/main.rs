//! Containers.

mod ber;
mod pkcs12;
