//! The system calls and instructions that keep secrets in memory, and state right across forks;
//! what the processor is.

pub mod fork;
pub mod memory;
pub mod processor;
pub mod stack;
