//! The loops of our own that derive keys from passwords.

pub mod argon2;
pub mod pbkdf2;
pub mod scrypt;
