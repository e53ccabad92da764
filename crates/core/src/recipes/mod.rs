//! Whole jobs, with no choices to get wrong.

mod json;

pub mod cobblestone;
pub mod fernet;
pub mod fields;
pub mod files;
#[allow(dead_code, reason = "imports and files build on it")]
pub mod keyring;
pub mod passwords;
pub mod pinning;
pub mod sealing;
pub mod secrets;
pub mod show_once;
pub mod signing;
