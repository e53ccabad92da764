//! Encrypted files, and files of the library's own.

mod cobblestone;
mod files;
mod format;
mod fs;
mod ssh;
mod streams;
