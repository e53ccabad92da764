//! `ironlatch.cms`, and `ironlatch.hazmat.primitives.serialization.pkcs12` and `pkcs7`.

pub(crate) mod enveloped_data;
pub(crate) mod files;
pub(crate) mod pkcs12;
pub(crate) mod pkcs7;
pub(crate) mod signed_data;
pub(crate) mod signing;
mod timestamp;
