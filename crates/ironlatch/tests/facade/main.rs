//! Tests that need several crates.

mod text;
mod wycheproof_coverage;
