//! Containers.

mod ber;
mod pkcs12;
mod pkcs7;
mod signed_data;
