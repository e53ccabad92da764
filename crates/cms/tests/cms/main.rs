//! Containers.

mod ber;
mod pkcs12;
mod pkcs7;
