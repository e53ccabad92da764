//! `ironlatch.hazmat.primitives.serialization.pkcs12`.

pub(crate) mod pkcs12;
