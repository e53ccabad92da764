//! Containers.

mod ber;
mod enveloped_data;
mod laws;
mod pkcs12;
mod pkcs7;
mod signed_data;
