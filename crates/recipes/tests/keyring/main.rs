//! Keyrings.

mod exchange;
mod files;
mod keys;
#[path = "../known_key/mod.rs"]
mod known_key;
mod laws;
