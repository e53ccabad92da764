//! The formats in which keys travel, and the memory that they live in.

mod encryption;
mod formats;
mod jwk;
mod laws;
mod pem;
mod secret;
mod ssh;
mod ssh_files;
