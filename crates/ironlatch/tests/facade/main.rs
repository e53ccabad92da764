//! What takes several crates.

mod text;
mod wycheproof_coverage;
