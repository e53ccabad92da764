//! The system calls and instructions that keep secrets in memory, and state right across forks;
//! signals that are put off; what the processor is.

pub mod fork;
pub mod memory;
pub mod processor;
pub mod signals;
pub mod stack;
