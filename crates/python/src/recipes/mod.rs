//! `ironlatch.cobblestone`, `ironlatch.fernet`, `ironlatch.fields`, `ironlatch.files`,
//! `ironlatch.keyring`, `ironlatch.passwords`, `ironlatch.pinning`, `ironlatch.sealing`,
//! `ironlatch.secrets`, `ironlatch.show_once`, `ironlatch.signing`.

pub(crate) mod cobblestone;
pub(crate) mod fernet;
pub(crate) mod fields;
pub(crate) mod files;
pub(crate) mod fs;
pub(crate) mod keyring;
pub(crate) mod passwords;
pub(crate) mod pinning;
pub(crate) mod sealing;
pub(crate) mod secret_text;
pub(crate) mod secrets;
pub(crate) mod show_once;
pub(crate) mod signing;
pub(crate) mod text;
