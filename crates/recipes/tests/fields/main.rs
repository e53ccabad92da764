//! Encrypted columns.

mod batches;
mod blind_index;
mod cipher;
#[path = "../known_key/mod.rs"]
mod known_key;
mod laws;
