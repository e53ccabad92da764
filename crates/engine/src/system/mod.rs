//! The system calls and instructions that keep secrets in memory, and state right across forks.

pub mod fork;
pub mod memory;
pub mod stack;
