//! Whole jobs, with no choices to get wrong: encrypted files, keyrings, columns of databases,
//! signed requests, passwords.
//!
//! Use them through the crate `ironlatch`, which has them as `ironlatch::recipes`, with [`age`]
//! under the name `files`, and `ironlatch::inspect`.
#![forbid(unsafe_code)]

pub mod age;
pub mod cobblestone;
pub mod error;
pub mod fernet;
pub mod fields;
pub mod fs;
pub mod inspect;
pub mod keyring;
pub mod passwords;
pub mod pinning;
pub mod sealing;
pub mod secrets;
pub mod show_once;
pub mod signing;
pub mod terminal;
mod time;

pub use error::{Error, Result};
