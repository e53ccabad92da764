//! Encrypted files, and files of the library's own.

mod cobblestone;
mod custom;
mod files;
mod format;
mod fs;
mod laws;
mod ssh;
mod streams;
