//! scrypt (RFC 7914).

use crate::error::check;
use crate::{EngineError, Output};

/// The numbers that set what scrypt costs (RFC 7914 §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScryptCost {
    /// The CPU and memory cost `N`, a power of two.
    pub n: u64,
    /// The block size `r`.
    pub r: u64,
    /// The parallelization `p`.
    pub p: u64,
}

/// scrypt (RFC 7914), with as much memory as the system gives.
///
/// # Errors
/// [`EngineError::InvalidInput`] if the cost is out of range or the memory is not to be had; AWS-LC does not say which.
pub fn scrypt<'a>(
    password: &[u8],
    salt: &[u8],
    cost: ScryptCost,
    mut out: Output<'a>,
) -> Result<&'a mut [u8], EngineError> {
    // SAFETY: `password` and `salt` are valid for reads and `out` for writes of their lengths. On success every byte of
    // `out` was written; on failure it is not handed on.
    unsafe {
        let result = aws_lc_sys::EVP_PBE_scrypt(
            password.as_ptr().cast(),
            password.len(),
            salt.as_ptr(),
            salt.len(),
            cost.n,
            cost.r,
            cost.p,
            usize::MAX / 2,
            out.as_mut_ptr(),
            out.len(),
        );
        check(result, EngineError::InvalidInput)?;
        Ok(out.assume_written())
    }
}
