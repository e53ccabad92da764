//! Whole jobs, with no choices to get wrong.

pub mod secrets;
