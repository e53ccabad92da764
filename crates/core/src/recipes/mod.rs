//! Whole jobs, with no choices to get wrong.

pub mod fernet;
pub mod secrets;
