//! `ironlatch.fernet`, `ironlatch.files`, `ironlatch.secrets`.

pub(crate) mod fernet;
pub(crate) mod files;
pub(crate) mod secrets;
