//! Containers.

mod ber;
mod enveloped_data;
mod laws;
mod mail;
mod pkcs12;
mod pkcs7;
mod signed_data;
mod timestamp;
