//! Whole jobs, with no choices to get wrong.

pub mod cobblestone;
pub mod fernet;
pub mod fields;
pub mod files;
pub mod fs;
pub mod keyring;
pub mod passwords;
pub mod pinning;
pub mod sealing;
pub mod secrets;
pub mod show_once;
pub mod signing;
