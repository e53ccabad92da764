//! `ironlatch.fernet`, `ironlatch.secrets`.

pub(crate) mod fernet;
pub(crate) mod secrets;
