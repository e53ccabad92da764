//! Failures of a call to AWS-LC.

use core::fmt;

/// A call to AWS-LC that did not succeed.
///
/// AWS-LC reports a cause on a per-thread queue; wrappers clear it, because for most calls the
/// cause is an internal of the library and for the rest the wrapper itself knows which one it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EngineError {
    /// An authentication tag, a signature or a padding did not verify.
    Rejected,
    /// An input has a length or a value that the algorithm does not take.
    InvalidInput,
    /// AWS-LC has no such algorithm or was built without it.
    Unsupported,
    /// The library failed for a reason that no input explains: it could not allocate, say.
    Internal,
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rejected => "the data did not verify",
            Self::InvalidInput => "an input has a length or value that the algorithm does not take",
            Self::Unsupported => "the algorithm is not available",
            Self::Internal => "the cryptographic library failed internally",
        })
    }
}

impl std::error::Error for EngineError {}

/// Empties this thread's AWS-LC error queue.
pub(crate) fn clear_queue() {
    // SAFETY: takes no arguments and touches only this thread's queue.
    unsafe { aws_lc_sys::ERR_clear_error() }
}

/// `Ok` for the `1` that AWS-LC returns on success; on anything else the queue is emptied and
/// `error` returned.
pub(crate) fn check(result: core::ffi::c_int, error: EngineError) -> Result<(), EngineError> {
    if result == 1 {
        Ok(())
    } else {
        clear_queue();
        Err(error)
    }
}
