//! Comparison whose duration does not tell where two values differ.

use subtle::ConstantTimeEq;

/// Whether `a` and `b` are equal. The time depends on their lengths alone.
#[must_use]
pub fn bytes_eq(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}
