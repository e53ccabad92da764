//! `ironlatch.fernet`, `ironlatch.secrets`.

pub(crate) mod secrets;
